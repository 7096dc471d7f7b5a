"""L'enquête auprès des habitants et les soldes migratoires, comme imprimés : ni moyenne, ni jugement."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reponse:
    """La part (en %) des habitants d'un groupe qui donnent une réponse ; `douteuse` : la raison est dans `note`."""

    groupe: str
    part: float
    douteuse: bool
    note: str
    source: str
    ligne: int
    passage: str


@dataclass(frozen=True)
class Rangee:
    """Une réponse et ce qu'en donne chaque groupe, dans l'ordre des groupes ; None quand le document n'en dit rien."""

    question: str
    reponse: str
    parts: tuple[Reponse | None, ...]

    @property
    def lues(self) -> tuple[Reponse, ...]:
        """Celles qui sont imprimées."""
        return tuple(part for part in self.parts if part is not None)


@dataclass(frozen=True)
class Enquete:
    """Le profil des groupes d'habitants d'un territoire. `annee` : None si elle n'est pas imprimée."""

    annee: int | None
    groupes: tuple[str, ...]
    rangees: tuple[Rangee, ...]


@dataclass(frozen=True)
class Solde:
    """Le signe imprimé d'un échange migratoire (`++` à `--`) pour une catégorie d'habitants ; aucun nombre n'existe."""

    territoire: str
    categorie: str
    signe: str
    lecture: str
    note: str
    source: str
    ligne: int
    passage: str
