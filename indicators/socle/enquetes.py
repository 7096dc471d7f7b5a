"""L'enquête auprès des habitants, les soldes migratoires, les agglomérations citées : comme imprimés, sans jugement."""

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


@dataclass(frozen=True)
class AgglomerationCitee:
    """Une agglomération d'un tableau qui en compare plusieurs, dans son périmètre d'alors ; l'année n'est pas imprimée.

    `aujourd_hui` : le code de celle où elle est maintenant ; `part_ville_centre` : en % des habitants, ville ou deux
    villes ensemble.
    """

    nom: str
    aujourd_hui: str
    superficie_km2: float
    communes: int
    population: int
    part_ville_centre: float
    note: str
    source: str
    ligne: int
    passage: str
