"""L'enquête auprès des habitants, les soldes migratoires, les agglomérations citées : tableaux et passages."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.base import enquetes as questions
from indicators.base.base import Base
from indicators.socle.enquetes import Solde
from pages.commun.gabarits import rendre
from pages.serveur.api.adresses import PREFIXE


@dataclass(frozen=True)
class SoldesDUnLieu:
    """Les signes d'un lieu, dans l'ordre des catégories ; None quand le document n'en donne pas."""

    nom: str
    code: str
    signes: tuple[Solde | None, ...]


def bloc(base: Base, territoire: str) -> str:
    """Les tableaux de ce territoire ; chaîne vide quand aucun document n'en parle."""
    enquete, soldes = questions.enquete(base, territoire), questions.soldes(base, territoire)
    citees = questions.agglomerations(base, territoire)
    if enquete is None and not soldes and not citees:
        return ""
    categories = tuple(dict.fromkeys(s.categorie for s in soldes))
    lieux = tuple(
        SoldesDUnLieu(
            base.territoire(code).nom_court,
            code,
            tuple(next((s for s in soldes if (s.territoire, s.categorie) == (code, c)), None) for c in categories),
        )
        for code in dict.fromkeys(s.territoire for s in soldes)
    )
    return str(
        rendre(
            "enquetes.html",
            enquete=enquete,
            categories=categories,
            lieux=lieux,
            soldes=soldes,
            citees=citees,
            territoire=territoire,
            connues={c.aujourd_hui for c in citees if base.trouver(c.aujourd_hui)},
            catalogue=base.catalogue,
            prefixe=PREFIXE,
        )
    )
