"""Le projet d'un quartier, avec les mots des documents : éléments, équipements, opérations, et leur rangement.

Rien n'est reformulé ni résumé. Les lignes viennent d'`entrepot_projets`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from indicators.socle.territoires import Territoire

_T = TypeVar("_T")
_K = TypeVar("_K", bound=Hashable)


@dataclass(frozen=True)
class Element:
    """Une ligne de `projets/elements.csv`. `communes` : celles dont ce sont les mots ; `abimee` : lecture incertaine.

    `pilier` : vide dans les conventions de 2024 ; `parent` : texte de l'enjeu, de l'axe ou de l'objectif au-dessus.
    """

    communes: tuple[str, ...]
    nature: str
    pilier: str
    ordre: int
    texte: str
    enjeu: str
    axe: str
    parent: str
    abimee: bool
    note: str
    source: str
    ligne: int


@dataclass(frozen=True)
class Equipement:
    """Un équipement rattaché au quartier ; `rubrique` et `adresse` sont vides si elles ne sont pas imprimées."""

    communes: tuple[str, ...]
    equipement: str
    rubrique: str
    adresse: str
    note: str
    source: str
    ligne: int
    passage: str


@dataclass(frozen=True)
class Operation:
    """Une opération de renouvellement : un projet, pas des travaux constatés. `logements` et `montant` (en euros) sont
    None, `annee` et `bailleur` vides, quand le document ne les imprime pas.
    """

    territoire: str
    communes: tuple[str, ...]
    nature: str
    logements: int | None
    annee: str
    montant: float | None
    bailleur: str
    libelle: str
    note: str
    douteuse: bool
    source: str
    ligne: int
    passage: str


@dataclass(frozen=True)
class Projet:
    """Ce qui est écrit du projet d'un territoire. `autre_perimetre` : vrai si ce n'est pas celui qui a été demandé mais
    son prédécesseur ou son successeur. `lieux` : les communes et quartiers cités, par code.
    """

    territoire: Territoire
    autre_perimetre: bool
    elements: tuple[Element, ...]
    equipements: tuple[Equipement, ...]
    operations: tuple[Operation, ...]
    lieux: Mapping[str, Territoire]

    def par_communes(self) -> list[tuple[tuple[str, ...], list[Element]]]:
        """Les éléments, par commune dont ce sont les mots, dans l'ordre du document."""
        return grouper(self.elements, lambda e: e.communes)


def grouper(choses: Iterable[_T], cle: Callable[[_T], _K]) -> list[tuple[_K, list[_T]]]:
    """Des couples (clé, membres) dans l'ordre de première apparition."""
    groupes: dict[_K, list[_T]] = {}
    for chose in choses:
        groupes.setdefault(cle(chose), []).append(chose)
    return list(groupes.items())


@dataclass
class Branche:
    """Un objectif et ceux qui en dépendent."""

    element: Element
    enfants: list[Branche] = field(default_factory=list)


def ramifier(objectifs: Sequence[Element]) -> list[Branche]:
    """Les objectifs d'un enjeu en arbre, d'après le texte imprimé de leur parent.

    Un parent peut être répété dans le document : le dernier lu avant l'objectif est le sien. Un objectif dont le parent
    n'est pas un objectif lu est à la racine : aucun n'est perdu ni compté deux fois.
    """
    racines: list[Branche] = []
    lus: dict[str, Branche] = {}
    for element in objectifs:
        branche = Branche(element)
        parent = lus.get(element.parent)
        (parent.enfants if parent is not None else racines).append(branche)
        lus[element.texte] = branche
    return racines
