"""Les noms sur la carte : ceux qui tiennent sans toucher ni un lieu, ni un autre nom, ni le bord.

Les lieux d'abord, avec leur chiffre, sur une ligne puis sur deux ; les communes ensuite, là où il reste de la place :
elles manquent les premières quand la carte est pleine. Un nom laissé est caché, et paraît quand on agrandit.
"""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from indicators.analyse.comparaison import Jugement
from indicators.carte.classement import Etat, Lieu
from indicators.carte.decoupage import valeur_courte
from indicators.carte.plan import Plan
from indicators.recit.dessins.mesure import largeur as mesurer
from indicators.socle.territoires import Maille, Territoire

HALO = 'paint-order="stroke" stroke="#ffffff" stroke-width="3" stroke-linejoin="round"'
"""Un bord blanc sous les lettres : elles se lisent sur une teinte foncée comme sur une limite."""
REPRISES = 4
"""Combien d'essais, en posant d'abord les noms qui n'ont pas tenu ; on garde celui qui en laisse le moins."""
_TEINTES = {Jugement.DEFAVORABLE: ("#7d3906", "dc-chaud"), Jugement.FAVORABLE: ("#124a75", "dc-froid")}
"""Le chiffre d'un lieu jugé : plus foncé que sa teinte, il se lit sur le blanc."""
_LONG = 28
"""Combien de lettres d'un nom d'IRIS s'écrivent."""
_CASE = 48
"""Le côté des cases où se rangent les places prises, en pixels : un nom en touche quelques-unes."""
_ENCRE, _GRIS = "#1c2733", "#55636f"


@dataclass(frozen=True)
class Nom:
    """Un nom, son chiffre après lui ou dessous, et leur taille."""

    nom: str
    valeur: str = ""
    taille: float = 12.5
    graisse: int = 600
    teinte: str = _ENCRE
    classe: str = "dc-nom"
    teinte_valeur: tuple[str, str] = (_ENCRE, "dc-nom")
    deux_lignes: bool = False

    @property
    def longueur(self) -> float:
        """En pixels, bord blanc compris."""
        nom = mesurer(self.nom, self.taille, gras=self.graisse >= 600)
        valeur = mesurer(f" {self.valeur}" if self.valeur else "", self.taille, gras=True)
        return (max(nom, valeur) if self.deux_lignes else nom + valeur) + 4

    @property
    def hauteur(self) -> float:
        """En pixels."""
        return self.taille * (2.3 if self.deux_lignes else 1.15)

    def ecrit(self, x: float, y: float, ancre: str, *, cache: bool = False) -> str:
        """Le texte SVG, son milieu à la hauteur `y`."""
        base = y + self.taille * (-0.22 if self.deux_lignes else 0.34)
        suite = ""
        if self.valeur:
            place = f' x="{x:.1f}" dy="1.1em"' if self.deux_lignes else ""
            teinte, classe = self.teinte_valeur
            chiffre = f'<tspan{place} font-weight="700" fill="{teinte}" class="{classe}">{escape(self.valeur)}</tspan>'
            suite = chiffre if place else f" {chiffre}"
        montre = ' display="none"' if cache else ""
        cale = f' text-anchor="{ancre}"' if ancre != "start" else ""
        return f'<text x="{x:.1f}" y="{base:.1f}"{cale}{montre}>{escape(self.nom)}{suite}</text>'

    @property
    def style(self) -> str:
        """Les attributs du groupe où il s'écrit, avec ceux qui lui ressemblent."""
        return f'font-size="{self.taille:g}" font-weight="{self.graisse}" fill="{self.teinte}" class="{self.classe}"'


class _Place(NamedTuple):
    """Où un nom peut s'écrire : l'ancre du texte, et le point qu'elle fixe, à mi-hauteur."""

    ancre: str
    x: float
    y: float


_Boite = tuple[float, float, float, float]
_Libre = tuple[_Place, _Boite]


