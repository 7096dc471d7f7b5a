"""Les archives telles que les producteurs les publient : un zip de CSV, un paquet .tgz, un .gz ; dépliées bornées."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterator

from indicators.socle.erreurs import ErreurImport

DEPLIE_MAX = 400_000_000
"""Octets d'une archive une fois dépliée."""
MEMBRES_MAX = 500
"""Fichiers d'une archive : le plus gros paquet d'un producteur en a cent un."""
LUS = (".csv", ".parquet", ".xlsx", ".json", ".geojson", ".txt")
"""Les fins de noms des membres que l'on ouvre ; les autres sont laissés."""

_ETRANGERES = (
    (".shp", "un Shapefile : exportez-le en GeoJSON (WGS84, EPSG:4326)"),
    (".iwa", "un document Numbers : exportez-le en Excel (.xlsx) ou en CSV"),
    ("word/document.xml", "un document Word : copiez sa table dans un classeur, ou demandez les données"),
    ("ppt/presentation.xml", "un diaporama PowerPoint : demandez les données à son auteur"),
)
"""Les archives qui sont un document, à la fin du nom de l'un de leurs fichiers, et quoi en faire."""


def membres(octets: bytes, nom: str) -> Iterator[tuple[str, bytes]]:
    """Les fichiers d'une archive, chacun avec son nom ; le fichier lui-même si ce n'en est pas une.

    Lève `ErreurImport` si elle est abîmée, se déplie au-delà de `DEPLIE_MAX`, a plus de `MEMBRES_MAX` fichiers, ou si
    c'est un document d'une autre sorte.
    """
    try:
        if octets.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(octets)) as archive:
                if "xl/workbook.xml" in archive.namelist():
                    yield nom, octets
                    return
                noms = [lu.lower() for lu in archive.namelist()]
                for fin, phrase in _ETRANGERES:
                    if any(lu.endswith(fin) for lu in noms):
                        raise ErreurImport(f"« {nom} » est {phrase}.")
                _borner(nom, sum(membre.file_size for membre in archive.infolist()), len(archive.infolist()))
                for membre in sorted(archive.infolist(), key=lambda m: m.filename):
                    if membre.filename.lower().endswith(LUS):
                        yield membre.filename, archive.read(membre)
        elif octets.startswith(b"\x1f\x8b") and nom.lower().endswith((".tgz", ".tar.gz")):
            with tarfile.open(fileobj=io.BytesIO(octets), mode="r:gz") as paquet:
                siens = sorted((m for m in paquet.getmembers() if m.isfile()), key=lambda m: m.name)
                _borner(nom, sum(membre.size for membre in siens), len(siens))
                for piece in siens:
                    if piece.name.lower().endswith(LUS) and (flux := paquet.extractfile(piece)):
                        yield piece.name, flux.read()
        elif octets.startswith(b"\x1f\x8b"):
            with gzip.open(io.BytesIO(octets)) as flux_gz:
                deplie = flux_gz.read(DEPLIE_MAX + 1)
            _borner(nom, len(deplie))
            yield nom.removesuffix(".gz"), deplie
        else:
            yield nom, octets
    except (zipfile.BadZipFile, tarfile.TarError, OSError, EOFError, RuntimeError, NotImplementedError) as erreur:
        raise ErreurImport(f"« {nom} » est une archive abîmée ou chiffrée ({type(erreur).__name__}).") from erreur


def _borner(nom: str, taille: int, nombre: int = 1) -> None:
    if nombre > MEMBRES_MAX:
        raise ErreurImport(f"« {nom} » contient {nombre} fichiers : gardez les seuls utiles ({MEMBRES_MAX} au plus).")
    if taille > DEPLIE_MAX:
        raise ErreurImport(f"« {nom} » se déplie au-delà de {DEPLIE_MAX // 1_000_000} Mo : il est refusé.")
