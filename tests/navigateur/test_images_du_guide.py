"""Les images du guide ne vieillissent pas : leurs mots sont ceux de l'écran, ou cet essai échoue.

`REFAIRE_IMAGES=1 pytest -n0 tests/navigateur/test_images_du_guide.py` les refait, et leurs mots avec elles.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from chaque_ecran import ouvrir
from PIL import Image as Lecteur
from playwright.sync_api import Page, expect

from pages.commun.images import DOSSIER, IMAGES, Image

pytestmark = pytest.mark.navigateur
BUDGET = 600_000
"""Octets de toutes les images : le guide se lit aussi en 3G."""
MOTS = """([selecteur, combien]) => [...document.querySelectorAll(selecteur)].slice(0, combien).flatMap(e => {
  const CACHES = ".sr, title, desc, .bulle, details:not([open]) > div";
  const mots = [], textes = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
  while (textes.nextNode()) {
    const parent = textes.currentNode.parentElement, mot = textes.currentNode.nodeValue.replace(/\\s+/g, " ").trim();
    if (mot && parent.checkVisibility() && !parent.closest(CACHES)) mots.push(mot);
  }
  return mots;
})"""
CADRE = """([selecteur, combien]) => {
  const boites = [...document.querySelectorAll(selecteur)].slice(0, combien).map(e => e.getBoundingClientRect());
  const x = Math.min(...boites.map(b => b.left)), y = Math.min(...boites.map(b => b.top));
  return {x, y, width: Math.max(...boites.map(b => b.right)) - x, height: Math.max(...boites.map(b => b.bottom)) - y};
}"""


def prendre(page: Page, image: Image) -> bytes:
    """L'image de ces éléments, en WebP."""
    page.add_style_tag(content="button.mot { text-decoration: none !important } .stMain > * { animation: none }")
    cadre = page.evaluate(CADRE, [image.montre, image.combien])
    # La page défile dans son cadre : on la montre entière pour que tout ce qui est pris y soit.
    page.set_viewport_size({"width": image.largeur, "height": int(cadre["y"] + cadre["height"]) + 60})
    cadre = page.evaluate(CADRE, [image.montre, image.combien])
    sortie = io.BytesIO()
    Lecteur.open(io.BytesIO(page.screenshot(clip=cadre))).convert("RGB").save(sortie, "WEBP", quality=72, method=6)
    return sortie.getvalue()


@pytest.mark.parametrize("nom", IMAGES)
def test_les_mots_de_l_image_sont_ceux_de_l_ecran(visiter: Callable[..., AbstractContextManager[Page]], nom: str):
    image = IMAGES[nom]
    cadre = {"width": image.largeur, "height": 900}
    with visiter(color_scheme="light", device_scale_factor=2, bypass_csp=True, viewport=cadre) as page:
        ouvrir(page, image.adresse)
        expect(page.locator(image.montre).first).to_be_visible()
        mots = "\n".join(page.evaluate(MOTS, [image.montre, image.combien])) + "\n"
        if os.environ.get("REFAIRE_IMAGES") == "1":
            image.fichier.write_bytes(prendre(page, image))
            image.mots.write_text(mots, "utf-8")
    assert len(mots.split()) > 10
    montres = image.mots.read_text("utf-8")
    assert mots == montres, "l’écran a changé : refaites les images (REFAIRE_IMAGES=1), et relisez leur alternative"


def test_elles_tiennent_dans_leur_budget():
    assert sum(i.fichier.stat().st_size for i in IMAGES.values()) <= BUDGET
    fichiers = {f for i in IMAGES.values() for f in (i.fichier, i.mots)}
    assert fichiers == set(DOSSIER.iterdir()), "un fichier sans image"
