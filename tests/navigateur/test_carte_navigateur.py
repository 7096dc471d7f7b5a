"""La carte dans un vrai navigateur, réseau coupé : elle se dessine, un clic ouvre le portrait, le tableau concorde."""

from __future__ import annotations

import re
import struct
import zlib

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.navigateur
HAINAUT = "/carte?groupe=EPCI200042190-QPV2015&indicateur=taux_emploi_15_64"
CARTE, AMPLE, ETROITE = ".dc-toile svg.dc", ".dc-toile .dc-ample .dc-dessus", ".dc-toile .dc-etroite .dc-dessus"
"""Le dessin, et ce qu'il a de propre à un écran large ou à un téléphone : ses repères, ses noms, son échelle."""


def couper_le_reseau(page: Page) -> None:
    """Toute requête hors de cette machine échoue, comme derrière un pare-feu."""
    page.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), lambda route: route.abort())


def ouvrir(page: Page, adresse: str) -> None:
    page.goto(adresse)
    expect(page.locator(".oq footer").last).to_be_visible()
    expect(page.locator("svg.dc").first).to_be_attached()


def test_reseau_coupe_la_carte_le_clic_et_le_tableau(page: Page):
    couper_le_reseau(page)
    ouvrir(page, HAINAUT)
    expect(page.locator(CARTE)).to_be_visible()
    carte = page.locator(AMPLE)
    lieux = carte.locator("a.dc-lieu")
    expect(lieux).to_have_count(13)
    # Chaque lieu du dessin dit le même chiffre et la même classe que sa ligne du tableau.
    lignes = page.locator("table.souple tbody tr")
    expect(lignes).to_have_count(13)
    dessin = {
        a.get_attribute("href"): (a.locator("title").text_content() or "").replace("\u00a0", " ") for a in lieux.all()
    }
    for ligne in lignes.all():
        adresse = ligne.locator("th a").get_attribute("href")
        valeur = ligne.locator("td.n").inner_text().replace("\u00a0", " ")
        classe = ligne.locator('td[data-nom="classe"]').inner_text()
        figure = ligne.locator('td[data-nom="sur la carte"]').inner_text()
        point = "" if figure == "périmètre" else f" ({figure})"
        assert dessin[adresse].endswith(f" : {valeur} (2019), {classe}{point}"), dessin[adresse]
    carte.locator('a[href="portrait?territoire=QP059059"] .dc-symbole').click()
    expect(page).to_have_url(re.compile(r"/portrait\?territoire=QP059059"))
    expect(page.get_by_role("heading", name="Arenberg", exact=True)).to_be_visible()
    assert page.ailleurs == []


def test_au_clavier_le_tableau_puis_le_portrait(page: Page):
    ouvrir(page, HAINAUT)
    page.get_by_role("link", name="Aller au tableau de la carte").press("Enter")
    expect(page.locator("table.souple tbody tr a").first).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(page.locator("table.souple tbody tr a").first).to_be_focused()
    lieu = page.locator(f"{AMPLE} a.dc-lieu").first
    lieu.focus()
    expect(lieu).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/portrait\?territoire=QP"))


