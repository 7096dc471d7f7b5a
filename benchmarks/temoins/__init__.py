"""Ce qui se mesure dans un navigateur : l'observatoire, et la page nue qui sert de plancher."""
