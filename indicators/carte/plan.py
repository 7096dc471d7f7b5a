"""Où tombe chaque territoire sur la carte : son contour s'il est connu, sinon un symbole près de sa commune.

Les symboles ne se recouvrent pas : chacun prend la place libre la plus proche de sa position, dans un ordre fixe.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from indicators.base.base import Base
from indicators.base.carte import (
    Ancre,
    Forme,
    ancres,
    communes_dans,
    communes_reperes,
    contours,
    contours_de,
    emprises,
)
from indicators.base.regroupements import composition
from indicators.carte.projection import Cadre, cadrer
from indicators.carte.trace import Fond, tracer, tracer_le_fond, tracer_les_bords
from indicators.carte.trace import reunir as reunir_les_contours
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
class Cerne:
    """Le regroupement que la carte entoure : de combien de membres, dont combien sans contour ; `trace` vide alors."""

    regroupement: Territoire
    membres: int
    sans_contour: int
    trace: str
    points: int


@dataclass(frozen=True)
class Positions:
    """Où sont les lieux d'une carte, par territoire, et les communes qui lui servent de repères, par nom, en degrés.

    `emprise` : ce que la carte montre ; `demandes` : combien de lieux on lui demande, position connue ou non.
    """

    emprise: Emprise
    demandes: int
    lieux: dict[str, tuple[float, float]]
    communes: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Plan:
    """Les tracés et les places d'une carte, en pixels, et ce que valent les positions.

    `traces` : tracés SVG par code ; `fond` : les communes d'autour ; `filets` : les périmètres de 2024 où sont
    posés les quartiers de 2015 ; `perimetres` : ceux des quartiers prioritaires, au-dessus des IRIS ; `limite` :
    celui de l'agglomération, vide s'il n'est pas connu ; `cerne` : le regroupement entouré, s'il y en a un ;
    `surfaces` : les contours des quartiers en pixels ; `reperes` : le nom et le point des communes qui servent de
    repères ; `indicatifs` : les territoires posés faute de mieux sur leurs successeurs ou leurs communes, avec
    cette position ; `sans_position` : ceux qui ne peuvent pas être posés ; `hors_cadre` : combien la carte ne
    montre pas ; `points` : nombre de points dessinés ; `positions` : de quoi la recadrer.
    """

    cadre: Cadre
    traces: dict[str, str]
    centres: dict[str, tuple[float, float]]
    symboles: dict[str, Symbole]
    fond: Fond
    filets: dict[str, str]
    perimetres: dict[str, str]
    limite: str
    cerne: Cerne | None
    surfaces: dict[str, BaseGeometry]
    reperes: tuple[tuple[str, float, float], ...]
    rayon: float
    indicatifs: dict[str, Ancre]
    sans_position: tuple[Territoire, ...]
    hors_cadre: int
    points: int
    positions: Positions

    def figure(self, code: str) -> str:
        """Comment ce territoire est montré : « périmètre » s'il est tracé, sinon par quel point, ou pourquoi pas."""
        if code in self.traces:
            return "périmètre"
        if any(t.territoire == code for t in self.sans_position):
            return "non placé, sans contour ni position connus"
        if code not in self.centres:
            return "hors du cadre"
        ancre = self.indicatifs.get(code)
        if ancre is None:
            return "point du territoire, périmètre inconnu"
        if ancre.successeurs:
            return "point, sur le périmètre de 2024 qui lui succède"
        return f"point, {'sur sa commune' if len(ancre.communes) == 1 else 'au milieu de ses communes'}"

    @property
    def nus(self) -> list[str]:
        """Les territoires montrés par un point qui est le leur, faute de contour."""
        return [code for code in self.centres if code not in self.traces and code not in self.indicatifs]