def test_au_telephone_la_carte_etroite_prend_la_place(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    ouvrir(page, HAINAUT)
    expect(page.locator(AMPLE)).to_be_hidden()
    etroite = page.locator(ETROITE)
    expect(etroite).to_be_visible()
    # Le cadre du téléphone a le rapport de ses repères : la carte l'emplit, et rien n'en sort.
    cadre, toile = page.locator(CARTE).bounding_box(), page.locator(".dc-toile").bounding_box()
    barre = etroite.locator(".dc-barre").bounding_box()
    assert cadre is not None and toile is not None and barre is not None
    assert cadre["height"] / cadre["width"] == pytest.approx(430 / 400, rel=0.01)
    assert toile["y"] < barre["y"] < barre["y"] + barre["height"] < toile["y"] + toile["height"]
    hauteurs = etroite.locator("text:not([display=none])").evaluate_all(
        "textes => textes.map(t => t.getBoundingClientRect().height)"
    )
    assert min(hauteurs) > 9
    etroite.locator('a[href="portrait?territoire=QP059059"] .dc-symbole').click()
    expect(page.get_by_role("heading", name="Arenberg", exact=True)).to_be_visible()


def test_on_agrandit_et_on_se_deplace_sans_rien_demander_au_reseau(page: Page):
    ouvrir(page, HAINAUT)
    terrain = page.locator(f"{CARTE} .dc-terrain")
    echelle = page.locator(f"{AMPLE} .dc-barre text")
    avant = echelle.inner_html()
    demandes: list[str] = []
    page.on("request", lambda requete: demandes.append(requete.url))
    for _ in range(2):
        page.get_by_role("button", name="Agrandir la carte").click()
    # Deux fois 1,6, autour du milieu d'un cadre de 940 × 600 : 470 × (1 − 2,56), 300 × (1 − 2,56).
    attendu = (470 * (1 - 1.6**2), 300 * (1 - 1.6**2), 1.6**2)
    lus = [float(n) for n in re.findall(r"-?[\d.]+", terrain.get_attribute("transform") or "")]
    assert lus == pytest.approx(attendu, abs=0.01)
    assert echelle.inner_html() != avant
    tailles = page.locator(f"{AMPLE} a.dc-lieu .dc-symbole").evaluate_all(
        "formes => formes.map(f => f.getBoundingClientRect().width)"
    )
    assert max(tailles) < 30, "un repère ne grossit pas"
    cadre = page.locator(CARTE).bounding_box()
    assert cadre is not None
    page.mouse.move(cadre["x"] + 300, cadre["y"] + 200)
    page.mouse.down()
    page.mouse.move(cadre["x"] + 240, cadre["y"] + 200, steps=4)
    page.mouse.up()
    assert float(re.findall(r"-?[\d.]+", terrain.get_attribute("transform") or "")[0]) < attendu[0] - 20
    expect(page).to_have_url(re.compile(r"/carte\?"))
    page.get_by_role("button", name="Toute la carte").click()
    expect(terrain).to_have_attribute("transform", "translate(0 0) scale(1)")
    assert echelle.inner_html() == avant
    # Streamlit vérifie de lui-même les fichiers de ses boutons à télécharger, quand il les pose.
    assert [d for d in demandes if "/media/" not in d] == []


def test_d_une_largeur_a_l_autre_le_terrain_reste_sous_ses_reperes(page: Page):
    """Un contour et le rappel posé dessus, au même endroit aux deux largeurs ; agrandie, la carte redevient entière."""
    page.set_viewport_size({"width": 1280, "height": 800})
    ouvrir(page, "/carte?groupe=EPCI246200364-COMMUNES&indicateur=taux_emploi_15_64")
    terrain = page.locator(f"{CARTE} .dc-terrain")

    def poses(cote: str) -> list[bool]:
        """Pour chaque rappel, s'il est sur une zone du terrain."""
        return page.locator(f"{cote} .dc-symbole").evaluate_all(
            """rappels => rappels.map(r => { const { x, y, width, height } = r.getBoundingClientRect();
                return document.elementsFromPoint(x + width / 2, y + height / 2).some(e => e.matches('.dc-zone')) })"""
        )

    page.locator(CARTE).scroll_into_view_if_needed()
    larges = poses(AMPLE)
    assert len(larges) > 20
    page.get_by_role("button", name="Agrandir la carte").click()
    expect(terrain).not_to_have_attribute("transform", "translate(0 0) scale(1)")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(ETROITE)).to_be_visible()
    expect(terrain).to_have_attribute("transform", "translate(0 0) scale(1)")
    page.locator(CARTE).scroll_into_view_if_needed()
    etroites = poses(ETROITE)
    assert len(etroites) == len(larges)
    assert sum(larges) > 20 and sum(etroites) > 20, "sous les boutons ou hors de l'écran, il n'y a rien à voir"
    # Agrandie au téléphone, la carte l'est dans son cadre à elle, autour de son milieu.
    page.get_by_role("button", name="Agrandir la carte").click()
    lus = [float(n) for n in re.findall(r"-?[\d.]+", terrain.get_attribute("transform") or "")]
    assert lus == pytest.approx((200 * (1 - 1.6), 215 * (1 - 1.6), 1.6), abs=0.01)