def noms(
    lieux: Sequence[Lieu],
    plan: Plan,
    mis_en_avant: str | None,
    nombreux: bool,
    *,
    coin: float = 0.0,
    cacher: bool = False,
) -> list[str]:
    """Le lieu mis en avant (le dernier), les autres avec leur chiffre s'ils sont peu nombreux, puis les communes.

    `coin` : le côté du coin en haut à droite que des boutons occupent. `cacher` : écrit aussi, cachés, ceux qui n'ont
    pas tenu.
    """
    terrain = _Terrain.de(plan, nombreux)
    ordre = [terrain.demander(lieu, lieu.territoire.territoire == mis_en_avant) for lieu in [*lieux[-1:], *lieux[:-1]]]
    pages: list[tuple[int, int, _Page]] = []
    for essai in range(1 if nombreux else REPRISES):
        page = _Page.de(plan, coin)
        laisses = [demande for demande in ordre if not page.nommer(demande)]
        pages.append((len(laisses), essai, page))
        if not laisses:
            break
        ordre = [*laisses, *(demande for demande in ordre if demande not in laisses)]
    *_, page = min(pages)
    for nom, x, y in plan.reperes:
        gris = Nom(nom, taille=11, graisse=400, teinte=_GRIS, classe="dc-repere")
        page.poser(gris, terrain.libres(gris, _autour_d_un_point(x, y, (0, 4, 14), gris)))
    par_style: dict[str, list[str]] = defaultdict(list)
    for style, texte in page.textes + (page.caches if cacher else []):
        par_style[style].append(texte)
    groupes = [f"<g {style}>{''.join(textes)}</g>" for style, textes in par_style.items()]
    return [f'<g class="dc-noms" pointer-events="none" {HALO}>', *groupes, "</g>"]


@dataclass(eq=False)
class _Demande:
    """Un nom à poser : comment il peut s'écrire, du mieux au moins bien, et où ; à défaut caché, au point `x`, `y`.

    `repli` : sans son chiffre, ce qui ne suffit pas.
    """

    nom: Nom
    essais: list[tuple[Nom, _Suite]]
    repli: tuple[Nom, _Suite] | None
    x: float
    y: float


@dataclass
class _Suite:
    """Des places libres, cherchées quand on les demande et retenues : on reprend plusieurs fois les mêmes noms."""

    reste: Iterator[_Libre]
    vues: list[_Libre] = field(default_factory=list)

    def __iter__(self) -> Iterator[_Libre]:
        yield from self.vues
        for libre in self.reste:
            self.vues.append(libre)
            yield libre


@dataclass(frozen=True)
class _Terrain:
    """Ce qui ne dépend pas des noms déjà posés : le cadre, et les contours qu'un nom ne recouvre pas."""

    plan: Plan
    nombreux: bool
    contours: dict[str, _Contour]
    surfaces: shapely.STRtree

    @classmethod
    def de(cls, plan: Plan, nombreux: bool) -> _Terrain:
        surfaces = {} if nombreux else plan.surfaces
        return cls(plan, nombreux, _contours(surfaces), shapely.STRtree(list(surfaces.values())))

    def demander(self, lieu: Lieu, devant: bool) -> _Demande:
        """Où peut s'écrire le nom d'un lieu, avec son chiffre s'ils sont peu nombreux."""
        code = lieu.territoire.territoire
        jugement = lieu.classe.jugement if lieu.classe else Jugement.NEUTRE
        nom = Nom(
            nommer(lieu.territoire),
            "" if self.nombreux else _valeur(lieu),
            taille=10.5 if self.nombreux and not devant else 12.5,
            graisse=700 if devant else 400 if self.nombreux else 600,
            teinte_valeur=_TEINTES.get(jugement, (_ENCRE, "dc-nom")),
        )
        symbole = self.plan.symboles.get(code)
        x, y = (symbole.x, symbole.y) if symbole else self.plan.centres[code]
        ecart = self.plan.rayon + (8 if devant else 4) if symbole else 8
        if lieu.territoire.maille is Maille.IRIS and self.nombreux and not devant:
            # Un IRIS porte un nom long et peu connu : de loin, les noms des communes disent où l'on est.
            return _Demande(nom, [], None, x + ecart, y)
        ancre = self.plan.indicatifs.get(code)
        contour = self.contours.get(ancre.codes[0] if ancre and ancre.codes else code)
        essais: list[tuple[Nom, _Suite]] = []
        for essai in (nom, replace(nom, deux_lignes=True)) if nom.valeur else (nom,):
            if contour is not None:
                essais.append((essai, self.libres(essai, _autour(contour, essai))))
            reculs = (0, 14, 28) if devant else (0,) if self.nombreux else (0, 9)
            places = _autour_d_un_point(x, y, [ecart + recul for recul in reculs], essai)
            essais.append((essai, self.libres(essai, places, partout=contour is None or symbole is not None)))
        nu = replace(nom, valeur="")
        repli = (nu, self.libres(nu, _autour_d_un_point(x, y, [ecart], nom), partout=True)) if nom.valeur else None
        return _Demande(nom, essais, repli, x + ecart, y)

    def libres(self, nom: Nom, paquets: Iterable[list[_Place]], *, partout: bool = False) -> _Suite:
        """De ces places, celles où le nom tient dans le cadre sans toucher de contour ; `partout` : il peut."""
        return _Suite(self._libres(nom, paquets, partout or not len(self.surfaces)))

    def _libres(self, nom: Nom, paquets: Iterable[list[_Place]], partout: bool) -> Iterator[_Libre]:
        largeur, hauteur = self.plan.cadre.largeur, self.plan.cadre.hauteur
        long, haut = nom.longueur, nom.hauteur
        for paquet in paquets:
            dedans: list[_Libre] = []
            for place in paquet:
                gauche = place.x - long * _AVANT[place.ancre]
                dessus = place.y - haut / 2
                if min(gauche, dessus) >= 4 and gauche + long <= largeur - 4 and dessus + haut <= hauteur - 4:
                    dedans.append((place, (gauche, dessus, gauche + long, dessus + haut)))
            if partout or not dedans:
                yield from dedans
                continue
            boites = shapely.box(*np.array([boite for _, boite in dedans]).T)
            couvrent = set(self.surfaces.query(boites, predicate="intersects")[0].tolist())
            yield from (libre for rang, libre in enumerate(dedans) if rang not in couvrent)


