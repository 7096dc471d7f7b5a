"""L’écran Évolution."""
