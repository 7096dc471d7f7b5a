"""L’écran Carte."""
