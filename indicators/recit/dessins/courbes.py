"""Une tendance pour la salle : les chiffres d'un territoire année par année, et ses références sur le même dessin.

Un trait ne relie que les années d'un même morceau (`morceaux`) : aucune ligne ne traverse une rupture, dite sur le
dessin. Plein : le morceau du chiffre montré ; creux : les autres, et un chiffre douteux. Une référence est en tirets.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from indicators.analyse.comparaison import Jugement
from indicators.recit.dessins.bandes import ENCRE, GRIS, TRAIT, couleur, ligne_de_texte, svg
from indicators.recit.dessins.mesure import largeur, lignes
from indicators.recit.phrases import chiffre
from indicators.socle.nombres import INSECABLE, nombre
from indicators.socle.observations import Observation

LARGEUR, HAUTEUR = 1010, 600
_ENCRES = ((ENCRE, "dq-fort"), (GRIS, "dq-ref"))
"""La première référence, puis les autres."""
_HAUT, _BAS, _PETIT, _MOYEN, _GRAND = 84, 64, 23, 27, 36


@dataclass(frozen=True)
class Trace:
    """Un territoire sur la courbe : son nom et ses chiffres, un par année, en morceaux qui seuls se relient."""

    nom: str
    morceaux: tuple[tuple[Observation, ...], ...]

    @property
    def points(self) -> tuple[Observation, ...]:
        """Tous ses chiffres, par année."""
        return tuple(o for morceau in self.morceaux for o in morceau)


@dataclass(frozen=True)
class Cadre:
    """De l'année à l'abscisse, de la valeur à l'ordonnée."""

    debut: int
    fin: int
    bas: float
    haut: float
    gauche: float
    droite: float

    def x(self, annee: int | None) -> float:
        """L'abscisse d'une année."""
        part = ((annee or self.debut) - self.debut) / max(self.fin - self.debut, 1)
        return round(self.gauche + part * (self.droite - self.gauche), 1)

    def y(self, valeur: float | None) -> float:
        """L'ordonnée d'une valeur."""
        part = ((valeur or 0.0) - self.bas) / (self.haut - self.bas)
        return round(HAUTEUR - _BAS - part * (HAUTEUR - _BAS - _HAUT), 1)


def courbe(
    territoire: Trace,
    references: Sequence[Trace],
    montre: Observation,
    unite: str,
    jugement: Jugement,
    ruptures: Sequence[tuple[int, str]] = (),
) -> str:
    """Le dessin ; `montre` : le chiffre écrit en grand, dont le morceau est plein ; `ruptures` : (année, raison)."""
    traces = [territoire, *references]
    valeurs = [o.valeur or 0.0 for t in traces for o in t.points]
    annees = [o.annee or 0 for t in traces for o in t.points]
    noms = max(largeur(mot, 25, gras=True) for t in traces for mot in lignes(t.nom, 25, 200, gras=True))
    bas, haut, pas = _graduer(min(valeurs), max(valeurs), unite)
    c = Cadre(min(annees), max(annees), bas, haut, 96, LARGEUR - max(noms + 24, 90))
    teinte = couleur(jugement)
    corps = [*_grille(c, pas, unite), *_annees(c, sorted({o.annee or 0 for o in territoire.points}))]
    dedans = [(annee, raison) for annee, raison in ruptures if c.debut < annee <= c.fin]
    corps += [p for rang, (annee, raison) in enumerate(dedans) for p in _rupture(c, rang, annee, raison)]
    dessus = _au_dessus(territoire, references)
    ecrits: set[int] = set()  # les années où une référence a déjà son chiffre : deux proches se recouvriraient
    for rang, reference in enumerate(references):
        au_dessus = _haut_de(reference) > _haut_de(references[1 - rang]) if len(references) == 2 else not dessus
        corps += _reference(c, reference, _ENCRES[min(rang, 1)], au_dessus, ecrits)
    corps += _territoire(c, territoire, montre, unite, (teinte, f"dq-nom dq-{jugement.value}"), dessus)
    corps += _noms(c, traces, teinte, jugement)
    description = f"{INSECABLE}; ".join(
        f"{t.nom}{INSECABLE}: {', '.join(f'{o.annee} {chiffre(o, unite)}' for o in t.points)}" for t in traces
    )
    return svg(LARGEUR, HAUTEUR, f"De {c.debut} à {c.fin}", f"{description}.", corps)


