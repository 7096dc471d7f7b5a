"""Les classes d'une carte : comment les valeurs sont découpées, avec quels mots, et la phrase qui le dit.

Découper n'est pas juger : « plus élevé » et « défavorable » viennent de `comparaison.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import median

from indicators.analyse.comparaison import Comparaison, Jugement, Motif, Position
from indicators.analyse.comparatif import Comparatif, LigneComparee
from indicators.carte.classes import TROP_DE_VALEURS, classe_de, combien, quantiles, ruptures
from indicators.recit import phrases
from indicators.socle.nombres import INSECABLE, decimales_utiles, nombre
from indicators.socle.observations import Observation
from indicators.socle.territoires import Maille, Territoire
from indicators.socle.unites import avec_unite


class Methode(StrEnum):
    """Comment les valeurs sont découpées."""

    QUANTILES = "quantiles"
    RUPTURES = "ruptures"
    DOCUMENT = "document"
    REFERENCE = "reference"

    @property
    def libelle(self) -> str:
        """Le nom de la méthode dans une liste."""
        return {
            Methode.QUANTILES: "Effectifs égaux (quantiles)",
            Methode.RUPTURES: "Ruptures naturelles (Jenks)",
            Methode.DOCUMENT: "Classes imprimées par le document",
            Methode.REFERENCE: "Autour de la référence",
        }[self]


@dataclass(frozen=True)
class Classe:
    """Une classe de la légende : son mot, ses valeurs écrites, le jugement qu'elle porte, son rang et leur nombre.

    `effectif` : les valeurs sont des nombres absolus, qui ne teintent pas une surface.
    """

    mot: str
    valeurs: str
    jugement: Jugement
    rang: int
    nombre: int
    effectif: bool = False


@dataclass(frozen=True)
class Decoupage:
    """Des classes, communes à une ou deux cartes, et la phrase qui dit comment elles sont faites.

    `bornes` : la plus grande valeur de chaque classe, vide autour d'une référence (`seuil` sépare alors les écarts
    moyens des grands) ; `etendues` : les intervalles imprimés, un par classe, quand les classes sont ceux du document.
    """

    methode: Methode
    phrase: str
    classes: tuple[Classe, ...]
    bornes: tuple[float, ...] = ()
    seuil: float | None = None
    etendues: tuple[tuple[float, float], ...] = ()


def methodes(vue: Comparatif) -> list[Methode]:
    """Les méthodes possibles, celle à proposer d'abord : la référence si un chiffre s'y compare, puis les classes du
    document s'il n'imprime que des seuils et des intervalles qui ne se recouvrent pas.
    """
    possibles = []
    if any(ligne.comparaisons and ligne.comparaisons[0].motif is Motif.AUCUN for ligne in vue.lignes):
        possibles.append(Methode.REFERENCE)
    if _etendues([vue]):
        possibles.append(Methode.DOCUMENT)
    return [*possibles, Methode.QUANTILES, Methode.RUPTURES]


def decouper(methode: Methode, *vues: Comparatif) -> Decoupage:
    """Les classes d'une carte, ou de deux cartes du même indicateur : elles se lisent alors avec la même légende.

    La référence est la première de chaque vue. Les chiffres douteux, les seuils et les intervalles n'y comptent pas.
    """
    lignes = [ligne for vue in vues for ligne in vue.lignes if _classable(ligne)]
    if methode is Methode.REFERENCE:
        return _autour([ligne for vue in vues for ligne in vue.lignes if not ligne.chiffre.douteuse], vues)
    if methode is Methode.DOCUMENT and _etendues(vues):
        return _du_document(vues)
    valeurs = [ligne.chiffre.valeur or 0.0 for ligne in lignes]
    k = combien(valeurs)
    naturelles = methode is Methode.RUPTURES and len(set(valeurs)) <= TROP_DE_VALEURS
    bornes = ruptures(valeurs, k) if naturelles else quantiles(valeurs, k)
    membres: dict[int, list[Observation]] = {}
    for ligne in lignes:
        membres.setdefault(classe_de(ligne.chiffre.valeur or 0.0, bornes), []).append(ligne.chiffre)
    mots, effectif = _MOTS[len(bornes)], vues[0].indicateur.est_effectif
    classes = tuple(
        Classe(mots[rang], _valeurs(membres[rang], vues[0]), Jugement.NEUTRE, rang, len(bornes), effectif)
        for rang in range(len(bornes))
    )
    n = len(bornes)
    phrase = {
        0: "Aucune valeur à classer.",
        1: "Une seule classe : toutes les valeurs sont égales.",
    }.get(n) or (
        f"{n} classes par ruptures naturelles (Jenks) : les valeurs d’une classe se ressemblent le plus possible."
        if naturelles
        else f"{n} classes d’effectifs aussi égaux que possible (quantiles)."
    )
    faite = Methode.RUPTURES if naturelles else Methode.QUANTILES
    return Decoupage(faite, phrase.replace(" :", f"{INSECABLE}:") + _deux(vues), classes, bornes)


_MOTS = {
    0: (),
    1: ("même valeur",),
    2: ("plus faibles", "plus élevés"),
    3: ("les plus faibles", "au milieu", "les plus élevés"),
    4: ("les plus faibles", "plutôt faibles", "plutôt élevés", "les plus élevés"),
    5: ("les plus faibles", "plutôt faibles", "au milieu", "plutôt élevés", "les plus élevés"),
}


def _classable(ligne: LigneComparee) -> bool:
    return ligne.chiffre.est_ponctuelle and not ligne.chiffre.douteuse


def _valeurs(chiffres: Sequence[Observation], vue: Comparatif) -> str:
    """« de 36,8 % à 41,2 % » : la plus petite et la plus grande valeur que la classe contient vraiment."""
    basse, haute = (
        valeur_courte(extreme(chiffres, key=lambda o: o.valeur or 0.0), vue.indicateur.unite) for extreme in (min, max)
    )
    return basse if basse == haute else f"de {basse} à {haute}"


def valeur_courte(chiffre: Observation, unite: str) -> str:
    """La valeur, avec son unité si elle tient en un signe ou deux : le titre de la carte l'écrit en entier."""
    return phrases.chiffre(chiffre, unite if len(unite) <= 4 else "")


