"""Des octets d'un fichier déposé à des tableaux de texte : CSV, XLSX, Parquet, quels que soient leurs défauts.

Rien n'est interprété ici : les cellules restent le texte du fichier, avec leur numéro de ligne. Ce qui est trop gros,
abîmé ou hostile est refusé par une phrase, avant d'être déplié en mémoire.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from indicators.imports.moteur.archives import membres
from indicators.socle.erreurs import ErreurImport
from indicators.socle.nombres import nombre

TAILLE_MAX = 80_000_000
"""Octets d'un fichier déposé ; le plus gros fichier national lu ici en fait quatre millions."""
TAILLE_DEPLIEE_MAX = 400_000_000
COLONNES_MAX = 2_000
LIGNES_MAX = 1_500_000
CASES_MAX = 20_000_000
"""D’un Parquet, que quelques octets suffisent à remplir."""
TEXTE_MAX = 32_767
"""Caractères d’une case, comme dans Excel."""
_LIGNES_DE_TITRE = 12
"""Dans un classeur, l'en-tête peut suivre quelques lignes de titre."""
_NI_TEXTE = re.compile("[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")
_SANS_RESULTAT = re.compile(rb"<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
"""Une formule que le logiciel qui l'a écrite n'a jamais calculée : sa case se lirait vide."""


@dataclass(frozen=True)
class Tableau:
    """Une table telle qu'elle est écrite : l'en-tête, puis (numéro de ligne, cellules) ; aucune ligne vide.

    `feuille` : le nom de l'onglet d'un classeur, vide pour les autres fichiers. `debordantes` : les numéros des lignes
    qui ont plus de cellules que l'en-tête (un séparateur dans un libellé, souvent) ; elles ne sont pas dans `lignes`.
    """

    entete: tuple[str, ...]
    lignes: tuple[tuple[int, tuple[str, ...]], ...]
    feuille: str = ""
    debordantes: tuple[int, ...] = ()

    def place(self, *noms: str) -> int | None:
        """La place de la première colonne qui porte l'un de ces noms, sans égard à la casse ; None si aucune."""
        plats = [nom.casefold() for nom in self.entete]
        return next((plats.index(nom.casefold()) for nom in noms if nom.casefold() in plats), None)


def lire_tableaux(octets: bytes, nom: str) -> Iterable[Tableau]:
    """Les tables d'un fichier, une seule pour un CSV ; lève `ErreurImport` si le fichier ne peut pas être lu."""
    if not octets:
        raise ErreurImport(f"« {nom} » est vide.")
    if len(octets) > TAILLE_MAX:
        raise ErreurImport(
            f"« {nom} » pèse plus que les {TAILLE_MAX // 1_000_000} Mo admis. "
            "Gardez le seul onglet ou les seuls territoires utiles."
        )
    if octets.startswith(b"PK\x03\x04"):
        return _archive(octets, nom)
    if octets.startswith(b"PAR1"):
        return [_parquet(octets, nom)]
    if octets.startswith(b"\xd0\xcf\x11\xe0"):
        raise ErreurImport(f"« {nom} » est un ancien classeur .xls : enregistrez-le au format .xlsx ou CSV.")
    if octets.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return [_json(octets, nom)]
    return _csv(octets, nom)


def _csv(octets: bytes, nom: str) -> Iterator[Tableau]:
    """La table d'un CSV ; son en-tête est la première ligne, ou celle qui suit des lignes de titre à une seule case."""
    texte = _texte(octets, nom)
    premieres = texte.split("\n", _LIGNES_DE_TITRE)[:_LIGNES_DE_TITRE]
    separateur = max(";,\t|", key=premieres[0].count)
    if not premieres[0].count(separateur):
        separateur = max(";,\t|", key=lambda signe: max(ligne.count(signe) for ligne in premieres))
    # strict : un guillemet jamais fermé avalerait les lignes suivantes sans rien dire
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur, strict=True)
    try:
        entete = next(lecteur, [])
        if len(entete) > COLONNES_MAX:
            raise ErreurImport(f"« {nom} » a {len(entete)} colonnes ; {COLONNES_MAX} sont admises.")
        lignes, numero = [], lecteur.line_num
        for cellules in lecteur:
            if any(cellules):
                lignes.append((numero + 1, tuple(cellule.strip() for cellule in cellules)))
            numero = lecteur.line_num
            if len(lignes) > LIGNES_MAX:
                raise _trop_long(nom)
    except csv.Error as erreur:
        raise ErreurImport(f"« {nom} » n'est pas un CSV lisible vers la ligne {lecteur.line_num} ({erreur}).") from None
    if sum(map(bool, map(str.strip, entete))) < 2:
        titres = (k for k, (_, cellules) in enumerate(lignes[:_LIGNES_DE_TITRE]) if sum(map(bool, cellules)) >= 2)
        if (k := next(titres, None)) is not None:
            entete, lignes = list(lignes[k][1]), lignes[k + 1 :]
    yield _tableau(entete, lignes)


