"""Ce qui est mesuré : comment chaque site se lance, quand il est entièrement dessiné, comment on y fait les gestes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from playwright.sync_api import Page

from indicators.analyse.portrait import Ligne, Portrait, dresser
from indicators.base.base import Base
from indicators.base.construction import assurer

from .navigateur import guetter

ICI = Path(__file__).resolve().parent
RACINE = ICI.parents[1]
DEPART, AILLEURS, SECONDE = "QP062011", "QP059050", "FRM"
"""Le territoire d'où l'on part, celui où l'on va, et la seconde référence que l'on y demande."""
_POSEE = "document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'"
"""Streamlit a fini : plus sévère que « le texte est là », le cadre d'attente a disparu aussi."""


@dataclass(frozen=True)
class Geste:
    """Un geste : ce qui arme le chronomètre et le fait."""

    nom: str
    faire: Callable[[Page], None]
    ecran: str = ""
    """Un autre écran que le portrait, à ouvrir d'abord (hors chronomètre), et sa condition."""
    pret: str = ""


@dataclass(frozen=True)
class Site:
    """Un site : la commande qui le sert sur un port, son adresse, l'écran entièrement dessiné, ses gestes."""

    nom: str
    commande: Callable[[int], list[str]]
    chemin: str
    dessine: str
    gestes: tuple[Geste, ...] = ()
    chiffres: str = ""
    """Ses chiffres se lisent, tout n'est pas encore dessiné ; vide : c'est `dessine`."""
    dossier: Path = field(default=RACINE)


@dataclass(frozen=True)
class Servi:
    """Un site en marche."""

    site: Site
    adresse: str
    processus: psutil.Process

    def memoire(self) -> float:
        """La mémoire résidente du serveur et de ses enfants, en octets."""
        membres = [self.processus, *self.processus.children(recursive=True)]
        return float(sum(p.memory_info().rss for p in membres))


@contextmanager
def servir(site: Site) -> Iterator[Servi]:
    """Lance le site sur un port libre et attend qu'il réponde ; son journal est cité s'il n'y arrive pas."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = prise.getsockname()[1]
    adresse = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryFile() as journal:
        processus = subprocess.Popen(
            site.commande(port), cwd=site.dossier, stdout=journal, stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONPATH": str(RACINE)},
        )  # fmt: skip
        try:
            for _ in range(600):
                with suppress(OSError), urllib.request.urlopen(f"{adresse}/", timeout=60):
                    break
                if processus.poll() is not None:
                    journal.seek(0)
                    raise SystemExit(f"« {site.nom} » ne démarre pas :\n{journal.read().decode()}")
                time.sleep(0.1)
            yield Servi(site, adresse, psutil.Process(processus.pid))
        finally:
            processus.terminate()
            processus.wait(20)


def _nombre(selecteur: str, combien: int) -> str:
    return f"document.querySelectorAll({json.dumps(selecteur)}).length === {combien}"


def _visible(selecteur: str) -> str:
    return f"[...document.querySelectorAll({json.dumps(selecteur)})].some(e => e.getBoundingClientRect().height > 0)"


def _titre(titre: str, ou: str = "h1") -> str:
    return f"[...document.querySelectorAll({json.dumps(ou)})].some(e => e.textContent.trim() === {json.dumps(titre)})"


def _et(*conditions: str) -> str:
    return " && ".join(f"({c})" for c in conditions)


def _montrees(lignes: Sequence[Ligne]) -> int:
    return sum(ligne.chiffre is not None and ligne.place is not None for ligne in lignes)


def _rangees(vue: Portrait) -> int:
    return sum(_montrees(lignes) for _, lignes in vue.themes)


def _cartes(vue: Portrait) -> int:
    return _montrees(vue.tete)


def _choisir(page: Page, liste: str, frappe: str, option: str = "") -> None:
    """Dans une liste de Streamlit : on tape, on voit l'option, Entrée est le geste."""
    champ = page.get_by_role("combobox", name=liste)
    champ.click()
    champ.press_sequentially(frappe)
    page.get_by_role("option").filter(has_text=option or frappe).first.wait_for()