def _deux(vues: Sequence[Comparatif]) -> str:
    return " Les mêmes classes sur les deux cartes." if len(vues) > 1 else ""


def _etendues(vues: Sequence[Comparatif]) -> tuple[tuple[float, float], ...]:
    """Les intervalles imprimés, du plus bas au plus haut ; vide s'il y a des valeurs ou s'ils se recouvrent."""
    chiffres = [ligne.chiffre for vue in vues for ligne in vue.lignes if not ligne.chiffre.douteuse]
    if any(chiffre.est_ponctuelle for chiffre in chiffres):
        return ()
    triees = sorted({chiffre.etendue for chiffre in chiffres if chiffre.etendue is not None})
    disjointes = all(basse[1] <= haute[0] for basse, haute in pairwise(triees))
    return tuple(triees) if 2 <= len(triees) <= max(_MOTS) and disjointes else ()


def _du_document(vues: Sequence[Comparatif]) -> Decoupage:
    """Une classe par intervalle imprimé."""
    etendues = _etendues(vues)
    dits = {
        ligne.chiffre.etendue: phrases.chiffre(ligne.chiffre, vue.indicateur.unite)
        for vue in vues
        for ligne in vue.lignes
    }
    mots, effectif = _MOTS[len(etendues)], vues[0].indicateur.est_effectif
    classes = tuple(
        Classe(mots[rang], dits[etendue], Jugement.NEUTRE, rang, len(etendues), effectif)
        for rang, etendue in enumerate(etendues)
    )
    phrase = "Les classes sont celles que le document imprime : il ne donne pas de valeur plus précise."
    return Decoupage(Methode.DOCUMENT, phrase.replace(" :", f"{INSECABLE}:") + _deux(vues), classes, etendues=etendues)


