"""Autour des écrans : un titre qui les nomme, le lien copié, un focus visible, le menu au doigt, un mot expliqué."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from chaque_ecran import suivre
from ecrans import PUBLICS
from playwright.sync_api import Page, expect

QUARTIER = "QP062011"
FOCUS = """() => {
  const style = getComputedStyle(document.activeElement);
  return [document.activeElement.innerText.split("\\n").at(-1), style.outlineStyle, parseFloat(style.outlineWidth)];
}"""


def test_le_titre_nomme_le_territoire_et_l_ecran(page: Page):
    page.goto(f"/portrait?territoire={QUARTIER}")
    expect(page).to_have_title("Le Centre (Bruay-la-Buissière, Haillicourt) — Portrait")
    page.goto("/carte")
    expect(page).to_have_title("Carte — Observatoire des quartiers")


def test_le_lien_copie_rouvre_le_meme_ecran(page: Page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/comparer?territoire={QUARTIER}&vue=tableau")
    page.locator("button.copier").click()
    expect(page.locator(".copie [role=status]")).to_have_text("Lien copié.")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert f"territoire={QUARTIER}" in page.url and "vue=tableau" in page.url


@pytest.mark.parametrize("couleurs", ["none", "active"])
def test_le_focus_se_voit_sur_le_menu_et_sur_projeter(page: Page, couleurs):
    page.emulate_media(forced_colors=couleurs)
    page.goto(f"/portrait?territoire={QUARTIER}")
    expect(page.locator(".oq h1")).to_be_visible()
    liens = page.get_by_test_id("stTopNavLink")
    assert liens.count() == len(PUBLICS)
    for lien in (*liens.all(), page.get_by_role("link", name="Projeter en séance")):
        lien.focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        _, style, epaisseur = page.evaluate(FOCUS)
        assert (style, epaisseur >= 2) == ("solid", True), lien.inner_text()


def test_au_doigt_le_menu_se_referme(visiter: Callable[..., AbstractContextManager[Page]]):
    with visiter(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True) as page:
        page.goto(f"/portrait?territoire={QUARTIER}")
        page.get_by_test_id("stExpandSidebarButton").click()
        page.get_by_test_id("stSidebarNavLink").filter(has_text="Comparer").click()
        expect(page.locator(".oq h1")).to_have_text("Comparer")
        expect(page.get_by_test_id("stSidebarNavLink").first).not_to_be_in_viewport()


def test_une_adresse_inconnue_a_sa_page(page: Page):
    reponse = page.goto("/perdu")
    assert reponse is not None and reponse.status == 404
    expect(page.locator("h1")).to_have_text("Cette page n’existe pas")
    suivre(page, page.get_by_role("link", name="Baromètre"))
    expect(page).to_have_url(re.compile(r"/barometre$"))
    expect(page.locator(".oq h1")).to_have_text("Baromètre des quartiers et communes")


def test_un_mot_s_explique_au_clavier_et_au_doigt(page: Page):
    page.goto(f"/portrait?territoire={QUARTIER}")
    mot = page.locator("button.mot").filter(has_text="défavorable").first
    bulle = page.locator(f"#{mot.get_attribute('popovertarget')}")
    expect(bulle).to_be_hidden()
    mot.focus()
    page.keyboard.press("Enter")
    expect(bulle).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "tout le glossaire"
    page.keyboard.press("Escape")
    expect(bulle).to_be_hidden()
    mot.click()
    expect(bulle).to_be_in_viewport()
    page.emulate_media(media="print")
    expect(bulle).to_be_hidden()
    expect(page.locator("details.comment").first).to_be_hidden()
