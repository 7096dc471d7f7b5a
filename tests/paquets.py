"""Lire un paquet comme un outil du dehors : Frictionless, pyarrow."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
from frictionless import Package, validate


def fautes(dossier: Path) -> list[list[object]]:
    rapport = validate(str(dossier / "datapackage.json"))
    return rapport.flatten(["title", "type", "rowNumber", "fieldName", "message"])


def en_csv(dossier: Path, feuille: str) -> list[dict[str, object]]:
    """Ce que lit un outil Frictionless, d'après le schéma."""
    return [ligne.to_dict() for ligne in Package(str(dossier / "datapackage.json")).get_resource(feuille).read_rows()]


def en_parquet(dossier: Path, feuille: str) -> list[dict[str, object]]:
    return pq.read_table(dossier / "parquet" / f"{feuille}.parquet").to_pylist()


def choisir(lignes: list[dict[str, object]], **criteres: object) -> dict[str, object]:
    (ligne,) = [li for li in lignes if all(li[c] == v for c, v in criteres.items())]
    return ligne
