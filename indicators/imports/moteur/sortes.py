"""La sorte d'un fichier déposé, à ses premiers octets, et quoi faire de celles qui ne se lisent pas ici."""

from __future__ import annotations

import io
import re
import zipfile

from indicators.imports.moteur.tableau import TAILLE_MAX
from indicators.socle.erreurs import ErreurImport

_OLE = b"\xd0\xcf\x11\xe0"
_CARTE = "exportez-le en GeoJSON (WGS84, EPSG:4326)"
_ETRANGERS = tuple(
    (re.compile(debut, re.IGNORECASE | re.DOTALL), phrase)
    for debut, phrase in (
        (rb"%PDF-", "est un PDF : demandez à son producteur les données, en CSV ou en classeur"),
        (rb"SQLite format 3", f"est un GeoPackage ou une base SQLite : {_CARTE}, ou sa table en CSV"),
        (rb"\0\0'\n", f"est un Shapefile : {_CARTE}"),
        (rb"Rar!", "est une archive .rar : décompressez-la et déposez le fichier"),
        (rb"7z\xbc\xaf", "est une archive .7z : décompressez-la et déposez le fichier"),
        (rb"\x00\x01\x00\x00Standard (Jet|ACE)", "est une base Access : exportez sa table en .xlsx ou CSV"),
        (rb"\s*(<\?xml[^>]*>)?\s*<office:document", "est un OpenDocument à plat : enregistrez-le en .ods ou CSV"),
        (rb"\s*(<\?xml[^>]*>)?\s*<kml", f"est un KML : {_CARTE}"),
        (rb"\s*<\?xml.{,300}Excel\.Sheet", "est un classeur XML de 2003 : enregistrez-le au format .xlsx ou CSV"),
        (rb"\s*<(!doctype html|html)", "est une page web : ouvrez-la dans un tableur, enregistrez-la en .xlsx ou CSV"),
    )
)
"""Comment commencent les fichiers que l'on dépose et qui ne se lisent pas ici, et quoi faire de chacun."""


def refuser(octets: bytes, nom: str) -> None:
    """Lève `ErreurImport` pour ce qui ne se lit pas, en disant ce que c'est et quoi en faire."""
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


def _ancien(octets: bytes, nom: str) -> str:
    """Un fichier OLE : un .xls d'avant 2007, ou un .xlsx chiffré par un mot de passe."""
    if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in octets:
        return (
            f"« {nom} » est protégé par un mot de passe : ouvrez-le, retirez le mot de passe "
            "(Fichier, Informations, Protéger le classeur), enregistrez-le, puis recommencez."
        )
    return f"« {nom} » est un ancien classeur .xls : enregistrez-le au format .xlsx ou CSV."


def est_du_json(octets: bytes) -> bool:
    """Vrai si ces octets commencent comme un objet ou une liste JSON (« \\x1e » : une suite d'entités GeoJSON)."""
    return octets.lstrip(b"\xef\xbb\xbf \t\r\n\x1e")[:1] in (b"{", b"[")


def est_un_classeur(octets: bytes) -> bool:
    """Vrai si cette archive est un classeur, lisible ou non : .xlsx, .xlsb, .ods."""
    try:
        noms = set(zipfile.ZipFile(io.BytesIO(octets)).namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return True
    return bool(noms & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"})


def est_une_archive(octets: bytes) -> bool:
    """Vrai pour un zip qui n'est pas un classeur : celui d'un producteur."""
    return octets.startswith(b"PK\x03\x04") and not est_un_classeur(octets)


def est_du_texte(octets: bytes) -> bool:
    """Vrai pour ce qui ne peut être qu'un CSV."""
    return not (octets.startswith((b"PK\x03\x04", b"PAR1")) or est_du_json(octets))
