"""Les mots de la maison : erreurs, nombres, territoires, catalogue, observations. N’importe rien d’autre."""
