"""Ce qu'un lecteur tire d'un fichier : des chiffres, des lieux, des liens, et tout ce qu'il n'a pas pu prendre."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from indicators.donnees.perimetres import Contour
from indicators.imports.moteur.cellules import CelluleLue, lire_cellule
from indicators.imports.moteur.tableau import Tableau
from indicators.socle.catalogue import Catalogue, Indicateur
from indicators.socle.codes import commune_entiere, departement_de, maille_de
from indicators.socle.erreurs import Constat
from indicators.socle.observations import Origine, Statut
from indicators.socle.premiers import Premiers, des_constats
from indicators.socle.territoires import Maille, cle_de_recherche

ANNEE = "(?:19|20)[0-9]{2}"
"""Le motif d'une année."""
VIDE = "(vide)"
"""Ce que le passage écrit pour une case vide."""
DEPARTEMENTS_MIN = 80
"""Départements à partir desquels un fichier est national (il n'y a pas de quartier prioritaire dans tous)."""
_ENTIERS = {Maille.EPCI: 1000, Maille.DEPARTEMENT: 94, Maille.REGION: 12}
NOTE_VIDE = {
    Statut.SECRET: "Case vide dans le fichier : secret statistique ou donnée non diffusée.",
    Statut.NON_DISPONIBLE: "Case vide dans le fichier.",
}


@dataclass(frozen=True, slots=True)
class Chiffre:
    """Une case lue. `annee` est None quand le fichier ne la donne pas : celle de son `groupe` sera à établir.

    `brut` : le texte exact de la case ; `ligne` : son numéro dans le fichier (None pour une moyenne d'établissements).
    """

    territoire: str
    indicateur: str
    groupe: str
    annee: int | None
    lecture: CelluleLue
    brut: str
    colonne: str
    ligne: int | None
    note: str = ""
    origine: Origine = Origine.PUBLIEE
    annee_debut: int | None = None
    passage: str = ""
    bornes: tuple[str, str] = ("", "")

    @property
    def nombre(self) -> Decimal:
        """La valeur lue, exacte ; zéro s'il n'y en a pas."""
        return self.lecture.nombre


@dataclass(frozen=True)
class Lieu:
    """Un territoire que le fichier nomme : de quoi le créer s'il n'est pas connu."""

    territoire: str
    nom: str
    maille: Maille
    geographie: int | None = None
    statut: str = ""


@dataclass(frozen=True)
class Etablissement:
    """Une école, un collège ou un lycée : `niveau` vaut « ecoles », « colleges » ou « lycees »."""

    commune: str
    niveau: str


@dataclass(frozen=True, slots=True)
class Carreau:
    """Un carreau de la grille de l'Insee : son code, son centre en degrés, ses habitants, et s'ils sont imputés."""

    code: str
    longitude: float
    latitude: float
    habitants: float
    impute: bool


@dataclass(frozen=True)
class SourceLue:
    """La publication d'où vient le fichier ; `{edition}` y est remplacé par l'édition une fois connue."""

    source: str
    producteur: str
    titre: str
    licence: str = "Licence Ouverte 2.0"
    rang: int = 1
    url: str = ""


@dataclass(frozen=True)
class Evenement:
    """Un mouvement de commune que le fichier date : sa nature (`mod`, code de l'Insee), le lieu avant et après."""

    mod: str
    date: str
    avant: str
    apres: str


