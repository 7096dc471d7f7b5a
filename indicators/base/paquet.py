"""Le SQL du paquet de données : documenter une copie de la base, la restreindre, en lire chaque table.

Rien n'est lu ni écrit dans la base en service : tout se passe dans une copie, qui devient celle du paquet. Les
observations se lisent par lots de territoires entiers : la mémoire est celle d'un lot, pour 20 000 lignes comme pour
65 millions. `COPY … TO` n'irait pas plus vite : sans `ORDER BY` les lignes sortent mêlées, avec il trie tout d'un bloc.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa

from indicators.base import ecriture
from indicators.donnees.schema import COLONNES, Colonne, Genre
from indicators.donnees.schema import FEUILLES as SCHEMA
from indicators.socle.erreurs import TerritoireInconnu

_LISIBLES = {
    "territoire_nom": ("territoires", "nom"),
    "indicateur_libelle": ("indicateurs", "libelle"),
    "unite": ("indicateurs", "unite"),
    "source_titre": ("sources", "titre"),
    "rang": ("sources", "rang"),
}
"""Ce qui s'ajoute aux colonnes des observations et vient d'une autre feuille : un nom à côté de chaque code."""

FEUILLES = (
    *("observations", "territoires", "appartenances", "filiations"),
    *("themes", "unites", "bailleurs", "indicateurs", "sources", "glossaire"),
    *("segments", "soldes", "agglomerations"),
)
"""Les tables du paquet."""

LOT = 250_000
"""Observations lues à la fois : un lot est aussi un groupe de lignes du fichier Parquet."""

MEMOIRE = "1GB"
"""Ce que DuckDB peut garder en mémoire pendant la lecture de la copie."""

STOCKAGE = "v1.0.0"
"""Le format du fichier .duckdb exporté : celui de la base en service ne s'ouvre qu'avec DuckDB 2."""

_ORDRES = {"observations": "t, i, coalesce(annee, millesime, 0), coalesce(annee_debut, 0), rang, source"}
_ORDRES |= dict.fromkeys(("territoires", "indicateurs", "sources"), "cle")

_VUE = """
CREATE VIEW observations_lisibles AS
SELECT o.territoire, terr.nom AS territoire_nom,
       split_part(o.indicateur, ':', 1) AS indicateur, ind.libelle AS indicateur_libelle, ind.unite,
       o.* EXCLUDE (territoire, indicateur), src.titre AS source_titre
FROM observations AS o
JOIN territoires AS terr ON terr.territoire = o.territoire
JOIN indicateurs AS ind ON ind.indicateur = o.indicateur
JOIN sources AS src ON src.source = o.source
"""

_DEPUIS = {
    "observations": "observations_lisibles",
    "indicateurs": "(FROM indicateurs WHERE NOT contains(indicateur, ':'))",
}
"""D'où se lit une table qui n'est pas telle quelle dans la base : la mesure d'une part, le bailleur de l'autre."""

_CONTENUS = """
CREATE TEMP TABLE voulus AS
WITH RECURSIVE contenus(territoire) AS (
    SELECT unnest(?::VARCHAR[])
    UNION
    SELECT a.territoire FROM contenus
    JOIN appartenances AS a ON a.parent = contenus.territoire AND a.jusqu_a IS NULL
)
SELECT DISTINCT territoire FROM contenus
"""

_RESTRICTIONS = (
    *(
        f"DELETE FROM {mesures} WHERE t NOT IN (SELECT cle FROM territoires JOIN voulus USING (territoire))"
        for mesures in ("mesures_par_territoire", "mesures_par_indicateur")
    ),
)


def colonnes(feuille: str) -> tuple[Colonne, ...]:
    """Les colonnes d'une table du paquet : celles de sa feuille, et pour les observations les noms à côté des codes."""
    propres = COLONNES[feuille]
    if feuille != "observations":
        return propres
    ajoutees = {"decimales": Colonne("decimales", "nombre de décimales imprimées", genre=Genre.ENTIER)}
    for nom, (origine, lue) in _LISIBLES.items():
        ajoutees[nom] = replace(SCHEMA[origine][lue], nom=nom, cle=False, lien="")
    tete = (propres[0], ajoutees["territoire_nom"], propres[1], ajoutees["indicateur_libelle"], ajoutees["unite"])
    return (*tete, *propres[2:], *(ajoutees[nom] for nom in ("decimales", "source_titre", "rang")))


