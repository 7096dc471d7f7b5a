"""Les dossiers où un travail s'écrit avant d'être mis en place, et ce qu'en laisse un processus tué.

Un brouillon vivant tient un verrou, qui tombe avec son processus : même sur un volume que deux conteneurs partagent, où
les numéros de processus ne veulent rien dire, qui peut prendre le verrou sait que le brouillon est mort.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

_VERROU = ".vivant"
_SANS_VERROU = 3600
"""Secondes après lesquelles un brouillon sans verrou est mort : il n'a pas eu le temps de le prendre."""


@contextmanager
def brouillon(prefixe: str, dans: Path) -> Iterator[Path]:
    """Un dossier neuf dans `dans`, effacé à la fin quoi qu'il arrive ; ceux des processus morts le sont d'abord."""
    balayer(prefixe, dans)
    with (
        tempfile.TemporaryDirectory(prefix=prefixe, dir=dans, ignore_cleanup_errors=True) as nom,
        FileLock(Path(nom) / _VERROU, timeout=0),
    ):
        yield Path(nom)


def balayer(prefixe: str, dans: Path) -> None:
    """Efface les brouillons dont le processus est mort ; un disque que l'on ne peut que lire les garde."""
    for reste in dans.glob(f"{prefixe}*"):
        with suppress(OSError):
            if _est_mort(reste):
                shutil.rmtree(reste, ignore_errors=True)


def _est_mort(reste: Path) -> bool:
    if not (reste / _VERROU).exists():
        # Une heure d'écart, dans un sens ou dans l'autre : une horloge qui recule ne le rend pas éternel.
        return abs(time.time() - reste.stat().st_mtime) > _SANS_VERROU
    try:
        with FileLock(reste / _VERROU, timeout=0):
            return True
    except Timeout:
        return False
