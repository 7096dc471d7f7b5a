"""L’écran Portrait."""
