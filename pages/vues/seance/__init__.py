"""L’écran Séance."""
