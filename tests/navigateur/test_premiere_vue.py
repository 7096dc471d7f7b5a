"""La première vue : les chiffres de la page vivante, avant tout script, sans que rien ne bouge ensuite."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlparse

import pytest
from chaque_ecran import GLISSEMENTS
from ecrans import ADRESSES
from playwright.sync_api import Browser, Page, Route, expect
from serveurs import Session, demander
from streamlit.proto.BackMsg_pb2 import BackMsg

from pages.ecrans import ECRANS
from pages.serveur import feuille
from pages.serveur.premiere.largeurs import sans_l_autre_largeur

pytestmark = pytest.mark.navigateur

LIEUX = (
    "QP062011", "QP059050", "QN05950M", "QIC-HAILLICOURT-OISEAUX", "POCHE-HAVELUY", "COM62048", "COM59172",
    "EPCI246200364", "DEP59", "REG32", "FR",
)  # fmt: skip
DESSINES = tuple(a for a in ADRESSES if next(e for e in ECRANS if e.url == a[1:].partition("?")[0]).premiere_vue)


@pytest.fixture(scope="module")
def port(serveur: str) -> int:
    """Le serveur, sa base ouverte : avant, il répondrait sa page d'attente."""
    port = urlparse(serveur).port
    assert port is not None
    Session(port).jouer()
    return port


def recevoir(port: int, adresse: str) -> str:
    """La page de cette adresse, une fois sa première vue prête (elle l'est à la première demande, ou juste après)."""
    for _ in range(40):
        corps = demander(port, adresse).corps.decode()
        if "Ouverture de l’observatoire…" not in corps:
            break
        time.sleep(0.25)
    return corps.partition('<div id="premiere">')[2].partition('<div id="root">')[0]


def lisible(html: str) -> str:
    """Le texte, sans balises, ni l'en-tête du papier que la date et l'adresse changent."""
    sans = re.sub(r"<(style|script)>.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", sans))).strip()


@pytest.mark.parametrize(
    "adresse",
    [*(f"/portrait?territoire={code}" for code in LIEUX), *(a for a in DESSINES if not a.startswith("/portrait"))],
)
def test_jamais_un_autre_chiffre_que_la_page_vivante(port: int, adresse: str):
    """Chaque bloc de la première vue est un bloc de la page vivante, mot pour mot, dans son ordre, dès le premier."""
    chemin, _, parametres = adresse[1:].partition("?")
    vivants = []
    session = Session(port)

    def situer(demande: BackMsg) -> None:
        demande.rerun_script.context_info.url = f"http://127.0.0.1:{port}/{chemin}"

    for message in session.messages(chemin, parametres, situer):
        element = message.delta.new_element if message.WhichOneof("type") == "delta" else None
        if element is not None and (element.markdown.allow_html or element.bidi_component.bytes):
            corps = element.markdown.body or element.bidi_component.bytes.decode()
            vivants.append((list(message.metadata.delta_path), sans_l_autre_largeur(corps, telephone=False)))
    session.fermer()
    recue = lisible(recevoir(port, adresse))
    assert recue
    imprime = re.compile(r"Imprimé le.*", re.DOTALL)
    trouves = [lisible(imprime.sub("", corps)) in recue for _, corps in sorted(vivants)]
    montres = trouves.index(False) if False in trouves else len(trouves)
    assert montres >= 2, "ni le titre ni ce qui le suit"
    assert not any(trouves[montres:]), "un bloc manque au milieu"


@pytest.mark.parametrize("adresse", DESSINES)
def test_legere(port: int, adresse: str):
    """60 ko au plus, compressée ; le temps se mesure au banc."""
    recue = demander(port, adresse, accept_encoding="gzip")
    assert len(recue.corps) <= 60_000
    assert "pv-bloc" in gzip.decompress(recue.corps).decode()


@pytest.mark.parametrize(
    "adresse",
    [
        "/portrait?territoire=QP999999",
        "/portrait?territoire=%3Cscript%3E",
        "/portrait?inconnu=1",
        "/suivi",
        "/portrait?embed=true",
    ],
)
def test_ce_qui_ne_se_dessine_pas_d_avance_repond_la_page_d_attente(port: int, adresse: str):
    corps = demander(port, adresse).corps.decode()
    assert "Ouverture de l’observatoire…" in corps
    assert "<script>alert" not in corps and "%3Cscript" not in corps.partition("<body>")[2].replace("%3Cscript%3E", "")


def test_la_page_d_attente_montre_ou_en_est_la_base_qui_se_construit(navigateur: Browser, serveur: str):
    """L'écran vivant ne se voit qu'entier : la barre qu'il dessine en attendant doit se lire dans la page d'attente."""
    visiteur = navigateur.new_context(base_url=serveur)
    page = visiteur.new_page()
    page.route("**/static/js/**", lambda route: route.abort())  # la page reste celle que le serveur a répondue
    page.goto("/suivi", wait_until="commit")
    expect(page.locator(".attente")).to_have_text("Ouverture de l’observatoire…")
    page.evaluate("""() => document.getElementById('root').innerHTML =
        '<div data-testid="stProgress">Première ouverture : les chiffres, réunis… (42 %)</div>'""")
    expect(page.locator(".attente")).to_contain_text("les chiffres, réunis… (42 %)")
    barre = page.get_by_role("progressbar")
    expect(barre).to_be_visible()
    assert barre.evaluate("b => b.value") == 42
    visiteur.close()


