"""Où est-ce : de la projection au dessin de la carte et de sa légende."""