def dresser_plan(
    base: Base,
    territoires: Sequence[Territoire],
    largeur: int,
    hauteur: int,
    *,
    agglomeration: str | None = None,
    emprise: Emprise | None = None,
    debord: tuple[float, float] = (0.0, 0.0),
    ouvert: str | None = None,
    aussi: tuple[int, int] | None = None,
) -> Plan:
    """Place ces territoires dans un cadre.

    `agglomeration` : celle dont les communes servent de repères, et le contour de limite. `emprise` : ce qu'il faut
    montrer, par défaut tout. `debord` : ce dont les fonds dépassent du cadre, en part de ses côtés. `ouvert` : le
    territoire ouvert, entouré si c'est un regroupement fait ici. `aussi` : la largeur et la hauteur d'un autre cadre,
    que les fonds emplissent aussi (`recadrer`).
    """
    codes = [t.territoire for t in territoires]
    fine = any(t.maille is Maille.IRIS for t in territoires)
    reperes = communes_reperes(base, agglomeration) if agglomeration else []
    connues = emprises(base, [*codes, *(t.territoire for t in reperes)])
    positions = ancres(base, [t for t in territoires if t.territoire not in connues])
    if emprise is None:
        emprise = _etendue(connues.values(), positions, reperes)
    cadre = cadrer(emprise, largeur, hauteur, MARGE)
    niveau = niveau_pour(cadre.metres_par_pixel)
    prioritaires = _prioritaires(base, reperes) if fine else []
    toutes = contours_de(base, [*territoires, *prioritaires], niveau)
    formes = {code: toutes[code] for code in codes if code in toutes}
    cernes = [toutes[t.territoire] for t in prioritaires if t.territoire in toutes]
    sienne = fenetre = _elargie(cadre.emprise, debord)
    if aussi is not None:
        fenetre = sienne.avec(cadrer(emprise, *aussi, MARGE).emprise)
    voisines = communes_dans(base, fenetre, niveau)
    couvertes = _couvertes(territoires, reperes) if fine else formes.keys()
    fonds = {code: forme for code, forme in voisines.items() if code not in couvertes}
    traces, compte = tracer(formes.values(), cadre, fenetre)
    fond, compte_du_fond = tracer_le_fond(fonds, {t.territoire for t in reperes}, cadre, fenetre, sienne)
    suites = {code for a in positions.values() if a.successeurs for code in a.codes}
    successeurs = contours(base, suites, niveau) if suites else {}
    filets, compte_des_filets = tracer_les_bords(successeurs.values(), cadre, fenetre)
    limite, compte_de_la_limite = _limite(base, agglomeration, reperes, voisines, niveau, cadre, fenetre)
    perimetres, compte_des_perimetres = tracer_les_bords(cernes, cadre, fenetre)
    cerne = _cerne(base, ouvert, niveau, cadre, fenetre)
    poses = {code: (forme.longitude, forme.latitude) for code, forme in formes.items()}
    poses |= {code: (a.longitude, a.latitude) for code, a in positions.items() if code not in formes}
    centres = {c: p for c, p in _centres(poses, cadre).items() if c in traces or _dedans(p, cadre)}
    quartiers = {t.territoire for t in territoires if t.maille is Maille.QUARTIER and t.territoire in traces}
    surfaces = _en_pixels({c: f for c, f in (formes | successeurs).items() if c in quartiers | suites}, cadre)
    rayon = _rayon(len(codes), largeur)
    communes = _communes(reperes, voisines, set(codes))
    return Plan(
        cadre,
        traces,
        centres,
        _symboles(centres, traces, surfaces, rayon),
        fond,
        filets,
        perimetres,
        limite,
        cerne,
        surfaces,
        _reperes(communes, cadre),
        rayon,
        {c: a for c, a in positions.items() if a.indicative and c not in formes},
        tuple(t for t in territoires if t.territoire not in poses),
        len(poses) - len(centres),
        compte
        + compte_du_fond
        + compte_des_filets
        + compte_des_perimetres
        + compte_de_la_limite
        + (cerne.points if cerne else 0),
        Positions(emprise, len(codes), poses, communes),
    )


def recadrer(plan: Plan, largeur: int, hauteur: int) -> Plan:
    """Le même plan dans un autre cadre : ses tracés restent en pixels du premier, le reste est en pixels du nouveau.

    Ce qui en sort n'y est plus placé.
    """
    de, positions = plan.cadre, plan.positions
    cadre = cadrer(positions.emprise, largeur, hauteur, MARGE)
    k, (dx, dy) = cadre.echelle / de.echelle, de.vers(cadre)
    surfaces = {c: shapely.transform(s, lambda xy: xy * k + (dx, dy)) for c, s in plan.surfaces.items()}
    visibles = {c for c, s in surfaces.items() if s.intersects(shapely.box(0, 0, largeur, hauteur))}
    centres = {c: p for c, p in _centres(positions.lieux, cadre).items() if c in visibles or _dedans(p, cadre)}
    rayon = _rayon(positions.demandes, largeur)
    return replace(
        plan,
        cadre=cadre,
        centres=centres,
        symboles=_symboles(centres, plan.traces, surfaces, rayon),
        surfaces=surfaces,
        reperes=_reperes(positions.communes, cadre),
        rayon=rayon,
    )


def _couvertes(lieux: Sequence[Territoire], reperes: Sequence[Territoire]) -> set[str]:
    """Les communes que ces IRIS couvrent, s'ils les couvrent toutes : le fond n'a pas à les redire."""
    touchees = {f"COM{t.territoire[4:9]}" if t.maille is Maille.IRIS else t.territoire for t in lieux}
    communes = {t.territoire for t in reperes}
    return communes if communes <= touchees else set()


def _cerne(base: Base, code: str | None, niveau: int, cadre: Cadre, fenetre: Emprise) -> Cerne | None:
    """Le contour des membres réunis d'un regroupement fait ici ; None pour tout autre territoire."""
    territoire = base.trouver(code or "")
    if territoire is None or not territoire.est_a_soi:
        return None
    membres = composition(base, territoire.territoire).membres
    formes = contours_de(base, membres, niveau)
    sans = len(membres) - len(formes)
    entier = [] if sans else [Forme(territoire.territoire, reunir_les_contours(formes.values()), 0, 0)]
    traces, points = tracer_les_bords(entier, cadre, fenetre)
    return Cerne(territoire, len(membres), sans, traces.get(territoire.territoire, ""), points)


