"""Chaque vrai fichier des producteurs : ses comptes, trois valeurs relues à l'œil dans la ligne brute, rien d'inconnu.

Les comptes de cases secrètes ont été refaits hors du projet (awk) sur les colonnes retenues.
"""

# ruff: noqa: E501 (une ligne de fichier par ligne de test se relit mieux que coupée)
from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import product

import pytest
from depots import OUVERTES, RIEN, exige_donnees_ouvertes

from indicators.imports.moteur.lecteur import lire_onglets
from indicators.imports.moteur.reconnaissance import FORMATS, Fichier, reconnaitre
from indicators.imports.moteur.releve import Releve
from indicators.socle.erreurs import ErreurImport
from indicators.socle.observations import Statut

pytestmark = exige_donnees_ouvertes


@cache
def lu(chemin: str) -> Releve:
    (seul,) = reconnaitre(Fichier(chemin, (OUVERTES / chemin).read_bytes()), RIEN)
    return seul


Q, F, P, J, C = "qpv-indicateurs/", "filosofi/", "ips/", "jeunes-non-inseres/", "cog/"
HOUDAIN = "QP062017"
# fichier : lignes, cases lues, secrètes, non disponibles
COMPTES = {
    Q + "DEMO_2017.csv": (1346, 36342, 906, 2204),
    Q + "DEMO_2019.csv": (1346, 36342, 966, 2348),
    Q + "DEMO_2021.csv": (1400, 37800, 1229, 2554),
    Q + "DEMO_2022.csv": (1400, 37800, 1186, 2446),
    Q + "IPRO_2017.csv": (1346, 45764, 1972, 1715),
    Q + "IPRO_2018.csv": (1346, 45764, 2165, 1715),
    Q + "IPRO_2019.csv": (1346, 28266, 981, 2074),
    Q + "IPRO_2021.csv": (1345, 44385, 2299, 1056),
    Q + "IPRO_2022.csv": (1345, 44385, 1710, 1011),
    Q + "REVN_2017.csv": (1346, 20177, 1145, 0),
    Q + "REVN_2019.csv": (1353, 21644, 1024, 0),
    Q + "REVN_2021.csv": (1352, 21632, 473, 0),
    Q + "REVN_2022.csv": (1352, 21597, 436, 0),
    Q + "data_DEMO_2019_V1_QP.csv": (1346, 36342, 966, 2348),
    Q + "data_DEMO_2020_V1_QP.csv": (1400, 37800, 1987, 2528),
    Q + "data_filo16_qp_revdis.csv": (1353, 29766, 3, 0),
    Q + "data_filo17_qp_revdis.csv": (1353, 29766, 6, 0),
    Q + "data_filo19_qp_revdis.csv": (1353, 29766, 11, 0),
    F + "FILO2016_DISP_DEP.csv": (98, 2156, 0, 0),
    F + "FILO2016_DISP_EPCI.csv": (1252, 27544, 0, 0),
    F + "FILO2016_DISP_METROPOLE.csv": (1, 22, 0, 0),
    F + "FILO2016_DISP_REG.csv": (15, 330, 0, 0),
    F + "FILO2017_DISP_DEP.csv": (98, 2156, 0, 0),
    F + "FILO2017_DISP_EPCI.csv": (1249, 27478, 0, 0),
    F + "FILO2017_DISP_METROPOLE.csv": (1, 22, 0, 0),
    F + "FILO2017_DISP_REG.csv": (15, 330, 0, 0),
    F + "FILO2019_DISP_COM.csv": (31361, 62722, 26025, 0),
    F + "FILO2019_DISP_DEP.csv": (98, 2156, 0, 0),
    F + "FILO2019_DISP_EPCI.csv": (1240, 27280, 0, 0),
    F + "FILO2019_DISP_METROPOLE.csv": (1, 22, 0, 0),
    F + "FILO2019_DISP_REG.csv": (15, 330, 0, 0),
    F + "cc_filosofi_2021_COM.csv": (34909, 104727, 63642, 36),
    J + "neet_communes_2018.csv": (104895, 104895, 0, 631),
    J + "neet_dpt_2018.csv": (606, 606, 0, 6),
    J + "neet_epci_2018.csv": (3762, 3762, 0, 15),
    J + "neet_region_2018.csv": (108, 108, 0, 6),
    C + "donnees_communes.csv": (34970, 34970, 0, 0),
    C + "epcicom.xlsx": (34931, 1255, 0, 0),
}
# ce que la ligne brute du fichier écrit, relu à l'œil : ligne, territoire, année, indicateur → case
RELUES = {
    Q + "DEMO_2017.csv": (708, HOUDAIN, None, {"population": "2\u202f727", "part_femmes": "53,7", "indice_jeunesse": "2,0"}),
    Q + "DEMO_2019.csv": (708, HOUDAIN, None, {"part_moins_25": "40,4", "part_60_plus": "16,5", "nb_allocataires_caf": "726"}),
    Q + "DEMO_2021.csv": (707, HOUDAIN, None, {"population": "2\u202f649", "part_etrangers": "0,5", "nb_familles_mono_caf": "149"}),
    Q + "DEMO_2022.csv": (707, HOUDAIN, None, {"population": "2\u202f649", "part_menages_1_personne": "28,1", "nb_allocataires_caf": "781"}),
    Q + "IPRO_2017.csv": (708, HOUDAIN, None, {"taux_emploi_15_64": "43,3", "part_emploi_precaire": "21,7", "nb_defm_abc": "397"}),
    Q + "IPRO_2018.csv": (708, HOUDAIN, None, {"taux_emploi_femmes": "29,7", "nb_defm_abc": "405", "nb_defm_a_t4": "260"}),
    Q + "IPRO_2019.csv": (708, HOUDAIN, None, {"taux_emploi_15_64": "41,7", "part_emploi_precaire": "24,5", "nb_defm_abc": "404"}),
    Q + "IPRO_2021.csv": (707, HOUDAIN, None, {"taux_emploi_15_64": "42,8", "taux_emploi_femmes": "31,6", "nb_defm_abc": "374"}),
    Q + "IPRO_2022.csv": (707, HOUDAIN, None, {"taux_emploi_15_64": "42,5", "taux_emploi_femmes": "31,5", "nb_defm_abc": "375"}),
    Q + "REVN_2017.csv": (708, HOUDAIN, None, {"niveau_vie_median": "12\u202f804", "taux_pauvrete": "43,8", "part_prestations_sociales": "21,4"}),
    Q + "REVN_2019.csv": (708, HOUDAIN, None, {"niveau_vie_median": "13\u202f012", "taux_pauvrete": "43,9", "part_prestations_sociales": "22,7"}),
    Q + "REVN_2021.csv": (707, HOUDAIN, None, {"niveau_vie_median": "13\u202f450", "taux_pauvrete": "42,0", "nb_c2s": "689"}),
    Q + "REVN_2022.csv": (707, HOUDAIN, None, {"niveau_vie_median": "13\u202f620", "taux_pauvrete": "43,3", "part_prestations_sociales": "22,7"}),
    Q + "data_DEMO_2019_V1_QP.csv": (708, HOUDAIN, None, {"population": "2727", "part_femmes": "52", "indice_jeunesse": "2,1"}),
    Q + "data_DEMO_2020_V1_QP.csv": (707, HOUDAIN, None, {"population": "2727", "part_moins_25": "39,7", "nb_familles_mono_caf": "144"}),
    Q + "data_filo16_qp_revdis.csv": (708, HOUDAIN, 2016, {"niveau_vie_median": "12990", "taux_pauvrete": "45,9", "part_prestations_sociales": "23,2"}),
    Q + "data_filo17_qp_revdis.csv": (708, HOUDAIN, 2017, {"niveau_vie_median": "13450", "taux_pauvrete": "42", "part_prestations_sociales": "23,6"}),
    Q + "data_filo19_qp_revdis.csv": (708, HOUDAIN, 2019, {"niveau_vie_median": "14\u00a0260", "taux_pauvrete": "39,3", "part_prestations_sociales": "22,9"}),
    F + "FILO2016_DISP_DEP.csv": (64, "DEP62", 2016, {"niveau_vie_median": "18370", "part_prestations_sociales": "8,4"}),
    F + "FILO2017_DISP_DEP.csv": (64, "DEP62", 2017, {"niveau_vie_median": "18610", "part_prestations_sociales": "8,6"}),
    F + "FILO2019_DISP_DEP.csv": (34, "DEP32", 2019, {"niveau_vie_median": "20950", "part_prestations_sociales": "5,8"}),
    F + "FILO2016_DISP_REG.csv": (8, "REG32", 2016, {"niveau_vie_median": "19249", "part_prestations_sociales": "7,6"}),
    F + "FILO2017_DISP_REG.csv": (8, "REG32", 2017, {"niveau_vie_median": "19520", "part_prestations_sociales": "7,7"}),
    F + "FILO2019_DISP_REG.csv": (8, "REG32", 2019, {"niveau_vie_median": "20360", "part_prestations_sociales": "8,0"}),
    F + "FILO2016_DISP_EPCI.csv": (678, "EPCI200072460", 2016, {"niveau_vie_median": "18278", "part_prestations_sociales": "8,5"}),
    F + "FILO2017_DISP_EPCI.csv": (677, "EPCI200072460", 2017, {"niveau_vie_median": "18490", "part_prestations_sociales": "8,7"}),
    F + "FILO2019_DISP_EPCI.csv": (673, "EPCI200072460", 2019, {"niveau_vie_median": "19400", "part_prestations_sociales": "8,9"}),
    F + "FILO2016_DISP_METROPOLE.csv": (2, "FRM", 2016, {"niveau_vie_median": "20809", "part_prestations_sociales": "5,4"}),
    F + "FILO2017_DISP_METROPOLE.csv": (2, "FRM", 2017, {"niveau_vie_median": "21110", "part_prestations_sociales": "5,4"}),
    F + "FILO2019_DISP_METROPOLE.csv": (2, "FRM", 2019, {"niveau_vie_median": "21930", "part_prestations_sociales": "5,8"}),
    F + "FILO2019_DISP_COM.csv": (20926, "COM62119", 2019, {"niveau_vie_median": "18320", "part_prestations_sociales": "11,8"}),
    F + "cc_filosofi_2021_COM.csv": (23629, "COM62119", 2021, {"niveau_vie_median": "19290", "taux_pauvrete": "26,0", "part_prestations_sociales": "10,6"}),
    J + "neet_communes_2018.csv": (71884, "COM62457", 2018, {"part_neet_15_24": "26,70"}),
    J + "neet_dpt_2018.csv": (195, "DEP32", 2008, {"part_neet_15_24": "12,80"}),
    J + "neet_epci_2018.csv": (2043, "EPCI200072460", 2013, {"part_neet_15_24": "23,60"}),
    J + "neet_region_2018.csv": (57, "REG32", 2008, {"part_neet_15_24": "18,80"}),
    C + "donnees_communes.csv": (23961, "COM62457", None, {"population": "7030"}),
}  # fmt: skip


