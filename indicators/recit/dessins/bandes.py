"""De petits dessins en SVG, les mêmes à l'écran et sur le papier, chacun avec son titre et sa description.

Losange : le territoire. Traits verticaux nommés : les références. Ronds ouverts : les autres quartiers ; à partir
de huit, une bande (minimum à maximum) et une boîte (premier à troisième quartile) les remplacent. Un intervalle est
une barre, un seuil une flèche ouverte. La couleur redit le verdict, elle ne le porte jamais seule : la forme, la
position et le mot le disent aussi. Les classes permettent à une feuille de style de changer les couleurs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from indicators.analyse.comparaison import Comparaison, Jugement
from indicators.analyse.rangs import Place
from indicators.recit.dessins.mesure import largeur as mesurer
from indicators.recit.dessins.mesure import raccourci
from indicators.recit.phrases import chiffre
from indicators.socle.catalogue import Sens
from indicators.socle.nombres import INSECABLE, nombre
from indicators.socle.observations import Observation

ENCRE, GRIS, TRAIT, BANDE, BOITE = "#1c2733", "#5d6b7a", "#d9dfe6", "#e3e8ed", "#b9c4cf"
COULEURS = {Jugement.DEFAVORABLE: "#b4540a", Jugement.FAVORABLE: "#1b6ca8"}
"""Une couleur chaude pour défavorable, une froide pour favorable, l'encre grise pour tout le reste."""

ORIENTATION = "du moins bon au meilleur (sans jugement : du plus faible au plus élevé)"
"""À écrire près des rails orientés."""


_LISIBLE = 10
"""La plus petite taille d'un nom : en dessous, il se coupe."""


@dataclass(frozen=True)
class Repere:
    """Une référence à marquer d'un trait : son nom court, son chiffre, et son année si c'en est une autre."""

    nom: str
    chiffre: Observation
    annee: int | None = None

    @property
    def suffixe(self) -> str:
        """« (2021) », quand l'année n'est pas celle du territoire."""
        return f" ({self.annee})" if self.annee else ""

    def ecrire(self, place: float) -> str:
        """Le nom et l'année ; le nom se coupe là où, tout entier, il ne se lirait plus."""
        entier = self.nom + self.suffixe
        if mesurer(entier, _LISIBLE) <= place:
            return entier
        return raccourci(self.nom, _LISIBLE, place - mesurer(self.suffixe, _LISIBLE)) + self.suffixe


@dataclass(frozen=True)
class Echelle:
    """De la valeur à l'abscisse."""

    mini: float
    maxi: float
    gauche: float
    droite: float
    renversee: bool = False

    def x(self, valeur: float) -> float:
        """L'abscisse d'une valeur, ramenée au bord si elle en sort ; renversée, les plus élevées sont à gauche."""
        part = (valeur - self.mini) / (self.maxi - self.mini) if self.maxi > self.mini else 0.5
        part = min(max(part, 0.0), 1.0)
        return round(self.gauche + (1 - part if self.renversee else part) * (self.droite - self.gauche), 1)

    def bord(self, valeur: float) -> float:
        """L'abscisse d'une borne, juste au-delà de l'axe si elle est infinie."""
        if math.isfinite(valeur):
            return self.x(valeur)
        return self.droite + 6 if (valeur > 0) is not self.renversee else self.gauche - 6


def echelle(valeurs: Sequence[float], gauche: float, droite: float, plancher: float | None = None) -> Echelle:
    """Une échelle qui contient toutes les valeurs, avec de l'air ; ne descend pas sous `plancher`."""
    finies = [v for v in valeurs if math.isfinite(v)] or [0.0]
    bas, haut = min(finies), max(finies)
    marge = (haut - bas) * 0.08 or max(abs(haut) * 0.1, 1.0)
    bas = bas - marge
    return Echelle(bas if plancher is None else max(bas, plancher), haut + marge, gauche, droite)


def couleur(jugement: Jugement) -> str:
    """La couleur d'un verdict."""
    return COULEURS.get(jugement, GRIS)


