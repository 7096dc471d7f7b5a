"""Le seuil de bas revenu sur le portrait d'un quartier dont la fiche l'imprime."""

from __future__ import annotations

from indicators.analyse.seuil import seuil_de
from indicators.base.base import Base
from pages.commun.gabarits import rendre


def bloc(base: Base, territoire: str) -> str:
    """Le seuil et sa source ; chaîne vide ailleurs."""
    seuil = seuil_de(base, territoire)
    return str(rendre("seuil.html", s=seuil, catalogue=base.catalogue)) if seuil else ""
