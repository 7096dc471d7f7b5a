"""Les colonnes de chaque feuille de `data/` : leur nom, leur type, si elles doivent être remplies."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from indicators.socle.catalogue import Sens
from indicators.socle.observations import Fiabilite, Origine, Statut
from indicators.socle.territoires import Maille

NOMBRE = re.compile(r"-?\d+(?:,\d+)?")
ANNEES = (1900, 2100)
"""La première et la dernière année admises."""


def _texte(brut: str) -> str:
    return brut


def _nombre(brut: str) -> float | None:
    if not brut:
        return None
    if not NOMBRE.fullmatch(brut):
        raise ValueError(f"« {brut} » n'est pas un nombre (attendu : chiffres et virgule, comme 46,7)")
    return float(brut.replace(",", "."))


def _entier(brut: str) -> int | None:
    if not brut:
        return None
    if not re.fullmatch(r"-?\d+", brut):
        raise ValueError(f"« {brut} » n'est pas un nombre entier")
    return int(brut)


def _annee(brut: str) -> int | None:
    annee = _entier(brut)
    if annee is not None and not ANNEES[0] <= annee <= ANNEES[1]:
        raise ValueError(f"« {brut} » n'est pas une année (attendu : entre {ANNEES[0]} et {ANNEES[1]})")
    return annee


@dataclass(frozen=True)
class _Choix:
    """Une valeur parmi celles-ci ; la chaîne vide en est une quand la cellule peut rester vide."""

    valeurs: tuple[str, ...]

    def __call__(self, brut: str) -> str:
        if brut not in self.valeurs:
            admises = ", ".join(v or "(vide)" for v in self.valeurs)
            raise ValueError(f"« {brut} » n'est pas admis (valeurs admises : {admises})")
        return brut


def _choix(*valeurs: str) -> _Choix:
    return _Choix(valeurs)


@dataclass(frozen=True)
class Colonne:
    """Une colonne d'un CSV : son nom, comment la lire, si elle doit être remplie."""

    nom: str
    lire: Callable[[str], Any] = _texte
    requise: bool = False

    @property
    def type_sql(self) -> str:
        """Le type de la colonne dans la base."""
        return {_entier: "INTEGER", _annee: "INTEGER", _nombre: "DOUBLE"}.get(self.lire, "VARCHAR")

    @property
    def choix(self) -> tuple[str, ...]:
        """Les valeurs admises, sans la cellule vide ; rien si la colonne n'est pas une liste fermée."""
        return tuple(str(v) for v in self.lire.valeurs if v) if isinstance(self.lire, _Choix) else ()

    @property
    def bornes(self) -> tuple[int, int] | None:
        """Le plus petit et le plus grand nombre admis, pour une année ; None ailleurs."""
        return ANNEES if self.lire is _annee else None


def _colonnes(*definitions: str | Colonne) -> tuple[Colonne, ...]:
    return tuple(d if isinstance(d, Colonne) else Colonne(d) for d in definitions)


