"""`python -m benchmarks etendue` : Spark, sur le Parquet du paquet, rend-il ce que rend la base embarquée ?

Chaque réponse est comparée ligne à ligne ; à la première différence, tout s'arrête. Spark tourne ici dans un processus
(`local[2]`) : c'est l'égalité qui est éprouvée, pas la vitesse d'une grappe. DuckDB joue le même SQL à chaque test.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import statistics
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.base.base import Base
from indicators.base.construction import assurer
from indicators.publications.paquet import exporter
from indicators.socle.erreurs import ErreurObservatoire

from .etendue_questions import TABLES, Ligne, choisir, poser, verifier
from .mesures import But, Tableau, chronometrer, ms

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_LOCAL, _REPETITIONS = "127.0.0.1", 3


def verifier_present() -> None:
    """Lève `ErreurObservatoire`, et dit quoi installer, si Spark ou Java manque."""
    if importlib.util.find_spec("pyspark") is None:
        raise ErreurObservatoire("Spark n'est pas installé : pip install -r benchmarks/requirements.txt")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise ErreurObservatoire("Spark demande Java 17 ou plus : apt install openjdk-17-jre-headless")


@contextmanager
def session(paquet: Path) -> Iterator[SparkSession]:
    """Une session Spark qui a les tables du paquet, fermée ensuite ; rien n'est copié."""
    verifier_present()
    os.environ["SPARK_LOCAL_IP"] = _LOCAL  # lu par la machine virtuelle que pyspark lance
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # pandas 3, dont rien ici ne se sert
        from pyspark.sql import SparkSession

        fabrique = SparkSession.builder.master("local[2]").appName("observatoire")
        for nom, valeur in {
            "spark.driver.host": _LOCAL, "spark.driver.bindAddress": _LOCAL, "spark.driver.memory": "1g",
            "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR",
            "spark.sql.shuffle.partitions": "4",  # 200 par défaut : ce serait mesurer l'ordonnanceur
        }.items():  # fmt: skip
            fabrique = fabrique.config(nom, valeur)
        ouverte = fabrique.getOrCreate()
    try:
        for table in TABLES:
            ouverte.read.parquet(str(paquet / "parquet" / f"{table}.parquet")).createOrReplaceTempView(table)
        yield ouverte
    finally:
        ouverte.stop()


def mesurer() -> list[Tableau]:
    """Les cinq questions, aux deux moteurs."""
    verifier_present()
    ouverte = Base(assurer().chemin)
    try:
        with tempfile.TemporaryDirectory(prefix="etendue-") as dossier:
            paquet = Path(dossier) / "paquet"
            exporter(ouverte, paquet, formats=["parquet"])
            with session(paquet) as spark:
                return [_comparer(ouverte, lambda sql: [tuple(ligne) for ligne in spark.sql(sql).collect()])]
    finally:
        ouverte.fermer()


def _comparer(ouverte: Base, demander: Callable[[str], list[Ligne]]) -> Tableau:
    lignes, total = [], 0
    for question in poser(ouverte, choisir(ouverte)):
        attendues = question.embarquee(ouverte)
        verifier(question.nom, "Spark", attendues, demander(question.sql))
        temps = [
            statistics.median(chronometrer(geste) for _ in range(_REPETITIONS))
            for geste in (lambda q=question: q.embarquee(ouverte), lambda q=question: demander(q.sql))
        ]
        lignes.append((question.nom, str(len(attendues)), *map(ms, temps)))
        total += len(attendues)
    return Tableau(
        "Les mêmes réponses par un moteur qui s'étend sur plusieurs machines",
        f"Spark lit le Parquet de `exporter` ; ses {total} lignes de réponse sont égales à celles de la base, une à "
        "une. À cette taille, il n'apporte rien. Temps médians à chaud, en ms.",
        ("question", "lignes égales", "base embarquée", "Spark local[2]"),
        tuple(lignes),
        (But("Spark rend ce que rend la base embarquée", "toutes les lignes", f"{total} sur {total}", total > 0),),
    )
