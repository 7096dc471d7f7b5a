"""Ce que montre une carte : à quelle classe va chaque territoire, ou pourquoi il n'en a pas.

La carte part d'un `Comparatif` : mêmes territoires, même période, mêmes comparaisons que l'écran Comparer.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from indicators.analyse.comparaison import Motif
from indicators.analyse.comparatif import Comparatif, LigneComparee
from indicators.carte.classes import classe_de
from indicators.carte.decoupage import Classe, Decoupage, Methode, rang_de
from indicators.recit import phrases
from indicators.socle.erreurs import ErreurObservatoire
from indicators.socle.nombres import INSECABLE
from indicators.socle.observations import Observation
from indicators.socle.territoires import Maille, Territoire


class Etat(StrEnum):
    """Dans une classe, ou pourquoi pas."""

    CLASSE = "classe"
    ETENDUE = "etendue"
    DOUTEUX = "douteux"
    NON_COMPARABLE = "non_comparable"
    SECRET = "secret"
    ABSENT = "absent"

    @property
    def libelle(self) -> str:
        """Les mots de la légende pour un territoire sans classe."""
        return {
            Etat.CLASSE: "",
            Etat.ETENDUE: "seuil ou intervalle, sans classe",
            Etat.DOUTEUX: "chiffre douteux, sans classe",
            Etat.NON_COMPARABLE: "ne se compare pas à la référence",
            Etat.SECRET: f"non publié{INSECABLE}: secret statistique",
            Etat.ABSENT: "pas de chiffre à cette date",
        }[self]


@dataclass(frozen=True)
class Lieu:
    """Un territoire de la carte : son chiffre s'il en a un, sa classe s'il en a une, sinon son état et la raison."""

    territoire: Territoire
    chiffre: Observation | None
    etat: Etat
    classe: Classe | None
    raison: str
    unite: str = ""


def sans_chiffre(territoire: Territoire) -> Lieu:
    """Un lieu dont la carte ne dit que la place."""
    return Lieu(territoire, None, Etat.ABSENT, None, "")


@dataclass(frozen=True)
class Carte:
    """Un indicateur et une période sur des territoires de même maille ; `lieux` : tous, classés ou non."""

    comparatif: Comparatif
    decoupage: Decoupage
    lieux: tuple[Lieu, ...]

    @property
    def effectifs(self) -> dict[Etat, int]:
        """Le nombre de territoires de chaque état présent."""
        return dict(Counter(lieu.etat for lieu in self.lieux))


def dresser(vue: Comparatif, decoupage: Decoupage) -> Carte:
    """La carte d'un comparatif ; lève `ErreurObservatoire` s'il mêle des territoires qui ne se comparent pas."""
    lieux = [_lieu(ligne, decoupage, vue.indicateur.unite) for ligne in vue.lignes]
    for etat, territoires, raison in (
        (Etat.SECRET, vue.secretes, "secret statistique"),
        (Etat.ABSENT, vue.absentes, "non disponible ou sans objet"),
        (Etat.ABSENT, vue.autre_periode, "connu à une autre date seulement"),
        (Etat.ABSENT, vue.autre_perimetre, "mesuré sur un ancien périmètre"),
        (Etat.ABSENT, vue.sans_chiffre, "sans chiffre dans les documents lus"),
    ):
        lieux += [Lieu(t, None, etat, None, raison) for t in territoires]
    familles = {(lieu.territoire.maille, lieu.territoire.geographie) for lieu in lieux}
    if {lieu.territoire.maille for lieu in lieux} == {Maille.COMMUNE, Maille.IRIS}:
        familles = {(Maille.IRIS, None)}  # une commune que l'Insee ne découpe pas est son propre IRIS
    if len(familles) > 1:
        raise ErreurObservatoire(
            "Une carte ne mêle pas des territoires de maille ou de périmètre différents (quartiers de 2015 et de 2024, "
            "quartiers et communes). Choisissez un seul groupe."
        )
    return Carte(vue, decoupage, tuple(lieux))


def _lieu(ligne: LigneComparee, decoupage: Decoupage, unite: str) -> Lieu:
    def hors_classe(etat: Etat, raison: str) -> Lieu:
        return Lieu(ligne.territoire, ligne.chiffre, etat, None, raison, unite)

    if ligne.chiffre.douteuse:
        return hors_classe(Etat.DOUTEUX, "chiffre douteux")
    rang: int | None
    if decoupage.methode is Methode.REFERENCE:
        comparaison = ligne.comparaisons[0] if ligne.comparaisons else None
        if comparaison is None or comparaison.motif is not Motif.AUCUN:
            raison = phrases.motif(comparaison) if comparaison else "référence non disponible"
            return hors_classe(Etat.NON_COMPARABLE, raison)
        rang = rang_de(comparaison, decoupage.seuil or 0.0)
    elif decoupage.methode is Methode.DOCUMENT:
        etendue = ligne.chiffre.etendue
        rang = decoupage.etendues.index(etendue) if etendue in decoupage.etendues else None
    else:
        rang = classe_de(ligne.chiffre.valeur or 0.0, decoupage.bornes) if ligne.chiffre.est_ponctuelle else None
    if rang is None:
        return hors_classe(Etat.ETENDUE, "seuil ou intervalle" if not ligne.chiffre.est_ponctuelle else "hors classe")
    classe = next(c for c in decoupage.classes if c.rang == rang)
    return Lieu(ligne.territoire, ligne.chiffre, Etat.CLASSE, classe, "", unite)