C = Colonne
_PIECE = (C("source", requise=True), C("ligne", _entier, True), C("passage", requise=True))
_NATURES_PROJET = ("irritant", "opportunite", "enjeu", "objectif_strategique", "objectif_operationnel") + (
    "atout",
    "faiblesse",
    "perspective",
)
COLONNES: dict[str, tuple[Colonne, ...]] = {
    "territoires": _colonnes(
        C("territoire", requise=True),
        C("maille", _choix(*Maille), True),
        C("geographie", _entier),
        C("statut", _choix("", "QPV", "QIC", "poche de pauvreté", "veille active", "partie de quartier")),
        C("nom", requise=True),
        C("nom_court", requise=True),
        "variantes",
        "code_officiel",
        C("superficie_ha", _nombre),
        C("latitude", _nombre),
        C("longitude", _nombre),
        "source_position",
    ),
    "appartenances": _colonnes(
        C("territoire", requise=True), C("parent", requise=True), C("nature", requise=True), "source"
    ),
    "filiations": _colonnes(
        C("ancien"),
        C("nouveau"),
        C("nature", _choix("inchangé", "modifié", "fusion", "scission", "entrant", "sortant"), True),
        "source",
        "note",
    ),
    "themes": _colonnes(C("theme", requise=True), C("libelle", requise=True), C("ordre", _entier, True)),
    "indicateurs": _colonnes(
        C("indicateur", requise=True),
        C("libelle", requise=True),
        C("libelle_court", requise=True),
        C("theme", requise=True),
        C("pilier", requise=True),
        C("unite", requise=True),
        C("decimales", _entier, True),
        C("sens", _choix(*Sens), True),
        C("bande_proche", _nombre),
        C("mini", _nombre),
        C("maxi", _nombre),
        C("definition", requise=True),
        "numerateur",
        "denominateur",
        "precautions",
        C("tete", _entier),
        "evolution_de",
        "voisins",
    ),
    "sources": _colonnes(
        C("source", requise=True),
        C("producteur", requise=True),
        C("titre", requise=True),
        "edition",
        "date_publication",
        "url",
        C("licence", requise=True),
        C("rang", _entier, True),
        "document",
    ),
    "observations": _colonnes(
        C("territoire", requise=True),
        C("indicateur", requise=True),
        C("annee_debut", _annee),
        C("annee", _annee),
        C("millesime", _annee),
        C("valeur", _nombre),
        C("borne_inf", _nombre),
        C("borne_sup", _nombre),
        C("statut", _choix(*Statut), True),
        C("fiabilite", _choix(*Fiabilite), True),
        "note",
        C("source", requise=True),
        C("ligne", _entier),
        C("passage", requise=True),
        "imprime",
        C("origine", _choix(*Origine), True),
    ),
    "operations": _colonnes(
        C("operation", requise=True),
        "territoire",
        "commune",
        C("nature", requise=True),
        C("logements", _entier),
        "annee",
        C("montant", _nombre),
        "bailleur",
        C("libelle", requise=True),
        "note",
        C("fiabilite", _choix(*Fiabilite), True),
        *_PIECE,
        "imprime",
    ),
    "segments": _colonnes(
        C("territoire", requise=True),
        C("annee", _annee),
        C("segment", requise=True),
        C("libelle", requise=True),
        C("question", requise=True),
        C("reponse", requise=True),
        C("part", _nombre, True),
        C("fiabilite", _choix(*Fiabilite), True),
        "note",
        *_PIECE,
        C("imprime", requise=True),
    ),
    "soldes": _colonnes(
        C("territoire", requise=True),
        C("categorie", requise=True),
        C("signe", requise=True),
        C("lecture", requise=True),
        "note",
        *_PIECE,
        C("imprime", requise=True),
    ),
    "projets": _colonnes(
        C("territoire", requise=True),
        "commune",
        C("nature", _choix(*_NATURES_PROJET), True),
        "pilier",
        C("ordre", _entier, True),
        C("texte", requise=True),
        "enjeu",
        "axe",
        "parent",
        C("statut_lecture", _choix("lisible", "abimee"), True),
        "note",
        *_PIECE,
    ),
    "equipements": _colonnes(
        C("territoire", requise=True), "commune", C("equipement", requise=True), "rubrique", "adresse", "note", *_PIECE
    ),
    "engagements": _colonnes(
        C("id", requise=True),
        C("partenaire", requise=True),
        "territoire",
        "objectif",
        C("action", requise=True),
        C("cible", _nombre),
        C("cible_statut", _choix("", "exact", "environ", "au_moins", "au_plus")),
        "unite",
        C("cible_type", _choix("valeur", "evolution", "aucune"), True),
        "base",
        "base_annee",
        "echeance",
        "operateur",
        "theme",
        "indicateur",
        "raison_non_mesurable",
        "operation",
        C("statut_lecture", _choix("lisible", "abimee"), True),
        "note",
        *_PIECE,
    ),
    "evaluation_indicateurs": _colonnes(
        C("id", requise=True),
        C("groupe", requise=True),
        C("libelle", requise=True),
        C("nature", requise=True),
        "dispositif",
        "axe",
        "objectif",
        "indicateur",
        C("mesurable", _choix("oui", "en partie", "non"), True),
        "raison",
        "producteur_annonce",
        "niveau_annonce",
        *_PIECE,
    ),
    "evaluation_arbre": _colonnes(
        C("id", requise=True),
        "parent",
        C("niveau", _choix("enjeu", "axe", "objectif"), True),
        C("libelle", requise=True),
        "note",
        *_PIECE,
    ),
    "barometre": _colonnes(
        C("id", requise=True), C("libelle", requise=True), C("ordre", _entier, True), "theme", *_PIECE
    ),
    "orientations": _colonnes(
        C("id", requise=True),
        C("type", requise=True),
        C("libelle", requise=True),
        "description",
        C("description_ligne", _entier),
        "note",
        *_PIECE,
    ),
    "sections": _colonnes(
        C("source", requise=True),
        C("ligne_debut", _entier, True),
        C("ligne_fin", _entier, True),
        C("section", requise=True),
    ),
    "ecartes": _colonnes(
        C("source", requise=True),
        C("ligne_debut", _entier, True),
        C("ligne_fin", _entier, True),
        C("section", requise=True),
        C("raison", requise=True),
        "extrait",
    ),
    "absences": _colonnes(C("territoire", requise=True), C("indicateur", requise=True), C("motif", requise=True)),
    "glossaire": _colonnes(C("terme", requise=True), C("definition", requise=True), C("source", requise=True)),
    "retraits": _colonnes(
        C("territoire", requise=True),
        C("indicateur", requise=True),
        C("annee_debut", _annee),
        C("annee", _annee),
        C("millesime", _annee),
        C("source", requise=True),
    ),
}

