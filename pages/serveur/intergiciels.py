"""Autour de Streamlit : compression, langue de la page, en-têtes de sécurité, erreurs imprévues en français."""

from __future__ import annotations

import logging
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from indicators.carte import fond_ign
from indicators.socle.erreurs import ErreurObservatoire
from pages.commun import suivi
from pages.commun.affichage import en_clair
from pages.serveur import porte as autorisation
from pages.serveur.anciens import AnciensChemins
from pages.serveur.fichiers import FichiersEnMemoire, annonces
from pages.serveur.invitation import Invitations
from pages.serveur.liaison import Liaison

journal = logging.getLogger("observatoire")

_ICI = Path(__file__).parent
# Dits d'avance, Streamlit n'a pas à les chercher : d'un lien profond il essayait d'abord « /portrait/_stcore/health ».
# `HOST_CONFIG` : celle du serveur, moins les sites de Streamlit, à qui cette page n'obéirait donc pas dans un cadre.
_REGLAGES = (
    'window.__streamlit={BACKEND_BASE_URL:new URL("./",location.href).href,HOST_CONFIG:{'
    "allowedOrigins:[location.origin],useExternalAuthToken:false,enableCustomParentMessages:false}};"
)
SCRIPTS = ("historique.js", "page.js", "francais.js")
STYLE = (
    f"<script>{_REGLAGES}</script><style>{(_ICI / 'style.css').read_text('utf-8')}</style>"
    f"<script>{''.join((_ICI / nom).read_text('utf-8') for nom in SCRIPTS)}</script></head>"
).encode()
"""La feuille de style et les scripts arrivent avec la page : rien ne s'affiche un instant sans eux."""

ATTENTE = '<div id="root"><p class="attente" role="status">Ouverture de l’observatoire…</p>'.encode()
"""Ce qui se lit pendant que le navigateur charge Streamlit ; React le remplace."""

ENTETES = {
    # Rien ne vient d'ailleurs que de cette machine : le navigateur lui-même le refuserait. Une exception, pour les
    # seules images : le fond de carte de l'IGN, que l'écran Carte ne demande que si la personne l'allume.
    # « unsafe-inline » et « unsafe-eval » : Streamlit en a besoin pour ses styles et ses composants.
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    f"style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: {fond_ign.HOTE}; font-src 'self' data:; "
    "connect-src 'self' ws: wss: data: blob:; worker-src 'self' blob:; frame-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


SANS_SCRIPT = "L’observatoire a besoin de JavaScript : autorisez-le pour cette adresse.".encode()


class PageFrancaise:
    """Écrit la langue, la feuille de style et les en-têtes : Streamlit déclare sa page en anglais."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Laisse passer tout sauf le document HTML, réécrit en une fois."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # Streamlit compresse lui-même sa page d'accueil : il faut la recevoir en clair pour l'écrire en français.
        scope = {**scope, "headers": [(n, v) for n, v in scope["headers"] if n.lower() != b"accept-encoding"]}
        debut: Message | None = None
        morceaux: list[bytes] = []

        async def envoyer(message: Message) -> None:
            nonlocal debut
            if message["type"] == "http.response.start":
                entetes = MutableHeaders(scope=message)
                for nom, valeur in ENTETES.items():
                    entetes.setdefault(nom, valeur)
                if entetes.get("content-type", "").startswith("text/html") and message["status"] == 200:
                    debut = message
                    return
            elif debut is not None and message["type"] == "http.response.body":
                morceaux.append(message.get("body", b""))
                if message.get("more_body"):
                    return
                corps = b"".join(morceaux).replace(b'lang="en"', b'lang="fr"', 1)
                corps = corps.replace(b"You need to enable JavaScript to run this app.", SANS_SCRIPT)
                corps = corps.replace(b"<title>Streamlit</title>", b"<title>Observatoire des quartiers</title>")
                ecran = scope["path"].rpartition("/")[2]
                liens = "".join(f'<link rel="modulepreload" crossorigin href="./{f}">' for f in annonces(ecran))
                corps = corps.replace(b"</head>", liens.encode() + STYLE, 1).replace(b'<div id="root">', ATTENTE, 1)
                entetes = MutableHeaders(scope=debut)
                if scope["method"] != "HEAD":
                    entetes["content-length"] = str(len(corps))
                await send(debut)
                await send({"type": "http.response.body", "body": corps})
                return
            await send(message)

        await self.app(scope, receive, envoyer)


class DepotsReserves:
    """Refuse un fichier déposé par une session qui n'est pas entrée dans « Mettre à jour », ni animatrice du suivi.

    Streamlit garde en mémoire tout ce que dépose une session ouverte, même sur un écran sans dépôt : six fichiers de
    70 Mo en ajoutaient 400 au serveur.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Laisse passer tout sauf un dépôt (PUT) vers une session qui n'y a pas droit."""
        if scope["type"] == "http" and scope["method"] == "PUT" and DEPOT in scope["path"]:
            session = scope["path"].partition(DEPOT)[2].partition("/")[0]
            if not (autorisation.est_entree(session) or suivi.peut_deposer(session)):
                await PlainTextResponse("Dépôt réservé.", 403)(scope, receive, send)
                return
        await self.app(scope, receive, send)


DEPOT = "/_stcore/upload_file/"
INTERGICIELS = [
    Middleware(Liaison),
    Middleware(AnciensChemins),
    Middleware(Invitations),
    Middleware(FichiersEnMemoire, entetes=ENTETES),
    Middleware(GZipMiddleware, minimum_size=1024, compresslevel=6),
    Middleware(PageFrancaise),
    Middleware(DepotsReserves),
]


def signaler_erreur(erreur: Exception) -> bool:
    """Une erreur prévue s'affiche en une phrase ; toute autre reste bruyante dans le journal."""
    if isinstance(erreur, ErreurObservatoire):
        st.error(en_clair(str(erreur)))
        return True
    journal.exception("Erreur imprévue", exc_info=erreur)
    st.error(
        "Cet écran n’a pas pu être préparé : une erreur imprévue est inscrite au journal du serveur. "
        "Revenez à l’accueil ou prévenez la personne qui tient l’observatoire."
    )
    return True
