"""Le rapport dit, avant tout ajout : ajouté, changé, inchangé, retiré, secret, impossible, étonnant, contredit."""

from __future__ import annotations

import pytest
from depots import OUVERTES, depot, exige_donnees_ouvertes, lot_de, modele, pauvrete, rapport_de

from indicators.base.base import Base
from indicators.base.construction import construire
from indicators.imports.moteur.ajout import appliquer
from indicators.imports.moteur.reconnaissance import Fichier
from indicators.socle.erreurs import ErreurImport

# « insee » est la source de la petite base : un modèle ne peut pas la prendre, un Filosofi de 2019 a la sienne.
ENTETE = "CODGEO;DISP_MED_A19;DISP_TP60_A19\n"


def filosofi(*lignes: str):
    return depot("data_filo19_qp_revdis.csv", ENTETE + "\n".join(lignes) + "\n")


def comptes(rapport) -> tuple[int, int, int, int]:
    return rapport.ajoutees, len(rapport.changees), rapport.inchangees, len(rapport.retirees)


@pytest.fixture
def suivante(dossier, locales, petite):
    """Applique un lot à la petite base et rend la base qui le suit."""
    ouvertes = []

    def appliquer_puis_ouvrir(*fichiers, **options):
        actuelle = ouvertes[-1] if ouvertes else petite
        appliquer(rapport_de(actuelle, *fichiers, **options), dossier)
        ouvertes.append(Base(construire(dossier)))
        return ouvertes[-1]

    yield appliquer_puis_ouvrir
    for ouverte in ouvertes:
        ouverte.fermer()


def test_ajoutees_secretes_et_territoires_laisses(petite):
    rapport = rapport_de(petite, filosofi("QP001001;13000;45,0", "QP001003;;", "QP099999;12000;30"))
    assert comptes(rapport) == (2, 0, 0, 0)
    assert (rapport.secretes, rapport.lot.introuvables) == (1, {"QP099999"})
    assert rapport.lot.hors_catalogue == {"niveau_vie_median"}
    texte = rapport.texte().replace("\xa0", " ")
    assert "Valeurs : 2 ajoutées, 0 changée, 0 inchangée, 0 retirée ; dont 1 secrète et 0 non disponible" in texte
    assert "absents du catalogue de cette base, laissés : niveau_vie_median" in texte
    assert "2 connus, 0 nouveau, 1 inconnu de la base" in texte


def test_changees_et_inchangees(suivante):
    base = suivante(filosofi("QP001001;13000;45,0", "QP001002;13000;31,0"))
    rapport = rapport_de(base, filosofi("QP001001;13000;45,00", "QP001002;13000;32,0"))
    assert comptes(rapport) == (0, 1, 1, 0)
    assert str(rapport.changees[0]) == "QP001002, taux_pauvrete : 31,0 → 32,0 (même source et même année)"


def test_une_valeur_devenue_secrete_est_un_changement(suivante):
    base = suivante(filosofi("QP001001;13000;45,0"))
    with pytest.raises(ErreurImport, match="aucun chiffre à lire"):  # une colonne entièrement vide ne dit rien
        rapport_de(base, filosofi("QP001001;;", "QP001002;;"))
    rapport = rapport_de(base, filosofi("QP001001;;", "QP001002;;31"))
    assert [(e.ancienne, e.nouvelle) for e in rapport.changees] == [("45,0", "secret")]


NATIONAL = [f"QP0{dep:02d}9{dep:02d};13000;40,0" for dep in range(1, 96) if dep != 20]


def test_un_fichier_national_retire_ce_qu_il_n_a_plus_un_extrait_jamais(suivante):
    base = suivante(filosofi("QP001001;13000;45,0", "QP001002;13000;31,0"))
    extrait = rapport_de(base, filosofi("QP001001;13000;45,0"))
    assert comptes(extrait) == (0, 0, 1, 0)
    entier = rapport_de(base, filosofi("QP001001;13000;45,0", *NATIONAL))
    assert comptes(entier) == (0, 0, 1, 1)
    assert "QP001002, taux_pauvrete, 2019 : 31,0" in entier.texte()
    apres = suivante(filosofi("QP001001;13000;45,0", *NATIONAL))
    annees = {o.annee for o in apres.observations(["QP001002"], ["taux_pauvrete"])}
    assert annees == {2018}


def test_une_valeur_impossible_est_laissee_et_ne_retire_pas_l_ancienne(suivante):
    base = suivante(filosofi("QP001001;13000;45,0", "QP001002;13000;31,0"))
    rapport = rapport_de(base, filosofi("QP001001;13000;45,0", "QP001002;13000;310", *NATIONAL))
    assert comptes(rapport) == (0, 0, 1, 0)
    assert rapport.hors_bornes == ("data_filo19_qp_revdis.csv, ligne 3 : taux_pauvrete = 310",)


def test_deux_lignes_qui_se_contredisent(petite):
    rapport = rapport_de(petite, filosofi("QP001001;13000;45,0", "QP001001;13000;46,0", "QP001001;13000;45,0"))
    assert (rapport.ajoutees, rapport.doubles) == (1, ("data_filo19_qp_revdis.csv, ligne 3 : QP001001, DISP_TP60_A19",))


def test_un_saut_de_plus_de_quinze_points_etonne(petite):
    sauts = rapport_de(petite, filosofi("QP001001;13000;20,0", "EPCI200000001;1;19")).sauts
    assert [str(saut) for saut in sauts] == ["QP001001, taux_pauvrete : 46,7 → 20,0 (2018 → 2019)"]


def test_un_desaccord_avec_une_autre_source(petite):
    rapport = rapport_de(petite, depot("m.csv", pauvrete("45,0", annee=2018)))
    assert {(e.ancienne, e.nouvelle) for e in rapport.desaccords} == {("46,7", "45,0"), ("39,3", "45,0")}
    d_accord = rapport_de(petite, depot("m.csv", pauvrete("46,68", annee=2018)))
    assert {e.ancienne for e in d_accord.desaccords} == {"39,3"}


@exige_donnees_ouvertes
def test_le_desaccord_de_houdain_entre_convention_et_insee(vraie):
    fichier = Fichier("REVN_2022.csv", (OUVERTES / "qpv-indicateurs/REVN_2022.csv").read_bytes())
    desaccords = [e for e in rapport_de(vraie, fichier).desaccords if e.territoire == "QP062017"]
    assert ("taux_pauvrete", "39,3", "43,3") in {(e.indicateur, e.ancienne, e.nouvelle) for e in desaccords}


def test_un_modele_ne_retire_rien_et_dit_les_lignes_laissees(petite):
    texte = modele("QP001001;taux_pauvrete;2021;;44;;;;", "Nulle part;taux_pauvrete;2021;;44;;;;")
    rapport = rapport_de(petite, depot("m.csv", texte))
    assert comptes(rapport) == (1, 0, 0, 0)
    assert "ligne 3 territoire « Nulle part » inconnu : ligne laissée" in rapport.texte()


def test_un_rapport_sans_nouveaute_est_vide(suivante):
    base = suivante(filosofi("QP001001;13000;45,0"))
    assert rapport_de(base, filosofi("QP001001;13000;45,0")).est_vide
    assert not lot_de(base, filosofi("QP001001;13000;45,0")).nouveaux
