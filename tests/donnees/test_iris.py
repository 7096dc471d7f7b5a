"""La maille IRIS embarquée : ses lieux, ses liens, ses chiffres, relus et refaits par un autre chemin que l'import."""

from __future__ import annotations

import csv
import gzip
import json
import math
from collections import defaultdict

import pytest
import shapely
from depots import OUVERTES, exige_donnees_ouvertes

from indicators.base import carte
from indicators.socle.codes import departement_de, identifiant, identifiant_d_iris, maille_de
from indicators.socle.observations import Statut
from indicators.socle.territoires import Maille

TROIS = {"EPCI200072460": (100, 16), "EPCI246200364": (36, 18), "EPCI200042190": (47, 7)}
"""Les trois agglomérations : leurs communes, et combien sont découpées en IRIS (SOURCES.md, § 9.1)."""


def de_l_agglomeration(base, epci):
    """Les IRIS d'une agglomération, par leur commune."""
    communes = set(base.communes_de(epci))
    return [t for t in base.de_maille(Maille.IRIS) if base.fiche(t.territoire).communes[0].territoire in communes]


def valeurs(base, indicateur, annee):
    return {
        o.territoire: o.valeur
        for o in base.observations_indicateur(indicateur)
        if o.annee == annee and o.territoire.startswith("IRIS") and o.statut is Statut.EXACT
    }


@pytest.mark.parametrize(
    ("code", "attendu"),
    [
        ("590080102", "IRIS590080102"),
        ("10040101", "IRIS010040101"),  # le zéro qu'un tableur a perdu
        ("2A0040101", "IRIS2A0040101"),
        ("620010000", "COM62001"),  # une commune non découpée est son IRIS
        ("62001", None),
    ],
)
def test_un_code_d_iris(code, attendu):
    assert identifiant_d_iris(code) == identifiant(code, Maille.IRIS) == attendu


def test_ce_que_dit_un_identifiant_d_iris():
    assert maille_de("IRIS590080102") is Maille.IRIS
    assert departement_de("IRIS590080102") == "DEP59"
    assert departement_de("IRIS974110101") == "DEP974"


@pytest.mark.parametrize("epci", TROIS)
def test_les_iris_et_les_communes_entieres_d_une_agglomeration(vraie, epci):
    communes, decoupees = TROIS[epci]
    iris = de_l_agglomeration(vraie, epci)
    assert len(vraie.communes_de(epci)) == communes
    assert len({vraie.fiche(t.territoire).communes[0].territoire for t in iris}) == decoupees
    assert all(len(vraie.fiche(t.territoire).communes) == 1 for t in iris)
    assert {t.statut for t in iris} == {""}


def test_328_iris_couvrent_183_communes(vraie):
    """142 communes entières, qui sont leur propre IRIS, et 186 IRIS dans les 41 autres."""
    iris = sum(len(de_l_agglomeration(vraie, epci)) for epci in TROIS)
    communes = sum(communes for communes, _ in TROIS.values())
    entieres = communes - sum(decoupees for _, decoupees in TROIS.values())
    assert (communes, entieres, iris, entieres + iris) == (183, 142, 186, 328)


def test_les_liens_d_un_iris(vraie):
    fiche = vraie.fiche("IRIS621190101")
    assert [t.territoire for t in fiche.communes] == ["COM62119"]
    assert fiche.agglomeration is not None
    assert fiche.agglomeration.territoire == "EPCI200072460"
    assert [t.territoire for t in fiche.references][:3] == ["EPCI200072460", "DEP62", "REG32"]
    assert fiche.quartiers == ()
    assert "IRIS621190101" not in {t.territoire for t in vraie.fiche("COM62119").quartiers}
    assert "IRIS621190101" not in vraie.communes_de("EPCI200072460")


def test_les_semblables_d_un_iris_sont_ceux_de_son_agglomeration(vraie):
    semblables = {t.territoire for t in vraie.semblables(vraie.territoire("IRIS621190101"))}
    assert semblables == {t.territoire for t in de_l_agglomeration(vraie, "EPCI200072460")}


def test_une_recherche_donne_la_commune_puis_ses_quartiers_avant_ses_iris(vraie):
    trouves = vraie.chercher("lens")
    assert trouves[0].territoire == "COM62498"
    iris = [n for n, t in enumerate(trouves) if t.maille is Maille.IRIS and t.nom.startswith("Lens")]
    autres = [n for n, t in enumerate(trouves) if t.maille is not Maille.IRIS and t.nom.startswith("Lens")]
    assert max(autres) < min(iris)


