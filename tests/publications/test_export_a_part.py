"""Un export écrit par un processus à part : il s'arrête quand on ne le lit plus, et un export inachevé se dit."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import Any

import pytest

from indicators.analyse.exploration import Niveau
from indicators.base.base import Base
from indicators.base.exploration import Filtre
from indicators.publications import a_part
from indicators.socle.erreurs import ErreurObservatoire


@pytest.fixture
def lances(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Les processus lancés par l'essai."""
    vus: list[subprocess.Popen[bytes]] = []

    class Suivi(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *donnes: Any, **options: Any) -> None:
            super().__init__(*donnes, **options)
            vus.append(self)

    monkeypatch.setattr(subprocess, "Popen", Suivi)
    return vus


def demande(base: Base) -> a_part.Demande:
    return a_part.Demande(base.chemin, Filtre(), Niveau.AGGLOMERATION, "csv", (), "")


def test_qui_s_en_va_arrete_le_processus(trois: Base, lances, monkeypatch):
    monkeypatch.setattr(a_part, "MORCEAU", 1000)
    morceaux = a_part.ecrire(demande(trois))
    assert next(morceaux).startswith(b"\xef\xbb\xbf")
    (processus,) = lances
    assert processus.poll() is None, "il a encore à écrire"
    morceaux.close()
    assert processus.poll() is not None


def test_un_export_inacheve_se_dit(trois: Base, lances):
    perdue = replace(demande(trois), base=trois.chemin.with_name("perdue.duckdb"))
    with pytest.raises(ErreurObservatoire, match=r"s'est interrompu : .*perdue\.duckdb"):
        list(a_part.ecrire(perdue))
