"""Fichiers hostiles : durée, mémoire et phrase de chacun ; et ce qu'attend quelqu'un d'autre pendant qu'on le dépose.

`python -m benchmarks.hostiles DOSSIER` lit chaque fichier comme le serveur le lit, dans son processus à part ; la
mémoire est le plus haut que le processus ait occupé (Linux). `mesurer` y ajoute un vrai serveur : le même portrait,
demandé tour à tour seul et pendant un dépôt.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from indicators.base.construction import VARIABLE_LOCALES
from indicators.donnees.controles.structure import DOSSIER_PARTAGE
from indicators.imports.moteur import isole
from indicators.socle.acces_reserve import VARIABLE_MOT_DE_PASSE, hacher

from .mesures import But, Tableau, chronometrer, mo, ms, virgule

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from serveurs import MOT, Session, demander, deposer, streamlit

_RACINE = Path(__file__).resolve().parent.parent
DOSSIER = DOSSIER_PARTAGE / "cas" / "hostiles"
SEULS = 5
"""Portraits demandés avant chaque dépôt, sans rien d'autre."""
_QUARTIERS = ("QP062011", "QP062017", "QP059050", "QP062008")
ILLISIBLES = 900_000


@dataclass
class Vu:
    """Ce qu'a attendu l'autre personne : l'écran Portrait dans sa session, sa page par un lien."""

    portraits: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)

    def demander(self, port: int, session: Session, rang: int) -> None:
        """Un portrait dans une session ouverte, un autre par un lien."""
        code = _QUARTIERS[rang % len(_QUARTIERS)]
        self.portraits.append(chronometrer(partial(session.messages, "portrait", f"territoire={code}")))
        self.pages.append(chronometrer(partial(demander, port, f"/portrait?territoire={code}")))


_CHRONO = """
import os, subprocess, sys, time
debut = time.perf_counter()
joue = subprocess.Popen(sys.argv[1:], stderr=subprocess.DEVNULL)
_, etat, usage = os.wait4(joue.pid, 0)
print(time.perf_counter() - debut, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, etat, file=sys.stderr)
"""
"""Un processus léger entre deux : la mémoire de celui qui en lance un autre compte pour le plus haut de celui-ci."""


def mesurer_un(chemin: Path) -> tuple[float, float, float, str]:
    """Secondes écoulées, secondes de processeur, mégaoctets, et ce que la lecture en dit."""
    lecture = [sys.executable, "-m", "indicators.imports.moteur.isole", chemin.name]
    with chemin.open("rb") as entree:
        joue = subprocess.run(
            [sys.executable, "-S", "-c", _CHRONO, *lecture],
            stdin=entree, capture_output=True, cwd=_RACINE, env=os.environ | isole.SOBRE, check=True,
        )  # fmt: skip
    duree, calcul, memoire, etat = joue.stderr.split()
    rendu = isole.recevoir(joue.stdout) if joue.stdout and etat == b"0" else f"processus arrêté (état {etat.decode()})"
    return float(duree), float(calcul), float(memoire), rendu if isinstance(rendu, str) else "lu"


def illisible() -> bytes:
    """Un CSV d'un format connu dont presque aucune ligne ne se lit."""
    entete = b"CODGEO;DISP_MED_A19;DISP_TP60_A19\nQP062012;13000;40,5\n"
    return entete + b"".join(b"ZZ%06d;12;4\n" % n for n in range(ILLISIBLES))


def _pendant(port: int, nom: str, octets: bytes, agir: Callable[[int], None]) -> tuple[float, str]:
    """Dépose, et agit sans relâche tant que l'écran de dépôt n'a pas répondu ; la durée du dépôt, ce qu'il a dit."""
    dit: list[str] = []
    fil = threading.Thread(target=lambda: dit.append(deposer(port, nom, octets)))
    debut = time.perf_counter()
    fil.start()
    rang = 0
    while fil.is_alive():
        agir(rang)
        rang += 1
    fil.join()
    return time.perf_counter() - debut, dit[0] if dit else "sans réponse"