def test_173_taux_de_2021_et_treize_iris_sans_valeur(vraie):
    """Les treize sont ceux que SOURCES.md nomme (§ 9.2) ; un taux de 2021 est un nombre entier."""
    taux = valeurs(vraie, "taux_pauvrete", 2021)
    siens = {t.territoire for epci in TROIS for t in de_l_agglomeration(vraie, epci)}
    sans = (
        "594910103 620480106 620650107 621260101 624980201 624980203 624980205 624980207 625100103 625100106 "
        "625100603 625160103 625700106"
    )
    assert len(siens & taux.keys()) == 173 == 186 - 13
    assert siens - taux.keys() == {f"IRIS{code}" for code in sans.split()}
    assert all(v == int(v) for v in taux.values() if v is not None)
    assert taux["IRIS624980204"] == 59  # Lens Nord-Est 4


RELUES = [
    ("taux_pauvrete", 2019, "IRIS590080101", 23.1),
    ("taux_pauvrete", 2019, "IRIS590080102", 34.3),
    ("niveau_vie_median", 2019, "IRIS590080101", 17860),
    ("taux_pauvrete", 2018, "IRIS590080102", 32.2),
    ("part_prestations_sociales", 2018, "IRIS590080102", 17.1),
    ("indice_gini", 2021, "IRIS590080101", 0.229),
    ("nb_allocataires_caf", 2020, "IRIS624980204", 751),
    ("nb_alloc_rsa_socle", 2020, "IRIS624980204", 332),
    ("nb_personnes_couvertes_caf", 2020, "IRIS624980204", 1381),
    ("nb_logements_sociaux", 2022, "IRIS624980204", 989),
    ("taux_rotation_social", 2022, "IRIS624980204", 9.1),
    ("loyer_median_social", 2022, "IRIS624980204", 5.45),
    ("population", 2022, "IRIS620040101", 2610),
    ("population", 2022, "IRIS620040102", 2829),
    ("population", 2022, "IRIS624980204", 1858),
]
"""Ce que la ligne brute de chaque source écrit, relu à l'œil."""


@pytest.mark.parametrize(("indicateur", "annee", "iris", "valeur"), RELUES)
def test_trois_valeurs_de_chaque_source(vraie, indicateur, annee, iris, valeur):
    (lue,) = {o.valeur for o in vraie.observations([iris], [indicateur]) if o.annee == annee}
    assert lue == valeur


def test_aucun_revenu_declare_ni_recompose(vraie):
    """Le taux d'un IRIS ne vient que de l'Insee : la compilation du recensement en porte un autre, plus haut."""
    sources = {o.source for o in vraie.observations_indicateur("taux_pauvrete") if o.territoire.startswith("IRIS")}
    assert sources == {"insee_filosofi_2019_iris", "insee_filosofi_iris_reunis_2021"}
    de_la_compilation = {
        o.indicateur
        for o in vraie.observations(["IRIS624980204", "IRIS590080101", "IRIS621190101"])
        if o.source == "rp_iris_2022"
    }
    assert de_la_compilation == {"population"}


def test_une_case_secrete_le_reste_et_la_note_de_la_caf_est_dite(vraie):
    secretes = [
        o
        for o in vraie.observations_indicateur("nb_allocataires_caf")
        if o.territoire.startswith("IRIS") and o.statut is Statut.SECRET
    ]
    # 38 lignes en note 3, 22 en note 5, 2 en note 4, dans le Nord et le Pas-de-Calais (comptées hors du projet) ; une
    # case vide de plus, sur une ligne en note 0.
    assert sum("NOTE = " in o.note for o in secretes) == 38 + 22 + 2
    assert len(secretes) == 38 + 22 + 2 + 1
    assert all(o.valeur is None for o in secretes)


def test_2021_ne_se_compare_pas_au_dixieme_et_2018_garde_ses_precautions(vraie):
    iris = vraie.territoire("IRIS624980204")
    natures = {(str(r.nature), r.depuis) for r in vraie.catalogue.ruptures_de("taux_pauvrete", iris)}
    assert {("legislation", 2018), ("legislation", 2019), ("arrondi", 2021), ("annees_proches", None)} <= natures


