"""Le lien d'invitation du suivi : le jeton quitte l'adresse aussitôt lu, et devient un témoin du navigateur.

`/suivi?invitation=…` répond par un renvoi vers `/suivi`, avec un témoin que les scripts ne lisent pas : le jeton n'est
ni dans l'historique, ni dans une capture d'écran, ni dans un lien recopié. `?invitation=` vide l'efface. Rien n'est
vérifié ici : c'est `pages/commun/suivi.py` qui reconnaît le jeton, au magasin.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.commun.visiteur import INVITATION

PARAMETRE = "invitation"
_JETON = re.compile(r"[A-Za-z0-9_-]{20,100}")
_DUREE = 400 * 24 * 3600


class Invitations:
    """Change un jeton d'adresse en témoin."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Laisse passer tout sauf une page demandée avec un jeton."""
        if scope["type"] != "http" or scope["method"] != "GET" or PARAMETRE.encode() not in scope["query_string"]:
            await self.app(scope, receive, send)
            return
        parametres = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        jetons = [valeur for nom, valeur in parametres if nom == PARAMETRE]
        ecran = scope["path"].rpartition("/")[2]
        if not jetons or not re.fullmatch(r"[a-z_]*", ecran):
            await self.app(scope, receive, send)
            return
        reste = urlencode([(nom, valeur) for nom, valeur in parametres if nom != PARAMETRE])
        reponse = RedirectResponse(f"{ecran or './'}{'?' if reste else ''}{reste}", 303)
        entetes = Headers(scope=scope)
        chiffre = "https" in (scope.get("scheme"), entetes.get("x-forwarded-proto"))
        if _JETON.fullmatch(jetons[-1]):
            reponse.set_cookie(
                INVITATION, jetons[-1], max_age=_DUREE, path="/", httponly=True, samesite="lax", secure=chiffre
            )
        else:
            reponse.delete_cookie(INVITATION, path="/", httponly=True, samesite="lax", secure=chiffre)
        reponse.headers["Cache-Control"] = "no-store"
        reponse.headers["Referrer-Policy"] = "no-referrer"
        await reponse(scope, receive, send)
