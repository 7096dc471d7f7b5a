"""La page HTML que le serveur répond : celle de Streamlit, en français, avec notre style ; ou l'écran introuvable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from pages.commun.gabarits import rendre
from pages.ecrans import ANCIENS_CHEMINS, ECRANS, Ecran
from pages.serveur import feuille
from pages.serveur import porte as autorisation
from pages.serveur.fichiers import annonces, police
from pages.serveur.premiere.vue import Vue

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


def _lire(*noms: str) -> str:
    """Ces scripts, à la suite, sans les commentaires qui commencent une ligne."""
    lus = "".join((_ICI / nom).read_text("utf-8") for nom in noms)
    return re.sub(r"^\s*(?:/\*.*?\*/|//[^\n]*)\n", "", lus, flags=re.DOTALL | re.MULTILINE)


_EN_TETE = _lire("premiere/tete.js")
_ENSUITE = _lire("historique.js", "premiere/premiere.js", "page.js", "carte.js", "francais.js")
RACINE_DU_DOCUMENT = rendre("document.html", part="racine").encode()
"""Ce à quoi se reconnaît le document de Streamlit, qu'il répond à tout chemin qu'il ne connaît pas."""


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


def _tete(style: str) -> bytes:
    """Ce qui s'ajoute à la tête : la feuille de style arrive avec la page, rien ne paraît sans elle."""
    return rendre(
        "document.html",
        part="tete",
        reglages=_REGLAGES,
        police=police(),
        style=feuille.DE_LA_PREMIERE_VUE + style,
        script=_EN_TETE,
    ).encode()


_FEUILLES = re.compile(rb'<link rel="stylesheet" crossorigin href="([^"]+)">')
_SCRIPTS = re.compile(rb'<script type="module" crossorigin src="([^"]+)"></script>')
_PRECHARGES = re.compile(rb'\s*<link rel="modulepreload" crossorigin href="([^"]+)">')
_NOSCRIPT = re.compile(rb"<noscript>.*?</noscript>", re.DOTALL)


def rediger(
    corps: bytes,
    ecran: Ecran,
    vue: Vue | None = None,
    parametres: Mapping[str, str] | None = None,
    adresse: str = "",
) -> bytes:
    """Le document de Streamlit, pour cet écran : langue, titre, résumé, style, scripts, et sa première vue.

    `vue` : None quand l'écran ne se dessine pas d'avance ; `parametres` : ceux de l'adresse, que le menu emporte.
    `adresse` : celle de la page, sans paramètre ; elle et ce que l'écran connaît font son adresse de référence.
    """
    page = corps.replace(b'lang="en"', b'lang="fr"', 1)
    sans_script = rendre("document.html", part="sans_script", vue=vue)
    page = _NOSCRIPT.sub(sans_script.encode(), page, count=1)
    nom = vue.titre if vue else titre(ecran)
    resume = vue.phrase if vue and vue.phrase else _DESCRIPTION
    nomme = rendre(
        "document.html",
        part="titre",
        titre=nom,
        description=couper(resume),
        site=NOM,
        canonique=_canonique(ecran, adresse, parametres or {}),
    )
    page = page.replace(b"<title>Streamlit</title>", nomme.encode(), 1)
    # La feuille et les scripts de Streamlit disputaient le processeur à la première vue, qui n'en a pas besoin : ils
    # partent une fois qu'elle est dessinée. Sans première vue, les scripts d'abord ; la feuille ne retient rien.
    apres = _apres(page, ecran.url) if vue else None
    if apres:
        page = _FEUILLES.sub(b"", _SCRIPTS.sub(b"", _PRECHARGES.sub(b"", page)))
    else:
        page = _FEUILLES.sub(
            rb"""<link rel="stylesheet" crossorigin href="\1" media="print" onload="this.media='all'">""", page
        )
    debut = rendre(
        "premiere.html",
        part="page",
        vue=vue,
        ecran=ecran,
        ecrans=proposes(),
        racine=racine(),
        suite=_suite(parametres or {}),
    )
    tete = rendre("document.html", part="annonces", annonces=() if apres else annonces(ecran.url)).encode()
    # Les scripts suivent ce qui se lit, et précèdent ceux de Streamlit, que la page diffère.
    debut += rendre("document.html", part="scripts", apres=apres, scripts=_ENSUITE)
    style = feuille.utile(sans_script + debut) if vue else feuille.ENTIERE
    page = page.replace(b"</head>", tete + _tete(style), 1)
    return page.replace(RACINE_DU_DOCUMENT, debut.encode() + RACINE_DU_DOCUMENT, 1)


def _canonique(ecran: Ecran, adresse: str, parametres: Mapping[str, str]) -> str:
    """L'adresse sous laquelle un moteur de recherche range la page : sans ce que les messageries ajoutent aux liens."""
    connus = {nom: parametres[nom] for nom in ecran.par_nom if parametres.get(nom)}
    return f"{adresse}?{urlencode(connus, safe=',')}" if connus and adresse else adresse


def _adresses(motif: re.Pattern[bytes], page: bytes) -> list[str]:
    return [adresse.decode() for adresse in motif.findall(page)]


def _apres(page: bytes, url: str) -> dict[str, list[str]]:
    """Ce qui part après la première vue : ce que la page annonce, et ce que l'écran demandera."""
    return {
        "feuilles": [f"./{feuille.NOM}", *_adresses(_FEUILLES, page)],
        "precharges": [*_adresses(_PRECHARGES, page), *(f"./{fichier}" for fichier in annonces(url))],
        "scripts": _adresses(_SCRIPTS, page),
    }


def _suite(parametres: Mapping[str, str]) -> dict[str, str]:
    """Pour chaque écran, ce que son lien emporte de l'adresse : ce qui suit la personne, comme par le menu."""
    gardes = {
        e.code: {p.nom: parametres[p.nom] for p in e.parametres if p.suit and parametres.get(p.nom)} for e in ECRANS
    }
    return {code: f"?{urlencode(garde)}" for code, garde in gardes.items() if garde}


def couper(phrase: str, combien: int = 300) -> str:
    """La phrase à la longueur que montrent les messageries, coupée entre deux mots."""
    return phrase if len(phrase) <= combien else phrase[:combien].rpartition(" ")[0] + "…"


def introuvable(chemin: str) -> bytes:
    """La page d'un chemin qui n'est celui d'aucun écran : elle le dit, et mène aux écrans."""
    court = chemin if len(chemin) <= 120 else f"{chemin[:119]}…"
    return rendre("document.html", part="introuvable", chemin=court, racine=racine(), ecrans=proposes()).encode()
