"""`python -m benchmarks.publications [fichier.md]` : le temps des documents, en tableau markdown.

Chaque mesure se fait dans un processus neuf : typst se souvient de ce qu'il a déjà mis en page, et un document refait
paraîtrait deux fois plus rapide qu'il ne l'est pour la personne qui le demande. Les temps dépendent de la machine ; le
rapport atlas ÷ (21 × fiche) se compare d'une machine à l'autre.
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from indicators.construction import assurer
from indicators.entrepot import Entrepot
from indicators.portrait import dresser
from indicators.publications.atlas import atlas_pdf, quartiers_de
from indicators.publications.classeur import classeur_xlsx
from indicators.publications.diaporama import diaporama_pptx
from indicators.publications.fiche import fiche_pdf
from indicators.publications.sequence import preparer

ATLAS = "EPCI246200364"
"""Lens-Liévin : 21 quartiers qui ont des chiffres."""
_FAIRE: dict[str, Callable[[Entrepot, str], bytes]] = {
    "fiche": lambda entrepot, code: fiche_pdf(entrepot, dresser(entrepot, code)),
    "atlas": atlas_pdf,
    "classeur": lambda entrepot, code: classeur_xlsx(dresser(entrepot, code), entrepot.catalogue),
    "diaporama": lambda entrepot, code: diaporama_pptx(preparer(entrepot, dresser(entrepot, code))),
}


def a_froid(document: str, code: str) -> float:
    """Le temps de ce document, portrait compris, en millisecondes ; base ouverte et polices lues auparavant."""
    entrepot = Entrepot(assurer().chemin)
    _FAIRE["fiche"](entrepot, "UU-DOUAI-LENS")
    depart = time.perf_counter()
    _FAIRE[document](entrepot, code)
    return 1000 * (time.perf_counter() - depart)


def mesurer() -> list[tuple[str, str]]:
    """Chaque document et ce qu'il prend, déjà écrit."""
    entrepot = Entrepot(assurer().chemin)
    quartiers = [q.territoire for q in quartiers_de(entrepot, ATLAS)[0]]
    entrepot.fermer()
    neufs = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=neufs, max_tasks_per_child=1) as processus:

        def temps(document: str, codes: list[str]) -> list[float]:
            return [processus.submit(a_froid, document, code).result() for code in codes]

        fiches, atlas = temps("fiche", quartiers), temps("atlas", [ATLAS] * 3)
        lignes = [
            (f"fiche PDF (médiane de {len(quartiers)} quartiers)", fiches),
            ("fiche PDF, 71 indicateurs", temps("fiche", ["EPCI200042190"] * 3)),
            (f"atlas PDF de {len(quartiers)} quartiers", atlas),
            ("classeur XLSX, 43 indicateurs", temps("classeur", ["QP059050"] * 3)),
            ("diaporama PPTX, 18 diapositives", temps("diaporama", ["QP059050"] * 3)),
        ]
    rapport = statistics.median(atlas) / sum(fiches)
    return [
        *((nom, f"{statistics.median(mesures):.0f} ms") for nom, mesures in lignes),
        (f"rapport atlas ÷ ({len(quartiers)} × fiche)", f"{rapport:.2f}".replace(".", ",")),
    ]


def tableau(lignes: list[tuple[str, str]]) -> str:
    """Le tableau markdown."""
    return (
        "\n".join(["| document | médiane |", "|---|---:|", *(f"| {nom} | {temps} |" for nom, temps in lignes)]) + "\n"
    )


def main() -> int:
    """Mesure et écrit le tableau : à l'écran, et dans le fichier donné en argument."""
    texte = tableau(mesurer())
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(texte, "utf-8")
    print(texte)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
