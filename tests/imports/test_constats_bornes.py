"""Un fichier entier illisible : le compte est exact, quelques exemples de chaque genre sont gardés, et c'est dit."""

from __future__ import annotations

import json
import pickle

from depots import depot, modele, rapport_de, releve

from indicators.donnees import perimetres
from indicators.imports.moteur.texte import lire_csv
from indicators.socle.erreurs import Constat
from indicators.socle.premiers import GARDES, GENRES_MAX, Premiers, des_constats
from pages.vues.mettre_a_jour import alertes

N = 3_000
ENTETE = "CODGEO;DISP_MED_A19;DISP_TP60_A19\nQP001001;13000;45,0\n"


def _fichier(ligne: str) -> str:
    return ENTETE + "".join(ligne.format(n) + "\n" for n in range(N))


def test_les_codes_illisibles_sont_comptes_et_les_premiers_gardes():
    lus = releve("f.csv", _fichier("ZZ{:06d};12;4")).constats
    assert len(lus) == N
    assert [c.ligne for c in lus] == list(range(3, 3 + GARDES))


def test_les_lignes_trop_longues_aussi_des_la_lecture_du_fichier():
    onglets = lire_csv(_fichier("QP001002;1;2;{}").encode(), "f.csv")
    debordantes = onglets.lus[""].premiere.debordantes
    assert (len(debordantes), len(list(debordantes))) == (N, GARDES)
    assert len(releve("f.csv", _fichier("QP001002;1;2;{}")).constats) == N


def test_deux_genres_ont_chacun_leurs_exemples_et_leur_compte():
    texte = _fichier("ZZ{:06d};12;4") + "".join(f"QP001002;;?{n}\n" for n in range(N))
    (codes, n_codes), (cases, n_cases) = releve("f.csv", texte).constats.par_genre()
    assert (len(codes), n_codes, len(cases), n_cases) == (GARDES, N, GARDES, N)
    assert codes[0].message == "code « ZZ000000 » non reconnu" and "« ?0 »" in cases[0].message


def test_le_rapport_et_l_ecran_disent_combien_d_autres(petite):
    texte = _fichier("ZZ{:06d};12;4") + "".join(f"QP001002;;?{n}\n" for n in range(N))
    rapport = rapport_de(petite, depot("f.csv", texte))
    assert "  6 000 remarques sur les cases :" in rapport.texte().replace("\u202f", " ")
    assert rapport.texte().replace("\u202f", " ").count("… et 2 992 autres du même genre") == 2
    ecran = alertes(rapport).replace("\u202f", " ").replace("\xa0", " ")
    assert "Cases illisibles, laissées (6 000)" in ecran
    assert ecran.count("… et 2 950 autres lignes du même genre") == 2
    assert "f.csv, ligne 3, colonne « CODGEO » : code « ZZ000000 » non reconnu" in ecran


def test_les_valeurs_impossibles_et_les_cases_contraires_aussi(petite):
    impossibles = rapport_de(petite, depot("f.csv", _fichier("QP001002;;2{}00"))).lot
    assert (len(impossibles.hors_bornes), len(list(impossibles.hors_bornes))) == (N, GARDES)
    assert impossibles.impossibles == {("QP001002", "taux_pauvrete")}
    contraires = rapport_de(petite, depot("f.csv", ENTETE + "".join(f"QP001002;;3,{n:04}\n" for n in range(N)))).lot
    assert (len(contraires.doubles), len(list(contraires.doubles))) == (N - 1, GARDES)


def test_un_modele_dont_aucune_ligne_ne_se_lit(petite):
    lignes = [f"Nulle part {n};taux_pauvrete;2021;;44;;;;" for n in range(N)]
    lus = releve("m.csv", modele(*lignes)).constats
    assert (len(lus), len(list(lus))) == (N, GARDES)


def test_les_contours_sans_code_passent_le_processus_a_part_sans_peser():
    vide = {"type": "Feature", "properties": {"n": 1}, "geometry": None}
    carre = [[[3.0, 50.0], [3.1, 50.0], [3.1, 50.1], [3.0, 50.0]]]
    bon = {
        "type": "Feature",
        "properties": {"code": "62119", "nom": "B"},
        "geometry": {"type": "Polygon", "coordinates": carre},
    }
    texte = json.dumps({"type": "FeatureCollection", "features": [bon, *([vide] * N)]}).encode()
    lus = pickle.loads(pickle.dumps(perimetres.lire(texte, "c.geojson"))).constats
    assert (len(lus), len(list(lus))) == (N, GARDES)


def test_trop_de_genres_n_en_font_plus_qu_un():
    lettres = ["".join(chr(97 + n // 26**p % 26) for p in range(3)) for n in range(4 * GENRES_MAX)]
    lus = des_constats(Constat("", n, "", f"{mot} inconnu") for n, mot in enumerate(lettres))
    assert len(lus) == 4 * GENRES_MAX
    genres = list(lus.par_genre())
    assert [combien for _, combien in genres] == [1] * GENRES_MAX + [3 * GENRES_MAX]
    assert len(genres[-1][0]) == GARDES


def test_reunir_deux_comptes_ne_perd_rien():
    une, autre = des_constats(), des_constats()
    for suite in (une, autre):
        suite += (Constat("", n, "", f"code « {n} » non reconnu") for n in range(N))
    une += autre
    assert (len(une), len(list(une))) == (2 * N, GARDES)
    assert Premiers(range(N)).devenir(str)[0] == "0" and len(Premiers(range(N)).devenir(str)) == N
