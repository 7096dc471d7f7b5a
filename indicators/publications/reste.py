"""Un quartier face au reste de sa commune : les lignes du classeur, et l'objet que lit un programme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from indicators.analyse.reste import Effectif, Reste
from indicators.base.base import Base
from indicators.recit import phrases
from indicators.recit import reste as recit
from indicators.socle.nombres import capitale

FEUILLE = "Reste de la commune"
COLONNES = (
    ("Indicateur", 40), ("Face à", 44), ("Année", 10), ("Le quartier", 14), ("Le reste", 14),
    ("Le reste, au moins", 14), ("Le reste, au plus", 14), ("Écart", 26),
    ("Calcul, ou pourquoi il manque", 70), ("De quelles communes", 60),
)  # fmt: skip


def lignes(restes: Sequence[Reste]) -> list[tuple[str | int | float | None, ...]]:
    """Une ligne par indicateur et par ensemble de communes, dans l'ordre de l'écran."""
    return [_ligne(r) for r in restes]


def _ligne(r: Reste) -> tuple[str | int | float | None, ...]:
    communes = ", ".join(c.nom for c in r.communes) if r.agglomeration is None else r.agglomeration.nom
    tete, c = (r.indicateur.libelle, capitale(recit.nom(r))), r.comparaison
    if c is None or c.reference is None:
        return (*tete, None, None, None, None, None, None, recit.pourquoi(r), communes)
    ecart, periode = phrases.ecart(c) or phrases.motif(c), phrases.periode(c.observation)
    du_reste = (c.reference.valeur, c.reference.borne_inf, c.reference.borne_sup)
    return (*tete, periode, c.observation.valeur, *du_reste, ecart, recit.calcul(r), communes)


def en_objet(base: Base, r: Reste) -> dict[str, Any]:
    """Ce reste pour un programme ; `empechement` dit pourquoi les chiffres sont None."""
    c = r.comparaison
    du_quartier, du_reste = (c.observation, c.reference) if c is not None else (None, None)
    return {
        "indicateur": r.indicateur.indicateur,
        "libelle": r.indicateur.libelle,
        "unite": str(r.indicateur.unite),
        "nom": recit.nom(r),
        "agglomeration": r.agglomeration.territoire if r.agglomeration else None,
        "communes": [t.territoire for t in r.communes],
        "quartiers_retires": [t.territoire for t in r.quartiers],
        "quartiers_a_cheval": [t.territoire for t in r.a_cheval],
        "annee_debut": du_quartier.annee_debut if du_quartier else None,
        "annee": du_quartier.annee if du_quartier else None,
        "quartier": du_quartier.valeur if du_quartier else None,
        "reste": du_reste.valeur if du_reste else None,
        "reste_au_moins": du_reste.borne_inf if du_reste else None,
        "reste_au_plus": du_reste.borne_sup if du_reste else None,
        "ecart": None if c is None or c.ecart is None else round(c.ecart, c.decimales),
        "position": c.position.value if c is not None else None,
        "numerateur": _effectif(r.haut),
        "denominateur": _effectif(r.bas),
        "calcul": recit.calcul(r) or None,
        "empechement": recit.pourquoi(r) or None,
    }


def _effectif(e: Effectif | None) -> dict[str, Any] | None:
    if e is None:
        return None
    return {
        "indicateur": e.indicateur.indicateur,
        "annee": e.annee,
        "ensemble": e.total,
        "quartiers": e.retire,
        "quartiers_a_cheval": e.partage,
        "sources": list(e.sources),
    }
