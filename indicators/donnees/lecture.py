"""Lire les CSV de `data/` : colonnes attendues, types, et tous les constats d'un coup.

Format : `;`, virgule décimale, UTF-8 avec BOM (celui d'Excel en France), une ligne un fait.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shapely.geometry import MultiPolygon

from indicators.donnees import declinaisons, france, perimetres
from indicators.donnees.encodage import MauvaisEncodage, lire_texte
from indicators.donnees.lignes import Donnees, Ligne
from indicators.donnees.schema import CLES, COLONNES, FICHIERS, Colonne
from indicators.socle.erreurs import Constat, ErreurImport

INTERDITS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
"""Ce qu'aucun texte ne peut porter : ni dessin, ni classeur, ni diaporama ne sait l'écrire."""


def fichiers(dossier: Path) -> Iterator[tuple[str, Path]]:
    """Les fichiers qui font la base, chacun avec sa feuille : les tables, puis `observations/*.csv`."""
    for feuille, nom in FICHIERS.items():
        yield feuille, dossier / nom
    for chemin in sorted((dossier / "observations").glob("*.csv")):
        yield "observations", chemin


def fichiers_contours(dossier: Path) -> list[Path]:
    """Les contours à prendre, dans l'ordre : un territoire écrit deux fois garde le dernier."""
    return sorted((dossier / "contours").glob("*.geojson"))


def contours_embarques(dossier: Path) -> Path:
    """Le fichier des contours de la France livrés avec les données."""
    return dossier / "france" / "contours.parquet"


def lire_donnees(dossier: Path, *, nationales: bool = True) -> Donnees:
    """Lit tout le dossier ; une faute devient un constat, jamais une exception. Les ajouts locaux : `locales.reunir`.

    `nationales` : avec `france/` ; un lieu, un lien, une source que les CSV décrivent reste comme ils le disent.
    """
    donnees = Donnees({feuille: [] for feuille in (*FICHIERS, "observations", "retraits")})
    donnees.contours_embarques = contours_embarques(dossier)
    for feuille, chemin in fichiers(dossier):
        lignes, constats = lire_fichier(chemin, feuille, dossier)
        donnees.lignes[feuille] += lignes
        donnees.constats += constats
    donnees.contours, constats = lire_contours(dossier)
    donnees.constats += constats
    declinaisons.etendre(donnees)
    if nationales:
        _ajouter_france(donnees, dossier)
    if not donnees["observations"]:
        donnees.constats.append(Constat("observations/", 0, "", "aucune observation à lire dans ce dossier"))
    return donnees


def _ajouter_france(donnees: Donnees, dossier: Path) -> None:
    def connus(feuille: str) -> set[tuple[Any, ...]]:
        return {cle_de(ligne, feuille) for ligne in donnees[feuille]}

    for feuille, rang, valeurs in france.lire_lieux(dossier, connus):
        # Les textes d'origine ne servent qu'aux nombres imprimés des observations : un seul dictionnaire suffit ici.
        donnees.lignes[feuille].append(Ligne(f"{france.DOSSIER}/{feuille}.parquet", rang, valeurs, valeurs))
    if (chemin := dossier / france.DOSSIER / "sources.csv").exists():
        lignes, constats = lire_fichier(chemin, "sources", dossier)
        donnees.constats += constats
        deja = connus("sources")
        donnees.lignes["sources"] += [ligne for ligne in lignes if cle_de(ligne, "sources") not in deja]
    donnees.nationaux = france.chiffres(dossier)


def lire_contours(dossier: Path, racine: Path | None = None) -> tuple[dict[str, MultiPolygon], list[Constat]]:
    """Les contours de `contours/` par territoire ; un fichier illisible est un constat, nommé depuis `racine`."""
    lus: dict[str, MultiPolygon] = {}
    constats = []
    for chemin in fichiers_contours(dossier):
        try:
            apportes = perimetres.lire(chemin.read_bytes(), chemin.name).contours
            lus |= {contour.territoire: contour.geometrie for contour in apportes}
        except (ErreurImport, OSError) as erreur:
            nom = chemin.relative_to(racine or dossier).as_posix()
            constats.append(Constat(nom, 0, "", str(erreur)))
    return lus, constats


