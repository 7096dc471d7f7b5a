"""Dire où en est un long travail, à qui l'attend."""

from __future__ import annotations

from collections.abc import Callable

Avancement = Callable[[float, str], None]
"""De 0 à 1, et ce qui se fait : pour une barre de progression."""


def muet(_part: float, _quoi: str) -> None:
    """Personne n'attend : rien n'est dit."""
