"""Lire les CSV de `data/` : colonnes attendues, types, et tous les constats d'un coup.

Format : `;`, virgule décimale, UTF-8 avec BOM (celui d'Excel en France), une ligne un fait.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .catalogue import Sens
from .erreurs import Constat
from .observations import Fiabilite, Origine, Statut
from .territoires import Maille

NOMBRE = re.compile(r"-?\d+(?:,\d+)?")
FEUILLES = ("territoires", "appartenances", "filiations", "themes", "indicateurs", "sources", "observations")


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
    if annee is not None and not 1900 <= annee <= 2100:
        raise ValueError(f"« {brut} » n'est pas une année (attendu : entre 1900 et 2100)")
    return annee


def _choix(*valeurs: str) -> Callable[[str], str]:
    def lire(brut: str) -> str:
        if brut not in valeurs:
            admises = ", ".join(v or "(vide)" for v in valeurs)
            raise ValueError(f"« {brut} » n'est pas admis (valeurs admises : {admises})")
        return brut

    return lire


@dataclass(frozen=True)
class Colonne:
    """Une colonne d'un CSV : son nom, comment la lire, si elle doit être remplie."""

    nom: str
    lire: Callable[[str], Any] = _texte
    requise: bool = False


def _colonnes(*definitions: str | Colonne) -> tuple[Colonne, ...]:
    return tuple(d if isinstance(d, Colonne) else Colonne(d) for d in definitions)


C = Colonne
COLONNES: dict[str, tuple[Colonne, ...]] = {
    "territoires": _colonnes(
        C("territoire", requise=True),
        C("maille", _choix(*Maille), True),
        C("geographie", _entier),
        C("statut", _choix("", "QPV", "QIC", "poche de pauvreté", "veille active")),
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
}


@dataclass(frozen=True)
class Ligne:
    """Une ligne lue : où elle est, ses valeurs typées, et son texte (pour les décimales imprimées)."""

    fichier: str
    numero: int
    valeurs: dict[str, Any]
    textes: dict[str, str]

    def __getitem__(self, colonne: str) -> Any:
        return self.valeurs[colonne]

    def constat(self, colonne: str, message: str, gravite: str = "erreur") -> Constat:
        """Un constat à l'endroit de cette ligne."""
        return Constat(self.fichier, self.numero, colonne, message, gravite)


@dataclass
class Donnees:
    """Toutes les lignes lues, par feuille, et les constats de lecture."""

    lignes: dict[str, list[Ligne]] = field(default_factory=dict)
    constats: list[Constat] = field(default_factory=list)

    def __getitem__(self, feuille: str) -> list[Ligne]:
        return self.lignes[feuille]


def fichiers(dossier: Path) -> Iterator[tuple[str, Path]]:
    """Les fichiers qui font la base, chacun avec sa feuille : les six tables, puis `observations/*.csv`."""
    for feuille in FEUILLES[:-1]:
        yield feuille, dossier / f"{feuille}.csv"
    for chemin in sorted((dossier / "observations").glob("*.csv")):
        yield "observations", chemin


def lire_donnees(dossier: Path) -> Donnees:
    """Lit tout le dossier ; un fichier absent ou illisible devient un constat, jamais une exception."""
    donnees = Donnees({feuille: [] for feuille in FEUILLES})
    for feuille, chemin in fichiers(dossier):
        lignes, constats = lire_fichier(chemin, feuille, dossier)
        donnees.lignes[feuille] += lignes
        donnees.constats += constats
    if not donnees["observations"]:
        donnees.constats.append(Constat("observations/", 0, "", "aucune observation à lire dans ce dossier"))
    return donnees


def lire_fichier(chemin: Path, feuille: str, racine: Path) -> tuple[list[Ligne], list[Constat]]:
    """Lit un CSV d'après les colonnes déclarées de sa feuille."""
    nom = chemin.relative_to(racine).as_posix()
    try:
        brut = chemin.read_bytes()
    except FileNotFoundError:
        return [], [Constat(nom, 0, "", "fichier absent")]
    try:
        texte = brut.decode("utf-8-sig")
    except UnicodeDecodeError as erreur:
        numero = brut[: erreur.start].count(b"\n") + 1
        return [], [
            Constat(
                nom,
                numero,
                "",
                f"octet 0x{brut[erreur.start]:02X} illisible en UTF-8 ; "
                "enregistrez le fichier au format « CSV UTF-8 (délimité par des points-virgules) »",
            )
        ]
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=";")
    entete = next(lecteur, [])
    colonnes = COLONNES[feuille]
    if constats := _verifier_entete(nom, entete, colonnes):
        return [], constats
    lignes: list[Ligne] = []
    constats = []
    fin = lecteur.line_num
    for cellules in lecteur:
        numero, fin = fin + 1, lecteur.line_num
        if not any(cellules):
            continue
        if len(cellules) != len(entete):
            constats.append(
                Constat(nom, numero, "", f"{len(cellules)} cellules au lieu de {len(entete)} (un « ; » en trop ?)")
            )
            continue
        textes = dict(zip(entete, (cellule.strip() for cellule in cellules), strict=True))
        valeurs: dict[str, Any] = {}
        for colonne in colonnes:
            try:
                valeurs[colonne.nom] = colonne.lire(textes[colonne.nom])
                if colonne.requise and textes[colonne.nom] == "":
                    raise ValueError("cellule vide, une valeur est attendue")
            except ValueError as erreur:
                constats.append(Constat(nom, numero, colonne.nom, str(erreur)))
                valeurs.setdefault(colonne.nom, None)
        lignes.append(Ligne(nom, numero, valeurs, textes))
    return lignes, constats


def _verifier_entete(nom: str, entete: list[str], colonnes: tuple[Colonne, ...]) -> list[Constat]:
    attendues = [colonne.nom for colonne in colonnes]
    if len(entete) == 1 and "," in entete[0]:
        return [Constat(nom, 1, "", "colonnes séparées par des virgules ; le séparateur attendu est « ; »")]
    constats = [
        Constat(nom, 1, colonne, f"colonne absente ; colonnes lues : {', '.join(entete) or '(aucune)'}")
        for colonne in attendues
        if colonne not in entete
    ]
    constats += [
        Constat(nom, 1, colonne, f"colonne inconnue ; colonnes attendues : {', '.join(attendues)}")
        for colonne in entete
        if colonne not in attendues
    ]
    doubles = {colonne for colonne in entete if entete.count(colonne) > 1}
    constats += [Constat(nom, 1, colonne, "colonne écrite deux fois") for colonne in sorted(doubles)]
    return constats


def decimales_imprimees(texte: str) -> int:
    """Le nombre de décimales d'un nombre écrit en français : 2 pour « 18,60 », 0 pour « 31 »."""
    return len(texte.partition(",")[2])
