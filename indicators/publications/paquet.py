"""Le paquet de données : CSV, Parquet, base DuckDB, `LISEZ-MOI.md` et `datapackage.json`, écrits d'un bloc."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from .. import entrepot_paquet
from ..construction import DOSSIER_DONNEES, assurer
from ..entrepot import Entrepot
from ..erreurs import ErreurObservatoire
from ..tableur import cellule, nombre_csv, octets_csv
from . import paquet_description as description

_RACINE = Path(__file__).resolve().parents[2]
_DICTIONNAIRE = DOSSIER_DONNEES / "LISEZ-MOI.md"
_MESURES = ("valeur", "borne_inf", "borne_sup")


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
    commande.add_argument("--remplacer", action="store_true", help="remplace un paquet déjà écrit dans ce dossier")
    commande.add_argument("--donnees", type=Path, default=DOSSIER_DONNEES, help="dossier des CSV (défaut : data/)")
    commande.set_defaults(executer=_exporter)


def _exporter(options: argparse.Namespace) -> int:
    codes = None
    if options.territoires is not None:
        codes = [code.strip().upper() for code in options.territoires.split(",") if code.strip()]
    base = assurer(options.donnees)
    if base.erreur:
        raise ErreurObservatoire(f"Rien n'est exporté : la base n'est pas à jour.\n{base.erreur}")
    entrepot = Entrepot(base.chemin)
    try:
        comptes = exporter(entrepot, options.sortie, codes, remplacer=options.remplacer)
    finally:
        entrepot.fermer()
    print(f"Paquet écrit dans « {options.sortie} » : " + ", ".join(f"{n} {nom}" for nom, n in comptes.items()) + ".")
    return 0


def exporter(
    entrepot: Entrepot, sortie: Path, territoires: Sequence[str] | None = None, *, remplacer: bool = False
) -> dict[str, int]:
    """Écrit le paquet dans `sortie` et rend le nombre de lignes de chaque table ; rien n'est écrit à moitié.

    `territoires` : ne garder que les observations de ces codes et des lieux qu'ils contiennent ; les listes de lieux
    et le catalogue restent entiers. Lève `ErreurObservatoire` si le dossier n'est pas libre ou pas accessible.
    """
    if territoires is not None and not territoires:
        raise ErreurObservatoire("Aucun territoire n'est demandé. Donnez des codes, comme EPCI200072460,DEP62.")
    sortie = sortie.absolute()
    _verifier_libre(sortie, remplacer)
    try:
        sortie.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".paquet-", dir=sortie.parent, ignore_cleanup_errors=True) as brouillon:
            neuf = Path(brouillon) / "paquet"
            neuf.mkdir()
            comptes = _ecrire(neuf, entrepot, territoires)
            _mettre_en_place(neuf, sortie, Path(brouillon) / "ancien")
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
    try:
        notre = json.loads((sortie / "datapackage.json").read_bytes())["name"] == description.NOM
    except (OSError, ValueError, KeyError, TypeError):
        notre = False
    if not notre:
        raise ErreurObservatoire(
            f"Le dossier « {sortie} » contient autre chose qu'un paquet de l'observatoire : il n'est pas remplacé. "
            "Donnez un dossier neuf ou vide."
        )


def _mettre_en_place(neuf: Path, sortie: Path, ancien: Path) -> None:
    """Renomme ; un dossier déjà là est mis de côté, et remis si le neuf ne peut pas prendre sa place."""
    if not sortie.exists():
        os.replace(neuf, sortie)
        return
    os.replace(sortie, ancien)
    try:
        os.replace(neuf, sortie)
    except OSError:
        os.replace(ancien, sortie)
        raise


def _ecrire(racine: Path, entrepot: Entrepot, territoires: Sequence[str] | None) -> dict[str, int]:
    texte = _DICTIONNAIRE.read_text("utf-8")
    dictionnaire = description.lire_dictionnaire(texte)
    base = racine / "observatoire.duckdb"
    shutil.copyfile(entrepot.chemin, base)
    entrepot_paquet.preparer(base, description.commentaires(dictionnaire), territoires)
    for dossier in ("csv", "parquet"):
        (racine / dossier).mkdir()
    comptes = {}
    for feuille in entrepot_paquet.FEUILLES:
        table = entrepot_paquet.lire(base, feuille)
        pq.write_table(table, racine / "parquet" / f"{feuille}.parquet")
        (racine / "csv" / f"{feuille}.csv").write_bytes(_csv(table))
        comptes[feuille] = table.num_rows
    perimetre = f"{comptes['observations']} observations, pour tous les territoires."
    if territoires is not None:
        perimetre = (
            f"{comptes['observations']} observations, pour {', '.join(territoires)} et les lieux qu'ils contiennent."
        )
    lisez_moi = description.lisez_moi(texte, dictionnaire, entrepot.catalogue, comptes, perimetre)
    (racine / "LISEZ-MOI.md").write_text(lisez_moi, "utf-8", newline="\n")
    descripteur = description.datapackage(racine, entrepot.catalogue, dictionnaire, _version(entrepot), perimetre)
    (racine / "datapackage.json").write_text(json.dumps(descripteur, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return comptes


def _csv(table: pa.Table) -> bytes:
    """Une table pour Excel en français : les mesures avec leurs décimales imprimées, les autres nombres en entier."""

    def ecrite(nom: str, ligne: dict[str, object]) -> object:
        valeur = ligne[nom]
        if isinstance(valeur, str):
            return cellule(valeur)
        if isinstance(valeur, float):
            if nom in _MESURES:
                return nombre_csv(valeur, ligne["decimales"])
            return f"{valeur:.15g}".replace(".", ",")
        return valeur

    lignes = table.to_pylist()
    return octets_csv([table.column_names, *([ecrite(nom, ligne) for nom in table.column_names] for ligne in lignes)])


def _version(entrepot: Entrepot) -> str:
    """La version du programme et l'empreinte des données, qui change avec le moindre chiffre."""
    projet = tomllib.loads((_RACINE / "pyproject.toml").read_text("utf-8"))["project"]
    return f"{projet['version']}+{entrepot.chemin.stem.removeprefix('observatoire-')}"