def bandeau(
    observation: Observation,
    nom: str,
    place: Place,
    reperes: Sequence[Repere],
    jugement: Jugement = Jugement.NEUTRE,
    *,
    unite: str = "",
    largeur: int = 320,
) -> str:
    """La place d'un territoire parmi les quartiers et les références ; chaîne vide sans valeur."""
    etendue = observation.etendue
    if etendue is None:
        return ""
    reperes = [r for r in reperes if r.chiffre.est_ponctuelle]
    e = _echelle_commune(observation, place, reperes, 12, largeur - 12)
    y = 34
    montre = raccourci(nom, 13, largeur - 2, gras=True)
    x_nom = _dans_le_cadre(e.x(_centre(etendue, e)), montre, 13, largeur)
    drapeaux = _drapeaux(
        [(e.x(r.chiffre.valeur or 0.0), r.ecrire(largeur - 5)) for r in reperes], largeur, 12, y + 25, 15
    )
    hauteur = max([y + 14, *(d.y + 5 for d in drapeaux)])
    teinte = couleur(jugement)
    corps = [_axe(e, y), *_semblables(place, observation.territoire, e, y)]
    corps += [_repere(e.x(r.chiffre.valeur or 0.0), y, 11) for r in reperes]
    corps += [_fil(d, y + 11) for d in drapeaux]
    corps.append(_marque(observation, e, y, 8, teinte, jugement))
    corps += [
        ligne_de_texte(
            d.debut + 4 if d.a_droite else d.fin - 4,
            d.y,
            d.texte,
            min(12, max(_LISIBLE, int(12 * largeur / (mesurer(d.texte, 12) + 5)))),
            GRIS,
            "dq-ref",
            ancre="start" if d.a_droite else "end",
        )
        for d in drapeaux
    ]
    corps.append(ligne_de_texte(x_nom, y - 16, montre, 13, teinte, f"dq-nom dq-{jugement.value}", graisse=700))
    return svg(
        largeur,
        hauteur,
        "Position parmi ses semblables",
        _description(observation, nom, place, reperes, unite),
        corps,
    )


def rail(
    observation: Observation,
    nom: str,
    place: Place,
    reperes: Sequence[Repere],
    jugement: Jugement = Jugement.NEUTRE,
    *,
    unite: str = "",
    largeur: int = 220,
    oriente: bool = False,
) -> str:
    """La même chose sur une ligne de tableau, sans noms (le tableau les porte) ; chaîne vide sans valeur.

    `oriente` : le moins bon toujours à gauche quand l'indicateur a un sens (`ORIENTATION` le dit à côté du dessin).
    """
    if observation.etendue is None:
        return ""
    reperes = [r for r in reperes if r.chiffre.est_ponctuelle]
    e = _echelle_commune(observation, place, reperes, 10, largeur - 10)
    if oriente:
        e = replace(e, renversee=place.indicateur.sens is Sens.BAISSE)
    y = 13
    corps = [_axe(e, y), *_semblables(place, observation.territoire, e, y)]
    corps += [_repere(e.x(r.chiffre.valeur or 0.0), y, 9, pointille=position > 0) for position, r in enumerate(reperes)]
    corps.append(_marque(observation, e, y, 7, couleur(jugement), jugement))
    return svg(
        largeur, 26, "Position parmi ses semblables", _description(observation, nom, place, reperes, unite), corps
    )


# --- pièces ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Drapeau:
    """Le nom d'un trait : accroché à son abscisse, à sa droite ou à sa gauche, au premier étage libre."""

    x: float
    y: float
    texte: str
    a_droite: bool
    debut: float
    fin: float


def _drapeaux(
    places: Sequence[tuple[float, str]], largeur: float, taille: int, haut: float, pas: float
) -> list[_Drapeau]:
    """Nomme chaque trait : deux noms ne se touchent jamais, et un fil ne traverse un nom que faute de place.

    Un nom se pose à droite de son trait s'il tient dans le cadre, à gauche sinon. Ceux de droite se posent de droite à
    gauche, ceux de gauche de gauche à droite : un fil passe ainsi à côté des noms déjà posés.
    """
    mesures = [(x, texte, mesurer(texte, taille) + 5) for x, texte in places]
    a_droites = sorted((m for m in mesures if m[0] + m[2] <= largeur), reverse=True)
    a_gauches = sorted(m for m in mesures if m[0] + m[2] > largeur)
    poses: list[_Drapeau] = []
    for x, texte, longueur in (*a_droites, *a_gauches):
        a_droite = x + longueur <= largeur
        debut = x if a_droite else max(x - longueur, 0.0)  # un nom qui ne tient d'aucun côté part du bord
        fin = min(debut + longueur, largeur) if not a_droite else debut + longueur
        niveaux = [haut + etage * pas for etage in range(len(places))]
        libres = [y for y in niveaux if not any(p.y == y and debut < p.fin and p.debut < fin for p in poses)]
        propres = [y for y in libres if not any(_fil_sur_nom(p, x, debut, fin, y) for p in poses)]
        poses.append(_Drapeau(x, (propres or libres)[0], texte, a_droite, debut, fin))
    return poses


