"""Les noms sur la carte : ceux qui tiennent sans toucher ni un lieu, ni un autre nom, ni le bord.

Les lieux d'abord, avec leur chiffre, sur une ligne puis sur deux ; les communes ensuite, là où il reste de la place :
elles manquent les premières quand la carte est pleine. Un nom laissé est caché, et paraît quand on agrandit.
"""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape

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


@dataclass(frozen=True)
class _Place:
    """Où un nom peut s'écrire : l'ancre du texte, et le point qu'elle fixe, à mi-hauteur."""

    ancre: str
    x: float
    y: float


_Boite = tuple[float, float, float, float]


def _se_touchent(a: _Boite, b: _Boite) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


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
    ordre = [*lieux[-1:], *lieux[:-1]]
    pages: list[tuple[int, int, _Page]] = []
    for essai in range(1 if nombreux else REPRISES):
        page = _Page.de(plan, nombreux, coin)
        laisses = [lieu for lieu in ordre if not page.nommer(lieu, lieu.territoire.territoire == mis_en_avant)]
        pages.append((len(laisses), essai, page))
        if not laisses:
            break
        ordre = [*laisses, *(lieu for lieu in ordre if lieu not in laisses)]
    *_, page = min(pages)
    for nom, x, y in plan.reperes:
        gris = Nom(nom, taille=11, graisse=400, teinte=_GRIS, classe="dc-repere")
        page.poser(gris, [p for ecart in (0, 4, 14) for p in _autour_d_un_point(x, y, ecart, gris)], page.surfaces)
    par_style: dict[str, list[str]] = defaultdict(list)
    for style, texte in page.textes + (page.caches if cacher else []):
        par_style[style].append(texte)
    groupes = [f"<g {style}>{''.join(textes)}</g>" for style, textes in par_style.items()]
    return [f'<g class="dc-noms" pointer-events="none" {HALO}>', *groupes, "</g>"]


@dataclass
class _Page:
    """Les noms déjà posés dans un cadre, chacun avec son style, et la place qui est prise."""

    plan: Plan
    nombreux: bool
    prises: list[_Boite]
    surfaces: shapely.STRtree
    textes: list[tuple[str, str]] = field(default_factory=list)
    caches: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def de(cls, plan: Plan, nombreux: bool, coin: float) -> _Page:
        largeur, hauteur = plan.cadre.largeur, plan.cadre.hauteur
        r = plan.rayon + 2
        prises: list[_Boite] = [(0, hauteur - 30, 0.2 * largeur + 80, hauteur)]  # l'échelle et le nord
        if coin:
            prises.append((largeur - coin, 0, largeur, 2.8 * coin))
        prises += [(s.x - r, s.y - r, s.x + r, s.y + r) for s in plan.symboles.values()]
        if not plan.surfaces:
            nus = [point for code, point in plan.centres.items() if code not in plan.symboles]
            prises += [(x - 5, y - 5, x + 5, y + 5) for x, y in nus]
        return cls(plan, nombreux, prises, shapely.STRtree([] if nombreux else list(plan.surfaces.values())))

    def nommer(self, lieu: Lieu, devant: bool) -> bool:
        """Pose le nom d'un lieu et son chiffre ; faux si le nom n'a pas tenu avec lui."""
        code = lieu.territoire.territoire
        discret = lieu.territoire.maille is Maille.IRIS and self.nombreux and not devant
        jugement = lieu.classe.jugement if lieu.classe else Jugement.NEUTRE
        nom = Nom(
            nommer(lieu.territoire),
            "" if self.nombreux else _valeur(lieu),
            taille=10.5 if self.nombreux and not devant else 12.5,
            graisse=700 if devant else 400 if self.nombreux else 600,
            teinte_valeur=_TEINTES.get(jugement, (_ENCRE, "dc-nom")),
        )
        ancre = self.plan.indicatifs.get(code)
        surface = self.plan.surfaces.get(ancre.codes[0] if ancre and ancre.codes else code)
        symbole = self.plan.symboles.get(code)
        x, y = (symbole.x, symbole.y) if symbole else self.plan.centres[code]
        ecart = self.plan.rayon + (8 if devant else 4) if symbole else 8
        if discret:  # un IRIS porte un nom long et peu connu : de loin, les noms des communes disent où l'on est
            self.caches.append((nom.style, nom.ecrit(x + ecart, y, "start", cache=True)))
            return False
        rien = shapely.STRtree([])
        for essai in (nom, replace(nom, deux_lignes=True)) if nom.valeur else (nom,):
            if surface is not None and not self.nombreux and self.poser(essai, _autour(surface, essai), self.surfaces):
                return True
            reculs = (0, 14, 28) if devant else (0,) if self.nombreux else (0, 9)
            places = [p for recul in reculs for p in _autour_d_un_point(x, y, ecart + recul, essai)]
            libres = self.surfaces if surface is not None and symbole is None else rien
            if self.poser(essai, places, libres):
                return True
        if nom.valeur and self.poser(replace(nom, valeur=""), _autour_d_un_point(x, y, ecart, nom), rien):
            return False
        self.caches.append((nom.style, nom.ecrit(x + ecart, y, "start", cache=True)))
        return False

    def poser(self, nom: Nom, places: Sequence[_Place] | Iterator[_Place], couverts: shapely.STRtree) -> bool:
        """Écrit un nom à la première place libre ; faux s'il n'y en a pas."""
        largeur, hauteur = self.plan.cadre.largeur, self.plan.cadre.hauteur
        long, haut = nom.longueur, nom.hauteur
        for place in places:
            gauche = place.x - {"start": 0.0, "middle": long / 2, "end": long}[place.ancre]
            dessus = place.y - haut / 2
            if min(gauche, dessus) < 4 or gauche + long > largeur - 4 or dessus + haut > hauteur - 4:
                continue
            boite = (gauche, dessus, gauche + long, dessus + haut)
            if any(_se_touchent(boite, prise) for prise in self.prises):
                continue
            if len(couverts.query(shapely.box(*boite), predicate="intersects")):
                continue
            self.prises.append(boite)
            self.textes.append((nom.style, nom.ecrit(place.x, place.y, place.ancre)))
            return True
        return False