def _limite(
    base: Base,
    agglomeration: str | None,
    membres: Sequence[Territoire],
    voisines: Mapping[str, Forme],
    niveau: int,
    cadre: Cadre,
    fenetre: Emprise,
) -> tuple[str, int]:
    """Le contour d'une agglomération : celui que font ses communes, à défaut le sien."""
    if agglomeration is None:
        return "", 0
    siennes = [f for t in membres if (f := voisines.get(t.territoire))]
    siennes = siennes or list(contours(base, [agglomeration], niveau).values())
    if not siennes:
        return "", 0
    uni = shapely.coverage_union_all([forme.geometrie for forme in siennes])
    traces, points = tracer_les_bords([Forme(agglomeration, uni, 0, 0)], cadre, fenetre)
    return traces.get(agglomeration, ""), points


def _prioritaires(base: Base, communes: Sequence[Territoire]) -> list[Territoire]:
    """Les quartiers prioritaires de ces communes, dans leur périmètre de 2024."""
    return base.territoires(base.quartiers_des_communes([t.territoire for t in communes], 2024, "QPV"))


def _etendue(connues: Iterable[Emprise], positions: dict[str, Ancre], reperes: Sequence[Territoire]) -> Emprise:
    """Ce que la carte doit montrer : les contours, les positions, et les communes qui servent de repères."""
    points = [(a.longitude, a.latitude) for a in positions.values()]
    points += [(t.longitude, t.latitude) for t in reperes if t.longitude is not None and t.latitude is not None]
    tout = reunir([*connues, autour(points)])
    return tout or Emprise(-5.2, 41.3, 9.6, 51.1)  # rien de placé : la France


def de_pres(base: Base, lieux: Sequence[Territoire], marge: float, minimum: float = 0.0) -> Emprise | None:
    """Ces lieux et leurs alentours, `marge` fois leur côté ou `minimum` degrés ; None si rien ne les place."""
    connues = emprises(base, [t.territoire for t in lieux])
    positions = ancres(base, [t for t in lieux if t.territoire not in connues])
    tout = reunir([*connues.values(), autour((a.longitude, a.latitude) for a in positions.values())])
    if tout is None:
        return None
    large = max(tout.est - tout.ouest, minimum) * marge
    haut = max(tout.nord - tout.sud, minimum * 0.65) * marge
    return Emprise(tout.ouest - large, tout.sud - haut, tout.est + large, tout.nord + haut)


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


def _symboles(
    centres: Mapping[str, tuple[float, float]],
    traces: Collection[str],
    surfaces: Mapping[str, BaseGeometry],
    rayon: float,
) -> dict[str, Symbole]:
    """Un symbole pour chaque lieu sans contour, et pour chaque quartier dont le contour est trop petit pour se voir."""
    petits = {c for c, surface in surfaces.items() if c in traces and _cote(surface) < PETIT}
    return ecarter({c: p for c, p in centres.items() if c not in traces or c in petits}, rayon)


def _cote(surface: BaseGeometry) -> float:
    gauche, haut, droite, bas = surface.bounds
    return float(max(droite - gauche, bas - haut))


def _elargie(emprise: Emprise, debord: tuple[float, float]) -> Emprise:
    large, haut = (emprise.est - emprise.ouest) * debord[0], (emprise.nord - emprise.sud) * debord[1]
    return Emprise(emprise.ouest - large, emprise.sud - haut, emprise.est + large, emprise.nord + haut)


def _en_pixels(formes: dict[str, Forme], cadre: Cadre) -> dict[str, BaseGeometry]:
    return {code: shapely.transform(forme.geometrie, cadre.pixels) for code, forme in formes.items()}


def _communes(
    communes: Sequence[Territoire], avec_contour: dict[str, Forme], montres: set[str]
) -> dict[str, tuple[float, float]]:
    """Les communes à nommer sur le fond : leur point, ou celui de leur contour ; pas celles que la carte montre."""
    lieux = {}
    for t in communes:
        forme = avec_contour.get(t.territoire)
        x, y = (forme.longitude, forme.latitude) if forme else (t.longitude, t.latitude)
        if t.territoire not in montres and t.maille is Maille.COMMUNE and x is not None and y is not None:
            lieux[t.nom_court] = (x, y)
    return lieux


def _reperes(communes: dict[str, tuple[float, float]], cadre: Cadre) -> tuple[tuple[str, float, float], ...]:
    return tuple(
        (nom, round(x, 1), round(y, 1)) for nom, (x, y) in _centres(communes, cadre).items() if _dedans((x, y), cadre)
    )


def _dedans(point: tuple[float, float], cadre: Cadre) -> bool:
    return 0 <= point[0] <= cadre.largeur and 0 <= point[1] <= cadre.hauteur