def test_le_lien_envoye_par_message_dit_le_territoire_et_sa_phrase(port: int):
    recevoir(port, "/portrait?territoire=QP062011")
    tete = demander(port, "/portrait?territoire=QP062011&utm_source=courriel").corps.decode().partition("</head>")[0]
    titre = "Le Centre (Bruay-la-Buissière, Haillicourt) — Portrait"
    assert f"<title>{titre}</title>" in tete
    assert f'<meta property="og:title" content="{titre}">' in tete
    resume = re.search(r'<meta property="og:description" content="([^"]+)">', tete)
    assert resume and "sous le seuil de pauvreté" in resume[1]


@pytest.mark.parametrize("adresse", DESSINES)
def test_un_moteur_de_recherche_y_trouve_ce_qu_il_demande(port: int, adresse: str):
    """Les vérifications « SEO » de Lighthouse qui se lisent dans la page : elle doit être trouvée, nommée, décrite."""
    recevoir(port, adresse)
    recue = demander(port, f"{adresse}{'&' if '?' in adresse else '?'}utm_source=courriel")
    page = recue.corps.decode()
    tete, _, corps = page.partition("</head>")
    assert recue.statut == 200 and "x-robots-tag" not in {n.lower() for n in recue.entetes}
    assert '<html lang="fr">' in tete and "noindex" not in tete and "width=device-width" in tete
    (titre,) = re.findall(r"<title>(.*?)</title>", tete)
    (resume,) = re.findall(r'<meta name="description" content="(.*?)">', tete, re.DOTALL)
    assert 8 < len(unescape(titre)) < 90 and 20 < len(unescape(resume)) <= 301
    (reference,) = re.findall(r'<link rel="canonical" href="(.*?)">', tete)
    rangee, attendue = (urlparse(a) for a in (unescape(reference), f"http://127.0.0.1:{port}{adresse}"))
    assert (rangee.netloc, rangee.path) == (attendue.netloc, attendue.path)
    assert sorted(rangee.query.split("&")) == sorted(attendue.query.split("&"))
    corps = corps.partition('<div id="root">')[0]
    liens = [lisible(texte).lower() for texte in re.findall(r"<a\b[^>]*href=[^>]*>(.*?)</a>", corps, re.DOTALL)]
    assert liens and not {"", "ici", "cliquez ici", "lien", "en savoir plus"} & set(liens)
    assert all(" alt=" in image for image in re.findall(r"<img\b[^>]*>", corps))
    robots = demander(port, "/robots.txt").corps.decode()
    assert not any(f"{adresse}".startswith(ligne[10:]) for ligne in robots.splitlines() if ligne[:10] == "Disallow: ")


@pytest.fixture
def page(navigateur: Browser, serveur: str) -> Iterator[Page]:
    """Une première visite : le navigateur n'a encore ni script, ni style, ni police."""
    contexte = navigateur.new_context(base_url=serveur, locale="fr-FR", viewport={"width": 1280, "height": 900})
    page = contexte.new_page()
    page.set_default_timeout(30_000)
    yield page
    contexte.close()


@pytest.fixture
def sans_script(navigateur: Browser, serveur: str) -> Iterator[Page]:
    """Une page dont le navigateur n'exécute rien."""
    contexte = navigateur.new_context(base_url=serveur, locale="fr-FR", java_script_enabled=False)
    yield contexte.new_page()
    contexte.close()


def test_sans_script_la_page_se_lit_et_mene_ailleurs(port: int, sans_script: Page):
    recevoir(port, "/portrait?territoire=QP059050")
    sans_script.goto("/portrait?territoire=QP059050", wait_until="commit")
    expect(sans_script.get_by_role("heading", level=1)).to_be_visible()
    expect(sans_script.locator(".carte .valeur").first).to_be_visible()
    assert "cette page se lit et s’imprime" in sans_script.content()
    lien = sans_script.get_by_role("navigation").get_by_role("link", name="Carte")
    assert lien.get_attribute("href") == "/carte?territoire=QP059050"


def test_une_police_venue_tard_ne_remesure_pas_la_premiere_vue(page: Page, port: int):
    """La police n'arrive qu'après la feuille de Streamlit, qui la redéclare : rien de ce qui se lit ne bouge."""
    recevoir(port, "/portrait?territoire=QP059050")
    retenues: list[Route] = []
    page.route("**/SourceSansVF-Upright*", lambda route: retenues.append(route))
    page.goto("/portrait?territoire=QP059050", wait_until="commit")
    page.wait_for_function("document.querySelector('link[rel=stylesheet]')?.sheet")
    for route in retenues:
        route.continue_()
    page.unroute("**/SourceSansVF-Upright*")
    page.wait_for_function("!document.getElementById('premiere')")
    somme, ou = page.evaluate(GLISSEMENTS)
    assert retenues and somme < 0.1, ou


