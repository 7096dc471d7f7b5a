"""Ce que l'observatoire publie : un fichier par document."""