def copier(base: Path, copie: Path) -> None:
    """Copie une base dans un fichier neuf, au format `STOCKAGE`, que toutes les versions 1.x de DuckDB ouvrent aussi.

    Table par table : la compression des textes de la base en service n'existe pas dans ce format.
    """
    with duckdb.connect(config={"threads": 1, "memory_limit": MEMOIRE}) as connexion:
        connexion.execute(f"ATTACH {_texte(base)} AS de (READ_ONLY)")
        connexion.execute(f"ATTACH {_texte(copie)} AS vers (STORAGE_VERSION '{STOCKAGE}')")
        connexion.execute("USE vers")
        choisis = "WHERE database_name = 'de' AND NOT internal"
        for nom, valeurs in connexion.execute(f"SELECT type_name, labels FROM duckdb_types() {choisis}").fetchall():
            connexion.execute(f'CREATE TYPE "{nom}" AS ENUM ({", ".join(f"{chr(39)}{v}{chr(39)}" for v in valeurs)})')
        tables = connexion.execute(f"SELECT table_name FROM duckdb_tables() {choisis} ORDER BY table_oid").fetchall()
        for (nom,) in tables:
            lues = connexion.execute(
                f"SELECT column_name, data_type LIKE 'ENUM(%' FROM duckdb_columns() {choisis} AND table_name = ?"
                " ORDER BY column_index",
                [nom],
            ).fetchall()
            colonnes = ", ".join(f'"{c}"::VARCHAR::"{c}" AS "{c}"' if enum else f'"{c}"' for c, enum in lues)
            connexion.execute(f'CREATE TABLE "{nom}" AS SELECT {colonnes} FROM de."{nom}"')
        for (ordre,) in connexion.execute(f"SELECT sql FROM duckdb_views() {choisis}").fetchall():
            connexion.execute(ordre)


def _texte(chemin: Path) -> str:
    """Le chemin, en littéral SQL."""
    return "'" + str(chemin).replace("'", "''") + "'"


def preparer(copie: Path, commentaires: Mapping[str, str], territoires: Sequence[str] | None = None) -> None:
    """Ajoute à la copie la vue `observations_lisibles` et ses commentaires ; n'y laisse que les observations voulues.

    `commentaires` : pour une table ou une vue, ou `table.colonne`, ce qu'elle contient. `territoires` : ces codes et
    tout ce qu'ils contiennent ; tous par défaut. Lève `TerritoireInconnu`.
    """
    with duckdb.connect(str(copie)) as connexion:
        if territoires is not None:
            connus = {code for (code,) in connexion.execute("SELECT territoire FROM territoires").fetchall()}
            for code in territoires:
                if code not in connus:
                    raise TerritoireInconnu(code, connus)
            connexion.execute(_CONTENUS, [list(territoires)])
            for ordre in _RESTRICTIONS:
                connexion.execute(ordre)
            ecriture.deduire(connexion)
        connexion.execute(_VUE)
        vues = {
            nom for (nom,) in connexion.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
        }
        for objet, texte in commentaires.items():
            # COMMENT ne prend pas de valeur liée ; l'apostrophe doublée est la seule à pouvoir fermer le texte.
            nature = "COLUMN" if "." in objet else "VIEW" if objet in vues else "TABLE"
            protege = texte.replace("'", "''")
            connexion.execute(f"COMMENT ON {nature} {objet} IS '{protege}'")
        connexion.execute("CHECKPOINT")


def compter(copie: Path) -> int:
    """Le nombre d'observations du paquet."""
    with _ouvrir(copie) as connexion:
        [(nombre,)] = connexion.execute("SELECT count(*) FROM mesures_par_territoire").fetchall()
    return int(nombre)


def lire(copie: Path, feuille: str) -> Iterator[pa.Table]:
    """Une table du paquet, typée, en une suite de morceaux dans l'ordre ; un texte vide devient null, zéro reste zéro.

    Les observations viennent par territoires entiers, `LOT` lignes à la fois ou un peu plus ; les autres tables, et
    des observations vides, d'un seul morceau.
    """
    choix = ", ".join(
        f"{c.nom}::{c.type_sql} AS {c.nom}" if c.type_sql != "VARCHAR" else f"nullif({c.nom}::VARCHAR, '') AS {c.nom}"
        for c in colonnes(feuille)
    )
    depuis = _DEPUIS.get(feuille, feuille)
    ordre = _ORDRES.get(feuille, "ALL")
    with _ouvrir(copie) as connexion:
        conditions = ["true"]
        if feuille == "observations":
            conditions = [f"t BETWEEN {debut} AND {fin}" for debut, fin in _intervalles(connexion)] or ["false"]
        for condition in conditions:
            yield connexion.sql(f"SELECT {choix} FROM {depuis} WHERE {condition} ORDER BY {ordre}").to_arrow_table()


def _ouvrir(copie: Path) -> duckdb.DuckDBPyConnection:
    """La copie en lecture seule ; DuckDB n'en garde en mémoire que de quoi lire le lot suivant."""
    return duckdb.connect(str(copie), read_only=True, config={"memory_limit": MEMOIRE})


def _intervalles(connexion: duckdb.DuckDBPyConnection) -> list[tuple[int, int]]:
    """Des intervalles de clés de territoires qui se suivent, chacun d'au moins `LOT` observations sauf le dernier."""
    intervalles, debut, lignes = [], None, 0
    comptes = connexion.execute("SELECT t, count(*) FROM mesures_par_territoire GROUP BY t ORDER BY t").fetchall()
    for t, nombre in comptes:
        debut = t if debut is None else debut
        lignes += nombre
        if lignes >= LOT or t == comptes[-1][0]:
            intervalles.append((debut, t))
            debut, lignes = None, 0
    return intervalles
