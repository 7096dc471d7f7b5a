"""Des navigateurs sans écran, par dizaines, dans un seul processus à part : `python -m benchmarks.clients`.

Lit une demande en JSON sur l'entrée (`Demande`), rend les passages en JSON sur la sortie. Chaque session ouvre son
websocket comme un navigateur (le témoin de nginx suit, les messages déjà reçus sont annoncés), puis agit à intervalle
fixe. Sur chaque réponse : ce qui était demandé doit y être écrit, et aucune erreur. Le texte est cherché dans les
octets reçus, sans les décoder : c'est le serveur que l'on mesure, pas le client.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

ERREURS = ("erreur imprévue", "Cet écran n’a pas pu être préparé", "Aucun territoire ne porte le code")
PATIENCE = 60.0
_PETIT = 20_000
"""Au-delà, un message est un bloc de texte ou un tableau : ni une fin de passage, ni une exception."""


@dataclass(frozen=True)
class Action:
    """Un geste : l'écran, l'adresse demandée, et ce qui doit être écrit dans la réponse."""

    nom: str
    page: str
    adresse: str
    attendus: tuple[str, ...]


@dataclass(frozen=True)
class Demande:
    """Ce que joue le client. `gestes` : une suite par session ; `debit` : passages par seconde de qui inonde."""

    port: int
    duree: float
    pas: float
    graine: int
    gestes: tuple[tuple[Action, ...], ...]
    debit: float = 0.0
    inonde: tuple[Action, ...] = ()


@dataclass(frozen=True)
class Passage:
    """Une réponse : `depart` depuis le début de la mesure, sa durée, et ce qui n'allait pas, vide sinon."""

    session: int
    rang: int
    nom: str
    depart: float
    duree: float
    octets: int
    faute: str = ""


@dataclass
class Session:
    """Un navigateur : sa liaison et les messages qu'il a gardés."""

    prise: ClientConnection
    recus: dict[str, bytes] = field(default_factory=dict)

    async def demander(self, action: Action) -> None:
        """Envoie un passage."""
        demande = BackMsg()
        demande.rerun_script.page_name = action.page
        demande.rerun_script.query_string = action.adresse
        demande.rerun_script.cached_message_hashes.extend(self.recus)
        await self.prise.send(demande.SerializeToString())

    async def jouer(self, action: Action) -> tuple[int, str]:
        """Joue un geste ; rend les octets reçus et ce qui n'allait pas."""
        await self.demander(action)
        blocs: list[bytes] = []
        gardes: dict[str, bytes] = {}
        exception = False
        while True:
            brut = await asyncio.wait_for(self.prise.recv(decode=False), PATIENCE)
            message = ForwardMsg.FromString(brut)
            genre = message.WhichOneof("type")
            if genre == "ref_hash":
                if message.ref_hash not in self.recus:
                    return sum(map(len, blocs)), "message annoncé mais jamais reçu"
                brut = gardes[message.ref_hash] = self.recus[message.ref_hash]
            elif message.hash:
                gardes[message.hash] = brut
            blocs.append(brut)
            if genre == "delta" and len(brut) < _PETIT:
                exception |= message.delta.new_element.WhichOneof("type") == "exception"
            elif genre == "script_finished" and message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                blocs.clear()  # l'écran en a appelé un autre (`st.switch_page`) : c'est celui-là que l'on verra
            elif genre == "script_finished":
                break
        self.recus = gardes
        return sum(map(len, blocs)), "exception" if exception else verifier(blocs, action.attendus)


def verifier(blocs: Sequence[bytes], attendus: Sequence[str]) -> str:
    """Ce qui manque ou ne devrait pas être là, en une phrase ; vide si l'écran est le bon."""
    tout = b"\n".join(blocs)
    for texte in ERREURS:
        if texte.encode() in tout:
            return f"« {texte} » à l'écran"
    for texte in attendus:
        if texte.encode() not in tout:
            return f"« {texte} » absent"
    return ""


