"""Les formats des fichiers nationaux, chacun sur un extrait refait à la main avec ses défauts."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from decimal import Decimal

import pytest
from depots import RIEN, depot

from indicators.imports.moteur.reconnaissance import reconnaitre
from indicators.imports.moteur.releve import Etablissement, Referentiel
from indicators.imports.moteur.sommes import sommer
from indicators.socle.codes import commune_entiere, departement_de, identifiant
from indicators.socle.observations import Statut

COMPARATEUR_RP = (
    "CODGEO;P18_POP;P18_LOG;P18_RP;MED19;TP6019;P18_POP1564;P18_CHOM1564;P18_ACT1564\n"
    "01004;1000;500;400.5;20000;;600.5;50.25;450.75\n"
    "01005;10;5;4;;;8;1;7\n"
    "97608;;;;;;;;\n"
)
EMPLOI = "CODGEO;REG;DEP;LIBGEO;P21_POP1564;P21_ACTOCC1564;P21_ACT1564;P21_CHOM1564\n01004;84;01;A;600;401;450;49\n"
LOGEMENT = "CODGEO;LIBGEO;P21_LOG;P21_RP;P21_RP_LOCHLMV\n01004;A;500;400;101\n"
STRUCTURE = (
    "CODGEO;LIBGEO;P21_POP;P21_POP0014;P21_POP1529;P21_POP6074;P21_POP7589;P21_POP90P\n01004;A;1000;200;180;150;80;10\n"
)
DATASFUN = (
    "insee_com,commune,code_postal,commune_type,menages_2021,pop_15_64_totale_2021,pop_15_64_chomage_2021,"
    "pop_15_64_active_2021\n"
    "01004,A,01400,COM,341,2000,100,1500\n01004,A,01401,COM,341,2000,100,1500\n"
    "01005,B,01500,COM,5,10,1,7\n01006,C,01500,COMD,5,10,1,7\n"
    "75101,P1,75001,ARM,10,100,10,80\n75102,P2,75002,ARM,20,300,10,210\n"
)
RPLS = 'CodGeo,Note,nbLsPls,txVac,txRot,txLsRp,medLoy\nQP001001,0,2493.0,"4,8","10,3","41,5","5,43"\nQP001002,5,,,,,\n'
RPLS_POINT = "CodGeo;LibGeo;nbLsPls;txVac;medLoy\nQN00101M;La Gare;1\u202f088;4.8;5.43\n"
PANEL = (
    "code,revenu_median,taux_pauvrete,gini,s80s20,annee\n"
    "QP001001,13748.0,34.9,,,2012\nQP001001,14630.0,45.0,0.235,3.3,2021\nQP001002,,,,,2021\n"
)
SDMX = (
    "GEO;GEO_OBJECT;FILOSOFI_MEASURE;UNIT_MEASURE;TIME_PERIOD;OBS_VALUE\n"
    "01004;COM;PR_MD60;PT;2023;19.4\n01005;COM;PR_MD60;PT;2023;s\n200000001;EPCI;MED_SL;EUR;2023;21070\n"
    "01004;COM;MED_SL;EUR;2023;vm\n32;REG;PR_MD60;PT;2023;19\n01004;COM;D5_SL;EUR;2023;1\nXX;COM;MED_SL;EUR;2023;1\n"
)
JEUNES_TITRE = (
    "Observatoire des territoires - ANCT; ; \nRéférentiel géographique : EPCI / EPT (2025); ; \n"
    "Code;Libellé;Part des jeunes non insérés (ni en emploi, ni scolarisés - NEET) 2022\n"
    "200072460;CA de Béthune-Bruay;20.4\n200059871;CC du Centre-Ouest;N/A - résultat non disponible\n"
)
TERRIBOT_RPLS = "id;comp1;nb_ls2022;nb_ls2024\nD971;;31000;33731\nD62;;600;610\nR32;;900;910\nR97;;99;99\n"
EDUC = "CODGEO;LIBGEO;EFF_E6;TX_NSNE_16A25\nQN00101M;La Gare;120;31,5\nQN00102M;Autre;;\n"


def lu(nom, texte, referentiel=RIEN):
    (seul,) = reconnaitre(depot(nom, texte), referentiel)
    return seul


def valeurs(relevee, indicateur):
    return {
        (c.territoire, c.annee): (c.lecture.valeur or str(c.lecture.statut))
        for c in relevee.chiffres
        if c.indicateur == indicateur
    }


def test_comparateur_taux_d_emploi_et_filosofi():
    trouve = lu("base_cc_comparateur.CSV", COMPARATEUR_RP)
    # (450,75 − 50,25) ÷ 600,5 = 66,7 % ; (7 − 1) ÷ 8 = 75 %
    assert valeurs(trouve, "taux_emploi_15_64") == {("COM01004", 2018): "66,7", ("COM01005", 2018): "75,0"}
    assert valeurs(trouve, "taux_pauvrete")["COM01004", 2019] == "secret"
    assert trouve.quantites["RP", 2018]["COM01004"] == Decimal("400.5")
    assert trouve.edition == 2018


def test_le_zip_se_lit_tel_qu_il_est_publie():
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        archive.writestr("meta.txt", "COD_VAR;LIB_VAR\nP18_POP;Population\n")
        archive.writestr("base_cc_comparateur.CSV", COMPARATEUR_RP)
    trouve = lu("base_cc_comparateur.zip", tampon.getvalue())
    assert valeurs(trouve, "taux_emploi_15_64")["COM01005", 2018] == "75,0"


def test_un_taux_est_celui_des_effectifs_entiers_et_sa_note_le_redonne():
    """01177 : 72,7868… ÷ 100,3278… fait 72,549 et s’arrondit à 72,5 ; 72,79 ÷ 100,33 ferait 72,6."""
    texte = "CODGEO;P18_POP1564;P18_CHOM1564;P18_ACT1564;P18_LOG;P18_RP\n01177;100.327868852459;0;72.786885245902;5;4\n"
    (taux,) = [c for c in lu("rp.csv", texte).chiffres if c.indicateur == "taux_emploi_15_64"]
    assert 100 * 72.786885245902 / 100.327868852459 < 72.55 < 100 * 72.79 / 100.33
    assert taux.lecture.valeur == "72,5"
    haut, bas = taux.note.split("100 × ")[1].split(" = ")[0].replace(",", ".").split(" ÷ ")
    assert Decimal("72.45") <= 100 * Decimal(haut) / Decimal(bas) < Decimal("72.55")
    assert len(haut) < len("72.786885245902")


@pytest.mark.parametrize(
    ("texte", "indicateur", "attendue"),
    [
        (EMPLOI, "taux_emploi_15_64", "66,8"),  # 401 ÷ 600
        (EMPLOI, "taux_chomage_rp", "10,9"),  # 49 ÷ 450
        (LOGEMENT, "part_rp_hlm", "25,3"),  # 101 ÷ 400
        (STRUCTURE, "part_0_14", "20,0"),
        (STRUCTURE, "part_60_plus", "24,0"),  # (150 + 80 + 10) ÷ 1000
    ],
)
def test_bases_du_recensement(texte, indicateur, attendue):
    assert valeurs(lu("base-cc-2021.csv", texte), indicateur) == {("COM01004", 2021): attendue}


def test_une_somme_n_est_faite_que_si_toutes_les_communes_y_sont():
    un, deux = (Decimal(3), Decimal(4)), (Decimal(1), Decimal(4))
    complet = Referentiel(frozenset(), {"COM01004": "EPCI1", "COM01005": "EPCI1"}, {}, {}, {})
    assert sommer({"COM01004": un, "COM01005": deux}, (), complet)["EPCI1"].effectifs == (4, 8)
    assert sommer({"COM01004": un}, (), complet) == {}
    assert sommer({"COM01004": un}, {"COM01005"}, complet) == {}
    # un extrait n'est pas le département
    assert "DEP01" not in sommer({"COM01004": un, "COM01005": deux}, (), complet)


def test_datasfun_une_commune_repetee_compte_une_fois_et_paris_par_ses_arrondissements():
    trouve = lu("communes.csv", DATASFUN)
    emplois = valeurs(trouve, "taux_emploi_15_64")
    # (1500 − 100) ÷ 2000 ; Paris : (80 + 210 − 10 − 10) ÷ (100 + 300)
    assert emplois["COM01004", 2021] == "70,0"
    assert emplois["COM75056", 2021] == "67,5"
    assert set(emplois) == {("COM01004", 2021), ("COM01005", 2021), ("COM75056", 2021)}
    statuts = {c.territoire: c.lecture.statut for c in trouve.chiffres}
    assert statuts["COM01005"] is Statut.ENVIRON  # huit effectifs arrondis ne font pas un taux exact
    assert statuts["COM01004"] is Statut.EXACT


@pytest.mark.parametrize(
    ("texte", "quartier", "logements", "loyer"),
    [(RPLS, "QP001001", "2493", "5,43"), (RPLS_POINT, "QN00101M", "1088", "5,43")],
)
def test_rpls_les_deux_decimales(texte, quartier, logements, loyer):
    trouve = lu("rpls_2022.csv", texte)
    lus = {(c.territoire, c.indicateur): c.lecture.valeur for c in trouve.chiffres}
    assert lus[quartier, "nb_logements_sociaux"] == logements
    assert lus[quartier, "loyer_median_social"] == loyer
    assert list(trouve.groupes) == ["rpls"]  # le fichier ne dit pas son année


def test_rpls_part_si_elle_est_la_et_secret_si_vide():
    trouve = lu("rpls_2022.csv", RPLS)
    lus = {(c.territoire, c.indicateur): c.lecture for c in trouve.chiffres}
    assert lus["QP001001", "part_parc_social_rpls"].valeur == "41,5"
    assert lus["QP001002", "nb_logements_sociaux"].statut is Statut.SECRET


def test_rpls_par_iris_n_est_pas_pris_pour_des_epci():
    """Un code d'IRIS de Côte-d'Or (21) est fait comme celui d'un EPCI : la colonne `DepCom` les distingue."""
    texte = "CodGeo,LibGeo,DepCom,nbLsPls\n210540101,Centre,21054,12.0\n210550000,Bourg,21055,3.0\n"
    trouve = lu("rpls_iris.csv", texte)
    assert {c.territoire: c.lecture.valeur for c in trouve.chiffres} == {"IRIS210540101": "12", "COM21055": "3"}


