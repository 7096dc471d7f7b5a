"""Les questions que pose une carte : les contours de ces territoires, ceux d'une emprise, à un niveau de détail."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from indicators.base.base import Base
from indicators.socle.emprise import Emprise
from indicators.socle.territoires import Maille, Territoire

TROP_DE_FONDS = 600
"""Au-delà de ce nombre de communes voisines, le fond n'aide plus à se repérer."""

_FORME = "territoire, geometrie, longitude, latitude"


@dataclass(frozen=True)
class Forme:
    """Le contour d'un territoire à un niveau de détail et un point qui est dedans, en degrés."""

    territoire: str
    geometrie: BaseGeometry
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Ancre:
    """Où se pose le symbole d'un territoire sans contour, en degrés ; `communes` : de qui vient la position."""

    longitude: float
    latitude: float
    communes: tuple[str, ...] = ()


def emprises(base: Base, territoires: Collection[str]) -> dict[str, Emprise]:
    """L'emprise du contour de chacun de ces territoires ; ceux qui n'en ont pas manquent."""
    lignes = base._toutes(
        "SELECT territoire, ouest, sud, est, nord FROM contours WHERE niveau = 0 AND territoire IN (SELECT unnest(?))",
        [list(territoires)],
    )
    return {code: Emprise(*bornes) for code, *bornes in lignes}


def contours(base: Base, territoires: Collection[str], niveau: int) -> dict[str, Forme]:
    """Les contours de ces territoires à ce niveau ; ceux qui n'en ont pas manquent."""
    lignes = base._toutes(
        f"SELECT {_FORME} FROM contours WHERE niveau = ? AND territoire IN (SELECT unnest(?))",
        [niveau, list(territoires)],
    )
    return _formes(lignes)


def communes_dans(base: Base, emprise: Emprise, niveau: int) -> dict[str, Forme]:
    """Les contours de communes qui touchent une emprise, pour le fond ; aucun s'il y en a trop."""
    lignes = base._toutes(
        f"SELECT {_FORME} FROM contours WHERE niveau = ? AND est >= ? AND ouest <= ? AND nord >= ? AND sud <= ?"
        " AND starts_with(territoire, 'COM') LIMIT ?",
        [niveau, emprise.ouest, emprise.est, emprise.sud, emprise.nord, TROP_DE_FONDS + 1],
    )
    return _formes(lignes) if len(lignes) <= TROP_DE_FONDS else {}


def ancres(base: Base, territoires: Iterable[Territoire]) -> dict[str, Ancre]:
    """La position indicative de chacun : la sienne, sinon le milieu de ses communes ; absent s'il n'y en a pas."""
    trouvees = {
        t.territoire: Ancre(t.longitude, t.latitude)
        for t in territoires
        if t.longitude is not None and t.latitude is not None
    }
    sans = [t.territoire for t in territoires if t.territoire not in trouvees]
    lignes = base._toutes(
        "SELECT a.territoire, avg(c.longitude), avg(c.latitude), list(c.nom ORDER BY c.nom) FROM appartenances AS a"
        " JOIN territoires AS c ON c.territoire = a.parent WHERE a.nature = 'commune' AND c.longitude IS NOT NULL"
        " AND c.latitude IS NOT NULL AND a.territoire IN (SELECT unnest(?)) GROUP BY a.territoire",
        [sans],
    )
    return trouvees | {code: Ancre(x, y, tuple(noms)) for code, x, y, noms in lignes}


def communes_reperes(base: Base, agglomeration: str) -> list[Territoire]:
    """Les communes d'une agglomération qui ont une position : de quoi se repérer quand les contours manquent."""
    return [t for t in base.territoires(base.communes_de(agglomeration)) if t.longitude is not None]


def _formes(lignes: list[tuple[Any, ...]]) -> dict[str, Forme]:
    geometries = shapely.from_wkb([bytes(ligne[1]) for ligne in lignes])
    return {
        code: Forme(code, geometrie, longitude, latitude)
        for (code, _, longitude, latitude), geometrie in zip(lignes, geometries, strict=True)
    }


def par_departement(base: Base, maille: Maille) -> dict[str, list[str]]:
    """Les codes des territoires de cette maille, par département."""
    return dict(
        base._toutes(
            "SELECT a.parent, list(t.territoire ORDER BY t.recherche) FROM appartenances AS a"
            " JOIN territoires AS t ON t.territoire = a.territoire"
            " WHERE a.nature = 'departement' AND t.maille = ? GROUP BY a.parent ORDER BY a.parent",
            [str(maille)],
        )
    )


def par_region(base: Base, maille: Maille) -> dict[str, list[str]]:
    """Les codes des territoires de cette maille, par région (celle de leur département)."""
    return dict(
        base._toutes(
            "SELECT r.parent, list(DISTINCT t.territoire ORDER BY t.territoire) FROM appartenances AS a"
            " JOIN territoires AS t ON t.territoire = a.territoire JOIN appartenances AS r ON r.territoire = a.parent"
            " WHERE a.nature = 'departement' AND r.nature = 'region' AND t.maille = ? GROUP BY r.parent ORDER BY 1",
            [str(maille)],
        )
    )


def par_commune(base: Base, quartiers: Collection[str]) -> dict[str, list[str]]:
    """Pour chaque commune de ces quartiers, ceux qui y sont."""
    return dict(
        base._toutes(
            "SELECT parent, list(territoire) FROM appartenances WHERE nature = 'commune'"
            " AND territoire IN (SELECT unnest(?)) GROUP BY parent",
            [list(quartiers)],
        )
    )
