"""Ce qu'est une colonne, une feuille, un chapitre : les mots dans lesquels le schéma est déclaré."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from indicators.socle.nombres import lire

NOMBRE = re.compile(r"-?\d+(?:,\d+)?")
ANNEES = (1900, 2100)
"""La première et la dernière année admises."""


class Genre(StrEnum):
    """Comment une cellule se lit."""

    TEXTE = "texte"
    NOMBRE = "nombre"
    ENTIER = "entier"
    ANNEE = "annee"


_SQL = {Genre.TEXTE: "VARCHAR", Genre.NOMBRE: "DOUBLE", Genre.ENTIER: "INTEGER", Genre.ANNEE: "INTEGER"}


@dataclass(frozen=True)
class Colonne:
    """Une colonne d'un CSV, dite une fois.

    `texte` : ce qu'elle contient. `vide` : ce que dit une cellule vide ; None, elle doit être remplie. `choix` : les
    seules valeurs admises, chacune avec sa glose (vide si le mot se suffit). `lien` : la feuille dont elle cite la clé
    et `plusieurs` : elle peut en citer plusieurs, séparées par des virgules. `cle` : elle fait partie de la clé de la
    feuille.
    """

    nom: str
    texte: str
    vide: str | None = None
    genre: Genre = Genre.TEXTE
    choix: Mapping[str, str] = field(default_factory=dict)
    lien: str = ""
    plusieurs: bool = False
    cle: bool = False

    def lire(self, brut: str) -> Any:
        """La valeur typée d'une cellule, None pour un nombre vide ; lève `ValueError` avec ce qui est admis."""
        if self.choix and brut not in self.choix and (brut or self.requise):
            raise ValueError(f"« {brut} » n'est pas admis (valeurs admises : {self._admises()})")
        if self.genre is Genre.TEXTE:
            return brut
        if not brut:
            return None
        return _LECTURES[self.genre](brut)

    def _admises(self) -> str:
        return ", ".join(self.choix if self.requise else ("(vide)", *self.choix))

    @property
    def requise(self) -> bool:
        """Vrai si la cellule doit être remplie."""
        return self.vide is None

    @property
    def type_sql(self) -> str:
        """Le type de la colonne dans la base."""
        return _SQL[self.genre]

    @property
    def bornes(self) -> tuple[int, int] | None:
        """Le plus petit et le plus grand nombre admis, pour une année ; None ailleurs."""
        return ANNEES if self.genre is Genre.ANNEE else None

    @property
    def contenu(self) -> str:
        """Ce qu'elle contient, valeurs admises comprises."""
        valeurs = ", ".join(f"`{v}`" + (f" ({glose})" if glose else "") for v, glose in self.choix.items())
        return " : ".join(filter(None, (self.texte, valeurs)))


def _nombre(brut: str) -> float:
    lu = lire(brut) if NOMBRE.fullmatch(brut) else None
    if lu is None:
        raise ValueError(f"« {brut} » n'est pas un nombre (attendu : chiffres et virgule, comme 46,7)")
    return float(lu)


def _entier(brut: str) -> int:
    if not re.fullmatch(r"-?\d+", brut):
        raise ValueError(f"« {brut} » n'est pas un nombre entier")
    return int(brut)


def _annee(brut: str) -> int:
    annee = _entier(brut)
    if not ANNEES[0] <= annee <= ANNEES[1]:
        raise ValueError(f"« {brut} » n'est pas une année (attendu : entre {ANNEES[0]} et {ANNEES[1]})")
    return annee


_LECTURES = {Genre.NOMBRE: _nombre, Genre.ENTIER: _entier, Genre.ANNEE: _annee}


@dataclass(frozen=True)
class Feuille:
    """Un fichier de `data/` : son nom, ce qu'est une ligne, ses colonnes dans l'ordre.

    `fichier` : son chemin, ou un motif (`observations/*.csv`) quand il y en a un par document. `avant`, `apres` : ce
    que le dictionnaire dit de la feuille entière, avant et après ses colonnes. `en_base` : elle devient une table.
    `embarquee` : elle est dans `data/` ; `locale` : un import local peut l'apporter.
    """

    nom: str
    fichier: str
    ligne: str
    colonnes: tuple[Colonne, ...]
    avant: str = ""
    apres: str = ""
    en_base: bool = True
    embarquee: bool = True
    locale: bool = False

    def __getitem__(self, nom: str) -> Colonne:
        """La colonne de ce nom."""
        return next(colonne for colonne in self.colonnes if colonne.nom == nom)

    @property
    def noms(self) -> tuple[str, ...]:
        """Les noms des colonnes, dans l'ordre."""
        return tuple(colonne.nom for colonne in self.colonnes)

    @property
    def cle(self) -> tuple[str, ...]:
        """Les colonnes qui font la clé : deux lignes n'ont jamais la même ; vide si rien ne l'est."""
        return tuple(colonne.nom for colonne in self.colonnes if colonne.cle)


@dataclass(frozen=True)
class Chapitre:
    """Des feuilles qui vont ensemble, et ce qu'il faut savoir qui ne tient dans aucune."""

    titre: str
    feuilles: tuple[Feuille, ...]
    apres: str = ""


def choix(*valeurs: str) -> dict[str, str]:
    """Des valeurs admises qui se passent d'explication."""
    return dict.fromkeys(map(str, valeurs), "")


RIEN = "rien à dire"

LIGNE = Colonne("ligne", "numéro de ligne, à partir de 1, dans le texte du document", genre=Genre.ENTIER)
PASSAGE = Colonne("passage", "extrait exact de cette seule ligne, tabulations rendues par ` | `")
IMPRIME = Colonne("imprime", "les caractères du passage qui portent la valeur", "aucun nombre")
SOURCE = Colonne("source", "identifiant de la publication", lien="sources")
NOTE = Colonne("note", "ce qu’il faut savoir en lisant la ligne", RIEN)
FIABILITE = Colonne(
    "fiabilite",
    "ce qui est imprimé peut-il être juste",
    choix={"sure": "", "douteuse": "gardé tel quel ; `note` dit pourquoi"},
)
STATUT_LECTURE = Colonne(
    "statut_lecture", "l’état du texte lu", choix={"lisible": "", "abimee": "au moins un mot mal numérisé"}
)
PIECE = (SOURCE, LIGNE, PASSAGE)
"""D'où vient une ligne : le document, son numéro de ligne, l'extrait."""