def _fil_sur_nom(pose: _Drapeau, x: float, debut: float, fin: float, y: float) -> bool:
    return (pose.y < y and pose.debut < x < pose.fin) or (pose.y > y and debut < pose.x < fin)


def _echelle_commune(
    observation: Observation, place: Place, reperes: Sequence[Repere], gauche: float, droite: float
) -> Echelle:
    valeurs = [*(observation.etendue or ()), *((r.chiffre.valeur or 0.0) for r in reperes)]
    valeurs += place.bornes or ()
    finies = [v for v in valeurs if math.isfinite(v)]
    return echelle(valeurs, gauche, droite, plancher=0.0 if finies and min(finies) >= 0 else None)


def _centre(etendue: tuple[float, float], e: Echelle) -> float:
    bas, haut = max(etendue[0], e.mini), min(etendue[1], e.maxi)
    return (bas + haut) / 2


def _axe(e: Echelle, y: float) -> str:
    return (
        f'<line x1="{e.gauche - 6:g}" x2="{e.droite + 6:g}" y1="{y}" y2="{y}" stroke="{TRAIT}" stroke-width="2" '
        'class="dq-axe"/>'
    )


def _semblables(place: Place, territoire: str, e: Echelle, y: float) -> list[str]:
    repartition = place.repartition
    if repartition is not None:
        mini, q1, mediane, q3, maxi = sorted(e.x(v) for v in repartition)
        return [
            _rectangle(mini, maxi, y, 6, 3, BANDE, "dq-bande"),
            _rectangle(q1, q3, y, 10, 2, BOITE, "dq-boite"),
            _trait(mediane, y - 5, y + 5, "#ffffff", "dq-mediane"),
        ]
    return [
        f'<circle cx="{e.x(o.valeur or 0.0)}" cy="{y}" r="5" fill="#ffffff" stroke="#8b98a6" stroke-width="1.6" '
        'class="dq-autre"/>'
        for o in place.points
        if o.territoire != territoire
    ]


def _rectangle(gauche: float, droite: float, y: float, hauteur: float, rayon: float, teinte: str, classe: str) -> str:
    return (
        f'<rect x="{gauche}" y="{y - hauteur / 2:g}" width="{max(droite - gauche, 1):.1f}" height="{hauteur:g}" '
        f'rx="{rayon:g}" fill="{teinte}" class="{classe}"/>'
    )


def _trait(x: float, haut: float, bas: float, teinte: str, classe: str, tirets: str = "") -> str:
    pointille = f' stroke-dasharray="{tirets}"' if tirets else ""
    return (
        f'<line x1="{x}" x2="{x}" y1="{haut:g}" y2="{bas:g}" stroke="{teinte}" stroke-width="2"{pointille} '
        f'class="{classe}"/>'
    )


def _repere(x: float, y: float, demi: float, *, pointille: bool = False) -> str:
    return _trait(x, y - demi, y + demi, ENCRE, "dq-repere", "3 2" if pointille else "")


def _fil(d: _Drapeau, y: float) -> str:
    return f'<line x1="{d.x}" x2="{d.x}" y1="{y}" y2="{d.y}" stroke="{GRIS}" stroke-width="0.8" class="dq-fil"/>'


def _dans_le_cadre(x: float, texte: str, taille: int, largeur: float) -> float:
    demi = mesurer(texte, taille, gras=True) / 2
    return round(min(max(x, demi + 1), max(largeur - demi - 1, demi + 1)), 1)


