"""Le paquet de données : il valide avec Frictionless, et rien ne s'y perd ni ne s'y exécute."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from paquets import choisir, en_csv, en_parquet, fautes

from indicators.__main__ import main
from indicators.base import paquet as questions
from indicators.base.base import Base
from indicators.base.paquet import FEUILLES
from indicators.donnees.schema import CLES
from indicators.publications import paquet as publication
from indicators.publications.paquet import exporter
from indicators.socle.observations import CHAMPS_GARDES


@pytest.fixture(scope="module")
def vrai_paquet(trois, tmp_path_factory) -> Path:
    dossier = tmp_path_factory.mktemp("vrai") / "paquet"
    exporter(trois, dossier)
    return dossier


def test_le_petit_paquet_valide(paquet):
    assert fautes(paquet) == []


def test_le_vrai_paquet_valide(vrai_paquet):
    assert fautes(vrai_paquet) == []


@pytest.mark.parametrize(
    ("fichier", "avant", "apres", "faute"),
    [
        ("observations", "QP001003;Le Port", "QP009999;Le Port", "foreign-key"),
        ("observations", ";secret;", ";cachée;", "constraint-error"),
        ("observations", ";46,7;", ";46.7.0;", "type-error"),
        ("themes", "population;", "revenus;", "primary-key"),
        ("themes", "Revenus", "Revenu", "hash-count"),
    ],
)
def test_la_validation_voit_une_faute(paquet, fichier, avant, apres, faute):
    chemin = paquet / "csv" / f"{fichier}.csv"
    texte = chemin.read_bytes().decode("utf-8-sig")
    assert avant in texte
    chemin.write_bytes(texte.replace(avant, apres).encode("utf-8-sig"))
    assert faute in {genre for _, genre, *_ in fautes(paquet)}


@pytest.mark.parametrize("feuille", FEUILLES)
def test_les_comptes_sont_ceux_de_la_base(trois, vrai_paquet, feuille):
    # Une mesure est une ligne, quel que soit le nombre de bailleurs qui la déclinent.
    lignes = "DISTINCT split_part(indicateur, ':', 1)" if feuille == "indicateurs" else "*"
    (attendu,) = trois._une(f"SELECT count({lignes}) FROM {feuille}")
    assert attendu > 0
    assert len(en_csv(vrai_paquet, feuille)) == len(en_parquet(vrai_paquet, feuille)) == attendu


@pytest.mark.parametrize("feuille", FEUILLES)
def test_csv_et_parquet_disent_la_meme_chose(vrai_paquet, feuille):
    def sans_apostrophe(valeur: object) -> object:
        protege = isinstance(valeur, str) and valeur[:1] == "'" and valeur[1:2] in set("=+-@")
        return valeur[1:] if protege else float(valeur) if type(valeur).__name__ == "Decimal" else valeur

    lus = [{c: sans_apostrophe(v) for c, v in ligne.items()} for ligne in en_csv(vrai_paquet, feuille)]
    assert lus == en_parquet(vrai_paquet, feuille)


def test_chaque_observation_du_parquet_est_celle_de_la_base(trois, vrai_paquet):
    """Ligne à ligne et dans l'ordre : mêmes valeurs, mêmes statuts ; null pour un texte vide, jamais pour un zéro."""
    noms = ("mesure", "bailleur", *(nom for nom in CHAMPS_GARDES if nom != "indicateur"))
    lues = [[getattr(o, nom) for nom in noms] for o in trois.observations([t.territoire for t in trois.territoires()])]
    attendues = [{nom: None if v == "" else v for nom, v in zip(noms, o, strict=True)} for o in lues]
    assert any(o["valeur"] == 0 for o in attendues) and any(o["statut"] == "secret" for o in attendues)
    ecrites = [
        {nom: ligne["indicateur" if nom == "mesure" else nom] for nom in noms}
        for ligne in en_parquet(vrai_paquet, "observations")
    ]
    assert ecrites == attendues


@pytest.mark.parametrize(
    ("lot", "morceaux"),
    [
        (1, [3, 2, 2, 1, 2, 1]),
        (4, [3 + 2, 2 + 1 + 2, 1]),  # un territoire n'est jamais coupé
        (3 + 2 + 2 + 1 + 2, [3 + 2 + 2 + 1 + 2, 1]),
        (100, [3 + 2 + 2 + 1 + 2 + 1]),
    ],
)
def test_les_observations_viennent_par_territoires_entiers(petite, monkeypatch, lot, morceaux):
    copie = petite.chemin.with_name("copie.duckdb")
    shutil.copyfile(petite.chemin, copie)
    questions.preparer(copie, {})
    (entieres,) = questions.lire(copie, "observations")
    monkeypatch.setattr(questions, "LOT", lot)
    lus = list(questions.lire(copie, "observations"))
    assert [m.num_rows for m in lus] == morceaux
    assert pa.concat_tables(lus).equals(entieres)


