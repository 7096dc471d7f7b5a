"""Les recouvrements et les IRIS pauvres, refaits des fichiers des producteurs par un autre code que celui du projet."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict

import pytest
from depots import OUVERTES, exige_donnees_ouvertes

from indicators.analyse import poches, recouvrements
from indicators.recit import iris as recit

TROIS = ("EPCI200072460", "EPCI246200364", "EPCI200042190")


def lignes(chemin, separateur=";"):
    with (OUVERTES / chemin).open(encoding="utf-8-sig", newline="") as entree:
        return list(csv.DictReader(entree, delimiter=separateur))


def code_d_iris(territoire):
    return territoire.removeprefix("IRIS") if territoire.startswith("IRIS") else f"{territoire[3:]}0000"


@exige_donnees_ouvertes
def test_les_parts_de_surface_sont_celles_mesurees_sur_les_contours_entiers(vraie):
    """Le fichier de référence mesure sur les contours non simplifiés : à moins d'un point, de l'un comme de l'autre."""
    attendues = {
        (li["code_qp"], li["code_iris"]): (float(li["part_du_quartier_pct"]), float(li["part_de_l_iris_pct"]))
        for li in lignes("iris-contours-2020/qpv2024_x_iris_surfaces.csv")
    }
    mesures = {quartier for quartier, _ in attendues}
    trouvees = {
        (r.quartier.territoire, code_d_iris(r.lieu.territoire)): (100 * r.du_quartier, 100 * r.du_lieu)
        for epci in TROIS
        for r in recouvrements.de_l_agglomeration(vraie, epci)
        if r.quartier.territoire in mesures
    }
    assert len(trouvees) > 150
    assert trouvees.keys() <= attendues.keys()
    for couple, parts in trouvees.items():
        assert parts == pytest.approx(attendues[couple], abs=1), couple
    fins = {code_d_iris(lieu.territoire) for epci in TROIS for lieu in vraie.maille_fine(epci)}
    manquees = {c: p for c, p in attendues.items() if c not in trouvees and c[1] in fins}
    assert all(max(parts) < 2 for parts in manquees.values())  # le bruit de deux tracés


@exige_donnees_ouvertes
@pytest.mark.parametrize(("epci", "siren"), [(code, code.removeprefix("EPCI")) for code in TROIS])
def test_les_iris_pauvres_hors_des_quartiers_refaits_des_fichiers(vraie, epci, siren):
    """Quartiers : le panel ; IRIS : `gazetteer`, qui n'est pas embarqué ; qui contient quoi : les surfaces."""
    entites = json.loads((OUVERTES / "iris-contours-2020/iris_2020_trois_agglos_z9.geojson").read_text())["features"]
    codes = {e["properties"]["code_iris"] for e in entites if e["properties"]["siren_epci"] == siren}
    filosofi = json.loads(
        gzip.decompress((OUVERTES / "filosofi-iris/gazetteer_filoiris_2021_france.json.gz").read_bytes())
    )["iris"]
    comparateur = {li["CODGEO"]: li["TP6021"] for li in lignes("filosofi/cc_filosofi_2021_COM.csv")}
    taux = {code: filosofi[code]["poverty_rate_pct"] for code in codes if code in filosofi}
    taux |= {
        code: float(comparateur[code[:5]].replace(",", "."))
        for code in codes
        if code.endswith("0000") and comparateur[code[:5]] not in {"s", ""}
    }
    siens = {t.territoire for t in vraie.fiche(epci).quartiers if t.statut == "QPV" and t.geographie == 2015}
    quartiers = [
        float(li["taux_pauvrete"])
        for li in lignes("qpv-filosofi-2012-2021/panel_qpv_complet_v2.csv", ",")
        if li["code"] in siens and li["annee"] == "2021" and li["taux_pauvrete"]
    ]
    contenus = defaultdict(float)
    for li in lignes("iris-contours-2020/qpv2024_x_iris_surfaces.csv"):
        part = max(float(li["part_du_quartier_pct"]), float(li["part_de_l_iris_pct"]))
        contenus[li["code_iris"]] = max(contenus[li["code_iris"]], part)
    depassent = {c for c, t in taux.items() if 2 * sum(q < t for q in quartiers) >= len(quartiers)}

    trouvees = poches.chercher(vraie, epci, "2021")

    assert trouvees is not None
    assert (trouvees.quartiers, trouvees.lieux, trouvees.lieux_en_tout) == (len(quartiers), len(taux), len(codes))
    assert {code_d_iris(p.lieu.territoire) for p in trouvees.hors} == {c for c in depassent if contenus[c] < 1}
    assert {code_d_iris(p.lieu.territoire) for p in trouvees.avec} == {c for c in depassent if contenus[c] >= 1}
    for poche in (*trouvees.hors, *trouvees.avec, *trouvees.suivants):
        assert poche.chiffre.valeur == taux[code_d_iris(poche.lieu.territoire)]
        assert poche.depasses == sum(q < poche.chiffre.valeur for q in quartiers)


def test_les_plus_pauvres_contiennent_un_quartier(vraie):
    """Lens Nord-Est 4 (59 %) et la Grande Résidence ; Lens Nord-Ouest 1 (49 %) et la cité 4."""
    trouvees = poches.chercher(vraie, "EPCI246200364", "2021")
    assert trouvees is not None
    assert [(p.lieu.territoire, p.chiffre.valeur) for p in trouvees.avec][:2] == [
        ("IRIS624980204", 59),
        ("IRIS624980101", 49),
    ]
    assert trouvees.avec[0].depasses == trouvees.quartiers == 19
    phrase = recit.lecture_des_poches(trouvees)
    assert phrase.startswith("En 2021, aucun IRIS sans quartier prioritaire n’a un taux")
    assert "19 taux connus sur 22, périmètre 2015" in phrase


def test_rien_quand_les_quartiers_ou_les_iris_n_ont_pas_de_taux(vraie):
    assert poches.chercher(vraie, "EPCI246200364", "1999") is None
    assert poches.chercher(vraie, "EPCI200040715", "2021") is None  # Grenoble : aucun IRIS n'y est connu


def test_un_quartier_et_ses_iris(vraie):
    """Le quartier de la cité d'Horloge à Carvin : deux IRIS, 80 % et 20 % de sa surface."""
    siens = recouvrements.du_quartier(vraie, vraie.territoire("QN06203M"))
    assert [round(r.du_quartier, 1) for r in siens] == [0.8, 0.2]
    assert sum(r.du_quartier for r in siens) == pytest.approx(1, abs=0.02)
    assert "parts de surface, non d’habitants" in recit.lecture_du_quartier(siens)


def test_un_quartier_sans_contour_n_a_pas_de_part(vraie):
    assert recouvrements.du_quartier(vraie, vraie.territoire("QP062017")) == ()
