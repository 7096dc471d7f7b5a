"""Un serveur de longue durée : ses fils, un par passage, ne gardent pas chacun leur réserve de mémoire."""

from __future__ import annotations

import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pages.serveur.arenes import RESERVES

RACINE = Path(__file__).resolve().parents[2]
_FILS = """
import ctypes, sys, threading
import {module}
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fdopen.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
fils, ensemble = [], threading.Barrier(16)
def prendre():
    ensemble.wait()
    libc.free(libc.malloc(1000))
    ensemble.wait()
for _ in range(16):
    fils.append(threading.Thread(target=prendre))
    fils[-1].start()
for fil in fils:
    fil.join()
libc.malloc_info(0, ctypes.c_void_p(libc.fdopen(1, b"w")))
libc.fflush(None)
"""
"""Seize fils à la fois demandent de la mémoire ; glibc dit ensuite combien de réserves elle tient."""


def reserves(module: str) -> int:
    joue = subprocess.run(
        [sys.executable, "-c", _FILS.format(module=module)], cwd=RACINE, capture_output=True, text=True, check=True
    )
    return len(re.findall(r"<heap nr=", joue.stdout))


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="une autre bibliothèque C n'a pas ces réserves")
def test_les_fils_du_serveur_se_partagent_deux_reserves():
    assert reserves("app") <= RESERVES < reserves("pages.ecrans")
