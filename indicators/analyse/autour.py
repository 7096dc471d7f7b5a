"""Ce qu'il y a autour d'un quartier : les lieux ouverts au public, et leur distance à son périmètre, à vol d'oiseau."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from indicators.base.base import Base
from indicators.base.carte import contours
from indicators.base.services import services
from indicators.socle.emprise import Emprise
from indicators.socle.services import Service
from indicators.socle.territoires import Territoire

RAYON = 1000
"""Jusqu'à quelle distance du périmètre un lieu est autour du quartier, en mètres : un quart d'heure à pied."""
_METRES_PAR_DEGRE = 111_320.0
_AU_MOINS_UN = "france_services"
"""Ce dont le plus proche est toujours donné, si loin soit-il."""


@dataclass(frozen=True)
class Proche:
    """Un lieu et sa distance au périmètre, en mètres ; zéro s'il est dedans."""

    service: Service
    metres: float


def autour(base: Base, quartiers: Sequence[Territoire]) -> tuple[Proche, ...]:
    """Les lieux à moins de `RAYON` du périmètre de ces quartiers, le plus proche d'abord ; vide sans contour connu.

    La France services la plus proche y est toujours : son absence alentour est ce que l'on veut savoir.
    """
    formes = contours(base, [t.territoire for t in quartiers], 0)
    lieux = services(base)
    if not formes or not lieux:
        return ()
    forme = shapely.union_all([f.geometrie for f in formes.values()])
    parallele = math.cos(math.radians(shapely.centroid(forme).y))
    echelle = (_METRES_PAR_DEGRE * parallele, _METRES_PAR_DEGRE)
    a_plat = shapely.transform(forme, lambda degres: degres * echelle)
    points = shapely.points([(s.longitude * echelle[0], s.latitude * echelle[1]) for s in lieux])
    mesures = sorted(
        (Proche(s, float(d)) for s, d in zip(lieux, shapely.distance(a_plat, points), strict=True)),
        key=lambda p: (p.metres, p.service.service),
    )
    plus_proche = next((p for p in mesures if p.service.genre == _AU_MOINS_UN), None)
    return tuple(p for p in mesures if p.metres <= RAYON or p is plus_proche)


@dataclass(frozen=True)
class Place:
    """Un lieu d'une carte, et le quartier dont il est le plus proche.

    `quartier`, `metres` : None si aucun périmètre n'est connu. `metres` : sa distance à ce périmètre, à vol d'oiseau ;
    zéro s'il est dedans.
    """

    service: Service
    quartier: Territoire | None
    metres: float | None


def places(base: Base, genres: Sequence[str], emprise: Emprise, quartiers: Sequence[Territoire]) -> tuple[Place, ...]:
    """Les lieux de ces sortes dans une emprise, le plus proche d'un de ces quartiers d'abord."""
    lieux = [
        s
        for s in services(base)
        if s.genre in genres
        and emprise.ouest <= s.longitude <= emprise.est
        and emprise.sud <= s.latitude <= emprise.nord
    ]
    formes = contours(base, [t.territoire for t in quartiers], 0)
    connus = [t for t in quartiers if t.territoire in formes]
    if not lieux or not connus:
        return tuple(Place(s, None, None) for s in lieux)
    milieu = math.radians((emprise.sud + emprise.nord) / 2)
    echelle = (_METRES_PAR_DEGRE * math.cos(milieu), _METRES_PAR_DEGRE)
    plates = [shapely.transform(formes[t.territoire].geometrie, lambda degres: degres * echelle) for t in connus]
    points = shapely.points([(s.longitude * echelle[0], s.latitude * echelle[1]) for s in lieux])
    rangs, distances = shapely.STRtree(plates).query_nearest(points, return_distance=True, all_matches=False)
    trouvees = [
        Place(lieux[lieu], connus[quartier], float(distance))
        for lieu, quartier, distance in zip(rangs[0], rangs[1], distances, strict=True)
    ]
    return tuple(sorted(trouvees, key=lambda p: (p.metres or 0.0, p.service.service)))
