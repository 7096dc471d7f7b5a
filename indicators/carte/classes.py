"""Découper des valeurs en classes : quantiles, ruptures naturelles (Fisher-Jenks exact). Des nombres, rien d'autre."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

import numpy as np

TROP_DE_VALEURS = 3000
"""Au-delà, les ruptures naturelles (temps et mémoire au carré) cèdent la place aux quantiles."""


def combien(valeurs: Sequence[float]) -> int:
    """Le nombre de classes : trois sous huit valeurs, quatre sous seize, cinq ensuite ; jamais plus que de valeurs."""
    effectif = len(valeurs)
    voulu = 3 if effectif < 8 else 4 if effectif < 16 else 5
    return min(voulu, len(set(valeurs)))


def quantiles(valeurs: Sequence[float], k: int) -> tuple[float, ...]:
    """Les plus grandes valeurs de `k` classes d'effectifs aussi égaux que possible, de la plus faible à la plus élevée.

    Deux valeurs égales sont toujours dans la même classe : il peut y avoir moins de `k` classes. Vide sans valeur.
    """
    triees = sorted(valeurs)
    n = len(triees)
    return tuple(sorted({triees[-(-n * i // k) - 1] for i in range(1, k + 1)})) if n else ()


def ruptures(valeurs: Sequence[float], k: int) -> tuple[float, ...]:
    """Les plus grandes valeurs des `k` classes dont la somme des carrés des écarts internes est la plus petite.

    Algorithme de Fisher (1958), exact : programmation dynamique sur les valeurs distinctes, pondérées par leur nombre.
    """
    effectifs = Counter(valeurs)
    distinctes = sorted(effectifs)
    n = len(distinctes)
    k = min(k, n)
    if n > TROP_DE_VALEURS:
        return quantiles(valeurs, k)
    if k <= 1:
        return tuple(distinctes[-1:])
    poids = np.array([effectifs[v] for v in distinctes], dtype=float)
    centrees = np.array(distinctes) - np.average(distinctes, weights=poids)
    w, s, q = (np.concatenate(([0.0], np.cumsum(poids * centrees**puissance))) for puissance in (0, 1, 2))

    def cout(debut: np.ndarray, fin: int) -> np.ndarray:
        """La dispersion des valeurs `debut` (comprise) à `fin` (exclue)."""
        return np.asarray((q[fin] - q[debut]) - (s[fin] - s[debut]) ** 2 / (w[fin] - w[debut]))

    meilleur = np.array([np.inf] + [float(cout(np.array([0]), fin)[0]) for fin in range(1, n + 1)])
    departs = np.zeros((k + 1, n + 1), dtype=int)
    for classe in range(2, k + 1):
        suivant = np.full(n + 1, np.inf)
        for fin in range(classe, n + 1):
            debuts = np.arange(classe - 1, fin)
            totaux = meilleur[debuts] + cout(debuts, fin)
            choisi = int(np.argmin(totaux))
            suivant[fin], departs[classe, fin] = totaux[choisi], debuts[choisi]
        meilleur = suivant
    bornes, fin = [], n
    for classe in range(k, 0, -1):
        bornes.append(distinctes[fin - 1])
        fin = departs[classe, fin]
    return tuple(reversed(bornes))


def classe_de(valeur: float, bornes: Sequence[float]) -> int:
    """Le rang (à partir de 0) de la classe d'une valeur ; au-delà de la dernière borne, la dernière classe."""
    return min(bisect_left(bornes, valeur), len(bornes) - 1)