def test_ecrire_par_lots_ne_change_pas_un_octet_des_csv(petite, paquet, tmp_path, monkeypatch):
    monkeypatch.setattr(questions, "LOT", 2)
    monkeypatch.setattr(publication, "_LIGNES_CSV", 1)
    exporter(petite, tmp_path / "lots")
    for feuille in FEUILLES:
        csv = f"csv/{feuille}.csv"
        assert (tmp_path / "lots" / csv).read_bytes() == (paquet / csv).read_bytes()
        assert en_parquet(tmp_path / "lots", feuille) == en_parquet(paquet, feuille)
    ecrit = pq.ParquetFile(tmp_path / "lots" / "parquet" / "observations.parquet")
    groupes = [ecrit.metadata.row_group(n).num_rows for n in range(ecrit.metadata.num_row_groups)]
    assert groupes == [3, 2, 2, 1 + 2, 1]
    assert ecrit.schema_arrow.equals(pq.read_schema(paquet / "parquet" / "observations.parquet"))
    assert fautes(tmp_path / "lots") == []


def test_sans_observation_la_table_a_toujours_ses_colonnes(dossier, paquet, tmp_path):
    chemin = dossier / "observations" / "essai.csv"
    lignes = chemin.read_text("utf-8-sig").splitlines(keepends=True)
    chemin.write_text("".join(li for li in lignes if not li.startswith("QN00101M;")), "utf-8-sig")
    demande = ["exporter", "--sortie", str(tmp_path / "vide"), "--donnees", str(dossier), "--territoires", "QN00101M"]
    assert main(demande) == 0
    vide = pq.read_table(tmp_path / "vide" / "parquet" / "observations.parquet")
    assert vide.num_rows == 0
    assert vide.schema.equals(pq.read_schema(paquet / "parquet" / "observations.parquet"))
    assert fautes(tmp_path / "vide") == []


@pytest.mark.parametrize("feuille", FEUILLES)
def test_chaque_cle_est_unique(vrai_paquet, feuille):
    cadre = pd.read_parquet(vrai_paquet / "parquet" / f"{feuille}.parquet")
    assert not cadre.duplicated(list(CLES[feuille])).any()


@pytest.mark.parametrize("lire", [en_csv, en_parquet])
def test_secret_vide_et_zero_restent_trois_choses(paquet, lire):
    lignes = lire(paquet, "observations")
    secret = choisir(lignes, territoire="QP001003", indicateur="taux_pauvrete")
    assert (secret["statut"], secret["valeur"], secret["borne_inf"]) == ("secret", None, None)
    zero = choisir(lignes, territoire="QP001002", indicateur="population")
    assert (zero["statut"], zero["valeur"]) == ("exact", 0) and zero["valeur"] is not None
    intervalle = choisir(lignes, territoire="QP001002", indicateur="taux_pauvrete")
    assert (intervalle["valeur"], intervalle["borne_inf"], intervalle["borne_sup"]) == (None, 25, 30)
    assert intervalle["note"] is None and intervalle["annee_debut"] is None


@pytest.mark.parametrize("lire", [en_csv, en_parquet])
def test_un_code_garde_son_zero(paquet, lire):
    lignes = lire(paquet, "territoires")
    assert choisir(lignes, territoire="COM01004")["code_officiel"] == "01004"
    assert choisir(lignes, territoire="DEP01")["code_officiel"] == "01"


@pytest.mark.parametrize("lire", [en_csv, en_parquet])
def test_un_chiffre_douteux_garde_sa_note(vrai_paquet, lire):
    douteuses = [ligne for ligne in lire(vrai_paquet, "observations") if ligne["fiabilite"] == "douteuse"]
    assert douteuses and all(ligne["note"] for ligne in douteuses)


def test_les_noms_sont_a_cote_des_codes(paquet):
    ligne = choisir(en_csv(paquet, "observations"), territoire="QP001001", source="convention")
    assert (ligne["territoire_nom"], ligne["indicateur_libelle"]) == ("La Gare", "Taux de pauvreté")
    assert (ligne["unite"], ligne["source_titre"], ligne["rang"]) == ("%", "Convention", 3)


