"""La liaison avec le navigateur : rien n'attend pour partir, et personne ne demande sans fin.

Streamlit ouvre sa prise d'écoute sans nommer le protocole (`socket.socket(family)`, proto 0) ; asyncio ne règle alors
pas TCP_NODELAY sur les connexions acceptées, car il compare `proto` à IPPROTO_TCP. L'algorithme de Nagle retient le
deuxième message de chaque passage jusqu'à l'accusé de réception du premier, que le système du navigateur diffère de
40 ms : un passage à vide prend 44 ms au lieu de 4.

Une session qui demande sans attendre ne s'arrête jamais de calculer, et nginx ne voit pas les messages d'un websocket :
passé une rafale, les siens sont lus plus lentement. Rien n'est perdu, rien n'est refusé.
"""

from __future__ import annotations

import asyncio
import socket
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

RAFALE, PAR_SECONDE = 40, 4.0
"""Quarante gestes d'affilée sans attendre, puis quatre par seconde : aucune main, aucune télécommande n'y arrive."""


class Cadence:
    """Ce qu'une liaison peut encore demander sans attendre : un seau de `RAFALE` messages, qui se remplit."""

    def __init__(self, maintenant: float) -> None:
        self.reste, self.vu = float(RAFALE), maintenant

    def attente(self, maintenant: float) -> float:
        """Compte un message ; rend le temps à attendre avant de le lire, en secondes."""
        self.reste = min(float(RAFALE), self.reste + (maintenant - self.vu) * PAR_SECONDE) - 1.0
        self.vu = maintenant
        return max(0.0, -self.reste / PAR_SECONDE)


class Liaison:
    """Règle TCP_NODELAY à l'ouverture de chaque websocket, et retient ses messages au-delà d'une cadence humaine."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Laisse passer tout ce qui n'est pas un websocket."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        sans_attente(receive)
        cadence = Cadence(time.monotonic())

        async def lire() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and (attente := cadence.attente(time.monotonic())):
                await asyncio.sleep(attente)
            return message

        await self.app(scope, lire, send)


def sans_attente(receive: Receive) -> bool:
    """Vrai si la prise qui porte cette liaison a été réglée ; faux sous un serveur qui n'est pas uvicorn.

    `receive` est une méthode du protocole d'uvicorn : l'ASGI n'offre pas d'autre chemin jusqu'à la prise.
    """
    transport: Any = getattr(getattr(receive, "__self__", None), "transport", None)
    prise = transport.get_extra_info("socket") if transport is not None else None
    if prise is None or prise.family not in {socket.AF_INET, socket.AF_INET6}:
        return False
    prise.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return True
