"""Un fichier Parquet ou JSON déposé : une seule table, dont les types sont ceux du fichier."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from indicators.imports.moteur.tableau import CASES_MAX, COLONNES_MAX, Onglets, texte_de, une_table
from indicators.socle.erreurs import ErreurImport

_LOT = 10_000
"""Lignes dépliées à la fois."""


def lire_parquet(octets: bytes, nom: str) -> Onglets:
    """La table d'un Parquet ; lève `ErreurImport` s'il est abîmé, imbriqué, ou trop grand une fois déplié."""
    try:
        fichier = pq.ParquetFile(pa.BufferReader(octets))
        imbriquees = [champ.name for champ in fichier.schema_arrow if pa.types.is_nested(champ.type)]
        if imbriquees:
            raise ErreurImport(
                f"« {nom} » a des colonnes imbriquées ({', '.join(imbriquees[:5])}) : attendu une valeur par case."
            )
        lignes, colonnes = fichier.metadata.num_rows, fichier.metadata.num_columns
        if colonnes > COLONNES_MAX or lignes * max(colonnes, 1) > CASES_MAX:
            raise ErreurImport(f"« {nom} » a {lignes} lignes et {colonnes} colonnes : il est refusé.")
        textes: dict[str, str] = {}  # « 62 », « 2018 », « s » reviennent des milliers de fois
        numerotees = [
            (n, tuple(textes.setdefault(texte, texte) for texte in map(texte_de, cellules)))
            for n, cellules in enumerate(_rangees(fichier), start=1)
        ]
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError) as erreur:
        raise ErreurImport(f"« {nom} » n'est pas un fichier Parquet lisible.") from erreur
    return Onglets({"": une_table(fichier.schema_arrow.names, numerotees)}, {}, {"": lignes})


def _rangees(fichier: pq.ParquetFile) -> Iterator[tuple[object, ...]]:
    for lot in fichier.iter_batches(batch_size=_LOT, use_threads=False):
        yield from zip(*(colonne.to_pylist() for colonne in lot.columns), strict=True)


def lire_json(octets: bytes, nom: str) -> Onglets:
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
    lignes = [(rang, tuple(_texte_json(objet.get(cle)) for cle in noms)) for rang, objet in enumerate(lu, start=1)]
    return Onglets({"": une_table(noms, lignes)}, {}, {"": len(lignes)})


def _texte_json(valeur: object) -> str:
    """Un nombre ou un texte ; d'une liste de codes, ou d'objets à code (les membres d'un groupement), ces codes."""
    if isinstance(valeur, list) and all(isinstance(v, str) for v in valeur):
        return texte_de(",".join(valeur))
    if isinstance(valeur, list) and all(isinstance(v, dict) and isinstance(v.get("code"), str) for v in valeur):
        return texte_de(",".join(v["code"] for v in valeur))
    return texte_de(valeur if isinstance(valeur, str | int | float) else None)
