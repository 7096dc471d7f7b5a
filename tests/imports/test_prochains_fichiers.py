"""Les prochains fichiers des producteurs, que l'on n'a pas : refaits à la main dans leur format exact.

Formats relevés dans SOURCES.md (§ 1, 5.7, 6.6) et dans des programmes publics qui lisent ces fichiers.
"""

from __future__ import annotations

import pytest
from depots import RIEN, depot, lot_de

from indicators.imports.moteur.rapport import rapporter
from indicators.imports.moteur.reconnaissance import reconnaitre
from indicators.imports.moteur.releve import Etablissement, Referentiel
from indicators.socle.codes import identifiant

SDMX = (
    "GEO;GEO_OBJECT;FILOSOFI_MEASURE;UNIT_MEASURE;UNIT_MULT;CONF_STATUS;OBS_STATUS;TIME_PERIOD;OBS_VALUE\n"
    '"01004";"COM";"PR_MD60";"PT";"0";"F";"A";"2023";19.4\n"01005";"COM";"PR_MD60";"PT";"0";"C";"M";"2023";\n'
    '"01006";"COM";"PR_MD60";"PT";"0";"F";"O";"2023";\n"FM";"FRANCE";"PR_MD60";"PT";"0";"F";"A";"2023";15.4\n'
    '"F";"FRANCE";"PR_MD60";"PT";"0";"F";"A";"2023";15.9\n"75101";"ARM";"MED_SL";"EUR_YR";"0";"F";"A";"2023";34000\n'
    '"32";"REG";"D1_SL";"EUR_YR";"0";"F";"A";"2023";11200\n"62";"DEP";"NUM_HH";"HH";"3";"F";"A";"2023";640\n'
    '"62";"DEP";"MED_SL";"EUR_YR";"3";"F";"A";"2023";20.5\n'
)
COMPARATEUR_2023 = (
    "CODGEO;P22_POP;P22_LOG;P22_RP;P22_POP1564;P22_CHOM1564;P22_ACT1564;MED_SL23;PR_MD60_23\n"
    "01004;1000;500;400;600;50;450;21540;17,0\n01005;10;5;4;8;1;7;s;s\n01006;0;0;0;0;0;0;vm;vm\n"
)
RPLS_COMMUNES = (
    "CodGeo;LibGeo;Note;nbLsPls;txVac;txRot;txLsRp;medLoy\n"
    "01004;Ambérieu;0;1\u202f088;4,8;10,3;25,1;5,43\n1005;Ambérieux;5;;;;;\n2A004;Ajaccio;0;3 511;1,2;5;17;6,1\n"
)
THEME_2024 = (
    "CODGEO;LIBGEO;POP_MUN;TX_TOT_ET;TX_NOUVEAU_2024;NOTE\n"
    "QN00101M;La Gare;1\u202f088;12,5;3,1;0\nQN00102M;Autre;;;;3\n"
)
EP = (
    "\ufeffuai;ep_2022_2023;nom_etablissement;type_etablissement;statut_public_prive;nom_commune;uai_tete_de_reseau;"
    "qp_a_proximite_o_n;qp_a_proximite;nom_du_qp;nombre_d_eleves;code_commune;latitude;longitude\n"
    "0010001A;REP+;Ecole élémentaire Jean Macé;Ecole élémentaire;Public;Ambérieu;0010003C;Dans QP;QP001001;La Gare;142;"
    "01004;45.95;5.35\n"
    "0010002B;HORS REP;Ecole primaire B;Ecole primaire;Privé sous contrat;Ambérieu;;;;;90;1004;45.96;5.36\n"
    "0010003C;REP+;Collège C;Collège;Public;Ambérieu;0010003C;A proximité;QP001001;La Gare;500;01004;;\n"
    "0010004D;REP;Collège D;Collège;Public;Ambérieu;0010003C;A proximité;QP01;La Gare;500;01004;45.9;5.3\n"
)
COLLEGES_2023 = (
    "rentree_scolaire;code_academie;academie;code_du_departement;departement;uai;nom_de_l_etablissement;"
    "code_insee_de_la_commune;nom_de_la_commune;secteur;ips;ecart_type_de_l_ips;ips_national_public\n"
    "2023-2024;10;LYON;001;AIN;0010003C;COLLEGE C;01004;AMBERIEU;public;96.6;33.1;101.8\n"
    "2023-2024;10;LYON;001;AIN;0010005E;COLLEGE E;01004;AMBERIEU;privé sous contrat;122.9;28;101.8\n"
    "2023-2024;10;LYON;001;AIN;0010006F;COLLEGE F;01004;AMBERIEU;public;NS;;101.8\n"
)
LYCEES_2023 = (
    "rentree_scolaire;academie;code_du_departement;uai;nom_de_l_etablissement;code_insee_de_la_commune;secteur;"
    "type_de_lycee;ips_voie_gt;ips_voie_pro;ips_post_bac;ips_etab;ecart_type_etablissement\n"
    "2023-2024;LYON;001;0010032E;LYCEE A;01004;public;LPO;105.9;74.8;110;100.1;30.2\n"
)


