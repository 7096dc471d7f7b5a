"""Jouer un écran sans navigateur : une session de Streamlit, ouverte le temps d'un passage, et tout ce qu'elle reçoit.

C'est le même script, la même base, les mêmes blocs que la page vivante : la première vue ne peut pas montrer un autre
chiffre qu'elle. La session n'a ni témoin, ni compte : elle ne voit que ce que tout le monde voit.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.runtime import Runtime, RuntimeState
from streamlit.runtime.session_manager import SessionClient

AU_PLUS = 30.0
"""Un passage plus long est abandonné, en secondes : la base se refait sans doute."""


class _Lecteur(SessionClient):
    """Reçoit les messages d'une session, et dit quand le script a fini."""

    def __init__(self) -> None:
        self.recus: list[ForwardMsg] = []
        self.fini = asyncio.Event()

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        """Un message, dans l'ordre où le navigateur l'aurait reçu."""
        self.recus.append(msg)
        if msg.WhichOneof("type") == "script_finished":
            self.fini.set()


def possible() -> bool:
    """Vrai si Streamlit est en marche dans ce processus : il ne l'est pas dans un essai sans serveur."""
    return Runtime.exists() and Runtime.instance().state not in {
        RuntimeState.INITIAL,
        RuntimeState.STOPPING,
        RuntimeState.STOPPED,
    }


async def jouer(url: str, adresse: str, parametres: str) -> list[ForwardMsg]:
    """Les messages de l'écran à ce chemin, avec ces paramètres ; vide s'il n'a pas fini à temps.

    `adresse` : celle de la page, complète, que l'écran écrit sur le papier. À n'appeler que sur la boucle du serveur.
    """
    moteur, lecteur = Runtime.instance(), _Lecteur()
    demande = BackMsg()
    demande.rerun_script.page_name = url
    demande.rerun_script.query_string = parametres
    demande.rerun_script.context_info.url = adresse
    session = moteur.connect_session(client=lecteur, user_info={})
    try:
        moteur.handle_backmsg(session, demande)
        with suppress(TimeoutError):
            await asyncio.wait_for(lecteur.fini.wait(), AU_PLUS)
            return lecteur.recus
        return []
    finally:
        moteur.close_session(session)