def aux_autres(dossier: Path = DOSSIER) -> Tableau:
    """Le même portrait, seul puis pendant chaque dépôt, par le même serveur."""
    fichiers = [(f.name, f.read_bytes()) for f in sorted(dossier.iterdir()) if f.is_file()]
    fichiers.append(("14 Mo illisibles.csv", illisible()))
    lignes, seuls_tous, pendant_tous = [], Vu(), Vu()
    with tempfile.TemporaryDirectory(prefix="hostiles-") as ou:
        variables = {VARIABLE_MOT_DE_PASSE: hacher(MOT), VARIABLE_LOCALES: f"{ou}/ajouts"}
        with streamlit(Path(ou) / "serveur.txt", **variables) as (_, port):
            autre = Session(port)
            for rang in range(2 * len(_QUARTIERS)):  # chaque portrait a été vu : la suite ne mesure que l'attente
                Vu().demander(port, autre, rang)
            for nom, octets in fichiers:
                seul, pendant = Vu(), Vu()
                for rang in range(SEULS):
                    seul.demander(port, autre, rang)
                duree, _ = _pendant(port, nom, octets, partial(pendant.demander, port, autre))
                lignes.append(_ligne(nom, duree, seul, pendant))
                for tous, vu in ((seuls_tous, seul), (pendant_tous, pendant)):
                    tous.portraits += vu.portraits
                    tous.pages += vu.pages
            autre.fermer()
    pire = max(pendant_tous.portraits + pendant_tous.pages)
    rapport = statistics.median(pendant_tous.portraits) / statistics.median(seuls_tous.portraits)
    return Tableau(
        "Un dépôt hostile, et le portrait de quelqu’un d’autre",
        f"Un vrai serveur, le {date.today():%d/%m/%Y}, {os.cpu_count()} cœurs, charge de la machine "
        f"{virgule(os.getloadavg()[0])}. Une personne dépose le fichier dans "
        "« Mettre à jour » ; une autre demande sans relâche un portrait dans sa session, puis sa page par un lien. "
        f"Seul : {SEULS} fois juste avant chaque dépôt. Médiane pendant ÷ médiane seul : {virgule(rapport)}.",
        ("fichier déposé", "dépôt répondu en, s", "portraits", "seul, ms", "pendant, ms", "au pire, ms",
         "lien, ms", "lien au pire, ms"),
        tuple(lignes),
        (But("portrait de quelqu’un d’autre pendant un dépôt hostile, au pire", "1 s au plus", f"{ms(pire)} ms",
             pire < 1),),
    )  # fmt: skip


def _ligne(nom: str, duree: float, seul: Vu, pendant: Vu) -> tuple[str, ...]:
    return (
        nom, virgule(duree), str(len(pendant.portraits)), ms(statistics.median(seul.portraits)),
        ms(statistics.median(pendant.portraits)), ms(max(pendant.portraits)), ms(statistics.median(pendant.pages)),
        ms(max(pendant.pages)),
    )  # fmt: skip


def lectures(dossier: Path = DOSSIER) -> Tableau:
    """Chaque fichier, lu dans son processus à part."""
    lus = [(chemin.name, *mesurer_un(chemin)) for chemin in sorted(f for f in dossier.iterdir() if f.is_file())]
    return Tableau(
        "Fichiers hostiles",
        "Chacun lu dans un processus à part, comme le serveur le lit : son temps de processeur, que la charge de la "
        "machine ne change guère, sa durée, et le plus haut de sa mémoire.",
        ("fichier", "s de processeur", "s écoulées", "Mo", "ce qui en est dit"),
        tuple((nom, virgule(calcul, 2), virgule(duree, 2), mo(1e6 * memoire), dit[:160])
            for nom, duree, calcul, memoire, dit in lus),
        (
            But("fichier hostile lu ou refusé", "2 s de processeur et 300 Mo au plus",
                f"{virgule(max(lu[2] for lu in lus))} s, {max(lu[3] for lu in lus):.0f} Mo",
                all(calcul < 2 and memoire < 300 for _, _, calcul, memoire, _ in lus)),
        ),
    )  # fmt: skip


def mesurer() -> list[Tableau]:
    """Les deux tables."""
    return [lectures(), aux_autres()]


def main(dossier: Path) -> None:
    """Une ligne par fichier."""
    print("| fichier | secondes | Mo | phrase |\n|---|---|---|---|")
    for chemin in sorted(f for f in dossier.iterdir() if f.is_file()):
        duree, _, memoire, phrase = mesurer_un(chemin)
        print(f"| {chemin.name} | {duree:.2f} | {memoire:.0f} | {phrase[:160]} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
