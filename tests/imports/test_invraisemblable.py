"""Ce qu'un fichier a d'invraisemblable, et qui entrait sans un mot : fractions, bornes, cases qui se contredisent."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
import xlsxwriter
from depots import ENTETE_MODELE, depot, lot_de, modele

from indicators.base.imports import valeurs_connues
from indicators.imports.moteur import isole
from indicators.imports.moteur.cellules import CelluleLue
from indicators.imports.moteur.rapport import rapporter
from indicators.imports.moteur.refus import fractions
from indicators.socle.erreurs import ErreurImport
from indicators.socle.observations import Statut


@pytest.fixture(autouse=True)
def dans_ce_processus(monkeypatch):
    monkeypatch.setattr(isole, "lire", isole.ici)


def lignes_dites(base, octets: str | bytes, nom: str = "a.csv") -> str:
    return rapporter(lot_de(base, depot(nom, octets)), base.catalogue).texte()


def test_une_fraction_parmi_des_pourcentages_est_dite(petite):
    """Rien n'est connu de ces trois territoires : ni saut, ni désaccord n'en diraient rien."""
    lieux = (("QP001002", "46,7"), ("QP001003", "0,389"), ("COM01004", "41"))
    octets = modele(*(f"{lieu};taux_pauvrete;2021;;{valeur};;;;" for lieu, valeur in lieux))
    assert "« 0,389 » parmi des pourcentages ; si c’est une fraction, écrivez 38,9" in lignes_dites(petite, octets)
    assert "parmi des pourcentages" not in lignes_dites(petite, octets.replace("0,389", "0,9"))  # 90 n'est pas comme 40


def test_une_fraction_d_un_indicateur_petit_est_dite(petite):
    """Rien ne prouve qu'une colonne sous 1 % est une fraction quand on ne connaît que de petites parts."""
    (lu, zero), *_ = lot_de(petite, depot("a.csv", modele("QP001003;taux_pauvrete;2021;;0;;;;"))).chiffres
    connus = {
        cle: [connue._replace(valeur=3.2) for connue in siennes]
        for cle, siennes in valeurs_connues(petite, ["taux_pauvrete"], ["QP001001"]).items()
    }
    chiffre = replace(zero, lecture=CelluleLue(Statut.EXACT, "0,031"))
    refuses, soupcons = fractions([(lu.fichier.nom, chiffre)], connus, petite.catalogue)
    assert not refuses and "si c’est une fraction, écrivez 3,1" in soupcons[0]


def test_des_bornes_sont_lues_avec_la_meme_mefiance_que_des_valeurs(petite):
    with pytest.raises(ErreurImport, match=r"« 0,25 à 0,3 » est une fraction.*écrivez 25,0"):
        lot_de(petite, depot("a.csv", modele("QP001001;taux_pauvrete;2021;;;0,25;0,3;;")))
    dit = lignes_dites(petite, modele("QP001001;population;2021;;;1.088;1.200;;", "QP001002;population;2021;;9;;;;"))
    assert "« 1.088 » : milliers ou décimales ?" in dit


def test_une_case_en_pourcentage_d_un_indicateur_qui_n_en_est_pas_un_n_entre_pas(petite):
    sortie = io.BytesIO()
    with xlsxwriter.Workbook(sortie, {"in_memory": True}) as classeur:
        feuille = classeur.add_worksheet()
        feuille.write_row(0, 0, ENTETE_MODELE.split(";"))
        feuille.write_row(1, 0, ["QP001001", "population", "2021"])
        feuille.write_number(1, 4, 0.467, classeur.add_format({"num_format": "0.0%"}))
        feuille.write_row(1, 9, ["Ville", "Enquête"])

    dit = lignes_dites(petite, sortie.getvalue(), "a.xlsx")
    assert "« 46.7 % » est un pourcentage, « population » est en habitants : case laissée" in dit


def test_deux_lignes_dont_l_une_est_secrete_se_contredisent(petite):
    octets = modele("QP001001;taux_pauvrete;2021;;s;;;;", "QP001001;taux_pauvrete;2021;;44;;;;")
    assert "1 cases qui se contredisent dans le fichier, la première gardée" in lignes_dites(petite, octets)


def test_une_valeur_d_une_autre_source_que_le_fichier_tait_est_dite(petite):
    dit = lignes_dites(petite, modele("QP001001;taux_pauvrete;2018;;ns;;;;"))
    assert "1 valeurs d’une autre source, gardées, que ce fichier dit secrètes ou absentes" in dit
    assert "QP001001, taux_pauvrete : 46,7 → non_disponible (2018, " in dit
