"""La page HTML que le serveur répond : celle de Streamlit, en français, avec notre style ; ou l'écran introuvable."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import streamlit as st

from pages.commun.gabarits import rendre
from pages.ecrans import ANCIENS_CHEMINS, ECRANS, Ecran
from pages.serveur import porte as autorisation
from pages.serveur.fichiers import annonces

_ICI = Path(__file__).parent
NOM = "Observatoire des quartiers"
# Dits d'avance, Streamlit n'a pas à les chercher : d'un lien profond il essayait d'abord « /portrait/_stcore/health ».
# `HOST_CONFIG` : celle du serveur, moins les sites de Streamlit, à qui cette page n'obéirait donc pas dans un cadre.
_REGLAGES = (
    'window.__streamlit={BACKEND_BASE_URL:new URL("./",location.href).href,HOST_CONFIG:{'
    "allowedOrigins:[location.origin],useExternalAuthToken:false,enableCustomParentMessages:false}};"
)
_DESCRIPTION = (
    "Où en est un quartier prioritaire, face à son agglomération, à la région et à la France : chiffres, années, "
    "sources et lignes des documents."
)
SCRIPTS = ("historique.js", "page.js", "carte.js", "francais.js")
RACINE_DU_DOCUMENT = rendre("document.html", part="racine").encode()
"""Ce à quoi se reconnaît le document de Streamlit, qu'il répond à tout chemin qu'il ne connaît pas."""
SANS_SCRIPT = "L’observatoire a besoin de JavaScript : autorisez-le pour cette adresse."


def proposes() -> list[Ecran]:
    """Les écrans du menu : tous, sauf celui qui met à jour tant que le serveur n'a pas de quoi l'ouvrir."""
    return [ecran for ecran in ECRANS if not ecran.reserve or autorisation.ouverte()]


def titre(ecran: Ecran, territoire: str = "") -> str:
    """Le titre de la page : « Le Centre (Bruay-la-Buissière) — Portrait », « Carte — Observatoire des quartiers »."""
    if territoire:
        return f"{territoire} — {ecran.titre}"
    return f"{ecran.titre} — {NOM}" if ecran.url else NOM


def racine() -> str:
    """Le chemin de l'accueil, qu'un réglage du serveur peut mettre plus bas que « / »."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/" if base else "/"


def ecran_demande(chemin: str) -> Ecran | None:
    """L'écran à ce chemin, proposé ou sous un ancien nom ; None s'il n'y en a pas."""
    base = racine()
    relatif = chemin.removeprefix(base) if chemin.startswith(base) else chemin
    url = "" if chemin == base.rstrip("/") else relatif.strip("/")
    url = ANCIENS_CHEMINS.get(url, url)
    return next((ecran for ecran in proposes() if ecran.url == url), None)


@lru_cache(maxsize=32)
def _tete(url: str) -> bytes:
    """Ce qui s'ajoute à la tête : la feuille de style et les scripts arrivent avec la page, rien ne paraît sans eux."""
    return rendre(
        "document.html",
        part="tete",
        annonces=annonces(url),
        description=_DESCRIPTION,
        reglages=_REGLAGES,
        style=(_ICI / "style.css").read_text("utf-8"),
        scripts="".join((_ICI / nom).read_text("utf-8") for nom in SCRIPTS),
    ).encode()


@lru_cache(maxsize=1)
def _attente() -> bytes:
    """Ce qui se lit pendant que le navigateur charge Streamlit ; React le remplace."""
    return rendre("document.html", part="attente").encode()


def rediger(corps: bytes, ecran: Ecran) -> bytes:
    """Le document de Streamlit, pour cet écran : langue, titre, style, scripts, et l'absence de JavaScript."""
    page = corps.replace(b'lang="en"', b'lang="fr"', 1)
    page = page.replace(b"You need to enable JavaScript to run this app.", SANS_SCRIPT.encode())
    nom = rendre("document.html", part="titre", titre=titre(ecran))
    page = page.replace(b"<title>Streamlit</title>", nom.encode(), 1)
    return page.replace(b"</head>", _tete(ecran.url), 1).replace(RACINE_DU_DOCUMENT, _attente(), 1)


def introuvable(chemin: str) -> bytes:
    """La page d'un chemin qui n'est celui d'aucun écran : elle le dit, et mène aux écrans."""
    court = chemin if len(chemin) <= 120 else f"{chemin[:119]}…"
    return rendre("document.html", part="introuvable", chemin=court, racine=racine(), ecrans=proposes()).encode()
