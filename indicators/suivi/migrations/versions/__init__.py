"""Une migration par changement de schéma ; aucune ne perd une ligne."""
