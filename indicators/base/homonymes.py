"""Deux lieux ne portent pas le même nom dans une liste : le leur est suivi de ce qui les distingue.

« Centre (Nice) » et « Centre (Vence) » disent leur commune, « La Réunion (région) » sa maille ; deux quartiers de même
nom dans la même commune disent leur code. Le nom d'un document reste parmi les variantes : on le cherche encore.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache

from indicators.socle.territoires import Maille, Territoire, cle_de_recherche

_ENTRE_EUX = {Maille.QUARTIER, Maille.IRIS, Maille.COMMUNE}
"""Chacune a ses listes ; les mailles plus grandes se suivent dans celle des références."""

Lieux = Callable[[Territoire], Sequence[str]]


def distinguer(territoires: Iterable[Territoire], lieux: Lieux) -> list[Territoire]:
    """Ces territoires, dans le même ordre, sans deux noms ni deux noms courts égaux parmi ceux qui se listent ensemble.

    `lieux` : le nom de ce qui situe un territoire (ses communes, à défaut son département), vide si rien ne le dit.
    """
    siens = list(territoires)
    cle = cache(cle_de_recherche)  # nom et nom court sont le plus souvent le même mot
    noms = _distincts(siens, [t.nom for t in siens], lieux, cle)
    courts = _distincts(siens, [t.nom_court for t in siens], lieux, cle)
    for rang in noms.keys() | courts.keys():
        t = siens[rang]
        variantes = tuple(dict.fromkeys((*t.variantes, t.nom, t.nom_court)))
        siens[rang] = replace(
            t, nom=noms.get(rang, t.nom), nom_court=courts.get(rang, t.nom_court), variantes=variantes
        )
    return siens


def d_une_liste(territoires: Iterable[Territoire]) -> tuple[Territoire, ...]:
    """Une liste faite à la main : ceux qu'un même nom y confond disent leur périmètre, leur maille ou leur code."""
    siens = list(territoires)
    mots: tuple[Callable[[Territoire], str], ...] = (
        lambda t: t.perimetre,
        lambda t: t.maille.libelle,
        lambda t: t.territoire,
    )
    for dire in mots:
        portes = Counter(cle_de_recherche(t.nom_court) for t in siens)
        siens = [
            replace(t, nom=_avec(t.nom, dire(t)), nom_court=_avec(t.nom_court, dire(t)))
            if portes[cle_de_recherche(t.nom_court)] > 1
            else t
            for t in siens
        ]
    return tuple(siens)


def _distincts(
    territoires: Sequence[Territoire], noms: Sequence[str], lieux: Lieux, cle: Callable[[str], str]
) -> dict[int, str]:
    """Le nouveau nom de ceux dont le nom ne suffit pas, par leur rang."""

    def liste(t: Territoire, nom: str) -> tuple[object, ...]:
        # Ce que deux noms ne partagent pas : une liste et un mot, sans égard aux accents ni aux traits d'union.
        return t.maille if t.maille in _ENTRE_EUX else None, t.geographie, cle(nom)

    bruts: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for rang, (t, nom) in enumerate(zip(territoires, noms, strict=True)):
        bruts[liste(t, nom)].append(rang)
    distincts: dict[int, str] = {}
    for rangs in (rangs for rangs in bruts.values() if len(rangs) > 1):
        mailles = Counter(territoires[rang].maille for rang in rangs)
        distincts |= {rang: _avec(noms[rang], _ce_qui_situe(territoires[rang], mailles, lieux)) for rang in rangs}
    portes = Counter(liste(territoires[rang], nom) for rang, nom in distincts.items())
    for rang, nom in distincts.items():
        t = territoires[rang]
        if portes[liste(t, nom)] > 1 or liste(t, nom) in bruts:
            distincts[rang] = _avec(noms[rang], t.territoire)
    return distincts


def _avec(nom: str, mot: str) -> str:
    return f"{nom} ({mot})" if mot else nom


def _ce_qui_situe(t: Territoire, mailles: Counter[Maille], lieux: Lieux) -> str:
    if len(mailles) > 1 and mailles[t.maille] == 1:
        return t.maille.libelle
    return ", ".join(lieux(t))