def _graduer(mini: float, maxi: float, unite: str) -> tuple[float, float, float]:
    """Le bas, le haut et le pas de l'axe ; une part commence à zéro, le reste juste sous la plus petite valeur."""
    depart = 0.0 if unite == "%" and mini >= 0 else mini - 0.25 * ((maxi - mini) or abs(maxi) or 1.0)
    if mini >= 0:
        depart = max(depart, 0.0)
    brut = (max(maxi, 0.0 if unite == "%" else maxi) - depart or 1.0) / 5
    puissance = 10.0 ** math.floor(math.log10(brut))
    pas = next(p * puissance for p in (1, 2, 5, 10) if p * puissance >= brut)
    bas = math.floor(depart / pas) * pas
    haut = math.ceil(maxi / pas) * pas
    return bas, haut if haut > bas else bas + pas, pas


def _grille(c: Cadre, pas: float, unite: str) -> list[str]:
    combien = round((c.haut - c.bas) / pas)
    decimales = max(0, -math.floor(math.log10(pas)))
    traits = []
    for rang in range(combien + 1):
        valeur, y = c.bas + rang * pas, c.y(c.bas + rang * pas)
        signe = f"{INSECABLE}{unite}" if rang == combien and unite in {"%", "€"} else ""
        base = rang == 0
        traits.append(
            f'<line x1="{c.gauche}" x2="{c.droite}" y1="{y}" y2="{y}" stroke="{ENCRE if base else TRAIT}" '
            f'stroke-width="{2 if base else 1.5}" class="{"dq-fort" if base else "dq-axe"}"/>'
        )
        traits.append(
            ligne_de_texte(c.gauche - 12, y + 8, nombre(valeur, decimales) + signe, _PETIT, GRIS, "dq-ref", "end")
        )
    return traits


def _annees(c: Cadre, siennes: Sequence[int]) -> list[str]:
    """Les années du territoire, en gras à ses bouts ; une année qui toucherait sa voisine n'est pas écrite."""
    ecrites: list[int] = []
    place = largeur("0000", _PETIT, gras=True) + 10
    for annee in dict.fromkeys((siennes[-1], siennes[0], c.fin, c.debut, *siennes)):
        if all(abs(c.x(annee) - c.x(autre)) >= place for autre in ecrites):
            ecrites.append(annee)
    return [
        ligne_de_texte(c.x(a), HAUTEUR - _BAS + 36, str(a), _PETIT, ENCRE, "dq-fort", graisse=700)
        if a in (siennes[0], siennes[-1])
        else ligne_de_texte(c.x(a), HAUTEUR - _BAS + 36, str(a), _PETIT, GRIS, "dq-ref")
        for a in ecrites
    ]


def _rupture(c: Cadre, rang: int, annee: int, raison: str) -> list[str]:
    """Un trait vertical juste avant l'année, et pourquoi l'on ne relie pas ; chaque rupture a sa ligne, en haut."""
    x = (c.x(annee - 1) + c.x(annee)) / 2
    dit = f"{annee}{INSECABLE}: {raison}"
    a_droite = x + largeur(dit, _PETIT, gras=True) + 12 < LARGEUR
    ancre, ou = ("start", x + 12) if a_droite else ("end", x - 12)
    y = 24 + 28 * rang
    return [
        f'<line x1="{x}" x2="{x}" y1="{y - 18}" y2="{HAUTEUR - _BAS}" stroke="{ENCRE}" stroke-width="2.5" '
        'stroke-dasharray="9 7" class="dq-repere"/>',
        ligne_de_texte(ou, y, dit, _PETIT, ENCRE, "dq-fort", ancre, 600),
    ]


def _au_dessus(territoire: Trace, references: Sequence[Trace]) -> bool:
    """Vrai si le territoire est au-dessus de sa première référence : leurs chiffres s'écrivent de part et d'autre."""
    if not references or not references[0].points:
        return True
    return _haut_de(territoire) >= _haut_de(references[0])


def _haut_de(trace: Trace) -> float:
    """Sa hauteur moyenne sur le dessin."""
    return sum(o.valeur or 0.0 for o in trace.points) / max(len(trace.points), 1)


