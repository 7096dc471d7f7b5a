"""Le chargé de mission : entrer, déposer un fichier, lire ce qui changerait, l'ajouter, le voir, l'annuler."""

from __future__ import annotations

import re
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from chaque_ecran import fautes
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from indicators.base.construction import VARIABLE_BASE, VARIABLE_LOCALES, assurer
from indicators.socle.acces_reserve import VARIABLE_MOT_DE_PASSE, hacher

MOT = "un mot de passe assez long"
MODELE = (
    "territoire;indicateur;annee;valeur;producteur;titre_source\r\n"
    "QP062011;taux_pauvrete;2018;45,0;Ville d’essai;Enquête d’essai\r\n"
    "QP062011;population;2023;5111;Ville d’essai;Enquête d’essai\r\n"
    "QP062011;indicateur_inconnu;2023;1;Ville d’essai;Enquête d’essai\r\n"
)

pytestmark = pytest.mark.navigateur


def test_un_fichier_depose_se_lit_s_ajoute_se_voit_et_s_annule(navigateur: Browser, servir, tmp_path: Path):
    fichier = tmp_path / "enquete.csv"
    fichier.write_text(MODELE, "utf-8-sig")
    ou = tmp_path / "base"
    ou.mkdir()
    shutil.copy(assurer().chemin, ou)  # prête : l'essai suit les ajouts, il n'attend pas une construction de plus
    variables = {
        VARIABLE_MOT_DE_PASSE: hacher(MOT),
        VARIABLE_LOCALES: str(tmp_path / "locales"),
        VARIABLE_BASE: str(ou),
    }
    with servir(**variables) as adresse:
        page = navigateur.new_context(base_url=adresse, locale="fr-FR").new_page()
        page.set_default_timeout(60_000)
        page.goto("/mettre_a_jour")
        page.get_by_label("Mot de passe", exact=True).fill("pas le bon du tout")
        page.get_by_role("button", name="Entrer").click()
        expect(page.get_by_text("Ce n'est pas le bon mot de passe.")).to_be_visible()
        page.get_by_label("Mot de passe", exact=True).fill(MOT)
        page.get_by_role("button", name="Entrer").click()

        expect(page.get_by_role("button", name="Choisir des fichiers")).to_be_visible()
        page.locator("input[type=file]").set_input_files(fichier)
        expect(page.get_by_role("heading", name="Ce qui changerait")).to_be_visible(timeout=60_000)
        expect(page.get_by_text("2 valeurs ajoutées")).to_be_visible()
        page.get_by_text("Désaccords avec une autre source (").click()
        expect(page.get_by_text("46,7").first).to_be_visible()
        page.get_by_text("Cases illisibles, laissées (1)").click()
        expect(page.get_by_text("indicateur_inconnu")).to_be_visible()
        assert [f for f in fautes(page) if f[0] in {"serious", "critical"}] == []

        page.get_by_role("button", name="Ajouter ces valeurs").click()
        expect(page.get_by_text("Ajout n° 1 en service : 2 valeurs ajoutées")).to_be_visible(timeout=180_000)
        autre = page.context.new_page()
        autre.goto("/portrait?territoire=QP062011")
        expect(autre.get_by_text("Enquête d’essai").first).to_be_attached(timeout=60_000)

        page.get_by_role("button", name="Annuler l’ajout n° 1").click()
        expect(page.get_by_text("Ajout n° 1 annulé")).to_be_visible(timeout=180_000)
        autre.reload()
        expect(autre.locator(".carte").first).to_contain_text("44 %", timeout=60_000)
        expect(autre.get_by_text("Enquête d’essai")).to_have_count(0)

        _un_regroupement_se_fait_s_emporte_et_s_annule(page, autre)
        page.context.close()


