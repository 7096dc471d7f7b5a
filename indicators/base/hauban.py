"""Quels indicateurs existent à une maille : ceux qu'au moins un de ses territoires connaît."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from indicators.base.base import Base
from indicators.socle.territoires import Maille

_PAR_BASE: WeakKeyDictionary[Base, dict[tuple[Maille, int | None], frozenset[str]]] = WeakKeyDictionary()


def connus_a_la_maille(base: Base, maille: Maille, geographie: int | None) -> frozenset[str]:
    """Les indicateurs dont un territoire de cette maille (et de ce périmètre) a une valeur, un seuil ou un intervalle.

    Gardé avec la base, qui ne change pas : la question relit toutes les présences de la maille.
    """
    gardes = _PAR_BASE.setdefault(base, {})
    if (maille, geographie) not in gardes:
        codes = [t.territoire for t in base.de_maille(maille) if t.geographie == geographie]
        gardes[maille, geographie] = frozenset(base.indicateurs_connus(codes)) if codes else frozenset()
    return gardes[maille, geographie]
