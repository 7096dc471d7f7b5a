"""La séance dans un vrai navigateur : clavier, plein écran, notes, et rien qui déborde du mur."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pptx import Presentation

pytestmark = pytest.mark.navigateur
MESSAGE, NUMERO = ".diapo .message", ".diapo .pied > span:last-child"


def ouvrir(page: Page, parametres: str) -> None:
    page.goto(f"/seance?{parametres}")
    expect(page.locator(".oq footer").last).to_be_visible()
    expect(page.locator(".touches[data-pret]")).to_be_visible()


def numero(n: int) -> re.Pattern[str]:
    return re.compile(rf"^{n}\s/\s\d+$")


def test_au_clavier_et_a_la_telecommande(page: Page):
    page.set_viewport_size({"width": 1920, "height": 1080})
    ouvrir(page, "territoire=QP062011")
    expect(page.locator(MESSAGE)).to_have_text("Le Centre")
    page.keyboard.press("PageDown")
    expect(page.locator(NUMERO)).to_have_text(numero(2))
    page.keyboard.press("ArrowRight")
    expect(page.locator(NUMERO)).to_have_text(numero(3))
    page.keyboard.press("PageUp")
    expect(page.locator(NUMERO)).to_have_text(numero(2))
    expect(page).to_have_url(re.compile("diapo=famille-taux_pauvrete"))
    page.keyboard.press("End")
    expect(page.locator(MESSAGE)).to_contain_text("D’où viennent ces chiffres")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Home")
    expect(page.locator(NUMERO)).to_have_text(numero(1))
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator(NUMERO)).to_have_text(numero(5))
    assert page.ailleurs == []  # type: ignore[attr-defined]


def test_plein_ecran_sans_rien_perdre(page: Page):
    page.set_viewport_size({"width": 1920, "height": 1080})
    ouvrir(page, "territoire=QP062011&ordre=ouverture,theme-emploi,sources-1&diapo=theme-emploi")
    page.keyboard.press("f")
    expect(page.locator("html.seance-plein")).to_have_count(1)
    expect(page.locator(".st-key-barre")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("n")
    page.keyboard.type("notes prises dans ")  # sans attendre la diapositive, encore moins son champ
    expect(page.locator(NUMERO)).to_have_text(numero(3))
    note = page.get_by_label("Note sur cette diapositive")
    # Le temps d'un passage, Streamlit garde aussi le champ de la diapositive d'avant : on attend celui qui a la main.
    expect(note.and_(page.locator(":focus"))).to_have_value("notes prises dans ")
    page.keyboard.type("le champ")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(NUMERO)).to_have_text(numero(3))
    page.keyboard.press("Control+Enter")
    expect(note.filter(visible=True)).to_have_count(0)
    page.keyboard.press("f")
    expect(page.locator("html.seance-plein")).to_have_count(0)
    expect(page).to_have_url(
        re.compile("ordre=ouverture%2Ctheme-emploi%2Csources-1|ordre=ouverture,theme-emploi,sources-1")
    )
    expect(note).to_have_count(1)
    expect(note).to_have_value("notes prises dans le champ")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(NUMERO)).to_have_text(numero(2))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("n")
    page.keyboard.type(", puis la suite")
    expect(note.and_(page.locator(":focus"))).to_have_value("notes prises dans le champ, puis la suite")


def test_quitter_l_ecran_quitte_le_plein_ecran(page: Page):
    page.goto("/portrait?territoire=QP062011")
    page.get_by_role("link", name="Projeter en séance").click()
    expect(page.locator(".touches[data-pret]")).to_be_visible()
    page.keyboard.press("f")
    expect(page.locator("html.seance-plein")).to_have_count(1)
    page.go_back()
    expect(page.locator("html.seance-plein")).to_have_count(0)
    page.wait_for_function("!document.fullscreenElement")


def test_une_touche_repond_sans_quitter_la_diapositive(page: Page):
    page.set_viewport_size({"width": 1920, "height": 1080})
    ouvrir(page, "territoire=QP062011&diapo=famille-taux_pauvrete")
    ouvert = page.locator("details.reponse[open]")
    for touche, dit in (("v", "le plus faible"), ("c", "lui ressemblent"), ("p", "loyer de solidarité")):
        page.keyboard.press(touche)
        expect(ouvert).to_have_count(1)
        expect(ouvert.locator(".panneau")).to_contain_text(dit)
    page.keyboard.press("p")
    expect(ouvert).to_have_count(0)
    page.locator("summary", has_text="à côté ?").click()
    expect(ouvert).to_have_count(1)
    expect(page.locator(NUMERO)).to_have_text(numero(2))
    page.keyboard.press("ArrowRight")
    expect(page.locator(NUMERO)).to_have_text(numero(3))
    expect(ouvert).to_have_count(0)


def test_une_decision_tapee_part_dans_le_diaporama_au_clic_suivant(page: Page, tmp_path: Path):
    ouvrir(page, "territoire=QP062011&ordre=ouverture,theme-emploi")
    page.get_by_label("Décision").fill("Saisir le bailleur")
    page.get_by_role("button", name=re.compile("Préparer le diaporama")).click()
    with page.expect_download() as telechargement:
        page.get_by_role("button", name="Télécharger le diaporama (PPTX)").click()
    assert telechargement.value.suggested_filename == "seance-QP062011.pptx"
    chemin = tmp_path / "seance.pptx"
    telechargement.value.save_as(chemin)
    document = Presentation(str(chemin))
    assert len(document.slides) == 3
    assert "Saisir le bailleur" in document.slides[0].notes_slide.notes_text_frame.text
    assert any("Saisir le bailleur" in f.text_frame.text for f in document.slides[2].shapes if f.has_text_frame)
    page.get_by_label("Note sur cette diapositive").fill("encore")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Télécharger le diaporama (PPTX)")).to_have_count(0)


CARTE_SUR_CHIFFRES = """() => {
    const bord = (quoi) => document.querySelector(`.diapo-ouverture ${quoi}`)?.getBoundingClientRect();
    const carte = bord('.situation'), chiffres = bord('.cles');
    return Boolean(carte && chiffres && carte.bottom > chiffres.top);
}"""


@pytest.mark.parametrize("code", ["QP059050", "QP062019", "EPCI200042190", "QP062017", "EPCI200054807"])
def test_aucune_diapositive_ne_deborde_du_mur(page: Page, code: str):
    page.set_viewport_size({"width": 1920, "height": 1080})
    ouvrir(page, f"territoire={code}")
    assert page.evaluate(CARTE_SUR_CHIFFRES) is False
    page.keyboard.press("f")
    expect(page.locator("html.seance-plein")).to_have_count(1)
    assert page.evaluate(CARTE_SUR_CHIFFRES) is False
    total = int((page.locator(NUMERO).text_content() or "").split("/")[1])
    debordent = []
    for rang in range(1, total + 1):
        expect(page.locator(NUMERO)).to_have_text(numero(rang))
        trop = page.evaluate(
            """() => {
                const cadre = document.querySelector('.diapo-cadre'), d = document.querySelector('.diapo');
                const bord = d.getBoundingClientRect();
                const sortis = [...d.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > bord.right);
                for (const r of d.querySelectorAll('details.reponse')) {
                    r.open = true;
                    const p = r.querySelector('.panneau');
                    if (p.scrollHeight - p.clientHeight > 1) sortis.push(p);
                    r.open = false;
                }
                return [d.scrollHeight - cadre.clientHeight, sortis.map(e => e.textContent.slice(0, 60))];
            }"""
        )
        if trop[0] > 1 or trop[1]:
            debordent.append((rang, trop))
        page.keyboard.press("ArrowRight")
    assert debordent == []


def test_les_documents_partent_du_portrait(page: Page, tmp_path: Path):
    page.goto("/portrait?territoire=EPCI200033579")
    expect(page.locator(".oq footer").last).to_be_visible()
    for bouton, nom, debut in (
        ("Fiche (PDF)", "fiche-EPCI200033579.pdf", b"%PDF"),
        ("Classeur (XLSX)", "classeur-EPCI200033579.xlsx", b"PK"),
    ):
        with page.expect_download() as telechargement:
            page.get_by_role("button", name=bouton).click()
        assert telechargement.value.suggested_filename == nom
        assert Path(telechargement.value.path()).read_bytes().startswith(debut)
    page.get_by_role("button", name="Préparer l’atlas de tous ses quartiers (PDF)").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    with page.expect_download(timeout=180_000) as telechargement:  # à côté d'autres essais
        page.get_by_role("button", name="Télécharger l’atlas (PDF)").click(timeout=180_000)
    assert telechargement.value.suggested_filename == "atlas-EPCI200033579.pdf"
    page.get_by_role("link", name="Projeter en séance").click()
    expect(page.locator(MESSAGE)).to_contain_text("Arras")
