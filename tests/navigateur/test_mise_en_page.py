"""Ce que chaque largeur doit à certains écrans : un classement entier, la barre en haut, des feuilles bien remplies."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from chaque_ecran import PIED, Visiter, ouvrir
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.navigateur


@pytest.mark.parametrize("adresse", ["/comparer?territoire=QP059033", "/comparer?territoire=QP974026&vue=essaim"])
@pytest.mark.parametrize("largeur", [390, 1280])
def test_aucun_texte_du_classement_n_est_coupe(page: Page, adresse: str, largeur: int):
    page.set_viewport_size({"width": largeur, "height": 900})
    ouvrir(page, adresse)
    expect(page.locator(".st-key-classement .annotation").first).to_be_visible(visible=largeur > 760)
    expect(page.get_by_text("Les traits pointillés, de gauche à droite")).to_be_visible(visible=largeur <= 760)
    coupes = page.evaluate(
        """() => { const cadre = document.querySelector('.st-key-classement .main-svg').getBoundingClientRect();
            return [...document.querySelectorAll('.st-key-classement .main-svg text')].filter(t => {
                const r = t.getBoundingClientRect();
                return t.checkVisibility() && r.width && (r.left < cadre.left - 1 || r.right > cadre.right + 1);
            }).map(t => t.textContent) }"""
    )
    assert coupes == []


@pytest.mark.parametrize("largeur", [390, 1280, 1920])
def test_la_barre_du_territoire_reste_en_haut(page: Page, largeur: int):
    page.set_viewport_size({"width": largeur, "height": 800})
    ouvrir(page, "/portrait?territoire=QP059050")
    page.locator(PIED).last.scroll_into_view_if_needed()
    barre = page.get_by_role("combobox", name="Quartier, commune ou agglomération")
    expect(barre).to_be_in_viewport()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") > 500


@pytest.mark.parametrize(("code", "feuilles"), [("COM62048", 2), ("QP062011", 4)])
def test_le_papier_d_un_portrait_n_a_pas_de_feuille_presque_vide(page: Page, code: str, feuilles: int, tmp_path: Path):
    """Auchel tient en deux feuilles ; la dernière est remplie au tiers au moins."""
    ouvrir(page, f"/portrait?territoire={code}")
    fichier = tmp_path / f"{code}.pdf"
    page.pdf(path=fichier, format="A4", print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", fichier.read_bytes())) <= feuilles
    if pdftoppm := shutil.which("pdftoppm"):
        subprocess.run([pdftoppm, "-r", "40", "-gray", fichier, tmp_path / "p"], check=True)
        derniere = Image.open(sorted(tmp_path.glob("p-*.pgm"))[-1])
        # Sans les marges, où chaque feuille rappelle ce qu'elle est.
        haut, bas = derniere.height // 12, derniere.height * 11 // 12
        encre = derniere.crop((0, haut, derniere.width, bas)).point(lambda p: 255 if p < 200 else 0).getbbox()
        assert encre and encre[3] >= (bas - haut) / 3


@pytest.mark.parametrize(
    "adresse",
    [
        "/comparer?territoire=QP059050",
        "/comparer?territoire=QP059050&vue=tableau",
        "/carte?territoire=QP059050",
        "/barometre?territoire=EPCI246200364",
        "/evolution?territoire=EPCI246200364&suivre=groupe",
        "/explorer?type=QPV",
    ],
)
def test_les_choix_tiennent_en_une_ligne_sur_un_telephone_et_sont_a_plat_ailleurs(
    page: Page, visiter: Visiter, adresse: str
):
    ouvrir(page, adresse)
    choix = page.locator(".st-key-choix_replies")
    expect(choix.locator("summary").first).to_be_hidden()
    choix.get_by_role("combobox").first.click()  # rien n'y est inerte
    telephone = {"viewport": {"width": 390, "height": 844}, "user_agent": "Essai Mobile", "has_touch": True}
    with visiter(**telephone) as page:
        ouvrir(page, adresse)
        choix = page.locator(".st-key-choix_replies")
        boite = choix.bounding_box()
        assert boite and boite["height"] < 844 / 10
        choix.locator("summary").first.click()
        choix.get_by_role("combobox").first.click()


def test_les_quartiers_de_lens_lievin_tiennent_sur_un_grand_ecran(page: Page):
    page.set_viewport_size({"width": 1920, "height": 1080})
    ouvrir(page, "/evolution?territoire=EPCI246200364&suivre=groupe")
    lignes = page.locator("table.groupe tbody tr")
    expect(lignes.last).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(lignes.nth(15)).to_be_in_viewport(ratio=1)
