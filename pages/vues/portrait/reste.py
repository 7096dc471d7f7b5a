"""Sous le portrait d'un quartier de 2015 : lui, et le reste de sa commune et de son agglomération."""

from __future__ import annotations

from indicators.analyse.reste import impossibles, restes
from indicators.base.base import Base
from indicators.recit import reste as recit
from indicators.socle.nombres import capitale
from pages.commun.gabarits import rendre
from pages.commun.memoire import garder


@garder(200)
def bloc(base: Base, code: str) -> str:
    """Le panneau du quartier ; vide pour un autre territoire, ou si les fichiers n'ont aucun de ses effectifs."""
    trouves = restes(base, code)
    if not trouves:
        return ""
    sources = dict.fromkeys(s for r in trouves for e in (r.haut, r.bas) if e is not None for s in e.sources)
    return str(
        rendre(
            "reste.html",
            quartier=base.territoire(code),
            groupes=[
                (indicateur, [r for r in trouves if r.indicateur == indicateur])
                for indicateur in dict.fromkeys(r.indicateur for r in trouves)
            ],
            impossibles=impossibles(base, code),
            recit=recit,
            capitale=capitale,
            sources=[base.catalogue.sources[source].titre for source in sources],
        )
    )
