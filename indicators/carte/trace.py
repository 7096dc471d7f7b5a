"""Des contours aux tracés SVG : coupés au bord de la fenêtre, au dixième de pixel, chaque point depuis le précédent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
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

    Des tracés SVG, vides sans contour connu ; une limite que deux communes partagent n'y est qu'une fois. `ailleurs` :
    les limites qu'un autre cadre est seul à montrer.
    """

    membres: str = ""
    voisines: str = ""
    limites: str = ""
    ailleurs: str = ""

    def __bool__(self) -> bool:
        """Vrai s'il y a quelque chose à dessiner."""
        return bool(self.limites)


def tracer(formes: Iterable[Forme], cadre: Cadre, fenetre: Emprise) -> tuple[dict[str, str], int]:
    """Le tracé de chaque forme, par territoire, et le nombre de points en tout ; celles qui sont dehors manquent."""
    siennes = list(formes)
    traces, points = _surfaces([forme.geometrie for forme in siennes], cadre, fenetre)
    return _traces(siennes, traces), points


def tracer_les_bords(formes: Iterable[Forme], cadre: Cadre, fenetre: Emprise) -> tuple[dict[str, str], int]:
    """Comme `tracer`, mais la seule limite de chaque forme : le bord de la fenêtre n'en est pas une."""
    siennes = list(formes)
    bords = _coupees(shapely.boundary(np.array([forme.geometrie for forme in siennes], object)), fenetre)
    lignes, rangs = shapely.get_parts(shapely.line_merge(bords), return_index=True)
    sommets, reperes = shapely.get_coordinates(lignes, return_index=True)
    traces, points = _lignes(cadre.pixels(sommets), reperes, rangs, len(siennes))
    return _traces(siennes, traces), points


def _traces(formes: Sequence[Forme], traces: Sequence[str]) -> dict[str, str]:
    return {forme.territoire: trace for forme, trace in zip(formes, traces, strict=True) if trace}


def reunir(formes: Iterable[Forme]) -> BaseGeometry:
    """La surface que font ensemble ces contours, sans les jours que leurs limites laissent entre eux."""
    uni = shapely.union_all([forme.geometrie for forme in formes])
    large = shapely.buffer(uni, _JOUR, join_style="mitre")
    return shapely.buffer(large, -_JOUR, join_style="mitre")


def tracer_le_fond(
    formes: Mapping[str, Forme], membres: Collection[str], cadre: Cadre, fenetre: Emprise, sienne: Emprise
) -> tuple[Fond, int]:
    """Le fond que font ces communes, et le nombre de points en tout ; `sienne` : de la fenêtre, la part de ce cadre."""
    if not formes:
        return Fond(), 0
    dedans = [f.geometrie for code, f in formes.items() if code in membres]
    dehors = [f.geometrie for code, f in formes.items() if code not in membres]
    unies = [shapely.coverage_union_all(communes) for communes in (dedans, dehors)]
    (siennes, voisines), n = _surfaces(unies, cadre, fenetre)
    limites = shapely.get_parts(_coupees(_aretes([*dedans, *dehors]), fenetre))
    ailleurs = shapely.disjoint(shapely.envelope(limites), shapely.box(*_bornes(sienne)))
    limites = np.concatenate((limites[~ailleurs], limites[ailleurs]))
    sommets, rangs = shapely.get_coordinates(limites, return_index=True)
    entieres = shapely.linestrings(cadre.pixels(sommets), indices=rangs)
    reduites = shapely.simplify(entieres, ASSEZ, preserve_topology=False)
    points, lignes = shapely.get_coordinates(reduites, return_index=True)
    traces, m = _lignes(points, lignes, np.sort(ailleurs).astype(int), 2)
    return Fond(siennes, voisines, *traces), n + m


def _aretes(geometries: list[BaseGeometry]) -> np.ndarray:
    """Les limites de ces surfaces, en lignes ; celles que deux d'entre elles partagent une seule fois.

    Une ligne va d'un carrefour au suivant, ou au début de l'anneau : réduite, elle en part et y arrive encore.
    """
    anneaux = shapely.get_rings(shapely.get_parts(geometries))
    sommets, rangs = shapely.get_coordinates(anneaux, return_index=True)
    grains = np.rint(sommets * PAR_DEGRE).astype(np.int64)
    cles = (grains[:, 0] << 32) + (grains[:, 1] & 0xFFFFFFFF)
    aretes = np.flatnonzero((rangs[1:] == rangs[:-1]) & (cles[1:] != cles[:-1]))
    bouts = np.sort(np.column_stack((cles[aretes], cles[aretes + 1])), axis=1)
    ordre = np.lexsort(bouts.T)
    neuves = np.any(np.diff(bouts[ordre], axis=0, prepend=-1) != 0, axis=1)
    aretes = aretes[np.sort(ordre[neuves])]
    # Un sommet où ne se rencontrent pas deux arêtes est un carrefour : une ligne s'y arrête.
    _, lequel, combien = np.unique(
        np.concatenate((cles[aretes], cles[aretes + 1])), return_inverse=True, return_counts=True
    )
    carrefour = combien[lequel[: len(aretes)]] != 2
    debuts = carrefour | (np.diff(aretes, prepend=-2) != 1)
    lignes = np.cumsum(debuts) - 1
    # Les sommets d'une ligne : le début de chacune de ses arêtes, et la fin de la dernière.
    fins = np.append(np.flatnonzero(debuts)[1:], len(aretes)) - 1
    places = np.concatenate((aretes, aretes[fins] + 1))
    de = np.concatenate((lignes, lignes[fins]))
    range_ = np.argsort(de, kind="stable")
    return np.asarray(shapely.linestrings(sommets[places[range_]], indices=de[range_]))