def _streamlit(script: str, *options: str) -> Callable[[int], list[str]]:
    return lambda port: [
        sys.executable, "-m", "streamlit", "run", script, "--server.headless", "true", "--server.address", "127.0.0.1",
        "--browser.gatherUsageStats", "false", "--server.port", str(port), *options,
    ]  # fmt: skip


def _module(nom: str, *suite: str) -> Callable[[int], list[str]]:
    return lambda port: [sys.executable, "-m", f"benchmarks.temoins.{nom}", str(port), *suite]


def _vues() -> Mapping[str, Portrait]:
    base = Base(assurer().chemin)
    try:
        return {
            "depart": dresser(base, DEPART, None),
            "ailleurs": dresser(base, AILLEURS, None),
            "seconde": dresser(base, AILLEURS, SECONDE),
        }
    finally:
        base.fermer()


def nue(nom: str, script: str) -> Site:
    """La page nue, servie de l'une ou l'autre façon."""
    # Lancée d'un dossier sans `.streamlit` : ses réglages sont ceux de Streamlit.
    dessine = _et(_visible("[data-testid=stMetric]"), _POSEE)
    return Site(nom, _streamlit(str(ICI / script)), "/", dessine, dossier=ICI)


def observatoire() -> Site:
    """Le portrait de l'observatoire, la séance et la comparaison."""
    vues = _vues()

    def entier(vue: Portrait) -> str:
        return _et(
            _titre(vue.territoire.nom, ".oq h1"),
            _visible(".oq h1"),
            _nombre(".oq article.carte", _cartes(vue)),
            _nombre(".oq article.carte:has(svg.dq)", _cartes(vue)),
            f"document.querySelectorAll('.oq td.rail').length === {_rangees(vue)}",
            _visible(".oq footer"),
            _POSEE,
        )

    def territoire(page: Page) -> None:
        champ = page.get_by_role("combobox", name="Quartier, commune ou agglomération")
        champ.click()
        champ.press_sequentially(AILLEURS)
        page.locator("[role=option][aria-selected=true]").filter(has_text=AILLEURS).first.wait_for()
        guetter_puis_entrer(page, entier(vues["ailleurs"]))

    def reference(page: Page) -> None:
        _choisir(page, "Comparer aussi à", vues["seconde"].references[-1].nom)
        guetter_puis_entrer(page, _et(entier(vues["seconde"]), _contient(vues["seconde"])))

    def suivante(page: Page) -> None:
        titre = page.locator(".message").inner_text()
        # Le titre de la diapositive a changé, elle est entière, et Streamlit a fini.
        autre = f"document.querySelector('.message')?.textContent.trim() !== {json.dumps(titre.strip())}"
        guetter(page, _et(autre, _visible(".diapo .pied"), _POSEE))
        page.keyboard.press("ArrowRight")

    def indicateur(page: Page) -> None:
        _choisir(page, "Quel indicateur ?", "parc social", "Part du parc social")
        choisi = "[...document.querySelectorAll('.oq h2')].some(e => e.textContent.includes('Part du parc social'))"
        guetter_puis_entrer(page, _et(choisi, _visible(".js-plotly-plot .main-svg"), _POSEE))

    return Site(
        "observatoire",
        _streamlit("app.py"),
        f"/portrait?territoire={DEPART}",
        entier(vues["depart"]),
        (
            Geste("changer de territoire", territoire),
            Geste("changer de seconde référence", reference),
            Geste("diapositive suivante", suivante, f"/seance?territoire={AILLEURS}",
                  _et(_visible(".touches[data-pret]"), _POSEE)),
            Geste("changer d’indicateur (Comparer)", indicateur, f"/comparer?territoire={DEPART}",
                  _et(_visible(".js-plotly-plot .main-svg"), _visible(".oq footer"), _POSEE)),
        ),
    )  # fmt: skip


