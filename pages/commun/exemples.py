"""Les exemples des cases de recherche : des lieux de l'agglomération ouverte, à défaut de celles de l'accueil.

Tout est lu des lieux, que la base garde en mémoire : aucune requête.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indicators.base.base import Base
from pages.commun.groupes import proposees
from pages.commun.memoire import garder

NEUTRE = "Tapez un nom, une commune ou un code"
NEUTRE_AVEC_SUJET = "un quartier, une commune, un code, un sujet (neet, parc social…)"


@dataclass(frozen=True)
class Lieux:
    """De quoi donner l'exemple dans une agglomération : deux communes au nom court, un quartier, un code."""

    communes: tuple[str, ...]
    quartier: str
    code: str


def du_territoire(base: Base, ouvert: str | None) -> str:
    """« Tapez un nom, une commune ou un code : Camus, Lens, QP062019… », près du territoire ouvert."""
    territoire = base.trouver(ouvert) if ouvert else None
    siennes: Sequence[str] = proposees(base)
    if territoire is not None:
        agglomeration = base.fiche(territoire.territoire).agglomeration_ouverte
        siennes = [agglomeration.territoire] if agglomeration is not None else []
    lieux = _lieux(base, tuple(siennes))
    if not lieux:
        return NEUTRE
    un, deux, trois = _trois(lieux)
    return f"{NEUTRE} : {un.quartier}, {deux.communes[0]}, {trois.code}…"


def avec_sujet(base: Base, agglomerations: Sequence[str]) -> str:
    """« neet auchel, parc social denain, camus, QP062011… », dans ces agglomérations."""
    lieux = _lieux(base, tuple(agglomerations))
    if not lieux:
        return NEUTRE_AVEC_SUJET
    un, deux, trois = _trois(lieux)
    autre = deux.communes[0] if deux is not un else deux.communes[-1]
    return f"neet {un.communes[0].lower()}, parc social {autre.lower()}, {trois.quartier.lower()}, {un.code}…"


def une_commune(base: Base, agglomerations: Sequence[str]) -> str:
    """« Auchel » : une commune de la première de ces agglomérations qui a un quartier ; vide sinon."""
    lieux = _lieux(base, tuple(agglomerations))
    return lieux[0].communes[0] if lieux else ""


def _trois(lieux: Sequence[Lieux]) -> tuple[Lieux, Lieux, Lieux]:
    """De quoi varier un exemple : trois agglomérations, les mêmes de nouveau s'il y en a moins."""
    return lieux[0], lieux[1 % len(lieux)], lieux[2 % len(lieux)]


@garder(60)
def _lieux(base: Base, agglomerations: Sequence[str]) -> tuple[Lieux, ...]:
    """Ceux des agglomérations qui ont un quartier prioritaire dont des chiffres sont connus."""
    connues = (code for code in agglomerations if base.trouver(code) is not None)
    return tuple(siens for code in connues if (siens := _dans(base, code)) is not None)


def _dans(base: Base, agglomeration: str) -> Lieux | None:
    connus = base.nombres_de_chiffres()
    fiche = base.fiche(agglomeration)
    quartiers = [t for t in fiche.quartiers if t.statut == "QPV" and t.territoire in connus]
    if not quartiers:
        return None
    communes = _courts(
        c for siennes in base.communes_par_quartier(t.territoire for t in quartiers).values() for c in siennes
    )
    quartier = min(quartiers, key=lambda t: (t.geographie or 0, len(t.nom_court), t.nom_court))
    le_mieux_connu = max(quartiers, key=lambda t: (connus[t.territoire], t.territoire))
    return Lieux(communes[:2], quartier.nom_court, le_mieux_connu.territoire) if communes else None


def _courts(noms: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(noms), key=lambda nom: (len(nom), nom)))
