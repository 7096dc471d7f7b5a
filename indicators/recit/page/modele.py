"""Les blocs d'une page : des textes tout faits et des dessins à faire. Ni HTML, ni typst, ni calcul.

`chiffres.py`, `portrait.py` et `seance.py` les composent ; `pages/gabarits/`, les gabarits typst et le diaporama les
posent. Un texte est en typographie française, jamais échappé : c'est à qui le pose de le faire.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from indicators.analyse.comparaison import Jugement
from indicators.analyse.rangs import Place
from indicators.analyse.trajectoire import Trajectoire
from indicators.recit.dessins import bandes, serie
from indicators.recit.phrases import typographie
from indicators.socle.catalogue import citer
from indicators.socle.nombres import INSECABLE, capitale
from indicators.socle.observations import Observation
from indicators.socle.territoires import Territoire


@dataclass(frozen=True)
class Valeur:
    """Un chiffre comme on le lit : « 46,7 % ». `unite` se pose plus petite ; vide si le chiffre est dit en mots."""

    texte: str
    unite: str = ""
    douteuse: bool = False
    en_mots: bool = False

    @property
    def nombre(self) -> str:
        """Le texte sans son unité."""
        return self.texte.removesuffix(f"{INSECABLE}{self.unite}") if self.unite else self.texte


@dataclass(frozen=True)
class Face:
    """Un chiffre face à une référence. `fait` est vide quand rien ne se compare : `motif` dit alors pourquoi.

    « 27,9 points de plus » (`fait`) « que l'agglomération » (`liaison`), « 18,8 % » (`valeur`, None si la référence n'a
    pas de chiffre), son `annee` si elle diffère, « 2,5 fois » (`rapport`), « défavorable »
    (`verdict`). `note` : pourquoi la valeur de la référence est douteuse. `absolue` : un nombre absolu, jamais comparé.
    """

    nom: str
    fait: str
    liaison: str
    valeur: Valeur | None
    annee: str
    rapport: str
    verdict: str
    motif: str
    jugement: Jugement
    note: str = ""
    absolue: bool = False

    @property
    def reference(self) -> str:
        """La valeur de la référence, et son année si elle diffère."""
        return ", ".join(m for m in (self.valeur.texte if self.valeur else "", self.annee) if m)

    @property
    def raison(self) -> str:
        """Pourquoi rien ne se compare, référence nommée ; chaîne vide si quelque chose se compare."""
        return "" if self.fait else f"{self.nom}{INSECABLE}: {self.motif}"

    @property
    def mots(self) -> tuple[str, ...]:
        """Le rapport et le verdict, si quelque chose se compare."""
        return tuple(mot for mot in (self.rapport, self.verdict) if mot) if self.fait else ()


@dataclass(frozen=True)
class DessinDePlace:
    """La place d'un territoire parmi ses semblables et ses références, à dessiner en grand ou sur une ligne."""

    chiffre: Observation
    nom: str
    place: Place
    reperes: tuple[bandes.Repere, ...]
    jugement: Jugement
    unite: str

    def bandeau(self, largeur: int = 320) -> str:
        """Le dessin d'une carte de cette largeur, noms écrits ; chaîne vide sans valeur."""
        return bandes.bandeau(
            self.chiffre, self.nom, self.place, self.reperes, self.jugement, unite=self.unite, largeur=largeur
        )

    def rail(self, *, oriente: bool = False) -> str:
        """Le dessin d'une ligne de tableau, sans noms ; chaîne vide sans valeur."""
        return bandes.rail(
            self.chiffre, self.nom, self.place, self.reperes, self.jugement, unite=self.unite, oriente=oriente
        )


@dataclass(frozen=True)
class DessinDeSerie:
    """Les années connues d'un chiffre, à dessiner en petit sur sa carte."""

    trajectoire: Trajectoire
    montre: Observation
    unite: str
    titre: str

    def dessiner(self) -> str:
        """La petite courbe ; chaîne vide s'il y a moins de deux années."""
        return serie.courbe(self.trajectoire, self.montre, self.unite, self.titre)


@dataclass(frozen=True)
class Details:
    """Ce qui se déplie sous un chiffre : des paragraphes (titre, texte), puis le passage du document."""

    paragraphes: tuple[tuple[str, str], ...]
    passage: str


