"""Un rectangle sur la terre, en degrés : ce que montre une carte, ce qu’occupe un lieu."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Emprise:
    """Un rectangle en degrés."""

    ouest: float
    sud: float
    est: float
    nord: float


def reunir(emprises: Iterable[Emprise | None]) -> Emprise | None:
    """Le plus petit rectangle qui les contient tous ; None s'il n'y en a aucun."""
    connues = [e for e in emprises if e is not None]
    if not connues:
        return None
    return Emprise(
        min(e.ouest for e in connues),
        min(e.sud for e in connues),
        max(e.est for e in connues),
        max(e.nord for e in connues),
    )


def autour(points: Iterable[tuple[float, float]], marge: float = 0.01) -> Emprise | None:
    """L'emprise de points (longitude, latitude), élargie de `marge` degrés ; None sans point."""
    return reunir(Emprise(x - marge, y - marge, x + marge, y + marge) for x, y in points)