def test_une_region_d_outre_mer_a_les_chiffres_de_son_seul_departement():
    """La compilation réunit l'outre-mer sous « R97 » : la Guadeloupe, région, s'y lit sous son département."""
    trouve = lu("rpls.csv", TERRIBOT_RPLS)
    assert valeurs(trouve, "nb_logements_sociaux") == {
        **{(code, annee): n for code in ("DEP971", "REG01") for annee, n in ((2022, "31000"), (2024, "33731"))},
        **{("DEP62", annee): n for annee, n in ((2022, "600"), (2024, "610"))},
        **{("REG32", annee): n for annee, n in ((2022, "900"), (2024, "910"))},
    }
    (seul,) = [c for c in trouve.chiffres if (c.territoire, c.annee) == ("REG01", 2024)]
    assert (seul.ligne, seul.passage) == (2, "D971 | nb_ls2024 | 33731")
    assert seul.note == "Région d’un seul département : ce chiffre est celui du département."
    assert trouve.quantites["RPLS", 2022]["REG01"] == 31000


def test_une_agglomeration_comptee_sur_d_autres_communes_est_laissee_et_dite():
    """La compilation range la seule ville de Paris sous le code de sa métropole ; une sienne par le même est gardée."""
    texte = (
        "id;nb_ls2022;nb_ls2024\n62001;10;20\n62002;30;30\n59001;5;5\n59002;5;5\n"
        "200000001;40;50\n200000002;10;9\n200000003;7;7\n"
    )
    epci_de = {"COM62001": "EPCI200000001", "COM62002": "EPCI200000001"}
    epci_de |= {"COM59001": "EPCI200000002", "COM59002": "EPCI200000002", "COM59003": "EPCI200000003"}
    trouve = lu("rpls.csv", texte, replace(RIEN, epci_de=epci_de))
    assert {c.territoire for c in trouve.chiffres if c.territoire.startswith("EPCI")} == {
        "EPCI200000001", "EPCI200000003",
    }  # fmt: skip
    (dit,) = trouve.constats
    assert (dit.ligne, dit.colonne) == (7, "nb_ls2024")
    assert dit.message.startswith("9 n’est pas la somme des communes de EPCI200000002 (10 pour 2 sur 2)")


