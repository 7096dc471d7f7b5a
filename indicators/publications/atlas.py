"""L'atlas d'une agglomération : la fiche de chacun de ses quartiers, un sommaire et une page de méthode, en un PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from indicators.analyse.portrait import dresser
from indicators.base.base import Base
from indicators.carte.situation import carte_de_l_agglomeration, decrire
from indicators.publications.composition import composer, date_en_lettres, dessin
from indicators.publications.fiche import contenu
from indicators.recit import methode
from indicators.recit.resume import nature
from indicators.socle.erreurs import ErreurObservatoire
from indicators.socle.territoires import Maille, Territoire

Avancement = Callable[[int, int, str], None]
"""Appelé à chaque étape : combien sont faites, combien en tout, laquelle commence."""


def quartiers_de(base: Base, code: str) -> tuple[list[Territoire], list[Territoire]]:
    """Les quartiers d'une agglomération qui ont un chiffre, par famille et par nom, et ceux qui n'en ont pas.

    Lève `ErreurObservatoire` si le territoire n'est pas une agglomération qui a des quartiers.
    """
    fiche = base.fiche(code)
    if fiche.territoire.maille is not Maille.EPCI or not fiche.quartiers:
        raise ErreurObservatoire(
            f"Un atlas se fait pour une agglomération qui a des quartiers ; « {fiche.territoire.nom} » "
            f"({fiche.territoire.maille.libelle}) n’en a pas. Demandez plutôt sa fiche."
        )
    connus = base.nombres_de_chiffres()
    ranges = sorted(fiche.quartiers, key=lambda q: (q.statut != "QPV", q.statut, q.geographie or 0))
    return [q for q in ranges if q.territoire in connus], [q for q in ranges if q.territoire not in connus]


def atlas_pdf(
    base: Base,
    code: str,
    avancement: Avancement = lambda fait, total, etape: None,
    jour: date | None = None,
    adresse: str = "",
) -> bytes:
    """L'atlas PDF de cette agglomération ; `avancement` est prévenu de chaque fiche, puis de la mise en page."""
    jour = jour or date.today()
    agglomeration = base.territoire(code)
    connus, sans_chiffre = quartiers_de(base, code)
    # La mise en page prend à peu près le temps des fiches : elle compte pour la moitié de la barre.
    total = 2 * len(connus)
    fiches = []
    for rang, quartier in enumerate(connus):
        avancement(rang, total, quartier.nom)
        fiches.append(contenu(base, dresser(base, quartier.territoire), adresse) | {"famille": _famille(quartier)})
    avancement(len(connus), total, "mise en page")
    pdf = composer(
        "atlas.typ",
        {
            "titre": f"{agglomeration.nom}, atlas des quartiers",
            "agglomeration": agglomeration.nom,
            "edition": f"édité le {date_en_lettres(jour)}",
            "carte": _carte(base, agglomeration, [*connus, *sans_chiffre]),
            "fiches": fiches,
            "sans_chiffre": [f"{q.nom} ({q.statut} {q.geographie})" for q in sans_chiffre],
            "methode": [
                {"titre": titre, "regles": [list(regle) for regle in regles]} for titre, regles in methode.chapitres()
            ],
        },
        jour,
    )
    avancement(total, total, "terminé")
    return pdf


def _carte(base: Base, agglomeration: Territoire, quartiers: Sequence[Territoire]) -> dict[str, str]:
    """La carte de la première famille : une carte ne mêle pas deux périmètres, l'autre se voit sur ses fiches."""
    famille = _famille(quartiers[0])
    carte = carte_de_l_agglomeration(base, agglomeration, [q for q in quartiers if _famille(q) == famille], 740, 640)
    return {"titre": f"{agglomeration.nom}. {famille}.", "dessin": dessin(carte), "alternative": decrire(carte)}


def _famille(quartier: Territoire) -> str:
    return f"{nature(quartier)}, {quartier.perimetre}" if quartier.perimetre else nature(quartier)
