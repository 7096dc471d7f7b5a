"""Ce que Streamlit dit de lui-même (mémoire, sessions, caches) n'est répondu qu'à la machine qui le porte.

nginx ne le sert pas non plus ; mais une application que l'on ouvre au réseau sans nginx, ou derrière un autre
mandataire, ne doit pas le dire à qui passe.
"""

from __future__ import annotations

import ipaddress
import re

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_RESERVES = re.compile(r"/_stcore/(metrics|script-health-check|agent)(/|$)")
_TRANSMIS = ("x-forwarded-for", "x-real-ip", "forwarded", "via")
"""Ce qu'ajoute un mandataire : la demande vient alors de plus loin que la machine."""


class ReserveALaMachine:
    """Répond 404 à qui demande, d'ailleurs que de la machine, ce qui n'est utile qu'à elle."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Laisse passer tout le reste."""
        if scope["type"] == "http" and _RESERVES.search(scope["path"]) and not vient_d_ici(scope):
            await PlainTextResponse("Introuvable.", 404)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def vient_d_ici(scope: Scope) -> bool:
    """Vrai si la demande vient de la machine elle-même, sans mandataire, à l'adresse de la machine."""
    entetes = Headers(scope=scope)
    demandee = entetes.get("host", "").rpartition(":")[0] or entetes.get("host", "")
    return (
        _boucle((scope.get("client") or ("",))[0])
        and (demandee == "localhost" or _boucle(demandee.strip("[]")))
        and not any(nom in entetes for nom in _TRANSMIS)
    )


def _boucle(adresse: str) -> bool:
    try:
        return ipaddress.ip_address(adresse).is_loopback
    except ValueError:
        return False
