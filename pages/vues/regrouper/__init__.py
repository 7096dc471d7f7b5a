"""Faire un regroupement, sur l’écran Mettre à jour."""
