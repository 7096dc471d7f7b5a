"""La compilation à toutes les mailles : ce qu'elle compte mal n'est pas un chiffre. Propriétés sur toute la base."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import duckdb
import pytest

from indicators.socle.codes import departement_de

PARTAGE = Path(__file__).resolve().parents[3] / "shared" / "open-data"
partage = pytest.mark.skipif(not PARTAGE.exists(), reason="les données ouvertes (../shared/open-data) ne sont pas là")


def _comptes(base, indicateur: str) -> dict[tuple[str, int], float]:
    """Les effectifs de la compilation, par territoire et année."""
    with duckdb.connect(str(base.chemin), read_only=True, config={"threads": 1}) as connexion:
        return {
            (territoire, annee): lue
            for territoire, annee, lue in connexion.execute(
                "SELECT territoire, annee, valeur FROM observations WHERE indicateur = ? AND valeur IS NOT NULL"
                " AND annee_debut IS NULL AND source LIKE 'terribot%'",
                [indicateur],
            ).fetchall()
        }


def _communes_des_groupements(base) -> dict[str, list[str]]:
    with duckdb.connect(str(base.chemin), read_only=True, config={"threads": 1}) as connexion:
        liens = connexion.execute(
            "SELECT DISTINCT territoire, parent FROM appartenances WHERE jusqu_a IS NULL AND territoire LIKE 'COM%'"
            " AND nature IN ('epci', 'ept', 'departement')"
        ).fetchall()
    communes = defaultdict(list)
    for commune, parent in liens:
        communes[parent].append(commune)
    return communes


def test_un_effectif_de_la_compilation_est_la_somme_de_ses_communes(vraie):
    """Toute agglomération et tout département, chaque année : jamais plus petit que ses communes connues, jamais plus
    grand quand toutes le sont. Le Grand Paris de la compilation, qui n'était que Paris, est tombé ici."""
    communes, recomptes = _communes_des_groupements(vraie), 0
    for indicateur in ("population", "nb_logements_sociaux"):
        lus = _comptes(vraie, indicateur)
        for (territoire, annee), lue in lus.items():
            siennes = communes.get(territoire, [])
            connues = [lus[c, annee] for c in siennes if (c, annee) in lus]
            if connues:
                recomptes += 1
                assert sum(connues) <= 1.01 * lue, (territoire, indicateur, annee)
                assert len(connues) < len(siennes) or sum(connues) >= 0.99 * lue, (territoire, indicateur, annee)
    assert recomptes > 20_000


def test_un_zero_qui_est_une_lacune_n_est_pas_un_chiffre(vraie):
    """Personne ne vit dans un département vide, et aucun n'est sans logement social : Mayotte n'y était pas comptée."""
    habitants, logements = _comptes(vraie, "population"), _comptes(vraie, "nb_logements_sociaux")
    assert not [t for (t, _), lue in habitants.items() if lue == 0]
    assert not [t for (t, _), lue in logements.items() if lue == 0 and t.startswith(("DEP", "REG"))]
    assert min(annee for t, annee in logements if departement_de(t) == "DEP976") == 2020


def test_le_parc_d_un_departement_ne_double_pas_en_un_an(vraie):
    """Mayotte y passait de 275 à 2 015 logements : le répertoire n'en couvrait qu'une part avant 2020."""
    logements = _comptes(vraie, "nb_logements_sociaux")
    sauts = [
        (t, annee) for (t, annee), lus in logements.items()
        if t.startswith(("DEP", "REG")) and (t, annee - 1) in logements and not 0.5 < lus / logements[t, annee - 1] < 2
    ]  # fmt: skip
    assert sauts == []


def test_aucun_grand_territoire_n_a_zero_de_quoi_que_ce_soit(vraie):
    """Ni habitants, ni logements, ni demandeurs d'emploi, ni allocataires, ni taux : dans un département, une région,
    un pays, un zéro est une case vide. Tous les indicateurs, toutes les sources ; évolutions et écarts à part."""
    zeros = _sql(vraie, """
        SELECT DISTINCT o.indicateur, o.territoire, o.source FROM observations o
        JOIN territoires t USING (territoire) JOIN indicateurs i USING (indicateur)
        WHERE t.maille IN ('departement', 'region', 'pays') AND o.valeur = 0
          AND NOT regexp_matches(o.indicateur, 'evolution|ecart')
    """)  # fmt: skip
    assert zeros == []


