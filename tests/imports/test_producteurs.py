"""Les vrais fichiers du point 2 : leurs comptes refaits ici du fichier lui-même, et trois valeurs relues à l'œil.

Le décompte ne passe par aucun lecteur du projet (modules csv, zipfile, DuckDB) : territoires, valeurs, secrets, refus.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterable
from functools import cache

import duckdb
import pytest
from depots import OUVERTES, RIEN, exige_donnees_ouvertes, lot_de

from indicators.imports.moteur.rapport import rapporter
from indicators.imports.moteur.reconnaissance import Fichier, reconnaitre
from indicators.imports.moteur.releve import Releve
from indicators.socle.observations import Statut

pytestmark = exige_donnees_ouvertes
_COMPARATEUR = "rp-comparateur/base_cc_comparateur_csv_2022-01.zip"
_GRANDES = {"75056", "69123", "13055"}


@cache
def lu(chemin: str) -> Releve:
    (seul,) = reconnaitre(Fichier(chemin, (OUVERTES / chemin).read_bytes()), RIEN)
    return seul


@cache
def brut(chemin: str, separateur: str = ";") -> tuple[dict[str, str], ...]:
    """Les lignes d'un fichier, par le seul module csv."""
    if chemin.endswith(".zip"):
        with zipfile.ZipFile(OUVERTES / chemin) as archive:
            texte = archive.read("base_cc_comparateur.CSV").decode("utf-8")
    else:
        texte = (OUVERTES / chemin).read_text("utf-8-sig")
    return tuple(csv.DictReader(io.StringIO(texte), delimiter=separateur))


def comptes(releve: Releve, indicateurs: Iterable[str] | None = None) -> tuple[int, int, int, int]:
    """Territoires, valeurs, secrets et cases refusées de ce qu'a lu le projet."""
    voulus = set(indicateurs) if indicateurs else {c.indicateur for c in releve.chiffres}
    siens = [c for c in releve.chiffres if c.indicateur in voulus]
    statuts = Counter(c.lecture.statut is Statut.SECRET for c in siens)
    return len({c.territoire for c in siens}), statuts[False], statuts[True], len(releve.constats)


def cases(releve: Releve, territoire: str, **attendues: str) -> dict[str, str]:
    """Ce que le projet a lu de ces indicateurs pour ce territoire, la dernière année d'abord."""
    return {
        c.indicateur: c.lecture.valeur or str(c.lecture.statut)
        for c in sorted(releve.chiffres, key=lambda c: c.annee or 0)
        if c.territoire == territoire and c.indicateur in attendues
    }


RPLS = (
    *("nbLsPls", "txVac", "txVac3m", "txRot", "txLsCol", "txLsInd", "txLs1p", "txLs2p", "txLs3p", "txLs4p", "txLs5pp"),
    *("txLsAv49", "txLs49a75", "txLs76a88", "txLs89a00", "txLs01a13", "txLsAp13", "txLsPlai", "txLsPlusAv77"),
    *("txLsPlusAp77", "txLsPls", "txLsPli", "moyLoy", "q1Loy", "medLoy", "q3Loy"),
)
# fichier, séparateur, colonne du code, colonnes lues → comptes refaits case à case : vide est un secret
LARGES = [
    ("qpv-rpls-2022/rpls_qpv.csv", ",", "CodGeo", RPLS),
    ("qpv-rpls-2022/rpls_iris.csv", ",", "CodGeo", ("nbLsPls", "txVac", "txRot", "medLoy")),
    ("qpv-filosofi-2012-2021/derive_filo20_qp2015_4colonnes.csv", ";", "CODGEO", ("DISP_MED_A20", "DISP_TP60_A20")),
    ("qpv-filosofi-2012-2021/derive_filo21_qp2015_4colonnes.csv", ";", "CODGEO", ("DISP_MED_A21", "DISP_TP60_A21")),
    ("neet-epci/anct_part_non_inseres_2022_epci_59-62_retranscrit.csv", ";", "codgeo", ("part_non_inseres",)),
    ("qpv-population/qpv_evolution_population.csv", ",", "code", ("pop_2013", "pop_2018")),
]


