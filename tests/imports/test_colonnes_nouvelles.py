"""Une édition ajoute une colonne : quel que soit le format, et le genre de fichier, elle est nommée inconnue."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from depots import (
    COMPARATEUR,
    CORRESPONDANCE,
    IPS_2022,
    JEUNES,
    LISTE,
    OUVERTES,
    RIEN,
    classeur,
    depot,
    exige_donnees_ouvertes,
    modele,
)  # fmt: skip

from indicators.imports.moteur import isole
from indicators.imports.moteur.reconnaissance import FORMATS, reconnaitre
from indicators.imports.moteur.releve import Releve
from indicators.socle.erreurs import ErreurImport

NOUVELLE = "NOUVELLE_COLONNE_X"
PREMIERES = 40
"""Lignes d'un vrai fichier qui suffisent à le reconnaître."""

EXEMPLES = {
    "indicateurs_locaux": "indicateur;nom;unite;definition;sens;theme;pilier;precautions\n"
    "local_essai;Essai;pourcent;Une part;neutre;demographie;;\n",
    "modele": modele("QP001001;taux_pauvrete;2021;;46,7;;;;"),
    "insee_qpv": "CODGEO;LIBGEO;TX_NSNE_16A25;NOTE\nQP001001;La Gare;31,5;0\n",
    "insee_rp": "CODGEO;P18_POP;SUPERF;NAIS1318;NAISD20;P18_LOG;NBMENFISC19;PIMP19;MED19;TP6019;C18_MEN;P18_POP1564;"
    "P18_CHOM1564;P18_ACT1564;ETTOT18;ETTEF118;ETTEFP1018\n01004;9;1;1;1;9;9;9;20000;15;9;600;50;450;1;1;1\n",
    "insee_rp_datasfun": "insee_com,insee_reg,insee_dep,commune,commune_article,code_postal,commune_type,insee_parente,"
    "lat,lng,superficie_km2,population_2021,population_2015,menages_2021,naissances_2022,deces_2022,"
    "pop_15_64_totale_2021,pop_15_64_chomage_2021,pop_15_64_active_2021\n"
    "01004,84,01,A,,01400,COM,,45,5,2,9,9,341,1,1,2000,100,1500\n",
    "filosofi": COMPARATEUR,
    "panel_filosofi_qpv": "code;annee;revenu_median;taux_pauvrete;gini;s80s20\nQP001001;2021;13620;46,7;0,2;3\n",
    "terribot_filosofi": "id,comp1,nbmenfisc21,nbpersmenfisc21,med21,tp6021,d121,d921,tp60_30_39,med_75,tp60_hs,d1_15\n"
    "DEP01,a,9,9,20000,15.0,9,9,9,9,9,9\n",
    "filosofi_sdmx": "GEO;GEO_OBJECT;FILOSOFI_MEASURE;UNIT_MEASURE;UNIT_MULT;CONF_STATUS;OBS_STATUS;TIME_PERIOD;"
    "OBS_VALUE\n01004;COM;PR_MD60;PT;0;F;A;2023;19.4\n",
    "sdes_rpls": "CodGeo;LibGeo;Note;nbLsPls;txVac;medLoy\n01004;Ambérieu;0;1088;4,8;5,43\n",
    "terribot_rpls": "id,comp1,nb_ls2013,nb_ls2024,nb_ls_1piece,nb_ls_plus_av_77,ener_a_new,nb_occup_temp,loymoy\n"
    "01004,a,9,9,9,9,9,9,9\n",
    "depp_ips": IPS_2022,
    "depp_ips_serie": "cle;2022;2023\n0010001A;90,1;91,2\n",
    "depp_ips_quartiers": "code_qp;lib_qp;uai;type;nom;commune;secteur;distance_m;situation;ips_2022_2023;"
    "ips_2023_2024;effectif_2022\nQN00101M;A;0010001A;école;A;A;public;0;dans;90,1;91;100\n",
    "depp_etablissements": "type;uai;nom;code_commune;commune;secteur;ips_2023_2024;latitude;longitude\n"
    "collège;0620001A;Le Collège;62119;Béthune;public;78.6;50.531;2.641\n",
    "terribot_ips": "id,comp1," + ",".join(
        f"{niveau}_{quoi}_{secteur}"
        for niveau in ("prim", "col") for quoi in ("etab", "elev", "ips") for secteur in ("public", "prive")
    ) + "\n01004,a" + ",9" * 12 + "\n",
    "depp_etablissements_ep": "uai;ep_2022_2023;nom_etablissement;type_etablissement;statut_public_prive;nom_commune;"
    "uai_tete_de_reseau;qp_a_proximite_o_n;qp_a_proximite;nom_du_qp;nombre_d_eleves;code_commune;latitude;longitude\n"
    "0010001A;REP+;Ecole A;Ecole;Public;A;0010003C;Dans QP;QP001001;La Gare;142;01004;45.95;5.35\n",
    "anct_jeunes_titree": "Code;Libellé;Part des jeunes non insérés (ni en emploi ni scolarisés) 2022\n01004;A;26.7\n",
    "anct_jeunes": JEUNES,
    "etalab_communes": "code;nom;typeLiaison;zone;arrondissement;departement;region;type;rangChefLieu;siren;"
    "codesPostaux;population;anciensCodes;chefLieu;commune\n"
    "01004;A;0;metro;011;01;84;commune-actuelle;0;210100040;01500;900;01005;;\n",
    "etalab_ept": "code;nom;type;modeFinancement;membres;populationTotale;populationMunicipale\n"
    "200000007;Plaine;EPT;FA;01005;9;9\n",
    "qpv_population": "code;pop_2013;pop_2018;evol_pop_pct\nQP001001;6056;6100;1\n",
    "terribot_population": "id,comp1,sup,po_pap,ptot1876,psdc1999,pmun2008,pmun2022\n01004,a,9,9,9,9,900,950\n",
    "insee_populations": "REG;Région;DEP;CODARR;CODCAN;CODCOM;COM;Commune;PMUN;PCAP;PTOT\n"
    "84;ARA;01;2;08;004;01004;A;900;9;909\n",
    "dgcl_epci": "dept;siren;raison_sociale;nature_juridique;mode_financ;nb_membres;total_pop_tot;total_pop_mun;"
    "dep_com;insee;siren_membre;nom_membre;ptot_2024;pmun_2024\n"
    "01;200029999;CC A;CC;FPU;1;9;9;01;01004;210100040;A;9;9\n",
    "insee_appartenance": "CODGEO;LIBGEO;EPCI;LIBEPCI;DEP;REG\n01004;Ambérieu;240100883;CC de la Plaine;01;84\n",
    "cog_communes": "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT\n"
    "COM,01004,84,01,01D,011,1,A,A,A,0101,\n",
    "cog_departements": "DEP,REG,CHEFLIEU,TNCC,NCC,NCCENR,LIBELLE\n01,84,01053,5,AIN,Ain,Ain\n",
    "cog_regions": "REG,CHEFLIEU,TNCC,NCC,NCCENR,LIBELLE\n84,69123,1,ARA,Ara,Ara\n",
    "cog_mouvements": "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,TYPECOM_AP,COM_AP,TNCC_AP,"
    "NCC_AP,NCCENR_AP,LIBELLE_AP\n32,2024-01-01,COM,01004,1,A,A,A,COM,01005,1,B,B,B\n",
    "anct_correspondance": CORRESPONDANCE,
    "anct_liste_qpv": LISTE,
    "insee_iris": "CODE_IRIS;LIB_IRIS;TYP_IRIS;GRD_QUART;DEPCOM;LIBCOM;UU2020;REG;DEP\n"
    "010040101;Les Pérouses;H;0100401;01004;Ambérieu;01302;84;01\n",
    "filosofi_iris": "IRIS;LIBIRIS;COM;LIBCOM;DISP_TP6019;DISP_MED19;DISP_NOTE19\n010040101;A;01004;A;20,5;19400;0\n",
    "filosofi_iris_reunis": "code_iris;annee;tp60;mediane;d1;d9;gini;part_prestations;note\n"
    "010040101;2019;20,5;19400;9;9;0,241;9,9;0\n",
    "caf_iris": "CODGEO;NOTE;A;PERCOU;ARSAS;AAL\n010040101;0;501;1183;83;248\n",
    "rp_iris": "code;COM;dep;epci;ze2020;libelle;TYP_IRIS;P22_POP;P16_POP;rev_txpauv_21;idxg_ind\n"
    "620040101;62004;62;9;9;A;H;2610;9;33;9\n",
    "insee_carreaux": "Idcar_200m;Idcar_1km;I_est_200;lcog_geo;Ind;Men;Men_pauv;Log_soc;Ind_0_3\n"
    "CRS3035RES200mN3067800E3817400;a;1;62119;34,5;12;9;9;9\n",
    "france_services": "id_fs;lib_fs;adresse;complement_adresse;insee_com;lib_com;latitude;longitude;type_fs;format_fs;"
    "labellisation_fs;epci;code_iris\n12;Ici;1 rue;;62119;Béthune;50.53;2.64;a;Fixe;b;c;d\n",
    "depp_rep": "uai;nature;nom;commune;latitude;longitude;classement_rep;code_iris;epci\n"
    "0620001A;COLLEGE;LE COLLEGE;BETHUNE;50.53;2.64;REP+;621190101;9\n",
    "insee_qpv_autre": "CODGEO;LIBGEO;POP_MUN;TX_TOT_ET;NOTE\nQN00101M;La Gare;1088;12,5;0\n",
}  # fmt: skip
"""Un extrait de chaque format : son en-tête entier quand il est court, une colonne de chaque sorte sinon."""

