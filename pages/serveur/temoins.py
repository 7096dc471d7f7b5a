"""Le témoin qui distingue un navigateur d'un autre, donné avec la première page qu'il demande.

Le numéro de session de Streamlit est dans l'adresse de chaque dépôt, donc au journal de nginx : qui le lit pourrait
reprendre la session d'un autre. Quand « Mettre à jour » peut s'ouvrir, chaque navigateur reçoit donc un témoin de
hasard, que ni les scripts ni les journaux ne voient ; ce qui a été ouvert pour l'un ne l'est pas pour l'autre.
"""

from __future__ import annotations

import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from indicators.socle.acces_reserve import courriels_admis, empreinte_du_serveur
from pages.commun.visiteur import TEMOIN, temoin_de


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
