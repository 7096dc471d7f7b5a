"""L'édition que l'on n'a pas encore vue : d'autres années, d'autres places, une colonne de plus."""

from __future__ import annotations

import csv
import io
import random
import re

import pytest
from depots import EXTRAITS, releve

from indicators.imports.moteur.releve import Releve

AVANCE = 15
"""Ce dont chaque année est avancée, à deux chiffres ou à quatre."""


def table(texte: str) -> tuple[list[list[str]], str]:
    """Les lignes d'un extrait, toutes de même longueur, et son séparateur."""
    texte = texte.removeprefix("\ufeff")
    separateur = max(";,", key=texte.partition("\n")[0].count)
    lignes = list(csv.reader(io.StringIO(texte, newline=""), delimiter=separateur))
    largeur = max(map(len, lignes))
    return [ligne + [""] * (largeur - len(ligne)) for ligne in lignes], separateur


def ecrit(lignes: list[list[str]], separateur: str) -> str:
    sortie = io.StringIO()
    csv.writer(sortie, delimiter=separateur, lineterminator="\n").writerows(lignes)
    return sortie.getvalue()


def _plus_tard(annee: re.Match[str]) -> str:
    return str(int(annee[0]) + AVANCE)


def contenu(lu: Releve, avance: int = 0) -> tuple[object, ...]:
    """Tout ce qu'un relevé apporte, les années avancées."""
    chiffres = {
        (c.territoire, c.indicateur, c.annee and c.annee + avance, c.groupe, c.lecture) for c in lu.chiffres
    }  # fmt: skip
    edition = lu.edition and lu.edition + avance
    return lu.format, edition, chiffres, set(lu.lieux.values()), set(lu.liens), set(lu.filiations)


@pytest.mark.parametrize("graine", range(3))
@pytest.mark.parametrize("nom", EXTRAITS)
def test_les_colonnes_dans_un_autre_ordre(nom, graine):
    lignes, separateur = table(EXTRAITS[nom])
    places = random.Random(graine).sample(range(len(lignes[0])), len(lignes[0]))
    melangees = ecrit([[ligne[place] for place in places] for ligne in lignes], separateur)
    assert contenu(releve(nom, melangees)) == contenu(releve(nom, EXTRAITS[nom]))


@pytest.mark.parametrize("nom", EXTRAITS)
def test_une_colonne_nouvelle_ne_deplace_rien(nom):
    lignes, separateur = table(EXTRAITS[nom])
    elargies = ecrit([["inattendue" if n == 0 else "9", *ligne] for n, ligne in enumerate(lignes)], separateur)
    assert contenu(releve(nom, elargies)) == contenu(releve(nom, EXTRAITS[nom]))


COG = {
    "communes.csv": "TYPECOM,COM,REG,DEP,LIBELLE,COMPARENT\nCOM,01004,84,01,Ambérieu,\n",
    "departement2021.csv": "DEP,REG,CHEFLIEU,LIBELLE\n01,84,01053,Ain\n",
    "region2021.csv": "REG,CHEFLIEU,LIBELLE\n84,69123,Auvergne\n",
    "EPCI_2020.csv": "CODGEO;LIBGEO;EPCI;LIBEPCI;DEP;REG\n01004;Ambérieu;240100883;CC de la Plaine;01;84\n",
    "listeqp2024-cog2024.csv": EXTRAITS["listeqp2024-cog2024.csv"],
}


@pytest.mark.parametrize("nom", COG)
def test_une_liste_de_lieux_dit_la_colonne_qu_une_edition_lui_ajoute(nom):
    lignes, separateur = table(COG[nom])
    elargies = ecrit([["COLONNE_NOUVELLE" if n == 0 else "9", *ligne] for n, ligne in enumerate(lignes)], separateur)
    assert (releve(nom, COG[nom]).inconnues, releve(nom, elargies).inconnues) == ((), ("COLONNE_NOUVELLE",))


@pytest.mark.parametrize("nom", EXTRAITS)
def test_une_edition_d_une_autre_annee(nom):
    lignes, separateur = table(EXTRAITS[nom])
    entete = [re.sub(r"(?<=[A-Z60])(16|19|21)$|(?<=_[aA])(16|19)$", _plus_tard, nom) for nom in lignes[0]]
    corps = [[re.sub(r"^20\d\d(?=$|-20\d\d$)", _plus_tard, case) for case in ligne] for ligne in lignes[1:]]
    avancee = ecrit([entete, *corps], separateur)
    assert contenu(releve(nom, avancee)) == contenu(releve(nom, EXTRAITS[nom]), AVANCE)
