"""Ce qu'est une séance : des diapositives faites de blocs, les mêmes à l'écran (projection) et dans le diaporama."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from indicators.analyse.comparaison import Jugement
from indicators.recit.page.modele import CarteDeChiffre
from indicators.socle.catalogue import Indicateur
from indicators.socle.observations import Observation
from indicators.socle.territoires import Territoire


@dataclass(frozen=True)
class Texte:
    """Un paragraphe."""

    texte: str


@dataclass(frozen=True)
class Liste:
    """Des phrases, sous un titre facultatif ; `jugement` teinte le titre, qui le dit en mots ; `dense` : plus petit."""

    items: tuple[str, ...]
    titre: str = ""
    jugement: Jugement | None = None
    dense: bool = False


@dataclass(frozen=True)
class Cartes:
    """Les chiffres clés."""

    cartes: tuple[CarteDeChiffre, ...]


@dataclass(frozen=True)
class Barre:
    """Un territoire du dessin ; `role` : « territoire », « reference » ou « semblable »."""

    nom: str
    chiffre: Observation
    role: str


@dataclass(frozen=True)
class Barres:
    """Un indicateur sur plusieurs territoires. `sans_barre` : ceux qui n'y sont pas, et pourquoi."""

    indicateur: Indicateur
    barres: tuple[Barre, ...]
    jugement: Jugement
    sans_barre: str = ""


@dataclass(frozen=True)
class Tableau:
    """Un tableau de textes ; la première colonne nomme la ligne."""

    entetes: tuple[str, ...]
    lignes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Situation:
    """La même carte en SVG, pour un mur (`ample`) et pour un téléphone (`etroit`), et ce qu'elle dit en mots.

    `chiffre` : celui du territoire qu'elle montre, d'où l'année et la source ; None si elle ne dit que le lieu.
    """

    ample: str
    etroit: str
    alternative: str
    chiffre: Observation | None


Bloc = Texte | Liste | Cartes | Barres | Tableau | Situation


@dataclass(frozen=True)
class Diapositive:
    """Un message (`titre`) et ce qui le montre. `cle` : stable, pour l'adresse ; `pied` : années et sources."""

    cle: str
    rubrique: str
    titre: str
    blocs: tuple[Bloc, ...]
    pied: str = ""


@dataclass(frozen=True)
class Seance:
    """Les diapositives d'un territoire, dans l'ordre de projection."""

    territoire: Territoire
    entete: str
    diapositives: tuple[Diapositive, ...]

    @property
    def cles(self) -> tuple[str, ...]:
        """La clé de chaque diapositive, dans l'ordre."""
        return tuple(d.cle for d in self.diapositives)

    def choisir(self, cles: Sequence[str]) -> Seance:
        """Ces diapositives dans cet ordre ; une clé inconnue est ignorée ; toutes si aucune n'est connue."""
        par_cle = {d.cle: d for d in self.diapositives}
        choisies = tuple(par_cle[cle] for cle in dict.fromkeys(cles) if cle in par_cle)
        return replace(self, diapositives=choisies) if choisies else self


PLACE, PLACE_DENSE = (84, 12.0), (112, 17.0)
"""Ce que tient une diapositive, en texte courant et en texte dense : lettres par ligne, lignes."""


def paginer(items: Iterable[str], place: tuple[int, float] = PLACE) -> list[tuple[str, ...]]:
    """Les éléments en pages qui tiennent, sans en couper aucun."""
    largeur, hauteur = place
    pages: list[list[str]] = []
    reste = 0.0
    for item in items:
        prises = math.ceil(len(item) / largeur) + 0.3
        if not pages or prises > reste:
            pages.append([])
            reste = hauteur
        pages[-1].append(item)
        reste -= prises
    return [tuple(page) for page in pages]