@pytest.mark.parametrize(("chemin", "separateur", "code", "colonnes"), LARGES)
def test_les_comptes_d_une_table_large(chemin, separateur, code, colonnes):
    lignes = brut(chemin, separateur)
    cellules = [ligne[colonne].strip() for ligne in lignes for colonne in colonnes]
    attendus = (len({ligne[code] for ligne in lignes}), sum(map(bool, cellules)), cellules.count(""), 0)
    assert comptes(lu(chemin)) == attendus
    assert attendus[1] + attendus[2] == len(lignes) * len(colonnes)


@pytest.mark.parametrize(
    ("chemin", "territoire", "attendues"),
    [
        # l. 701 : QP062011,0,2080.0,,"4,7","2,1","9,2",… "5,82","5,1","5,85","6,44"  (décimale virgule)
        ("qpv-rpls-2022/rpls_qpv.csv", "QP062011",
         {"nb_logements_sociaux": "2080", "taux_vacance_social": "4,7", "loyer_median_social": "5,85"}),
        # QP062017,0,989.0,,,,"7,3",…  : vacance secrète ; QP062045,5,,,,… : tout est secret
        ("qpv-rpls-2022/rpls_qpv.csv", "QP062017",
         {"nb_logements_sociaux": "989", "taux_vacance_social": "secret", "taux_rotation_social": "7,3"}),
        ("qpv-rpls-2022/rpls_qpv.csv", "QP062045",
         {"nb_logements_sociaux": "secret", "taux_rotation_social": "secret", "loyer_median_social": "secret"}),
        # l. 7840 : 624570101,Nord-Est,62457,Houdain,…,0,936.0,,,,7.1,…,5.62,4.88,5.56,6.2  (décimale point)
        ("qpv-rpls-2022/rpls_iris.csv", "IRIS624570101",
         {"nb_logements_sociaux": "936", "taux_rotation_social": "7,1", "loyer_median_social": "5,56"}),
        # l. 701 : QP062011;14590;44,0;0,212;2,9   et l. 696 : QP062006;;;;
        ("qpv-filosofi-2012-2021/derive_filo21_qp2015_4colonnes.csv", "QP062011",
         {"niveau_vie_median": "14590", "taux_pauvrete": "44,0"}),
        ("qpv-filosofi-2012-2021/derive_filo21_qp2015_4colonnes.csv", "QP062006", {"taux_pauvrete": "secret"}),
        # l. 23 : 200072460;CA de Béthune-Bruay, Artois-Lys Romane;2022;20,4 ; l. 33 : 246200364;…;22,7 ; l. 9 : …;23
        ("neet-epci/anct_part_non_inseres_2022_epci_59-62_retranscrit.csv", "EPCI200072460",
         {"part_neet_15_24": "20,4"}),
        ("neet-epci/anct_part_non_inseres_2022_epci_59-62_retranscrit.csv", "EPCI246200364",
         {"part_neet_15_24": "22,7"}),
        ("neet-epci/anct_part_non_inseres_2022_epci_59-62_retranscrit.csv", "EPCI200042190", {"part_neet_15_24": "23"}),
        # l. 6999 : QP062011,14590.0,44.0,0.212,2.9,2021 (le taux de 2021 est publié à l'unité)
        ("qpv-filosofi-2012-2021/panel_qpv_complet_v2.csv", "QP062011",
         {"niveau_vie_median": "14590", "taux_pauvrete": "44", "indice_gini": "0,212", "rapport_s80s20": "2,9"}),
        # l. 701 : QP062011,5210.0,5055.0,-2.975…
        ("qpv-population/qpv_evolution_population.csv", "QP062011", {"population": "5055"}),
        # l. 23635 : 62119;25193;…;18320;26;…;15778.0075592654;…;2404.15…;10893.67… : (10893,68 − 2404,15) ÷ 15778
        (_COMPARATEUR, "COM62119",
         {"taux_emploi_15_64": "52,0", "niveau_vie_median": "18320", "taux_pauvrete": "26"}),
        # l. 34957 : 97608;;;;;;;638;84;;… : Mayotte n'a pas de recensement, son revenu n'est pas diffusé
        (_COMPARATEUR, "COM97608", {"taux_pauvrete": "secret", "niveau_vie_median": "secret"}),
        # l. 24563 : 62119,…,16232,2008,10917 : (10917 − 2008) ÷ 16232 = 54,9 %
        ("rp-comparateur/datasfun_communes_2024-08.csv", "COM62119", {"taux_emploi_15_64": "54,9"}),
        # id 62119 : 6 écoles publiques à 83,18333, 3 privées à 116,16667 : (499,1 + 348,5) ÷ 9 ; 2 × 90,6 et 2 × 126,75
        ("compilation-communes/menj.parquet", "COM62119",
         {"ips_ecoles_simple": "94,2", "ips_colleges_simple": "108,7"}),
        # id 1001 : une école publique à 104,5, aucun collège
        ("compilation-communes/menj.parquet", "COM01001", {"ips_ecoles_simple": "104,5"}),
        # code 62119 : MED_SL 19290, PR_MD60 26.0, S_HH_TAX 42.0
        ("filosofi/filosofi_2021_commune.parquet", "COM62119",
         {"niveau_vie_median": "19290", "taux_pauvrete": "26", "part_menages_imposes": "42"}),
    ],
)  # fmt: skip
def test_les_valeurs_relues_a_l_oeil(chemin, territoire, attendues):
    assert cases(lu(chemin), territoire, **attendues) == attendues