_AVANT = {"start": 0.0, "middle": 0.5, "end": 1.0}
"""La part d'un texte qui est avant son ancre."""


@dataclass
class _Page:
    """Les noms déjà posés dans un cadre, chacun avec son style, et la place qui est prise, rangée par cases."""

    prises: dict[tuple[int, int], list[_Boite]] = field(default_factory=lambda: defaultdict(list))
    textes: list[tuple[str, str]] = field(default_factory=list)
    caches: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def de(cls, plan: Plan, coin: float) -> _Page:
        largeur, hauteur = plan.cadre.largeur, plan.cadre.hauteur
        r = plan.rayon + 2
        prises: list[_Boite] = [(0, hauteur - 30, 0.2 * largeur + 80, hauteur)]  # l'échelle et le nord
        if coin:
            prises.append((largeur - coin, 0, largeur, 2.8 * coin))
        prises += [(s.x - r, s.y - r, s.x + r, s.y + r) for s in plan.symboles.values()]
        if not plan.surfaces:
            nus = [point for code, point in plan.centres.items() if code not in plan.symboles]
            prises += [(x - 5, y - 5, x + 5, y + 5) for x, y in nus]
        page = cls()
        for boite in prises:
            page._prendre(boite)
        return page

    def nommer(self, demande: _Demande) -> bool:
        """Pose un nom et son chiffre ; faux si le nom n'a pas tenu avec lui."""
        if any(self.poser(*essai) for essai in demande.essais):
            return True
        if demande.repli is None or not self.poser(*demande.repli):
            cache = demande.nom.ecrit(demande.x, demande.y, "start", cache=True)
            self.caches.append((demande.nom.style, cache))
        return False

    def poser(self, nom: Nom, libres: Iterable[_Libre]) -> bool:
        """Écrit un nom à la première de ces places que rien n'a prise ; faux s'il n'y en a pas."""
        for place, boite in libres:
            if self._est_prise(boite):
                continue
            self._prendre(boite)
            self.textes.append((nom.style, nom.ecrit(place.x, place.y, place.ancre)))
            return True
        return False

    def _est_prise(self, boite: _Boite) -> bool:
        x0, y0, x1, y1 = boite
        return any(
            a <= x1 and x0 <= c and b <= y1 and y0 <= d
            for case in _cases(boite)
            if case in self.prises
            for a, b, c, d in self.prises[case]
        )

    def _prendre(self, boite: _Boite) -> None:
        for case in _cases(boite):
            self.prises[case].append(boite)


