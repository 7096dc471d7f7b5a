"""L’écran Engagements et évaluation."""
