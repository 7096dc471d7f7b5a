"""Des degrés aux pixels : Mercator, comme les tuiles de fond, pour que le dessin et elles tombent au même endroit."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from indicators.socle.emprise import Emprise

RAYON = 6_378_137.0
"""Le rayon de la sphère de la projection, en mètres."""
_LATITUDE_MAX = 85.0


def mercator(points: np.ndarray) -> np.ndarray:
    """Des degrés (longitude, latitude) aux coordonnées de Mercator en radians, le nord vers le haut."""
    radians = np.radians(points)
    y = np.log(np.tan(np.pi / 4 + np.clip(radians[:, 1], -np.radians(_LATITUDE_MAX), np.radians(_LATITUDE_MAX)) / 2))
    return np.column_stack((radians[:, 0], y))


@dataclass(frozen=True)
class Cadre:
    """Une fenêtre de `largeur` × `hauteur` pixels sur le plan de Mercator.

    `gauche`, `haut` : coordonnées du coin nord-ouest, en radians ; `echelle` : pixels par radian.
    """

    largeur: int
    hauteur: int
    gauche: float
    haut: float
    echelle: float

    def pixels(self, points: np.ndarray) -> np.ndarray:
        """Des degrés (une ligne par point : longitude, latitude) aux pixels du cadre."""
        plan = mercator(np.asarray(points, dtype=float).reshape(-1, 2))
        return np.column_stack(((plan[:, 0] - self.gauche) * self.echelle, (self.haut - plan[:, 1]) * self.echelle))

    @property
    def emprise(self) -> Emprise:
        """Ce que la fenêtre montre, en degrés."""
        bas = self.haut - self.hauteur / self.echelle
        nord, sud = (math.degrees(2 * math.atan(math.exp(y)) - math.pi / 2) for y in (self.haut, bas))
        ouest, est = (math.degrees(x) for x in (self.gauche, self.gauche + self.largeur / self.echelle))
        return Emprise(ouest, sud, est, nord)

    def vers(self, autre: Cadre) -> tuple[float, float]:
        """Où tombe dans un autre cadre le coin de celui-ci, en pixels : le rapport des échelles fait le reste."""
        return (self.gauche - autre.gauche) * autre.echelle, (autre.haut - self.haut) * autre.echelle

    @property
    def metres_par_pixel(self) -> float:
        """Le terrain sous un pixel, au milieu de la carte."""
        milieu = math.radians((self.emprise.sud + self.emprise.nord) / 2)
        return RAYON * math.cos(milieu) / self.echelle


def cadrer(emprise: Emprise, largeur: int, hauteur: int, marge: int = 24) -> Cadre:
    """La fenêtre qui montre toute l'emprise, centrée, avec une marge en pixels."""
    coins = mercator(np.array([[emprise.ouest, emprise.sud], [emprise.est, emprise.nord]]))
    large, haut = np.maximum(coins[1] - coins[0], 1e-6)
    echelle = min((largeur - 2 * marge) / large, (hauteur - 2 * marge) / haut)
    centre = coins.mean(axis=0)
    return Cadre(
        largeur,
        hauteur,
        float(centre[0] - largeur / 2 / echelle),
        float(centre[1] + hauteur / 2 / echelle),
        float(echelle),
    )
