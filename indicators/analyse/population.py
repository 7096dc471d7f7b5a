"""Combien d'habitants : ce qui décide si un indicateur se juge dans un petit territoire."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from indicators.base.base import Base
from indicators.socle.catalogue import Indicateur
from indicators.socle.observations import Observation, par_territoire, retenue

INDICATEURS = ("population", "population_fiscale")
"""Où se lit la population d'un territoire, le préféré d'abord."""


def population_de(chiffres: Iterable[Observation]) -> float | None:
    """Les habitants d'un territoire d'après ses chiffres : la plus récente population sûre ; None si inconnue."""
    lus = list(chiffres)
    for indicateur in INDICATEURS:
        montree = retenue(o for o in lus if o.indicateur == indicateur)
        if montree is not None and montree.est_ponctuelle and not montree.douteuse:
            return montree.valeur
    return None


def populations(base: Base, territoires: Sequence[str], *indicateurs: Indicateur) -> dict[str, float]:
    """La population de chacun de ces territoires ; vide si aucun de ces indicateurs n'a de seuil : rien n'est lu."""
    if not territoires or all(i.seuil_population is None for i in indicateurs):
        return {}
    connus = [code for code in INDICATEURS if code in base.catalogue.indicateurs]
    lues = par_territoire(base.observations(territoires, connus)) if connus else {}
    trouvees = {code: population_de(chiffres) for code, chiffres in lues.items()}
    return {code: habitants for code, habitants in trouvees.items() if habitants is not None}
