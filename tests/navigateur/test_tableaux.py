"""Les grands tableaux dans un vrai navigateur : un groupe dans le temps, un tableau croisé ; rien ne se recouvre."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from chaque_ecran import ouvrir
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.navigateur

BOITES = """selecteur => [...document.querySelectorAll(selecteur)]
  .filter(e => e.textContent && e.getClientRects().length)
  .map(e => { const b = e.getBoundingClientRect(); return [e.textContent, b.left, b.top, b.right, b.bottom]; })"""


def se_recouvrent(une: list, autre: list) -> bool:
    return une[1] + 1 < autre[3] and autre[1] + 1 < une[3] and une[2] + 1 < autre[4] and autre[2] + 1 < une[4]


def test_au_telephone_chaque_annee_a_son_etiquette(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    ouvrir(page, "/evolution?territoire=EPCI246200364&indicateur=niveau_vie_median")
    annees = page.locator(".js-plotly-plot .xtick text")
    expect(annees.first).to_be_visible()
    assert annees.all_text_contents() == ["2016", "2017", "2018", "2019", "2021"]
    assert not [t for t in page.locator(".js-plotly-plot .ytick text").all_text_contents() if "k" in t]
    textes = ":is(.xtick text, .ytick text, .annotation text, .textpoint text)"
    boites = page.evaluate(BOITES, f".js-plotly-plot {textes}")
    assert len(boites) > 8
    assert not [(a[0], b[0]) for n, a in enumerate(boites) for b in boites[n + 1 :] if se_recouvrent(a, b)]


def test_le_groupe_se_lit_se_range_et_s_emporte(page: Page, tmp_path: Path):
    ouvrir(page, "/evolution?territoire=EPCI246200364&suivre=groupe")
    tableau = page.locator("table.groupe")
    expect(tableau.locator("tbody tr:not(.tete)")).to_have_count(22)
    expect(tableau.locator("thead th.coupee")).to_have_count(2)
    page.get_by_role("button", name="Réglages").click()
    ordre = page.get_by_role("combobox", name="Ordre")
    ordre.click()
    ordre.press_sequentially("2012, du plus faible")
    page.get_by_role("option", name="2012, du plus faible au plus élevé").click()
    expect(tableau.locator("tbody tr:not(.tete) th").first).to_have_text("Cité des Taberneaux")
    with page.expect_download() as attendu:
        page.get_by_role("button", name="Classeur (XLSX)").click()
    fichier = tmp_path / attendu.value.suggested_filename
    attendu.value.save_as(fichier)
    lignes = list(openpyxl.load_workbook(fichier)["Tableau"].iter_rows(values_only=True))
    assert lignes[3][1:3] == ("Cité des Taberneaux", 36.8)
    assert page.ailleurs == []


def test_le_tableau_croise_s_elargit_une_colonne_a_la_fois(page: Page):
    ouvrir(page, "/comparer?territoire=EPCI246200364&vue=tableau&indicateurs=taux_pauvrete")
    tableau = page.locator("table.croise")
    expect(tableau.locator("thead th")).to_have_count(2)
    page.get_by_role("button", name="Colonnes").click()
    ajout = page.get_by_role("combobox", name="Ajouter une colonne")
    ajout.click()
    ajout.press_sequentially("emploi des 15-64")
    expect(page.get_by_text("Select")).to_have_count(0)  # aucune proposition en bloc, ni en anglais
    page.get_by_role("option", name="Taux d’emploi des 15-64 ans").first.click()
    expect(tableau.locator("thead th")).to_have_count(3)
    expect(page).to_have_url(re.compile("indicateurs=taux_pauvrete(%2C|,)taux_emploi_15_64"))
    assert page.ailleurs == []


def test_un_tableau_du_portrait_s_emporte_a_son_adresse(page: Page):
    ouvrir(page, "/portrait?territoire=QP062011")
    table = page.locator("table[data-tableau]").first
    nom = table.get_attribute("data-tableau")
    for suffixe, genre in (("csv", "text/csv"), ("xlsx", "spreadsheetml")):
        adresse = page.locator(f'a[href*="tableau.{suffixe}"][href*="tableau={nom}"]').first.get_attribute("href") or ""
        reponse = page.request.get(adresse.removeprefix("."))
        assert reponse.status == 200 and genre in reponse.headers["content-type"]
        assert f"portrait-QP062011-{nom}" in reponse.headers["content-disposition"].lower().replace("qp", "QP")
    lignes = page.request.get(f"/tableau.csv?ecran=portrait&territoire=QP062011&tableau={nom}").text().splitlines()
    assert len(lignes) == 4 + table.locator("tbody tr").count()
    for faux in ("ecran=portrait&territoire=QP062011&tableau=rien", "ecran=mettre_a_jour&tableau=x", "tableau=x"):
        refus = page.request.get(f"/tableau.csv?{faux}")
        assert refus.status == 404 and refus.json()["quoi_faire"]
    assert page.request.get(f"/tableau.csv?ecran=portrait&zzz=1&tableau={nom}").status == 400