def _contient(vue: Portrait) -> str:
    nom = json.dumps(vue.references[-1].nom_court)
    return f"document.querySelector('.carte')?.textContent.includes({nom})"


def guetter_puis_entrer(page: Page, condition: str) -> None:
    """Arme le chronomètre, et fait le geste : Entrée."""
    guetter(page, condition)
    page.keyboard.press("Enter")


def dash(nom: str) -> Site:
    """Le portrait en Dash, avec nos dessins."""
    vues = _vues()
    dessins = "[...document.images].length > 0 && [...document.images].every(i => i.complete)"

    def entier(vue: Portrait) -> str:
        return _et(_titre(vue.territoire.nom), _nombre("article.carte", _cartes(vue)),
                   _nombre("#contenu tbody tr", _rangees(vue)), dessins, _visible("#fin"))  # fmt: skip

    def choisir(page: Page, liste: str, texte: str, condition: str) -> None:
        page.locator(f"#{liste}").click()
        if (champ := page.locator(".dash-dropdown-search")).count():
            champ.fill(texte)
        option = page.locator(".dash-options-list-option").filter(has_text=texte).first
        option.wait_for()
        guetter(page, condition)
        option.click()

    final = vues["seconde"].references[-1]
    return Site(
        nom,
        _module("portrait_dash"),
        "/",
        entier(vues["depart"]),
        (
            Geste("changer de territoire", lambda p: choisir(p, "territoire", AILLEURS, entier(vues["ailleurs"]))),
            Geste(
                "changer de seconde référence",
                lambda p: choisir(
                    p, "reference", final.nom,
                    _et(entier(vues["seconde"]),
                        _titre(final.nom_court, "thead th")),
                ),
            ),
        ),
        chiffres=_visible("article.carte .valeur"),
    )  # fmt: skip


def panel() -> Site:
    """Le portrait en Panel ; ses blocs vivent dans des racines d'ombre, que les conditions traversent."""
    vues = _vues()
    partout = (
        "const tout = (s, r = document) => [...r.querySelectorAll(s), ...[...r.querySelectorAll('*')]"
        ".filter(e => e.shadowRoot).flatMap(e => tout(s, e.shadowRoot))];"
    )

    def entier(vue: Portrait, suite: str = "true") -> str:
        nom = json.dumps(vue.territoire.nom)
        return (
            f"(() => {{ {partout} return tout('h1').some(e => e.textContent.trim() === {nom}) "
            f"&& tout('article.carte').length === {_cartes(vue)} && tout('tbody tr').length === {_rangees(vue)} "
            f"&& tout('#fin').at(-1)?.getBoundingClientRect().height > 0 && {suite}; }})()"
        )

    def territoire(page: Page) -> None:
        champ = page.locator("input").first
        champ.click()
        champ.fill("")
        champ.press_sequentially(AILLEURS)
        page.locator(".bk-menu > *").filter(has_text=AILLEURS).first.wait_for()
        guetter_puis_entrer(page, entier(vues["ailleurs"]))

    def reference(page: Page) -> None:
        final = vues["seconde"].references[-1]
        attendue = f"tout('thead th').some(e => e.textContent === {json.dumps(final.nom_court)})"
        page.locator("select").first.focus()
        guetter(page, entier(vues["seconde"], attendue))
        # Choisir dans une liste native ne passe ni par une touche ni par la souris : le départ est dit ici.
        page.evaluate("window.geste = performance.now()")
        page.locator("select").first.select_option(label=final.nom)

    return Site("Panel", _module("portrait_panel"), "/", entier(vues["depart"]),
                (Geste("changer de territoire", territoire),
                 Geste("changer de seconde référence", reference)),
                chiffres=f"(() => {{ {partout} return tout('article.carte p')"
                ".some(e => e.getBoundingClientRect().height > 0); })()")  # fmt: skip
