"""À quelles années un groupe de territoires connaît chaque indicateur."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.base.base import Base, parmi
from indicators.base.ecriture import CONNUE


def annees_connues(base: Base, territoires: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Pour chaque indicateur, les années où l'un de ces territoires a une valeur, un seuil ou un intervalle.

    Une variation, une édition sans année n'en sont pas ; l'ordre est celui du catalogue.
    """
    condition, valeurs = parmi("t", base.cles(territoires))
    lignes = base._toutes(
        f"SELECT i, list_sort(list(DISTINCT annee)) FROM mesures_par_territoire WHERE {condition}"
        f" AND annee IS NOT NULL AND annee_debut IS NULL AND {CONNUE} GROUP BY i ORDER BY i",
        valeurs,
    )
    codes = list(base.catalogue.indicateurs)
    return {codes[i]: tuple(annees) for i, annees in lignes}