@dataclass
class Releve:
    """Tout ce qu'un fichier donne. `groupes` : pour chaque groupe de colonnes sans année, ce qu'il mesure.

    `inconnues` : les colonnes que le format ne connaît pas ; `laissees` : celles qu'il connaît et ne reprend pas.
    `edition` : l'édition, quand le contenu la dit. `par_millesime` : l'édition s'écrit avec chaque chiffre, parce
    qu'elle ne dit pas son année. `epuisable` : faux pour un modèle, qui ne porte que ce que l'on veut y mettre.
    `relire` : ce relevé dépend des lieux connus, et se refait quand d'autres fichiers en apprennent.
    `anciennes` : communes disparues et arrondissements, chacun avec son nom et la commune actuelle qui le contient.
    `quantites` : des effectifs qui ne sont pas montrés mais dont on calcule (résidences principales), par nom et année.
    `etablissements` : par UAI ; `situes` : (quartier, UAI, « dans » ou « 300 m »).
    `fusions` : ancien code → commune d'aujourd'hui ; `posterieur` : ses communes sont d'un code officiel plus récent
    que celui des lieux, une commune agrandie depuis n'y est donc plus la même.
    `evenements` : les mouvements de communes qu'il date.
    `services` : des lieux ouverts au public, aux noms de colonnes de la feuille `services`, sans leur source.
    `carreaux` : la grille de l'Insee, reconnue et rattachée aux IRIS, dont rien n'est montré.
    `feuille` : l'onglet lu, vide hors d'un classeur ; `vues` : ses lignes non vides ; `onglets_laisses` : les autres
    onglets du fichier et pourquoi. `indicateurs` : ceux que le fichier définit. `refus` : ce qui empêche tout ajout.
    """

    format: str
    titre: str
    source: SourceLue | None = None
    chiffres: list[Chiffre] = field(default_factory=list)
    lieux: dict[str, Lieu] = field(default_factory=dict)
    liens: list[tuple[str, str, str]] = field(default_factory=list)
    filiations: list[tuple[str, str, str, str]] = field(default_factory=list)
    groupes: dict[str, str] = field(default_factory=dict)
    contours: tuple[Contour, ...] = ()
    carreaux: tuple[Carreau, ...] = ()
    services: list[dict[str, str]] = field(default_factory=list)
    inconnues: tuple[str, ...] = ()
    laissees: tuple[str, ...] = ()
    constats: Premiers[Constat] = field(default_factory=des_constats)
    lignes: int = 0
    edition: int | None = None
    par_millesime: bool = False
    epuisable: bool = True
    relire: bool = False
    anciennes: dict[str, tuple[str, str]] = field(default_factory=dict)
    quantites: dict[tuple[str, int], dict[str, Decimal]] = field(default_factory=dict)
    etablissements: dict[str, Etablissement] = field(default_factory=dict)
    situes: list[tuple[str, str, str]] = field(default_factory=list)
    fusions: dict[str, str] = field(default_factory=dict)
    evenements: list[Evenement] = field(default_factory=list)
    posterieur: bool = False
    feuille: str = ""
    vues: int = 0
    onglets_laisses: dict[str, str] = field(default_factory=dict)
    indicateurs: dict[str, Indicateur] = field(default_factory=dict)
    refus: Premiers[Constat] = field(default_factory=des_constats)

    def lire(self, brut: str, vide: Statut | None, ligne: int, colonne: str) -> CelluleLue | None:
        """Ce que dit une case ; None s'il n'y a rien à en prendre : vide et muette, ou illisible, et c'est dit."""
        try:
            return lire_cellule(brut, vide)
        except ValueError as erreur:
            self.constats.append(constat(ligne, colonne, f"{erreur} : case laissée, le chiffre connu reste"))
            return None

    @property
    def est_national(self) -> bool:
        """Vrai pour un fichier de toute la France : un territoire qui n'y est pas n'a plus de chiffre.

        D'un extrait (les écoles d'une ville, les communes d'un département), une absence ne dit rien.
        """
        presents = {chiffre.territoire for chiffre in self.chiffres}
        departements = {departement for t in presents if (departement := departement_de(t))}
        mailles = Counter(maille_de(t) for t in presents)
        return self.epuisable and (
            len(departements) >= DEPARTEMENTS_MIN or any(mailles[m] >= n for m, n in _ENTIERS.items())
        )


