"""Le parc social par bailleur sur le portrait d'une agglomération."""

from __future__ import annotations

from indicators.analyse.bailleurs import reunir
from indicators.base.base import Base
from indicators.socle.territoires import Maille, Territoire
from pages.commun.gabarits import rendre


def bloc(base: Base, territoire: Territoire) -> str:
    """Ses tableaux ; chaîne vide hors d'une agglomération, ou quand aucun document ne compte par bailleur."""
    parc = reunir(base, territoire.territoire) if territoire.maille is Maille.EPCI else None
    return str(rendre("bailleurs.html", parc=parc, catalogue=base.catalogue)) if parc else ""