def test_la_carte_se_voit_sans_defiler_et_le_tableau_commence_dessous(page: Page):
    page.set_viewport_size({"width": 1280, "height": 800})
    ouvrir(page, HAINAUT)
    carte = page.locator(CARTE).bounding_box()
    tableau = page.get_by_role("heading", name=re.compile("Le tableau de la carte")).bounding_box()
    assert carte is not None and tableau is not None
    assert carte["y"] + carte["height"] < 800
    assert tableau["y"] < 800
    assert carte["height"] > 500


def allumer_le_fond(page: Page) -> None:
    page.get_by_role("button", name="Réglages").click()
    page.get_by_text("Ajouter le fond de carte de l’IGN").click()
    page.keyboard.press("Escape")


def image_bleue() -> bytes:
    """Un PNG d'un pixel, à la place d'une tuile."""

    def bloc(nom: bytes, corps: bytes) -> bytes:
        return struct.pack(">I", len(corps)) + nom + corps + struct.pack(">I", zlib.crc32(nom + corps))

    entete = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + bloc(b"IHDR", entete) + bloc(b"IDAT", zlib.compress(b"\0\0\0\xff")) + bloc(b"IEND", b"")
    )


def test_le_fond_de_l_ign_ne_se_demande_que_si_on_l_allume_et_son_absence_se_dit(page: Page):
    couper_le_reseau(page)
    ouvrir(page, HAINAUT)
    assert page.ailleurs == []
    allumer_le_fond(page)
    attente = page.locator(f"{CARTE} .dc-ample .dc-attente").first
    expect(attente).to_contain_text("n’a pas répondu")
    x, y = attente.evaluate(
        "e => { const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2] }"
    )
    expect(page.locator(f"{CARTE} image").first).to_be_attached()
    page.wait_for_function("() => document.querySelectorAll('.dc-terrain image').length > 0")
    assert page.ailleurs
    assert {re.match(r"https://[^/]+/", url)[0] for url in page.ailleurs} == {"https://data.geopf.fr/"}
    assert page.locator(f"{AMPLE} a.dc-lieu").count() == 13
    sans_reponse = page.screenshot(clip={"x": x - 60, "y": y - 6, "width": 120, "height": 12})

    page.unroute_all()
    page.route("https://data.geopf.fr/**", lambda route: _repondre(route))
    page.reload()
    expect(page.locator(CARTE)).to_be_visible()
    with page.expect_response(re.compile("data.geopf.fr")) as reponse:
        allumer_le_fond(page)
    assert reponse.value.status == 200
    page.wait_for_load_state("networkidle")
    avec_tuiles = page.screenshot(clip={"x": x - 60, "y": y - 6, "width": 120, "height": 12})
    assert len(avec_tuiles) < len(sans_reponse), "les tuiles devraient couvrir la phrase"


def _repondre(route: Route) -> None:
    route.fulfill(status=200, content_type="image/png", body=image_bleue())


# --- 35 000 contours -------------------------------------------------------------------------------------------


def test_35000_contours_ne_figent_pas_la_page(page: Page):
    """La base a les contours de toutes les communes de France : une carte n'en reçoit que sa sélection, à son niveau
    de détail, fût-ce le département qui en a le plus. On mesure les octets et les points dessinés."""
    recus: list[int] = []
    page.on("websocket", lambda prise: prise.on("framereceived", lambda trame: recus.append(len(trame))))
    ouvrir(page, "/carte?groupe=DEP62-COMMUNES&indicateur=population")
    carte = page.locator(CARTE)
    expect(carte.locator(".dc-zone")).to_have_count(890)
    assert int(carte.get_attribute("data-points") or 0) < 40_000
    assert sum(recus) < 3_000_000, sum(recus)
    assert page.evaluate("document.querySelectorAll('*').length") < 25 * 890
    # La page répond encore : un clic ouvre un portrait, le bon.
    zone = carte.locator("a.dc-lieu").nth(120)
    adresse = zone.get_attribute("href") or ""
    nom = re.split(r"\s:\s", zone.locator("title").text_content() or "")[0]
    zone.locator(".dc-zone").click()
    expect(page).to_have_url(re.compile(re.escape(adresse)))
    expect(page.locator(".oq h1")).to_have_text(nom)
