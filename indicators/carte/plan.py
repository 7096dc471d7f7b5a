"""Où tombe chaque territoire sur la carte : son contour s'il est connu, sinon un symbole près de sa commune.

Les symboles ne se recouvrent pas : chacun prend la place libre la plus proche de sa position, dans un ordre fixe.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from indicators.base.base import Base
from indicators.base.carte import Ancre, Forme, ancres, communes_dans, communes_reperes, contours, emprises
from indicators.carte.projection import Cadre, cadrer
from indicators.donnees.contours import niveau_pour
from indicators.socle.emprise import Emprise, autour, reunir
from indicators.socle.territoires import Maille, Territoire

MARGE = 16
"""Entre ce que la carte montre et son bord, en pixels."""
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

    `traces`, `fonds` : tracés SVG par code ; `filets` : ceux des périmètres de 2024 où sont posés les quartiers de
    2015 ; `limite` : celui de l'agglomération, vide s'il n'est pas connu ; `surfaces` : les contours des quartiers en
    pixels ; `membres` : les communes de l'agglomération ; `reperes` : le nom et le point de celles qui servent de
    repères ; `indicatifs` : les territoires posés faute de mieux sur leurs successeurs ou leurs communes, avec cette
    position ; `sans_position` : ceux qui ne peuvent pas être posés ; `hors_cadre` : combien la carte ne montre pas ;
    `points` : nombre de points dessinés.
    """

    cadre: Cadre
    traces: dict[str, str]
    centres: dict[str, tuple[float, float]]
    symboles: dict[str, Symbole]
    fonds: dict[str, str]
    filets: dict[str, str]
    limite: str
    surfaces: dict[str, BaseGeometry]
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
    debord: tuple[float, float] = (0.0, 0.0),
) -> Plan:
    """Place ces territoires dans un cadre.

    `agglomeration` : celle dont les communes servent de repères, et le contour de limite. `emprise` : ce qu'il faut
    montrer, par défaut tout. `debord` : ce dont les fonds dépassent du cadre, en part de ses côtés.
    """
    codes = [t.territoire for t in territoires]
    reperes = communes_reperes(base, agglomeration) if agglomeration else []
    positions = ancres(base, territoires)
    if emprise is None:
        emprise = etendue_de(base, codes, positions, reperes)
    cadre = cadrer(emprise, largeur, hauteur, MARGE)
    niveau = niveau_pour(cadre.metres_par_pixel)
    formes = contours(base, codes, niveau)
    fenetre = _elargie(cadre.emprise, debord)
    voisines = communes_dans(base, fenetre, niveau)
    fonds = {code: forme for code, forme in voisines.items() if code not in formes}
    traces, compte = _tracer(formes.values(), cadre, fenetre)
    traces_des_fonds, compte_des_fonds = _tracer(fonds.values(), cadre, fenetre)
    suites = {code for a in positions.values() if a.successeurs for code in a.codes}
    successeurs = contours(base, suites, niveau) if suites else {}
    filets, compte_des_filets = _tracer(successeurs.values(), cadre, fenetre)
    limites, compte_de_la_limite = _tracer(
        contours(base, [agglomeration] if agglomeration else [], niveau).values(), cadre, fenetre
    )
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
        filets,
        limites.get(agglomeration or "", ""),
        _en_pixels({c: f for c, f in (formes | successeurs).items() if c in quartiers or c in successeurs}, cadre),
        frozenset(t.territoire for t in reperes),
        _reperes(reperes, voisines, cadre, set(codes)),
        rayon,
        {c: a for c, a in positions.items() if a.indicative and c not in formes},
        tuple(t for t in territoires if t.territoire not in poses),
        len(poses) - len(visibles),
        compte + compte_des_fonds + compte_des_filets + compte_de_la_limite,
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


def _elargie(emprise: Emprise, debord: tuple[float, float]) -> Emprise:
    large, haut = (emprise.est - emprise.ouest) * debord[0], (emprise.nord - emprise.sud) * debord[1]
    return Emprise(emprise.ouest - large, emprise.sud - haut, emprise.est + large, emprise.nord + haut)


def _en_pixels(formes: dict[str, Forme], cadre: Cadre) -> dict[str, BaseGeometry]:
    return {code: shapely.transform(forme.geometrie, cadre.pixels) for code, forme in formes.items()}


def _tracer(formes: Iterable[Forme], cadre: Cadre, fenetre: Emprise) -> tuple[dict[str, str], int]:
    """Le tracé SVG de chaque forme, coupé au bord de la fenêtre, et le nombre de points en tout.

    Au dixième de pixel, chaque point compté depuis le précédent : moitié moins d'octets.
    """
    traces, points = {}, 0
    for forme in formes:
        visible = shapely.clip_by_rect(forme.geometrie, fenetre.ouest, fenetre.sud, fenetre.est, fenetre.nord)
        morceaux, dernier = [], np.zeros(2, int)
        for polygone in shapely.get_parts(visible):
            for anneau in (polygone.exterior, *polygone.interiors) if polygone.geom_type == "Polygon" else ():
                pixels = np.rint(cadre.pixels(shapely.get_coordinates(anneau)) * 10).astype(int)
                pixels = pixels[np.r_[True, np.any(np.diff(pixels, axis=0) != 0, axis=1)]]
                if len(pixels) < 4:
                    continue
                ecarts = np.diff(pixels[:-1], axis=0, prepend=dernier[None])
                depart, *pas = ecarts.tolist()
                morceaux.append(f"m{_couple(depart)}l{''.join(_couple(p) for p in pas).lstrip()}z")
                dernier = pixels[0]
                points += len(pixels) - 1
        if morceaux:
            traces[forme.territoire] = "".join(morceaux)
    return traces, points


def _couple(point: list[int]) -> str:
    """Deux dixièmes de pixel ; le signe moins sépare aussi bien qu'une espace."""
    textes = ((n, f"{n / 10:g}") for n in point)
    return "".join(("" if n < 0 else " ") + (t.replace("0.", ".") if abs(n) < 10 else t) for n, t in textes)


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
