"""Sous le portrait d'un quartier : France services, écoles, collèges et lycées alentour, avec leur distance."""

from __future__ import annotations

from indicators.analyse import autour as analyse
from indicators.base.base import Base
from indicators.recit import autour as recit
from indicators.socle.services import GENRES
from indicators.socle.territoires import Maille
from pages.commun.gabarits import rendre
from pages.commun.memoire import garder
from pages.vues.portrait.iris import avec_contour


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
    communes = {t.territoire: t.nom for t in base.territoires({p.service.commune for p in lieux})}
    citees = dict.fromkeys(s for p in lieux for s in (p.service.source, p.service.source_classement) if s)
    return str(
        rendre(
            "autour.html",
            part="portrait",
            phrase=recit.lecture(lieux),
            lieux=lieux,
            communes=communes,
            genres=GENRES,
            distance=recit.distance,
            details=recit.details,
            sources=[base.catalogue.sources[code].titre for code in citees],
        )
    )