@dataclass(frozen=True)
class Referentiel:
    """Ce que la base sait déjà des lieux, dont certains lecteurs ont besoin.

    `epci_de` : commune → EPCI connu tout entier ; `communes` : (département, nom plat) → commune.
    `territoires` : les identifiants connus ; `noms` : nom plat → identifiants ; `indicateurs` : de même.
    `entieres` : commune disparue ou arrondissement → la commune actuelle qui le contient. `etablissements`, `situes` :
    comme dans un relevé. `ept_de` : commune du Grand Paris → établissement public territorial. `catalogue` : celui
    de la base. `passes` : les EPCI qu'ont eus les communes qui en ont changé, avec leurs années ; `entiers` : les EPCI
    connus tout entiers.
    """

    territoires: frozenset[str]
    epci_de: Mapping[str, str]
    communes: Mapping[tuple[str, str], str]
    noms: Mapping[str, tuple[str, ...]]
    indicateurs: Mapping[str, str]
    entieres: Mapping[str, str] = field(default_factory=dict)
    etablissements: Mapping[str, Etablissement] = field(default_factory=dict)
    situes: Sequence[tuple[str, str, str]] = ()
    ept_de: Mapping[str, str] = field(default_factory=dict)
    catalogue: Catalogue = field(default_factory=lambda: Catalogue({}, {}, {}))
    passes: Mapping[str, Sequence[tuple[str, int | None, int | None]]] = field(default_factory=dict)
    entiers: Collection[str] = ()

    def groupements(self, commune: str, annee: int | None = None) -> list[str]:
        """L'EPCI d'une commune connu tout entier et, au Grand Paris, son établissement public territorial.

        `annee` : ceux de cette année, pour une commune qui en a changé ; aucun si l'on ne sait pas où elle était.
        """
        groupes = [ou for parents in (self.epci_de, self.ept_de) if (ou := parents.get(commune))]
        if annee is None or commune not in self.passes:
            return groupes
        ept = [groupe for groupe in groupes if groupe == self.ept_de.get(commune)]
        return [epci for epci in self._d_alors(commune, annee) if epci in self.entiers] + ept

    def membres(self, annee: int | None = None) -> dict[str, list[str]]:
        """Les communes de chaque groupement, `annee` comme pour `groupements`."""
        membres: dict[str, list[str]] = defaultdict(list)
        for commune in {*self.epci_de, *self.ept_de, *self.passes}:
            for groupement in self.groupements(commune, annee):
                membres[groupement].append(commune)
        return membres

    def _d_alors(self, commune: str, annee: int) -> list[str]:
        valables = [
            (epci, jusqu_a) for epci, depuis, jusqu_a in self.passes[commune]
            if (depuis is None or depuis <= annee) and (jusqu_a is None or annee <= jusqu_a)
        ]  # fmt: skip
        # Un lien daté l'emporte sur celui d'aujourd'hui, dont on ne sait pas quand il commence.
        return [epci for epci, jusqu_a in valables if jusqu_a is not None] or [epci for epci, _ in valables]

    def indecis(self, annee: int | None) -> set[str]:
        """Les EPCI dont on ne sait pas les communes cette année-là : l'une d'elles était entre deux listes."""
        if annee is None:
            return set()
        perdues = (commune for commune in self.passes if not self._d_alors(commune, annee))
        return {epci for commune in perdues for epci, _, _ in self.passes[commune]}

    def commune(self, identifiant: str) -> str:
        """La commune d'aujourd'hui : celle d'un arrondissement municipal, celle où une ancienne a fusionné."""
        entiere = commune_entiere(identifiant)
        return self.entieres.get(entiere, entiere)


@dataclass(frozen=True)
class Format:
    """Un format de producteur : `lire` rend None quand la table n'est pas de ce format.

    `connues` : le motif des colonnes que ses éditions connues portent, lues ou non ; toute autre est dite inconnue.
    None quand le lecteur range lui-même chaque colonne de sa table, au motif de celles qu'il lit et qu'il laisse.
    """

    nom: str
    titre: str
    lire: Callable[[Tableau, Referentiel, Maille | None], Releve | None]
    connues: str | None

    def ranger(self, releve: Releve, entete: Sequence[str]) -> None:
        """Dit inconnue chaque colonne qu'une édition a ajoutée : elle n'est ni lue, ni de celles que l'on laisse."""
        if self.connues is None:
            return
        neuves = dict.fromkeys(n for n in entete if n and not re.fullmatch(self.connues, n, re.IGNORECASE))
        releve.inconnues = (*neuves, *releve.inconnues)
        releve.laissees = tuple(nom for nom in releve.laissees if nom and nom not in neuves)


def constat(ligne: int, colonne: str, message: str) -> Constat:
    """Un constat sur une case du fichier déposé (le nom du fichier est ajouté par le rapport)."""
    return Constat("", ligne, colonne, message, "a_verifier")


def mots(nom: str) -> str:
    """Un nom de lieu à plat, pour rapprocher deux orthographes (« Nœux » et « Noeux », « Saint- » et « Saint »)."""
    return cle_de_recherche(nom.replace("’", "'"))


def debordements(tableau: Tableau) -> Premiers[Constat]:
    """Un constat par ligne qui a plus de cellules que l'en-tête : elle n'est pas lue."""
    return des_constats(tableau.debordantes)
