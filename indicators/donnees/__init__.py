"""Ce que doivent être les fichiers de `data/` : leurs colonnes, leur lecture, leurs contrôles, leur couverture."""