def test_une_annee_ou_un_departement_entier_vaut_zero_n_est_pas_recensee():
    """Le répertoire ne couvrait pas Mayotte avant 2017 : rien n'en est pris pour un zéro, un vrai le reste."""
    texte = "id;nb_ls2016;nb_ls2017\nD976;0;236\n97608;0;12\n200050532;0;12\nD62;600;610\n62001;0;0\n"
    trouve = lu("rpls.csv", texte, replace(RIEN, epci_de={"COM97608": "EPCI200050532"}))
    assert valeurs(trouve, "nb_logements_sociaux") == {
        ("DEP976", 2017): "236", ("REG06", 2017): "236", ("COM97608", 2017): "12", ("EPCI200050532", 2017): "12",
        ("DEP62", 2016): "600", ("DEP62", 2017): "610", ("COM62001", 2016): "0", ("COM62001", 2017): "0",
    }  # fmt: skip


def test_un_departement_dont_le_parc_double_en_un_an_n_etait_pas_recense_en_entier():
    """Mayotte, 275 logements en 2019 et 2 015 en 2020 : le 0 de Tsingoni n'en est pas un. Un parc qui grandit reste."""
    texte = (
        "id;nb_ls2018;nb_ls2019;nb_ls2020;nb_ls2021\nD976;270;275;2015;2076\n97617;0;0;172;165\n"
        "200059871;0;0;172;165\nD62;600;1100;1900;3000\n62001;0;0;50;60\nD59;600;800;900;1200\n59001;0;0;50;200\n"
    )
    su = replace(RIEN, epci_de={"COM97617": "EPCI200059871"})
    trouve = lu("rpls.csv", texte, su)
    annees = {
        (t, a) for t, a in valeurs(trouve, "nb_logements_sociaux") if t in {"DEP976", "COM97617", "EPCI200059871"}
    }
    assert {a for _, a in annees} == {2020, 2021} and len({t for t, _ in annees}) == 3
    lus = valeurs(trouve, "nb_logements_sociaux")
    assert [lus["COM59001", a] for a in range(2018, 2022)] == ["0", "0", "50", "200"]
    assert lus["DEP62", 2018] == "600"
    (dit,) = trouve.constats
    assert dit.message == "DEP976 : le répertoire ne le couvrait pas, ou pas entier, en 2018, 2019 : années laissées"