CLES: dict[str, tuple[str, ...]] = {
    "territoires": ("territoire",),
    "appartenances": ("territoire", "parent", "nature"),
    "filiations": ("ancien", "nouveau"),
    "themes": ("theme",),
    "indicateurs": ("indicateur",),
    "sources": ("source",),
    "operations": ("operation",),
    "engagements": ("id",),
    "evaluation_indicateurs": ("id",),
    "evaluation_arbre": ("id",),
    "barometre": ("id",),
    "orientations": ("id",),
    "absences": ("territoire", "indicateur"),
    "glossaire": ("terme",),
    "observations": ("territoire", "indicateur", "annee_debut", "annee", "millesime", "source"),
}
"""Les colonnes qui font la clé de chaque feuille : deux lignes n'ont jamais la même."""

REFERENCES: dict[str, dict[str, str]] = {
    "observations": {"territoire": "territoires", "indicateur": "indicateurs", "source": "sources"},
    "appartenances": {"territoire": "territoires", "parent": "territoires"},
    "filiations": {"ancien": "territoires", "nouveau": "territoires"},
    "indicateurs": {"theme": "themes", "evolution_de": "indicateurs"},
}
"""Les colonnes des lieux et des mesures qui citent la clé d'une autre feuille, une seule à la fois."""

FICHIERS = {
    **{nom: f"{nom}.csv" for nom in ("territoires", "appartenances", "filiations", "themes", "indicateurs", "sources")},
    "engagements": "engagements.csv",
    "projets": "projets/elements.csv",
    "equipements": "projets/equipements.csv",
    "operations": "projets/operations.csv",
    "segments": "enquetes/segments.csv",
    "soldes": "enquetes/soldes.csv",
    "evaluation_indicateurs": "evaluation/indicateurs.csv",
    "evaluation_arbre": "evaluation/arbre.csv",
    "barometre": "evaluation/barometre.csv",
    "orientations": "evaluation/orientations.csv",
    "sections": "couverture/sections.csv",
    "ecartes": "couverture/ecartes.csv",
    "absences": "couverture/absences.csv",
    "glossaire": "glossaire.csv",
}
"""Le fichier de chaque feuille ; `observations/*.csv`, un fichier par document, est à part."""

FEUILLES_LOCALES = ("territoires", "appartenances", "filiations", "sources", "observations", "retraits")
"""Ce qu'un import local peut apporter, chacun dans `<feuille>.csv` de son dossier ; `retraits` : des clés à oublier."""

ANNEXES = tuple(feuille for feuille in FICHIERS if feuille not in {"territoires", "indicateurs", "sources"})
"""Les feuilles qui deviennent telles quelles des tables de la base."""
