"""Les contours, une fois pour toutes : trois niveaux de détail, et deux voisins gardent la même limite."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from indicators.donnees.traces import PAR_DEGRE, coder

TOLERANCES = (20, 150, 600)
"""Le détail gardé à chaque niveau, en mètres : une agglomération, un département ou une région, le pays."""

_METRES_PAR_DEGRE = 90_000
"""Entre un degré de latitude (111 km) et un degré de longitude en France (65 à 82 km) : assez juste pour simplifier."""


COLONNES = ("territoire", "niveau", "jusqu_a", "longitude", "latitude", "anneaux", "pas")


def simplifier(contours: Mapping[str, MultiPolygon]) -> pd.DataFrame:
    """Chaque contour aux trois niveaux ; une ligne un contour à un niveau (`niveau` à `jusqu_a`).

    Colonnes : celles de la table `contours` de la base, sauf l'emprise. `anneaux` et `pas` : voir `traces`.
    Les territoires d'une même nomenclature sont simplifiés ensemble (Visvalingam-Whyatt sur une couverture) : la limite
    de deux communes reste commune, sans trou ni chevauchement.
    """
    familles: dict[str, list[str]] = defaultdict(list)
    for code in sorted(contours):
        familles[code.rstrip("0123456789M")].append(code)
    lignes: list[tuple[str, int, float, float, BaseGeometry]] = []
    for codes in familles.values():
        formes = [contours[code] for code in codes]
        interieurs = shapely.point_on_surface(formes)
        for niveau, tolerance in enumerate(TOLERANCES):
            reduites = shapely.coverage_simplify(formes, tolerance / _METRES_PAR_DEGRE)
            for code, forme, reduite, dedans in zip(codes, formes, reduites, interieurs, strict=True):
                gardee = forme if reduite is None or reduite.is_empty else reduite
                lignes.append((code, niveau, dedans.x, dedans.y, gardee))
    anneaux, pas = coder(forme for *_, forme in lignes)
    return pd.DataFrame(
        [(code, n, n, x, y, a, p) for (code, n, x, y, _), a, p in zip(lignes, anneaux, pas, strict=True)],
        columns=COLONNES,
    )


def lire_embarques(chemin: Path, sauf: Collection[str] = ()) -> pd.DataFrame:
    """Les contours embarqués (`data/france/contours.parquet`), sauf ceux-ci, que l'on a apportés ; mêmes colonnes.

    Vide si le fichier n'y est pas ; lève `pyarrow.ArrowInvalid` s'il est abîmé.
    """
    if not chemin.exists():
        return pd.DataFrame(columns=COLONNES)
    table = pq.read_table(chemin)
    lus: pd.DataFrame = table.to_pandas()
    lus = lus[~lus["territoire"].isin(list(sauf))]
    grains = lus.pop("grain")
    for axe in ("longitude", "latitude"):
        lus[axe] = lus[axe] * grains / PAR_DEGRE
    lus["pas"] = [pas * grain for pas, grain in zip(lus["pas"], grains, strict=True)]
    return lus[list(COLONNES)]


def niveau_pour(metres_par_pixel: float) -> int:
    """Le niveau le moins détaillé dont la simplification ne se voit pas à cette échelle."""
    return max([n for n, tolerance in enumerate(TOLERANCES) if tolerance <= 1.5 * metres_par_pixel], default=0)
