"""Des octets d'un fichier déposé à des tables de texte : CSV, classeur, Parquet, quels que soient leurs défauts.

Rien n'est interprété ici : les cellules restent le texte du fichier, avec leur numéro de ligne. Ce qui est trop gros,
abîmé ou hostile est refusé par une phrase, avant d'être déplié en mémoire. Les formats compressés sont lus dans un
processus à part, borné en temps et en mémoire (`isole`) : un fichier piégé n'arrête pas le serveur.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from indicators.donnees.encodage import MauvaisEncodage, lire_texte
from indicators.imports.moteur import isole
from indicators.imports.moteur.archives import membres
from indicators.imports.moteur.tableau import (
    CASES_MAX,
    COLONNES_MAX,
    LIGNES_MAX,
    TAILLE_MAX,
    Ligne,
    Onglets,
    Tableau,
    Tables,
    tables_possibles,
    trop_de_cases,
    trop_large,
    trop_long,
)
from indicators.socle.erreurs import ErreurImport

_PREMIERES = 20
"""Combien de lignes disent le séparateur d'un CSV."""
_FORMULE_TEXTE = re.compile(r'="([^"]*)"')
_ATTENDU = "attendu un CSV, un classeur .xlsx ou .ods, ou un fichier Parquet"
_OLE = b"\xd0\xcf\x11\xe0"
_CARTE = "exportez-le en GeoJSON (WGS84, EPSG:4326)"
_ETRANGERS = tuple(
    (re.compile(debut, re.IGNORECASE | re.DOTALL), phrase)
    for debut, phrase in (
        (rb"%PDF-", "est un PDF : demandez à son producteur les données, en CSV ou en classeur"),
        (rb"SQLite format 3", f"est un GeoPackage ou une base SQLite : {_CARTE}, ou sa table en CSV"),
        (rb"\0\0'\n", f"est un Shapefile : {_CARTE}"),
        (rb"\s*(<\?xml[^>]*>)?\s*<kml", f"est un KML : {_CARTE}"),
        (rb"\s*<\?xml.{,300}Excel\.Sheet", "est un classeur XML de 2003 : enregistrez-le au format .xlsx ou CSV"),
        (rb"\s*<(!doctype html|html)", "est une page web : ouvrez-la dans un tableur, enregistrez-la en .xlsx ou CSV"),
    )
)
"""Comment commencent les fichiers que l'on dépose et qui ne se lisent pas ici, et quoi faire de chacun."""
_ECRITURES = {
    "unexpected end of data": "un guillemet n'est jamais refermé",
    "field larger than field limit": "une case est démesurée, un guillemet n'est peut-être jamais refermé",
    "expected after": "du texte suit un guillemet fermant",
}
"""Ce que dit le module `csv`, et ce qu'il faut en dire."""


def lire_onglets(octets: bytes, nom: str) -> Onglets:
    """Les tables possibles de chaque onglet (un seul, sans nom, pour un CSV) ; lève `ErreurImport` sans table."""
    if not octets:
        raise ErreurImport(f"« {nom} » est vide.")
    if len(octets) > TAILLE_MAX:
        raise ErreurImport(
            f"« {nom} » pèse plus que les {TAILLE_MAX // 1_000_000} Mo admis. "
            "Gardez le seul onglet ou les seuls territoires utiles."
        )
    if octets.startswith(_OLE):
        raise ErreurImport(_ancien(octets, nom))
    for debut, phrase in _ETRANGERS:
        if debut.match(octets[:400]):
            raise ErreurImport(f"« {nom} » {phrase}.")
    if octets.startswith(b"\x1f\x8b"):
        raise ErreurImport(f"« {nom} » est une archive .gz : décompressez-la et déposez le fichier.")
    if octets.startswith(b"PK\x03\x04") and not isole.est_un_classeur(octets):
        return _archive(octets, nom)
    if octets.startswith((b"PK\x03\x04", b"PAR1")) or isole.est_du_json(octets):
        return isole.lire(octets, nom)
    tables = _csv(octets, nom)
    return Onglets({"": tables}, {}, {"": len(tables.premiere.lignes) + 1})


def lire_tableaux(octets: bytes, nom: str) -> Iterator[Tableau]:
    """Toutes les tables possibles d'un fichier, onglet après onglet."""
    for tables in lire_onglets(octets, nom).lus.values():
        yield from tables