def test_une_commune_a_zero_parce_que_sa_voisine_a_ses_logements():
    """Sannerville réunie à Troarn, puis rétablie : les deux y sont fausses entre les deux, et seulement là."""
    texte = (
        "id;nb_ls2016;nb_ls2017;nb_ls2018;nb_ls2019\n14666;101;0;0;99\n14712;222;322;318;219\n"
        "14001;20;0;0;20\n14002;30;30;30;30\n14003;8;0;0;0\n"
    )
    trouve = lu("rpls.csv", texte)
    lus = valeurs(trouve, "nb_logements_sociaux")
    assert {a for t, a in lus if t == "COM14666"} == {a for t, a in lus if t == "COM14712"} == {2016, 2019}
    assert lus["COM14001", 2017] == lus["COM14003", 2019] == "0"
    assert ("COM14712", 2018) not in {(t, a) for (_, a), v in trouve.quantites.items() for t in v}
    (dit,) = trouve.constats
    assert dit.message.startswith("COM14666 vaut 0 de 2017 à 2018, ses 101 logements sont comptés avec COM14712")


def test_panel_les_taux_de_2021_sont_entiers():
    trouve = lu("panel_qpv_complet_v2.csv", PANEL)
    taux = valeurs(trouve, "taux_pauvrete")
    assert taux == {("QP001001", 2012): "34,9", ("QP001001", 2021): "45", ("QP001002", 2021): "secret"}
    assert valeurs(trouve, "niveau_vie_median")["QP001001", 2021] == "14630"
    assert valeurs(trouve, "indice_gini") == {("QP001001", 2021): "0,235"}


def test_filosofi_sdmx_s_et_vm_n_ont_pas_de_nombre():
    trouve = lu("DS_FILOSOFI_CC_2023_data.csv", SDMX)
    assert valeurs(trouve, "taux_pauvrete") == {
        ("COM01004", 2023): "19,4", ("COM01005", 2023): "secret", ("REG32", 2023): "19",
    }  # fmt: skip
    assert valeurs(trouve, "niveau_vie_median") == {
        ("EPCI200000001", 2023): "21070", ("COM01004", 2023): "non_disponible",
    }  # fmt: skip
    assert trouve.inconnues == ("FILOSOFI_MEASURE = D5_SL",)
    assert len(trouve.constats) == 1


def test_jeunes_l_export_a_deux_lignes_de_titre():
    trouve = lu("i128.csv", JEUNES_TITRE)
    assert valeurs(trouve, "part_neet_15_24") == {
        ("EPCI200072460", 2022): "20,4", ("EPCI200059871", 2022): "non_disponible",
    }  # fmt: skip
    assert trouve.edition == 2022


