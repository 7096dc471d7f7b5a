"""La légende d'une carte : formes et couleurs des classes, trames de ce qui n'en a pas, et leurs mots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from indicators.analyse.comparaison import Jugement
from indicators.carte.classement import Carte, Etat
from indicators.carte.decoupage import Classe, Methode
from indicators.recit import phrases
from indicators.recit.dessins.bandes import ENCRE, GRIS
from indicators.recit.dessins.mesure import lignes as couper
from indicators.socle.nombres import capitale

VIOLETS = ("#efe7f4", "#cdb5dc", "#a280bf", "#744d9b", "#432268")
"""Du clair au foncé : l'ordre se lit sans distinguer les teintes, et ne se confond pas avec chaud ou froid."""
PROCHES = "#e9e7e2"
CHAUDS, FROIDS = ("#eeb277", "#a94d08"), ("#9cc4e4", "#175d93")
"""Écart moyen, grand écart : les couleurs de « défavorable » et de « favorable » partout dans l'observatoire."""

_RANGS = {1: (2,), 2: (1, 4), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}
_TRAMES = {Etat.SECRET: "secret", Etat.ABSENT: "absent", Etat.ETENDUE: "etendue", Etat.DOUTEUX: "douteux"} | {
    Etat.NON_COMPARABLE: "autre"
}


def _trame(nom: str, cote: int, dessin: str, tournee: int = 0) -> str:
    angle = f' patternTransform="rotate({tournee})"' if tournee else ""
    return (
        f'<pattern id="@-{nom}" patternUnits="userSpaceOnUse" width="{cote}" height="{cote}"{angle}>'
        f'<rect width="{cote}" height="{cote}" fill="#ffffff"/>{dessin}</pattern>'
    )


_BARRE = '<rect width="2" height="{c}" fill="{t}"/>'
DEFINITIONS = "".join(
    (
        _trame("secret", 5, _BARRE.format(c=5, t="#46525f"), 45),
        _trame("absent", 5, '<circle cx="1.5" cy="1.5" r="0.9" fill="#6a7684"/>'),
        _trame("etendue", 5, _BARRE.format(c=5, t="#8d6fae")),
        _trame("douteux", 6, f'{_BARRE.format(c=6, t="#b39100")}<rect width="6" height="2" fill="#b39100"/>', 45),
        _trame("autre", 5, _BARRE.format(c=5, t="#9aa5b1"), -45),
    )
)
"""Les trames ; « @ » est remplacé par un préfixe propre à chaque carte : un identifiant est unique dans la page."""


@dataclass(frozen=True)
class Marque:
    """La forme et la couleur d'un lieu : `forme` de 0 à 4 pour une classe, -1 pour un rond tramé ou un effectif."""

    forme: int
    couleur: str
    taille: float = 1.0

    def dessin(self, x: float, y: float, rayon: float, teinte: str) -> str:
        """La marque à cet endroit."""
        r = rayon * self.taille
        trait = f'fill="{teinte}" stroke="{ENCRE}" stroke-width="1.3" stroke-linejoin="round" class="dc-symbole"'
        if self.forme in {-1, 1}:
            return f'<circle cx="{x:g}" cy="{y:g}" r="{r * (0.9 if self.forme == 1 else 1):.1f}" {trait}/>'
        if self.forme == 2:
            c = r * 0.85
            return f'<rect x="{x - c:.1f}" y="{y - c:.1f}" width="{2 * c:.1f}" height="{2 * c:.1f}" {trait}/>'
        pointes = {
            0: f"M{x - r:.1f} {y - r * 0.8:.1f}h{2 * r:.1f}l{-r:.1f} {1.8 * r:.1f}Z",
            3: f"M{x:g} {y - r * 1.15:.1f}l{r:.1f} {r * 1.15:.1f}l{-r:.1f} {r * 1.15:.1f}l{-r:.1f} {-r * 1.15:.1f}Z",
            4: f"M{x - r:.1f} {y + r * 0.8:.1f}h{2 * r:.1f}l{-r:.1f} {-1.8 * r:.1f}Z",
        }
        return f'<path d="{pointes[self.forme]}" {trait}/>'


