"""Les parcours dans un vrai navigateur : chercher, comparer, coller un lien, sur un téléphone et sur un mur."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from chaque_ecran import chercher, entrer, ouvrir, suivre
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.navigateur


def test_un_lien_profond_ouvre_le_bon_ecran_dans_un_serveur_neuf(page: Page):
    ouvrir(page, "/portrait?territoire=QP062011")
    expect(page.get_by_role("heading", name="Le Centre", exact=True)).to_be_visible()
    cartes = page.locator(".carte")
    expect(cartes).to_have_count(5)
    for carte, attendus in enumerate(
        [("44 %", "environ 25 points de plus", "18,6 %"), ("40,7 %", "58,8 %"), ("79", "93, 2022"),
         ("37,9 %", "23,5 %"), ("82,9 %", "25,6 %")]
    ):  # fmt: skip
        for attendu in attendus:
            expect(cartes.nth(carte)).to_contain_text(attendu)
    assert page.evaluate("document.documentElement.lang") == "fr"
    assert page.ailleurs == []


def test_le_premier_ecran_n_a_pas_besoin_de_plotly(page: Page):
    charges: list[str] = []
    page.on("request", lambda requete: charges.append(requete.url))
    ouvrir(page, "/portrait?territoire=QP062011")
    expect(page.locator("svg.dq").first).to_be_visible()
    assert not [url for url in charges if "plotly" in url.lower()]
    dessin = page.locator(".carte svg.dq").first
    assert dessin.get_attribute("role") == "img"
    assert "Le Centre" in (dessin.get_attribute("aria-label") or "")


def test_le_parcours_chercher_changer_comparer_coller(page: Page):
    ouvrir(page, "/")
    entrer(page, chercher(page, "houdain").filter(has_text="Le Haut d’Houdain").filter(has_text="QP062017"))
    expect(page.get_by_role("heading", name="Le Haut d’Houdain", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/portrait\?.*territoire=QP062017"))
    expect(page.get_by_text("Recoupement, Taux de pauvreté").first).to_be_attached()

    reference = page.get_by_role("combobox", name="Comparer aussi à")
    reference.click()
    page.get_by_role("option", name="France métropolitaine", exact=True).click()
    expect(page).to_have_url(re.compile(r"reference=FRM"))
    expect(page.locator(".carte").first).to_contain_text("France métropolitaine")

    page.get_by_role("link", name="Comparer").click()
    expect(page.get_by_role("heading", name="Comparer")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/comparer"))
    indicateur = page.get_by_role("combobox", name="Quel indicateur ?")
    indicateur.click()
    indicateur.press_sequentially("parc social")
    page.get_by_role("option").filter(has_text="Part du parc social").first.click()
    expect(page).to_have_url(re.compile(r"indicateur=part_parc_social"))
    expect(page.get_by_role("heading", name=re.compile("Part du parc social"))).to_be_visible()

    collee = page.context.new_page()
    collee.goto(page.url)
    expect(collee.get_by_role("heading", name=re.compile("Part du parc social"))).to_be_visible(timeout=30_000)
    assert page.ailleurs == []


def test_revenir_a_l_accueil_y_reste(page: Page):
    ouvrir(page, "/portrait?territoire=QP062011")
    for geste in (lambda: page.get_by_role("link", name="Accueil").first.click(), page.reload):
        geste()
        expect(page.get_by_role("heading", name="Observatoire des quartiers")).to_be_visible()
        expect(page).to_have_url(re.compile(r"://[^/]+/$"))


def test_le_territoire_choisi_suit_apres_un_passage_par_l_accueil(page: Page):
    ouvrir(page, "/portrait?territoire=QP062011")
    for ecran, adresse in (("Accueil", r"://[^/]+/$"), ("Comparer", r"territoire=QP062011")):
        page.get_by_role("link", name=ecran).first.click()
        expect(page).to_have_url(re.compile(adresse))


@pytest.mark.parametrize("frappe", ["lievin", "Éleu", "bethune", "QP059050", "noeux"])
def test_la_recherche_ignore_les_accents(page: Page, frappe: str):
    ouvrir(page, "/")
    trouves = chercher(page, frappe)
    expect(trouves.first).to_be_visible()


@pytest.mark.parametrize(
    ("frappe", "lieu", "sujet", "ecran"),
    [
        ("neet auchel", "Auchel", "ni en emploi ni scolarisés", "portrait|evolution"),
        ("parc socail lens", "Lens", "", "portrait|evolution"),
        ("grande residance", "Grande Résidence", "", "portrait"),
    ],
)
def test_une_case_comprend_un_lieu_et_un_sujet(page: Page, frappe: str, lieu: str, sujet: str, ecran: str):
    """Le chiffre est dans la liste même, et la ligne ouvre l'écran qui le montre."""
    ouvrir(page, "/")
    trouve = chercher(page, frappe).first
    expect(trouve.get_by_role("link").first).to_contain_text(lieu)
    expect(trouve).to_contain_text(re.compile(r"\d"))
    expect(trouve).to_contain_text(sujet)
    entrer(page, trouve)
    expect(page).to_have_url(re.compile(rf"/({ecran})\?territoire="))
    expect(page.locator("h1").first).to_be_visible()


def test_mon_agglomeration_se_garde_dans_l_adresse(page: Page):
    ouvrir(page, "/")
    lens = page.locator(".agglomerations section", has_text="Lens-Liévin")
    suivre(page, lens.get_by_role("link", name="C’est mon"))
    expect(page).to_have_url(re.compile(r"/\?chez_moi=EPCI246200364$"))
    expect(page.locator(".agglomerations section")).to_have_count(1)
    expect(page.locator(".agglomerations")).to_contain_text("Grande Résidence")


