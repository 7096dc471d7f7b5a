"""Où tombe chaque territoire sur la carte : son contour s'il est connu, sinon un symbole près de sa commune.

Les symboles ne se recouvrent pas : chacun prend la place libre la plus proche de sa position, dans un ordre fixe.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from indicators.base.base import Base
from indicators.base.carte import Ancre, Forme, ancres, communes_dans, communes_reperes, contours, emprises
from indicators.carte.projection import Cadre, cadrer
from indicators.donnees.contours import niveau_pour
from indicators.socle.emprise import Emprise, autour, reunir
from indicators.socle.territoires import Maille, Territoire

PETIT = 26
"""En deçà de ce côté, en pixels, le périmètre d'un quartier ne se voit pas : un symbole est posé dessus."""


@dataclass(frozen=True)
class Symbole:
    """La place d'un symbole et celle du point qu'il désigne, en pixels."""

    x: float
    y: float
    x_vrai: float
    y_vrai: float

    @property
    def deplace(self) -> bool:
        """Vrai s'il a fallu l'écarter."""
        return math.hypot(self.x - self.x_vrai, self.y - self.y_vrai) > 1


@dataclass(frozen=True)
class Plan:
    """Les tracés et les places d'une carte, en pixels, et ce que valent les positions.

    `traces`, `fonds` : tracés SVG par code ; `membres` : les communes de l'agglomération ; `reperes` : le nom et le
    point de celles qui servent de repères ; `indicatifs` : les territoires posés faute de mieux sur leurs successeurs
    ou leurs communes, avec cette position ; `sans_position` : ceux qui ne peuvent pas être posés ; `hors_cadre` :
    combien la carte ne montre pas ; `points` : nombre de points dessinés.
    """

    cadre: Cadre
    traces: dict[str, str]
    centres: dict[str, tuple[float, float]]
    symboles: dict[str, Symbole]
    fonds: dict[str, str]
    membres: frozenset[str]
    reperes: tuple[tuple[str, float, float], ...]
    rayon: float
    indicatifs: dict[str, Ancre]
    sans_position: tuple[Territoire, ...]
    hors_cadre: int
    points: int


def dresser_plan(
    base: Base,
    territoires: Sequence[Territoire],
    largeur: int,
    hauteur: int,
    *,
    agglomeration: str | None = None,
    emprise: Emprise | None = None,
) -> Plan:
    """Place ces territoires dans un cadre.

    `agglomeration` : celle dont les communes servent de repères. `emprise` : ce qu'il faut montrer, par défaut tout.
    """
    codes = [t.territoire for t in territoires]
    reperes = communes_reperes(base, agglomeration) if agglomeration else []
    positions = ancres(base, territoires)
    if emprise is None:
        emprise = etendue_de(base, codes, positions, reperes)
    cadre = cadrer(emprise, largeur, hauteur)
    niveau = niveau_pour(cadre.metres_par_pixel)
    formes = contours(base, codes, niveau)
    voisines = communes_dans(base, cadre.emprise, niveau)
    fonds = {code: forme for code, forme in voisines.items() if code not in formes}
    traces, compte = _tracer(formes.values(), cadre)
    traces_des_fonds, compte_des_fonds = _tracer(fonds.values(), cadre)
    poses = {code: (forme.longitude, forme.latitude) for code, forme in formes.items()}
    poses |= {code: (a.longitude, a.latitude) for code, a in positions.items() if code not in formes}
    centres = _centres(poses, cadre)
    quartiers = [t.territoire for t in territoires if t.maille is Maille.QUARTIER and t.territoire in traces]
    visibles = {c: p for c, p in centres.items() if c in traces or _dedans(p, cadre)}
    petits = {code for code in quartiers if _cote(formes[code], cadre) < PETIT}
    rayon = _rayon(len(codes), largeur)
    return Plan(
        cadre,
        traces,
        visibles,
        ecarter({c: p for c, p in visibles.items() if c not in traces or c in petits}, rayon),
        traces_des_fonds,
        frozenset(t.territoire for t in reperes),
        _reperes(reperes, voisines, cadre, set(codes)),
        rayon,
        {c: a for c, a in positions.items() if a.indicative and c not in formes},
        tuple(t for t in territoires if t.territoire not in poses),
        len(poses) - len(visibles),
        compte + compte_des_fonds,
    )