def _contour(x: float, y: float, taille: float, jugement: Jugement) -> str:
    """La forme dit le jugement sans la teinte : losange défavorable, rond favorable, carré sans jugement."""
    if jugement is Jugement.DEFAVORABLE:
        return f"M {x} {y - taille} l {taille} {taille} l -{taille} {taille} l -{taille} -{taille} z"
    r = round(taille * 0.84, 1)
    if jugement is Jugement.FAVORABLE:
        return f"M {x} {y - r:g} a {r} {r} 0 0 1 0 {2 * r:g} a {r} {r} 0 0 1 0 {-2 * r:g} z"
    return f"M {x} {y - r:g} h {r} v {2 * r:g} h {-2 * r:g} v {-2 * r:g} z"


def _marque(observation: Observation, e: Echelle, y: float, taille: float, teinte: str, jugement: Jugement) -> str:
    classe = f"dq-marque dq-{jugement.value}"
    assert observation.etendue is not None
    bas, haut = observation.etendue
    if observation.est_ponctuelle:
        x = e.x(bas)
        creux = ' fill-opacity="0.25"' if observation.douteuse else ""
        return (
            f'<path d="{_contour(x, y, taille, jugement)}" fill="{teinte}"{creux} stroke="{teinte}" '
            f'stroke-width="1.4" class="{classe}"/>'
        )
    debut, fin = e.bord(bas), e.bord(haut)
    if math.isfinite(bas) and math.isfinite(haut):
        gauche = min(debut, fin)
        return _rectangle(gauche, max(debut, fin, gauche + 3), y, taille, 2, teinte, classe)
    depart, pointe = (debut, fin) if math.isfinite(bas) else (fin, debut)
    sens = -1 if pointe > depart else 1
    return (
        f'<path d="M {depart} {y} L {pointe} {y} m {6 * sens} -6 l {-6 * sens} 6 l {6 * sens} 6" fill="none" '
        f'stroke="{teinte}" stroke-width="3" stroke-dasharray="" class="{classe} dq-trait"/>'
        f'<line x1="{depart}" x2="{depart}" y1="{y - taille}" y2="{y + taille}" stroke="{teinte}" stroke-width="3" '
        f'class="{classe} dq-trait"/>'
    )


def ligne_de_texte(
    x: float, y: float, mots: str, taille: float, teinte: str, classe: str, ancre: str = "middle", graisse: int = 400
) -> str:
    """Une ligne de texte ; `ancre` : « start », « middle » ou « end », ce que `x` en place."""
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{ancre}" font-size="{taille:g}" font-weight="{graisse}" '
        f'fill="{teinte}" class="{classe}">{escape(mots)}</text>'
    )


def _description(observation: Observation, nom: str, place: Place, reperes: Sequence[Repere], unite: str) -> str:
    morceaux = [f"{nom}{INSECABLE}: {chiffre(observation, unite)}"]
    morceaux += [f"{r.nom}{r.suffixe}{INSECABLE}: {chiffre(r.chiffre, unite)}" for r in reperes]
    autres = [o for o in place.points if o.territoire != observation.territoire]
    if place.repartition is not None:
        mini, q1, mediane, q3, maxi = place.repartition
        d = observation.decimales
        morceaux.append(
            f"{place.effectif} semblables, de {nombre(mini, d)} à {nombre(maxi, d)}, "
            f"la moitié entre {nombre(q1, d)} et {nombre(q3, d)}, médiane {nombre(mediane, d)}"
        )
    elif autres:
        morceaux.append("autres" + INSECABLE + ": " + ", ".join(chiffre(o, unite) for o in autres))
    return f"{INSECABLE}; ".join(morceaux) + "."


def svg(largeur: float, hauteur: float, titre: str, description: str, corps: Sequence[str]) -> str:
    """Le dessin entier : taille, titre et description pour qui ne le voit pas."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {largeur:g} {hauteur:g}" role="img" class="dq" '
        f'aria-label="{escape(titre)}. {escape(description)}"><title>{escape(titre)}</title>'
        f"<desc>{escape(description)}</desc>{''.join(corps)}</svg>"
    )


def repere_de(comparaison: Comparaison, nom: str) -> Repere | None:
    """Le trait d'une référence, si son chiffre est montrable à côté de celui du territoire."""
    if comparaison.reference is None or comparaison.ecart_min is None:
        return None
    annee = comparaison.reference.annee if comparaison.des_annees_differentes else None
    return Repere(nom, comparaison.reference, annee)
