"""Le Parquet du paquet répond comme la base : le SQL que l'on donne à un moteur qui s'étend est vérifié ici par DuckDB.

Spark lui-même est lancé par `python -m benchmarks etendue`, qui fait la même vérification.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from benchmarks import etendue
from benchmarks.etendue_questions import TABLES, ResultatsDifferents, choisir, poser, verifier
from indicators.publications.paquet import exporter
from indicators.socle.erreurs import ErreurObservatoire

QUESTIONS = range(5)


@pytest.fixture(scope="module")
def dossier_parquet(trois, tmp_path_factory) -> Path:
    dossier = tmp_path_factory.mktemp("etendue") / "paquet"
    exporter(trois, dossier, formats=["parquet"])
    return dossier / "parquet"


@pytest.fixture
def moteur(dossier_parquet) -> Iterator[duckdb.DuckDBPyConnection]:
    """Un moteur qui ne connaît que les fichiers Parquet."""
    with duckdb.connect() as connexion:
        for table in TABLES:
            connexion.execute(f"CREATE VIEW {table} AS FROM '{dossier_parquet}/{table}.parquet'")
        yield connexion


@pytest.mark.parametrize("rang", QUESTIONS)
def test_le_parquet_repond_comme_la_base(trois, moteur, rang):
    question = poser(trois, choisir(trois))[rang]
    attendues = question.embarquee(trois)
    assert attendues
    verifier(question.nom, "DuckDB", attendues, moteur.execute(question.sql).fetchall())


def test_les_questions_ne_sont_pas_faciles(trois):
    """Ce qui pourrait se perdre en route y est : un secret sans valeur, des bornes."""
    sujet = choisir(trois)
    portrait, classement, quartiles, serie, facette = (q.embarquee(trois) for q in poser(trois, sujet))
    assert any(ligne[5] is None for ligne in portrait) and any(ligne[7] is not None for ligne in portrait)
    assert [rang for rang, *_ in classement if rang is not None] and len(serie) > 1 and len(facette) > 1
    assert [valeur for _, valeur in quartiles] == sorted(valeur for _, valeur in quartiles)


@pytest.mark.parametrize("rang", QUESTIONS)
def test_un_territoire_retire_se_voit(trois, moteur, dossier_parquet, tmp_path, rang):
    """Chaque question lit vraiment le Parquet : sans les lignes de son sujet, elle ne rend plus la même chose."""
    sujet = choisir(trois)
    question = poser(trois, sujet)[rang]
    table = pq.read_table(dossier_parquet / "observations.parquet")
    retiree = pc.equal(table["territoire"], sujet.territoire.territoire)
    pq.write_table(table.filter(pc.invert(retiree)), tmp_path / "moins.parquet")
    moteur.execute(f"CREATE OR REPLACE VIEW observations AS FROM '{tmp_path}/moins.parquet'")
    with pytest.raises(ResultatsDifferents, match=question.nom):
        verifier(question.nom, "DuckDB", question.embarquee(trois), moteur.execute(question.sql).fetchall())


def test_un_zero_pris_pour_un_vide_se_voit(trois, moteur, dossier_parquet, tmp_path):
    question = poser(trois, choisir(trois))[0]
    table = pq.read_table(dossier_parquet / "observations.parquet")
    vides = pc.fill_null(table["valeur"], 0.0)
    assert pc.sum(pc.is_null(table["valeur"])).as_py() > 0
    place = table.column_names.index("valeur")
    pq.write_table(table.set_column(place, "valeur", pa.chunked_array(vides)), tmp_path / "zeros.parquet")
    moteur.execute(f"CREATE OR REPLACE VIEW observations AS FROM '{tmp_path}/zeros.parquet'")
    with pytest.raises(ResultatsDifferents):
        verifier(question.nom, "DuckDB", question.embarquee(trois), moteur.execute(question.sql).fetchall())


@pytest.mark.parametrize(
    ("obtenues", "dit"),
    [
        ([("A", 1.5), ("B", 0)], r"ligne 2 : la base embarquée rend \('B', None\), Spark rend \('B', 0\)"),
        ([("A", 1.5)], r"rend 2 lignes, Spark 1 ; la base embarquée a seule \('B', None\)"),
        ([("A", 1.5), ("B", None), ("C", 2.0)], r"rend 2 lignes, Spark 3 ; Spark a seule \('C', 2\.0\)"),
        ([("B", None), ("A", 1.5)], "ligne 1 :"),
        ([("A", 1.5000000000000002), ("B", None)], "ligne 1 :"),
        ([], "Spark 0"),
    ],
)
def test_une_difference_est_dite_avec_sa_ligne(obtenues, dit):
    attendues = [("A", 1.5), ("B", None)]
    verifier("classement", "Spark", attendues, list(attendues))
    with pytest.raises(ResultatsDifferents, match=dit):
        verifier("classement", "Spark", attendues, obtenues)


def test_sans_spark_ou_sans_java_la_mesure_dit_quoi_installer(monkeypatch):
    monkeypatch.setattr(etendue.importlib.util, "find_spec", lambda nom: None)
    with pytest.raises(ErreurObservatoire, match=r"pip install -r benchmarks/requirements\.txt"):
        etendue.verifier_present()
    monkeypatch.setattr(etendue.importlib.util, "find_spec", lambda nom: nom)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(etendue.shutil, "which", lambda nom: None)
    with pytest.raises(ErreurObservatoire, match="Java 17"):
        etendue.verifier_present()
