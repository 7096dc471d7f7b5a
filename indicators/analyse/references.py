"""À quoi un territoire se compare d'office."""

from __future__ import annotations

from indicators.socle.codes import REGIONS_D_UN_DEPARTEMENT
from indicators.socle.territoires import Fiche, Territoire


def references_distinctes(fiche: Fiche) -> tuple[Territoire, ...]:
    """Ses références, un même lieu une seule fois : la région d'outre-mer, sans le département qu'elle est."""
    codes = {t.territoire for t in fiche.references}
    doubles = {departement for departement, region in REGIONS_D_UN_DEPARTEMENT.items() if region in codes}
    return tuple(t for t in fiche.references if t.territoire not in doubles)
