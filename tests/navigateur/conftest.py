"""Un vrai navigateur, un vrai serveur ; sans Chromium on le dit, et `EXIGER_NAVIGATEUR=1` en fait un échec."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

RACINE = Path(__file__).resolve().parent.parent.parent
NOMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="session")
def navigateur() -> Iterator[Browser]:
    chemin = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NOMS)), None)
    if chemin is None:
        raison = f"aucun Chromium trouvé (cherchés : {', '.join(NOMS)} ; ou la variable CHROMIUM)"
        if os.environ.get("EXIGER_NAVIGATEUR") == "1":
            pytest.fail(raison)
        pytest.skip(raison)
    with sync_playwright() as p:
        navigateur = p.chromium.launch(executable_path=chemin, args=list(OPTIONS))
        yield navigateur
        navigateur.close()


def port_libre() -> int:
    """Un port libre, sous ceux que le système prête aux connexions : deux suites ne se le disputent pas."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as prise, contextlib.suppress(OSError):
            prise.bind(("127.0.0.1", port))
            return port
    pytest.fail("aucun port libre entre 20000 et 32000")


@pytest.fixture(scope="session")
def serveur(servir: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    """`streamlit run app.py`, comme un utilisateur, sur un port libre."""
    with servir() as adresse:
        yield adresse


@pytest.fixture(scope="session")
def servir(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., AbstractContextManager[str]]:
    """De quoi lancer un serveur le temps d'un bloc, avec des variables d'environnement en plus."""
    return partial(_servir, tmp_path_factory)


@contextmanager
def _servir(tmp_path_factory: pytest.TempPathFactory, **variables: str) -> Iterator[str]:
    port = port_libre()
    journal = tmp_path_factory.mktemp("serveur") / "journal.txt"
    commande = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.headless",
        "true",
        "--server.port",
        str(port),
    ]
    with journal.open("w") as sortie:
        processus = subprocess.Popen(
            commande, cwd=RACINE, stdout=sortie, stderr=subprocess.STDOUT, env=os.environ | variables
        )
        adresse = f"http://127.0.0.1:{port}"
        try:
            attendre(adresse, processus, journal)
            yield adresse
        finally:
            processus.terminate()
            processus.wait(20)


def attendre(adresse: str, processus: subprocess.Popen[bytes], journal: Path) -> None:
    """Interroge la santé du serveur jusqu'à sa réponse ; chaque essai a son propre délai."""
    for _ in range(600):
        if processus.poll() is not None:
            pytest.fail(f"le serveur s'est arrêté :\n{journal.read_text()}")
        try:
            with urllib.request.urlopen(f"{adresse}/_stcore/health", timeout=5) as reponse:
                if reponse.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            try:
                processus.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
    pytest.fail(f"le serveur ne répond pas :\n{journal.read_text()}")


@pytest.fixture
def page(navigateur: Browser, serveur: str) -> Iterator[Page]:
    """Une page neuve, en français, qui retient chaque requête partie vers ailleurs que le serveur."""
    contexte = navigateur.new_context(base_url=serveur, locale="fr-FR", viewport={"width": 1280, "height": 900})
    page = contexte.new_page()
    page.set_default_timeout(30_000)
    expect.set_options(timeout=30_000)
    page.ailleurs = []  # type: ignore[attr-defined]

    def retenir(requete: object) -> None:
        url = requete.url  # type: ignore[attr-defined]
        if not url.startswith((serveur, serveur.replace("http", "ws"), "data:", "blob:")):
            page.ailleurs.append(url)  # type: ignore[attr-defined]

    page.on("request", retenir)
    page.on("websocket", lambda prise: retenir(prise))
    yield page
    contexte.close()