@dataclass(frozen=True)
class CarteDeChiffre:
    """Un indicateur d'un territoire, tout composé : la carte d'une famille, et la même chose en ligne de tableau.

    `valeur` est None quand la base n'a rien : seuls `titre` et `absence` sont alors remplis. `annee` : l'année seule ;
    `date` : avec l'édition. `place` : « le plus élevé des 13 quartiers connus » ; `rang` : « 1er sur 13 ». `dessin` n'a
    d'intérêt en ligne que si `situe`. `importance` : son rang dans la page, 0 pour ce qui compte le plus. `famille` :
    le sujet dont c'est le chiffre, vide hors des familles ; `note` : ce que l'indicateur n'est pas. `plus_recent` : un
    chiffre plus récent qui ne se compare pas encore. `tendance` : depuis quand et dans quel sens, ou pourquoi on ne
    sait pas ; `courbe` : la même chose à dessiner, None s'il y a moins de deux années.
    """

    code: str
    titre: str
    valeur: Valeur | None = None
    annee: str = ""
    date: str = ""
    faces: tuple[Face, ...] = ()
    place: str = ""
    rang: str = ""
    ex_aequo: bool = False
    source: str = ""
    variations: tuple[str, ...] = ()
    dessin: DessinDePlace | None = None
    situe: bool = False
    alternative: str = ""
    details: Details | None = None
    absence: str = ""
    absolue: bool = False
    importance: int = 0
    famille: str = ""
    note: str = ""
    plus_recent: str = ""
    tendance: str = ""
    jugement_de_tendance: Jugement = Jugement.INDETERMINE
    courbe: DessinDeSerie | None = None

    @property
    def lu(self) -> str:
        """La valeur telle qu'on la lit, ou « non disponible »."""
        return self.valeur.texte if self.valeur is not None else "non disponible"

    @property
    def douteuse(self) -> bool:
        """Vrai si la valeur est douteuse."""
        return self.valeur is not None and self.valeur.douteuse

    @property
    def fait(self) -> str:
        """Le fait en une phrase : l'écart avec la première référence, ou pourquoi il manque."""
        if self.valeur is None:
            return capitale(typographie(self.absence))
        if not self.faces:
            return ""
        face = self.faces[0]
        fait = face.raison or f"{face.fait} {face.liaison} ({face.reference})"
        return fait + (", référence douteuse" if face.note else "")

    @property
    def verdict(self) -> str:
        """Le rapport et le verdict face à la première référence, en mots ; vide si rien ne se compare."""
        return ", ".join(self.faces[0].mots) if self.faces else ""

    @property
    def jugement(self) -> Jugement:
        """Celui de la première référence."""
        return self.faces[0].jugement if self.faces else Jugement.INDETERMINE


@dataclass(frozen=True)
class Saillant:
    """Un point à retenir : « Taux de pauvreté », « 46,7 % », « 27,9 points de plus », « 2018 »."""

    nom: str
    valeur: Valeur
    ecart: str
    date: str


@dataclass(frozen=True)
class Saillants:
    """« Ce qui va mieux » (`titre`) « que l'agglomération » (`que`) : du plus éloigné de la référence au moins."""

    titre: str
    que: str
    jugement: Jugement
    points: tuple[Saillant, ...]

    VIDE: ClassVar[str] = "Aucun indicateur jugé dans ce sens parmi ceux qui se comparent."

    def en_phrases(self) -> tuple[str, ...]:
        """« Taux de pauvreté (2018) : 46,7 %, soit 27,9 points de plus que l'agglomération » ; jamais vide."""
        dites = (
            typographie(f"{capitale(p.nom)} ({p.date}){INSECABLE}: {p.valeur.texte}")
            + f", soit {p.ecart} {self.que}{' (douteux)' if p.valeur.douteuse else ''}"
            for p in self.points
        )
        return tuple(dites) or (self.VIDE,)


@dataclass(frozen=True)
class Encadre:
    """Une liste à part : ce qui est douteux, ce qui manque. Un élément : (de quoi l'on parle, ce qu'il y a à dire)."""

    titre: str
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Manques:
    """Les indicateurs du catalogue sans chiffre pour ce territoire : leurs noms, et la phrase qui les compte."""

    noms: tuple[str, ...]
    phrase: str


@dataclass(frozen=True)
class SourceCitee:
    """Une source et les lignes qui en ont été lues. `document` : le nom du fichier, sans son dossier."""

    producteur: str
    titre: str
    edition: str
    date: str
    licence: str
    document: str
    lignes: tuple[int, ...]

    @property
    def nom(self) -> str:
        """« Insee, Revenus des quartiers (édition 2022) »."""
        return citer(self.producteur, self.titre) + (f" ({self.edition})" if self.edition else "")


