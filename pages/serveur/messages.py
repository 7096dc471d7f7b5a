"""Ce qu'un navigateur ne peut pas demander au serveur, alors que Streamlit l'admet de tous.

`clear_cache` vide les caches de tous les visiteurs, sans limite : la base se rouvre, les portraits se refont, et ce qui
n'était gardé que là est perdu. Les deux autres servent à qui écrit le programme, non à qui le lit.
"""

from __future__ import annotations

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

REFUSES = {"clear_cache", "set_run_on_save", "load_git_info"}


class MessagesAdmis:
    """Laisse de côté, sans répondre, les messages qu'aucun visiteur n'a à envoyer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Laisse passer tout ce qui n'est pas un websocket."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return

        async def lire() -> Message:
            while refuse(message := await receive()):
                pass
            return message

        await self.app(scope, lire, send)


def refuse(message: Message) -> bool:
    """Vrai pour un message que ce serveur n'écoute pas."""
    octets = message.get("bytes") if message["type"] == "websocket.receive" else None
    if not octets:
        return False
    try:
        return BackMsg.FromString(octets).WhichOneof("type") in REFUSES
    except DecodeError:
        return False  # Streamlit le dira
