"""Le navigateur qui est au bout de la liaison : d'où il vient, et le témoin qui le distingue d'un autre.

Le numéro de session de Streamlit est dans l'adresse de chaque dépôt, donc au journal de nginx : qui le lit pourrait
reprendre la session d'un autre. Quand « Mettre à jour » peut s'ouvrir, chaque navigateur reçoit donc un témoin de
hasard, que ni les scripts ni les journaux ne voient ; ce qui a été ouvert pour l'un ne l'est pas pour l'autre.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from http.cookies import CookieError, SimpleCookie

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from indicators.socle.acces_reserve import courriels_admis, empreinte_du_serveur

TEMOIN = "observatoire_navigateur"
_VALEUR = re.compile(r"[A-Za-z0-9_-]{43}")


class Temoins:
    """Donne son témoin à un navigateur qui n'en a pas, avec la première page qu'il demande."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Laisse passer tout sauf une page, quand l'accès réservé est réglé."""
        if scope["type"] != "http" or scope["method"] != "GET" or not (empreinte_du_serveur() or courriels_admis()):
            await self.app(scope, receive, send)
            return
        entetes = Headers(scope=scope)
        connu = temoin_de(entetes)

        async def envoyer(message: Message) -> None:
            if message["type"] == "http.response.start" and not connu:
                reponse = MutableHeaders(scope=message)
                if reponse.get("content-type", "").startswith("text/html"):
                    chiffre = "https" in (scope.get("scheme"), entetes.get("x-forwarded-proto"))
                    neuf = f"{TEMOIN}={secrets.token_urlsafe(32)}; Path=/; HttpOnly; SameSite=Lax"
                    reponse.append("set-cookie", neuf + ("; Secure" if chiffre else ""))
            await send(message)

        await self.app(scope, receive, envoyer)


def temoin_de(entetes: Headers) -> str:
    """Le témoin que porte une requête ; vide s'il n'y en a pas, ou s'il n'est pas des nôtres."""
    try:
        lus = SimpleCookie(entetes.get("cookie", ""))
    except CookieError:
        return ""
    valeur = lus[TEMOIN].value if TEMOIN in lus else ""
    return valeur if _VALEUR.fullmatch(valeur) else ""


def temoin() -> str:
    """Le témoin du navigateur de cette session."""
    valeur = st.context.cookies.get(TEMOIN)
    return valeur if isinstance(valeur, str) and _VALEUR.fullmatch(valeur) else ""


def est_un_navigateur() -> bool:
    """Faux quand l'écran est joué sans liaison, par un essai : ses en-têtes n'en sont pas."""
    return isinstance(st.context.headers.get("Host"), str)


def adresse() -> str:
    """D'où vient la visite : le navigateur lui-même, ou ce qu'en dit le serveur mandataire placé devant."""
    dite_par_la_prise = st.context.ip_address  # None : la machine elle-même
    directe = dite_par_la_prise if isinstance(dite_par_la_prise, str) else None
    dite = st.context.headers.get("X-Forwarded-For")
    annoncee = dite.split(",")[-1].strip() if isinstance(dite, str) else ""
    return annoncee if annoncee and _du_reseau_interne(directe) else directe or "local"


def courriel() -> str:
    """L'adresse du compte connecté (OIDC), si son fournisseur l'a vérifiée ; vide sinon."""
    if not getattr(st.user, "is_logged_in", False):
        return ""
    verifiee = str(getattr(st.user, "email_verified", "")).casefold() == "true"
    return str(getattr(st.user, "email", "") or "").strip().casefold() if verifiee else ""


def _du_reseau_interne(adresse: str | None) -> bool:
    """Vrai pour cette machine ou une adresse privée : c'est là que se tient un serveur mandataire."""
    try:
        return adresse is None or ipaddress.ip_address(adresse).is_private
    except ValueError:
        return False