def _cases(boite: _Boite) -> Iterator[tuple[int, int]]:
    """Les cases d'une grille que touche cette boîte."""
    x0, y0, x1, y1 = (int(bord // _CASE) for bord in boite)
    return ((i, j) for i in range(x0, x1 + 1) for j in range(y0, y1 + 1))


def nommer(territoire: Territoire) -> str:
    """Le nom d'un lieu sur une carte ; d'un IRIS, sans sa commune, que la carte nomme, ni la fin d'un nom trop long."""
    if territoire.maille is not Maille.IRIS:
        return territoire.nom_court
    nom = territoire.nom_court.rpartition(" (")[0] or territoire.nom_court
    return textwrap.shorten(nom, _LONG, placeholder="…") if len(nom) > _LONG else nom


def _valeur(lieu: Lieu) -> str:
    if lieu.chiffre is not None:
        return valeur_courte(lieu.chiffre, lieu.unite)
    return "non publié" if lieu.etat is Etat.SECRET else ""


@dataclass(frozen=True)
class _Contour:
    """Un contour que l'on nomme : son emprise, un point dedans, et les deux bouts (axe 0) de ses arêtes, en x et y."""

    bornes: list[float]
    dedans: list[float]
    aretes: np.ndarray


def _contours(surfaces: Mapping[str, BaseGeometry]) -> dict[str, _Contour]:
    """Ces surfaces, par territoire ; toutes à la fois."""
    if not surfaces:
        return {}
    formes = np.array(list(surfaces.values()), object)
    polygones, des_formes = shapely.get_parts(formes, return_index=True)
    anneaux, des_polygones = shapely.get_rings(polygones, return_index=True)
    sommets, rangs = shapely.get_coordinates(anneaux, return_index=True)
    suivis = np.flatnonzero(rangs[1:] == rangs[:-1])
    aretes = np.stack((sommets[suivis].T, sommets[suivis + 1].T))
    coupes = np.searchsorted(des_formes[des_polygones][rangs[suivis]], np.arange(1, len(formes)))
    bornes = shapely.bounds(formes).tolist()
    dedans = shapely.get_coordinates(shapely.point_on_surface(formes)).tolist()
    return {
        code: _Contour(*contour)
        for code, *contour in zip(surfaces, bornes, dedans, np.split(aretes, coupes, axis=2), strict=True)
    }


def _autour(contour: _Contour, nom: Nom) -> Iterator[list[_Place]]:
    """Contre le contour : à droite, à gauche, dessus, dessous, à plusieurs hauteurs ; puis de plus en plus loin."""
    x0, y0, x1, y1 = contour.bornes
    x, y = contour.dedans
    h, demi = nom.hauteur, nom.longueur / 2
    cotes = _bords(contour.aretes, [y, (y0 + y1) / 2, y0 + h / 2, y1 - h / 2], h / 2)
    dessus: list[tuple[float, float, float]] | None = None
    for ecart in (5, 12, 20):
        yield [
            place
            for y, gauche, droite in cotes
            for place in (_Place("start", droite + ecart, y), _Place("end", gauche - ecart, y))
        ]
        if dessus is None:
            milieux = [x, (x0 + x1) / 2, x0 + demi, x1 - demi, x0, x1]
            dessus = _bords(contour.aretes[:, ::-1], milieux, demi)
        loin = ecart * 0.7 + h / 2
        yield [
            place
            for x, haut, bas in dessus
            for place in (_Place("middle", x, haut - loin), _Place("middle", x, bas + loin))
        ]


def _bords(aretes: np.ndarray, milieux: list[float], demi: float) -> list[tuple[float, float, float]]:
    """Pour chacune de ces bandes de y, son milieu et les x entre lesquels est le contour ; rien s'il n'y est pas."""
    (x0, y0), (x1, y1) = aretes
    pente = np.divide(x1 - x0, y1 - y0, out=np.zeros_like(x0), where=y0 != y1)
    centres = np.array(milieux)[:, None]
    bas, hauts = centres - demi, centres + demi
    dehors = (np.minimum(y0, y1) > hauts) | (np.maximum(y0, y1) < bas)
    un = x0 + (np.clip(y0, bas, hauts) - y0) * pente
    autre = x1 + (np.clip(y1, bas, hauts) - y1) * pente
    gauches = np.where(dehors, np.inf, np.minimum(un, autre)).min(axis=1).tolist()
    droites = np.where(dehors, -np.inf, np.maximum(un, autre)).max(axis=1).tolist()
    return [(y, g, d) for y, g, d in zip(milieux, gauches, droites, strict=True) if g <= d]


def _autour_d_un_point(x: float, y: float, ecarts: Iterable[float], nom: Nom) -> Iterator[list[_Place]]:
    """À droite, à gauche, dessous, dessus, en coin, de plus en plus loin ; sans écart, sur le point."""
    for ecart in ecarts:
        if not ecart:
            yield [_Place("middle", x, y)]
            continue
        saut = ecart + nom.hauteur / 2
        yield [
            _Place("start", x + ecart, y),
            _Place("end", x - ecart, y),
            _Place("middle", x, y + saut),
            _Place("middle", x, y - saut),
            _Place("start", x + ecart * 0.6, y + saut * 0.8),
            _Place("end", x - ecart * 0.6, y + saut * 0.8),
            _Place("start", x + ecart * 0.6, y - saut * 0.8),
            _Place("end", x - ecart * 0.6, y - saut * 0.8),
        ]
