"""L’écran Baromètre."""
