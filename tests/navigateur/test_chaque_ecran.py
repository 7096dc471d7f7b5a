"""Chaque écran, ouvert au téléphone, au bureau et au mur : tout ce qu'il doit à qui le regarde ou l'imprime."""

from __future__ import annotations

import re

import pytest
from chaque_ecran import ECRANS, GLISSEMENTS, Visiter, fautes, ouvrir
from playwright.sync_api import Browser, Page, expect

from pages.ecrans import ECRANS as CONNUS

pytestmark = pytest.mark.navigateur

DEBORDENT = """() => [...document.querySelectorAll('.oq *')].filter(e => {
    const r = e.getBoundingClientRect();
    return e.checkVisibility({visibilityProperty: true}) && r.width > 1 && r.right > window.innerWidth + 1
        && !e.closest('.large, .sr, thead, .dc-toile svg, details:not([open]), [data-testid="stExpander"]');
}).map(e => e.outerHTML.slice(0, 120))"""
TROP_PETITES = """() => [...document.querySelectorAll(
    ".stApp :is(.stButton, .stDownloadButton, .stPageLink, .stButtonGroup, .stPopover) :is(button, a), " +
      ".stApp :is(.stSelectbox, .stMultiSelect) :is(button, [data-tag]), .stApp .stExpander summary, " +
      ".oq button:not(.mot), .oq summary, .oq .liste a"
  )].filter((e) => {
    const { width, height } = e.getBoundingClientRect();
    return width && getComputedStyle(e).visibility !== "hidden" && (height < 43.5 || width < 43.5);
  }).map((e) => `${e.innerText || e.ariaLabel} (${e.getBoundingClientRect().height})`)"""
COMMANDES = "input, button:not(.mot), [role=combobox], [data-testid=stHeader], [data-testid=stDataFrame], .st-key-barre"


def _tient(page: Page, largeur: int) -> None:
    """Rien n'a glissé depuis la navigation (sous 0,1 : ce que Google appelle bon), rien ne dépasse de la fenêtre."""
    somme, ou = page.evaluate(GLISSEMENTS)
    assert somme < 0.1, ou
    expect(page.locator(".oq").first).to_have_css("font-variant-numeric", "tabular-nums")
    assert page.evaluate("document.documentElement.scrollWidth") <= largeur
    assert page.evaluate(DEBORDENT) == []


@pytest.mark.parametrize("adresse", ECRANS)
def test_au_telephone(navigateur: Browser, serveur: str, adresse: str):
    """La première visite : ni script, ni style, ni police en mémoire ; et chaque cible fait 44 pixels sous le doigt."""
    contexte = navigateur.new_context(
        base_url=serveur, locale="fr-FR", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True
    )
    page = contexte.new_page()
    page.set_default_timeout(30_000)
    ouvrir(page, adresse)
    _tient(page, 390)
    assert page.evaluate(TROP_PETITES) == []
    contexte.close()


@pytest.mark.parametrize("adresse", ECRANS)
def test_au_bureau_et_sur_le_papier(visiter: Visiter, adresse: str):
    """Un titre et un `h1`, le lien à copier ; axe-core ne trouve rien, ni en clair ni en sombre ; et une feuille A4."""
    # Le script d'axe est injecté dans la page : il faut lever, pour ces visites, la politique qui l'interdirait.
    with visiter(viewport={"width": 1280, "height": 800}, bypass_csp=True) as page:
        ouvrir(page, adresse)
        _tient(page, 1280)
        expect(page.locator("h1")).to_have_count(1)
        expect(page.locator("button.copier")).to_have_count(1)
        ecran = next(e for e in CONNUS if e.url == adresse[1:].partition("?")[0])
        expect(page).to_have_title(re.compile(ecran.titre if ecran.url else "Observatoire des quartiers"))
        fond = page.locator(".stApp")
        clair = fond.evaluate("e => getComputedStyle(e).backgroundColor")
        assert fautes(page) == []
        page.emulate_media(color_scheme="dark")
        expect(fond).not_to_have_css("background-color", clair)
        assert fautes(page) == []
        page.emulate_media(color_scheme="light")
        expect(fond).to_have_css("background-color", clair)
        if ecran.url:
            _au_papier(page)


def _au_papier(page: Page) -> None:
    """L'en-tête du papier se voit, les commandes disparaissent, rien ne dépasse une feuille A4."""
    expect(page.locator(".papier").first).to_be_hidden()
    page.set_viewport_size({"width": 703, "height": 1000})  # la largeur utile d'une A4
    page.emulate_media(media="print")
    expect(page.locator(".papier").first).to_be_visible()
    expect(page.locator(".papier").first).to_contain_text("Territoire")
    # Un mot qui s’explique reste un mot de la phrase.
    assert page.locator(COMMANDES).filter(visible=True).count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 703
    marges = page.evaluate(
        "[...document.querySelectorAll('.papier')].map(e => e.previousElementSibling.textContent)[0]"
    )
    assert "@top-left" in marges
    page.emulate_media(media="screen")


@pytest.mark.parametrize("adresse", ECRANS)
def test_au_mur(visiter: Visiter, adresse: str):
    with visiter(viewport={"width": 1920, "height": 1080}) as page:
        ouvrir(page, adresse)
        _tient(page, 1920)
