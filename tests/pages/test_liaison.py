"""La liaison avec le navigateur : la prise part sans attendre, une session qui inonde est ralentie sans rien perdre."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from pages.serveur import liaison
from pages.serveur.liaison import PAR_SECONDE, RAFALE, Cadence, Liaison, sans_attente


class Transport:
    def __init__(self, prise: socket.socket | None) -> None:
        self.prise = prise

    def get_extra_info(self, nom: str) -> Any:
        return self.prise if nom == "socket" else None


class Protocole:
    """Ce que la liaison connaît d'uvicorn : un `transport`, et `receive`, sa méthode."""

    def __init__(self, prise: socket.socket | None) -> None:
        self.transport = Transport(prise)

    async def receive(self) -> dict[str, Any]:
        return {"type": "websocket.receive", "bytes": b""}


def test_une_prise_acceptee_comme_streamlit_part_sans_attendre():
    # Le geste de Streamlit, exactement : une prise d'écoute sans protocole nommé.
    with socket.socket(family=socket.AF_INET) as ecoute:
        ecoute.bind(("127.0.0.1", 0))
        ecoute.listen(1)
        with socket.create_connection(ecoute.getsockname()), ecoute.accept()[0] as acceptee:
            assert acceptee.proto == 0, "asyncio la réglerait lui-même : ce module ne sert plus"
            assert acceptee.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0
            assert sans_attente(Protocole(acceptee).receive)
            assert acceptee.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_un_autre_serveur_n_est_pas_regle_et_rien_ne_casse():
    async def ailleurs() -> dict[str, Any]:
        return {}

    assert not sans_attente(ailleurs)
    assert not sans_attente(Protocole(None).receive)


def test_une_rafale_passe_puis_chaque_message_attend_son_tour():
    cadence = Cadence(100.0)
    assert [cadence.attente(100.0) for _ in range(RAFALE)] == [0.0] * RAFALE
    assert cadence.attente(100.0) == pytest.approx(1 / PAR_SECONDE)
    assert cadence.attente(100.0) == pytest.approx(2 / PAR_SECONDE)


def test_le_silence_rend_la_rafale_et_pas_davantage():
    cadence = Cadence(0.0)
    for _ in range(RAFALE):
        cadence.attente(0.0)
    # Un quart de seconde rend un message ; un an n'en rend jamais plus d'une rafale.
    assert cadence.attente(1 / PAR_SECONDE) == 0.0
    un_an = 365 * 86_400.0
    assert [cadence.attente(un_an) for _ in range(RAFALE)] == [0.0] * RAFALE
    assert cadence.attente(un_an) > 0


def test_les_messages_retenus_arrivent_tous_dans_leur_ordre(monkeypatch):
    attentes: list[float] = []

    async def noter(secondes: float) -> None:
        attentes.append(secondes)

    monkeypatch.setattr(liaison.asyncio, "sleep", noter)
    monkeypatch.setattr(liaison.time, "monotonic", lambda: 0.0)
    envoyes = [{"type": "websocket.connect"}] + [{"type": "websocket.receive", "rang": k} for k in range(RAFALE + 3)]
    recus: list[dict[str, Any]] = []
    file = iter(envoyes)

    async def receive() -> dict[str, Any]:
        return next(file)

    async def app(_scope: Any, lire: Any, _send: Any) -> None:
        for _ in envoyes:
            recus.append(await lire())

    # Rien n'attend vraiment : un pas suffit, sans boucle (celle de Playwright tourne peut-être déjà dans ce processus).
    with pytest.raises(StopIteration):
        Liaison(app)({"type": "websocket"}, receive, None).send(None)  # type: ignore[arg-type]
    assert recus == envoyes
    assert attentes == pytest.approx([1 / PAR_SECONDE, 2 / PAR_SECONDE, 3 / PAR_SECONDE])