@dataclass(frozen=True)
class Identite:
    """Ce qui situe un territoire. `autres` : ses autres périmètres ; `carte` : vrai s'il a une page sur la carte."""

    territoire: Territoire
    nature: str
    code: str
    autres: tuple[Territoire, ...]
    communes: tuple[Territoire, ...]
    agglomerations: tuple[Territoire, ...]
    taille: tuple[str, ...]
    chapeau: str
    carte: bool

    @property
    def quoi(self) -> str:
        """La nature et le code officiel."""
        return f"{self.nature} {self.code}".strip()

    @property
    def morceaux(self) -> tuple[str, ...]:
        """Les mêmes mots sur le papier, où rien ne se clique."""
        tous = (
            self.quoi,
            self.territoire.perimetre,
            ", ".join(c.nom for c in self.communes),
            " et ".join(a.nom for a in self.agglomerations),
            *self.taille,
        )
        return tuple(m for m in tous if m)


@dataclass(frozen=True)
class Theme:
    """Un thème du portrait ; `references` : les rangs de celles qui y ont au moins un chiffre.

    `seules` : les cartes qu'aucune référence n'éclaire, quand elles sont assez nombreuses pour cacher les autres ;
    l'écran les range derrière celles qui se lisent face à quelque chose (`premieres`).
    """

    titre: str
    cartes: tuple[CarteDeChiffre, ...]
    references: tuple[int, ...]

    @property
    def seules(self) -> tuple[CarteDeChiffre, ...]:
        """Celles que l'écran replie : elles n'ont aucune référence, et sont plus de trois."""
        nues = tuple(c for c in self.cartes if not any(f.valeur is not None for f in c.faces))
        return nues if len(nues) > 3 else ()

    @property
    def premieres(self) -> tuple[CarteDeChiffre, ...]:
        """Celles que l'écran montre d'abord."""
        seules = {c.code for c in self.seules}
        return tuple(c for c in self.cartes if c.code not in seules)


@dataclass(frozen=True)
class AncienPerimetre:
    """Le périmètre de 2015 dont vient un quartier de 2024 : ses chiffres clés à lui, jamais mêlés à ceux du quartier.

    `titre` le nomme, `dit` dit ce que ses chiffres ne sont pas ; `phrases` : les mêmes chiffres, un à un, pour le
    papier.
    """

    territoire: Territoire
    titre: str
    dit: str
    cartes: tuple[CarteDeChiffre, ...]
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class LigneDEtendue:
    """Un indicateur dont un ensemble n'a que les valeurs de ses membres : « de 12,1 à 34,0 % », et combien en ont.

    `membres` : chacun et sa valeur, de la plus faible à la plus élevée ; `source` : celle de toutes ces valeurs.
    """

    nom: str
    valeurs: str
    connus: str
    source: str
    membres: tuple[tuple[str, str], ...]
    cle: bool = False


@dataclass(frozen=True)
class Regroupement:
    """Un ensemble de territoires : ses membres, ce que valent ses chiffres, et l'étendue de ceux de ses membres."""

    titre: str
    lecture: str
    membres: tuple[Territoire, ...]
    etendues: tuple[LigneDEtendue, ...]

    def en_phrases(self) -> tuple[tuple[str, str], ...]:
        """Chaque étendue en mots, pour le papier : (nom, « de 12,1 à 34,0 % (4 membres sur 5 connus en 2021) »)."""
        return tuple((e.nom, f"{e.valeurs} ({e.connus})") for e in self.etendues)


@dataclass(frozen=True)
class PagePortrait:
    """Tout ce qui s'écrit d'un territoire, dans l'ordre de lecture.

    `cles` : les chiffres clés, absents compris. `anciens` : les périmètres de 2015 d'un quartier de 2024.
    `quartiers` : ceux qu'il contient, avec leur nombre de chiffres. `regroupement` : None hors d'un ensemble dont on
    connaît les membres.
    """

    identite: Identite
    references: tuple[Territoire, ...]
    cles: tuple[CarteDeChiffre, ...]
    absents: Encadre
    anciens: tuple[AncienPerimetre, ...]
    doutes: Encadre
    saillants: tuple[Saillants, ...]
    quartiers: tuple[tuple[Territoire, int], ...]
    themes: tuple[Theme, ...]
    semblables: str
    manques: Manques
    sources: tuple[SourceCitee, ...]
    regroupement: Regroupement | None = None

    @property
    def connues(self) -> tuple[CarteDeChiffre, ...]:
        """Les chiffres clés qui ont une valeur à montrer."""
        return tuple(c for c in self.cles if c.valeur is not None)


def a_dire(morceaux: Sequence[str]) -> str:
    """Des morceaux bout à bout, séparés d'un point médian qui ne se détache pas du premier."""
    return f"{INSECABLE}· ".join(morceaux)