def test_le_panel_filosofi_a_une_ligne_par_quartier_et_annee():
    lignes = brut("qpv-filosofi-2012-2021/panel_qpv_complet_v2.csv", ",")
    deux = [ligne[c] for ligne in lignes for c in ("revenu_median", "taux_pauvrete")]
    autres = [ligne[c] for ligne in lignes for c in ("gini", "s80s20") if ligne[c]]  # absents avant 2016, non secrets
    attendus = (len({ligne["code"] for ligne in lignes}), sum(map(bool, deux)) + len(autres), deux.count(""), 0)
    assert comptes(lu("qpv-filosofi-2012-2021/panel_qpv_complet_v2.csv")) == attendus


def test_le_comparateur_tel_qu_il_est_publie():
    lignes, releve = brut(_COMPARATEUR), lu(_COMPARATEUR)
    codes = {ligne["CODGEO"] for ligne in lignes}
    assert codes >= _GRANDES
    arrondissements = {c for c in codes if c[:3] in {"751", "132"} or (c[:4] == "6938" and len(c) == 5)} - _GRANDES
    calculables = [
        ligne["CODGEO"] for ligne in lignes
        if ligne["CODGEO"] not in arrondissements and ligne["P18_POP1564"] and float(ligne["P18_POP1564"])
    ]  # fmt: skip
    communes = {c.territoire for c in releve.chiffres if c.indicateur == "taux_emploi_15_64"}
    assert {t for t in communes if t.startswith("COM")} == {f"COM{code}" for code in calculables}
    cellules = [ligne[colonne] for ligne in lignes for colonne in ("MED19", "TP6019")]
    assert comptes(releve, ("taux_pauvrete", "niveau_vie_median")) == (
        len(codes), sum(map(bool, cellules)), cellules.count(""), 0
    )  # fmt: skip
    # Le Pas-de-Calais est la somme de ses communes : 58,58 %, le « 58,6 » du tableau POP5 de l'Insee
    du_62 = [ligne for ligne in lignes if ligne["CODGEO"].startswith("62")]
    haut = sum(float(ligne["P18_ACT1564"]) - float(ligne["P18_CHOM1564"]) for ligne in du_62)
    bas = sum(float(ligne["P18_POP1564"]) for ligne in du_62)
    assert f"{100 * haut / bas:.1f}" == "58.6"
    assert cases(releve, "DEP62", taux_emploi_15_64="") == {"taux_emploi_15_64": "58,6"}
    assert "meta_base_cc_comparateur.CSV" in releve.onglets_laisses


