"""Ce qu'un classeur, un diaporama ou un document disent d'eux-mêmes."""

from __future__ import annotations

_AU_PLUS = 255
"""Ce que la bureautique admet d'une propriété ; au-delà, elle refuse le document entier."""


def borner(texte: str) -> str:
    """Ce texte, coupé d'un « … » s'il ne tient pas dans une propriété."""
    return texte if len(texte) <= _AU_PLUS else f"{texte[: _AU_PLUS - 1].rstrip()}…"
