"""Ce qui décrit le paquet : `datapackage.json` et `LISEZ-MOI.md`, déduits du dictionnaire et du catalogue."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from indicators.base.paquet import FEUILLES, colonnes
from indicators.donnees import dictionnaire
from indicators.donnees.schema import CLES, Colonne
from indicators.donnees.schema import FEUILLES as SCHEMA
from indicators.socle.catalogue import Catalogue

NOM = "observatoire-des-quartiers"
TITRE = "Observatoire des quartiers — paquet de données"
FORMATS = ("csv", "parquet", "duckdb")
"""Ce que le paquet peut contenir ; les tables sont en CSV, en Parquet, ou les deux."""
_LICENCE = {
    "name": "etalab-2.0",
    "title": "Licence Ouverte / Open Licence version 2.0 (Etalab)",
    "path": "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf",
}
_TYPES = {"INTEGER": "integer", "DOUBLE": "number", "VARCHAR": "string"}
_DIALECTE = {"delimiter": ";", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\r\n", "header": True}
_APOSTROPHE = "CSV : un texte qui commencerait comme une formule de tableur (= + - @) porte une apostrophe devant."


def commentaires() -> dict[str, str]:
    """Les commentaires de la base du paquet : une table, une vue, une colonne."""
    dits = {"observations_lisibles": f"Une ligne : {SCHEMA['observations'].ligne}, les noms à côté des codes."}
    for nom in FEUILLES:
        dits[nom] = f"Une ligne : {SCHEMA[nom].ligne}. Clé : {', '.join(CLES[nom])}."
        dits |= {f"{nom}.{colonne.nom}": _description(colonne) for colonne in SCHEMA[nom].colonnes}
    return dits


def _description(colonne: Colonne) -> str:
    return f"{colonne.contenu}." + ("" if colonne.vide is None else f" Vide : {colonne.vide}.")


def _champ(colonne: Colonne) -> dict[str, Any]:
    contraintes: dict[str, Any] = {"required": True} if colonne.requise else {}
    if colonne.choix:
        contraintes["enum"] = list(colonne.choix)
    if colonne.bornes:
        contraintes |= dict(zip(("minimum", "maximum"), colonne.bornes, strict=True))
    champ: dict[str, Any] = {"name": colonne.nom, "type": _TYPES[colonne.type_sql]}
    if champ["type"] == "number":
        champ["decimalChar"] = ","
    champ["description"] = _description(colonne)
    if contraintes:
        champ["constraints"] = contraintes
    return champ


def schema(feuille: str) -> dict[str, Any]:
    """Le schéma de table (Table Schema) d'une feuille : types, contraintes, clés.

    Une clé dont une colonne peut être vide (l'année d'une observation) n'est pas une clé primaire : c'est `uniqueKeys`.
    """
    lues = colonnes(feuille)
    requises = {colonne.nom for colonne in lues if colonne.requise}
    cle = list(CLES[feuille])
    return {
        "fields": [_champ(colonne) for colonne in lues],
        "missingValues": [""],
        **({"primaryKey": cle} if requises.issuperset(cle) else {"uniqueKeys": [cle]}),
        "foreignKeys": [
            {
                "fields": [colonne.nom],
                "reference": {"resource": "" if colonne.lien == feuille else colonne.lien}
                | {"fields": list(CLES[colonne.lien])},
            }
            for colonne in lues
            if colonne.lien in FEUILLES and not colonne.plusieurs
        ],
    }


def _schema_parquet(feuille: str) -> dict[str, Any]:
    """Le même schéma, sans ce qui ne vaut que pour du texte : la virgule, la cellule vide."""
    decrit = schema(feuille)
    champs = [{cle: dit for cle, dit in champ.items() if cle != "decimalChar"} for champ in decrit["fields"]]
    return {cle: dit for cle, dit in (decrit | {"fields": champs}).items() if cle != "missingValues"}


def _fichier(chemin: Path, racine: Path) -> dict[str, Any]:
    with chemin.open("rb") as ouvert:  # lu par morceaux : la base de la France entière fait plusieurs gigaoctets
        empreinte = hashlib.file_digest(ouvert, "sha256").hexdigest()
    return {
        "path": chemin.relative_to(racine).as_posix(),
        "bytes": chemin.stat().st_size,
        "hash": f"sha256:{empreinte}",
    }


def _autre_fichier(chemin: Path, racine: Path) -> dict[str, Any]:
    return {
        "name": f"{chemin.stem}-{chemin.suffix[1:]}".lower(),
        "type": "file",
        "profile": "data-resource",
        "format": chemin.suffix[1:],
        **_fichier(chemin, racine),
    }


def _tables_csv(racine: Path) -> list[dict[str, Any]]:
    return [
        {
            "name": feuille,
            "title": feuille.capitalize(),
            "description": f"Une ligne : {SCHEMA[feuille].ligne}. {_APOSTROPHE}",
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "dialect": _DIALECTE,
            **_fichier(racine / "csv" / f"{feuille}.csv", racine),
            "schema": schema(feuille),
        }
        for feuille in FEUILLES
    ]


def _tables_parquet(racine: Path) -> list[dict[str, Any]]:
    """Des fichiers, et leur schéma : Frictionless vérifie leur empreinte, pas leurs lignes."""
    return [
        _autre_fichier(racine / "parquet" / f"{feuille}.parquet", racine)
        | {
            "name": feuille,
            "title": feuille.capitalize(),
            "description": f"Une ligne : {SCHEMA[feuille].ligne}.",
            "schema": _schema_parquet(feuille),
        }
        for feuille in FEUILLES
    ]


def datapackage(
    racine: Path,
    catalogue: Catalogue,
    version: str,
    perimetre: str,
    formats: Sequence[str] = FORMATS,
) -> dict[str, Any]:
    """Le descripteur (Data Package v1) de tous les fichiers déjà écrits dans `racine`."""
    autres = [racine / "LISEZ-MOI.md"]
    if "duckdb" in formats:
        autres.insert(0, racine / "observatoire.duckdb")
    if "csv" not in formats:
        tables = _tables_parquet(racine)
    else:
        tables = _tables_csv(racine)
        if "parquet" in formats:
            autres = [*sorted((racine / "parquet").iterdir()), *autres]
    fichiers = [_autre_fichier(chemin, racine) for chemin in autres]
    producteurs = sorted({s.producteur for s in catalogue.sources.values()})
    return {
        "profile": "data-package",
        "name": NOM,
        "title": TITRE,
        "description": f"Chiffres des quartiers et de leurs références, avec année, statut, source, ligne et passage. "
        f"{perimetre} Un chiffre secret, manquant ou sans objet n'a pas de nombre et le dit dans « statut » ; "
        "un chiffre douteux est gardé comme imprimé, la raison est dans « note ».",
        "version": version,
        "created": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "keywords": [
            "quartiers prioritaires",
            "politique de la ville",
            *(t.libelle for t in catalogue.themes.values()),
        ],
        "licenses": [_LICENCE],
        "contributors": [
            {"title": "L'équipe de l'Observatoire des quartiers", "role": "publisher"},
            *({"title": producteur, "role": "author"} for producteur in producteurs),
        ],
        "sources": [
            {"title": f"{s.producteur} — {s.titre}", **({"path": s.url} if s.url else {}), "source": s.source}
            | {"edition": s.edition, "licence": s.licence}
            for s in catalogue.sources.values()
        ],
        "resources": [*tables, *fichiers],
    }


def _dits(formats: Sequence[str]) -> list[str]:
    """Ce que le LISEZ-MOI.md dit de chaque format présent, et du descripteur."""
    textes = {
        "csv": "- **CSV** : pour Excel en français (`;`, virgule décimale, UTF-8 avec BOM, fins de ligne Windows). "
        f"{_APOSTROPHE.removeprefix('CSV : ').capitalize()}",
        "parquet": "- **Parquet** : les mêmes tables, typées ; une cellule vide est null, aucune apostrophe n'est "
        "ajoutée.",
        "duckdb": "- **`observatoire.duckdb`** : les mêmes observations dans la base de l'observatoire, avec la vue "
        "`observations_lisibles` ; les vues, les tables et les colonnes décrites ci-dessous y portent leur commentaire "
        "(`duckdb_views()`, `duckdb_tables()`, `duckdb_columns()`). Le fichier est au format de DuckDB 1.0 : toute "
        "version 1.x ou 2.x l'ouvre.",
    }
    return [
        *(textes[f] for f in formats),
        "- **`datapackage.json`** : schémas, clés, sources, licences, empreintes (`frictionless validate`).",
    ]


def lisez_moi(
    texte: str,
    catalogue: Catalogue,
    comptes: Mapping[str, int],
    perimetre: str,
    formats: Sequence[str] = FORMATS,
) -> str:
    """Le `LISEZ-MOI.md` du paquet : ses fichiers, les règles et les tables du dictionnaire, les sources."""
    gardees = [r for r in dictionnaire.regles(texte) if not r.startswith(("- **Format**", "- **Enregistrer"))]
    licences = sorted({s.licence for s in catalogue.sources.values()})
    lignes = [
        f"# {TITRE}",
        "",
        f"{perimetre} {len(catalogue.indicateurs)} indicateurs, {len(catalogue.sources)} sources.",
        "",
        "## Les fichiers",
        "",
        f"| table ({', '.join(f'`{f}/`' for f in formats if f != 'duckdb')}) | une ligne | lignes |",
        "|---|---|---|",
        *(f"| `{nom}` | {SCHEMA[nom].ligne} | {comptes[nom]} |" for nom in FEUILLES),
        "",
        *_dits(formats),
        "",
        "## Ce qui vaut partout",
        "",
        *gardees,
        "",
        "## Les tables",
        "",
        "`observations` a en plus le nom du territoire, le libellé et l'unité de l'indicateur, le titre et le rang de "
        "la source, et les décimales imprimées.",
        "",
    ]
    for nom in FEUILLES:
        lignes += [dictionnaire.titre(SCHEMA[nom], nom), "", dictionnaire.corps(SCHEMA[nom]), ""]
    lignes += ["## Sources et licences", "", f"{_LICENCE['title']}, sauf mention contraire de la source :", ""]
    for licence in licences:
        lignes += [f"### {licence}", ""]
        lignes += [f"- {s.nom}" for s in catalogue.sources.values() if s.licence == licence] + [""]
    return "\n".join([*lignes, *_anglais(comptes, formats)])


def _anglais(comptes: Mapping[str, int], formats: Sequence[str]) -> Sequence[str]:
    textes = {"csv": "CSV files use `;` and a decimal comma", "parquet": "Parquet files are typed"}
    return (
        "## In English",
        "",
        f"{comptes['observations']} observations on French priority neighbourhoods and the areas they are compared "
        "with, each with its year, status, reliability, source, document line and quoted passage. "
        f"{'; '.join(textes[f] for f in formats if f in textes)}. "
        "Confidential (`secret`), missing (`non_disponible`) and not applicable (`sans_objet`) figures have no number; "
        "zero is a value. Doubtful figures (`douteuse`) are kept as "
        "printed, with the reason in `note`. Licence: Licence Ouverte 2.0 (Etalab) unless the source says otherwise.",
        "",
    )
