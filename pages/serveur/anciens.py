"""Un ancien chemin d'écran répond par un renvoi vers celui d'aujourd'hui, ses paramètres gardés."""

from __future__ import annotations

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.ecrans import ANCIENS_CHEMINS


class AnciensChemins:
    """Renvoie `/engagements?…` vers `/suivi?…` : un lien d'avant ouvre toujours l'écran."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Laisse passer tout sauf une page demandée par un ancien nom."""
        nouveau = ANCIENS_CHEMINS.get(scope["path"].rpartition("/")[2]) if scope["type"] == "http" else None
        if nouveau is None or scope["method"] not in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        suite = scope["query_string"].decode("latin-1")
        await RedirectResponse(f"{nouveau or './'}{'?' if suite else ''}{suite}", 308)(scope, receive, send)
