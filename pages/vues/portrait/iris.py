"""Sous un portrait : les IRIS que rencontre un quartier, les quartiers que rencontre un IRIS, en parts de surface."""

from __future__ import annotations

from indicators.analyse import recouvrements
from indicators.base.base import Base
from indicators.recit import iris as recit
from indicators.socle.nombres import INSECABLE
from indicators.socle.territoires import Fiche, Maille, Territoire
from pages.commun.gabarits import rendre
from pages.commun.memoire import garder


@garder(200)
def bloc(base: Base, code: str) -> str:
    """Le panneau d'un quartier ou d'un IRIS ; vide pour un autre territoire, ou sans contour connu."""
    fiche = base.fiche(code)
    if fiche.territoire.maille is Maille.IRIS:
        siens = recouvrements.de_l_iris(base, fiche.territoire)
        return _rendre(
            "Cet IRIS et les quartiers prioritaires",
            recit.lecture_de_l_iris(fiche.territoire, siens),
            "Quartier prioritaire",
            [(r.quartier, r) for r in siens],
        )
    if fiche.territoire.maille is not Maille.QUARTIER:
        return ""
    return "".join(_du_quartier(base, fiche.territoire, quartier) for quartier in avec_contour(base, fiche))


def avec_contour(base: Base, fiche: Fiche) -> list[Territoire]:
    """Le quartier lui-même s'il est de 2024 ; sinon ceux qui lui succèdent, dont le périmètre est connu."""
    if fiche.territoire.geographie == 2024:
        return [fiche.territoire]
    suites = [f.nouveau for f in fiche.filiations if f.ancien == fiche.territoire.territoire and f.nouveau]
    return base.territoires(suites)


def _du_quartier(base: Base, ouvert: Territoire, quartier: Territoire) -> str:
    siens = recouvrements.du_quartier(base, quartier)
    if not siens:
        return ""
    titre = "Ce quartier et les IRIS"
    if quartier != ouvert:
        titre = f"Les IRIS du périmètre 2024{INSECABLE}: {quartier.nom}"
    phrase = recit.lecture_du_quartier(siens)
    return _rendre(titre, phrase, "IRIS ou commune entière", [(r.lieu, r) for r in siens])


def _rendre(titre: str, phrase: str, colonne: str, lignes: list[tuple[Territoire, recouvrements.Recouvrement]]) -> str:
    return str(
        rendre(
            "iris.html", part="quartier", titre=titre, phrase=phrase, colonne=colonne, lignes=lignes, surface=recit.part
        )
    )