def _la_carte_et_la_liste_disent_les_memes(page: Page) -> None:
    """Un clic ajoute, la barre d'espace retire et remet ; les flèches vont à un autre lieu."""
    liste = page.get_by_test_id("stMultiSelect")
    premier, troisieme = (page.get_by_role("checkbox", name=code) for code in ("621190101", "621190103"))
    expect(premier).to_be_checked()
    expect(troisieme).not_to_be_checked()
    assert [f for f in fautes(page) if f[0] in {"serious", "critical"}] == []
    troisieme.click()
    expect(liste).to_contain_text("621190103")
    expect(troisieme).to_be_focused()
    page.keyboard.press("Space")
    expect(liste).not_to_contain_text("621190103")
    page.keyboard.press("ArrowRight")
    expect(troisieme).not_to_be_focused()
    expect(page.locator(".dc-case:focus")).to_have_attribute("aria-checked", "false")
    troisieme.focus()
    page.keyboard.press("Enter")
    expect(liste).to_contain_text("621190103")
    premier.click()
    expect(liste).not_to_contain_text("621190101")
    premier.click()
    expect(liste).to_contain_text("621190101")


def _choisir_dans_la_liste(page: Page, code: str) -> None:
    """Taper le code, Entrée. La liste se ferme si l'écran bouge : on retape alors, trois fois au plus.

    Un clic du pilote sur le choix ferait défiler l'écran : Entrée prend celui que la liste désigne.
    """
    membres, trouve = page.get_by_role("combobox", name="Membres"), page.get_by_role("option")
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()
    for essai in range(3):
        membres.fill("")
        membres.press_sequentially(code)
        try:
            expect(trouve).to_have_count(1, timeout=10_000)
            expect(membres).to_have_attribute("aria-activedescendant", re.compile("option"), timeout=10_000)
            break
        except AssertionError:
            if essai == 2:
                raise
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)  # une liste qui se ferme encore n'est plus au clavier


def _un_regroupement_se_fait_s_emporte_et_s_annule(page: Page, autre: Page) -> None:
    """Trois IRIS de Béthune, de la liste et de la carte : leur somme au portrait, au classeur, puis plus rien."""
    page.get_by_text("Réunir des IRIS, des communes ou des quartiers sous un nom").click()
    page.get_by_label("Chercher des lieux").fill("Béthune")
    page.get_by_label("Chercher des lieux").press("Enter")
    for code in ("621190101", "621190102"):
        expect(page.get_by_role("checkbox", name=code)).to_be_visible()  # l'écran a suivi le geste d'avant
        _choisir_dans_la_liste(page, code)
        expect(page.get_by_role("checkbox", name=code)).to_be_checked()
        expect(page.get_by_test_id("stMultiSelect")).to_contain_text(code)
    _la_carte_et_la_liste_disent_les_memes(page)
    page.get_by_label("Nom du regroupement").fill("Quartier vécu du Centre")
    page.get_by_label("Nom du regroupement").press("Enter")
    expect(page.get_by_text("Quartier vécu du Centre : 3 membres.")).to_be_visible()
    page.get_by_role("button", name="Faire ce regroupement").click()
    expect(page.get_by_text("Ajout n° 2 en service")).to_be_visible(timeout=180_000)

    autre.goto("/portrait?territoire=RGT-QUARTIER-VECU-DU-CENTRE")
    # 3 283, 4 405 et 3 161 habitants ; les taux de pauvreté des trois ne se moyennent pas.
    expect(autre.locator(".identite")).to_contain_text("10\u202f849\u00a0habitants", timeout=60_000)
    expect(autre.locator(".manque").first).to_contain_text("de 21 à 23\u00a0%")
    with autre.expect_download(timeout=60_000) as emporte:
        autre.get_by_role("button", name="Classeur (XLSX)").click()
    classeur = load_workbook(BytesIO(emporte.value.path().read_bytes()), read_only=True)
    cases = {case for feuille in classeur for ligne in feuille.values for case in ligne}
    assert {10_849, "Taux de pauvreté", "de 21 à 23\u00a0%"} <= cases

    page.get_by_role("button", name="Annuler l’ajout n° 2").click()
    expect(page.get_by_text("Ajout n° 2 annulé")).to_be_visible(timeout=180_000)
    autre.reload()
    expect(autre.get_by_text("Aucun territoire ne porte le code").first).to_be_visible(timeout=60_000)