@pytest.mark.parametrize("chemin", COMPTES)
def test_les_comptes_du_fichier(chemin):
    releve = lu(chemin)
    statuts = Counter(chiffre.lecture.statut for chiffre in releve.chiffres)
    comptes = (releve.lignes, len(releve.chiffres), statuts[Statut.SECRET], statuts[Statut.NON_DISPONIBLE])
    assert comptes == COMPTES[chemin]
    assert releve.inconnues == ()
    assert releve.constats == []
    assert releve.est_national or releve.lignes == 1


_TABLES = sorted(
    str(chemin.relative_to(OUVERTES))
    for chemin in OUVERTES.rglob("*")
    if chemin.suffix in {".csv", ".parquet", ".xlsx", ".zip", ".json"} and "contours" not in str(chemin.parent)
)


@pytest.mark.parametrize("chemin", _TABLES)
def test_une_case_illisible_se_dit_et_ne_casse_rien(chemin):
    """Chaque colonne à son tour, dans les premières lignes de chaque vrai fichier, y compris ceux que l'on reprend."""
    octets = (OUVERTES / chemin).read_bytes()
    if chemin.endswith(".csv"):  # trois lignes suffisent : le fichier entier se lit ci-dessus
        octets = b"\n".join(octets.split(b"\n", 20)[:20])
    try:
        onglets = lire_onglets(octets, chemin)
    except ErreurImport:  # ni une table, ni un contour : des points
        return
    for tables in onglets.lus.values():
        entiere = next(iter(tables))
        court = replace(entiere, lignes=entiere.lignes[:3])
        for place, format in product(range(len(court.entete)), FORMATS):
            abimee = [(n, (*c[:place], "12*", *c[place + 1 :])) for n, c in court.lignes]
            with suppress(ErreurImport):  # la colonne des codes
                lu = format.lire(replace(court, lignes=tuple(abimee)), RIEN, None)
                assert lu is None or not any(c.brut == "12*" for c in lu.chiffres)


