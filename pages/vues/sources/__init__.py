"""L’écran Sources et méthode."""
