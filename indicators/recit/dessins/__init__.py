"""De petits dessins en SVG, les mêmes à l’écran et sur le papier."""
