"""`python -m benchmarks.publications` : le temps des documents, en tableau markdown.

Des médianes sur la machine qui les mesure ; le rapport atlas ÷ (21 × fiche), lui, se compare d'une machine à l'autre.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
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
FICHES = ("QP062011", "QP059050", "EPCI200042190")
REPETITIONS = 5


def mediane(faire: Callable[[], object], fois: int = REPETITIONS) -> float:
    """La médiane des temps, en millisecondes, après un premier passage à vide."""
    faire()
    temps = []
    for _ in range(fois):
        depart = time.perf_counter()
        faire()
        temps.append(1000 * (time.perf_counter() - depart))
    return statistics.median(temps)


def mesurer(entrepot: Entrepot) -> list[tuple[str, float]]:
    """Chaque document et sa médiane en millisecondes, portrait compris."""
    catalogue = entrepot.catalogue
    lignes = [
        (
            f"fiche PDF, {entrepot.territoire(code).nom} ({len(dresser(entrepot, code).lignes)} indicateurs)",
            mediane(lambda code=code: fiche_pdf(dresser(entrepot, code), catalogue)),
        )
        for code in FICHES
    ]
    quartiers, _ = quartiers_de(entrepot, ATLAS)
    une = statistics.mean(
        mediane(lambda code=q.territoire: fiche_pdf(dresser(entrepot, code), catalogue), 1) for q in quartiers
    )
    atlas = mediane(lambda: atlas_pdf(entrepot, ATLAS), 3)
    lignes += [
        (f"fiche PDF, moyenne des {len(quartiers)} quartiers de l’atlas", une),
        (f"atlas PDF de {len(quartiers)} quartiers", atlas),
        ("classeur XLSX, Le Centre", mediane(lambda: classeur_xlsx(dresser(entrepot, "QP062011"), catalogue))),
        (
            "diaporama PPTX, Le Centre",
            mediane(lambda: diaporama_pptx(preparer(entrepot, dresser(entrepot, "QP062011")))),
        ),
    ]
    return [*lignes, (f"rapport atlas ÷ ({len(quartiers)} × fiche)", atlas / (len(quartiers) * une))]


def tableau(lignes: list[tuple[str, float]]) -> str:
    """Le tableau markdown ; les temps en millisecondes, le rapport sans unité."""
    corps = [
        f"| {nom} | {valeur:.2f} |" if nom.startswith("rapport") else f"| {nom} | {valeur:.0f} ms |"
        for nom, valeur in lignes
    ]
    return "\n".join(["| document | médiane |", "|---|---:|", *(ligne.replace(".", ",") for ligne in corps)]) + "\n"


def main() -> int:
    """Mesure et écrit le tableau : à l'écran, ou dans le fichier donné en argument."""
    entrepot = Entrepot(assurer().chemin)
    texte = tableau(mesurer(entrepot))
    entrepot.fermer()
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(texte, "utf-8")
    print(texte)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
