"""Mettre un dossier neuf à la place d'un ancien, d'un seul geste : tué à n'importe quel instant, l'un des deux est là.

Linux échange les deux noms (`renameat2`). Ailleurs, ou sur un disque qui ne le sait pas, l'ancien est d'abord renommé à
côté ; s'il y reste parce que le programme est mort entre les deux gestes, la commande suivante le remet (`reprendre`).
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

_ICI, _ECHANGE = -100, 2
"""`AT_FDCWD` et `RENAME_EXCHANGE`, de linux/fcntl.h et linux/fs.h."""


def remplacer(neuf: Path, place: Path, siens: Callable[[Path], set[str]]) -> None:
    """Met `neuf` à `place` ; l'ancien dossier va où était `neuf`, pour être effacé avec son brouillon.

    `siens` : les fichiers de l'ancien que l'on a écrits, à oublier ; tout autre y a été mis par quelqu'un, et reste.
    Ce que le disque refuse (`OSError`) laisse l'ancien à sa place.
    """
    if not place.exists():
        os.replace(neuf, place)
        return
    _garder(place, neuf, siens(place))
    if _echanger(neuf, place):
        return
    attente = _attente(place)
    os.replace(place, attente)
    try:
        os.replace(neuf, place)
    except BaseException:  # un Ctrl-C aussi
        os.replace(attente, place)
        raise
    os.replace(attente, neuf)


def reprendre(place: Path) -> None:
    """Remet à sa place un dossier qu'un programme tué avait renommé ; s'il y en a déjà un, c'est le neuf : il reste."""
    attente = _attente(place)
    if attente.is_dir() and not place.exists():
        os.replace(attente, place)
    elif attente.is_dir():
        shutil.rmtree(attente)


def _attente(place: Path) -> Path:
    return place.with_name(f".{place.name}.ancien")


def _garder(place: Path, neuf: Path, siens: set[str]) -> None:
    """Recopie dans le neuf ce que l'ancien porte et que personne ici n'a écrit."""
    if not siens:
        return
    for fichier in place.rglob("*"):
        relatif = fichier.relative_to(place)
        if fichier.is_file() and relatif.as_posix() not in siens and not (neuf / relatif).exists():
            (neuf / relatif).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(fichier, neuf / relatif)


def _echanger(un: Path, autre: Path) -> bool:
    """Vrai si le système a échangé les deux noms d'un seul geste."""
    if sys.platform != "linux":
        return False
    echanger = getattr(ctypes.CDLL(None), "renameat2", None)
    return echanger is not None and echanger(_ICI, os.fsencode(un), _ICI, os.fsencode(autre), _ECHANGE) == 0
