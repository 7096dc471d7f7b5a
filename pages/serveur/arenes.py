"""La mémoire des fils, rendue : glibc en garde une réserve par fil, jusqu'à huit par cœur, et les rend mal.

Streamlit lance un fil par passage : chacun finit par avoir sa réserve, pleine des trous que laissent les autres. Deux
réserves suffisent à un interpréteur qui n'en sert qu'un à la fois ; mesuré, 160 Mo au lieu de 350 après une minute
d'usage mêlé. Un écran écrit, envoyé puis oublié fait des centaines de kilo-octets d'un tenant : chacun est pris au
système et lui est rendu. Sans seuil fixe, glibc relève le sien à chaque gros bloc rendu, jusqu'à 32 Mo, et garde tout.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress

RESERVES = 2
SEUIL = 128 * 1024
"""Octets au-delà desquels un bloc est pris au système, et non dans une réserve."""
_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3
"""Les noms de ces réglages dans `malloc.h`."""


def limiter() -> None:
    """Borne les réserves de ce processus, avant ses fils ; sans effet si la bibliothèque C n'est pas glibc."""
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(_M_ARENA_MAX, RESERVES)
        libc.mallopt(_M_MMAP_THRESHOLD, SEUIL)
