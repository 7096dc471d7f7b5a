"""Hauban : les indicateurs par pilier du contrat et par thème, et ce que l'on en sait pour un territoire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from indicators.base.base import Base
from indicators.base.hauban import connus_a_la_maille
from indicators.socle.catalogue import Catalogue, Indicateur
from indicators.socle.territoires import Territoire, cle_de_recherche

TOUT = "tout"
"""Le code de l'entrée qui ne retire rien."""


@dataclass(frozen=True)
class Entree:
    """Une entrée de Hauban : un pilier, ou un thème (`theme`) ; `indicateurs` : leurs codes, dans l'ordre du catalogue.

    Un thème garde le nom de son pilier ; s'il touche plusieurs piliers, celui où il a le plus d'indicateurs.
    """

    code: str
    libelle: str
    pilier: str
    theme: str
    indicateurs: frozenset[str]


def entrees(catalogue: Catalogue) -> dict[str, Entree]:
    """Chaque pilier dans l'ordre du catalogue, suivi de ses thèmes ; la clé va dans une adresse."""
    piliers = list(dict.fromkeys(i.pilier for i in catalogue.indicateurs.values() if i.pilier))
    rangees: dict[str, Entree] = {}
    for pilier in piliers:
        siens = [i for i in catalogue.indicateurs.values() if i.pilier == pilier]
        code = code_du_pilier(pilier)
        rangees[code] = Entree(code, pilier, pilier, "", frozenset(i.indicateur for i in siens))
        for theme in catalogue.themes.values():
            du_theme = [i for i in catalogue.indicateurs.values() if i.theme == theme.theme]
            if du_theme and _pilier_de(du_theme, piliers) == pilier:
                codes = frozenset(i.indicateur for i in du_theme)
                rangees[theme.theme] = Entree(theme.theme, theme.libelle, pilier, theme.theme, codes)
    return rangees


def code_du_pilier(pilier: str) -> str:
    """« cohesion-sociale » : le pilier tel qu'il tient dans une adresse."""
    return cle_de_recherche(pilier).replace(" ", "-")


def _pilier_de(indicateurs: list[Indicateur], piliers: list[str]) -> str:
    combien = {p: sum(i.pilier == p for i in indicateurs) for p in piliers}
    return max(piliers, key=lambda p: combien[p])


@dataclass(frozen=True)
class PilierConnu:
    """Un pilier pour un territoire : les indicateurs connus, et ceux que d'autres de sa maille ont et pas lui."""

    pilier: str
    connus: tuple[Indicateur, ...]
    manquants: tuple[Indicateur, ...]


def connaissance(base: Base, territoire: Territoire) -> list[PilierConnu]:
    """Ce que l'on sait de ce territoire, pilier par pilier.

    Un indicateur compte s'il est connu d'au moins un territoire de la même maille et du même périmètre ; une variation
    imprimée n'est pas un indicateur de plus.
    """
    possibles = connus_a_la_maille(base, territoire.maille, territoire.geographie)
    siens: Mapping[str, int] = base.indicateurs_connus([territoire.territoire])
    par_pilier: dict[str, list[Indicateur]] = {}
    for code, indicateur in base.catalogue.indicateurs.items():
        if code in possibles and not indicateur.evolution_de:
            par_pilier.setdefault(indicateur.pilier or "Sans pilier", []).append(indicateur)
    return [
        PilierConnu(
            pilier,
            tuple(i for i in indicateurs if i.indicateur in siens),
            tuple(i for i in indicateurs if i.indicateur not in siens),
        )
        for pilier, indicateurs in par_pilier.items()
    ]