def _bornes(fenetre: Emprise) -> tuple[float, float, float, float]:
    return fenetre.ouest, fenetre.sud, fenetre.est, fenetre.nord


def _coupees(geometries: np.ndarray, fenetre: Emprise) -> np.ndarray:
    """Ce que la fenêtre montre de chacune : la plupart y sont entières, et ne se coupent pas."""
    bornes = shapely.bounds(geometries)
    ouest, sud, est, nord = _bornes(fenetre)
    dedans = (bornes[:, :2] >= (ouest, sud)).all(axis=1) & (bornes[:, 2:] <= (est, nord)).all(axis=1)
    coupees = geometries.copy()
    coupees[~dedans] = shapely.clip_by_rect(geometries[~dedans], ouest, sud, est, nord)
    return coupees


def _surfaces(geometries: Sequence[BaseGeometry], cadre: Cadre, fenetre: Emprise) -> tuple[list[str], int]:
    """Le tracé de chaque surface, trous compris, et leur nombre de points ; vide si rien n'en est visible.

    Chaque anneau d'une surface part du début du précédent.
    """
    polygones, formes = shapely.get_parts(_coupees(np.array(geometries, object), fenetre), return_index=True)
    pleins = shapely.get_type_id(polygones) == shapely.GeometryType.POLYGON
    anneaux, des_polygones = shapely.get_rings(polygones[pleins], return_index=True)
    formes = formes[pleins][des_polygones]
    sommets, rangs = shapely.get_coordinates(anneaux, return_index=True)
    dixiemes, rangs = _dixiemes(cadre.pixels(sommets), rangs)
    # Un anneau qui n'a plus trois sommets ne se voit pas ; le dernier, qui est aussi le premier, est celui du « z ».
    gardes = (np.bincount(rangs, minlength=len(anneaux)) > 3)[rangs] & (np.diff(rangs, append=-1) == 0)
    dixiemes, rangs = dixiemes[gardes], rangs[gardes]
    debuts = np.flatnonzero(np.diff(rangs, prepend=-1))
    pas = np.diff(dixiemes, axis=0, prepend=0)
    pas[debuts] = np.diff(dixiemes[debuts], axis=0, prepend=0)
    return _ecrire(dixiemes, pas, debuts, formes[rangs[debuts]], len(geometries), "z"), len(dixiemes)


def _lignes(pixels: np.ndarray, rangs: np.ndarray, formes: np.ndarray, combien: int) -> tuple[list[str], int]:
    """Le tracé de chaque forme, et leurs points ; `rangs` : la ligne de chaque point, `formes` : celle d’une ligne."""
    dixiemes, rangs = _dixiemes(pixels, rangs)
    debuts = np.flatnonzero(np.diff(rangs, prepend=-1))
    pas = np.diff(dixiemes, axis=0, prepend=0)
    return _ecrire(dixiemes, pas, debuts, formes[rangs[debuts]], combien, ""), len(dixiemes)


def _dixiemes(pixels: np.ndarray, rangs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ces points en dixièmes de pixel et leur rang, sans ceux qui se confondent avec le précédent de leur rang."""
    dixiemes = np.rint(pixels * 10).astype(int)
    neufs = np.ones(len(dixiemes), bool)
    neufs[1:] = (dixiemes[1:] != dixiemes[:-1]).any(axis=1) | (rangs[1:] != rangs[:-1])
    return dixiemes[neufs], rangs[neufs]


def _ecrire(
    dixiemes: np.ndarray, pas: np.ndarray, debuts: np.ndarray, formes: np.ndarray, combien: int, fin: str
) -> list[str]:
    """Un tracé par forme, vide si elle n'a pas de suite de points : `debuts` dit où elles commencent, `formes` de qui.

    La première suite d'une forme part de l'origine : `pas`, l'écart au point précédent, n'y compte pas.
    """
    premieres = debuts[np.diff(formes, prepend=-1) != 0]
    pas[premieres] = dixiemes[premieres]
    textes = list(map(_pas, pas.ravel().tolist()))
    morceaux: list[list[str]] = [[] for _ in range(combien)]
    bornes = [*debuts.tolist(), len(pas)]
    for debut, suivant, forme in zip(bornes, bornes[1:], formes.tolist(), strict=False):
        depart = "".join(textes[2 * debut : 2 * debut + 2]).lstrip()
        suite = "".join(textes[2 * debut + 2 : 2 * suivant]).lstrip()
        morceaux[forme].append(f"m{depart}l{suite}{fin}" if suite else f"m{depart}{fin}")
    return ["".join(siens) for siens in morceaux]


@cache
def _pas(dixiemes: int) -> str:
    """Des dixièmes de pixel, séparés de ce qui précède : le signe moins y suffit, et le zéro des unités se passe."""
    texte = f"{dixiemes / 10:g}"
    if abs(dixiemes) < 10:
        texte = texte.replace("0.", ".")
    return texte if dixiemes < 0 else f" {texte}"
