"""De quoi écrire : trois engagements, et une réponse, tels que la base des chiffres les donnerait."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pris:
    """Un engagement, réduit à ce que le suivi en lit."""

    id: str
    theme: str
    partenaire_code: str
    echeance_code: str


CRECHES = Pris("caf-01", "enfance_famille", "caf-du-nord", "2026")
DROITS = Pris("caf-02", "revenus", "caf-du-nord", "2025")
LOGEMENTS = Pris("maisons-01", "logement", "maisons-et-cites", "duree")
