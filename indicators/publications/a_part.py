"""Un grand export, écrit par un processus à part : le serveur garde son interpréteur pour ses autres visiteurs.

Comparer et écrire une ligne se fait en Python : deux millions tiendraient le serveur plusieurs minutes, et chaque écran
attendrait derrière. Le processus ouvre la même base, en lecture, et rend ses octets à mesure.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indicators.analyse.exploration import Niveau, suivre
from indicators.base.base import Base
from indicators.base.exploration import Filtre
from indicators.publications.exports_suivis import ECRIRE, MORCEAU
from indicators.socle.erreurs import ErreurObservatoire

SEUIL = 20_000
"""Lignes au-delà desquelles l'export se fait à part : en deçà, lancer un processus prendrait plus de temps que lui."""
_RACINE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Demande:
    """Ce qu'il faut écrire : la base, le filtre et sa comparaison, la sorte de fichier, et ce que le fichier en dit."""

    base: Path
    filtre: Filtre
    niveau: Niveau
    sorte: str
    criteres: tuple[tuple[str, str], ...]
    adresse: str


def ecrire(demande: Demande) -> Iterator[bytes]:
    """Les octets du fichier, à mesure ; le processus meurt si personne ne les lit plus.

    Lève `ErreurObservatoire` s'il n'a pas fini : le fichier reçu n'est pas entier, et le navigateur le dit.
    """
    commande = [sys.executable, "-m", "indicators.publications.a_part"]
    with tempfile.TemporaryFile() as plaintes:
        with subprocess.Popen(
            commande, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=plaintes, cwd=_RACINE
        ) as processus:
            assert processus.stdin is not None and processus.stdout is not None
            try:
                processus.stdin.write(pickle.dumps(demande))
                processus.stdin.close()
                while morceau := processus.stdout.read(MORCEAU):
                    yield morceau
                processus.wait()
            finally:
                processus.kill()
        if processus.returncode:
            plaintes.seek(0)
            dernier = plaintes.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise ErreurObservatoire(f"Un export s'est interrompu : {dernier or processus.returncode}")


def _ici(demande: Demande) -> Iterator[bytes]:
    base = Base(demande.base)
    suite = suivre(base, demande.filtre, demande.niveau)
    yield from ECRIRE[demande.sorte](suite, base.catalogue, demande.criteres, demande.adresse)


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(5)
    for octets in _ici(pickle.load(sys.stdin.buffer)):
        sys.stdout.buffer.write(octets)
