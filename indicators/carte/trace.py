"""Des contours aux tracés SVG : coupés au bord de la fenêtre, au dixième de pixel, chaque point depuis le précédent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from indicators.base.carte import Forme
from indicators.carte.projection import Cadre
from indicators.donnees.traces import PAR_DEGRE
from indicators.socle.emprise import Emprise

ASSEZ = 0.8
"""De combien de pixels la limite d'une commune du fond peut s'écarter de la sienne."""
_JOUR = 3e-4
"""Trente mètres, en degrés : le jour que deux limites, simplifiées chacune de son côté, laissent entre elles."""


@dataclass(frozen=True)
class Fond:
    """Les communes du fond : la surface de celles de l'agglomération, celle des voisines, et leurs limites.

    Trois tracés SVG ; une limite que deux communes partagent n'y est qu'une fois. Vides sans contour connu.
    """

    membres: str = ""
    voisines: str = ""
    limites: str = ""

    def __bool__(self) -> bool:
        """Vrai s'il y a quelque chose à dessiner."""
        return bool(self.limites)


def tracer(formes: Iterable[Forme], cadre: Cadre, fenetre: Emprise) -> tuple[dict[str, str], int]:
    """Le tracé de chaque forme, par territoire, et le nombre de points en tout ; celles qui sont dehors manquent."""
    traces, points = {}, 0
    for forme in formes:
        traces[forme.territoire], siens = _surface(forme.geometrie, cadre, fenetre)
        points += siens
    return {code: trace for code, trace in traces.items() if trace}, points


def tracer_les_bords(formes: Iterable[Forme], cadre: Cadre, fenetre: Emprise) -> tuple[dict[str, str], int]:
    """Comme `tracer`, mais la seule limite de chaque forme : le bord de la fenêtre n'en est pas une."""
    traces, points = {}, 0
    for forme in formes:
        visible = shapely.clip_by_rect(shapely.boundary(forme.geometrie), *_bornes(fenetre))
        suites = shapely.line_merge(visible) if visible.geom_type == "MultiLineString" else visible
        traces[forme.territoire], siens = _lignes(shapely.get_parts(shapely.transform(suites, cadre.pixels)))
        points += siens
    return {code: trace for code, trace in traces.items() if trace}, points


def reunir(formes: Iterable[Forme]) -> BaseGeometry:
    """La surface que font ensemble ces contours, sans les jours que leurs limites laissent entre eux."""
    uni = shapely.union_all([forme.geometrie for forme in formes])
    large = shapely.buffer(uni, _JOUR, join_style="mitre")
    return shapely.buffer(large, -_JOUR, join_style="mitre")


def tracer_le_fond(
    formes: Mapping[str, Forme], membres: Collection[str], cadre: Cadre, fenetre: Emprise
) -> tuple[Fond, int]:
    """Le fond que font ces communes, et le nombre de points en tout."""
    if not formes:
        return Fond(), 0
    dedans = [f.geometrie for code, f in formes.items() if code in membres]
    dehors = [f.geometrie for code, f in formes.items() if code not in membres]
    siennes, n = _surface(shapely.coverage_union_all(dedans), cadre, fenetre)
    voisines, m = _surface(shapely.coverage_union_all(dehors), cadre, fenetre)
    limites = shapely.clip_by_rect(_aretes([*dedans, *dehors]), *_bornes(fenetre))
    reduites = shapely.simplify(shapely.transform(limites, cadre.pixels), ASSEZ, preserve_topology=False)
    trace, k = _lignes(shapely.get_parts(reduites))
    return Fond(siennes, voisines, trace), n + m + k


