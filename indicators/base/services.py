"""Les lieux ouverts au public : quelques centaines, lus d'un coup ; leur distance se mesure ensuite."""

from __future__ import annotations

from indicators.base.base import Base
from indicators.donnees.schema import FEUILLES
from indicators.socle.services import Service


def services(base: Base) -> list[Service]:
    """Tous les lieux, dans l'ordre de leur identifiant."""
    colonnes = ", ".join(FEUILLES["services"].noms)
    return [Service(*ligne) for ligne in base._toutes(f"SELECT {colonnes} FROM services ORDER BY service")]