def nommer(territoire: Territoire) -> str:
    """Le nom d'un lieu sur une carte ; d'un IRIS, sans sa commune, que la carte nomme, ni la fin d'un nom trop long."""
    if territoire.maille is not Maille.IRIS:
        return territoire.nom_court
    return textwrap.shorten(territoire.nom_court.rpartition(" (")[0] or territoire.nom_court, _LONG, placeholder="…")


def _valeur(lieu: Lieu) -> str:
    if lieu.chiffre is not None:
        return valeur_courte(lieu.chiffre, lieu.unite)
    return "non publié" if lieu.etat is Etat.SECRET else ""


def _autour(surface: BaseGeometry, nom: Nom) -> Iterator[_Place]:
    """Contre le contour : à droite, à gauche, dessus, dessous, à plusieurs hauteurs ; puis de plus en plus loin."""
    x0, y0, x1, y1 = surface.bounds
    dedans = surface.representative_point()
    h, demi = nom.hauteur, nom.longueur / 2
    for ecart in (5, 12, 20):
        for y in (dedans.y, (y0 + y1) / 2, y0 + h / 2, y1 - h / 2):
            bande = shapely.clip_by_rect(surface, x0 - 1, y - h / 2, x1 + 1, y + h / 2)
            if not bande.is_empty:
                yield _Place("start", bande.bounds[2] + ecart, y)
                yield _Place("end", bande.bounds[0] - ecart, y)
        for x in (dedans.x, (x0 + x1) / 2, x0 + demi, x1 - demi, x0, x1):
            bande = shapely.clip_by_rect(surface, x - demi, y0 - 1, x + demi, y1 + 1)
            if not bande.is_empty:
                yield _Place("middle", x, bande.bounds[1] - ecart * 0.7 - h / 2)
                yield _Place("middle", x, bande.bounds[3] + ecart * 0.7 + h / 2)


def _autour_d_un_point(x: float, y: float, ecart: float, nom: Nom) -> Iterator[_Place]:
    """À droite, à gauche, dessous, dessus, en coin ; sans écart, sur le point."""
    if not ecart:
        yield _Place("middle", x, y)
        return
    saut = ecart + nom.hauteur / 2
    yield _Place("start", x + ecart, y)
    yield _Place("end", x - ecart, y)
    yield _Place("middle", x, y + saut)
    yield _Place("middle", x, y - saut)
    for dy in (saut * 0.8, -saut * 0.8):
        yield _Place("start", x + ecart * 0.6, y + dy)
        yield _Place("end", x - ecart * 0.6, y + dy)