def _archive(octets: bytes, nom: str) -> Onglets:
    """Le zip d'un producteur : chacun des fichiers qu'il contient est un onglet à son nom."""
    reunis = Onglets({}, {}, {})
    for membre, contenu in membres(octets, nom):
        if membre.lower().endswith(".zip"):
            continue
        try:
            siens = lire_onglets(contenu, membre)
        except ErreurImport as erreur:
            reunis.laisses[membre] = str(erreur)
            continue
        for feuille, tables in siens.lus.items():
            titre = f"{membre}, {feuille}" if feuille else membre
            reunis.lus[titre], reunis.vues[titre] = tables, siens.vues[feuille]
        if lecture := siens.contours.get(""):
            reunis.contours[membre] = lecture
        reunis.laisses.update({f"{membre}, {feuille}": raison for feuille, raison in siens.laisses.items()})
    if not reunis.lus and not reunis.contours:
        raison = next((f" ({raison.rstrip('.')})" for raison in reunis.laisses.values()), "")
        raise ErreurImport(
            f"« {nom} » est une archive où rien ne se lit{raison} : décompressez-la et déposez le fichier."
        )
    return reunis


def _ancien(octets: bytes, nom: str) -> str:
    """Un fichier OLE : un .xls d'avant 2007, ou un .xlsx chiffré par un mot de passe."""
    if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in octets:
        return (
            f"« {nom} » est protégé par un mot de passe : ouvrez-le, retirez le mot de passe "
            "(Fichier, Informations, Protéger le classeur), enregistrez-le, puis recommencez."
        )
    return f"« {nom} » est un ancien classeur .xls : enregistrez-le au format .xlsx ou CSV."


LETTRES_MAX = 131_072
"""Lettres d'une case d'un CSV, au plus : celles du module `csv`, que toute bibliothèque peut changer pour tous."""


def _csv(octets: bytes, nom: str) -> Tables:
    try:
        texte = lire_texte(octets)
    except MauvaisEncodage as erreur:
        raise ErreurImport(f"« {nom} », ligne {erreur.ligne} : {erreur}.") from None
    separateur, debut = _separateur(texte)
    # strict : un guillemet jamais fermé avalerait les lignes suivantes sans rien dire
    lecteur = csv.reader(io.StringIO(texte[debut:], newline=""), delimiter=separateur, strict=True)
    lignes: list[Ligne] = []
    decalage = 1 if debut else 0
    try:
        numero = cases = 0
        for cellules in lecteur:
            cases += len(cellules)
            if cases > CASES_MAX:
                raise trop_de_cases(nom)
            if len(cellules) > COLONNES_MAX:
                raise trop_large(nom, str(len(cellules)))
            if max(map(len, cellules), default=0) > LETTRES_MAX:
                raise csv.Error(f"une case de plus de {LETTRES_MAX} lettres")
            while cellules and not cellules[-1]:  # Insee écrit jusqu'à 993 cases vides au bout d'une ligne
                cellules.pop()
            if cellules:
                lignes.append((numero + 1 + decalage, tuple(map(_cellule, cellules))))
            numero = lecteur.line_num
            if len(lignes) > LIGNES_MAX:
                raise trop_long(nom)
    except csv.Error as erreur:
        ligne = numero + 1 + decalage
        dite = next((phrase for lue, phrase in _ECRITURES.items() if lue in str(erreur)), str(erreur))
        raise ErreurImport(f"« {nom} » n'est pas un CSV lisible à partir de la ligne {ligne} : {dite}.") from None
    tables = tables_possibles(lignes)
    if tables is None:
        raise ErreurImport(f"« {nom} » n'est d'aucun format connu : on n'y voit pas de table ; {_ATTENDU}.")
    return tables


def _separateur(texte: str) -> tuple[str, int]:
    """Le séparateur, et où commence la table : après la ligne « sep=; » qu'Excel écrit, s'il y en a une."""
    if annonce := re.match(r"sep=(.)\r?\n", texte, re.IGNORECASE):
        return annonce[1], annonce.end()
    premieres = texte[:1_000_000].splitlines()[:_PREMIERES]
    # Le séparateur est sur presque toutes les lignes ; une virgule de titre ou de note ne l'est que sur la sienne.
    return max(";,\t|", key=lambda s: (sum(s in ligne for ligne in premieres), "".join(premieres).count(s))), 0


def _cellule(brut: str) -> str:
    """Le texte d'une case : « ="62119" » et « '62178 » sont des codes que l'on a voulu garder en texte."""
    texte = brut.strip()
    if not texte.startswith(("=", "'")):
        return texte
    if protege := _FORMULE_TEXTE.fullmatch(texte):
        return protege[1].strip()
    return texte[1:] if re.match(r"'\d", texte) else texte
