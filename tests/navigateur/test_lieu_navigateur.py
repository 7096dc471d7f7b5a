"""La case de la barre dans un vrai navigateur : au clavier, à la souris, au doigt, avant tout script."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from chaque_ecran import ouvrir
from playwright.sync_api import Locator, Page, expect


def la_case(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Quartier, commune ou agglomération")


def test_au_clavier_on_tape_on_descend_on_entre(page: Page):
    ouvrir(page, "/portrait?territoire=QP062011")
    case = la_case(page)
    case.focus()
    case.press_sequentially("lens")
    options = page.get_by_role("listbox", name="Lieux trouvés").get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(case).to_have_attribute("aria-expanded", "true")
    case.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    nom = options.nth(1).get_attribute("data-libelle") or ""
    assert case.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    case.press("Enter")
    expect(page.locator(".oq h1").first).to_have_text(nom.partition("\u00a0·")[0])
    expect(case).to_have_value(nom)
    expect(case).to_be_focused()
    page.go_back()
    expect(page.locator(".oq h1").first).to_have_text("Le Centre")
    expect(la_case(page)).to_have_value(re.compile("QP062011"))


def test_entree_avant_la_liste_ouvre_le_premier_trouve(page: Page):
    """Une personne pressée : le nom collé, Entrée aussitôt."""
    ouvrir(page, "/portrait?territoire=QP062011")
    la_case(page).fill("oignies")
    la_case(page).press("Enter")
    expect(page.locator(".oq h1").first).to_have_text("Oignies")


def test_echap_et_quitter_rendent_le_lieu_ouvert(page: Page):
    ouvrir(page, "/portrait?territoire=QP062011")
    case, liste = la_case(page), page.get_by_role("listbox", name="Lieux trouvés")
    avant = case.input_value()
    for quitter in (lambda: case.press("Escape"), lambda: case.press("Tab")):
        case.fill("lens")
        expect(liste).to_be_visible()
        quitter()
        expect(liste).to_be_hidden()
        expect(case).to_have_value(avant)
    assert page.locator(".oq h1").first.inner_text() == "Le Centre"


def test_a_la_souris_les_lieux_d_a_cote_puis_effacer(page: Page):
    ouvrir(page, "/portrait?territoire=QP062011")
    la_case(page).click()
    page.get_by_role("option").filter(has_text="QP062008").click()
    expect(page.locator(".oq h1").first).to_have_text("Quartier du Mont-Liébaut (Béthune)".partition(" (")[0])
    page.get_by_role("button", name="Effacer le choix").first.click()
    expect(page).not_to_have_url(re.compile("territoire="))
    expect(la_case(page)).to_have_value("")


def test_un_nom_inconnu_se_dit_et_rien_ne_change(page: Page):
    ouvrir(page, "/portrait?territoire=QP062011")
    la_case(page).fill("zzzzqqqq")
    expect(page.locator(".lieu [role=status]")).to_contain_text("Aucun lieu ne s’écrit")
    la_case(page).press("Enter")
    expect(page.locator(".oq h1").first).to_have_text("Le Centre")


@pytest.mark.parametrize("largeur", [390, 1280, 1920])
def test_la_barre_du_portrait_tient_sur_une_ligne_et_le_telephone_sur_trois(page: Page, largeur: int):
    page.set_viewport_size({"width": largeur, "height": 800})
    ouvrir(page, "/portrait?territoire=QP062011")
    cases = page.locator(
        ".lieu input, .st-key-barre_suite :is(.stSelectbox, .stDownloadButton button, .stPageLink a, .copier)"
    )
    hauts = {round((b["y"] + b["height"] / 2) / 8) for b in (c.bounding_box() for c in cases.all()) if b}
    assert cases.count() == 6
    assert len(hauts) == (3 if largeur == 390 else 1)
    assert page.evaluate("document.documentElement.scrollWidth") <= largeur


def test_du_doigt_la_liste_se_choisit(visiter: Callable[..., AbstractContextManager[Page]]):
    with visiter(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True) as page:
        ouvrir(page, "/portrait?territoire=QP062011")
        la_case(page).tap()
        la_case(page).fill("oignies")
        option = page.get_by_role("option").first
        expect(option).to_contain_text("Oignies")
        boite = option.bounding_box()
        assert boite is not None and boite["height"] >= 44
        option.tap()
        expect(page.locator(".oq h1").first).to_have_text("Oignies")
