"""Un vrai navigateur, un vrai serveur ; sans Chromium on le dit, et `EXIGER_NAVIGATEUR=1` en fait un échec."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from serveurs import streamlit

NOMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
"""Le premier trouvé : le même moteur sans fenêtre prend un tiers de processeur de moins."""
OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--renderer-process-limit=1",
)  # fmt: skip
"""Un seul processus pour les pages d'un visiteur : les scripts de Streamlit y restent compilés d'un essai à l'autre."""


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


@pytest.fixture(scope="session", autouse=True)
def _la_page_vivante() -> Iterator[None]:
    """Une adresse ouverte est un écran vivant : les parcours attendent qu'il ait pris la place de la première vue.

    Celle-ci a ses essais (`test_premiere_vue.py`), qui ouvrent une adresse par `commit`, sans attendre.
    """
    with pytest.MonkeyPatch.context() as m:
        for geste in ("goto", "reload", "go_back", "go_forward"):
            m.setattr(Page, geste, _en_attendant(getattr(Page, geste)))
        yield


def _en_attendant(geste: Callable[..., object]) -> Callable[..., object]:
    def faire(page: Page, *args: object, **options: object) -> object:
        reponse = geste(page, *args, **options)
        if options.get("wait_until") != "commit":
            page.wait_for_function("!document.getElementById('premiere')")
        return reponse

    return faire


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
    """Une erreur imprévue au journal de ce serveur est un échec, même si l'écran s'en est remis."""
    journal = tmp_path_factory.mktemp("serveur") / "journal.txt"
    with streamlit(journal, **variables) as (_, port):
        yield f"http://127.0.0.1:{port}"
    assert "Erreur imprévue" not in (lu := journal.read_text("utf-8", "replace")), lu[-5000:]


@pytest.fixture(scope="session")
def visiter(navigateur: Browser, serveur: str) -> Iterator[Callable[..., AbstractContextManager[Page]]]:
    """De quoi ouvrir une page neuve, en français, chez un visiteur de ces options (celles de `new_context`).

    Il est déjà venu, et revient sans témoin ni réglage : recharger les scripts de Streamlit à chaque essai prenait plus
    de temps que les essais. Une première visite s'ouvre par `navigateur.new_context`.
    """
    visiteurs: dict[str, BrowserContext] = {}

    @contextmanager
    def ouvrir(**options: object) -> Iterator[Page]:
        visiteur = visiteurs.get(repr(options))
        if visiteur is None:
            visiteur = navigateur.new_context(base_url=serveur, locale="fr-FR", **options)  # type: ignore[arg-type]
            visiteurs[repr(options)] = visiteur
            # Cette page reste ouverte : avec elle, le processus des suivantes et ses scripts compilés.
            visiteur.new_page().goto("/robots.txt", wait_until="commit")
        page = visiteur.new_page()
        page.set_default_timeout(30_000)
        expect.set_options(timeout=30_000)
        yield page
        visiteur.clear_permissions()
        canal = visiteur.new_cdp_session(visiteur.pages[0])
        canal.send("Storage.clearDataForOrigin", {"origin": serveur, "storageTypes": "cookies,local_storage,indexeddb"})
        for ouverte in visiteur.pages[1:]:
            ouverte.close()

    yield ouvrir
    for visiteur in visiteurs.values():
        visiteur.close()


@pytest.fixture
def page(visiter: Callable[..., AbstractContextManager[Page]], serveur: str) -> Iterator[Page]:
    """Une page neuve qui retient chaque requête partie vers ailleurs que le serveur."""
    with visiter(viewport={"width": 1280, "height": 900}) as page:
        page.ailleurs = []  # type: ignore[attr-defined]

        def retenir(requete: object) -> None:
            url = requete.url  # type: ignore[attr-defined]
            if not url.startswith((serveur, serveur.replace("http", "ws"), "data:", "blob:")):
                page.ailleurs.append(url)  # type: ignore[attr-defined]

        page.on("request", retenir)
        page.on("websocket", lambda prise: retenir(prise))
        yield page
