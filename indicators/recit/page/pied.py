"""Le pied d'une diapositive : les années et les sources de ce qu'elle montre, en toutes lettres."""

from __future__ import annotations

import re
from collections.abc import Iterable

from indicators.analyse.portrait import Ligne
from indicators.recit import phrases
from indicators.socle.catalogue import Catalogue
from indicators.socle.nombres import INSECABLE
from indicators.socle.observations import Observation

_PLACE = 190
"""Lettres que tient un pied, au mur ; au-delà, les producteurs seuls, et les titres à la dernière diapositive."""


def pied(chiffres: Iterable[Observation | None], catalogue: Catalogue) -> str:
    """« 2018, édition 2022 · Insee, … ; DEPP, … » ; chaîne vide sans chiffre."""
    montres = [o for o in chiffres if o is not None]
    if not montres:
        return ""
    annees = ", ".join(_a_la_suite(dict.fromkeys(phrases.periode(o) for o in sorted(montres, key=lambda o: o.recence))))
    sources = [catalogue.sources[code] for code in dict.fromkeys(o.source for o in montres)]
    noms = f"{INSECABLE}; ".join(dict.fromkeys(s.nom for s in sources))
    if len(annees) + len(noms) > _PLACE:
        producteurs = dict.fromkeys(re.sub(r"\s*\(.*?\)", "", s.producteur) for s in sources)
        titres = f"titres à la diapositive «{INSECABLE}Sources{INSECABLE}»"
        noms = f"{INSECABLE}; ".join((*producteurs, titres))
        noms = noms if len(annees) + len(noms) <= _PLACE else titres
    return f"{annees}{INSECABLE}· {noms}"


def _a_la_suite(periodes: Iterable[str]) -> list[str]:
    """Les périodes, trois années qui se suivent ou plus réunies : « 2012 à 2018 »."""
    groupes: list[list[str]] = []
    for periode in periodes:
        dernier = groupes[-1][-1] if groupes else ""
        if periode.isdecimal() and dernier.isdecimal() and int(periode) == int(dernier) + 1:
            groupes[-1].append(periode)
        else:
            groupes.append([periode])
    return [p for g in groupes for p in ([f"{g[0]} à {g[-1]}"] if len(g) > 2 else g)]


def des_lignes(lignes: Iterable[Ligne], references: int = 1) -> list[Observation | None]:
    """Les chiffres de ces lignes et ceux de leurs premières références."""
    return [o for li in lignes for o in (li.chiffre, *(c.reference for c in li.comparaisons[:references]))]
