"""Un lieu ouvert au public autour d'un quartier : un fait à une place, sans jugement."""

from __future__ import annotations

from dataclasses import dataclass

GENRES = {"france_services": "France services", "ecole": "école", "college": "collège", "lycee": "lycée"}
"""Les sortes de lieux, et leur nom."""


@dataclass(frozen=True)
class Service:
    """Un lieu (clé : `service`) et sa place en degrés ; `ips`, `rentree`, `annee_classement` : None si inconnu."""

    service: str
    genre: str
    nom: str
    precision: str
    commune: str
    adresse: str
    latitude: float
    longitude: float
    ips: float | None
    rentree: int | None
    education_prioritaire: str
    annee_classement: int | None
    source: str
    source_classement: str
