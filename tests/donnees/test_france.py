"""Les chiffres nationaux : valeurs connues refaites des fichiers des producteurs, couverture promise, lieux et liens.

Le second chemin (module csv, sommes à la main) ne partage rien avec l'import.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from indicators.base import familles
from indicators.base.construction import DOSSIER_DONNEES
from indicators.socle.codes import REGIONS_D_UN_DEPARTEMENT, departement_de
from indicators.socle.observations import Statut
from indicators.socle.territoires import Maille

PARTAGE = Path(__file__).resolve().parents[3] / "shared" / "open-data"
partage = pytest.mark.skipif(not PARTAGE.exists(), reason="les données ouvertes (../shared/open-data) ne sont pas là")
CABBALR, CALL, CAPH = "EPCI200072460", "EPCI246200364", "EPCI200042190"


def valeur(base, territoire: str, indicateur: str, annee: int, source: str = "") -> float:
    lues = [
        o for o in base.observations([territoire], [indicateur])
        if o.annee == annee and o.annee_debut is None and o.source.startswith(source)
    ]  # fmt: skip
    assert lues, f"{territoire}, {indicateur}, {annee} : aucune valeur"
    return lues[0].valeur


# --- valeurs connues (SOURCES §§ 5, 6) -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("territoire", "annee", "taux"),
    [
        (CABBALR, 2018, 58.81), (CABBALR, 2021, 60.58), (CALL, 2018, 53.52), (CALL, 2021, 55.75),
        (CAPH, 2018, 54.96), (CAPH, 2021, 57.43), ("DEP59", 2018, 58.65), ("DEP62", 2018, 58.58),
        ("REG32", 2018, 59.68), ("REG32", 2021, 61.53),
    ],
)  # fmt: skip
def test_taux_d_emploi_des_references(vraie, territoire, annee, taux):
    lues = vraie.observations([territoire], ["taux_emploi_15_64"])
    (sienne,) = [o for o in lues if o.source.startswith("insee_rp_") and o.annee == annee]
    haut, bas = (float(n.replace(",", ".")) for n in sienne.note.split("100 × ")[1].split(" = ")[0].split(" ÷ "))
    assert round(100 * haut / bas, 2) == taux
    assert sienne.valeur == round(taux + 1e-9, 1) or abs(sienne.valeur - taux) <= 0.05 + 1e-9


@partage
def test_le_taux_d_emploi_de_2018_refait_du_zip(vraie):
    """Actifs moins chômeurs sur habitants de 15 à 64 ans, additionnés commune par commune avec le seul module csv."""
    (zip_,) = (PARTAGE / "rp-comparateur").glob("*.zip")
    with zipfile.ZipFile(zip_) as archive:
        texte = archive.read("base_cc_comparateur.CSV").decode("utf-8")
    communes = {c.removeprefix("COM") for c in vraie.communes_de(CABBALR)}
    haut = bas = 0.0
    for ligne in csv.DictReader(io.StringIO(texte), delimiter=";"):
        if ligne["CODGEO"] in communes:
            haut += float(ligne["P18_ACT1564"]) - float(ligne["P18_CHOM1564"])
            bas += float(ligne["P18_POP1564"])
    assert len(communes) == 100
    assert round(100 * haut / bas, 1) == valeur(vraie, CABBALR, "taux_emploi_15_64", 2018, "insee_rp_")


@partage
def test_les_438_communes_repetees_ne_comptent_qu_une_fois(vraie):
    lues: dict[str, dict[str, str]] = {}
    repetees = set()
    with (PARTAGE / "rp-comparateur" / "datasfun_communes_2024-08.csv").open(encoding="utf-8") as fichier:
        for ligne in csv.DictReader(fichier):
            if ligne["commune_type"] == "COM":
                if ligne["insee_com"] in lues:
                    repetees.add(ligne["insee_com"])
                lues[ligne["insee_com"]] = ligne
    nord = [ligne for code, ligne in lues.items() if code.startswith("59")]
    actifs, chomeurs, habitants = (
        sum(int(ligne[f"pop_15_64_{quoi}_2021"]) for ligne in nord) for quoi in ("active", "chomage", "totale")
    )
    assert repetees
    assert round(100 * (actifs - chomeurs) / habitants, 1) == valeur(
        vraie, "DEP59", "taux_emploi_15_64", 2021, "insee_rp_"
    )


@pytest.mark.parametrize(
    ("territoire", "taux"),
    [
        (CABBALR, 18.6), (CALL, 23.8), (CAPH, 23.0), ("DEP59", 19.5), ("DEP62", 18.4), ("REG32", 18.0), ("FRM", 14.9),
    ],
)  # fmt: skip
def test_pauvrete_2021(vraie, territoire, taux):
    assert valeur(vraie, territoire, "taux_pauvrete", 2021) == taux


def test_pauvrete_des_quartiers_de_2012_a_2021(vraie):
    """Le Centre : 46,7 en 2018, 41,3 en 2020, 44 en 2021 ; dix quartiers du secteur sont secrets en 2021."""
    assert [valeur(vraie, "QP062011", "taux_pauvrete", annee) for annee in (2018, 2020, 2021)] == [46.7, 41.3, 44]
    siens = {q.territoire for e in (CABBALR, CALL, CAPH) for q in vraie.fiche(e).quartiers if q.geographie == 2015}
    taux = [o for o in vraie.observations(sorted(siens), ["taux_pauvrete"]) if o.annee == 2021]
    secrets = {o.territoire for o in taux if o.statut is Statut.SECRET}
    assert secrets == {f"QP0590{n}" for n in (53, 54, 56, 58)} | {
        f"QP0620{n}" for n in ("06", "10", "15", "26", "31", "34")
    }
    assert len({o.territoire for o in taux if o.valeur is not None} & siens) == 50 - 10


def test_logements_sociaux_et_part(vraie):
    assert valeur(vraie, "QP062011", "nb_logements_sociaux", 2022) == 2080
    assert valeur(vraie, CABBALR, "part_parc_social_rpls", 2018) == 27.4
    assert valeur(vraie, CALL, "part_parc_social_rpls", 2018) == 47.7
    assert valeur(vraie, CAPH, "part_parc_social_rpls", 2018) == 25.7
    # RPLS 2022 (2 080) pour les 5 055 habitants de 2018
    assert valeur(vraie, "QP062011", "nb_logements_sociaux_100_hab", 2022) == round(100 * 2080 / 5055, 1)


def test_parc_social_des_quartiers_de_2015(vraie):
    """RPLS 2022 : seul QP062045 est secret."""
    siens = {q.territoire for e in (CABBALR, CALL, CAPH) for q in vraie.fiche(e).quartiers if q.statut == "QPV"}
    lus = [o for o in vraie.observations(sorted(siens), ["nb_logements_sociaux"]) if o.source == "sdes_rpls_2022_qpv"]
    assert {o.territoire for o in lus if o.statut is Statut.SECRET} == {"QP062045"}
    assert sum(o.valeur is not None for o in lus) == 50 - 1


@pytest.mark.parametrize(
    ("indicateur", "connus"), [("taux_rotation_social", 48), ("loyer_median_social", 49), ("taux_vacance_social", 22),
                               ("part_social_collectif", 38)],
)  # fmt: skip
def test_ce_que_rpls_publie_des_cinquante_quartiers(vraie, indicateur, connus):
    """Recompté dans le fichier (SOURCES § 5.4 dit 37 pour le collectif, il y en a 38) ; les autres sont secrets."""
    siens = {
        q.territoire for e in (CABBALR, CALL, CAPH) for q in vraie.fiche(e).quartiers
        if (q.statut, q.geographie) == ("QPV", 2015)
    }  # fmt: skip
    lus = [o for o in vraie.observations(sorted(siens), [indicateur]) if o.source == "sdes_rpls_2022_qpv"]
    assert (len(siens), sum(o.valeur is not None for o in lus)) == (50, connus)
    assert {o.statut for o in lus if o.valeur is None} == {Statut.SECRET}


@partage
def test_la_population_des_1400_quartiers_en_2018_est_celle_d_un_second_fichier(vraie):
    """SOURCES § 5.5 : celle de la démographie des quartiers, égale 1 400 fois sur 1 400."""
    with (PARTAGE / "qpv-population" / "qpv_evolution_population.csv").open(encoding="utf-8") as fichier:
        autres = {li["code"]: float(li["pop_2018"]) for li in csv.DictReader(fichier) if li["pop_2018"]}
    siens = [t.territoire for t in vraie.territoires() if (t.statut, t.geographie) == ("QPV", 2015)]
    lus = {
        o.territoire: o.valeur for o in vraie.observations(siens, ["population"])
        if o.source == "insee_qpv_demo_2022" and o.annee == 2018 and o.valeur is not None
    }  # fmt: skip
    assert len(lus) == 1_400
    assert {t for t, v in lus.items() if autres[t] != v} == set()


def test_populations_de_2022_et_de_2023(vraie):
    assert valeur(vraie, CABBALR, "population", 2022) == 275_736
    assert valeur(vraie, "COM62119", "population", 2023) == 25_224


def test_neet_2022_des_agglomerations(vraie):
    for territoire, part in ((CABBALR, 20.4), (CALL, 22.7), (CAPH, 23.0)):
        assert valeur(vraie, territoire, "part_neet_15_24", 2022) == part


def test_neet_2018_des_agglomerations(vraie):
    for territoire, part in ((CABBALR, 22.0), (CALL, 25.8), (CAPH, 25.0), ("DEP59", 18.9), ("DEP62", 23.2)):
        assert round(valeur(vraie, territoire, "part_neet_15_24", 2018), 1) == part


@pytest.mark.parametrize(
    ("indicateur", "annee", "communes"),
    [("ips_ecoles_simple", 2024, 158), ("ips_colleges_simple", 2025, 49), ("ips_lycees_simple", 2025, 15)],
)
def test_les_communes_qui_ont_un_etablissement_a_ips(vraie, indicateur, annee, communes):
    """SOURCES § 6.5 : des 183, celles qui ont une école, un collège, un lycée."""
    toutes = [c for e in (CABBALR, CALL, CAPH) for c in vraie.communes_de(e)]
    lues = [o for o in vraie.observations(toutes, [indicateur]) if o.annee == annee and o.valeur is not None]
    assert (len(toutes), len({o.territoire for o in lues})) == (183, communes)


def test_les_effectifs_de_2022_ne_ponderent_que_2022(vraie):
    """Les séries d'après n'ont pas d'effectifs : une moyenne pondérée d'une autre rentrée serait inventée."""
    for degre in ("ecoles", "colleges", "lycees"):
        codes = [CABBALR, CALL, CAPH, "DEP59", "REG32", "EPCI200054807"]
        annees = {o.annee for o in vraie.observations(codes, [f"ips_{degre}_pondere"]) if o.valeur is not None}
        assert annees == {2022}, degre


def test_ips_2024(vraie):
    for territoire, indice in ((CABBALR, 93.8), (CALL, 86.6), (CAPH, 94.2)):
        assert valeur(vraie, territoire, "ips_ecoles_simple", 2024) == indice


@pytest.mark.parametrize(
    ("territoire", "somme", "nombre"), [(CABBALR, 2364.7, 26), (CALL, 2092.3, 24), (CAPH, 1512.3, 17)]
)
def test_ips_des_colleges_de_2025(vraie, territoire, somme, nombre):
    exacte = Decimal(str(somme)) / nombre
    arrondie = exacte.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    assert valeur(vraie, territoire, "ips_colleges_simple", 2025) == float(arrondie)


def test_ips_des_quartiers_de_2024_dedans_puis_a_300_metres(vraie):
    """44 ont une école dedans, 48 à moins de 300 mètres : tous, sauf Arenberg et celui du contrat d'Hénin-Carvin."""
    siens = {
        q.territoire: q.nom
        for e in (CABBALR, CALL, CAPH)
        for q in vraie.fiche(e).quartiers
        if (q.geographie, q.statut) == (2024, "QPV")
    }
    dedans, autour = (
        {o.territoire for o in vraie.observations(sorted(siens), [code]) if o.valeur is not None}
        for code in ("ips_ecoles_simple", "ips_ecoles_300m_simple")
    )
    assert (len(siens), len(dedans), len(autour)) == (50, 44, 48)
    assert {siens[code] for code in siens.keys() - autour} == {"Arenberg", "La Plaine Du 7"}