@pytest.mark.parametrize("chemin", RELUES)
def test_les_valeurs_relues_dans_la_ligne_brute(chemin):
    ligne, territoire, annee, attendues = RELUES[chemin]
    lues = {
        c.indicateur: (c.brut, c.annee)
        for c in lu(chemin).chiffres
        if (c.ligne, c.territoire) == (ligne, territoire) and c.indicateur in attendues
    }
    assert lues == {indicateur: (case, annee) for indicateur, case in attendues.items()}


_REUNIS = 20 + 9 + 16 - 3
"""Les arrondissements de Paris, Lyon et Marseille comptent dans leurs trois communes (un seul n'a pas de lycée)."""
IPS = {
    P + "fr-en-ips-colleges-ap2022.csv": (6973, 7864 - 2 * _REUNIS, "depp_ips_colleges", 2022),
    P + "fr-en-ips-ecoles-ap2022.csv": (30059, 32672 - 2 * _REUNIS, "depp_ips_ecoles", 2022),
    P + "fr-en-ips-lycees-ap2022.csv": (3598, 3036 - 2 * (_REUNIS - 1), "depp_ips_lycees", 2022),
    P + "fr-en-ips_ecoles_2022.csv": (32091, 17852 - _REUNIS, "depp_ips_ecoles", 2021),
}


