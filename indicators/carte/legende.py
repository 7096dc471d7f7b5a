"""La légende d'une carte : formes et couleurs des classes, trames de ce qui n'en a pas, et leurs mots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from indicators.analyse.comparaison import Jugement
from indicators.carte.classement import Carte, Etat
from indicators.carte.decoupage import Classe, Methode
from indicators.recit import phrases
from indicators.recit.dessins.bandes import ENCRE, GRIS, ligne_de_texte
from indicators.recit.dessins.mesure import lignes as couper
from indicators.socle.nombres import INSECABLE, capitale

VIOLETS = ("#efe7f4", "#cdb5dc", "#a280bf", "#744d9b", "#432268")
"""Du clair au foncé : l'ordre se lit sans distinguer les teintes, et ne se confond pas avec chaud ou froid."""
PROCHES = "#e9e7e2"
CHAUDS, FROIDS = ("#eeb277", "#a94d08"), ("#9cc4e4", "#175d93")
"""Écart moyen, grand écart : les couleurs de « défavorable » et de « favorable » partout dans l'observatoire."""

_RANGS = {1: (2,), 2: (1, 4), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}
_TRAMES = {Etat.SECRET: "secret", Etat.ABSENT: "absent", Etat.ETENDUE: "etendue", Etat.DOUTEUX: "douteux"} | {
    Etat.NON_COMPARABLE: "autre"
}


_MOTIFS = (
    ("secret", 5, 45, "#46525f"),
    ("absent", 5, 0, "#6a7684"),
    ("etendue", 5, 0, "#8d6fae"),
    ("douteux", 6, 45, "#b39100"),
    ("autre", 5, -45, "#9aa5b1"),
)


def definitions(prefixe: str, reduction: int = 1) -> str:
    """Les trames, `prefixe` devant leur nom : un identifiant est unique dans la page.

    `reduction` : combien de fois plus petit le terrain se dessine dans le cadre étroit ; la trame y est d'autant plus
    grande, et s'y voit donc comme dans l'autre.
    """
    return "".join(
        _trame(f"{prefixe}-{nom}", nom, cote, angle, teinte, reduction) for nom, cote, angle, teinte in _MOTIFS
    )


def _trame(identifiant: str, nom: str, cote: int, angle: int, teinte: str, n: int) -> str:
    tournee = f' patternTransform="rotate({angle})"' if angle else ""
    dessin = _motif(nom, cote, teinte, n)
    if n > 1:
        etroit = _motif(nom, cote, teinte, 1)
        dessin = f'<g class="dc-ample">{dessin}</g><g class="dc-etroite" transform="scale({n})">{etroit}</g>'
    taille = f'width="{n * cote}" height="{n * cote}"'
    return (
        f'<pattern id="{identifiant}" patternUnits="userSpaceOnUse" {taille}{tournee}>'
        f'<rect {taille} fill="#ffffff" class="dc-trame"/>{dessin}</pattern>'
    )


def _motif(nom: str, cote: int, teinte: str, n: int) -> str:
    """Des points, des barres ou un quadrillage, `n` fois en large et en haut."""
    pas = [cote * rang for rang in range(n)]
    if nom == "absent":
        return "".join(f'<circle cx="{x + 1.5}" cy="{y + 1.5}" r="0.9" fill="{teinte}"/>' for x in pas for y in pas)
    trace = "".join(f"M{x} 0h2v{n * cote}h-2z" for x in pas)
    if nom == "douteux":
        trace += "".join(f"M0 {y}h{n * cote}v2h-{n * cote}z" for y in pas)
    return f'<path d="{trace}" fill="{teinte}"/>'


ROND, CARRE, LOSANGE = "rond", "carre", "losange"
"""Favorable, sans jugement, défavorable : les trois formes de tout l'observatoire ; rond aussi pour un lieu tramé."""


TRAIT = f'stroke="{ENCRE}" stroke-width="1.2" stroke-linejoin="round"'
"""Le bord de toutes les marques : celui du groupe où elles sont posées."""


texte = partial(ligne_de_texte, ancre="start")
"""Une ligne de texte, posée par son début."""


