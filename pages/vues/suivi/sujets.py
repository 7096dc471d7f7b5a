"""Ce que l'écran Suivi peut montrer, un sujet à la fois."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from indicators.base.base import Base
from indicators.suivi.auteurs import Auteur
from pages.vues.suivi import (
    ecran_actions,
    ecran_cohortes,
    ecran_engagements,
    ecran_evaluation,
    ecran_programme,
    ecran_seances,
    ecran_socle,
)


@dataclass(frozen=True)
class Sujet:
    """Un sujet : son titre, et ce qui le montre."""

    titre: str
    montrer: Callable[[Base, Auteur | None], None]


_SUJETS = {
    "engagements": Sujet("Engagements", ecran_engagements.montrer),
    "seances": Sujet("Séances et décisions", ecran_seances.montrer),
    "evaluation": Sujet("Évaluation", ecran_evaluation.montrer),
    "actions": Sujet("Actions suivies", ecran_actions.montrer),
    "cohortes": Sujet("Cohortes", ecran_cohortes.montrer),
    "socle": Sujet("Socle et priorités", ecran_socle.montrer),
    "programme": Sujet("Programmation", ecran_programme.montrer),
}


def proposes(_animateur: bool) -> dict[str, Sujet]:
    """Les sujets, dans l'ordre où les proposer."""
    return dict(_SUJETS)
