"""Le seuil de bas revenu que la fiche d'un quartier imprime : un fait national, à côté de ce que l'on en sait."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.base.base import Base
from indicators.socle.observations import Observation, retenue

SEUIL = "seuil_bas_revenu"
DES_REVENUS = ("revenu_fiscal_median", "part_population_bas_revenus")
"""Ce qu'un document de la même époque dit des revenus d'un quartier."""


@dataclass(frozen=True)
class Seuil:
    """Le seuil imprimé, et les chiffres de revenu du quartier, qui ne lui sont pas comparés : ils sont d’une autre
    publication, et l’année du seuil n’est pas imprimée.
    """

    seuil: Observation
    revenus: tuple[Observation, ...]


def seuil_de(base: Base, territoire: str) -> Seuil | None:
    """Le seuil que porte la fiche de ce territoire ; None si aucune publication qui en imprime un ne parle de lui."""
    if SEUIL not in base.catalogue.indicateurs:
        return None
    siennes = base.observations([territoire])
    sources = {o.source for o in siennes}
    seuil = retenue(o for o in base.observations_indicateur(SEUIL) if o.source in sources)
    if seuil is None or seuil.territoire == territoire:
        return None
    revenus = (retenue(o for o in siennes if o.indicateur == code) for code in DES_REVENUS)
    return Seuil(seuil, tuple(o for o in revenus if o is not None))
