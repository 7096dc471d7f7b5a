"""`python -m benchmarks [banc…]` : refait les mesures, réécrit `benchmarks/RESULTATS.md` et le tableau du README.

Sans argument, tous les bancs, l'un après l'autre : une mesure prise pendant une autre ne vaut rien. Avec des noms,
ceux-là seulement ; les résultats des autres restent ceux de la fois d'avant. Demande `benchmarks/requirements.txt`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from .mesures import But, Tableau, table, virgule

ICI = Path(__file__).resolve().parent
RESULTATS, README, DONNEES = ICI / "RESULTATS.md", ICI.parent / "README.md", ICI / "resultats.json"
BANCS = {
    "requetes": "les questions à la base, à l'échelle de la France",
    "cartes": "les cartes, et le premier démarrage",
    "ecrans": "les écrans dans un navigateur, à côté d'une page nue, de Dash et de Panel",
    "premiere": "la première vue du portrait, au bureau et en 3G, à côté des mêmes",
    "charge": "60 et 100 personnes à la fois",
    "etendue": "les mêmes questions au Parquet exporté, par un moteur réparti",
    "suivi": "vingt personnes qui écrivent et soixante qui lisent le suivi",
    "duree": "la mémoire d'un serveur qui dure, ses dépôts, ses sessions abandonnées",
    "hostiles": "les fichiers hostiles, et le portrait de quelqu'un d'autre pendant leur dépôt",
    "morts": "cent commandes tuées au hasard",
}
PAQUETS = ("streamlit", "duckdb", "pandas", "pyarrow", "plotly", "typst", "sqlalchemy", "dash", "panel", "pyspark")
DEBUT, FIN = "<!-- mesures : écrit par `python -m benchmarks` -->", "<!-- fin des mesures -->"


def machine() -> str:
    """La machine et les versions, en une phrase."""
    modele = next(
        (li.partition(":")[2].strip() for li in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in li),
        platform.processor(),
    )
    memoire = virgule(psutil.virtual_memory().total / 1e9, 0)
    paquets = ", ".join(f"{nom} {version(nom)}" for nom in PAQUETS if _installe(nom))
    return (
        f"{os.cpu_count()} cœurs ({modele}), {memoire} Go de mémoire, {platform.system()} {platform.release()}, Python "
        f"{platform.python_version()} ; {paquets}."
    )


def _installe(nom: str) -> bool:
    return importlib.util.find_spec(nom) is not None


def mesurer(noms: Iterable[str]) -> dict[str, list[Tableau]]:
    """Fait tourner ces bancs, et garde de la fois d'avant les résultats des autres."""
    anciens = json.loads(DONNEES.read_text("utf-8")) if DONNEES.exists() else {}
    for nom in noms:
        depart = time.perf_counter()
        print(f"{nom} : {BANCS[nom]}…", flush=True)
        tableaux = importlib.import_module(f"benchmarks.{nom}").mesurer()
        anciens[nom] = [asdict(tableau) for tableau in tableaux]
        DONNEES.write_text(json.dumps(anciens, ensure_ascii=False, indent=1) + "\n", "utf-8")
        print("\n\n".join(tableau.markdown() for tableau in tableaux))
        print(f"({time.perf_counter() - depart:.0f} s)", flush=True)
    return {nom: [relire(t) for t in anciens[nom]] for nom in BANCS if nom in anciens}


def relire(lu: dict[str, Any]) -> Tableau:
    """Un tableau gardé dans `resultats.json`."""
    return Tableau(
        lu["titre"],
        lu["lecture"],
        tuple(lu["colonnes"]),
        tuple(tuple(ligne) for ligne in lu["lignes"]),
        tuple(But(**but) for but in lu["buts"]),
    )


def ecrire(resultats: dict[str, list[Tableau]]) -> None:
    """Écrit le rapport entier, et dans le README le tableau des buts."""
    buts = [but for tableaux in resultats.values() for tableau in tableaux for but in tableau.buts]
    lignes = [(but.nom, but.vise, but.mesure, "oui" if but.atteint else "**non**") for but in buts]
    resume = table(("but", "visé", "mesuré", "atteint"), lignes).replace("| ---: ", "| --- ")
    corps = "\n".join(tableau.markdown() for tableaux in resultats.values() for tableau in tableaux)
    RESULTATS.write_text(
        "# Mesures\n\nÉcrit par `python -m benchmarks` (`pip install -r benchmarks/requirements.txt`). Les temps sont "
        "ceux de cette machine ; les rapports, pris côte à côte dans le même passage, se comparent d’une machine à "
        f"l’autre.\n\n{machine()}\n\n## Les buts\n\n{resume}\n{corps}",
        "utf-8",
    )
    texte = README.read_text("utf-8")
    avant, _, reste = texte.partition(DEBUT)
    _, _, apres = reste.partition(FIN)
    if reste:
        README.write_text(f"{avant}{DEBUT}\n\n{resume}\n{FIN}{apres}", "utf-8")


def main() -> int:
    """Les bancs demandés, ou tous ; rend 2 pour un nom inconnu."""
    noms = sys.argv[1:] or list(BANCS)
    inconnus = [nom for nom in noms if nom not in BANCS]
    if inconnus:
        print(f"Banc inconnu : {', '.join(inconnus)}. Bancs : {', '.join(BANCS)}.", file=sys.stderr)
        return 2
    ecrire(mesurer(noms))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