def test_les_mots_de_streamlit_sont_en_francais(page: Page):
    """Ce qui se lit et ce qu'entend un lecteur d'écran : rien d'anglais dans les listes ni les menus."""
    ouvrir(page, "/comparer?territoire=QP059050")
    champ = page.get_by_role("combobox", name="Quel indicateur ?")
    champ.click()
    champ.press_sequentially("zzzz")
    expect(page.get_by_role("option").first).to_contain_text("Aucun résultat : essayez un autre mot")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Retirer Hauts-de-France")).to_be_visible()
    noms = page.evaluate("[...document.querySelectorAll('[aria-label]')].map(e => e.getAttribute('aria-label'))")
    anglais = re.compile(r"^(Open|Clear|Remove|Selected|App pages|Sidebar|Expand|Collapse|Skip)\b")
    assert [nom for nom in noms if anglais.match(nom)] == []


def test_un_code_inconnu_donne_une_phrase(page: Page):
    page.goto("/portrait?territoire=QP000000")
    expect(page.get_by_text("Aucun territoire ne porte le code « QP000000 »")).to_be_visible()
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_le_detail_d_un_chiffre_donne_sa_source_et_son_passage(page: Page):
    ouvrir(page, "/portrait?territoire=QP062011")
    carte = page.locator(".carte").first
    carte.get_by_text("lecture et source").click()
    expect(carte.locator("details")).to_contain_text("QP062011 | annee = 2021 | taux_pauvrete | 44.0")
    expect(carte.locator("details")).to_contain_text("convention d’application communale d’Haillicourt")


def test_un_elu_sur_son_telephone(page: Page):
    """Deux minutes, un téléphone : le quartier par sa commune, cinq chiffres en mots, ce qui pèse, son projet."""
    page.set_viewport_size({"width": 390, "height": 844})
    ouvrir(page, "/")
    entrer(page, chercher(page, "haillicourt").filter(has_text="Le Centre").filter(has_text="QP062011"))
    expect(page.get_by_role("heading", name="Le Centre", exact=True)).to_be_visible()
    expect(page.locator(".chapeau")).to_contain_text("Plus de deux habitants sur cinq vivent sous le seuil de pauvreté")
    expect(page.get_by_role("heading", name="Ce qui va moins bien que l’agglomération")).to_be_visible()
    projet = page.locator("details", has_text="irritants").first
    projet.locator("summary").click()
    expect(projet).to_contain_text("décrochage scolaire")
    assert page.ailleurs == []


def test_un_comite_au_mur_et_au_clavier(page: Page):
    """Une salle, un grand écran, pas de souris : du portrait au baromètre par la seule touche de tabulation."""
    page.set_viewport_size({"width": 1920, "height": 1080})
    ouvrir(page, "/portrait?territoire=QP059050")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText").strip().endswith("Baromètre"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Baromètre des quartiers et communes")).to_be_visible()
    expect(page.get_by_role("heading", name="Du plus grand besoin au plus petit")).to_be_visible()
    expect(page.locator("table.barometre tbody tr")).to_have_count(13)


def test_un_evaluateur_filtre_exporte_et_rouvre(page: Page, tmp_path: Path):
    """« Emploi, QPV 2015, Porte du Hainaut, douteux », puis le classeur rouvert : les mêmes lignes, en nombres."""
    ouvrir(page, "/explorer?theme=emploi&type=QPV&perimetre=2015")
    for question, reponse in (("Agglomération", "Porte du Hainaut"), ("Fiabilité", "douteuse")):
        page.get_by_role("combobox", name=question, exact=True).click()
        page.get_by_role("option").filter(has_text=reponse).first.click()
        page.keyboard.press("Escape")
        expect(page.locator(".lecture").first).to_contain_text(f"{question} :")
        expect(page.locator(".lecture").first).to_contain_text(reponse)
    expect(page).to_have_url(re.compile("agglomeration=EPCI200042190.*fiabilite=douteuse"))
    expect(page.locator(".lecture").first).to_contain_text("2 observations")
    with page.expect_download() as telechargement:
        page.get_by_role("button", name=re.compile("Excel \\(XLSX\\)")).click()
    chemin = tmp_path / "export.xlsx"
    telechargement.value.save_as(chemin)
    classeur = openpyxl.load_workbook(chemin)
    assert {"Observations", "Définitions", "Sources"} <= set(classeur.sheetnames)
    cellules = [cellule.value for ligne in classeur["Observations"].iter_rows() for cellule in ligne]
    assert {"Arenberg", "Elnon"} <= set(cellules)
    assert {198, -45.5} <= {valeur for valeur in cellules if isinstance(valeur, int | float)}
    assert page.ailleurs == []


def test_l_image_d_un_graphique_a_un_clic_et_au_clavier(page: Page, tmp_path: Path):
    """Un vrai bouton : Entrée suffit ; l'image est un PNG qui n'a rien demandé ailleurs."""
    ouvrir(page, "/comparer?territoire=QP059050")
    expect(page.locator(".js-plotly-plot .point").first).to_be_visible()
    bouton = page.get_by_role("button", name="Enregistrer l’image du graphique (PNG)")
    bouton.focus()
    with page.expect_download() as telechargement:
        page.keyboard.press("Enter")
    assert telechargement.value.suggested_filename.startswith("taux-de-pauvrete")
    image = tmp_path / "image.png"
    telechargement.value.save_as(image)
    octets = image.read_bytes()
    assert octets[:8] == b"\x89PNG\r\n\x1a\n"
    largeur = int.from_bytes(octets[16:20], "big")
    assert largeur > 2000, "deux points d'image par point d'écran"
    assert page.ailleurs == []