def _json(octets: bytes, nom: str) -> Tableau:
    """Une liste d'objets plats, ou un objet d'objets (sa clé est la colonne « cle ») ; la ligne est le rang."""
    try:
        lu = json.loads(octets.decode("utf-8-sig"))
    except (ValueError, RecursionError) as erreur:
        raise ErreurImport(f"« {nom} » n'est pas un fichier JSON lisible.") from erreur
    if isinstance(lu, dict) and lu and all(isinstance(valeur, dict) for valeur in lu.values()):
        lu = [{"cle": cle, **valeur} for cle, valeur in lu.items()]
    if not isinstance(lu, list) or not lu or not all(isinstance(objet, dict) for objet in lu):
        raise ErreurImport(f"« {nom} » est un fichier JSON qui n'est pas une table : attendu une liste d'objets.")
    noms = list(dict.fromkeys(str(cle) for objet in lu for cle in objet))
    if len(noms) > COLONNES_MAX or len(lu) * len(noms) > CASES_MAX:
        raise ErreurImport(f"« {nom} » a {len(lu)} lignes et {len(noms)} colonnes : il est refusé.")
    simples = (str, int, float)
    lignes = [
        (rang, tuple(_cellule(objet.get(cle) if isinstance(objet.get(cle), simples) else None) for cle in noms))
        for rang, objet in enumerate(lu, start=1)
    ]
    return _tableau(noms, lignes)


def _archive(octets: bytes, nom: str) -> Iterator[Tableau]:
    """Un classeur, ou le zip d'un producteur : chacun des fichiers qu'il contient."""
    for membre, contenu in membres(octets, nom):
        if membre == nom:
            yield from _classeur(octets, nom)
        elif not membre.lower().endswith(".zip"):
            yield from lire_tableaux(contenu, membre)


def _texte(octets: bytes, nom: str) -> str:
    """Le texte : UTF-8 avec ou sans BOM, UTF-16 avec BOM, à défaut l'encodage d'Excel sous Windows."""
    marque = octets.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodages = ["utf-16"] if marque else ["utf-8-sig", "cp1252"]
    for encodage in encodages:
        try:
            texte = octets.decode(encodage)
        except UnicodeDecodeError:
            continue
        if "\0" not in texte:
            return texte
    raise ErreurImport(
        f"« {nom} » n'est pas un fichier texte : attendu un CSV, un classeur .xlsx ou un fichier Parquet."
    )


def _classeur(octets: bytes, nom: str) -> Iterator[Tableau]:
    """Les tables d'un classeur, une à une : un onglet donne une table par ligne qui peut être son en-tête."""
    import openpyxl  # ici et non en tête : 150 ms de chargement que les autres formats n'ont pas à payer

    try:
        archive = zipfile.ZipFile(io.BytesIO(octets))
        if "xl/workbook.xml" not in archive.namelist():
            raise ErreurImport(f"« {nom} » est une archive, pas un classeur : décompressez-la et déposez le fichier.")
        depliee = sum(membre.file_size for membre in archive.infolist())
        if depliee > TAILLE_DEPLIEE_MAX:
            raise ErreurImport(f"« {nom} » se déplie en {depliee // 1_000_000} Mo : il est refusé.")
        feuilles = [n for n in archive.namelist() if n.startswith("xl/worksheets/") and n.endswith(".xml")]
        if any(_SANS_RESULTAT.search(archive.read(feuille)) for feuille in feuilles):
            raise ErreurImport(
                f"« {nom} » contient des formules qui n'ont jamais été calculées : ouvrez-le dans votre tableur, "
                "enregistrez-le, puis recommencez."
            )
        classeur = openpyxl.load_workbook(io.BytesIO(octets), read_only=True, data_only=True)
        onglets = [(feuille.title, _lignes(feuille, nom)) for feuille in classeur.worksheets]
    except ErreurImport:
        raise
    except Exception as erreur:  # openpyxl lève tout ce que zipfile, expat et ses propres lecteurs savent lever
        raise ErreurImport(f"« {nom} » n'est pas un classeur .xlsx lisible ({type(erreur).__name__}).") from erreur
    if not any(lignes for _, lignes in onglets):
        raise ErreurImport(f"« {nom} » ne contient aucune table.")
    for titre, lignes in onglets:
        for k, (_, cellules) in enumerate(lignes[:_LIGNES_DE_TITRE]):
            if sum(map(bool, cellules)) >= 2:
                yield _tableau(cellules, lignes[k + 1 :], titre)