def _aretes(geometries: list[BaseGeometry]) -> BaseGeometry:
    """Les limites de ces surfaces, celles que deux d'entre elles partagent une seule fois."""
    anneaux = shapely.get_parts(shapely.boundary(geometries))
    sommets, rangs = shapely.get_coordinates(anneaux, return_index=True)
    grains = np.rint(sommets * PAR_DEGRE).astype(np.int64)
    cles = (grains[:, 0] << 32) + (grains[:, 1] & 0xFFFFFFFF)
    suivies = rangs[1:] == rangs[:-1]
    aretes = np.sort(np.column_stack((cles[:-1], cles[1:]))[suivies], axis=1)
    aretes = aretes[np.lexsort(aretes.T)]
    uniques = aretes[np.any(np.diff(aretes, axis=0, prepend=-1) != 0, axis=1) & (aretes[:, 0] != aretes[:, 1])]
    est = uniques >> 32
    nord = ((uniques & 0xFFFFFFFF) ^ 0x80000000) - 0x80000000
    lignes = shapely.multilinestrings(np.stack((est, nord), axis=2) / PAR_DEGRE)
    return shapely.line_merge(lignes)  # type: ignore[return-value]


def _bornes(fenetre: Emprise) -> tuple[float, float, float, float]:
    return fenetre.ouest, fenetre.sud, fenetre.est, fenetre.nord


def _surface(geometrie: BaseGeometry, cadre: Cadre, fenetre: Emprise) -> tuple[str, int]:
    """Le tracé d'une surface, trous compris, et son nombre de points ; vide si rien n'en est visible."""
    visible = shapely.clip_by_rect(geometrie, *_bornes(fenetre))
    anneaux = [
        pixels
        for polygone in shapely.get_parts(visible)
        for anneau in ((polygone.exterior, *polygone.interiors) if polygone.geom_type == "Polygon" else ())
        if len(pixels := _dixiemes(cadre.pixels(shapely.get_coordinates(anneau)))) > 3
    ]
    return _anneaux([pixels[:-1] for pixels in anneaux]), sum(len(pixels) - 1 for pixels in anneaux)


def _dixiemes(pixels: np.ndarray) -> np.ndarray:
    """Ces points en dixièmes de pixel, sans ceux qui se confondent avec le précédent."""
    arrondis: np.ndarray = np.rint(pixels * 10).astype(int)
    garde = np.ones(len(arrondis), bool)
    garde[1:] = (arrondis[1:] != arrondis[:-1]).any(axis=1)
    return arrondis[garde]


def _anneaux(anneaux: Iterable[np.ndarray]) -> str:
    """Ces anneaux, en dixièmes de pixel, en un seul tracé : chacun part du début du précédent."""
    morceaux, dernier = [], np.zeros(2, int)
    for pixels in anneaux:
        depart, *pas = np.diff(pixels, axis=0, prepend=dernier[None]).tolist()
        suite = "".join([_pas(x) + _pas(y) for x, y in pas]).lstrip()
        morceaux.append(f"m{_pas(depart[0])}{_pas(depart[1])}l{suite}z")
        dernier = pixels[0]
    return "".join(morceaux)


def _lignes(lignes: np.ndarray) -> tuple[str, int]:
    """Ces lignes, en pixels, en un seul tracé, et leur nombre de points ; toutes à la fois, elles sont mille."""
    points, rangs = shapely.get_coordinates(lignes, return_index=True)
    if not len(points):  # aucune limite dans la fenêtre
        return "", 0
    dixiemes = np.rint(points * 10).astype(int)
    neufs = np.ones(len(dixiemes), bool)
    neufs[1:] = (dixiemes[1:] != dixiemes[:-1]).any(axis=1) | (rangs[1:] != rangs[:-1])
    dixiemes, rangs = dixiemes[neufs], rangs[neufs]
    pas = [_pas(x) + _pas(y) for x, y in np.diff(dixiemes, axis=0, prepend=0).tolist()]
    debuts = np.flatnonzero(np.diff(rangs, prepend=-1)).tolist()
    morceaux = [
        f"m{pas[debut]}l{''.join(pas[debut + 1 : fin]).lstrip()}" if fin > debut + 1 else f"m{pas[debut]}"
        for debut, fin in zip(debuts, [*debuts[1:], len(pas)], strict=True)
    ]
    return "".join(morceaux), len(pas)


@cache
def _pas(dixiemes: int) -> str:
    """Des dixièmes de pixel, séparés de ce qui précède : le signe moins y suffit, et le zéro des unités se passe."""
    texte = f"{dixiemes / 10:g}"
    if abs(dixiemes) < 10:
        texte = texte.replace("0.", ".")
    return texte if dixiemes < 0 else f" {texte}"
