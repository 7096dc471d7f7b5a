"""Ce que toutes les mesures partagent : un tableau, un but, une médiane, et leur écriture en markdown."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class But:
    """Ce qui était visé et ce qui a été mesuré : « portrait ÷ page nue », « 1,2 au plus », « 1,1 », atteint."""

    nom: str
    vise: str
    mesure: str
    atteint: bool


@dataclass(frozen=True)
class Tableau:
    """Une table de mesures déjà écrites ; `lecture` : une ou deux phrases qui disent ce qu'elle montre.

    La première colonne nomme, les autres sont des nombres. `buts` : ce que ces mesures permettent de dire.
    """

    titre: str
    lecture: str
    colonnes: tuple[str, ...]
    lignes: tuple[tuple[str, ...], ...]
    buts: tuple[But, ...] = ()

    def markdown(self) -> str:
        """Le titre, la lecture et la table."""
        return f"## {self.titre}\n\n{self.lecture}\n\n{table(self.colonnes, self.lignes)}"


def table(colonnes: Sequence[str], lignes: Sequence[Sequence[str]]) -> str:
    """Une table markdown, la première colonne à gauche et les autres à droite."""
    filets = ["---", *["---:"] * (len(colonnes) - 1)]
    return "".join(f"| {' | '.join(ligne)} |\n" for ligne in (colonnes, filets, *lignes))


def virgule(nombre: float, decimales: int = 1) -> str:
    """« 4,9 »."""
    return f"{nombre:.{decimales}f}".replace(".", ",")


def ms(secondes: float) -> str:
    """Une durée en millisecondes, une décimale sous dix : « 4,9 », « 152 »."""
    duree = 1000 * secondes
    return virgule(duree) if duree < 10 else f"{duree:.0f}"


def mo(octets: float) -> str:
    """Une taille en mégaoctets : « 313 », « 2,9 »."""
    taille = octets / 1e6
    return virgule(taille) if taille < 10 else f"{taille:.0f}"


def p95(valeurs: Sequence[float]) -> float:
    """Le quatre-vingt-quinzième centile, interpolé ; la valeur elle-même s'il n'y en a qu'une."""
    return statistics.quantiles(valeurs, n=20, method="inclusive")[-1] if len(valeurs) > 1 else valeurs[0]


def chronometrer(geste: Callable[[], object]) -> float:
    """Le temps d'un geste, en secondes."""
    depart = time.perf_counter()
    geste()
    return time.perf_counter() - depart
