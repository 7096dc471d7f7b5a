"""Fichiers hostiles : durée, mémoire et phrase de chacun, lu comme le serveur le lit, dans son processus à part.

`python -m benchmarks.hostiles DOSSIER` ; la mémoire est le plus haut que le processus ait occupé (Linux).
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from indicators.imports.moteur import isole

_RACINE = Path(__file__).resolve().parent.parent


def mesurer(chemin: Path) -> tuple[float, float, str]:
    """Secondes, mégaoctets, et ce que la lecture en dit."""
    with tempfile.TemporaryFile() as sortie, chemin.open("rb") as entree:
        debut = time.perf_counter()
        joue = subprocess.Popen(
            [sys.executable, "-m", "indicators.imports.moteur.isole", chemin.name],
            stdin=entree, stdout=sortie, stderr=subprocess.DEVNULL, cwd=_RACINE, env=os.environ | isole.SOBRE,
        )  # fmt: skip
        _, etat, usage = os.wait4(joue.pid, 0)
        duree = time.perf_counter() - debut
        sortie.seek(0)
        octets = sortie.read()
    rendu = pickle.loads(octets) if octets and not etat else f"processus arrêté (état {etat})"
    return duree, usage.ru_maxrss / 1024, rendu if isinstance(rendu, str) else "lu"


def main(dossier: Path) -> None:
    """Une ligne par fichier."""
    print("| fichier | secondes | Mo | phrase |\n|---|---|---|---|")
    for chemin in sorted(f for f in dossier.iterdir() if f.is_file()):
        duree, memoire, phrase = mesurer(chemin)
        print(f"| {chemin.name} | {duree:.2f} | {memoire:.0f} | {phrase[:160]} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