def test_rien_ne_s_execute_et_un_negatif_reste_un_nombre(dossier, tmp_path):
    chemin = dossier / "observations" / "essai.csv"
    texte = chemin.read_text("utf-8-sig")
    texte = texte.replace("12,5;;;exact;sure;;insee;1;12,5;12,5", "-12,5;;;exact;sure;=1+1;insee;1;-12,5;-12,5")
    chemin.write_text(texte, "utf-8-sig")
    catalogue = dossier / "indicateurs.csv"
    catalogue.write_text(catalogue.read_text("utf-8-sig").replace(";0;100;", ";-100;100;"), "utf-8-sig")
    sortie = tmp_path / "paquet"
    assert main(["exporter", "--sortie", str(sortie), "--donnees", str(dossier)]) == 0
    assert fautes(sortie) == []
    lu = choisir(en_csv(sortie, "observations"), territoire="REG84")
    assert (float(lu["valeur"]), lu["note"], lu["passage"]) == (-12.5, "'=1+1", "'-12,5")
    assert ";-12,5;" in (sortie / "csv" / "observations.csv").read_text("utf-8-sig")
    typee = choisir(en_parquet(sortie, "observations"), territoire="REG84")
    assert (typee["valeur"], typee["note"]) == (-12.5, "=1+1")


def test_la_base_exportee_s_ouvre_et_se_commente(trois, vrai_paquet):
    copie = Base(vrai_paquet / "observatoire.duckdb")
    assert copie.observations(["QP062011"]) == trois.observations(["QP062011"])
    copie.fermer()
    with duckdb.connect(str(vrai_paquet / "observatoire.duckdb"), read_only=True) as base:
        vues = dict(base.execute("SELECT view_name, comment FROM duckdb_views() WHERE NOT internal").fetchall())
        assert vues["observations"].startswith("Une ligne : un chiffre")
        assert vues["observations_lisibles"].startswith("Une ligne : un chiffre")
        (dit,) = base.execute(
            "SELECT comment FROM duckdb_columns() WHERE table_name = 'indicateurs' AND column_name = 'sens'"
        ).fetchone()
        assert "hausse" in dit


def test_la_base_exportee_est_au_format_que_lit_duckdb_1(paquet):
    """Le format 64 est celui de DuckDB 1.0, écrit dans l'en-tête ; celui de la base en service est plus récent."""
    assert int.from_bytes((paquet / "observatoire.duckdb").read_bytes()[12:20], "little") == 64
    with duckdb.connect() as connexion:
        connexion.execute(f"ATTACH '{paquet / 'observatoire.duckdb'}' AS b (READ_ONLY)")
        (dits,) = connexion.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'b'").fetchone()
    assert dits["storage_version"].startswith("v1.0.0")


def test_le_descripteur_dit_schemas_sources_et_licences(trois, vrai_paquet):
    decrit = json.loads((vrai_paquet / "datapackage.json").read_text("utf-8"))
    assert decrit["licenses"][0]["name"] == "etalab-2.0"
    assert {s["source"] for s in decrit["sources"]} == set(trois.catalogue.sources)
    assert decrit["version"].endswith(trois.chemin.stem.removeprefix("observatoire-"))
    decrits = {r["path"] for r in decrit["resources"]}
    ecrits = {f.relative_to(vrai_paquet).as_posix() for f in vrai_paquet.rglob("*") if f.is_file()}
    assert decrits == ecrits - {"datapackage.json"}
    observations = decrit["resources"][0]
    assert (observations["dialect"]["delimiter"], observations["schema"]["missingValues"]) == (";", [""])
    champs = {champ["name"]: champ for champ in observations["schema"]["fields"]}
    assert champs["valeur"]["decimalChar"] == ","
    assert "secret" in champs["statut"]["constraints"]["enum"]
    assert champs["annee"]["constraints"] == {"minimum": 1900, "maximum": 2100}
    assert observations["schema"]["uniqueKeys"] == [list(CLES["observations"])]


def test_le_lisez_moi_vient_du_dictionnaire(trois, vrai_paquet):
    texte = (vrai_paquet / "LISEZ-MOI.md").read_text("utf-8")
    assert "jamais classée avec les quartiers entiers" in texte
    assert "## In English" in texte
    assert all(source.titre in texte for source in trois.catalogue.sources.values())
    assert "fins de ligne LF" not in texte
