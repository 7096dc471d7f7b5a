"""Ce qui écrit `data/france/` à partir des fichiers des producteurs : jamais à la main, toujours pareil."""