def etendue_de(
    base: Base, codes: Sequence[str], positions: dict[str, Ancre], reperes: Sequence[Territoire] = ()
) -> Emprise:
    """Ce que la carte doit montrer : les contours, les positions, et les communes qui servent de repères."""
    points = [(a.longitude, a.latitude) for a in positions.values()]
    points += [(t.longitude, t.latitude) for t in reperes if t.longitude is not None and t.latitude is not None]
    communes = [t.territoire for t in reperes]
    tout = reunir([*emprises(base, [*codes, *communes]).values(), autour(points)])
    return tout or Emprise(-5.2, 41.3, 9.6, 51.1)  # rien de placé : la France


def ecarter(centres: dict[str, tuple[float, float]], rayon: float) -> dict[str, Symbole]:
    """Donne à chaque symbole la place libre la plus proche de son centre, sur une spirale, sans aléa."""
    ecart = 2 * rayon + 2
    cases: dict[tuple[int, int], list[tuple[float, float]]] = {}

    def libre(x: float, y: float) -> bool:
        i, j = int(x // ecart), int(y // ecart)
        return all(
            math.hypot(x - a, y - b) >= ecart
            for di in (-1, 0, 1)
            for dj in (-1, 0, 1)
            for a, b in cases.get((i + di, j + dj), ())
        )

    symboles: dict[str, Symbole] = {}
    for code, (x0, y0) in sorted(centres.items(), key=lambda c: (c[1], c[0])):
        essais = (
            (x0 + d * math.cos(angle), y0 + d * math.sin(angle))
            for pas in range(4000)
            for d, angle in [(ecart * 0.35 * math.sqrt(pas), pas * 2.399963)]
        )
        x, y = next((essai for essai in essais if libre(*essai)), (x0, y0))
        cases.setdefault((int(x // ecart), int(y // ecart)), []).append((x, y))
        symboles[code] = Symbole(round(x, 1), round(y, 1), round(x0, 1), round(y0, 1))
    return symboles


def _rayon(combien: int, largeur: int) -> float:
    """Le rayon d'un symbole : petit quand ils sont nombreux ou la carte étroite."""
    plein = 8.5 if largeur >= 500 else 7.5
    return plein if combien <= 60 else max(plein * math.sqrt(60 / combien), 2.5)


def _centres(poses: dict[str, tuple[float, float]], cadre: Cadre) -> dict[str, tuple[float, float]]:
    if not poses:
        return {}
    return {code: (x, y) for code, (x, y) in zip(poses, cadre.pixels(np.array(list(poses.values()))), strict=True)}


def _cote(forme: Forme, cadre: Cadre) -> float:
    ouest, sud, est, nord = forme.geometrie.bounds
    coins = cadre.pixels(np.array([[ouest, sud], [est, nord]]))
    return float(np.abs(coins[1] - coins[0]).max())


def _tracer(formes: Iterable[Forme], cadre: Cadre) -> tuple[dict[str, str], int]:
    """Le tracé SVG de chaque forme, coupé au bord du cadre, et le nombre de points en tout."""
    traces, points = {}, 0
    e = cadre.emprise
    for forme in formes:
        visible = shapely.clip_by_rect(forme.geometrie, e.ouest, e.sud, e.est, e.nord)
        anneaux = [
            a for p in shapely.get_parts(visible) if p.geom_type == "Polygon" for a in (p.exterior, *p.interiors)
        ]
        morceaux = []
        for anneau in anneaux:
            pixels = cadre.pixels(shapely.get_coordinates(anneau)).round(1)
            pixels = pixels[np.r_[True, np.any(np.diff(pixels, axis=0) != 0, axis=1)]]
            if len(pixels) >= 4:
                morceaux.append("M" + "L".join(f"{x:g} {y:g}" for x, y in pixels[:-1]) + "Z")
                points += len(pixels) - 1
        if morceaux:
            traces[forme.territoire] = "".join(morceaux)
    return traces, points


def _reperes(
    communes: Sequence[Territoire], avec_contour: dict[str, Forme], cadre: Cadre, montres: set[str]
) -> tuple[tuple[str, float, float], ...]:
    """Les communes à nommer sur le fond : leur point, ou celui de leur contour ; pas celles que la carte montre."""
    lieux = {}
    for t in communes:
        forme = avec_contour.get(t.territoire)
        x, y = (forme.longitude, forme.latitude) if forme else (t.longitude, t.latitude)
        if t.territoire not in montres and t.maille is Maille.COMMUNE and x is not None and y is not None:
            lieux[t.nom_court] = (x, y)
    return tuple(
        (nom, round(x, 1), round(y, 1)) for nom, (x, y) in _centres(lieux, cadre).items() if _dedans((x, y), cadre)
    )


def _dedans(point: tuple[float, float], cadre: Cadre) -> bool:
    return 0 <= point[0] <= cadre.largeur and 0 <= point[1] <= cadre.hauteur
