"""De quelle agglomération est le contrat où un engagement est pris, et quels engagements concernent un lieu.

Un document est de l'agglomération où il prend le plus d'engagements : ceux qu'il prend pour la France, la région
d'alors, le bassin minier ou une commune voisine restent les siens, et ne se montrent dans aucune autre.
"""

from __future__ import annotations

from collections.abc import Sequence

from indicators.base.base import Base
from indicators.socle.engagements import Engagement
from indicators.socle.territoires import Fiche, Maille, Territoire


def documents(base: Base) -> dict[str, str]:
    """Le document de chaque source."""
    return {code: source.document or code for code, source in base.catalogue.sources.items()}


def contrats(base: Base, engagements: Sequence[Engagement]) -> dict[str, Territoire]:
    """L'agglomération de chaque document où ces engagements sont pris ; absent, celui qu'aucune ne prend."""
    sources = documents(base)
    lieux = {a.territoire: _lieux(base, a.territoire) for a in base.agglomerations()}
    pris: dict[str, list[str]] = {}
    for e in engagements:
        pris.setdefault(sources[e.source], []).append(e.territoire)
    trouves = {}
    for document, territoires_pris in pris.items():
        comptes = {a: sum(lieu in siens for lieu in territoires_pris) for a, siens in lieux.items()}
        premiere = max(comptes, key=lambda a: comptes[a], default="")
        if premiere and comptes[premiere]:
            trouves[document] = base.territoire(premiere)
    return trouves


def pour_le_lieu(base: Base, fiche: Fiche, engagements: Sequence[Engagement]) -> list[Engagement]:
    """Ceux pris pour ce territoire, ses communes, ou plus largement (agglomération, département… France).

    Plus largement, le contrat d'une autre agglomération n'engage personne ici : seuls comptent celui de la sienne et
    les documents d'aucune (un département, pour tout le département).
    """
    ici = {fiche.territoire.territoire, *fiche.autres_perimetres, *(c.territoire for c in fiche.communes)}
    autour = {t.territoire for t in fiche.references}
    candidats = [e for e in engagements if e.territoire in ici | autour]
    if all(e.territoire in ici for e in candidats):
        return candidats
    sources, de_qui = documents(base), contrats(base, engagements)
    siennes = {a.territoire for a in fiche.agglomerations}
    if fiche.territoire.maille is Maille.EPCI:
        siennes.add(fiche.territoire.territoire)

    def est_d_ici(e: Engagement) -> bool:
        sienne = de_qui.get(sources[e.source])
        return sienne is None or sienne.territoire in siennes

    return [e for e in candidats if e.territoire in ici or est_d_ici(e)]


def _lieux(base: Base, agglomeration: str) -> set[str]:
    quartiers = {q.territoire for q in base.fiche(agglomeration).quartiers}
    return {agglomeration, f"QPV-{agglomeration}", *quartiers, *base.communes_de(agglomeration)}