def test_la_reprise_du_comparateur_compte_une_commune_une_fois():
    lignes = brut("rp-comparateur/datasfun_communes_2024-08.csv", ",")
    retenues = {ligne["insee_com"]: ligne for ligne in lignes if ligne["commune_type"] in {"COM", "ARM"}}
    calculables = {code for code, ligne in retenues.items() if float(ligne["pop_15_64_totale_2021"] or 0)}
    arrondissements = {code for code, ligne in retenues.items() if ligne["commune_type"] == "ARM"}
    releve = lu("rp-comparateur/datasfun_communes_2024-08.csv")
    communes = {c.territoire for c in releve.chiffres if c.territoire.startswith("COM")}
    assert communes == {f"COM{code}" for code in (calculables - arrondissements) | _GRANDES}


def test_la_compilation_des_ips_ne_donne_que_ses_communes():
    fichier = str(OUVERTES / "compilation-communes/menj.parquet")
    releve = lu("compilation-communes/menj.parquet")
    attendus = Counter()
    for niveau, indicateur in (("prim", "ips_ecoles_simple"), ("col", "ips_colleges_simple")):
        ((n,),) = duckdb.sql(f"""
            SELECT count(*) FROM (
                SELECT DISTINCT id FROM '{fichier}'
                WHERE regexp_matches(id, '^[0-9][0-9AB][0-9]{{2,3}}$')
                  AND NOT regexp_matches(id, '^(751[0-2][0-9]|6938[1-9]|132[01][0-9])$')
                  AND {niveau}_etab_public + {niveau}_etab_prive > 0
                  AND ({niveau}_etab_public = 0 OR {niveau}_ips_public IS NOT NULL)
                  AND ({niveau}_etab_prive = 0 OR {niveau}_ips_prive IS NOT NULL)
            )
        """).fetchall()
        attendus[indicateur] = n
    assert Counter(c.indicateur for c in releve.chiffres) == attendus
    assert all(c.territoire.startswith("COM") for c in releve.chiffres)
    assert "moyennes de communes, laissées" in str(releve.constats[0])


@pytest.mark.parametrize(
    ("fichier", "indicateur", "annee", "attendues"),
    [
        # lignes « 62119 », « 200072460 » et « D62 » : pmun2022, nb_ls2024, tp6021 (« 18.399999999999999 »)
        ("sup", "population", 2022, {"COM62119": "25342", "EPCI200072460": "275736", "DEP62": "1460184"}),
        ("rpls", "nb_logements_sociaux", 2024, {"COM62119": "3749", "EPCI200072460": "31543", "DEP62": "161781"}),
        ("filo", "taux_pauvrete", 2021, {"EPCI200072460": "18,6", "DEP62": "18,4"}),
    ],
)
def test_la_compilation_relue_a_l_oeil(fichier, indicateur, annee, attendues):
    lus = {
        c.territoire: c.lecture.valeur
        for c in lu(f"compilation-communes/{fichier}.parquet").chiffres
        if (c.indicateur, c.annee) == (indicateur, annee) and c.territoire in attendues
    }
    assert lus == attendues


def test_les_populations_de_la_compilation_recomptees():
    """Quatre recensements gardés, sans la France, l'outre-mer réuni, ni les arrondissements, ni aucun zéro.

    Un département d'outre-mer est aussi sa région."""
    ((attendu,),) = duckdb.sql(f"""
        SELECT count(*) + count(*) FILTER (regexp_full_match(id, 'D97[1-46]')) FROM (
            UNPIVOT (SELECT id, pmun2008, pmun2013, pmun2018, pmun2022
                     FROM '{OUVERTES}/compilation-communes/sup.parquet') ON COLUMNS('pmun.*') INTO NAME an VALUE n
        ) WHERE id <> 'FR' AND id NOT LIKE 'R97%'
          AND NOT regexp_full_match(id, '751[0-2][0-9]|6938[1-9]|132[01][0-9]')
          AND n <> 0
    """).fetchall()
    assert len(lu("compilation-communes/sup.parquet").chiffres) == attendu


