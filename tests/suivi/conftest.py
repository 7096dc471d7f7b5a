"""Le suivi, éprouvé sur ses deux magasins : SQLite, et un PostgreSQL que les tests démarrent eux-mêmes.

`OBSERVATOIRE_SUIVI_TEST` : l'adresse d'un serveur où créer des bases, s'il en tourne un ; sinon celui de Debian est
démarré dans un dossier temporaire. `EXIGER_POSTGRES=1` fait de son absence un échec.
"""

from __future__ import annotations

import glob
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from indicators.suivi.auteurs import Auteur, Role
from indicators.suivi.magasin import Magasin

ANIMATRICE = Auteur(Role.ANIMATEUR, "animatrice", "CA des Essais")
CAF = Auteur(Role.PARTENAIRE, "référente", "CAF du Nord", frozenset({"caf-du-nord"}))


class Heure:
    """Une horloge que le test avance."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 28, 14, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def avancer(self, **duree: float) -> None:
        self.moment += timedelta(**duree)


class Serveur:
    """Un PostgreSQL démarré pour les tests, dans son dossier ; `arreter` et `repartir` pour les pannes."""

    def __init__(self, programmes: Path) -> None:
        self.programmes = programmes
        self.dossier = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self.dossier.chmod(0o755)
        self.donnees = self.dossier / "donnees"
        if os.geteuid() == 0:
            shutil.chown(self.dossier, "postgres")
        self._lancer(
            "initdb", "-D", str(self.donnees), "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C"
        )
        self.repartir()

    def _lancer(self, nom: str, *arguments: str) -> None:
        commande = [str(self.programmes / nom), *arguments]
        if os.geteuid() == 0:
            commande = ["runuser", "-u", "postgres", "--", *commande]
        subprocess.run(commande, check=True, capture_output=True, cwd="/tmp", timeout=60)

    def repartir(self) -> None:
        reglages = f"-c listen_addresses= -c unix_socket_directories={self.dossier} -c fsync=off -c max_connections=200"
        journal = str(self.dossier / "journal")
        self._lancer("pg_ctl", "-D", str(self.donnees), "-l", journal, "-w", "-o", reglages, "start")

    def arreter(self) -> None:
        self._lancer("pg_ctl", "-D", str(self.donnees), "-w", "-m", "immediate", "stop")

    @property
    def adresse(self) -> URL:
        return URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(self.dossier)})

    def fermer(self) -> None:
        self.arreter()
        shutil.rmtree(self.dossier, ignore_errors=True)


def _programmes() -> Path | None:
    trouves = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    if trouves:
        return Path(trouves[-1]).parent
    ailleurs = shutil.which("initdb")
    return Path(ailleurs).parent if ailleurs else None


def sans_postgres(raison: str) -> None:
    """Passe le test en disant pourquoi, ou échoue si PostgreSQL est exigé."""
    if os.environ.get("EXIGER_POSTGRES") == "1":
        pytest.fail(f"PostgreSQL est exigé : {raison}")
    pytest.skip(raison)


@pytest.fixture(scope="session")
def postgres() -> Iterator[URL]:
    """L'adresse d'un serveur PostgreSQL où créer des bases."""
    if donnee := os.environ.get("OBSERVATOIRE_SUIVI_TEST"):
        yield make_url(donnee)
        return
    programmes = _programmes()
    if programmes is None:
        sans_postgres("PostgreSQL n'est pas installé (initdb introuvable)")
    assert programmes is not None
    serveur = Serveur(programmes)
    yield serveur.adresse
    serveur.fermer()


@pytest.fixture
def serveur_a_arreter() -> Iterator[Serveur]:
    """Un serveur PostgreSQL à soi, pour l'arrêter."""
    programmes = _programmes()
    if programmes is None:
        sans_postgres("PostgreSQL n'est pas installé (initdb introuvable)")
    assert programmes is not None
    serveur = Serveur(programmes)
    yield serveur
    serveur.fermer()


def base_neuve(serveur: URL) -> URL:
    """Une base vide de ce serveur."""
    nom = f"suivi_{secrets.token_hex(8)}"
    moteur = create_engine(serveur, isolation_level="AUTOCOMMIT")
    with moteur.connect() as cx:
        cx.execute(text(f"CREATE DATABASE {nom}"))
    moteur.dispose()
    return serveur.set(database=nom)


def effacer(serveur: URL, base: URL) -> None:
    """Rend la place d'une base d'essai."""
    moteur = create_engine(serveur, isolation_level="AUTOCOMMIT")
    with moteur.connect() as cx:
        cx.execute(text(f"DROP DATABASE {base.database} WITH (FORCE)"))
    moteur.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def adresse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """Un magasin qui n'existe pas encore, de chaque sorte."""
    if request.param == "sqlite":
        yield URL.create("sqlite", database=str(tmp_path / "suivi.sqlite"))
        return
    serveur = request.getfixturevalue("postgres")
    base = base_neuve(serveur)
    yield base
    effacer(serveur, base)


@pytest.fixture
def heure() -> Heure:
    return Heure()


@pytest.fixture
def ouvrir(heure: Heure) -> Iterator[Callable[[URL], Magasin]]:
    """Ouvre des magasins, et les ferme à la fin."""
    ouverts: list[Magasin] = []

    def _ouvrir(adresse: URL) -> Magasin:
        ouverts.append(Magasin.ouvrir(adresse, heure))
        return ouverts[-1]

    yield _ouvrir
    for magasin in ouverts:
        magasin.fermer()


@pytest.fixture
def magasin(adresse: URL, ouvrir: Callable[[URL], Magasin]) -> Magasin:
    return ouvrir(adresse)


@pytest.fixture
def magasin_sqlite(tmp_path: Path, ouvrir: Callable[[URL], Magasin]) -> Magasin:
    """Pour ce qui ne dépend pas du magasin."""
    return ouvrir(URL.create("sqlite", database=str(tmp_path / "suivi.sqlite")))