Lignes = list[list[str]]


@pytest.fixture(autouse=True)
def _ici(monkeypatch):
    monkeypatch.setattr(isole, "lire", isole.ici)


def table(texte: str) -> Lignes:
    texte = texte.removeprefix("\ufeff")
    separateur = max(";,", key=texte.partition("\n")[0].count)
    return list(csv.reader(io.StringIO(texte, newline=""), delimiter=separateur))


def _csv(lignes: Lignes) -> bytes:
    sortie = io.StringIO()
    csv.writer(sortie, delimiter=";", lineterminator="\n").writerows(lignes)
    return sortie.getvalue().encode()


def _zip(lignes: Lignes) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr("dedans.csv", _csv(lignes))
    return sortie.getvalue()


def _colonnes(lignes: Lignes) -> dict[str, list[str]]:
    return {nom: [ligne[n] if n < len(ligne) else "" for ligne in lignes[1:]] for n, nom in enumerate(lignes[0]) if nom}


def _parquet(lignes: Lignes) -> bytes:
    sortie = io.BytesIO()
    pq.write_table(pa.table(_colonnes(lignes)), sortie)
    return sortie.getvalue()


def _json(lignes: Lignes) -> bytes:
    colonnes = _colonnes(lignes)
    lignes_lues = zip(*colonnes.values(), strict=True)
    return json.dumps([dict(zip(colonnes, valeurs, strict=True)) for valeurs in lignes_lues]).encode()


