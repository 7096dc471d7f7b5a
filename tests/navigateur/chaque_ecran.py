"""Les écrans que l'on passe tous en revue, et comment en ouvrir un jusqu'à son pied de page."""

from __future__ import annotations

from ecrans import ADRESSES as ECRANS
from playwright.sync_api import Page, expect

__all__ = ["ECRANS", "PIED", "ouvrir"]
PIED = ".oq footer"


def ouvrir(page: Page, adresse: str) -> None:
    page.goto(adresse)
    expect(page.locator(PIED).last).to_be_visible()
