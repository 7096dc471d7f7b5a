"""Les noms sur la carte : ceux qui tiennent sans toucher ni un symbole, ni un autre nom, ni le bord."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from indicators.carte.classement import Lieu
from indicators.carte.decoupage import valeur_courte
from indicators.carte.plan import Plan
from indicators.recit.dessins.bandes import ENCRE, GRIS
from indicators.recit.dessins.mesure import largeur

HALO = 'paint-order="stroke" stroke="#ffffff" stroke-width="3" stroke-linejoin="round"'
"""Un bord blanc sous les lettres : elles se lisent sur une teinte foncée comme sur une limite."""


def noms(lieux: Sequence[Lieu], plan: Plan, mis_en_avant: str | None, nombreux: bool) -> list[str]:
    """Le lieu mis en avant (le dernier), les autres avec leur valeur s'ils sont peu nombreux, puis les communes."""
    r = plan.rayon + 2
    cadre = plan.cadre
    ecrits = _Ecrits(cadre.largeur, cadre.hauteur)
    ecrits.prises.append(_Boite(0, cadre.hauteur - 30, 0.2 * cadre.largeur + 80, cadre.hauteur))  # l'échelle et le nord
    ecrits.prises += [_Boite(s.x - r, s.y - r, s.x + r, s.y + r) for s in plan.symboles.values()]
    nus = [point for code, point in plan.centres.items() if code not in plan.symboles]
    ecrits.prises += [_Boite(x - 5, y - 5, x + 5, y + 5) for x, y in nus]
    petit, grand = _Style(10.5, 400, ENCRE, "dc-nom"), _Style(12, 600, ENCRE, "dc-nom")
    for lieu in (*lieux[-1:], *lieux[:-1]):
        code, nom = lieu.territoire.territoire, lieu.territoire.nom_court
        devant = code == mis_en_avant
        style = _Style(12, 700, ENCRE, "dc-nom") if devant else petit if nombreux else grand
        symbole = plan.symboles.get(code)
        point = (symbole.x, symbole.y) if symbole else plan.centres[code]
        ecart = r + (6 if devant else 1) if symbole else 8
        valeur = valeur_courte(lieu.chiffre, lieu.unite) if lieu.chiffre is not None and not nombreux else ""
        reculs = (0, 14, 28) if devant else (0,)  # celui que l'on cherche a son nom, quitte à s'en éloigner
        essais = ((mots, recul) for mots in dict.fromkeys((valeur, "")) for recul in reculs)
        any(ecrits.poser(nom, mots, point, ecart + recul, style) for mots, recul in essais)
    gris = _Style(10.5, 400, GRIS, "dc-repere")
    for nom, x, y in plan.reperes:
        any(ecrits.poser(nom, "", (x, y), ecart, gris) for ecart in (3, 14))
    return ecrits.textes


@dataclass(frozen=True)
class _Style:
    taille: float
    graisse: int
    teinte: str
    classe: str


@dataclass(frozen=True)
class _Boite:
    gauche: float
    haut: float
    droite: float
    bas: float

    def touche(self, autre: _Boite) -> bool:
        return (
            self.gauche < autre.droite
            and autre.gauche < self.droite
            and self.haut < autre.bas
            and autre.haut < self.bas
        )


@dataclass
class _Ecrits:
    """Les noms déjà posés dans un cadre, et la place qu'ils prennent."""

    largeur: float
    hauteur: float
    prises: list[_Boite] = field(default_factory=list)
    textes: list[str] = field(default_factory=list)

    def poser(self, nom: str, valeur: str, point: tuple[float, float], ecart: float, style: _Style) -> bool:
        """Écrit un nom à la première place libre autour de son point ; faux s'il n'y en a pas."""
        long = largeur(nom, style.taille, gras=style.graisse >= 600)
        long += largeur(f" {valeur}", style.taille) if valeur else 0
        for ancre, x, y, gauche in _places(point, ecart, style.taille, long):
            boite = _Boite(gauche, y - style.taille * 0.85, gauche + long + 1, y + style.taille * 0.28)
            dedans = min(boite.gauche, boite.haut) >= 4 and boite.droite <= self.largeur - 4
            if not dedans or boite.bas > self.hauteur - 4 or any(boite.touche(prise) for prise in self.prises):
                continue
            self.prises.append(boite)
            suite = f' <tspan font-weight="400">{escape(valeur)}</tspan>' if valeur else ""
            self.textes.append(
                f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{ancre}" font-size="{style.taille:g}" '
                f'font-weight="{style.graisse}" fill="{style.teinte}" {HALO} class="{style.classe}" '
                f'pointer-events="none">{escape(nom)}{suite}</text>'
            )
            return True
        return False


def _places(
    point: tuple[float, float], ecart: float, taille: float, long: float
) -> Iterator[tuple[str, float, float, float]]:
    """À droite, à gauche, dessous, dessus, en coin : l'ancre du texte, son point, et l'abscisse de son début."""
    x, y = point
    milieu = y + taille * 0.35
    yield "start", x + ecart, milieu, x + ecart
    yield "end", x - ecart, milieu, x - ecart - long
    yield "middle", x, milieu + ecart + taille * 0.4, x - long / 2
    yield "middle", x, y - ecart - taille * 0.35, x - long / 2
    for dy in (ecart + taille * 0.2, -ecart - taille * 0.1):
        yield "start", x + ecart * 0.6, milieu + dy, x + ecart * 0.6
        yield "end", x - ecart * 0.6, milieu + dy, x - ecart * 0.6 - long