STYLES = """async () => {
  const image = () => new Promise(requestAnimationFrame);
  await image(), await image(); // un bloc hors de la vue n'a ses mesures, ou leur absence, qu'une fois dessiné
  return [...document.querySelectorAll('html, body, #premiere, #premiere *')].map(e => {
    const lu = getComputedStyle(e);
    return [e.tagName + '.' + e.className, [...lu].map(nom => nom + ':' + lu.getPropertyValue(nom)).join(';')]; }); }"""


@pytest.mark.parametrize("largeur", [390, 1280])
@pytest.mark.parametrize("adresse", DESSINES)
def test_la_feuille_entiere_n_y_change_rien(page: Page, port: int, adresse: str, largeur: int):
    """Elle arrive sans les règles des autres écrans : aucune de celles qui manquent ne la désignait."""
    recevoir(port, adresse)
    page.set_viewport_size({"width": largeur, "height": 900})
    page.route("**/static/**", lambda route: route.abort())
    page.route("**/feuille.*.css", lambda route: route.abort())
    page.goto(adresse, wait_until="commit")
    page.wait_for_function("document.readyState === 'complete' && document.querySelector('#premiere .oq')")
    avant = page.evaluate(STYLES)
    page.add_style_tag(content=feuille.ENTIERE)
    assert [(a, b) for a, b in zip(avant, page.evaluate(STYLES), strict=True) if a != b][:3] == []


PLACES = """() => Object.fromEntries([...document.querySelectorAll('.oq h1, .oq .chapeau, .oq .carte, .stMain .oq h2')]
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, r]) => e.checkVisibility({ visibilityProperty: true }) && r.top < innerHeight - 200)
  .map(([e, r]) => [e.textContent.trim().slice(0, 60), [r.left, r.top, r.width, r.height]]))"""


@pytest.mark.parametrize("adresse", ["/", "/portrait?territoire=QP059050", "/carte?territoire=QP059050", "/barometre"])
def test_la_page_vivante_se_pose_au_meme_endroit(page: Page, port: int, adresse: str):
    recevoir(port, adresse)
    # Le temps de mesurer, la page vivante n'arrive pas.
    page.route("**/static/js/**", lambda route: route.abort())
    for _ in range(8):  # la police vient du serveur, puis de la mémoire du navigateur : elle est là à la première image
        page.goto(adresse, wait_until="commit")
        expect(page.locator("#root")).to_be_attached()
        page.wait_for_function("document.fonts.status === 'loaded'")
        if not page.evaluate("document.documentElement.classList.contains('repli')"):
            break
    avant = page.evaluate(PLACES)
    page.unroute("**/static/js/**")
    page.goto(adresse)
    apres = page.evaluate(PLACES)
    assert avant.keys() == apres.keys() and avant
    for nom, places in avant.items():
        assert places == pytest.approx(apres[nom], abs=8), nom


def test_ce_qui_est_deplie_et_lu_le_reste(page: Page, port: int):
    recevoir(port, "/portrait?territoire=QP059050")
    page.route("**/_stcore/host-config", lambda route: route.abort())
    retenus: list[object] = []
    page.route("**/static/js/index.*", lambda route: retenus.append(route))
    with page.expect_request("**/static/js/index.*"):  # il part une fois les chiffres dessinés
        page.goto("/portrait?territoire=QP059050", wait_until="commit")
    page.locator(".carte details summary").first.click()
    page.locator(".pv-page").evaluate("e => { e.scrollTop = 400 }")
    for route in retenus:
        route.continue_()  # type: ignore[attr-defined]
    page.wait_for_function("!document.getElementById('premiere')")
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop === 400", timeout=20_000)
    assert page.locator(".carte details").first.get_attribute("open") is not None
    expect(page.locator(".carte details summary").first).to_be_focused()


def test_la_case_de_la_barre_mene_a_la_recherche_sans_script(port: int, sans_script: Page):
    recevoir(port, "/portrait?territoire=QP062011")
    sans_script.goto("/portrait?territoire=QP062011", wait_until="commit")
    champ = sans_script.get_by_role("searchbox", name="Quartier, commune ou agglomération")
    expect(champ).to_have_value(re.compile("Le Centre.*QP062011"))
    recevoir(port, "/?cherche=oignies")
    champ.fill("oignies")
    champ.press("Enter")
    expect(sans_script.locator(".trouves li").first).to_contain_text("Oignies")


def test_la_case_de_l_accueil_marche_sans_script(port: int, sans_script: Page):
    recevoir(port, "/")
    sans_script.goto("/", wait_until="commit")
    champ = sans_script.get_by_role("textbox", name="Un lieu, un sujet, ou les deux")
    champ.fill("neet auchel")
    recevoir(port, "/?cherche=neet+auchel")
    champ.press("Enter")
    expect(sans_script.locator(".trouves li").first).to_contain_text("Auchel")
    expect(sans_script.locator(".trouves li").first).to_contain_text("ni en emploi ni scolarisés")