def cle_de(ligne: Ligne, feuille: str) -> tuple[Any, ...]:
    """La clé de cette ligne dans sa feuille."""
    return tuple(ligne[colonne] for colonne in CLES[feuille])


def lire_fichier(
    chemin: Path, feuille: str, racine: Path, *, autre_version: bool = False
) -> tuple[list[Ligne], list[Constat]]:
    """Lit un CSV d'après les colonnes déclarées de sa feuille.

    `autre_version` : écrit par une version où la feuille n'avait pas les mêmes colonnes ; ce qui manque et peut être
    vide l'est, une colonne inconnue est laissée.
    """
    nom = chemin.relative_to(racine).as_posix()
    try:
        brut = chemin.read_bytes()
    except FileNotFoundError:
        return [], [Constat(nom, 0, "", "fichier absent")]
    except OSError as erreur:
        return [], [Constat(nom, 0, "", f"ce fichier ne peut pas être lu ({erreur.strerror})")]
    try:
        texte = lire_texte(brut, windows=False)
    except MauvaisEncodage as erreur:
        return [], [Constat(nom, erreur.ligne, "", str(erreur))]
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=";")
    entete = next(lecteur, [])
    colonnes = COLONNES[feuille]
    if constats := _verifier_entete(nom, entete, colonnes, autre_version):
        return [], constats
    absentes = {colonne.nom: "" for colonne in colonnes if colonne.nom not in entete}
    lignes: list[Ligne] = []
    constats = []
    suspect = INTERDITS.search(texte) is not None
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
        textes = absentes | dict(zip(entete, (cellule.strip() for cellule in cellules), strict=True))
        valeurs: dict[str, Any] = {}
        for colonne in colonnes:
            try:
                if suspect and (interdit := INTERDITS.search(textes[colonne.nom])):
                    raise ValueError(f"un caractère invisible (U+{ord(interdit[0]):04X}) s'y trouve : effacez-le")
                valeurs[colonne.nom] = colonne.lire(textes[colonne.nom])
                if colonne.requise and textes[colonne.nom] == "":
                    raise ValueError("cellule vide, une valeur est attendue")
            except ValueError as erreur:
                constats.append(Constat(nom, numero, colonne.nom, str(erreur)))
                valeurs.setdefault(colonne.nom, None)
        lignes.append(Ligne(nom, numero, declinaisons.nommer(feuille, valeurs), textes))
    return lignes, constats


def _verifier_entete(nom: str, entete: list[str], colonnes: tuple[Colonne, ...], autre_version: bool) -> list[Constat]:
    attendues = [colonne.nom for colonne in colonnes]
    if len(entete) == 1 and "," in entete[0]:
        return [Constat(nom, 1, "", "colonnes séparées par des virgules ; le séparateur attendu est « ; »")]
    constats = [
        Constat(nom, 1, colonne.nom, f"colonne absente ; colonnes lues : {', '.join(entete) or '(aucune)'}")
        for colonne in colonnes
        if colonne.nom not in entete and (colonne.requise or not autre_version)
    ]
    constats += [
        Constat(nom, 1, colonne, f"colonne inconnue ; colonnes attendues : {', '.join(attendues)}")
        for colonne in entete
        if colonne not in attendues and not autre_version
    ]
    doubles = {colonne for colonne in entete if entete.count(colonne) > 1}
    constats += [Constat(nom, 1, colonne, "colonne écrite deux fois") for colonne in sorted(doubles)]
    return constats


def decimales_imprimees(texte: str) -> int:
    """Le nombre de décimales d'un nombre écrit en français : 2 pour « 18,60 », 0 pour « 31 »."""
    return len(texte.partition(",")[2])
