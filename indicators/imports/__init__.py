"""Les fichiers des producteurs (Insee, DEPP, ANCT…) et notre modèle : un fichier par format, puis ce qu’on en fait."""
