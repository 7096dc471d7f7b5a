"""`python -m benchmarks.publications` : le temps des documents.

Chaque mesure se fait dans un processus neuf : typst se souvient de ce qu'il a déjà mis en page, et un document refait
paraîtrait deux fois plus rapide qu'il ne l'est pour la personne qui le demande. Les temps dépendent de la machine ; le
rapport atlas ÷ (21 × fiche) se compare d'une machine à l'autre.
"""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

from indicators.analyse.portrait import dresser
from indicators.base.base import Base
from indicators.base.construction import assurer
from indicators.publications.atlas import atlas_pdf, quartiers_de
from indicators.publications.classeur import classeur_xlsx
from indicators.publications.diaporama import diaporama_pptx
from indicators.publications.fiche import fiche_pdf
from indicators.publications.seance import preparer

from .mesures import Tableau, ms, virgule

ATLAS = "EPCI246200364"
"""Lens-Liévin : 21 quartiers qui ont des chiffres."""
_FAIRE: dict[str, Callable[[Base, str], bytes]] = {
    "fiche": lambda base, code: fiche_pdf(base, dresser(base, code)),
    "atlas": atlas_pdf,
    "classeur": lambda base, code: classeur_xlsx(dresser(base, code), base.catalogue),
    "diaporama": lambda base, code: diaporama_pptx(preparer(base, dresser(base, code))),
}


def a_froid(document: str, code: str) -> float:
    """Le temps de ce document, portrait compris, en secondes ; base ouverte et polices lues auparavant."""
    base = Base(assurer().chemin)
    _FAIRE["fiche"](base, "UU-DOUAI-LENS")
    depart = time.perf_counter()
    _FAIRE[document](base, code)
    return time.perf_counter() - depart


def mesurer() -> list[Tableau]:
    """Chaque document et ce qu'il prend."""
    base = Base(assurer().chemin)
    quartiers = [q.territoire for q in quartiers_de(base, ATLAS)[0]]
    base.fermer()
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
    rapport = virgule(statistics.median(atlas) / sum(fiches), 2)
    return [
        Tableau(
            "Les documents",
            "Médiane en millisecondes, portrait compris, chaque document dans un processus neuf : typst se souvient de "
            f"ce qu’il a mis en page. L’atlas prend {rapport} fois le temps de ses {len(quartiers)} fiches.",
            ("document", "médiane (ms)"),
            tuple((nom, ms(statistics.median(mesures))) for nom, mesures in lignes),
        )
    ]


if __name__ == "__main__":
    print("\n\n".join(tableau.markdown() for tableau in mesurer()))