def test_une_commune_sans_habitant_est_un_village_mort_pour_la_france(vraie):
    """Les six de la Meuse, détruits en 1916 et jamais rebâtis : tout autre zéro serait une case vide."""
    vides = {t for (t,) in _sql(vraie, """
        SELECT DISTINCT territoire FROM observations WHERE indicateur = 'population' AND valeur = 0
          AND territoire NOT LIKE 'IRIS%'
    """)}  # fmt: skip
    assert vides == {"COM55039", "COM55050", "COM55139", "COM55189", "COM55239", "COM55307"}


def _sql(base, requete: str) -> list[tuple]:
    with duckdb.connect(str(base.chemin), read_only=True, config={"threads": 1}) as connexion:
        return connexion.execute(requete).fetchall()


def test_une_agglomeration_a_la_population_de_toutes_ses_communes(vraie):
    """Celle de 2022 contre la somme des communes, prise à d'autres sources, un an avant ou après : Mauges Communauté y
    perdait les 16 709 habitants d'Orée d'Anjou, que la compilation n'a plus."""
    ailleurs = dict(_sql(vraie, """
        SELECT territoire, arg_max(valeur, annee) FROM observations WHERE indicateur = 'population'
          AND annee IN (2021, 2023) AND source NOT LIKE 'terribot%' AND territoire LIKE 'COM%' GROUP BY 1
    """))  # fmt: skip
    communes, comparees = _communes_des_groupements(vraie), 0
    for (territoire, annee), lue in _comptes(vraie, "population").items():
        siennes = communes.get(territoire, [])
        if annee == 2022 and siennes and all(c in ailleurs for c in siennes):
            comparees += 1
            assert abs(lue / sum(ailleurs[c] for c in siennes) - 1) < 0.06, territoire
    assert comparees > 1_200


def test_un_parc_de_zero_n_est_pas_celui_d_une_commune_que_la_compilation_ne_compte_pas(vraie):
    """Elle n'a plus Orée d'Anjou, qui a changé de code : 0 logement et 0 habitant n'y étaient que du vide."""
    comptees = {t for t, _ in _comptes(vraie, "population")}
    habitees = {t for (t,) in _sql(vraie, """
        SELECT DISTINCT territoire FROM observations WHERE indicateur = 'population' AND valeur > 0
          AND territoire LIKE 'COM%'
    """)}  # fmt: skip
    logements = defaultdict(list)
    for (territoire, _), lus in _comptes(vraie, "nb_logements_sociaux").items():
        logements[territoire].append(lus)
    vides = {t for t, lus in logements.items() if t.startswith("COM") and not any(lus) and t in habitees}
    assert len(vides) > 15_000
    assert {t for t in vides - comptees if departement_de(t) != "DEP976"} == set()


def test_aucune_commune_n_a_ses_logements_chez_sa_voisine(vraie):
    """Vide entre deux années où elle ne l'est pas, quand une voisine gagne puis perd d'autant (Sannerville, Troarn)."""
    parcs = defaultdict(dict)
    for (territoire, annee), lus in _comptes(vraie, "nb_logements_sociaux").items():
        if territoire.startswith("COM"):
            parcs[territoire][annee] = lus
    assert set(parcs["COM14666"]) == set(parcs["COM14712"]) == {*range(2013, 2017), 2023, 2024}
    for annee in range(2014, 2024):
        vides = {
            t: p for t, p in parcs.items() if p.get(annee) == 0 and min(p.get(annee - 1, 0), p.get(annee + 1, 0)) >= 10
        }
        for t, parc in vides.items():
            voisins = [p for v, p in parcs.items() if v != t and departement_de(v) == departement_de(t)]
            assert not [
                p for p in voisins
                if abs(p.get(annee, 0) - p.get(annee - 1, 0) - parc[annee - 1]) <= 2
                and abs(p.get(annee, 0) - p.get(annee + 1, 0) - parc[annee + 1]) <= 2
            ], (t, annee)  # fmt: skip


