"""La séance d'un territoire, sa carte comprise : ce que projette l'écran et ce qu'écrit le diaporama."""

from __future__ import annotations

from indicators.analyse.portrait import Portrait
from indicators.base.base import Base
from indicators.carte.lieu import carte_du_lieu
from indicators.carte.situation import decrire
from indicators.recit.page import seance
from indicators.recit.page.diapositives import Seance, Situation


def preparer(base: Base, vue: Portrait) -> Seance:
    """La séance entière de ce portrait, faite de la page (`recit/page`) et de la carte du lieu (`carte`)."""
    dessin, legende = carte_du_lieu(base, vue.fiche)
    return seance.composer(base, vue, Situation(dessin, decrire(dessin), legende) if dessin else None)