GENRES = {"csv": _csv, "xlsx": classeur, "zip": _zip, "parquet": _parquet, "json": _json}


def elargie(lignes: Lignes, entete: int = 0) -> Lignes:
    """La même table et sa colonne nouvelle, la dernière."""
    largeur = len(lignes[entete])
    return [
        ligne if n < entete else (ligne + [""] * largeur)[:largeur] + [NOUVELLE if n == entete else "7"]
        for n, ligne in enumerate(lignes)
    ]


def lus(nom: str, octets: bytes) -> list[Releve]:
    return reconnaitre(depot(nom, octets), RIEN)


def test_chaque_format_a_son_extrait():
    assert list(EXEMPLES) == [f.nom for f in FORMATS]


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("format", FORMATS, ids=lambda f: f.nom)
def test_la_colonne_qu_une_edition_ajoute_est_nommee(format, genre):
    lignes = table(EXEMPLES[format.nom])
    (avant,) = lus(f"essai.{genre}", GENRES[genre](lignes))
    (apres,) = lus(f"essai.{genre}", GENRES[genre](elargie(lignes)))
    assert (avant.inconnues, apres.inconnues) == ((), (NOUVELLE,))
    assert (apres.format, NOUVELLE in apres.laissees) == (avant.format, False)
    assert len(apres.chiffres) == len(avant.chiffres)


NON_LUES = {"DISP_GI_A20", "DISP_GI_A21"}
"""Ce que deux vrais fichiers portent et qu'aucun lecteur ne prend : ils le disent aussi."""
VRAIS = sorted(OUVERTES.rglob("*.csv")) if OUVERTES.is_dir() else []


@exige_donnees_ouvertes
@pytest.mark.parametrize("chemin", VRAIS, ids=lambda chemin: chemin.name)
def test_les_vrais_fichiers_n_ont_rien_d_inconnu_et_nomment_la_colonne_ajoutee(chemin):
    octets = b"\n".join(chemin.read_bytes().split(b"\n")[:PREMIERES])
    try:
        (avant,) = lus(chemin.name, octets)
    except ErreurImport as erreur:
        pytest.skip(f"d’aucun format : {str(erreur)[:60]}")
    texte = octets.decode("utf-8-sig", errors="replace")
    separateur = max(";,", key=texte.partition("\n")[0].count)
    lignes = list(csv.reader(io.StringIO(texte, newline=""), delimiter=separateur))
    (apres,) = lus(chemin.name, _csv(elargie(lignes)))
    assert set(avant.inconnues) <= NON_LUES
    assert apres.inconnues == (*avant.inconnues, NOUVELLE)
    assert NOUVELLE not in apres.laissees