def test_education_par_quartier_de_2024():
    trouve = lu("EDUC_2024_2025_QP24.csv", EDUC)
    lus = {(c.territoire, c.indicateur): c.lecture for c in trouve.chiffres}
    assert lus["QN00101M", "part_neet_16_25"].valeur == "31,5"
    assert trouve.laissees == ("EFF_E6",)


def test_serie_d_ips_par_uai_situee_par_les_communes():
    serie = json.dumps(
        {"0010001A": {"2022": 80.0, "2023": 90.0}, "0010002B": {"2023": 101.0}, "0010003C": {"2023": 10}}
    )
    su = Referentiel(
        frozenset(), {"COM01004": "EPCI200000001"}, {}, {}, {},
        etablissements={u: Etablissement("COM01004", "ecoles") for u in ("0010001A", "0010002B")},
        situes=[("QN00101M", "0010001A", "dans"), ("QN00101M", "0010002B", "300 m")],
    )  # fmt: skip
    trouve = lu("ips_serie.min.json", serie, su)
    assert valeurs(trouve, "ips_ecoles_simple") == {
        ("COM01004", 2023): "95,5", ("EPCI200000001", 2023): "95,5", ("QN00101M", 2023): "90,0",
    }  # fmt: skip
    assert valeurs(trouve, "ips_ecoles_300m_simple") == {("QN00101M", 2023): "95,5"}


def test_ecoles_d_un_quartier_dans_et_a_300_metres():
    trouve = lu(
        "qpv2024_etablissements.csv",
        "code_qp;lib_qp;uai;type;nom;commune;secteur;distance_m;situation;ips_2022_2023;ips_2023_2024;effectif_2022\n"
        "QN00101M;La Gare;0010001A;école;A;Ambérieu;public;0;dans;80.0;82.0;142.0\n"
        "QN00101M;La Gare;0010002B;école;B;Ambérieu;public;214;300 m;100.0;;100.0\n",
    )
    assert valeurs(trouve, "ips_ecoles_simple") == {("QN00101M", 2022): "80,0", ("QN00101M", 2023): "82,0"}
    assert valeurs(trouve, "ips_ecoles_300m_simple")["QN00101M", 2022] == "90,0"


def test_education_prioritaire_rattache_une_ecole_a_son_quartier():
    trouve = lu(
        "fr-en-etablissements-ep.csv",
        "uai;nom_etablissement;qp_a_proximite_o_n;qp_a_proximite;nom_du_qp\n"
        "0010001A;A;O;QP001001;La Gare\n0010002B;B;N;;\n",
    )
    assert trouve.situes == [("QP001001", "0010001A", "a_proximite")]


def test_populations_d_un_json_et_d_un_panel():
    commun = {"typeLiaison": 1, "zone": "metro"}
    actuelle = commun | {"code": "01004", "nom": "Ambérieu", "type": "commune-actuelle", "population": 15000}
    ancienne = commun | {"code": "01999", "nom": "Ancienne", "type": "commune-deleguee"}
    communes = json.dumps([actuelle, ancienne])
    trouve = lu("communes.json", communes)
    assert valeurs(trouve, "population") == {("COM01004", None): "15000"}
    quartiers = lu("evolution.csv", "code,pop_2013,pop_2018,evol_pop_pct\nQP001001,6056.0,6490.0,7.1\n")
    assert valeurs(quartiers, "population") == {("QP001001", 2013): "6056", ("QP001001", 2018): "6490"}


def test_les_codes_de_corse_d_outre_mer_et_des_arrondissements():
    assert identifiant("QN02A01M") == "QN02A01M"
    assert departement_de("QN02A01M") == "DEP2A"
    assert departement_de("QN05950M") == "DEP59"
    assert departement_de("QN97101M") == "DEP971"
    assert commune_entiere("COM13214") == "COM13055"
    assert commune_entiere("COM75120") == "COM75056"
    assert commune_entiere("COM69381") == "COM69123"
    assert commune_entiere("COM59178") == "COM59178"


def test_depp_2023_et_apres():
    entete = (
        "rentree_scolaire;code_du_departement;uai;nom_de_l_etablissement;code_insee_de_la_commune;type_de_lycee;"
        "ips_voie_gt;ips_etab"
    )
    ligne = "2023-2024;001;0010032E;LYCEE A;01004;LPO;105.9;100.1"
    trouve = lu("fr-en-ips-lycees-ap2023.csv", f"{entete}\n{ligne}\n")
    assert valeurs(trouve, "ips_lycees_simple") == {("COM01004", 2023): "100,1"}