@exige_donnees_ouvertes
def test_les_taux_de_2021_sont_ceux_d_un_autre_fichier(vraie):
    """Le même millésime, pris ailleurs (`gazetteer`), et qui n'est pas embarqué : 1 065 taux sur 1 065."""
    chemin = OUVERTES / "filosofi-iris" / "gazetteer_filoiris_2021_france.json.gz"
    autres = json.loads(gzip.decompress(chemin.read_bytes()))["iris"]
    taux, medianes = valeurs(vraie, "taux_pauvrete", 2021), valeurs(vraie, "niveau_vie_median", 2021)
    ici = {f"IRIS{code}": valeur for code, valeur in autres.items() if code[:2] in {"59", "62"}}
    assert len(ici) == 1065
    assert taux == {code: valeur["poverty_rate_pct"] for code, valeur in ici.items()}
    assert medianes == {code: valeur["median_eur"] for code, valeur in ici.items()}


@exige_donnees_ouvertes
def test_le_referentiel_de_l_insee_a_les_memes_iris(vraie):
    chemin = OUVERTES / "iris-contours-2020" / "iris_reference_insee_2021_59-62.csv"
    with chemin.open(encoding="utf-8-sig", newline="") as entree:
        lignes = list(csv.DictReader(entree, delimiter=";"))
    decoupes = {f"IRIS{ligne['CODE_IRIS']}" for ligne in lignes if ligne["TYP_IRIS"] != "Z"}
    assert decoupes == {t.territoire for t in vraie.de_maille(Maille.IRIS)}


def test_la_population_des_iris_fait_celle_de_leur_commune(vraie):
    """Le recensement 2022 publie l'une et l'autre : à l'arrondi de chaque IRIS près."""
    communes = {
        o.territoire: o.valeur
        for o in vraie.observations_indicateur("population")
        if o.annee == 2022 and o.territoire.startswith("COM") and o.source == "terribot_population_2022"
    }
    sommes, combien = defaultdict(float), defaultdict(int)
    for code, habitants in valeurs(vraie, "population", 2022).items():
        commune = vraie.fiche(code).communes[0].territoire
        sommes[commune] += habitants or 0
        combien[commune] += 1
    ecarts = {c: sommes[c] - (communes[c] or 0) for c in sommes if c in communes}
    assert len(ecarts) == len(sommes) >= 150
    assert all(abs(ecart) <= 0.5 * combien[c] + 0.5 for c, ecart in ecarts.items())


def test_les_logements_sociaux_des_iris_font_ceux_de_leur_commune(vraie):
    """RPLS au 1er janvier 2022, deux fichiers : dans 123 communes sur 147, la somme est la même ; ailleurs, de peu."""
    par_iris = {
        o.territoire: o
        for o in vraie.observations_indicateur("nb_logements_sociaux")
        if o.annee == 2022 and o.territoire.startswith("IRIS")
    }
    communes = {
        o.territoire: o.valeur
        for o in vraie.observations_indicateur("nb_logements_sociaux")
        if o.annee == 2022 and o.source == "terribot_rpls_2024"
    }
    groupes = defaultdict(list)
    for code, lue in par_iris.items():
        groupes[vraie.fiche(code).communes[0].territoire].append(lue)
    entiers = {c: siens for c, siens in groupes.items() if all(o.valeur is not None for o in siens)}
    egales = [c for c, siens in entiers.items() if sum(o.valeur or 0 for o in siens) == communes[c]]
    assert (len(egales), len(entiers)) == (123, 147)
    parts = [sum(o.valeur or 0 for o in siens) / (communes[c] or 1) for c, siens in entiers.items()]
    assert all(0.94 < part < 1.07 for part in parts)
    assert {"COM62119", "COM59172"} <= set(entiers)


def test_les_contours_des_iris_couvrent_leurs_communes(vraie):
    """Chaque IRIS a son contour, et une commune entière a celui du même fichier (`IRIS` + code + 0000)."""
    codes = [t.territoire for t in de_l_agglomeration(vraie, "EPCI200072460")]
    traces = carte.contours(vraie, codes, 0)
    assert set(traces) == set(codes)
    bethune = [code for code in codes if code.startswith("IRIS62119")]
    union = shapely.union_all([traces[code].geometrie for code in bethune])
    assert len(bethune) == 8
    # Béthune fait 9,46 km² : 946 hectares, à 3 % près pour des contours simplifiés.
    parallele = math.cos(math.radians(50.53))
    hectares = union.area * 111_320**2 * parallele / 10_000
    assert hectares == pytest.approx(946, rel=0.03)
