"""Un contour en nombres entiers : la suite de ses pas sur une grille. Six fois plus petit qu'en WKB, et sans perte.

Un contour est un multipolygone en degrés (longitude, latitude) dont les sommets sont sur une grille de `PAR_DEGRE`
grains par degré.
Il s'écrit en deux listes : `anneaux`, le nombre de sommets de chaque anneau (positif : un nouveau polygone ; négatif :
un trou du précédent ; le sommet de fermeture n'est pas compté), et `pas`, les écarts en x puis en y d'un sommet au
suivant, le premier de chaque anneau étant compté depuis (0, 0).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

PAR_DEGRE = 100_000
"""Combien de grains dans un degré : un grain fait un mètre, au plus."""

Entiers = npt.NDArray[np.int32]


def coder(formes: Iterable[BaseGeometry]) -> tuple[list[Entiers], list[Entiers]]:
    """Les `anneaux` et les `pas` de chaque forme, ramenée à la grille ; ce qui n'est pas une surface est laissé."""
    anneaux, pas = [], []
    for forme in formes:
        longueurs, morceaux = [], []
        for polygone in shapely.get_parts(forme):
            if polygone.geom_type != "Polygon":
                continue
            for rang, anneau in enumerate((polygone.exterior, *polygone.interiors)):
                sommets = np.rint(shapely.get_coordinates(anneau)[:-1] * PAR_DEGRE).astype(np.int32)
                longueurs.append(len(sommets) if rang == 0 else -len(sommets))
                morceaux.append(np.diff(sommets, axis=0, prepend=np.zeros((1, 2), np.int32)).ravel())
        anneaux.append(np.array(longueurs, np.int32))
        pas.append(np.concatenate(morceaux) if morceaux else np.zeros(0, np.int32))
    return anneaux, pas


def decoder(anneaux: Sequence[Sequence[int]], pas: Sequence[Sequence[int]]) -> npt.NDArray[np.object_]:
    """Les formes que `coder` a écrites, dans le même ordre : des multipolygones."""
    if not any(len(a) for a in anneaux):
        return np.array([MultiPolygon() for _ in anneaux], dtype=object)
    par_forme = np.array([len(a) for a in anneaux])
    longueurs = np.concatenate([np.asarray(a, np.int64) for a in anneaux])
    sommets = np.concatenate([np.asarray(p, np.int64) for p in pas]).reshape(-1, 2)
    tailles = np.abs(longueurs)
    debuts = np.concatenate(([0], np.cumsum(tailles)[:-1]))
    cumul = np.cumsum(np.concatenate((np.zeros((1, 2), np.int64), sommets)), axis=0)
    cumul, avant = cumul[1:], cumul[debuts]
    places = cumul - np.repeat(avant, tailles, axis=0)
    # Chaque anneau est refermé : son premier sommet est répété à sa fin.
    indices = np.arange(len(places)) + np.repeat(np.arange(len(tailles)), tailles)
    fermes = np.empty((len(places) + len(tailles), 2))
    fermes[indices] = places
    fermes[debuts + tailles + np.arange(len(tailles))] = places[debuts]
    fins_des_anneaux = np.concatenate(([0], np.cumsum(tailles + 1)))
    exterieurs = longueurs > 0
    rangs = np.flatnonzero(exterieurs)
    polygones = np.concatenate((rangs, [len(longueurs)]))
    limites = np.concatenate(([0], np.cumsum(par_forme)))
    formes = np.searchsorted(rangs, limites)
    return np.asarray(
        shapely.from_ragged_array(
            shapely.GeometryType.MULTIPOLYGON, fermes / PAR_DEGRE, (fins_des_anneaux, polygones, formes)
        )
    )
