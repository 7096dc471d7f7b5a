"""Le paquet de données : CSV, Parquet, base DuckDB, `LISEZ-MOI.md` et `datapackage.json`, écrits d'un bloc."""

from __future__ import annotations

import argparse
import codecs
import json
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from indicators.base import paquet as questions
from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES, assurer
from indicators.donnees.dictionnaire import option_donnees
from indicators.donnees.lecture import decimales_imprimees
from indicators.publications import paquet_description as description
from indicators.socle import mise_en_place
from indicators.socle.brouillons import brouillon
from indicators.socle.erreurs import ErreurObservatoire
from indicators.socle.interruption import d_un_geste
from indicators.socle.nombres import ecrire, nombre
from indicators.socle.tableur import cellule, nombre_csv, octets_csv

_RACINE = Path(__file__).resolve().parents[2]
_DICTIONNAIRE = DOSSIER_DONNEES / "LISEZ-MOI.md"
_MESURES = ("valeur", "borne_inf", "borne_sup")
_BASE = "observatoire.duckdb"
_LIGNES_CSV = 20_000
"""Lignes de CSV écrites à la fois : un objet Python par cellule, c'est ce qui pèse."""

LIGNES_TABLEUR = 1_048_576
"""Les lignes d'une feuille d'Excel ou de LibreOffice, en-tête compris."""


