"""Les mesures de vitesse, à part des tests : des rapports côte à côte plutôt que des seuils."""
