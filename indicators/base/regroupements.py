"""De quoi sont faits les ensembles de territoires : leurs membres, et ceux que les données n'ont plus."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.base.base import Base
from indicators.base.lieux import ACTUELLES
from indicators.base.sommes import LIEN
from indicators.socle.territoires import PREFIXE_A_SOI, Territoire


@dataclass(frozen=True)
class Composition:
    """De quoi est fait un ensemble : ses membres, ceux que les données n'ont plus, et d'où vient la liste."""

    membres: tuple[Territoire, ...]
    manquants: tuple[str, ...] = ()
    origine: str = ""

    @property
    def nombre(self) -> int:
        """Combien de lieux ont été réunis, ceux que les données n'ont plus compris."""
        return len(self.membres) + len(self.manquants)


SANS_MEMBRE = Composition(())
"""Celle de tout territoire qui n'est pas un ensemble."""


def composition(base: Base, code: str) -> Composition:
    """Les membres d'un ensemble, du plus petit au plus grand puis par nom ; aucun pour un autre territoire.

    Un même quartier existe en 2015 et en 2024 : un seul périmètre, sinon il compterait deux fois.
    """
    liens = base._toutes(
        f"SELECT territoire, source FROM {ACTUELLES} WHERE parent = ? AND nature = ? ORDER BY rang", [code, LIEN]
    )
    lieux = base.territoires(t for t, _ in liens)
    perimetres = {t.geographie for t in lieux if t.geographie}
    if len(perimetres) > 1:
        voulu = base.territoire(code).geographie or min(perimetres)
        lieux = [t for t in lieux if t.geographie == voulu]
    perdus = base._toutes("SELECT membre FROM membres_manquants WHERE territoire = ? ORDER BY membre", [code])
    origine = next((source for _, source in liens if source), "")
    return Composition(tuple(lieux), tuple(membre for (membre,) in perdus), origine)


def regroupements_a_soi(base: Base) -> list[Territoire]:
    """Ceux que l'on a faits ici, par nom."""
    codes = base._toutes("SELECT territoire FROM territoires WHERE starts_with(territoire, ?)", [PREFIXE_A_SOI])
    return base.territoires(code for (code,) in codes)
