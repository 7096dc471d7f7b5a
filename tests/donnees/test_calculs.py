"""Chaque sorte de calcul, sur des lignes faites à la main : un calcul juste se tait, un calcul faux se dit."""

from __future__ import annotations

from typing import Any

import pytest

from indicators.donnees.controles.calcul import calculs, verifier_arithmetique
from indicators.donnees.lignes import Donnees, Ligne
from indicators.donnees.schema import FEUILLES


def _ligne(feuille: str, **valeurs: str) -> Ligne:
    textes = {colonne.nom: valeurs.get(colonne.nom, "") for colonne in FEUILLES[feuille].colonnes}
    lues: dict[str, Any] = {c.nom: c.lire(textes[c.nom]) for c in FEUILLES[feuille].colonnes if c.nom in valeurs}
    return Ligne("essai.csv", 2, {c: lues.get(c, None if c in _VIDES else "") for c in textes}, textes)


_VIDES = {"annee_debut", "millesime", "multiplicateur", "tolerance", "annee", "valeur", "borne_inf", "borne_sup"}


def _observation(indicateur: str, valeur: str, territoire: str = "Q1", **reste: str) -> Ligne:
    dites = {"annee": "2019", "source": "s", "fiabilite": "sure", "ligne": "1", "origine": "publiee"} | reste
    return _ligne("observations", territoire=territoire, indicateur=indicateur, valeur=valeur, **dites)


_CATALOGUE = {
    "unites": [_ligne("unites", unite="%", comparable="oui")],
    "indicateurs": [_ligne("indicateurs", indicateur=code, unite="%") for code in "rabci"],
}


def _donnees(**dites: list[Ligne]) -> Donnees:
    feuilles = _CATALOGUE | dites
    return Donnees({nom: feuilles.get(nom, []) for nom in FEUILLES})


def _sont_justes(donnees: Donnees) -> list[bool]:
    assert len(verifier_arithmetique(donnees)) == sum(not calcul.juste for calcul in calculs(donnees))
    return [calcul.juste for calcul in calculs(donnees)]


@pytest.mark.parametrize(
    ("formule", "valeurs", "faux"),
    [
        (
            {"sorte": "rapport", "resultat": "r", "termes": "a", "diviseurs": "b,c", "multiplicateur": "100"},
            {"r": "25,0", "a": "5", "b": "12", "c": "8"},  # 100 × 5 ÷ (12 + 8)
            {"r": "26,0"},
        ),
        (
            {"sorte": "somme", "resultat": "r", "termes": "a,b", "tolerance": "0"},
            {"r": "7", "a": "3", "b": "4"},  # 3 + 4
            {"a": "2"},
        ),
        (
            {"sorte": "cent", "resultat": "a", "termes": "b", "tolerance": "0,5"},
            {"a": "60,2", "b": "40"},  # 100,2
            {"b": "41"},
        ),
        (
            {"sorte": "entre", "resultat": "r", "termes": "a,b", "tolerance": "0,1"},
            {"r": "5", "a": "4", "b": "6"},
            {"r": "7"},
        ),
        (
            {"sorte": "entre_ecart", "resultat": "r", "termes": "a,b", "tolerance": "0,1"},
            {"r": "5", "a": "4", "b": "-2"},  # entre 4 et 4 − (−2) = 6
            {"b": "2"},  # entre 4 et 2
        ),
    ],
)
def test_une_formule(formule, valeurs, faux):
    formules = [_ligne("formules", **formule)]
    justes = _donnees(formules=formules, observations=[_observation(i, v) for i, v in valeurs.items()])
    assert _sont_justes(justes) == [True]
    fausses = _donnees(formules=formules, observations=[_observation(i, v) for i, v in (valeurs | faux).items()])
    assert _sont_justes(fausses) == [False]
    manque = _donnees(formules=formules, observations=[_observation(i, v) for i, v in list(valeurs.items())[:-1]])
    assert _sont_justes(manque) == []


def test_les_diviseurs_d_une_autre_source():
    formule = {"sorte": "rapport", "resultat": "r", "termes": "a", "diviseurs": "b", "multiplicateur": "100"}
    lignes = [_observation("r", "50"), _observation("a", "5"), _observation("b", "10", source="autre", annee="2018")]
    assert _sont_justes(_donnees(formules=[_ligne("formules", **formule)], observations=lignes)) == []
    avec = _ligne("formules", **formule, source_diviseurs="autre")
    assert _sont_justes(_donnees(formules=[avec], observations=lignes)) == [True]  # 100 × 5 ÷ 10


def test_la_part_d_un_membre_dans_son_ensemble():
    lien = _ligne("appartenances", territoire="Q1", parent="E", nature="regroupement")
    formule = {"sorte": "part_ensemble", "resultat": "r", "termes": "a", "multiplicateur": "100"}
    lignes = [_observation("r", "40"), _observation("a", "4"), _observation("a", "10", "E")]
    donnees = _donnees(formules=[_ligne("formules", **formule)], observations=lignes, appartenances=[lien])
    assert _sont_justes(donnees) == [True]


def test_un_tri_rompu_et_un_tri_d_une_autre_annee():
    territoires = [_ligne("territoires", territoire=t, statut="QPV") for t in ("Q1", "Q2")]
    lignes = [_observation("i", "3", "Q1", ligne="1"), _observation("i", "5", "Q2", ligne="2")]
    tri = {"source": "s", "indicateur": "i", "statut": "QPV", "annonce": "oui"}
    assert _sont_justes(_donnees(tris=[_ligne("tris", **tri)], territoires=territoires, observations=lignes)) == [False]
    autre = _ligne("tris", **tri, annee="2018")
    assert _sont_justes(_donnees(tris=[autre], territoires=territoires, observations=lignes)) == []


@pytest.mark.parametrize(("imprime", "juste"), [("18,4", True), ("18,6", False), ("-18", False)])
def test_une_phrase_lecture_arrondit_ou_se_trompe(imprime, juste):
    lecture = _ligne(
        "lectures", source="t", ligne="9", territoire="Q1", indicateur="i", annee="2019", valeur="18", passage="18"
    )
    sources = [_ligne("sources", source=s, document="doc.md", rang="2") for s in ("s", "t")]
    assert _sont_justes(_donnees(lectures=[lecture], sources=sources, observations=[_observation("i", imprime)])) == [
        juste
    ]
