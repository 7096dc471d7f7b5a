"""Un rectangle sur la terre, en degrés : ce que montre une carte, ce qu’occupe un lieu."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce


@dataclass(frozen=True)
class Emprise:
    """Un rectangle en degrés."""

    ouest: float
    sud: float
    est: float
    nord: float

    def avec(self, autre: Emprise) -> Emprise:
        """Le plus petit rectangle qui contient aussi l'autre."""
        return Emprise(
            min(self.ouest, autre.ouest), min(self.sud, autre.sud), max(self.est, autre.est), max(self.nord, autre.nord)
        )


def reunir(emprises: Iterable[Emprise | None]) -> Emprise | None:
    """Le plus petit rectangle qui les contient tous ; None s'il n'y en a aucun."""
    connues = [e for e in emprises if e is not None]
    return reduce(Emprise.avec, connues) if connues else None


def autour(points: Iterable[tuple[float, float]], marge: float = 0.01) -> Emprise | None:
    """L'emprise de points (longitude, latitude), élargie de `marge` degrés ; None sans point."""
    return reunir(Emprise(x - marge, y - marge, x + marge, y + marge) for x, y in points)