def declarer(commandes: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Ajoute la commande `exporter` à l'analyseur."""
    commande = commandes.add_parser(
        "exporter", help="écrit le paquet de données : CSV, Parquet, DuckDB, datapackage.json"
    )
    commande.add_argument("--sortie", type=Path, required=True, metavar="DOSSIER", help="dossier à écrire")
    commande.add_argument(
        "--territoires",
        help="seulement les observations de ces codes et de ce qu'ils contiennent : EPCI200072460,DEP62",
    )
    commande.add_argument(
        "--formats",
        help=f"parmi {','.join(description.FORMATS)} (défaut : tous, si un tableur peut ouvrir le CSV) ; "
        "parquet,duckdb à l'échelle de la France",
    )
    commande.add_argument("--remplacer", action="store_true", help="remplace un paquet déjà écrit dans ce dossier")
    option_donnees(commande, DOSSIER_DONNEES)
    commande.set_defaults(executer=_exporter)


def _exporter(options: argparse.Namespace) -> int:
    codes, formats = (
        None if brut is None else [mot for mot in map(str.strip, brut.split(",")) if mot]
        for brut in (options.territoires, options.formats)
    )
    codes = codes and [code.upper() for code in codes]
    base = assurer(options.donnees)
    if base.erreur:
        raise ErreurObservatoire(f"Rien n'est exporté : la base n'est pas à jour.\n{base.erreur}")
    ouverte = Base(base.chemin)
    try:
        comptes = exporter(ouverte, options.sortie, codes, remplacer=options.remplacer, formats=formats)
    finally:
        ouverte.fermer()
    print(f"Paquet écrit dans « {options.sortie} » : " + ", ".join(f"{n} {nom}" for nom, n in comptes.items()) + ".")
    return 0


def exporter(
    ouverte: Base,
    sortie: Path,
    territoires: Sequence[str] | None = None,
    *,
    remplacer: bool = False,
    formats: Sequence[str] | None = None,
) -> dict[str, int]:
    """Écrit le paquet dans `sortie` et rend le nombre de lignes de chaque table ; rien n'est écrit à moitié.

    `territoires` : ne garder que les observations de ces codes et des lieux qu'ils contiennent ; les listes de lieux
    et le catalogue restent entiers. `formats` : tous par défaut, et alors un CSV qu'aucun tableur n'ouvrirait est
    refusé. Lève `ErreurObservatoire` si le dossier n'est pas libre ou pas accessible.
    """
    if territoires is not None and not territoires:
        raise ErreurObservatoire("Aucun territoire n'est demandé. Donnez des codes, comme EPCI200072460,DEP62.")
    inconnus = sorted(set(formats or ()) - set(description.FORMATS))
    if inconnus or (formats is not None and not {"csv", "parquet"}.intersection(formats)):
        raise ErreurObservatoire(
            (f"Format inconnu : {', '.join(inconnus)}. " if inconnus else "Le paquet n'aurait aucune table. ")
            + f"Donnez csv ou parquet, ou les deux, parmi {','.join(description.FORMATS)}."
        )
    sortie = sortie.absolute()
    try:
        mise_en_place.reprendre(sortie)
        _verifier_libre(sortie, remplacer)
        sortie.parent.mkdir(parents=True, exist_ok=True)
        with brouillon(".paquet-", sortie.parent) as ici:
            neuf = ici / "paquet"
            neuf.mkdir()
            comptes = _ecrire(neuf, ouverte, territoires, formats)
            with d_un_geste(f"le paquet est dans « {sortie} »"):
                mise_en_place.remplacer(neuf, sortie, _notre)
    except OSError as erreur:
        raise ErreurObservatoire(
            f"Le paquet ne peut pas être écrit dans « {sortie} » ({erreur.strerror or erreur})."
        ) from erreur
    return comptes


def _verifier_libre(sortie: Path, remplacer: bool) -> None:
    if not sortie.exists():
        return
    if not sortie.is_dir():
        raise ErreurObservatoire(f"« {sortie} » est un fichier. Donnez un dossier neuf ou vide.")
    if not any(sortie.iterdir()):
        return
    if not remplacer:
        raise ErreurObservatoire(
            f"Le dossier « {sortie} » n'est pas vide. Donnez un dossier neuf ou vide, ou ajoutez --remplacer."
        )
    if not _notre(sortie):
        raise ErreurObservatoire(
            f"Le dossier « {sortie} » contient autre chose qu'un paquet de l'observatoire : il n'est pas remplacé. "
            "Donnez un dossier neuf ou vide."
        )


def _notre(dossier: Path) -> set[str]:
    """Les fichiers de ce dossier que le paquet y a écrits ; aucun si ce n'en est pas un."""
    try:
        lu = json.loads((dossier / "datapackage.json").read_bytes())
        if lu["name"] != description.NOM:
            return set()
        ressources = {str(ressource["path"]) for ressource in lu["resources"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {"datapackage.json", "LISEZ-MOI.md", _BASE} | ressources


def _ecrire(
    racine: Path, ouverte: Base, territoires: Sequence[str] | None, demandes: Sequence[str] | None
) -> dict[str, int]:
    texte = _DICTIONNAIRE.read_text("utf-8")
    base = racine / _BASE
    questions.copier(ouverte.chemin, base)
    questions.preparer(base, description.commentaires(), territoires)
    if demandes is None:
        _verifier_tableur(questions.compter(base))
    formats = tuple(f for f in description.FORMATS if demandes is None or f in demandes)
    for dossier in {"csv", "parquet"}.intersection(formats):
        (racine / dossier).mkdir()
    comptes = {
        feuille: _ecrire_table(racine, feuille, questions.lire(base, feuille), formats)
        for feuille in questions.FEUILLES
    }
    if "duckdb" not in formats:
        base.unlink()
    perimetre = f"{comptes['observations']} observations, pour tous les territoires."
    if territoires is not None:
        perimetre = (
            f"{comptes['observations']} observations, pour {', '.join(territoires)} et les lieux qu'ils contiennent."
        )
    lisez_moi = description.lisez_moi(texte, ouverte.catalogue, comptes, perimetre, formats)
    (racine / "LISEZ-MOI.md").write_text(lisez_moi, "utf-8", newline="\n")
    descripteur = description.datapackage(racine, ouverte.catalogue, _version(ouverte), perimetre, formats)
    (racine / "datapackage.json").write_text(json.dumps(descripteur, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return comptes


def _verifier_tableur(observations: int) -> None:
    if observations >= LIGNES_TABLEUR:
        raise ErreurObservatoire(
            f"Rien n'est exporté : {nombre(observations)} observations, et un tableur n'ouvre pas un CSV de plus de "
            f"{nombre(LIGNES_TABLEUR)} lignes. Ajoutez --formats parquet,duckdb ; ou --territoires pour une partie ; "
            f"ou --formats {','.join(description.FORMATS)} si c'est bien ce CSV que vous voulez."
        )


def _ecrire_table(racine: Path, feuille: str, morceaux: Iterator[pa.Table], formats: Sequence[str]) -> int:
    """Écrit une table dans les formats demandés, à mesure qu'elle est lue ; rend son nombre de lignes."""
    lignes = 0
    with ExitStack() as ouverts:
        parquet, csv = None, None
        for table in morceaux:
            if "parquet" in formats:
                if parquet is None:
                    chemin = racine / "parquet" / f"{feuille}.parquet"
                    parquet = ouverts.enter_context(pq.ParquetWriter(chemin, table.schema))
                parquet.write_table(table)
            if "csv" in formats:
                if csv is None:
                    csv = ouverts.enter_context((racine / "csv" / f"{feuille}.csv").open("wb"))
                    csv.write(octets_csv([table.column_names]))
                for debut in range(0, table.num_rows, _LIGNES_CSV):
                    csv.write(_csv(table.slice(debut, _LIGNES_CSV)))
            lignes += table.num_rows
    return lignes


def _csv(table: pa.Table) -> bytes:
    """Des lignes pour Excel en français : une mesure a les décimales que l'on montre, et toutes les siennes."""

    def ecrite(nom: str, ligne: dict[str, Any]) -> object:
        valeur = ligne[nom]
        if isinstance(valeur, str):
            return cellule(valeur)
        if isinstance(valeur, float):
            if nom in _MESURES:
                return nombre_csv(valeur, max(ligne["decimales"], decimales_imprimees(ecrire(valeur))))
            return ecrire(valeur)
        return valeur

    lignes = ([ecrite(nom, ligne) for nom in table.column_names] for ligne in table.to_pylist())
    return octets_csv(lignes).removeprefix(codecs.BOM_UTF8)  # celui du fichier est avec son en-tête


def _version(ouverte: Base) -> str:
    """La version du programme et l'empreinte des données, qui change avec le moindre chiffre."""
    projet = tomllib.loads((_RACINE / "pyproject.toml").read_text("utf-8"))["project"]
    return f"{projet['version']}+{ouverte.chemin.stem.removeprefix('observatoire-')}"
