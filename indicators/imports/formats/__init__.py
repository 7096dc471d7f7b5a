"""Un fichier par producteur : à quoi il se reconnaît, et ce que veulent dire ses colonnes."""
