"""La séance d'un territoire, sa carte comprise : ce que projette l'écran et ce qu'écrit le diaporama."""

from __future__ import annotations

from indicators.analyse.portrait import Portrait
from indicators.base.base import Base
from indicators.carte.situation import decrire, ligne_montree, situer
from indicators.recit.page import seance
from indicators.recit.page.diapositives import Seance, Situation


def preparer(base: Base, vue: Portrait) -> Seance:
    """La séance entière de ce portrait, faite de la page (`recit/page`) et de la carte de situation (`carte`)."""
    ample = situer(base, vue, 960, 320)
    situation = None
    if ample:
        situation = Situation(ample, situer(base, vue, 330, 320), decrire(ample), ligne_montree(vue).chiffre)
    return seance.composer(base, vue, situation)