def _reference(c: Cadre, reference: Trace, encre: tuple[str, str], dessus: bool, ecrits: set[int]) -> list[str]:
    teinte, classe = encre
    dessin = []
    for morceau in reference.morceaux:
        if len(morceau) > 1:
            places = " ".join(f"{c.x(o.annee)},{c.y(o.valeur)}" for o in morceau)
            dessin.append(
                f'<polyline points="{places}" fill="none" stroke="{teinte}" stroke-width="3" stroke-dasharray="3 7" '
                'stroke-linecap="round" class="{classe} dq-trait"/>'
            )
    bouts = {id(o) for o in (reference.points[0], reference.points[-1])}
    for o in reference.points:
        x, y = c.x(o.annee), c.y(o.valeur)
        dessin.append(
            f'<line x1="{x}" x2="{x}" y1="{y - 11}" y2="{y + 11}" stroke="{teinte}" stroke-width="7" '
            f'class="{classe} dq-trait"{_creux(o)}/>'
        )
        if id(o) in bouts and (o.annee or 0) not in ecrits:
            ecrits.add(o.annee or 0)
            texte = nombre(o.valeur or 0.0, o.decimales) + (" (douteux)" if o.douteuse else "")
            ou = y - 22 if dessus else y + 42
            dessin.append(ligne_de_texte(_rentrer(x, texte, _MOYEN, c), ou, texte, _MOYEN, teinte, classe, graisse=600))
    return dessin


def _creux(o: Observation) -> str:
    return ' stroke-opacity="0.35"' if o.douteuse else ""


def _territoire(c: Cadre, t: Trace, montre: Observation, unite: str, encre: tuple[str, str], dessus: bool) -> list[str]:
    teinte, classe = encre
    dessin = []
    for morceau in t.morceaux:
        principal = any(o.annee == montre.annee for o in morceau)
        if len(morceau) > 1:
            places = " ".join(f"{c.x(o.annee)},{c.y(o.valeur)}" for o in morceau)
            dessin.append(
                f'<polyline points="{places}" fill="none" stroke="{teinte}" stroke-width="{6 if principal else 3}" '
                f'stroke-linejoin="round" stroke-linecap="round" class="dq-marque {classe} dq-trait"/>'
            )
        for rang, o in enumerate(morceau):
            x, y = c.x(o.annee), c.y(o.valeur)
            le_montre = o.annee == montre.annee
            dessin.append(_marque(x, y, teinte, classe, plein=principal and not o.douteuse, grand=le_montre))
            if le_montre or rang in (0, len(morceau) - 1):
                taille = _GRAND if le_montre else _MOYEN
                texte = chiffre(o, unite) if le_montre else nombre(o.valeur or 0.0, o.decimales)
                ou = y - 22 if dessus else y + 22 + 0.7 * taille
                dessin.append(
                    ligne_de_texte(_rentrer(x, texte, taille, c), ou, texte, taille, teinte, classe, graisse=700)
                )
    return dessin


def _rentrer(x: float, texte: str, taille: float, c: Cadre) -> float:
    """L'abscisse du milieu d'un texte, ramenée entre l'axe et le bord des noms."""
    demi = largeur(texte, taille, gras=True) / 2
    return max(c.gauche + demi, min(x, c.droite + 6 - demi))


def _marque(x: float, y: float, teinte: str, classe: str, *, plein: bool, grand: bool) -> str:
    fond, creux = (teinte, "") if plein else ("#ffffff", " dq-creux")
    forme = f'fill="{fond}" stroke="{teinte}" stroke-width="3.5" class="dq-marque {classe}{creux}"'
    if grand:
        return f'<path d="M {x} {y - 15} l 15 15 l -15 15 l -15 -15 z" {forme}/>'
    return f'<circle cx="{x}" cy="{y}" r="8" {forme}/>'


def _noms(c: Cadre, traces: Sequence[Trace], teinte: str, jugement: Jugement) -> list[str]:
    """Les noms au bout des traits, écartés pour ne pas se toucher."""
    pas = 27.0
    voulus = sorted(
        (c.y(t.points[-1].valeur), rang, lignes(t.nom, 25, 200, gras=True)) for rang, t in enumerate(traces)
    )
    libre, dessin = _HAUT * 0.6, []
    reste = sum(len(mots) * pas + 8 for _, _, mots in voulus)
    for y, rang, mots in voulus:
        hauteur = len(mots) * pas + 8
        haut = min(max(y - hauteur / 2, libre), HAUTEUR - _BAS - reste)
        haut = max(haut, libre)
        encre = (teinte, f"dq-nom dq-{jugement.value}", 700) if rang == 0 else (*_ENCRES[min(rang - 1, 1)], 600)
        for n, mot in enumerate(mots):
            dessin.append(
                ligne_de_texte(c.droite + 20, haut + pas * (n + 0.8), mot, 25, encre[0], encre[1], "start", encre[2])
            )
        libre, reste = haut + hauteur, reste - hauteur
    return dessin
