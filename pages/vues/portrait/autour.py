"""Sous le portrait d'un quartier : France services, écoles, collèges et lycées alentour, avec leur distance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from indicators.analyse import autour as analyse
from indicators.base.base import Base
from indicators.recit import autour as recit
from indicators.socle.services import GENRES
from indicators.socle.territoires import Maille
from pages.commun.gabarits import rendre
from pages.commun.memoire import garder
from pages.vues.portrait.iris import avec_contour

_Lieu = TypeVar("_Lieu", analyse.Proche, analyse.Place)


@garder(200)
def bloc(base: Base, code: str) -> str:
    """Le panneau d'un quartier ; vide pour un autre territoire, sans contour, ou où aucun lieu n'est connu."""
    fiche = base.fiche(code)
    if fiche.territoire.maille is not Maille.QUARTIER:
        return ""
    lieux = analyse.autour(base, avec_contour(base, fiche))
    siennes = {t.territoire for t in fiche.communes}
    if not any(p.service.genre == "ecole" and p.service.commune in siennes for p in lieux):
        return ""  # la liste des écoles ne couvre pas ses communes : un vide n'y voudrait rien dire
    return dessiner(base, "portrait", lieux, lambda p: recit.distance(p.metres), phrase=recit.lecture(lieux))


def dessiner(base: Base, part: str, lieux: Sequence[_Lieu], distance: Callable[[_Lieu], str], **contexte: str) -> str:
    """Des lieux, chacun avec sa commune, sa sorte, sa distance et ses détails, et leurs sources ; dans leur ordre."""
    citees = dict.fromkeys(s for p in lieux for s in (p.service.source, p.service.source_classement) if s)
    return str(
        rendre(
            "autour.html",
            part=part,
            lieux=lieux,
            communes={t.territoire: t.nom for t in base.territoires({p.service.commune for p in lieux})},
            genres=GENRES,
            distance=distance,
            details=recit.details,
            sources=[base.catalogue.sources[code].titre for code in citees],
            **contexte,
        )
    )