def test_toute_commune_de_la_metropole_du_grand_paris_a_son_territoire(vraie):
    """Sauf Paris, qui est le sien : Pierrefitte, réunie à Saint-Denis depuis, n'était dans aucun."""
    sans = _sql(vraie, """
        SELECT DISTINCT a.territoire FROM appartenances a WHERE a.parent = 'EPCI200054781' AND a.nature = 'epci'
          AND a.territoire LIKE 'COM%' AND a.jusqu_a IS NULL AND NOT EXISTS (
            SELECT 1 FROM appartenances e WHERE e.territoire = a.territoire AND e.nature = 'ept')
    """)  # fmt: skip
    assert sans == [("COM75056",)]


def test_une_commune_qui_perd_un_quart_de_ses_habitants_en_un_an_a_change_de_perimetre(vraie):
    """Les Essarts-en-Bocage, 9 437 puis 6 851 : L'Oie et Sainte-Florence en sont sorties, ce n'est pas une baisse."""
    perdantes = {t for (t,) in _sql(vraie, """
        SELECT a.territoire FROM observations a JOIN observations b USING (territoire, indicateur)
        WHERE indicateur = 'population' AND a.annee = 2022 AND b.annee = 2023 AND a.territoire LIKE 'COM%'
          AND a.valeur - b.valeur > 100 AND b.valeur < 0.75 * a.valeur
    """)}  # fmt: skip
    suivis = defaultdict(set)
    for territoire, perimetre in _sql(vraie, "SELECT territoire, perimetre FROM perimetres"):
        suivis[territoire].add(perimetre)
    assert "COM85084" in perdantes
    assert {t for t in perdantes if len(suivis[t]) < 2} == set()


def test_un_loyer_n_est_jamais_nul(vraie):
    assert _sql(vraie, "SELECT territoire FROM observations WHERE indicateur LIKE 'loyer%' AND valeur < 1") == []


@partage
def test_une_reprise_comptee_sur_les_communes_d_avant_le_dit(vraie):
    """Des agglomérations qui ont changé, celles dont les personnes (Filosofi 2021) ne sont pas celles de leurs communes
    d'aujourd'hui sont d'un ancien périmètre : refait ici du seul fichier."""
    with duckdb.connect(str(vraie.chemin), read_only=True, config={"threads": 1}) as connexion:
        comptees = connexion.execute(f"""
            WITH lus AS (
                SELECT CASE WHEN length(id) = 9 THEN 'EPCI' || id ELSE 'COM' || lpad(id, 5, '0') END AS lieu,
                       TRY_CAST(nbpersmenfisc21 AS DOUBLE) AS n
                FROM '{PARTAGE}/compilation-communes/filo.parquet' WHERE regexp_full_match(id, '[0-9][0-9A-B]*')
            )
            SELECT tous.parent, any_value(total.n), sum(siens.n), count(*), count(*) FILTER (siens.n > 0)
            FROM (SELECT DISTINCT territoire, parent FROM appartenances WHERE nature = 'epci' AND jusqu_a IS NULL
                  AND territoire LIKE 'COM%') AS tous
            JOIN lus AS total ON total.lieu = tous.parent LEFT JOIN lus AS siens ON siens.lieu = tous.territoire
            GROUP BY tous.parent
        """).fetchall()
    autres = {
        epci for epci, n, somme, membres, connus in comptees
        if n and (somme > 1.01 * n or (membres == connus and somme < 0.99 * n))
    }  # fmt: skip
    codes = sorted({epci for epci, *_ in comptees} & {t for r in vraie.catalogue.ruptures for t in r.territoires})
    lues = [o for o in vraie.observations(codes, ["taux_pauvrete"]) if o.source == "terribot_filosofi_2021"]
    assert {o.territoire for o in lues if o.perimetre is not None} == autres & set(codes)
    assert {"EPCI245801063", "EPCI245804406"} <= autres
