"""Les questions que pose une carte : les contours de ces territoires, ceux d'une emprise, à un niveau de détail."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shapely.geometry.base import BaseGeometry

from indicators.base.base import Base
from indicators.base.lieux import ACTUELLES
from indicators.donnees.traces import decoder
from indicators.socle.emprise import Emprise
from indicators.socle.territoires import Maille, Territoire

TROP_DE_FONDS = 600
"""Au-delà de ce nombre de communes voisines, le fond n'aide plus à se repérer."""
TROP_D_IRIS = 5_000
"""Plus que n'en a aucun département : un tracé aussi grand n'est pas celui d'un regroupement."""

_POINTS = (
    "SELECT t.territoire, coalesce(c.longitude, t.longitude) AS longitude, coalesce(c.latitude, t.latitude) AS latitude"
    " FROM territoires AS t LEFT JOIN contours AS c ON c.territoire = t.territoire AND c.niveau = 0"
    " WHERE coalesce(c.longitude, t.longitude) IS NOT NULL"
)
_SUCCESSEURS = "SELECT ancien AS code, nouveau AS vers FROM filiations"
_COMMUNES = f"SELECT territoire AS code, parent AS vers FROM {ACTUELLES} WHERE nature = 'commune'"
_FORME = "territoire, anneaux, pas, longitude, latitude"


@dataclass(frozen=True)
class Forme:
    """Le contour d'un territoire à un niveau de détail et un point qui est dedans, en degrés."""

    territoire: str
    geometrie: BaseGeometry
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Ancre:
    """Où se pose le symbole d'un territoire sans contour, en degrés, et de qui vient la position.

    `successeurs` : les noms des quartiers de 2024 nés de lui, dont le périmètre est connu ; à défaut `communes` : ceux
    des siennes ; `codes` : leurs codes.
    """

    longitude: float
    latitude: float
    successeurs: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def indicative(self) -> bool:
        """Vrai si la position n'est pas la sienne."""
        return bool(self.successeurs or self.communes)


def emprises(base: Base, territoires: Collection[str]) -> dict[str, Emprise]:
    """L'emprise du contour de chacun de ces territoires ; ceux qui n'en ont pas manquent."""
    lignes = base._toutes(
        "SELECT territoire, ouest, sud, est, nord FROM contours WHERE niveau = 0 AND territoire IN (SELECT unnest(?))",
        [list(territoires)],
    )
    return {code: Emprise(*bornes) for code, *bornes in lignes}


def contours(base: Base, territoires: Collection[str], niveau: int) -> dict[str, Forme]:
    """Les contours de ces territoires à ce niveau ; ceux qui n'en ont pas manquent."""
    if not territoires:
        return {}
    lignes = base._toutes(
        f"SELECT {_FORME} FROM contours WHERE ? BETWEEN niveau AND jusqu_a AND territoire IN (SELECT unnest(?))",
        [niveau, list(territoires)],
    )
    return _formes(lignes)


def contours_des_iris(base: Base, lieux: Iterable[Territoire], niveau: int) -> dict[str, Forme]:
    """Les contours d'IRIS et de communes entières à ce niveau, par territoire : ceux du fichier des IRIS.

    Une commune entière y a le contour de son IRIS (`IRIS620010000`), dont les limites sont celles de ses voisins.
    """
    codes = {
        f"IRIS{t.territoire.removeprefix('COM')}0000" if t.maille is Maille.COMMUNE else t.territoire: t.territoire
        for t in lieux
    }
    return {
        codes[code]: replace(forme, territoire=codes[code]) for code, forme in contours(base, codes, niveau).items()
    }


def contours_de(base: Base, lieux: Sequence[Territoire], niveau: int) -> dict[str, Forme]:
    """Les contours de ces lieux à ce niveau ; s'il y a des IRIS, tous viennent de leur fichier, aux mêmes limites."""
    if any(t.maille is Maille.IRIS for t in lieux):
        return contours_des_iris(base, lieux, niveau)
    return contours(base, [t.territoire for t in lieux], niveau)


def communes_dans(base: Base, emprise: Emprise, niveau: int) -> dict[str, Forme]:
    """Les contours de communes qui touchent une emprise, pour le fond ; ceux des départements s'il y en a trop."""
    return _dans(base, emprise, niveau, "COM") or _dans(base, emprise, niveau, "DEP")


