"""Autour de Streamlit : compression, langue de la page, en-têtes de sécurité, erreurs imprévues en français."""

from __future__ import annotations

import logging
from urllib.parse import parse_qsl

import streamlit as st
from starlette.datastructures import URL, Headers, MutableHeaders
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
from pages.serveur.cadres import sites
from pages.serveur.document import RACINE_DU_DOCUMENT, ecran_demande, introuvable, rediger
from pages.serveur.fichiers import FichiersEnMemoire
from pages.serveur.invitation import Invitations
from pages.serveur.liaison import Liaison
from pages.serveur.machine import ReserveALaMachine
from pages.serveur.messages import MessagesAdmis
from pages.serveur.premiere.vue import premiere_vue
from pages.serveur.racine import FichiersDeRacine
from pages.serveur.temoins import Temoins

journal = logging.getLogger("observatoire")

SITES = ("'self'", *sites())
"""Ceux qui peuvent montrer un écran dans un cadre."""
ENTETES = {
    # Rien ne vient d'ailleurs que de cette machine : le navigateur lui-même le refuserait. Une exception, pour les
    # seules images : le fond de carte de l'IGN, que l'écran Carte ne demande que si la personne l'allume.
    # « unsafe-inline » et « unsafe-eval » : Streamlit en a besoin pour ses styles et ses composants.
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    f"style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: {fond_ign.HOTE}; font-src 'self' data:; "
    "connect-src 'self' ws: wss: data: blob:; worker-src 'self' blob:; frame-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; "
    f"frame-ancestors {' '.join(SITES)}",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class PageFrancaise:
    """Écrit les en-têtes et la page (`document.py`) : Streamlit répond la sienne, en anglais, à tous les chemins."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Laisse passer tout sauf le document HTML, réécrit en une fois."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        ecran = ecran_demande(scope["path"])
        # Streamlit compresse lui-même sa page d'accueil : il faut la recevoir en clair pour l'écrire en français. Et il
        # la dirait inchangée (304) au navigateur qui l'a déjà, quand ce sont nos chiffres qui ont changé.
        otes = {b"accept-encoding"} | ({b"if-none-match", b"if-modified-since"} if ecran else set())
        scope = {**scope, "headers": [(n, v) for n, v in scope["headers"] if n.lower() not in otes]}
        vue = await premiere_vue(scope, ecran) if ecran and scope["method"] == "GET" else None
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
                corps = b"".join(morceaux)
                # Ce qui n'est pas le document de l'application passe tel quel ; une tête (HEAD) n'a pas de corps.
                if RACINE_DU_DOCUMENT in corps or scope["method"] == "HEAD":
                    debut["status"] = 200 if ecran else 404
                    parametres = dict(parse_qsl(scope["query_string"].decode("latin-1")))
                    adresse = str(URL(scope=scope).replace(query=""))
                    corps = rediger(corps, ecran, vue, parametres, adresse) if ecran else introuvable(scope["path"])
                entetes = MutableHeaders(scope=debut)
                for perime in ("etag", "last-modified"):
                    if perime in entetes:
                        del entetes[perime]
                if scope["method"] != "HEAD":
                    entetes["content-length"] = str(len(corps))
                await send(debut)
                await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else corps})
                return
            await send(message)

        await self.app(scope, receive, envoyer)


class DepotsReserves:
    """Refuse un fichier déposé par une session qui n'est pas entrée dans « Mettre à jour », ni animatrice du suivi.

    Streamlit accepte ce que dépose toute session ouverte, même sur un écran sans dépôt. Ce qui est accepté va sur le
    disque, et sa somme est bornée (`depots`).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Laisse passer tout sauf un dépôt (PUT) vers une session qui n'y a pas droit."""
        if scope["type"] == "http" and scope["method"] == "PUT" and DEPOT in scope["path"]:
            session = scope["path"].partition(DEPOT)[2].partition("/")[0]
            if not (autorisation.est_entree(session, Headers(scope=scope)) or suivi.peut_deposer(session)):
                await PlainTextResponse("Dépôt réservé.", 403)(scope, receive, send)
                return
        await self.app(scope, receive, send)


DEPOT = "/_stcore/upload_file/"
INTERGICIELS = [
    Middleware(Liaison),
    Middleware(MessagesAdmis),
    Middleware(Temoins),
    Middleware(AnciensChemins),
    Middleware(Invitations),
    Middleware(FichiersEnMemoire, entetes=ENTETES),
    Middleware(GZipMiddleware, minimum_size=1024, compresslevel=6),
    Middleware(PageFrancaise),
    Middleware(FichiersDeRacine),
    Middleware(ReserveALaMachine),
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
