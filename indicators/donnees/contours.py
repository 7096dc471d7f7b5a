"""Simplifier des contours une fois pour toutes : trois niveaux de détail, et deux voisins gardent la même limite."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

import shapely
from shapely.geometry import MultiPolygon

TOLERANCES = (20, 150, 600)
"""Le détail gardé à chaque niveau, en mètres : une agglomération, un département ou une région, le pays."""

_METRES_PAR_DEGRE = 90_000
"""Entre un degré de latitude (111 km) et un degré de longitude en France (65 à 82 km) : assez juste pour simplifier."""


class Simplifie(NamedTuple):
    """Un contour à un niveau de détail : nombre de points, emprise, point intérieur (degrés), géométrie (WKB)."""

    territoire: str
    niveau: int
    points: int
    ouest: float
    sud: float
    est: float
    nord: float
    longitude: float
    latitude: float
    geometrie: bytes


def simplifier(contours: Mapping[str, MultiPolygon]) -> list[Simplifie]:
    """Chaque contour aux trois niveaux.

    Les territoires d'une même nomenclature sont simplifiés ensemble (Visvalingam-Whyatt sur une couverture) : la limite
    de deux communes reste commune, sans trou ni chevauchement.
    """
    familles: dict[str, list[str]] = defaultdict(list)
    for code in sorted(contours):
        familles[re.match(r"[A-Z]*", code)[0]].append(code)
    lignes = []
    for codes in familles.values():
        formes = [contours[code] for code in codes]
        interieurs = shapely.point_on_surface(formes)
        for niveau, tolerance in enumerate(TOLERANCES):
            reduites = shapely.coverage_simplify(formes, tolerance / _METRES_PAR_DEGRE)
            for code, forme, reduite, interieur in zip(codes, formes, reduites, interieurs, strict=True):
                gardee = forme if reduite is None or reduite.is_empty else reduite
                lignes.append(
                    Simplifie(
                        code, niveau, int(shapely.get_num_coordinates(gardee)), *forme.bounds,
                        interieur.x, interieur.y, shapely.to_wkb(gardee),
                    )
                )  # fmt: skip
    return lignes


def niveau_pour(metres_par_pixel: float) -> int:
    """Le niveau le moins détaillé dont la simplification ne se voit pas à cette échelle."""
    return max([n for n, tolerance in enumerate(TOLERANCES) if tolerance <= 1.5 * metres_par_pixel], default=0)
