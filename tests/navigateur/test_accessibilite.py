"""Chaque écran relu par axe-core, en clair et en sombre."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from chaque_ecran import ECRANS, fautes, ouvrir
from playwright.sync_api import Page

pytestmark = pytest.mark.navigateur


@pytest.mark.parametrize("adresse", ECRANS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_accessibilite(visiter: Callable[..., AbstractContextManager[Page]], adresse: str, theme: str):
    """axe-core ne trouve rien, ni en clair ni en sombre (contrastes, noms, ordre des titres…)."""
    # Le script d'axe est injecté dans la page : il faut lever, pour ce test seul, la politique qui l'interdirait.
    with visiter(color_scheme=theme, bypass_csp=True) as page:
        ouvrir(page, adresse)
        assert fautes(page) == []