def _lignes(feuille: object, nom: str) -> list[tuple[int, tuple[str, ...]]]:
    """Les lignes non vides d'un onglet."""
    lignes: list[tuple[int, tuple[str, ...]]] = []
    for numero, cellules in enumerate(feuille.iter_rows(values_only=True), start=1):  # type: ignore[attr-defined]
        if len(cellules) > COLONNES_MAX:
            raise ErreurImport(f"« {nom} » a {len(cellules)} colonnes ; {COLONNES_MAX} sont admises.")
        textes = tuple(_cellule(valeur) for valeur in cellules)
        if any(textes):
            lignes.append((numero, textes))
        if len(lignes) > LIGNES_MAX:
            raise _trop_long(nom)
    return lignes


def _cellule(valeur: object) -> str:
    """Le texte d'une cellule typée : un entier sans décimale (« 200072460 », jamais « 200072460.0 »)."""
    if valeur is None or valeur != valeur:  # le NaN de pandas est une case vide
        return ""
    if isinstance(valeur, float) and valeur.is_integer():
        return str(int(valeur))
    texte = _NI_TEXTE.sub(" ", str(valeur)).strip()
    if len(texte) > TEXTE_MAX:
        raise ErreurImport(f"Une case commence par « {texte[:40]}… » et fait {len(texte)} caractères : c'est trop.")
    return texte


def _parquet(octets: bytes, nom: str) -> Tableau:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        fichier = pq.ParquetFile(io.BytesIO(octets))
        lignes_annoncees, colonnes_annoncees = fichier.metadata.num_rows, fichier.metadata.num_columns
        if colonnes_annoncees > COLONNES_MAX or lignes_annoncees * max(colonnes_annoncees, 1) > CASES_MAX:
            raise ErreurImport(
                f"« {nom} » a {lignes_annoncees} lignes et {colonnes_annoncees} colonnes : il est refusé."
            )
        table = fichier.read()
        lignes = zip(*(colonne.to_pylist() for colonne in table.columns), strict=True)
        numerotees = [(n, tuple(map(_cellule, cellules))) for n, cellules in enumerate(lignes, start=1)]
    except (pa.ArrowException, OSError, ValueError) as erreur:
        raise ErreurImport(f"« {nom} » n'est pas un fichier Parquet lisible.") from erreur
    return _tableau(table.column_names, numerotees)


def _tableau(
    entete: list[str] | tuple[str, ...], lignes: list[tuple[int, tuple[str, ...]]], feuille: str = ""
) -> Tableau:
    """Sans les colonnes sans nom de la fin (Insee en écrit jusqu'à 993)."""
    noms = [nom.strip() for nom in entete]
    while noms and not noms[-1]:
        noms.pop()
    n = len(noms)
    tenues = [(numero, cellules) for numero, cellules in lignes if not any(cellules[n:])]
    completes = tuple((numero, (cellules + ("",) * (n - len(cellules)))[:n]) for numero, cellules in tenues)
    debordantes = tuple(numero for numero, cellules in lignes if any(cellules[n:]))
    return Tableau(tuple(noms), completes, feuille, debordantes)


def _trop_long(nom: str) -> ErreurImport:
    return ErreurImport(f"« {nom} » a plus de {nombre(LIGNES_MAX)} lignes : gardez les seuls territoires utiles.")
