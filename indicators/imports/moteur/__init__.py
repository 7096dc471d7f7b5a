"""Lire, reconnaître, dater, rapporter, ajouter et annuler un fichier déposé, quel que soit son producteur."""