def lu(nom: str, texte: str, referentiel: Referentiel = RIEN):
    (seul,) = reconnaitre(depot(nom, texte), referentiel)
    return seul


def valeurs(releve, indicateur: str) -> dict[str, str]:
    return {
        c.territoire: c.lecture.valeur or str(c.lecture.statut) for c in releve.chiffres if c.indicateur == indicateur
    }


def test_la_forme_longue_de_2023_distingue_le_secret_de_l_absence():
    trouve = lu("DS_FILOSOFI_CC_2023_data.csv", SDMX)
    assert valeurs(trouve, "taux_pauvrete") == {
        "COM01004": "19,4", "COM01005": "secret", "COM01006": "non_disponible", "FRM": "15,4",
    }  # fmt: skip
    assert valeurs(trouve, "niveau_vie_d1") == {"REG32": "11200"}
    assert {c.annee for c in trouve.chiffres} == {2023}
    # rien n'est tu : l'arrondissement, la mesure inconnue, la France entière, les milliers non dépliés
    assert trouve.inconnues == ("FILOSOFI_MEASURE = NUM_HH", "GEO_OBJECT = ARM")
    assert [c.ligne for c in trouve.constats] == [6, 10]


def test_le_comparateur_de_2023():
    trouve = lu("base_cc_comparateur.csv", COMPARATEUR_2023)
    assert valeurs(trouve, "taux_pauvrete") == {
        "COM01004": "17,0", "COM01005": "secret", "COM01006": "non_disponible"
    }  # fmt: skip
    assert valeurs(trouve, "niveau_vie_median")["COM01004"] == "21540"
    assert valeurs(trouve, "taux_emploi_15_64") == {"COM01004": "66,7", "COM01005": "75,0"}  # (450 − 50) ÷ 600, 6 ÷ 8
    assert {(c.indicateur, c.annee) for c in trouve.chiffres} >= {("taux_pauvrete", 2023), ("taux_emploi_15_64", 2022)}
    seul = "CODGEO;NUM_HH23;MED_SL23;PR_MD60_23\n01004;11668;22953;26,0\n"
    assert valeurs(lu("cc_filosofi_2023_COM.csv", seul), "taux_pauvrete") == {"COM01004": "26,0"}


def test_une_evolution_ne_traverse_pas_la_refonte_de_filosofi(vraie):
    (refonte,) = (r for r in vraie.catalogue.ruptures if r.depuis == 2023 and "taux_pauvrete" in r.indicateurs)
    assert refonte.nature.coupe


def test_le_parc_social_par_commune():
    trouve = lu("RPLS_01-01-2025_communes.csv", RPLS_COMMUNES)
    assert valeurs(trouve, "nb_logements_sociaux") == {"COM01004": "1088", "COM01005": "secret", "COM2A004": "3511"}
    assert valeurs(trouve, "part_parc_social_rpls")["COM01004"] == "25,1"
    assert trouve.source.source == "sdes_rpls_{edition}_com"
    assert trouve.inconnues == ()


def test_un_theme_inconnu_sur_les_quartiers_de_2024_garde_ses_variables_connues():
    trouve = lu("estimations-demographiques_2022_QPV2024.csv", THEME_2024)
    assert valeurs(trouve, "population") == {"QN00101M": "1088", "QN00102M": "non_disponible"}
    assert valeurs(trouve, "part_etrangers")["QN00101M"] == "12,5"
    assert trouve.inconnues == ("TX_NOUVEAU_2024",)
    assert set(trouve.groupes) == {"population", "rp"}  # chaque année reste à prouver, ou à dire


