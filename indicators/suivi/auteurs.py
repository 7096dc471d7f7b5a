"""Qui écrit : un rôle, une fonction et une organisation ; jamais le nom d'une personne."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from indicators.suivi.refus import LECTURE_SEULE, EcritureRefusee

Horloge = Callable[[], datetime]


def maintenant() -> datetime:
    """L'heure du serveur, en temps universel."""
    return datetime.now(UTC)


class Role(StrEnum):
    """Ce qu'une personne peut faire du suivi."""

    LECTEUR = "lecteur"
    PARTENAIRE = "partenaire"
    ANIMATEUR = "animateur"


@dataclass(frozen=True)
class Auteur:
    """Qui écrit ; `partenaires` : ceux dont il tient les engagements ; `invitation` : null pour une commande."""

    role: Role
    fonction: str
    organisation: str
    partenaires: frozenset[str] = field(default_factory=frozenset)
    invitation: int | None = None

    @property
    def en_mots(self) -> str:
        """« référente, CAF du Nord »."""
        return ", ".join(mot for mot in (self.fonction, self.organisation) if mot)

    def anime(self) -> None:
        """Lève `EcritureRefusee` si ce n'est pas l'animateur."""
        if self.role is not Role.ANIMATEUR:
            raise EcritureRefusee(
                f"Seul l’animateur du suivi écrit cela ; votre lien est celui d’un {self.role.value}. "
                "Demandez-lui de l’écrire, ou un autre lien."
            )

    def tient(self, partenaire: str) -> None:
        """Lève `EcritureRefusee` si cette personne n'écrit pas les engagements de ce partenaire."""
        if self.role is Role.ANIMATEUR or (self.role is Role.PARTENAIRE and partenaire in self.partenaires):
            return
        if self.role is Role.LECTEUR:
            raise EcritureRefusee(LECTURE_SEULE)
        raise EcritureRefusee(
            f"Cet engagement n’est pas celui de « {self.organisation} » : votre lien n’écrit que les siens."
        )


COMMANDE = Auteur(Role.ANIMATEUR, "commande du serveur", "observatoire")
"""L'auteur des écritures faites par une commande, sur le serveur lui-même."""
