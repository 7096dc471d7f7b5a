"""Les écrans que l'on passe tous en revue, et comment en ouvrir un jusqu'à son pied de page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import quote

from axe_playwright_python.sync_playwright import Axe
from ecrans import ADRESSES as ECRANS
from playwright.sync_api import Locator, Page, expect

__all__ = ["ECRANS", "GLISSEMENTS", "PIED", "Visiter", "chercher", "entrer", "fautes", "ouvrir", "suivre"]
PIED = ".oq footer"
Visiter = Callable[..., AbstractContextManager[Page]]
"""Ce que rend `visiter` (`conftest.py`) : de quoi ouvrir une page neuve."""
GLISSEMENTS = """() => new Promise(rendre => {
  let somme = 0; const ou = [];
  new PerformanceObserver(liste => { for (const e of liste.getEntries()) if (!e.hadRecentInput) {
    somme += e.value; ou.push([e.value, ...[...(e.sources || [])].map(s => s.node?.outerHTML?.slice(0, 120))]); } })
    .observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => rendre([somme, ou]), 300);
})"""
"""Ce qui a bougé depuis la navigation, en tout, et où."""


def ouvrir(page: Page, adresse: str) -> None:
    page.goto(adresse)
    expect(page.locator(PIED).last).to_be_visible()


def fautes(page: Page) -> list[tuple[str, str, str]]:
    """Ce qu'axe-core trouve à l'écran : gravité, règle, et le premier élément en cause."""
    trouvees = Axe().run(page).response["violations"]
    return [(f["impact"], f["id"], f["nodes"][0]["html"][:200]) for f in trouvees]


def chercher(page: Page, frappe: str) -> Locator:
    """Tape dans la case de l'accueil ; rend les lignes trouvées, une fois que la liste est celle de cette frappe."""
    champ = page.get_by_role("searchbox", name="Un lieu, un sujet, ou les deux")
    champ.fill(frappe)
    expect(page.get_by_role("link", name="Lien vers cette recherche")).to_have_attribute(
        "href", f"./?cherche={quote(frappe)}"
    )
    return page.locator(".trouves li")


def suivre(page: Page, lien: Locator) -> None:
    """Suit un lien qui quitte la page, et attend l'écran vivant : jusque-là, ce qu'il montre y est deux fois."""
    with page.expect_navigation():
        lien.click()
    page.wait_for_function("!document.getElementById('premiere')")


def entrer(page: Page, trouve: Locator) -> None:
    """Ouvre ce que la case a trouvé."""
    suivre(page, trouve.first.get_by_role("link").first)