def test_les_taux_de_2021_des_quartiers_sont_a_l_unite(vraie):
    (taux,) = [o for o in vraie.observations(["QP062011"], ["taux_pauvrete"]) if o.annee == 2021]
    assert (taux.valeur, taux.decimales) == (44, 0)


def test_l_annee_deduite_le_dit(vraie):
    emploi = [o for o in vraie.observations(["QP062011"], ["taux_emploi_15_64"]) if o.source == "insee_qpv_ipro_2022"]
    assert [(o.annee, o.millesime) for o in emploi] == [(2018, 2022)]
    assert emploi[0].note.startswith("Année déduite")


def test_rien_de_ce_qui_ne_doit_jamais_etre_embarque(vraie):
    """Le recensement 2022 de la compilation (sauf la population des IRIS), les moyennes de moyennes d'IPS."""
    fichiers = (DOSSIER_DONNEES / "france" / "fichiers.csv").read_text("utf-8-sig")
    for interdit in ("rp-iris-2022/agg_comm", "agg_epci", "agg_dep", "agg_reg", "menj.parquet", "rp_2022_commune"):
        assert interdit not in fichiers


def test_les_donnees_embarquees_tiennent_en_25_mo():
    """Tout `data/`, sauf la base qui en est construite."""
    pese = sum(f.stat().st_size for f in DOSSIER_DONNEES.rglob("*") if f.is_file() and ".duckdb" not in f.name)
    assert 15_000_000 < pese <= 25_000_000


