"""Le bouton « retour » d'un vrai navigateur : un changement voulu, une étape ; ce qui n'existe pas est dit."""

from __future__ import annotations

import re

import pytest
from chaque_ecran import ECRANS, chercher, entrer, ouvrir
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.navigateur


def menu(page: Page, ecran: str, titre: str) -> None:
    """Va sur un écran par le menu, et attend qu'il soit là, son adresse écrite."""
    page.get_by_test_id("stTopNavLink").filter(has_text=ecran).click()
    expect(page.get_by_role("heading", name=titre, exact=True).first).to_be_visible()
    page.wait_for_load_state("networkidle")
    attendre_la_fin(page)


def attendre_la_fin(page: Page) -> None:
    """Le script a fini : plus rien ne peut écrire l'adresse."""
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()


def etapes(page: Page) -> int:
    longueur: int = page.evaluate("history.length")
    return longueur


def choisir(page: Page, question: str, reponse: str) -> None:
    page.get_by_role("combobox", name=question, exact=True).click()
    page.get_by_role("option").filter(has_text=reponse).first.click()


@pytest.mark.parametrize("adresse", ECRANS)
def test_d_un_lien_colle_un_seul_retour_en_sort(page: Page, adresse: str):
    page.goto("about:blank")
    ouvrir(page, adresse)
    attendre_la_fin(page)
    assert etapes(page) == 2
    expect(page).to_have_url(re.compile(re.escape(adresse) + "$"))
    page.go_back()
    expect(page).to_have_url("about:blank")


def test_trois_ecrans_trois_retours_a_l_accueil(page: Page):
    page.goto("about:blank")
    ouvrir(page, "/")
    entrer(page, chercher(page, "QP062017").filter(has_text="QP062017"))
    expect(page.get_by_role("heading", name="Le Haut d’Houdain", exact=True)).to_be_visible()
    attendre_la_fin(page)
    for ecran in ("Comparer", "Carte"):
        menu(page, ecran, ecran)
        expect(page).to_have_url(re.compile(rf"/{ecran.lower()}\?territoire=QP062017$"))
    assert etapes(page) == 1 + 1 + 3
    for titre, adresse in (
        ("Comparer", r"/comparer\?territoire=QP062017$"),
        ("Le Haut d’Houdain", r"/portrait\?territoire=QP062017$"),
        ("Observatoire des quartiers", r"://[^/]+/$"),
    ):
        page.go_back()
        expect(page.get_by_role("heading", name=titre, exact=True).first).to_be_visible()
        attendre_la_fin(page)
        expect(page).to_have_url(re.compile(adresse))
    page.go_back()
    expect(page).to_have_url("about:blank")


def test_un_changement_une_etape(page: Page):
    page.goto("about:blank")
    ouvrir(page, "/comparer?territoire=QP059050")
    for question, reponse, adresse in (
        ("Quelle vue ?", "Deux indicateurs", "vue=nuage"),
        ("Quels territoires ?", "quartiers prioritaires, périmètre 2024", "groupe=EPCI200042190-QPV2024"),
    ):
        choisir(page, question, reponse)
        expect(page).to_have_url(re.compile(adresse))
        attendre_la_fin(page)
    assert etapes(page) == 1 + 1 + 2
    page.go_back()
    expect(page).to_have_url(re.compile(r"\?territoire=QP059050&vue=nuage$"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"\?territoire=QP059050$"))
    expect(page.get_by_role("heading", name=re.compile("Taux de pauvreté"))).to_be_visible()
    page.go_back()
    expect(page).to_have_url("about:blank")


def test_les_references_reviennent_avec_le_retour(page: Page):
    ouvrir(page, "/comparer?territoire=QP059050&references=REG32")
    expect(page.get_by_label("Retirer Hauts-de-France")).to_be_visible()
    menu(page, "Évolution", "Taux de pauvreté (seuil à 60 %), Denain Centre")
    page.go_back()
    expect(page.get_by_role("heading", name="Comparer", exact=True)).to_be_visible()
    attendre_la_fin(page)
    expect(page).to_have_url(re.compile(r"/comparer\?territoire=QP059050&references=REG32$"))
    expect(page.get_by_label("Retirer Hauts-de-France")).to_be_visible()
    expect(page.get_by_label("Retirer Porte du Hainaut")).to_have_count(0)


def test_la_carte_et_le_barometre_gardent_chacun_leur_methode(page: Page):
    ouvrir(page, "/barometre?notation=ecart")
    menu(page, "Carte", "Carte")
    expect(page).to_have_url(re.compile(r"/carte$"))
    page.get_by_role("button", name="Réglages").click()
    choisir(page, "Classes", "Quantiles")
    expect(page).to_have_url(re.compile(r"/carte\?classes=quantiles$"))
    menu(page, "Baromètre", "Baromètre des quartiers et communes")
    expect(page).to_have_url(re.compile(r"/barometre\?notation=ecart$"))


def test_l_ancien_nom_d_un_ecran_s_ouvre_et_un_retour_en_sort(page: Page):
    page.goto("about:blank")
    ouvrir(page, "/engagements?engagement_mots=RSA")
    attendre_la_fin(page)
    expect(page).to_have_url(re.compile(r"/suivi\?engagement_mots=RSA$"))
    page.go_back()
    expect(page).to_have_url("about:blank")


@pytest.mark.parametrize(
    ("adresse", "dit"),
    [
        ("/comparer?indicateur=inconnu", "Indicateur « inconnu » introuvable ici. Disponibles :"),
        ("/comparer?territoire=QP059050&annee=1950", "Année « 1950 » introuvable ici. Disponibles :"),
        ("/comparer?groupe=EPCI000-QPV2015", "Groupe de territoires « EPCI000-QPV2015 » introuvable ici."),
        ("/comparer?methode=rang", "« Comparer » ne le connaît pas"),
        ("/carte?groupe=EPCI000-QPV2015", "Groupe de territoires « EPCI000-QPV2015 » introuvable ici."),
        ("/barometre?groupe=EPCI000-QPV2015", "Groupe de territoires « EPCI000-QPV2015 » introuvable ici."),
        ("/explorer?indicateur=inconnu", "Indicateur « inconnu » introuvable ici. Disponibles :"),
        ("/explorer?agglomeration=EPCI000", "Agglomération « EPCI000 » introuvable ici. Disponibles :"),
        ("/sources?indicateur=inconnu", "Indicateur « inconnu » introuvable ici. Disponibles :"),
        ("/carte?territoire=QP000000", "Aucun territoire ne porte le code « QP000000 »"),
    ],
)
def test_ce_qui_n_existe_pas_est_dit(page: Page, adresse: str, dit: str):
    page.goto(adresse)
    alerte = page.get_by_role("alert").filter(has_text=dit)
    expect(alerte).to_be_visible()
    expect(alerte).to_be_in_viewport()
    attendre_la_fin(page)
    expect(page).to_have_url(re.compile(re.escape(adresse) + "$"))
