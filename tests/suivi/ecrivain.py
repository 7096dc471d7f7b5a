"""Un processus qui écrit, pour les tests : `python -m tests.suivi.ecrivain GESTE ADRESSE …`.

`ensemble` : vingt fils écrivent chacun leurs notes, et tous dans une même note ; `sans_fin` : écrit jusqu'à ce qu'on le
tue, en disant chaque version confirmée ; `disque_plein` : écrit jusqu'à ce que la taille admise des fichiers l'arrête.
"""

from __future__ import annotations

import resource
import sys
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import make_url

from indicators.suivi import seances
from indicators.suivi.magasin import Magasin
from indicators.suivi.refus import EcritureCroisee, SuiviIndisponible
from tests.suivi.conftest import ANIMATRICE

COMMUNE = "commune"
ECRIVAINS, TOURS = 20, 5


def ensemble(magasin: Magasin, replique: str) -> None:
    """Chaque fil écrit ses propres notes, et ajoute son mot à la note commune en relisant quand il est devancé."""

    def un(fil: int) -> int:
        devance = 0
        for tour in range(TOURS):
            mot = f"{replique}-{fil}-{tour}"
            seances.noter(magasin, ANIMATRICE, "s1", f"{replique}-{fil}", mot, tour, brouillon=False)
            while True:
                note = seances.notes(magasin, "s1")[COMMUNE]
                try:
                    seances.noter(
                        magasin, ANIMATRICE, "s1", COMMUNE, f"{note.texte} {mot}", note.trace.version, brouillon=False
                    )
                    break
                except EcritureCroisee:
                    devance += 1
        return devance

    with ThreadPoolExecutor(ECRIVAINS) as fils:
        print(sum(fils.map(un, range(ECRIVAINS))))


def sans_fin(magasin: Magasin) -> None:
    """Écrit la version attendue dans la note, et la dit une fois confirmée."""
    vue = 0
    while True:
        vue = seances.noter(magasin, ANIMATRICE, "s1", COMMUNE, f"version {vue + 1}", vue, brouillon=False)
        print(vue, flush=True)


def disque_plein(magasin: Magasin) -> None:
    """Dit la dernière version confirmée, puis la phrase de la panne."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
    vue = 0
    try:
        while True:
            vue = seances.noter(magasin, ANIMATRICE, "s1", COMMUNE, f"{vue + 1} " + "é" * 7000, vue, brouillon=False)
    except SuiviIndisponible as panne:
        print(f"{vue}\n{panne}")


if __name__ == "__main__":
    _, geste, adresse, *reste = sys.argv
    {"ensemble": ensemble, "sans_fin": sans_fin, "disque_plein": disque_plein}[geste](
        Magasin.ouvrir(make_url(adresse)), *reste
    )
