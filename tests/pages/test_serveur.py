"""Ce qui entoure les écrans : langue, compression, en-têtes, et rien qui vienne d'ailleurs."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import streamlit
from serveurs import jouer
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Mount, Route

from indicators.carte import fond_ign
from indicators.socle.erreurs import TerritoireInconnu
from pages.ecrans import ECRANS, PAR_CODE, elements
from pages.serveur import cadres, document
from pages.serveur import fichiers as fichiers_web
from pages.serveur import intergiciels as serveur
from pages.serveur.premiere.vue import Vue

RACINE = Path(__file__).resolve().parents[2]
PAGE = (
    '<!doctype html><html lang="en"><head><title>Streamlit</title></head><body><div id="root"></div>'
    + "é" * 4000
    + "</body></html>"
)

LIVREE = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")


async def page(_requete: object) -> HTMLResponse:
    return HTMLResponse(PAGE)


async def livree(_requete: object) -> HTMLResponse:
    return HTMLResponse(LIVREE)


async def brut(_requete: object) -> PlainTextResponse:
    return PlainTextResponse('lang="en"')


# Comme Streamlit, l'application de l'intérieur compresse elle-même ce qu'on lui demande de compresser.
INTERIEUR = GZipMiddleware(
    Starlette(
        routes=[
            Route("/", page),
            Route("/portrait", livree),
            Route("/inconnue", livree),
            Route("/portrait/perdu", livree),
            Route("/mettre_a_jour", livree),
            Route("/texte", brut),
        ]
    )
)
APPLICATION = Starlette(routes=[Mount("/", INTERIEUR)], middleware=serveur.INTERGICIELS)


@dataclass
class Reponse:
    statut: int
    entetes: dict[str, str]
    corps: bytes


def demander(chemin: str, methode: str = "GET", **entetes: str) -> Reponse:
    """Une requête jouée sur l'application ASGI, sans réseau."""
    messages: list[dict[str, Any]] = []

    async def recevoir() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def envoyer(message: dict[str, Any]) -> None:
        messages.append(message)

    paires = [(nom.replace("_", "-").encode(), valeur.encode()) for nom, valeur in entetes.items()]
    scope = {
        "type": "http", "method": methode, "path": chemin, "raw_path": chemin.encode(), "query_string": b"",
        "headers": paires, "http_version": "1.1", "scheme": "http", "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip
    jouer(lambda: APPLICATION(scope, recevoir, envoyer))
    lus = {nom.decode().lower(): valeur.decode() for nom, valeur in messages[0]["headers"]}
    return Reponse(messages[0]["status"], lus, b"".join(m.get("body", b"") for m in messages[1:]))


def test_la_page_est_en_francais_et_a_son_titre():
    texte = demander("/").corps.decode()
    assert '<html lang="fr">' in texte
    assert "<title>Observatoire des quartiers</title>" in texte
    assert "<title>Portrait — Observatoire des quartiers</title>" in demander("/portrait").corps.decode()
    assert "é" * 4000 in texte
    assert ".oq.oq .carte" in texte.partition("</head>")[0]


def test_seule_la_page_html_est_recrite():
    assert demander("/texte").corps == b'lang="en"'


def test_la_page_est_compressee_et_sa_longueur_est_juste():
    comprimee = demander("/", accept_encoding="gzip")
    assert comprimee.entetes["content-encoding"] == "gzip"
    decomprimee = gzip.decompress(comprimee.corps)
    assert len(comprimee.corps) < len(decomprimee) / 3
    assert "é" * 4000 in decomprimee.decode()
    claire = demander("/", accept_encoding="identity")
    assert int(claire.entetes["content-length"]) == len(claire.corps)


def test_les_en_tetes_interdisent_l_exterieur():
    entetes = demander("/").entetes
    politique = entetes["content-security-policy"]
    assert "default-src 'self'" in politique
    images = next(regle for regle in politique.split("; ") if regle.startswith("img-src"))
    assert images == f"img-src 'self' data: blob: {fond_ign.HOTE}"
    assert not re.search(r"https?://|\*", politique.replace(images, ""))
    assert entetes["x-content-type-options"] == "nosniff"
    assert entetes["referrer-policy"] == "same-origin"


def test_une_tete_sans_corps_reste_correcte():
    assert demander("/", "HEAD").statut == 200


def test_une_erreur_prevue_se_dit_une_imprevue_se_journalise(monkeypatch, caplog):
    dites: list[str] = []
    monkeypatch.setattr(serveur.st, "error", dites.append)
    assert serveur.signaler_erreur(TerritoireInconnu("QP9"))
    assert "QP9" in dites[0]
    assert not caplog.records
    assert serveur.signaler_erreur(ZeroDivisionError("secret interne"))
    assert "secret interne" not in dites[1]
    assert "Erreur imprévue" in caplog.text


def test_les_reglages_mesures_sont_la():
    reglages = (RACINE / ".streamlit" / "config.toml").read_text("utf-8")
    for ligne in (
        "gatherUsageStats = false",
        "postScriptGC = false",
        "showEmailPrompt = false",
        'address = "127.0.0.1"',
    ):
        assert ligne in reglages


def test_rien_dans_les_ecrans_ne_vient_du_reseau():
    for chemin in (RACINE / "pages").rglob("*"):
        if chemin.suffix in {".py", ".css"}:
            adresses = set(re.findall(r"https?://[^\s\"')…]+", chemin.read_text("utf-8")))
            # Le nom de la grammaire d'un dessin n'est pas une adresse que l'on demande.
            assert adresses - {"http://www.w3.org/2000/svg"} == set(), chemin.name


def test_l_attente_et_l_absence_de_script_se_disent_en_francais():
    """Sur la page que Streamlit livre vraiment : si elle change de forme, ces mots se perdraient sans bruit."""
    for anglais in ('<div id="root">', "<noscript>", "</noscript>", "</head>", 'lang="en"', '<link rel="stylesheet"'):
        assert LIVREE.count(anglais) == 1, anglais
    corps = demander("/portrait").corps.decode()
    assert "Ouverture de l’observatoire…" in corps
    assert "a besoin de JavaScript" in corps
    assert "You need" not in corps and "agent" not in corps.partition("</head>")[2]
    feuille = re.search(r'<link rel="stylesheet"[^>]*>', corps)
    assert feuille and 'media="print" onload="this.media=\'all\'"' in feuille[0]


def test_la_premiere_vue_est_dans_la_page_avec_son_titre_et_sa_phrase():
    vue = Vue("Le Centre — Portrait", 'Un "habitant" sur deux <vit> ici.', '<div class="oq"><h1>Le Centre</h1></div>')
    page = document.rediger(LIVREE.encode(), PAR_CODE["portrait"], vue, {"territoire": "QP1&2", "diapo": "x"}).decode()
    assert "<title>Le Centre — Portrait</title>" in page
    for nom in ('name="description"', 'property="og:description"'):
        assert f'<meta {nom} content="Un &#34;habitant&#34; sur deux &lt;vit&gt; ici.">' in page
    assert '<meta property="og:title" content="Le Centre — Portrait">' in page
    corps = page.partition("<body>")[2]
    assert corps.index('id="premiere"') < corps.index("<h1>Le Centre</h1>") < corps.index('<div id="root">')
    assert "se lit et s’imprime" in corps
    # Le menu emporte ce qui suit la personne, et cela seul.
    assert 'href="/carte?territoire=QP1%262"' in corps
    assert "diapo" not in corps
    # Rien de Streamlit ne part avant elle : ni sa feuille, qui la ferait disposer deux fois, ni ses scripts.
    assert not re.search(r'<link rel="(stylesheet|modulepreload)"|<script type="module"', page)
    apres = json.loads(re.findall(r'<script type="application/json" id="apres">(.*?)</script>', page)[0])
    assert all(apres[genre] for genre in ("feuilles", "precharges", "scripts"))
    # Nos scripts non plus ne retardent rien de ce qui se lit.
    assert corps.index("</main>") < corps.index("history.pushState") < corps.index('<div id="root">')


def test_une_page_n_est_jamais_dite_inchangee():
    """Streamlit la daterait de son installation, et le navigateur garderait les chiffres d'avant."""
    recue = demander("/portrait", if_none_match='"abc"')
    assert recue.statut == 200
    assert not {"etag", "last-modified"} & recue.entetes.keys()


def test_chaque_fichier_livre_arrive_tel_qu_il_est():
    """Compressé ou non, aux octets près : un script abîmé ferait disparaître tous les graphiques d'un écran."""
    livres = sorted(fichiers_web.livres())
    assert len(livres) > 200
    for nom in livres:
        attendu = (fichiers_web.DOSSIER / nom).read_bytes()
        fichier = fichiers_web.lire(nom)
        assert fichier.en_clair() == attendu, nom
        assert not fichier.comprime or len(fichier.corps) < len(attendu), nom


@pytest.mark.parametrize("ecran", [ecran.url for ecran in ECRANS])
def test_les_scripts_annonces_existent_et_sont_ceux_de_l_ecran(ecran):
    """Lus dans le manifeste : si Streamlit renomme ses éléments, l'annonce se viderait sans bruit."""
    annonces = fichiers_web.annonces(ecran)
    assert set(annonces) <= fichiers_web.livres()
    for element in elements(ecran):
        assert any(f"/{element}." in fichier for fichier in annonces), element
    assert not [fichier for fichier in annonces if fichier.rpartition("/")[2] in LIVREE]


def test_un_fichier_livre_est_servi_compresse_et_garde_longtemps():
    nom = next(f for f in fichiers_web.annonces("portrait") if "rehype-raw" in f)
    recu = demander(f"/{nom}", accept_encoding="gzip")
    clair = demander(f"/{nom}")
    assert gzip.decompress(recu.corps) == clair.corps == (fichiers_web.DOSSIER / nom).read_bytes()
    assert (recu.entetes["content-encoding"], recu.entetes["vary"]) == ("gzip", "Accept-Encoding")
    assert "content-encoding" not in clair.entetes
    assert "immutable" in recu.entetes["cache-control"]
    assert int(recu.entetes["content-length"]) == len(recu.corps)
    assert {n: recu.entetes.get(n.lower()) for n in serveur.ENTETES} == serveur.ENTETES


def test_l_adresse_du_serveur_est_dite_a_la_page():
    """Sinon Streamlit la cherche : d'un lien profond, deux requêtes de plus avant d'ouvrir sa session."""
    tete = demander("/portrait").corps.decode().partition("</head>")[0]
    assert "BACKEND_BASE_URL:new URL" in tete
    assert "streamlit.app" not in tete


@pytest.mark.parametrize("chemin", ["/inconnue", "/portrait/perdu", "/mettre_a_jour"])
def test_un_chemin_sans_ecran_repond_404_en_francais_et_mene_aux_ecrans(chemin, monkeypatch):
    """L'écran réservé n'existe pas tant que le serveur n'a pas de quoi l'ouvrir."""
    for variable in ("OBSERVATOIRE_MOT_DE_PASSE", "OBSERVATOIRE_COURRIELS"):
        monkeypatch.delenv(variable, raising=False)
    reponse = demander(chemin)
    texte = reponse.corps.decode()
    assert reponse.statut == demander(chemin, "HEAD").statut == 404
    assert texte.count("<h1>") == 1
    assert "Cette page n’existe pas" in texte
    assert f"<code>{chemin}</code>" in texte
    for ecran in ECRANS:
        assert (f'href="/{ecran.url}"' in texte) is not ecran.reserve
    assert int(reponse.entetes["content-length"]) == len(reponse.corps)


def test_un_chemin_piege_est_ecrit_comme_du_texte():
    texte = document.introuvable("/<script>alert(1)</script>" + "a" * 500).decode()
    assert "<script>" not in texte
    assert "&lt;script&gt;" in texte
    assert "a" * 200 not in texte


def test_l_icone_et_les_robots_sont_les_notres():
    icone = (RACINE / "pages" / "commun" / "icone.png").read_bytes()
    for chemin in ("/favicon.png", "/favicon.ico"):
        assert demander(chemin).corps == icone
    robots = demander("/robots.txt")
    assert robots.entetes["content-type"].startswith("text/plain")
    assert robots.corps.decode().startswith("User-agent: *\n")


def test_les_sites_qui_peuvent_montrer_un_ecran_dans_un_cadre(monkeypatch):
    monkeypatch.setenv(cadres.VARIABLE, "https://www.agglo.fr, https://*.exemple.fr:8443/")
    assert cadres.sites() == ["https://www.agglo.fr", "https://*.exemple.fr:8443"]
    monkeypatch.delenv(cadres.VARIABLE)
    assert cadres.sites() == []
    for refuse in ("*", "https://a.fr/page", "https://a.fr; script-src *", "javascript:alert(1)", "'none'"):
        monkeypatch.setenv(cadres.VARIABLE, refuse)
        with pytest.raises(cadres.CadreRefuse, match="n'est pas un site"):
            cadres.sites()
