"""Le programme servi est celui du démarrage : ce qui change sur le disque ensuite attend le redémarrage.

Streamlit relit le script d'un écran quand plus personne n'est là, et un gabarit se lit à son premier usage. Une mise à
jour posée sous un serveur en marche mêlerait donc deux versions : un écran neuf appellerait un module ancien sans
ce qu'il demande, et la personne lirait « erreur imprévue ».
"""

from __future__ import annotations

from pathlib import Path

from streamlit.runtime import runtime as de_streamlit
from streamlit.runtime.scriptrunner.script_cache import ScriptCache

from pages.commun import gabarits
from pages.ecrans import ECRANS

_PAGES = Path(__file__).resolve().parents[1]


class ScriptsDuDemarrage(ScriptCache):
    """Les scripts des écrans, lus une fois pour toutes."""

    def __init__(self) -> None:
        super().__init__()
        for nom in ("navigation.py", *(ecran.script for ecran in ECRANS)):
            self.get_bytecode(str(_PAGES / nom))

    def clear(self) -> None:
        """Rien ne s'oublie."""


def garder() -> None:
    """Lit maintenant scripts et gabarits ; à appeler avant que le serveur ne démarre.

    `st.App` n'a pas de réglage pour choisir cette mémoire : il la prend de ce module au moment de démarrer.
    """
    de_streamlit.ScriptCache = ScriptsDuDemarrage  # type: ignore[attr-defined]
    gabarits.tout_lire()