def test_l_education_prioritaire_place_ses_ecoles_et_les_rattache_a_leur_quartier(petite):
    trouve = lu("fr-en-etablissements-ep.csv", EP)
    assert trouve.situes == [("QP001001", "0010001A", "dans"), ("QP001001", "0010003C", "a_proximite")]
    assert [(s["service"], s["genre"], s["education_prioritaire"], s["annee_classement"]) for s in trouve.services] == [
        ("0010001A", "ecole", "REP+", "2022"), ("0010002B", "ecole", "hors", "2022"),
        ("0010004D", "college", "REP", "2022"),
    ]  # fmt: skip
    assert [c.message for c in trouve.constats] == ["code « QP01 » non reconnu"]
    assert trouve.etablissements["0010003C"] == Etablissement("COM01004", "colleges")  # sans coordonnées, mais situé
    rapport = rapporter(lot_de(petite, depot("fr-en-etablissements-ep.csv", EP)), petite.catalogue)
    assert not rapport.est_vide
    assert "2 établissements dans un quartier ou auprès de lui, 1 quartiers" in rapport.texte()
    assert "Lieux ouverts au public : 3" in rapport.texte()


def test_une_ecole_dite_a_proximite_n_est_pas_comptee_a_300_metres():
    su = Referentiel(
        frozenset(), {}, {}, {}, {}, etablissements={"0010001A": Etablissement("COM01004", "ecoles")},
        situes=[("QP001001", "0010001A", "a_proximite")],
    )  # fmt: skip
    trouve = lu("ips_serie.min.json", '{"0010001A": {"2023": 90.0}}', su)
    assert {c.territoire for c in trouve.chiffres} == {"COM01004"}


@pytest.mark.parametrize(
    ("texte", "indicateur", "attendue", "note"),
    [
        (COLLEGES_2023, "ips_colleges_simple", "109,8", "219,5 ÷ 2"),  # (96,6 + 122,9) ÷ 2 ; « NS » n'est pas compté
        (LYCEES_2023, "ips_lycees_simple", "100,1", "100,1 ÷ 1"),  # l'indice de l'établissement, non d'une voie
    ],
)
def test_les_ips_de_2023_et_apres(texte, indicateur, attendue, note):
    trouve = lu("fr-en-ips-ap2023.csv", texte)
    (chiffre,) = (c for c in trouve.chiffres if c.indicateur == indicateur)
    assert (chiffre.territoire, chiffre.annee, chiffre.lecture.valeur) == ("COM01004", 2023, attendue)
    assert note in chiffre.note
    assert trouve.inconnues == ()


def test_la_liste_des_quartiers_dit_ce_qu_elle_ajoute(petite):
    quartier = next(t.territoire for t in petite.territoires() if t.territoire.startswith("QP"))
    assert identifiant(quartier) == quartier
    liste = (
        "\ufeffcode_qp;lib_qp;insee_reg;lib_reg;insee_dep;lib_dep;insee_com;lib_com;siren_epci;lib_epci;;\r\n"
        f'{quartier};Un;84;AURA;1;Ain;"1005; 99999; sans";"B; ?";"200000001, 200000002";"CA Un, CA Deux";;\r\n'
        "QN99999M;Inconnu;84;AURA;1;Ain;01004;A;200000001;CA Un;;\r\n"
    )
    lot = lot_de(petite, depot("listeqp2024-cog2024.csv", liste))
    texte = rapporter(lot, petite.catalogue).texte()
    assert f"{quartier}, agglomération EPCI200000001" in lot.membres.ajoutes
    assert f"{quartier}, commune COM99999 : COM99999 inconnu de la base" in lot.membres.sans_lieu
    assert any(absent.startswith(f"{quartier}, commune") for absent in lot.membres.absents)
    assert "code « sans » non reconnu" in texte and "2 agglomérations, son contrat n’est pas dit" in texte
    assert "1\xa0inconnu de la base" in texte and "Appartenances des quartiers :" in texte