def rang_de(comparaison: Comparaison, seuil: float) -> int | None:
    """0 bien plus faible, 1 plus faible, 2 proche, 3 plus élevé, 4 bien plus élevé.

    None pour un intervalle dont l'écart peut être moyen ou grand.
    """
    if comparaison.position is Position.PROCHE:
        return 2
    bornes = (comparaison.ecart_min or 0.0, comparaison.ecart_max or 0.0)
    loin = {abs(borne) > seuil for borne in bornes}
    if len(loin) > 1:
        return None
    if comparaison.position is Position.PLUS_FAIBLE:
        return 0 if loin == {True} else 1
    return 4 if loin == {True} else 3


def _autour(lignes: Sequence[LigneComparee], vues: Sequence[Comparatif]) -> Decoupage:
    """Cinq classes : le fait vient de la comparaison, la médiane des écarts sépare les grands des moyens."""
    comparaisons = [li.comparaisons[0] for li in lignes if li.comparaisons and li.comparaisons[0].motif is Motif.AUCUN]
    if not comparaisons:
        return Decoupage(Methode.REFERENCE, "Aucun chiffre ne se compare à la référence.", ())
    indicateur = comparaisons[0].indicateur
    ecarts = [abs(c.ecart) for c in comparaisons if c.ecart is not None and c.position is not Position.PROCHE]
    decimales = max(c.decimales for c in comparaisons)
    seuil = round(median(ecarts), decimales) if ecarts else 0.0
    unite, largeur = indicateur.unite.ecart, indicateur.bande_proche
    texte_seuil = avec_unite(nombre(seuil, decimales), unite, seuil)
    bande = avec_unite(nombre(largeur, decimales_utiles(largeur)), unite, largeur)
    reference = phrases.nommer(vues[0].references[0][0])
    valeurs = (
        f"plus de {texte_seuil} de moins",
        f"jusqu’à {texte_seuil} de moins",
        f"à {bande} près" if indicateur.bande_proche else "même valeur",
        f"jusqu’à {texte_seuil} de plus",
        f"plus de {texte_seuil} de plus",
    )
    jugements = {rang: c.jugement for c in comparaisons if (rang := rang_de(c, seuil)) is not None}
    classes = tuple(
        Classe(_mot_autour(rang, jugement, vues[0].references[0][0]), valeurs[rang], jugement, rang, 5)
        for rang, jugement in sorted(jugements.items())
    )
    chiffres = [v.references[0][1] for v in vues if v.references]
    dits = f"{INSECABLE}; ".join(
        f"{phrases.chiffre(o, indicateur.unite)}, {phrases.periode(o)}{', chiffre douteux' if o.douteuse else ''}"
        for o in chiffres
    )
    phrase = (
        f"Classes par l’écart avec {reference} ({dits})"
        + (f", coupées à {texte_seuil}, la médiane des écarts." if ecarts else ".")
        + _deux(vues)
    )
    return Decoupage(Methode.REFERENCE, phrase, classes, seuil=seuil)


def _mot_autour(rang: int, jugement: Jugement, reference: Territoire) -> str:
    """« plus faible, favorable » ; un ensemble de quartiers est nommé dans la même ligne que le jugement."""
    mot = ("bien plus faible", "plus faible", "proche", "plus élevé", "bien plus élevé")[rang]
    dit = phrases.MOTS_JUGEMENT[jugement] if jugement in {Jugement.FAVORABLE, Jugement.DEFAVORABLE} else ""
    if dit and reference.maille is Maille.REGROUPEMENT:
        mot += f" {phrases.que(reference)}" if rang != 2 else ""
    return f"{mot}, {dit}" if dit else mot
