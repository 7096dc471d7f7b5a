"""Ce que la première vue garde : un écran qui a fini, jamais un passage que la base en construction a empêché."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.ecrans import ECRANS
from pages.serveur.premiere import vue

ECRAN = next(e for e in ECRANS if e.premiere_vue)
CLE = (None, None, "http://127.0.0.1/", "", False)


def passage() -> list[ForwardMsg]:
    """Un écran d'un seul bloc, joué jusqu'au bout."""
    bloc, fin = ForwardMsg(), ForwardMsg()
    bloc.metadata.delta_path.extend([0, 0])
    bloc.delta.new_element.markdown.body = '<p class="chapeau">46,7 %</p>'
    bloc.delta.new_element.markdown.allow_html = True
    fin.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    return [bloc, fin]


def preparer() -> vue.Vue | None:
    """Une demande, sur une boucle à elle : le pilote du navigateur a la sienne dans le fil des essais."""
    with ThreadPoolExecutor(1) as fil:
        return fil.submit(lambda: asyncio.run(vue._preparer(CLE, ECRAN, "", telephone=False))).result()


@pytest.mark.parametrize("empeche", [[], RuntimeError("la base se refait")])
def test_un_passage_empeche_ne_se_garde_pas(monkeypatch: pytest.MonkeyPatch, empeche: list[ForwardMsg] | Exception):
    """La page part sans sa première vue ; le visiteur suivant l'a, puis elle ne se rejoue plus."""
    gardees: OrderedDict[object, vue.Vue | None] = OrderedDict()
    joues: list[str] = []
    suites = [empeche, passage()]

    async def jouer(url: str, adresse: str, parametres: str) -> list[ForwardMsg]:
        joues.append(url)
        suite = suites[len(joues) - 1]
        if isinstance(suite, Exception):
            raise suite
        return suite

    monkeypatch.setattr(vue, "_gardees", gardees)
    monkeypatch.setattr(vue, "jouer", jouer)
    assert preparer() is None
    assert not gardees
    rendue = preparer()
    assert rendue and "46,7 %" in rendue.html
    assert list(gardees.values()) == [rendue] and len(joues) == 2