def test_la_reprise_de_filosofi_2021_est_datee_par_ses_valeurs(vraie):
    chemin = OUVERTES / "filosofi/filosofi_2021_commune.parquet"
    colonnes = ("MED_SL", "PR_MD60", "D1_SL", "D9_SL", "S_SOC_BEN_DI", "S_HH_TAX")
    ((lignes, *pleines),) = duckdb.sql(
        f"SELECT count(*), {', '.join(f'count({c})' for c in colonnes)} FROM '{chemin}'"
    ).fetchall()
    secrets = len(colonnes) * lignes - sum(pleines)
    assert comptes(lu("filosofi/filosofi_2021_commune.parquet")) == (lignes, sum(pleines), secrets, 0)
    octets = chemin.read_bytes()
    lot = lot_de(vraie, Fichier("filosofi_2021_commune.parquet", octets), territoires="connus")
    assert lot.lus[0].dates.annees == {"filosofi": 2021}  # la base communale de l'Insee, déjà là, le prouve


@pytest.mark.parametrize(
    "chemin",
    [
        "listeqp2024_59-62_depuis_contours.csv", "listeqp2024_france_depuis_contours.csv",
        "qpv2024_communes_59-62_extrait.csv",
    ],
)  # fmt: skip
def test_la_liste_des_quartiers_de_2024_lie_chaque_commune(chemin):
    texte = (OUVERTES / "qpv-referentiel" / chemin).read_text("utf-8-sig")
    separateur = ";" if texte.split("\n")[0].count(";") > texte.split("\n")[0].count(",") else ","
    lignes = brut(f"qpv-referentiel/{chemin}", separateur)
    attendus = {
        (ligne["code_qp"], f"COM{code.strip().zfill(5)}", "commune")
        for ligne in lignes
        for code in ligne["insee_com"].replace(";", ",").split(",")
    }
    releve = lu(f"qpv-referentiel/{chemin}")
    assert {lien for lien in releve.liens if lien[2] == "commune"} == attendus
    assert len([lieu for lieu in releve.lieux if lieu.startswith("Q")]) == len(lignes)
    # à cheval sur deux agglomérations : les deux liens, aucun contrat, et c'est dit
    deux = [ligne["code_qp"] for ligne in lignes if len(ligne.get("siren_epci", "").split(", ")) == 2]
    assert [c.message.partition(" ")[0] for c in releve.constats] == deux
    assert Counter(q for q, _, nature in releve.liens if nature == "epci" and q in deux) == dict.fromkeys(deux, 2)


def test_la_liste_dit_les_appartenances_qu_elle_ajoute(vraie):
    octets = (OUVERTES / "qpv-referentiel/listeqp2024_59-62_depuis_contours.csv").read_bytes()
    rapport = rapporter(lot_de(vraie, Fichier("listeqp2024.csv", octets)), vraie.catalogue)
    membres = rapport.lot.membres
    lignes = brut("qpv-referentiel/listeqp2024_59-62_depuis_contours.csv")
    # par quartier : ses communes, son département, son agglomération et son contrat, ou ses deux agglomérations
    liens = sum(len(ligne["insee_com"].split(", ")) + 3 for ligne in lignes)
    assert len(membres.ajoutes) + membres.inchanges + len(membres.sans_lieu) == liens
    assert f"Appartenances des quartiers : {len(membres.ajoutes)}\xa0ajoutées" in rapport.texte()
    # l. 106 : QN06211M;Le Centre;32;…;"62178, 62400";"Bruay-la-Buissière, Haillicourt";200072460
    assert {("QN06211M", "COM62178", "commune"), ("QN06211M", "COM62400", "commune")} <= set(
        lu("qpv-referentiel/listeqp2024_59-62_depuis_contours.csv").liens
    )
