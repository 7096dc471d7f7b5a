"""Les écrans que l'on passe tous en revue, et comment en ouvrir un jusqu'à son pied de page."""

from __future__ import annotations

import re

from ecrans import ADRESSES as ECRANS
from playwright.sync_api import Locator, Page, expect

__all__ = ["ECRANS", "PIED", "chercher", "ouvrir"]
PIED = ".oq footer"


def ouvrir(page: Page, adresse: str) -> None:
    page.goto(adresse)
    expect(page.locator(PIED).last).to_be_visible()


def chercher(page: Page, frappe: str, question: str = "Quel territoire voulez-vous voir ?") -> Locator:
    """Tape un nom dans la recherche, et ouvre la liste des territoires trouvés ; rend ce qu'elle propose."""
    champ = page.get_by_role("textbox", name=question)
    champ.fill(frappe)
    champ.press("Enter")
    liste = page.get_by_role("combobox", name="Territoires trouvés")
    expect(liste).to_have_attribute("placeholder", re.compile(r"^Choisir (\(|parmi)"))
    liste.click()
    return page.get_by_role("option")