# --- les lieux -----------------------------------------------------------------------------------------------


def test_toute_la_france_est_la(vraie):
    nombres: dict[object, int] = defaultdict(int)
    for t in vraie.territoires():
        if t.maille is not Maille.QUARTIER or t.statut == "QPV":
            nombres[t.maille, t.geographie] += 1
    assert nombres[Maille.COMMUNE, None] >= 34_935
    assert nombres[Maille.EPCI, None] >= 1_254
    assert nombres[Maille.DEPARTEMENT, None] >= 101
    assert nombres[Maille.REGION, None] >= 18
    assert nombres[Maille.QUARTIER, 2015] >= 1_400
    assert nombres[Maille.QUARTIER, 2024] >= 1_584


@pytest.mark.parametrize(
    ("quartier", "communes"),
    [("QN06234M", 4), ("QN06224M", 2), ("QN05930M", 3)],
)
def test_les_quartiers_a_cheval_ont_toutes_leurs_communes(vraie, quartier, communes):
    assert len(vraie.fiche(quartier).communes) >= communes


@pytest.mark.parametrize(
    ("quartier", "commune", "departement", "region"),
    [
        ("QN02A01M", "Porto-Vecchio", "DEP2A", "REG94"),
        ("QP013050", "Marseille", "DEP13", "REG93"),
        ("QP075020", "Paris", "DEP75", "REG11"),
        ("QN97101M", "Les Abymes", "DEP971", "REG01"),
    ],
)
def test_les_liens_d_un_quartier(vraie, quartier, commune, departement, region):
    fiche = vraie.fiche(quartier)
    assert commune in {c.nom for c in fiche.communes}
    assert {departement, region} <= {t.territoire for t in fiche.references}
    assert sum(t.maille is Maille.DEPARTEMENT for t in fiche.references) == 1


