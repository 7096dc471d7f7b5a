"""La première vue : l'écran dessiné par le serveur dans la page qu'il répond, avant tout script.

`lecture` joue l'écran comme le ferait un visiteur, `arbre` range ce qu'il a montré, `vue` l'écrit en HTML et le garde.
"""
