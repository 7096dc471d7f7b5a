"""Ce que donne une famille de territoires pour un indicateur à un moment : les valeurs parmi lesquelles on se situe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SEUIL_REPARTITION = 8
"""En deçà de ce nombre de valeurs, les points sont montrés un à un, sans répartition ni quartiles."""


@dataclass(frozen=True)
class Repartition:
    """Ce que donne une famille de territoires pour un indicateur et une période, chacun par sa meilleure source.

    `valeurs` : les valeurs ponctuelles, de la plus faible à la plus élevée ; `territoires` : les leurs, dans cet ordre,
    vide au-delà de huit ; `bornes` : les bornes finies extrêmes des seuils et des intervalles, s'il y en a.
    """

    valeurs: Sequence[float]
    territoires: tuple[str, ...] = ()
    bornes: tuple[float, ...] = ()