@dataclass(frozen=True)
class Marque:
    """La forme et la couleur d'un lieu."""

    forme: str
    couleur: str
    taille: float = 1.0

    def dessin(self, x: float, y: float, rayon: float, teinte: str) -> str:
        """La marque à cet endroit, à poser dans un groupe qui porte son `TRAIT`."""
        r = rayon * self.taille
        trait = f'fill="{teinte}" class="dc-symbole"'
        if self.forme == ROND:
            return f'<circle cx="{x:g}" cy="{y:g}" r="{r:.1f}" {trait}/>'
        if self.forme == CARRE:
            c = r * 0.85
            return f'<rect x="{x - c:.1f}" y="{y - c:.1f}" width="{2 * c:.1f}" height="{2 * c:.1f}" {trait}/>'
        c = r * 1.15
        return f'<path d="m{x:g} {y - c:.1f}l{c:.1f} {c:.1f}{-c:.1f} {c:.1f}{-c:.1f}{-c:.1f}z" {trait}/>'


def marque(classe: Classe | None, etat: Etat, effectif: bool) -> Marque:
    """La marque d'un lieu : forme et couleur de sa classe, ou rond tramé."""
    if classe is None:
        return Marque(ROND, "")
    place = _RANGS[classe.nombre][classe.rang]
    couleur = {
        Jugement.DEFAVORABLE: CHAUDS[place in {0, 4}],
        Jugement.FAVORABLE: FROIDS[place in {0, 4}],
        Jugement.PROCHE: PROCHES,
    }.get(classe.jugement, VIOLETS[place])
    forme = {Jugement.DEFAVORABLE: LOSANGE, Jugement.FAVORABLE: ROND}.get(classe.jugement, CARRE)
    return Marque(ROND, couleur, 0.5 + 0.22 * place) if effectif else Marque(forme, couleur)


def motif(etat: Etat, forme: Marque, prefixe: str) -> str:
    """Ce qui remplit un lieu : sa couleur, ou la trame de son état."""
    return forme.couleur if etat is Etat.CLASSE else f"url(#{prefixe}-{_TRAMES[etat]})"


@dataclass(frozen=True)
class Entree:
    """Une ligne de la légende : la classe ou l'état, ses mots, ses valeurs et combien de lieux en sont."""

    classe: Classe | None
    etat: Etat
    mot: str
    valeurs: str
    combien: int

    @property
    def dit(self) -> str:
        """La ligne en entier, pour le papier."""
        return (
            f"{self.mot}{INSECABLE}: {self.valeurs} ({self.combien})"
            if self.valeurs
            else f"{self.mot} ({self.combien})"
        )


def entrees(carte: Carte) -> list[Entree]:
    """Une entrée par classe, de la plus élevée à la plus faible, puis par état présent."""
    comptes = Counter(lieu.classe.rang for lieu in carte.lieux if lieu.classe is not None)
    lignes = [Entree(c, Etat.CLASSE, c.mot, c.valeurs, comptes[c.rang]) for c in reversed(carte.decoupage.classes)]
    lignes += [
        Entree(None, etat, etat.libelle, "", n)
        for etat in Etat
        if etat is not Etat.CLASSE and (n := carte.effectifs.get(etat))
    ]
    return lignes


def titre(carte: Carte) -> str:
    """« Face à l'agglomération : 23,8 % (2021) » : la référence et sa valeur, jamais en petit ; ou « Valeur »."""
    if carte.decoupage.methode is not Methode.REFERENCE or not carte.comparatif.references:
        return "Valeur"
    reference, chiffre = carte.comparatif.references[0]
    dit = f"{phrases.chiffre(chiffre, carte.comparatif.indicateur.unite)} ({phrases.periode(chiffre)})"
    return f"{capitale(phrases.face_a(reference))}{INSECABLE}: {dit}"


def legende(
    carte: Carte, x: float, y: float, largeur: float, notes: Sequence[str], rayon: float, effectif: bool, prefixe: str
) -> list[str]:
    """La légende et les notes, à partir de ce coin."""
    r = min(max(rayon, 7), 8.5)
    elements = []
    courant = y
    for ligne in couper(f"{titre(carte)}, et nombre de lieux", 12.5, largeur):
        elements.append(texte(x, courant + 14, ligne, 12.5, ENCRE, "dc-nom", graisse=700))
        courant += 16
    courant += 8
    for entree in entrees(carte):
        forme = marque(entree.classe, entree.etat, effectif)
        dessin = forme.dessin(x + 11, courant + 10, r, motif(entree.etat, forme, prefixe))
        elements.append(f"<g {TRAIT}>{dessin}</g>")
        for ligne in couper(entree.dit, 12.5, largeur - 30):
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
    lignes = sum(16 * len(couper(entree.dit, 12.5, largeur - 30)) + 7 for entree in entrees(carte))
    haut = 16 * len(couper(f"{titre(carte)}, et nombre de lieux", 12.5, largeur)) + 14
    return haut + lignes + sum(13.5 * len(couper(note, 10.5, largeur)) + 4 for note in notes)
