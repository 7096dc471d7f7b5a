"""Les sources d'un papier, dites ensemble : un producteur une fois, ses publications à la suite."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from indicators.recit.page.modele import SourceCitee
from indicators.socle.nombres import INSECABLE


def citer_ensemble(sources: Iterable[SourceCitee]) -> list[str]:
    """Une phrase par producteur : « Insee, Cnaf : données par thème…, éditions 2019 et 2022 ».

    Le producteur n'est écrit qu'une fois, une édition que le titre dit déjà ne l'est pas ; les publications qui ne
    diffèrent que de leur édition, ou de la maille entre parenthèses, sont dites ensemble.
    """
    titres: dict[str, list[str]] = {}
    for s in sources:
        court = _sans_producteur(s.titre, s.producteur)
        if s.edition and s.edition.casefold() not in court.casefold():
            court += f" ({s.edition})"
        titres.setdefault(s.producteur, []).append(court)
    return [f"{producteur}{INSECABLE}: {' ; '.join(_fondre(dits))}" for producteur, dits in titres.items()]


def _sans_producteur(titre: str, producteur: str) -> str:
    """Le titre sans les noms par lesquels il commence, que le producteur dit déjà."""
    noms = {m.casefold() for m in re.split(r"[\s,]+", producteur)}
    debut, virgule, reste = titre.partition(", ")
    siens = {m.casefold() for m in re.split(r"[\s-]+", debut)}
    return reste if virgule and siens <= noms else titre


_EDITION = re.compile(r"(?P<tronc>.*), (?:édition|rentrée) (?P<quoi>\d{4})")
_MAILLE = re.compile(r"(?P<tronc>.*) \((?P<quoi>COM|EPCI|DEP|REG)\)(?P<fin>.*)")


def _fondre(titres: Iterable[str]) -> list[str]:
    """Les titres, ceux d'un même tronc en un : « …, éditions 2019 et 2022 », « … (COM, EPCI) »."""
    groupes: dict[tuple[str, str, str], list[str]] = {}
    for titre in titres:
        if m := _EDITION.fullmatch(titre):
            cle = (m["tronc"], titre[len(m["tronc"]) : -4], "")
        elif m := _MAILLE.fullmatch(titre):
            cle = (m["tronc"], " (", m["fin"])
        else:
            groupes.setdefault((titre, "", ""), [])
            continue
        groupes.setdefault(cle, []).append(m["quoi"])
    return [_reunir(*cle, quoi) for cle, quoi in groupes.items()]


def _reunir(tronc: str, lien: str, fin: str, quoi: Sequence[str]) -> str:
    if not quoi:
        return tronc
    dits = sorted(set(quoi))
    if lien == " (":
        return f"{tronc} ({', '.join(dits)}){fin}"
    mot = lien.strip(", ") + ("s" if len(dits) > 1 else "")
    return f"{tronc}, {mot} {', '.join(dits[:-1])}{' et ' if len(dits) > 1 else ''}{dits[-1]}"