def test_un_quartier_est_dans_des_communes_de_son_departement(vraie):
    """Un seul en sort : Évin-Malmaison – Ostricourt, que la limite du Nord et du Pas-de-Calais traverse vraiment."""
    ailleurs = set()
    for t in vraie.territoires():
        if t.maille is Maille.QUARTIER and t.statut == "QPV":
            siens = {departement_de(c.territoire) for c in vraie.fiche(t.territoire).communes}
            ailleurs |= {t.territoire} if siens - {departement_de(t.territoire)} else set()
    assert ailleurs == {"QP062040"}


def test_un_quartier_est_dans_l_agglomeration_de_chacune_de_ses_communes(vraie):
    """La Plaine du 7 est à Courrières, Montigny et Fouquières-lès-Lens : à Hénin-Carvin et à Lens-Liévin."""
    a_cheval = set()
    for t in vraie.territoires():
        if t.maille is Maille.QUARTIER and t.statut == "QPV":
            fiche = vraie.fiche(t.territoire)
            siennes = {a.territoire for c in fiche.communes for a in vraie.fiche(c.territoire).agglomerations}
            assert siennes <= {a.territoire for a in fiche.agglomerations}, t.territoire
            a_cheval |= {t.territoire} if len(siennes) > 1 else set()
    assert {"QN06243M", "QN06245M", "QN06247M"} <= a_cheval