def marque(classe: Classe | None, etat: Etat, effectif: bool) -> Marque:
    """La marque d'un lieu : forme et couleur de sa classe, ou rond tramé."""
    if classe is None:
        return Marque(-1, "")
    place = _RANGS[classe.nombre][classe.rang]
    couleur = {
        Jugement.DEFAVORABLE: CHAUDS[place in {0, 4}],
        Jugement.FAVORABLE: FROIDS[place in {0, 4}],
        Jugement.PROCHE: PROCHES,
    }.get(classe.jugement, VIOLETS[place])
    return Marque(-1, couleur, 0.5 + 0.22 * place) if effectif else Marque(place, couleur)


def motif(etat: Etat, forme: Marque, prefixe: str) -> str:
    """Ce qui remplit un lieu : sa couleur, ou la trame de son état."""
    return forme.couleur if etat is Etat.CLASSE else f"url(#{prefixe}-{_TRAMES[etat]})"


def _lignes(carte: Carte, effectif: bool) -> list[tuple[Classe | None, Etat, str]]:
    """Une ligne par classe, de la plus élevée à la plus faible, puis par état présent."""
    comptes = {id(c): 0 for c in carte.decoupage.classes}
    for lieu in carte.lieux:
        if lieu.classe is not None:
            comptes[id(lieu.classe)] += 1
    lignes: list[tuple[Classe | None, Etat, str]] = [
        (c, Etat.CLASSE, f"{c.mot}\u00a0: {c.valeurs} ({comptes[id(c)]})") for c in reversed(carte.decoupage.classes)
    ]
    lignes += [
        (None, etat, f"{etat.libelle} ({n})")
        for etat in Etat
        if etat is not Etat.CLASSE and (n := carte.effectifs.get(etat))
    ]
    return lignes


def _titre(carte: Carte) -> str:
    """« Face à l'agglomération : 23,8 % (2021), nombre de lieux » : la référence et sa valeur, jamais en petit."""
    if carte.decoupage.methode is not Methode.REFERENCE or not carte.comparatif.references:
        return "Valeur, et nombre de lieux"
    reference, chiffre = carte.comparatif.references[0]
    dit = f"{phrases.chiffre(chiffre, carte.comparatif.indicateur.unite)} ({phrases.periode(chiffre)})"
    return f"{capitale(phrases.face_a(reference))}\u00a0: {dit}, et nombre de lieux"


def legende(
    carte: Carte, x: float, y: float, largeur: float, notes: Sequence[str], rayon: float, effectif: bool, prefixe: str
) -> list[str]:
    """La légende et les notes, à partir de ce coin."""
    r = min(max(rayon, 7), 8.5)
    elements = []
    courant = y
    for ligne in couper(_titre(carte), 12.5, largeur):
        elements.append(texte(x, courant + 14, ligne, 12.5, ENCRE, "dc-nom", graisse=700))
        courant += 16
    courant += 8
    for classe, etat, mots in _lignes(carte, effectif):
        forme = marque(classe, etat, effectif)
        elements.append(forme.dessin(x + 11, courant + 10, r, motif(etat, forme, prefixe)))
        for ligne in couper(mots, 12.5, largeur - 30):
            elements.append(texte(x + 28, courant + 14, ligne, 12.5, ENCRE, "dc-nom"))
            courant += 16
        courant += 7
    courant += 2
    for note in notes:
        for ligne in couper(note, 10.5, largeur):
            courant += 13.5
            elements.append(texte(x, courant, ligne, 10.5, GRIS, "dc-note"))
        courant += 4
    return elements


def hauteur_legende(carte: Carte, largeur: float, notes: Sequence[str]) -> float:
    """La place que prend la légende en hauteur."""
    lignes = sum(16 * len(couper(mots, 12.5, largeur - 30)) + 7 for _, _, mots in _lignes(carte, False))
    titre = 16 * len(couper(_titre(carte), 12.5, largeur)) + 14
    return titre + lignes + sum(13.5 * len(couper(note, 10.5, largeur)) + 4 for note in notes)


def texte(
    x: float, y: float, mots: str, taille: float, teinte: str, classe: str, *, ancre: str = "start", graisse: int = 400
) -> str:
    """Une ligne de texte."""
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{ancre}" font-size="{taille:g}" font-weight="{graisse}" '
        f'fill="{teinte}" class="{classe}">{escape(mots)}</text>'
    )
