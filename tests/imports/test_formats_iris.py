"""Les formats par IRIS, sur de petits fichiers écrits à la main : en-têtes des deux façons, secrets, notes, refus."""

from __future__ import annotations

import pytest
from depots import RIEN

from indicators.imports.moteur.reconnaissance import Fichier, reconnaitre
from indicators.socle.erreurs import ErreurImport
from indicators.socle.territoires import Maille

FILO_2014 = (
    "\ufeffIRIS;LIBIRIS;COM;LIBCOM;DISP_TP6014;DISP_Q114;DISP_MED14;DISP_GI14;DISP_PPSOC14;note14\r\n"
    "010040101;Les Perouses;01004;Amberieu;20,5;14280;19400;0,2;9,9;0\r\n"
    "010040102;Longeray;01004;Amberieu;;13010;17490;0,3;12,7;1\r\n"
)
FILO_2021 = (
    "IRIS;DISP_TP6021;DISP_INCERT21;DISP_Q121;DISP_MED21;DISP_Q321;DISP_GI21;DISP_PPSOC21;DISP_NOTE21\r\n"
    "010040101;19;2;14280;20350;25320;0,237;9,9;0\r\n"
    "010040102;ns;;13010;nd;23370;s;12,7;0\r\n"
)
DECLARES = (
    "IRIS;LIBIRIS;COM;LIBCOM;DEC_TP6019;DEC_MED19;DEC_GI19;DEC_NOTE19\r\n010040101;A;01004;B;30,5;19400;0,2;0\r\n"
)
REUNIS = (
    "code_iris;annee;tp60;mediane;d1;d9;gini;part_prestations;note\n"
    "590080101;2014;24.8;16118.0;9574.8;26049.5;0.2;12.8;0\n"
    "590080102;2014;;15021.3;8531.5;25009.0;0.3;15.1;1\n"
    "590080101;2021;23;18650;;;0.229;;\n"
)
CAF = (
    "CODGEO;NOTE;A;PERCOU;AI;AM;ENF;ENF_2;AAAH;APPA;ARSAS\r\n"
    "010040101;0;501;1183;238;66;485;76;36;168;83\r\n"
    "010330201;2;;;;;;;;;\r\n"
)
COMPILATION = [
    {"code": "620040101", "COM": "62004", "TYP_IRIS": "H", "P22_POP": 2610.0, "P16_POP": 9.0, "rev_txpauv_21": 33.0},
    {"code": "620010000", "COM": "62001", "TYP_IRIS": "Z", "P22_POP": 1966.0, "P16_POP": 9.0, "rev_txpauv_21": 12.0},
]
REFERENTIEL = (
    "CODE_IRIS;LIB_IRIS;TYP_IRIS;GRD_QUART;DEPCOM;LIBCOM;UU2020;REG;DEP\n"
    "590010000;Abancourt (commune non irisée);Z;5900100;59001;Abancourt;59000;32;59\n"
    "624980204;Lens Nord-Est 4;H;6249802;62498;Lens;62752;32;62\n"
    "621190101;Centre Ville;H;6211901;62119;Béthune;62751;32;62\n"
)


def lu(texte):
    (seul,) = reconnaitre(Fichier("fichier.csv", texte.encode()), RIEN)
    return seul


def cases(releve):
    return {
        (c.territoire.removeprefix("IRIS"), c.indicateur, c.annee): c.lecture.valeur or str(c.lecture.statut)
        for c in releve.chiffres
    }


def test_filosofi_2014_note_en_minuscules_et_secret_vide():
    releve = lu(FILO_2014)
    lues = cases(releve)
    assert (releve.format, releve.edition, releve.inconnues) == ("filosofi_iris", 2014, ())
    assert lues["010040101", "taux_pauvrete", 2014] == "20,5"
    assert lues["010040102", "taux_pauvrete", 2014] == "secret"
    assert lues["010040102", "niveau_vie_median", 2014] == "17490"
    assert {c.note for c in releve.chiffres if c.ligne == 2} == {""}
    assert all("note14 = 1" in c.note for c in releve.chiffres if c.ligne == 3)


def test_filosofi_2021_autre_en_tete_et_marques():
    releve = lu(FILO_2021)
    lues = cases(releve)
    assert (releve.edition, releve.inconnues) == (2021, ())
    assert lues["010040101", "taux_pauvrete", 2021] == "19"
    assert lues["010040102", "taux_pauvrete", 2021] == lues["010040102", "niveau_vie_median", 2021] == "non_disponible"
    assert lues["010040102", "indice_gini", 2021] == "secret"


def test_les_revenus_declares_ne_sont_pas_pris():
    with pytest.raises(ErreurImport, match="d'aucun format"):
        lu(DECLARES)


def test_les_annees_reunies():
    releve = lu(REUNIS)
    lues = cases(releve)
    assert (releve.edition, releve.constats) == (2021, [])
    assert lues["590080101", "niveau_vie_median", 2014] == "16118"
    assert lues["590080102", "taux_pauvrete", 2014] == "secret"
    assert lues["590080101", "taux_pauvrete", 2021] == "23"
    assert ("590080101", "part_prestations_sociales", 2021) not in lues  # la colonne est vide toute l'année
    assert ("590080101", "indice_gini", 2014) not in lues  # arrondi au dixième cette année-là
    assert lues["590080101", "indice_gini", 2021] == "0,229"


def test_la_caf_garde_sa_note_et_demande_son_annee():
    releve = lu(CAF)
    lues = cases(releve)
    assert releve.groupes == {"cnaf": "allocataires (Cnaf)"}
    assert lues["010040101", "nb_allocataires_caf", None] == "501"
    assert lues["010330201", "nb_alloc_rsa_socle", None] == "secret"
    assert all("NOTE = 2" in c.note for c in releve.chiffres if c.ligne == 3)
    assert releve.inconnues == ()


def test_la_compilation_ne_donne_que_la_population_des_iris():
    texte = ";".join(COMPILATION[0]) + "\n" + "\n".join(";".join(map(str, ligne.values())) for ligne in COMPILATION)
    releve = lu(texte)
    assert cases(releve) == {("620040101", "population", 2022): "2610"}
    assert "rev_txpauv_21" in releve.laissees


def test_le_referentiel_nomme_les_iris_des_communes_decoupees():
    releve = lu(REFERENTIEL)
    assert {t: lieu.nom for t, lieu in releve.lieux.items()} == {
        "IRIS624980204": "Lens Nord-Est 4",
        "IRIS621190101": "Centre Ville (Béthune)",
    }
    assert {lieu.maille for lieu in releve.lieux.values()} == {Maille.IRIS}
    assert releve.liens == [("IRIS624980204", "COM62498", "commune"), ("IRIS621190101", "COM62119", "commune")]


def test_des_contours_d_iris_et_la_commune_entiere():
    carre = "[[[2.6,50.5],[2.7,50.5],[2.7,50.6],[2.6,50.5]]]"
    entites = ",".join(
        f'{{"type":"Feature","properties":{{"code_iris":"{code}","insee_com":"{code[:5]}","nom_iris":"{nom}"}},'
        f'"geometry":{{"type":"Polygon","coordinates":{carre}}}}}'
        for code, nom in (("621190101", "Centre Ville"), ("620010000", "Ablain"))
    )
    releve = lu(f'{{"type":"FeatureCollection","features":[{entites}]}}')
    assert {contour.territoire for contour in releve.contours} == {"IRIS621190101", "COM62001"}
    assert releve.liens == [("IRIS621190101", "COM62119", "commune")]
    assert releve.lieux["IRIS621190101"].maille is Maille.IRIS
