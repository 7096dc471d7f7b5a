"""Les lieux autour d'un quartier : qui ils sont, à quelle distance, d'où on le sait."""

from __future__ import annotations

import csv
from collections import Counter

import pytest
from depots import OUVERTES, RIEN, exige_donnees_ouvertes

from indicators.analyse.autour import RAYON, autour
from indicators.base.services import services
from indicators.imports.embarquement.services import reunir
from indicators.imports.moteur.reconnaissance import Fichier, reconnaitre
from indicators.recit import autour as recit

FRANCE_SERVICES = (
    "id_fs;lib_fs;adresse;insee_com;lib_com;latitude;longitude;format_fs;telephone;mail\n"
    "12;France services Ici;1 rue Haute;62119;Béthune;50.53;2.64;Fixe;0300000000;a@b.fr\n"
    "13;Bus d'ici;;62119;Béthune;;;Bus_équivalent;0300000000;a@b.fr\n"
)
REP = (
    "uai;nature;nom;commune;latitude;longitude;classement_rep;code_iris\n"
    "0620001A;COLLEGE;LE COLLEGE;BETHUNE;50.53;2.64;REP+;621190101\n"
    "0620001B;SECTION ENSEIGNT GEN. ET PROF. ADAPTE;SA SEGPA;BETHUNE;50.53;2.64;NON;621190101\n"
)
IPS = (
    "type;uai;nom;code_commune;commune;secteur;ips_2023_2024;latitude;longitude\n"
    "collège;0620001A;Le Collège;62119;Béthune;public;78.6;50.531;2.641\n"
    "école;0620002C;Sans indice;62119;Béthune;public;;50.53;2.64\n"
)


def lu(texte):
    (releve,) = reconnaitre(Fichier("lieux.csv", texte.encode()), RIEN)
    return releve


def test_ni_telephone_ni_courriel_et_rien_sans_position():
    releve = lu(FRANCE_SERVICES)
    (lieu,) = releve.services
    assert (lieu["service"], lieu["commune"], lieu["latitude"]) == ("FS12", "COM62119", "50,53")
    assert "0300000000" not in str(releve.services)
    assert "@" not in str(releve.services)
    assert len(releve.constats) == 1
    assert {"telephone", "mail"} <= set(releve.laissees)


def test_un_etablissement_sans_nom_est_dit_par_sa_sorte_et_ne_fait_pas_refuser_les_autres():
    sans_nom = "0590212K;LYCEE D ENSEIGNEMENT GENERAL;;TOURCOING;50.71;3.15;NON;595990501\n"
    assert [lieu["nom"] for lieu in lu(REP + sans_nom).services] == ["LE COLLEGE", "Lycée"]


def test_un_etablissement_de_deux_fichiers_n_a_qu_une_ligne():
    lignes = {li["service"]: li for li in reunir([lu(REP), lu(IPS), lu(FRANCE_SERVICES)], {"COM62119"})}
    assert set(lignes) == {"0620001A", "0620002C", "FS12"}
    college = lignes["0620001A"]
    assert (college["nom"], college["ips"], college["rentree"]) == ("Le Collège", "78,6", "2023")
    assert (college["education_prioritaire"], college["source"]) == ("REP+", "depp_ips_geolocalises_2023")
    assert college["source_classement"] == "depp_rep_2020"
    assert lignes["0620002C"]["rentree"] == ""
    assert reunir([lu(REP)], set()) == []


def test_un_lieu_dedans_est_a_zero_et_la_france_services_la_plus_proche_est_toujours_dite(vraie):
    denain = autour(vraie, [vraie.territoire("QN05950M")])
    assert denain[0].metres == 0
    assert [p.metres for p in denain] == sorted(p.metres for p in denain)
    loin = [p for p in denain if p.metres > RAYON]
    assert [p.service.genre for p in loin] == ["france_services"]
    assert "La France services la plus proche est à" in recit.lecture(denain)
    assert autour(vraie, [vraie.territoire("QP062017")]) == ()  # aucun contour de 2015


@exige_donnees_ouvertes
def test_les_distances_sont_celles_d_un_autre_calcul(vraie):
    """Le fichier des quartiers et de leurs écoles mesure les siennes sur le périmètre entier : à quinze mètres près."""
    with (OUVERTES / "ips-series" / "qpv2024_etablissements.csv").open(encoding="utf-8-sig", newline="") as entree:
        attendues = list(csv.DictReader(entree, delimiter=";"))
    comparees = 0
    for code in sorted({li["code_qp"] for li in attendues}):
        metres = {p.service.service: p.metres for p in autour(vraie, [vraie.territoire(code)])}
        for li in attendues:
            if li["code_qp"] == code and li["uai"] in metres:
                assert metres[li["uai"]] == pytest.approx(float(li["distance_m"]), abs=15), li
                comparees += 1
    assert comparees > 150


@exige_donnees_ouvertes
def test_les_lieux_embarques_sont_ceux_des_fichiers(vraie):
    lieux = services(vraie)
    genres = Counter(s.genre for s in lieux)
    assert genres["france_services"] >= 8 + 4 + 3
    assert all(s.latitude and 1 < s.longitude < 5 for s in lieux)
    par_code = {s.service: s for s in lieux}
    # lignes relues à l'œil dans les fichiers
    assert (par_code["0593518D"].nom, par_code["0593518D"].ips) == ("Julien Beauvillain", 88.5)
    assert (par_code["0590006L"].education_prioritaire, par_code["0590006L"].commune) == ("REP", "COM59014")
    assert all((s.ips is None) == (s.rentree is None) for s in lieux)


@pytest.mark.parametrize(
    ("metres", "dit"), [(0, "dans le quartier"), (3, "10\xa0m"), (347, "350\xa0m"), (4230, "4,2\xa0km")]
)
def test_une_distance_se_dit_a_dix_metres_pres(metres, dit):
    assert recit.distance(metres) == dit
