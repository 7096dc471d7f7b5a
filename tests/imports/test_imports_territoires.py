"""Faire entrer des territoires nouveaux, avec leurs liens : ils ont aussitôt un portrait."""

from __future__ import annotations

import shutil

import pytest
from depots import CORRESPONDANCE, LISTE, depot, lot_de, rapport_de
from ecrans import blocs, ouvrir, texte
from hostile import servie

from indicators.analyse.portrait import dresser
from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES, assurer, construire, empreinte, nom_de_base
from indicators.imports.moteur.ajout import appliquer
from indicators.socle.erreurs import ErreurImport

APPARTENANCE = (
    "\ufeffCODGEO;LIBGEO;EPCI;LIBEPCI;DEP;REG\r\n01005;Neuve;200000001;CA des Essais;01;84\r\n"
    "01006;Seule;ZZZZZZZZZ;Sans objet;01;84\r\n02001;Ailleurs;200000002;CC d'Ailleurs;02;32\r\n"
)
FILO = (
    "CODGEO;LIBGEO;DECUC_Q2;DISP_Q2;TP60\nQP001009;Les Tours;9000;12000;47,5\nQP002001;Loin;9000;12000;40,0\n"
    "QP001001;La Gare;9000;12000;44,0\n"
)
DEMO = (
    "CODGEO;LIBGEO;POP_MUN;LIB_COM;TX_TOT_0A24\nQP001009;Les Tours;1\u202f200;Neuve;30,1\n"
    "QP001010;Deux Villes;900;Neuve, Ambérieu;31\n"
)


def nouveaux(base, *fichiers, territoires, **demande) -> set[str]:
    return lot_de(base, *fichiers, territoires=territoires, **demande).nouveaux


def test_par_defaut_rien_n_entre(petite):
    lot = lot_de(petite, depot("EPCI_2020.csv", APPARTENANCE))
    assert (lot.nouveaux, lot.feuilles["territoires"], lot.feuilles["appartenances"]) == (set(), [], [])


def test_tous_ou_un_departement_ou_un_epci(petite):
    fichier = depot("EPCI_2020.csv", APPARTENANCE)
    assert nouveaux(petite, fichier, territoires="tous") == {"COM01005", "COM01006", "COM02001", "EPCI200000002"}
    assert nouveaux(petite, fichier, territoires="DEP01") == {"COM01005", "COM01006"}
    assert nouveaux(petite, fichier, territoires="EPCI200000001, com02001") == {"COM01005", "COM02001"}
    with pytest.raises(ErreurImport, match="« 62 » n'est pas une portée"):
        nouveaux(petite, fichier, territoires="62")
    with pytest.raises(ErreurImport, match="n'est pas une portée"):
        nouveaux(petite, fichier, territoires="")


def test_les_quartiers_d_un_departement_entrent_avec_leurs_liens(petite):
    fichiers = [depot("EPCI_2020.csv", APPARTENANCE), depot("DEMO.csv", DEMO)]
    lot = lot_de(
        petite, *fichiers, territoires="DEP01", annees={"": 2018, "population": 2018, "rp": 2018}, edition=2022
    )
    liens = {(a["territoire"], a["parent"], a["nature"]) for a in lot.feuilles["appartenances"]}
    assert {
        ("QP001009", "COM01005", "commune"), ("QP001009", "DEP01", "departement"),
        ("QP001009", "EPCI200000001", "epci"), ("QP001010", "COM01004", "commune"),
        ("QP001010", "COM01005", "commune"), ("COM01005", "EPCI200000001", "epci"),
    } <= liens  # fmt: skip


def test_deux_fichiers_qui_se_contredisent_sur_un_epci(petite):
    ancien = depot("EPCI_2020.csv", APPARTENANCE)
    recent = depot("EPCI_2024.csv", APPARTENANCE.replace("01005;Neuve;200000001", "01005;Neuve;200000002"))
    lot = lot_de(petite, ancien, recent, territoires="tous")
    parents = [a["parent"] for a in lot.feuilles["appartenances"]
               if (a["territoire"], a["nature"]) == ("COM01005", "epci")]  # fmt: skip
    assert parents == ["EPCI200000002"], "l'édition la plus récente"
    assert lot.liens_contraires == ["COM01005 : EPCI200000002 gardé, EPCI200000001 laissé"]


def test_une_commune_ne_change_pas_d_epci_sans_qu_on_le_dise(petite):
    fichier = depot("EPCI_2020.csv", APPARTENANCE.replace("01005;Neuve;200000001", "01004;Ambérieu;200000002"))
    lot = lot_de(petite, fichier, territoires="tous")
    assert lot.liens_contraires == ["COM01004 : EPCI200000001 gardé, EPCI200000002 laissé"]


def test_liste_et_correspondance(petite):
    lot = lot_de(petite, depot("c.csv", CORRESPONDANCE), depot("l.csv", LISTE), territoires="tous")
    assert {"QN00102M", "QN00103M", "QN00104N", "QN00201M", "EPCI200071892"} <= lot.nouveaux
    filiations = {(f["ancien"], f["nouveau"]): f["nature"] for f in lot.feuilles["filiations"]}
    assert filiations["QP001003", "QN00102M"] == "scission"
    assert ("QP001005", "QN00105I") not in filiations, "le quartier de 2015 n'est pas connu"


@pytest.fixture
def avec_nouveaux(dossier, locales, petite):
    fichiers = [depot("EPCI_2020.csv", APPARTENANCE), depot("REVN_2022.csv", FILO)]
    appliquer(rapport_de(petite, *fichiers, territoires="tous", annees={"": 2019}), dossier)
    base = Base(assurer(dossier).chemin)
    yield base
    base.fermer()


@pytest.mark.parametrize("code", ["COM01005", "COM02001", "EPCI200000002", "QP001009", "QP002001"])
def test_un_territoire_nouveau_a_un_portrait(avec_nouveaux, code):
    assert dresser(avec_nouveaux, code).territoire.territoire == code


def test_le_portrait_d_un_quartier_nouveau_a_son_chiffre(avec_nouveaux):
    ligne = next(li for li in dresser(avec_nouveaux, "QP001009").tete if li.indicateur.indicateur == "taux_pauvrete")
    assert (ligne.chiffre.valeur, ligne.chiffre.annee) == (47.5, 2019)


def test_un_nom_hostile_s_affiche_echappe(locales, copie_des_donnees, tmp_path):
    """Dans la vraie application : le nom est du texte, jamais du HTML."""
    hostile = APPARTENANCE.replace("01005", "01999").replace("Neuve", "<script>alert(1)</script><b>Neuve")
    base = Base(construire(copie_des_donnees))
    appliquer(rapport_de(base, depot("EPCI_2020.csv", hostile), territoires="tous"), copie_des_donnees)
    base.fermer()
    servies = tmp_path / "servies"
    servies.mkdir()
    # Sous le nom qu'aurait la base embarquée avec cet ajout : l'application la prend pour elle, sans la refaire.
    nom = nom_de_base(empreinte(DOSSIER_DONNEES))
    shutil.copy(assurer(copie_des_donnees).chemin, servies / nom)
    with servie(servies / nom):
        essai = ouvrir("portrait", territoire="COM01999")
    html = " ".join(blocs(essai))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "alert(1)" in texte(essai)
