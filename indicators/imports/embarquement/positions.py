"""La superficie et un point intérieur de chaque quartier de 2024 et de chaque IRIS, d'après son contour."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from indicators.imports.embarquement import contours
from indicators.socle.erreurs import ErreurImport

QUARTIERS = "périmètre ANCT 2024"
IRIS = "contours IRIS 2020 (IGN et Insee)"
_METRES_PAR_DEGRE = 111_320.0


@dataclass(frozen=True)
class Position:
    """Hectares, à l'hectare ; degrés, à trois décimales : le point est dans le périmètre, il ne le résume pas."""

    superficie_ha: float
    latitude: float
    longitude: float
    source_position: str


def positions(dossier: Path) -> dict[str, Position]:
    """La position de chaque quartier et de chaque IRIS dont le dossier donne le contour ; rien s'il ne le donne pas."""
    try:
        quartiers = contours.perimetres(dossier)
    except ErreurImport:
        quartiers = {}
    return {code: _position(forme, QUARTIERS) for code, forme in sorted(quartiers.items())} | {
        code: _position(forme, IRIS) for code, forme in sorted(contours.iris(dossier).items())
    }


def _position(forme: BaseGeometry, source: str) -> Position:
    point = shapely.point_on_surface(forme)
    parallele = math.cos(math.radians(point.y))
    metres = shapely.transform(forme, lambda xy: xy * (_METRES_PAR_DEGRE * parallele, _METRES_PAR_DEGRE))
    return Position(float(round(metres.area / 10_000)), round(point.y, 3), round(point.x, 3), source)
