"""L’écran Suivi : ce que les gens ont écrit, et de quoi l'écrire."""