def test_un_nom_que_plusieurs_communes_portent_montre_son_departement(vraie):
    noms = {t.nom for t in vraie.chercher("Saint-Denis") if t.territoire in {"COM93066", "COM97411"}}
    assert noms == {"Saint-Denis (93)", "Saint-Denis (974)"}


def test_la_moyenne_d_aix_marseille_compte_les_ecoles_des_arrondissements(vraie):
    (ecoles,) = [o for o in vraie.observations(["EPCI200054807"], ["ips_ecoles_pondere"]) if o.annee == 2022]
    assert ecoles.valeur == 107.9
    assert "615 écoles" in ecoles.note


def test_un_secret_reste_un_secret(vraie):
    taux = [o for o in vraie.observations(["QP062010"], ["taux_pauvrete"]) if o.annee == 2021]
    assert [o.statut for o in taux] == [Statut.SECRET]


def test_une_region_d_outre_mer_a_les_chiffres_de_son_departement(vraie):
    """Deux noms d'un même lieu : ce que l'on sait de La Réunion, département, on le sait de La Réunion, région."""

    def connus(code: str) -> dict[tuple[str, int | None], float | None]:
        return {(o.indicateur, o.annee): o.valeur for o in vraie.observations([code]) if o.valeur is not None}

    for departement, region in REGIONS_D_UN_DEPARTEMENT.items():
        siens = connus(region)
        assert connus(departement).items() <= siens.items(), departement
        assert ("nb_logements_sociaux", 2024) in siens
    assert valeur(vraie, "REG04", "taux_pauvrete", 2021) == valeur(vraie, "DEP974", "taux_pauvrete", 2021) == 36.1


def test_chaque_famille_dit_quel_fichier_officiel_la_remplirait(vraie):
    dites = {(m.famille, m.maille) for m in familles.manques(vraie)}
    mailles = (Maille.QUARTIER, Maille.COMMUNE, Maille.EPCI, Maille.DEPARTEMENT, Maille.REGION)
    assert {(f.famille, m) for f in vraie.catalogue.familles for m in mailles if f.pour(m)} <= dites


# --- la couverture promise -----------------------------------------------------------------------------------


def test_couverture_des_trois_agglomerations(vraie):
    """Les minima de l'acceptation, chaque famille comparable avec l'agglomération et la région à la même date."""
    lues = {(c.maille, c.geographie, c.famille.famille): c for c in familles.couvrir(vraie, [CABBALR, CALL, CAPH])}
    quartier, commune = Maille.QUARTIER, Maille.COMMUNE
    for cle, minimum in {
        (quartier, 2015, "pauvrete"): 49, (quartier, 2015, "emploi"): 49, (quartier, 2015, "parc_social"): 49,
        (quartier, 2024, "ips"): 44, (commune, None, "emploi"): 183, (commune, None, "parc_social"): 183,
        (commune, None, "neet"): 183, (commune, None, "ips"): 158, (commune, None, "pauvrete"): 182,
    }.items():  # fmt: skip
        assert lues[cle].avec >= minimum, cle
        # Le parc social de QP062045 est secret dans RPLS : il n'a que la part, sans date, de son contrat.
        assert lues[cle].deux >= minimum - (cle == (quartier, 2015, "parc_social")), cle
    assert lues[quartier, 2015, "pauvrete"].annee == 2021
