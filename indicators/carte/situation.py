"""« Où est-ce ? » : la carte qui situe un territoire dans sa fiche et sa séance, et celle qui ouvre un atlas."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from indicators.analyse.comparatif import cle_de_periode, confronter
from indicators.analyse.portrait import Ligne, Portrait
from indicators.base.base import Base
from indicators.carte.classement import dresser
from indicators.carte.decoupage import decouper, methodes
from indicators.carte.image import carte_de_situation, carte_statique, se_situe
from indicators.socle.territoires import Territoire


def situer(base: Base, vue: Portrait, largeur: int, hauteur: int) -> str:
    """Le territoire parmi ses semblables, en SVG ; chaîne vide pour celui qui ne se situe pas (région, département).

    L'indicateur et la période sont ceux de `ligne_montree`.
    """
    if not se_situe(vue.fiche) or (vue.territoire.est_a_soi and not vue.composition.membres):
        return ""
    ligne = ligne_montree(vue)
    return carte_de_situation(
        base,
        vue.territoire.territoire,
        ligne.indicateur.indicateur,
        periode=cle_de_periode(ligne.chiffre) if ligne.chiffre is not None else None,
        largeur=largeur,
        hauteur=hauteur,
    )


def ligne_montree(vue: Portrait) -> Ligne:
    """Le premier chiffre que d'autres ont à la même date, les chiffres clés d'abord ; sinon le premier connu.

    Sans aucun chiffre, le premier chiffre clé : la carte ne dit que le lieu, et qu'il n'y a pas de chiffre.
    """
    connues = [
        li for li in vue.lignes if li.chiffre is not None and li.chiffre.a_une_valeur and not li.indicateur.est_effectif
    ]
    partagees = (li for li in connues if li.place is not None and li.place.effectif > 1)
    return next(partagees, connues[0] if connues else vue.tete[0])


def carte_de_l_agglomeration(
    base: Base, agglomeration: Territoire, quartiers: Sequence[Territoire], largeur: int, hauteur: int
) -> str:
    """Ces quartiers d'une même famille sur le premier chiffre clé que l'un d'eux a, à la période la mieux connue."""
    cles = base.catalogue.cles(quartiers[0].maille)
    vues = (confronter(base, indicateur, quartiers, [agglomeration]) for indicateur in cles)
    vue = next((v for v in vues if v.lignes), None) or confronter(base, cles[0], quartiers, [agglomeration])
    carte = dresser(vue, decouper(methodes(vue)[0], vue))
    return carte_statique(base, carte, largeur=largeur, hauteur=hauteur, agglomeration=agglomeration.territoire)


def decrire(carte: str) -> str:
    """Ce que dit une carte à qui ne la voit pas : son titre, son année, ses extrêmes ; chaîne vide sans carte."""
    return ElementTree.fromstring(carte).attrib["aria-label"] if carte else ""
