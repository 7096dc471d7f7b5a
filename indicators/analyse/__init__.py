"""Ce qui se calcule : LA comparaison, l’évolution, et ce que chaque écran confronte. Aucun mot, aucun SQL."""
