"""L'en-tête du papier : ce qu'une page imprimée doit dire d'elle-même. Invisible à l'écran (voir `style.css`)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from indicators.recit import phrases
from indicators.socle.catalogue import Catalogue
from indicators.socle.nombres import et_autres
from indicators.socle.observations import Observation
from pages.commun.gabarits import rendre

_HORS_DU_CSS = re.compile(r"[^\w\s.,:;·()'’«»/%+–—-]")
"""Ce qui n'entre pas dans une chaîne de la feuille de style : guillemet, barre oblique inverse, chevron."""


@dataclass(frozen=True)
class Entete:
    """Ce qu'une page imprimée dit d'elle-même, moins ce qui change à chaque fois : la date et l'adresse."""

    ecran: str
    rubriques: tuple[tuple[str, str], ...]
    marge: str
    pied: str

    def html(self) -> str:
        """L'en-tête, daté d'aujourd'hui, avec l'adresse de l'écran."""
        rubriques = (*self.rubriques, ("Imprimé le", f"{datetime.date.today():%d/%m/%Y}, {_adresse()}"))
        return str(rendre("papier.html", entete=self, rubriques=rubriques))


def preparer(
    ecran: str,
    *,
    territoire: str,
    annee: str = "",
    filtres: str = "",
    chiffres: Iterable[Observation] = (),
    catalogue: Catalogue | None = None,
    documents: str = "",
) -> Entete:
    """Le territoire, l'année, les filtres et les sources ; les marges de chaque feuille les rappellent.

    `chiffres` : ceux de l'écran, dont viennent les sources (il faut `catalogue`), sinon `documents`. Une rubrique vide
    n'est pas écrite.
    """
    noms = enumerer(sources(chiffres, catalogue)) if catalogue else documents
    return Entete(
        ecran,
        (("Territoire", territoire), ("Année", annee), ("Filtres", filtres), ("Sources", noms)),
        _css(f"{ecran} · {territoire}"),
        _css(" · ".join(m for m in (annee, filtres, noms) if m)),
    )


def entete(ecran: str, **contenu: Any) -> str:
    """L'en-tête d'un écran, en une fois ; mêmes arguments que `preparer`."""
    return preparer(ecran, **contenu).html()


def sources(chiffres: Iterable[Observation], catalogue: Catalogue) -> list[str]:
    """« Insee, Chiffres clés des QP », une fois chacune, dans l'ordre des chiffres."""
    lues = (catalogue.sources[code] for code in dict.fromkeys(o.source for o in chiffres))
    return list(dict.fromkeys(s.nom for s in lues))


def annees(chiffres: Iterable[Observation | None]) -> str:
    """« 2018, 2019, édition 2022 » : les périodes des chiffres, de la plus ancienne à la plus récente."""
    return ", ".join(sorted({phrases.periode(o) for o in chiffres if o is not None}))


def enumerer(noms: Iterable[str], combien: int = 6) -> str:
    """Les premiers noms, une fois chacun, et combien d'autres."""
    uniques = list(dict.fromkeys(noms))
    return ", ".join(uniques[:combien]) + et_autres(len(uniques) - combien)


def _adresse() -> str:
    """L'adresse complète de l'écran, choix compris : elle rouvre ce qui est imprimé."""
    page = (st.context.url or "").partition("?")[0]
    choix = "&".join(f"{nom}={valeur}" for nom, valeur in st.query_params.items())
    return f"{page}?{choix}" if choix else page


def _css(texte: str, longueur: int = 130) -> str:
    """Le texte sans rien qui ferme la chaîne CSS, coupé à ce que tient une marge."""
    propre = _HORS_DU_CSS.sub(" ", texte).replace("'", "’").replace("\n", " ")
    return propre if len(propre) <= longueur else propre[: longueur - 1].rstrip() + "…"
