"""Le portrait, ce que l'on en sait : combien d'indicateurs connus, lesquels manquent, pilier par pilier."""

from __future__ import annotations

from indicators.analyse.hauban import code_du_pilier, connaissance
from indicators.base.base import Base
from pages.commun.gabarits import rendre
from pages.commun.memoire import garder


@garder(200)
def bloc(base: Base, code: str) -> str:
    """Vide si aucun indicateur n'existe à la maille de ce territoire."""
    piliers = connaissance(base, base.territoire(code))
    return str(rendre("hauban.html", piliers=[(p, code_du_pilier(p.pilier)) for p in piliers])) if piliers else ""