@pytest.mark.parametrize("chemin", IPS)
def test_les_comptes_des_ips(chemin):
    releve = lu(chemin)
    assert (releve.lignes, len(releve.chiffres), releve.format, releve.edition) == IPS[chemin]
    assert (releve.inconnues, releve.constats) == ((), [])


@pytest.mark.parametrize(
    ("chemin", "indicateur", "valeur", "division"),
    [
        # lignes 8343, 17716, 19596 : 210 × 73,9 + 153 × 87,1 + 135 × 101 ; lignes 25144, 25145, 27629 : 101 + 91 + 76,4
        ("fr-en-ips-ecoles-ap2022.csv", "ips_ecoles_pondere", "85,3", "42480,3 ÷ 498"),
        ("fr-en-ips-ecoles-ap2022.csv", "ips_ecoles_simple", "87,3", "262 ÷ 3"),
        ("fr-en-ips_ecoles_2022.csv", "ips_ecoles_simple", "89,5", "268,4 ÷ 3"),
        ("fr-en-ips-colleges-ap2022.csv", "ips_colleges_pondere", "88,0", "51832 ÷ 589"),  # ligne 5001 : 589 × 88
    ],
)
def test_les_ips_de_houdain_refaits_a_la_main(chemin, indicateur, valeur, division):
    (chiffre,) = (c for c in lu(P + chemin).chiffres if (c.territoire, c.indicateur) == ("COM62457", indicateur))
    assert chiffre.lecture.valeur == valeur
    assert division in chiffre.note


def test_les_lycees_prennent_l_ips_de_l_ensemble_des_voies():
    # ligne 2 : Nantua, 584 élèves, 105,9 en voie GT, 74,8 en voie pro, 100,1 pour l'ensemble ; seul lycée de la commune
    (nantua,) = (
        c for c in lu(P + "fr-en-ips-lycees-ap2022.csv").chiffres
        if (c.territoire, c.indicateur) == ("COM01269", "ips_lycees_pondere")
    )  # fmt: skip
    assert nantua.lecture.valeur == "100,1"