def _temoin(port: int) -> str:
    """Le témoin que pose le mandataire avec la page ; vide devant une seule réplique."""
    liaison = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        liaison.request("GET", "/")
        reponse = liaison.getresponse()
        reponse.read()
        return next((t.partition(";")[0] for t in reponse.headers.get_all("Set-Cookie", [])), "")
    finally:
        liaison.close()


async def ouvrir(port: int) -> Session:
    """La page, son témoin, puis le websocket."""
    temoin = await asyncio.to_thread(_temoin, port)
    prise = await connect(
        f"ws://127.0.0.1:{port}/_stcore/stream", origin=f"http://127.0.0.1:{port}", subprotocols=["streamlit"],  # type: ignore[arg-type,list-item]
        additional_headers={"Cookie": temoin} if temoin else {}, max_size=None, compression=None, proxy=None,
        ping_interval=None, open_timeout=PATIENCE,
    )  # fmt: skip
    return Session(prise)


async def vivre(demande: Demande, numero: int, depart: float) -> list[Passage]:
    """Une session : son heure d'arrivée tirée au sort, puis un geste par intervalle ; en retard, aussitôt."""
    hasard = random.Random(demande.graine * 1000 + numero)
    prochain = depart + hasard.random() * demande.pas
    passages: list[Passage] = []
    session: Session | None = None
    for rang, action in enumerate(demande.gestes[numero]):
        await asyncio.sleep(max(0.0, prochain - time.perf_counter()))
        debut = time.perf_counter()
        if debut - depart >= demande.duree:
            break
        octets, faute = 0, ""
        try:
            if session is None:
                session = await ouvrir(demande.port)
                debut = time.perf_counter()
            octets, faute = await session.jouer(action)
        except Exception as erreur:  # tout échec est une mesure : il est compté, et la session se rouvre
            faute = f"{type(erreur).__name__} : {erreur}"
            session = None
        fin = time.perf_counter()
        passages.append(Passage(numero, rang, action.nom, debut - depart, fin - debut, octets, faute))
        prochain = max(prochain + demande.pas, fin)
    if session is not None:
        await session.prise.close()
    return passages


async def inonder(demande: Demande, depart: float) -> int:
    """Un client qui demande sans attendre : combien de passages envoyés pendant la mesure."""
    session = await ouvrir(demande.port)

    async def vider() -> None:
        async for _ in session.prise:
            pass

    lecture = asyncio.create_task(vider())
    envoyes = 0
    while (maintenant := time.perf_counter() - depart) < demande.duree:
        await session.demander(demande.inonde[envoyes % len(demande.inonde)])
        envoyes += 1
        await asyncio.sleep(max(0.0, envoyes / demande.debit - maintenant))
    lecture.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await lecture
    await session.prise.close()
    return envoyes


async def tout_jouer(demande: Demande) -> dict[str, object]:
    """Toutes les sessions ensemble."""
    depart, processeur = time.perf_counter(), time.process_time()
    inondation = asyncio.create_task(inonder(demande, depart)) if demande.debit else None
    listes = await asyncio.gather(*(vivre(demande, n, depart) for n in range(len(demande.gestes))))
    envoyes = await inondation if inondation else 0
    return {
        "passages": [asdict(p) for liste in listes for p in liste],
        "processeur": time.process_time() - processeur,
        "duree": time.perf_counter() - depart,
        "envoyes": envoyes,
    }


def lire(texte: str) -> Demande:
    """La demande écrite en JSON."""
    brut = json.loads(texte)

    def suite(actions: list[dict[str, object]]) -> tuple[Action, ...]:
        return tuple(Action(str(a["nom"]), str(a["page"]), str(a["adresse"]), tuple(a["attendus"])) for a in actions)  # type: ignore[arg-type]

    return Demande(**{**brut, "gestes": tuple(map(suite, brut["gestes"])), "inonde": suite(brut["inonde"])})


if __name__ == "__main__":
    json.dump(asyncio.run(tout_jouer(lire(sys.stdin.read()))), sys.stdout)
