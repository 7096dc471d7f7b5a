"""Spark pour les mesures : une grappe de plusieurs processus sur cette machine, et ses questions sur le Parquet.

La grappe est celle que l'on déploierait (« standalone ») : un maître, des ouvriers d'un cœur, chacun son processus, qui
ne se parlent que par le réseau. Ici tous écoutent sur 127.0.0.1 et rien d'autre.
"""

from __future__ import annotations

import http.client
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.socle.erreurs import ErreurObservatoire

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOCAL = "127.0.0.1"
_MEMOIRE = "1g"
_ESSAIS = 300


def verifier_present() -> None:
    """Lève `ErreurObservatoire`, et dit quoi installer, si Spark ou Java manque."""
    if importlib.util.find_spec("pyspark") is None:
        raise ErreurObservatoire("Spark n'est pas installé : pip install -r benchmarks/requirements.txt")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise ErreurObservatoire("Spark demande Java 17 ou plus : apt install openjdk-17-jre-headless")


def _port_libre() -> int:
    with socket.socket() as prise:
        prise.bind((LOCAL, 0))
        return prise.getsockname()[1]


@contextmanager
def grappe(ouvriers: int) -> Iterator[str]:
    """Un maître et `ouvriers` ouvriers d'un cœur, un processus chacun ; rend son adresse, arrête tout ensuite."""
    verifier_present()
    import pyspark

    lanceur = Path(pyspark.__file__).parent / "bin" / "spark-class"
    port, page = _port_libre(), _port_libre()
    adresse = f"spark://{LOCAL}:{port}"
    with ExitStack() as ouverts:
        travail = Path(
            ouverts.enter_context(tempfile.TemporaryDirectory(prefix="etendue-", ignore_cleanup_errors=True))
        )
        journal = ouverts.enter_context((travail / "journal").open("wb"))
        variables = os.environ | {
            "SPARK_LOCAL_IP": LOCAL,
            "SPARK_LOCAL_DIRS": str(travail),
            "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",  # un port fixe (6066) dont rien ici ne se sert
        }

        def lancer(classe: str, *options: str) -> subprocess.Popen[bytes]:
            commande = [str(lanceur), f"org.apache.spark.deploy.{classe}", "--host", LOCAL, *options]
            processus = subprocess.Popen(commande, cwd=travail, stdout=journal, stderr=subprocess.STDOUT, env=variables)
            ouverts.callback(_arreter, processus)
            return processus

        processus = [lancer("master.Master", "--port", str(port), "--webui-port", str(page))]
        for n in range(ouvriers):
            dossier = travail / f"ouvrier{n}"
            options = ["--cores", "1", "--memory", _MEMOIRE, "--webui-port", "0", "--work-dir", str(dossier)]
            processus.append(lancer("worker.Worker", *options, adresse))
        _attendre(processus, page, ouvriers, travail / "journal")
        yield adresse


def _attendre(processus: list[subprocess.Popen[bytes]], page: int, ouvriers: int, journal: Path) -> None:
    """Jusqu'à ce que le maître compte tous ses ouvriers."""
    for _ in range(_ESSAIS):
        if any(p.poll() is not None for p in processus):
            break
        if _ouvriers_vivants(page) == ouvriers:
            return
        with suppress(subprocess.TimeoutExpired):
            processus[0].wait(0.2)
    fin = "\n".join(journal.read_text("utf-8", "replace").splitlines()[-5:])
    raise ErreurObservatoire(f"La grappe Spark ne démarre pas. Fin de son journal :\n{fin}")


def _ouvriers_vivants(page: int) -> int:
    """Ce que dit la page d'état du maître ; aucun tant qu'elle n'est pas prête."""
    liaison = http.client.HTTPConnection(LOCAL, page, timeout=5)
    try:
        liaison.request("GET", "/json/")
        return json.loads(liaison.getresponse().read())["aliveworkers"]
    except (OSError, http.client.HTTPException, ValueError):
        return 0
    finally:
        liaison.close()


def _arreter(processus: subprocess.Popen[bytes]) -> None:
    processus.terminate()
    try:
        processus.wait(20)
    except subprocess.TimeoutExpired:
        processus.kill()
        processus.wait()


@contextmanager
def session(maitre: str, coeurs: int) -> Iterator[SparkSession]:
    """Une session Spark sur ce maître (`spark://…` ou `local[2]`), fermée ensuite."""
    verifier_present()
    os.environ["SPARK_LOCAL_IP"] = LOCAL  # lu par la machine virtuelle que pyspark lance
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # pandas 3, dont rien ici ne se sert
        from pyspark.sql import SparkSession

        reglages = {
            "spark.driver.host": LOCAL,
            "spark.driver.bindAddress": LOCAL,
            "spark.driver.memory": _MEMOIRE,
            "spark.executor.memory": _MEMOIRE,
            "spark.cores.max": str(coeurs),
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.log.level": "ERROR",
            # 200 par défaut : sur deux cœurs, ce serait mesurer l'ordonnanceur.
            "spark.sql.shuffle.partitions": str(2 * coeurs),
        }
        fabrique = SparkSession.builder.master(maitre).appName("observatoire")
        for nom, valeur in reglages.items():
            fabrique = fabrique.config(nom, valeur)
        ouverte = fabrique.getOrCreate()
    try:
        yield ouverte
    finally:
        ouverte.stop()


def declarer(ouverte: SparkSession, paquet: Path, tables: tuple[str, ...]) -> None:
    """Donne un nom de table à chaque fichier Parquet du paquet ; rien n'est copié."""
    for table in tables:
        ouverte.read.parquet(str(paquet / "parquet" / f"{table}.parquet")).createOrReplaceTempView(table)


def demander(ouverte: SparkSession, sql: str) -> list[tuple[object, ...]]:
    """Les lignes de la réponse."""
    return [tuple(ligne) for ligne in ouverte.sql(sql).collect()]
