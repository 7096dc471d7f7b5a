"""Chaque écran relu par axe-core, en clair et en sombre."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from chaque_ecran import ECRANS, ouvrir
from playwright.sync_api import Browser

pytestmark = pytest.mark.navigateur


@pytest.mark.parametrize("adresse", ECRANS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_accessibilite(navigateur: Browser, serveur: str, adresse: str, theme: str):
    """axe-core ne trouve rien, ni en clair ni en sombre (contrastes, noms, ordre des titres…)."""
    # Le script d'axe est injecté dans la page : il faut lever, pour ce test seul, la politique qui l'interdirait.
    contexte = navigateur.new_context(base_url=serveur, locale="fr-FR", color_scheme=theme, bypass_csp=True)
    page = contexte.new_page()
    page.set_default_timeout(30_000)
    ouvrir(page, adresse)
    fautes = Axe().run(page).response["violations"]
    contexte.close()
    assert [(f["impact"], f["id"], f["nodes"][0]["html"][:200]) for f in fautes] == []