def iris_dans(base: Base, emprise: Emprise) -> dict[str, Forme]:
    """Les contours d'IRIS qui touchent une emprise, au plus fin ; aucun s'il y en a trop, ou si aucun n'y est connu."""
    return _dans(base, emprise, 0, "IRIS", TROP_D_IRIS)


def _dans(base: Base, emprise: Emprise, niveau: int, nomenclature: str, trop: int = TROP_DE_FONDS) -> dict[str, Forme]:
    """Les contours de cette nomenclature qui touchent une emprise ; aucun s'il y en a trop."""
    lignes = base._toutes(
        f"SELECT {_FORME} FROM contours WHERE ? BETWEEN niveau AND jusqu_a"
        " AND est >= ? AND ouest <= ? AND nord >= ? AND sud <= ? AND starts_with(territoire, ?) LIMIT ?",
        [niveau, emprise.ouest, emprise.est, emprise.sud, emprise.nord, nomenclature, trop + 1],
    )
    return _formes(lignes) if len(lignes) <= trop else {}


def ancres(base: Base, territoires: Iterable[Territoire]) -> dict[str, Ancre]:
    """La position de chacun : la sienne, à défaut celle de ses successeurs de 2024, puis de ses communes.

    Absent s'il n'y en a aucune.
    """
    trouvees = {
        t.territoire: Ancre(t.longitude, t.latitude)
        for t in territoires
        if t.longitude is not None and t.latitude is not None
    }
    for liens, champ in ((_SUCCESSEURS, "successeurs"), (_COMMUNES, "communes")):
        sans = [t.territoire for t in territoires if t.territoire not in trouvees]
        if not sans:
            break
        lignes = base._toutes(
            "SELECT l.code, avg(p.longitude), avg(p.latitude), list(t.nom_court ORDER BY t.nom_court),"
            f" list(l.vers ORDER BY l.vers) FROM ({liens}) AS l JOIN territoires AS t ON t.territoire = l.vers"
            f" JOIN ({_POINTS}) AS p ON p.territoire = l.vers"
            " WHERE l.code IN (SELECT unnest(?)) GROUP BY l.code",
            [sans],
        )
        trouvees |= {
            code: Ancre(x, y, codes=tuple(codes), **{champ: tuple(noms)}) for code, x, y, noms, codes in lignes
        }
    return trouvees


def communes_reperes(base: Base, agglomeration: str) -> list[Territoire]:
    """Les communes d'une agglomération : de quoi se repérer."""
    return base.territoires(base.communes_de(agglomeration))


def _formes(lignes: list[tuple[Any, ...]]) -> dict[str, Forme]:
    geometries = decoder([ligne[1] for ligne in lignes], [ligne[2] for ligne in lignes])
    return {
        code: Forme(code, geometrie, longitude, latitude)
        for (code, _, _, longitude, latitude), geometrie in zip(lignes, geometries, strict=True)
    }


def par_departement(base: Base, maille: Maille) -> dict[str, list[str]]:
    """Les codes des territoires de cette maille, par département."""
    return dict(
        base._toutes(
            f"SELECT a.parent, list(t.territoire ORDER BY t.recherche) FROM {ACTUELLES} AS a"
            " JOIN territoires AS t ON t.territoire = a.territoire"
            " WHERE a.nature = 'departement' AND t.maille = ? GROUP BY a.parent ORDER BY a.parent",
            [str(maille)],
        )
    )


def par_region(base: Base, maille: Maille) -> dict[str, list[str]]:
    """Les codes des territoires de cette maille, par région (celle de leur département)."""
    return dict(
        base._toutes(
            f"SELECT r.parent, list(DISTINCT t.territoire ORDER BY t.territoire) FROM {ACTUELLES} AS a"
            f" JOIN territoires AS t ON t.territoire = a.territoire JOIN {ACTUELLES} AS r ON r.territoire = a.parent"
            " WHERE a.nature = 'departement' AND r.nature = 'region' AND t.maille = ? GROUP BY r.parent ORDER BY 1",
            [str(maille)],
        )
    )


def par_parent(base: Base, territoires: Collection[str], nature: str) -> dict[str, list[str]]:
    """Pour chaque commune (`nature` « commune ») ou agglomération (« epci ») de ces territoires, ceux qui y sont."""
    return dict(
        base._toutes(
            f"SELECT parent, list(territoire) FROM {ACTUELLES} WHERE nature = ?"
            " AND territoire IN (SELECT unnest(?)) GROUP BY parent",
            [nature, list(territoires)],
        )
    )
