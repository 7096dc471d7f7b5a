"""Ce qu'est une séance : des diapositives faites de blocs, les mêmes à l'écran (projection) et dans le diaporama."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from indicators.analyse.comparaison import Jugement
from indicators.recit.dessins.barres import barres
from indicators.recit.dessins.courbes import Trace, courbe
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

    def dessin(self) -> str:
        """Les barres en SVG."""
        lignes = [(b.nom, b.chiffre, b.role) for b in self.barres]
        return barres(lignes, self.indicateur.libelle, self.indicateur.unite, self.jugement)


@dataclass(frozen=True)
class Tableau:
    """Un tableau de textes ; la première colonne nomme la ligne."""

    entetes: tuple[str, ...]
    lignes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Situation:
    """Où est le territoire : une carte en SVG, ce qu'elle dit à qui ne la voit pas, et sa légende."""

    dessin: str
    alternative: str
    legende: str


@dataclass(frozen=True)
class Courbe:
    """Une tendance : le territoire et ses références, année par année ; rien ne relie deux morceaux.

    `montre` : le chiffre écrit en grand ; `ruptures` : (année, raison) ; `lecture` : ce que devient l'écart, en mots.
    """

    titre: str
    indicateur: Indicateur
    territoire: Trace
    references: tuple[Trace, ...]
    montre: Observation
    jugement: Jugement
    ruptures: tuple[tuple[int, str], ...]
    lecture: str

    def dessin(self) -> str:
        """La courbe en SVG."""
        return courbe(
            self.territoire, self.references, self.montre, self.indicateur.unite, self.jugement, self.ruptures
        )


@dataclass(frozen=True)
class Reponse:
    """Ce qu'une touche montre sans quitter la diapositive : une question de la salle, sa réponse, ce qui la montre."""

    touche: str
    question: str
    phrase: str
    bloc: Barres | Tableau | None = None


@dataclass(frozen=True)
class Ouverture:
    """La première diapositive : où l'on est, la phrase qui résume, la carte, et les familles connues.

    `absentes` : les familles sans chiffre, en une phrase ; vide s'il n'en manque pas.
    """

    lieu: tuple[str, ...]
    phrase: str
    situation: Situation | None
    cartes: tuple[CarteDeChiffre, ...]
    absentes: str


@dataclass(frozen=True)
class Famille:
    """Une famille sur toute la diapositive : le grand chiffre et sa place, puis sa tendance ou, à défaut, ses voisins.

    `legende` : ce qu'est le grand chiffre, date comprise ; `pourquoi` : pourquoi il n'y a pas de tendance.
    """

    carte: CarteDeChiffre
    legende: str
    courbe: Courbe | None
    voisins: Barres | None
    pourquoi: str
    reponses: tuple[Reponse, ...]


Bloc = Texte | Liste | Ouverture | Famille | Barres | Tableau


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