IRIS = {
    # fichier : lignes, format qui le reconnaît
    "filosofi-iris/BASE_TD_FILO_DISP_IRIS_2019.csv": (12481, "filosofi_iris"),
    "filosofi-iris/filosofi_iris_59-62_2014-2021.csv": (5925, "filosofi_iris_reunis"),
    "caf/data_CAF_2020_IRIS.csv": (13444, "caf_iris"),
    "qpv-rpls-2022/rpls_iris.csv": (16235, "sdes_rpls"),
    "rp-iris-2022/agg_iris_62.parquet": (1162, "rp_iris"),
    "rp-iris-2022/agg_iris_59.parquet": (1345, "rp_iris"),
    "rp-iris-2022/agg_iris_02.parquet": (867, "rp_iris"),
    "rp-iris-2022/agg_iris_60.parquet": (786, "rp_iris"),
    "rp-iris-2022/agg_iris_80.parquet": (843, "rp_iris"),
    "ips-series/etablissements_ips_2023-2024_geolocalises.csv": (304, "depp_etablissements"),
    "iris-contours-2020/iris_reference_insee_2021_59-62.csv": (2511, "insee_iris"),
    "france-services-2024/france_services_59-62.csv": (102, "france_services"),
    "etablissements-rep-2021/colleges_lycees_academie_lille_rep_2021.csv": (637, "depp_rep"),
}


@pytest.mark.parametrize("chemin", IRIS)
def test_les_fichiers_par_iris_et_les_lieux(chemin):
    releve = lu(chemin)
    assert (releve.lignes, releve.format) == IRIS[chemin]
    assert (releve.inconnues, releve.constats) == ((), [])
    assert not any(c.territoire.startswith("EPCI") for c in releve.chiffres)


def test_les_taux_secrets_de_2019_par_iris():
    releve = lu("filosofi-iris/BASE_TD_FILO_DISP_IRIS_2019.csv")
    statuts = Counter(c.lecture.statut for c in releve.chiffres if c.indicateur == "taux_pauvrete")
    assert statuts == {Statut.SECRET: 2827, Statut.EXACT: 12481 - 2827}  # SOURCES.md, § 9.2


@pytest.mark.parametrize(
    ("chemin", "lignes", "lieux", "liens"),
    [
        ("EPCI_2020.csv", 34968, 36223, {("COM62457", "EPCI200072460", "epci"), ("DEP62", "REG32", "region")}),
        ("communes.csv", 37544, 34935, {("COM62457", "DEP62", "departement")}),
        ("departement2021.csv", 101, 101, {("DEP02", "REG32", "region")}),
        ("region2021.csv", 18, 18, {("REG27", "FRM", "pays")}),
        ("epcicom.xlsx", 34931, 36186, {("COM62457", "EPCI200072460", "epci")}),
    ],
)
def test_les_lieux(chemin, lignes, lieux, liens):
    releve = lu(C + chemin)
    assert (releve.lignes, len(releve.lieux), releve.constats) == (lignes, lieux, [])
    assert liens <= set(releve.liens)


def test_la_composition_des_epci_compte_ses_communes():
    nombres = {c.territoire: c.lecture.valeur for c in lu(C + "epcicom.xlsx").chiffres}
    attendus = {"EPCI200072460": "100", "EPCI246200364": "36", "EPCI200042190": "47"}
    assert {epci: nombres[epci] for epci in attendus} == attendus


def test_la_liste_et_la_correspondance_des_quartiers():
    liste = lu("qpv-referentiel/qpv2024_communes_59-62_extrait.csv")
    assert liste.lignes == 51
    assert {("QN06204M", "COM62048", "commune"), ("QN06204M", "EPCI200072460", "contrat")} <= set(liste.liens)
    filiations = {
        (a, n): nature for a, n, nature, _ in lu("qpv-referentiel/qpv2024_correspondance_2015_59-62.csv").filiations
    }
    natures = Counter(filiations.values())
    assert len(filiations) == 158
    assert filiations["QP059019", "QN05918M"] == filiations["QP062061", "QN06260M"] == "scission"
    assert filiations["QP059041", "QN05941I"] == "inchangé"
    assert filiations["", "QN06264N"] == "entrant"
    assert (natures["scission"], natures["inchangé"], natures["entrant"]) == (4, 2, 5)


@pytest.mark.parametrize(
    "chemin",
    [
        "SOURCES.md", "compilation-communes/Glossaire.txt",
        "qpv-indicateurs/meta_qp_hackaviz2021.csv",
        "qpv-referentiel/geom_cv_ctr.json", "references-hauts-de-france.csv",
    ],
)  # fmt: skip
def test_ce_qui_n_est_pas_un_format_connu_est_refuse(chemin):
    with pytest.raises(ErreurImport):
        lu(chemin)
