"""Le schéma de la base DuckDB et son écriture : l'autre moitié du SQL est dans `entrepot.py`.

Les observations sont rangées deux fois, par territoire et par indicateur, avec des clés entières : c'est ce qui rend
un portrait et un classement rapides à la fois (mesures dans `../shared/stack.md`). La vue `observations` redonne les
noms de colonnes des CSV. Le texte (ligne, passage, imprimé, note) est dans les deux tables, à côté des nombres : une
question ne lit que ce qu'elle demande, et n'a pas à le rejoindre (14 fois plus lent sur 16 millions de lignes).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from . import contours
from .colonnes import ANNEXES, COLONNES
from .lecture import Donnees, decimales_imprimees
from .observations import Fiabilite, Origine, Statut
from .territoires import cle_de_recherche

VERSION = 4
"""À augmenter quand le schéma change : la base est alors refaite au premier démarrage."""


def _enum(nom: str, valeurs: list[str]) -> str:
    choix = ", ".join(f"'{valeur}'" for valeur in valeurs)
    return f"CREATE TYPE {nom} AS ENUM ({choix})"


_TYPES = [_enum("statut", list(Statut)), _enum("fiabilite", list(Fiabilite)), _enum("origine", list(Origine))]

_ENTIERS = ("annee_debut", "annee", "millesime", "ligne")
_REELS = ("valeur", "borne_inf", "borne_sup")
_MESURES = """
CREATE TABLE {table} AS
SELECT t, i, annee_debut::SMALLINT AS annee_debut, annee::SMALLINT AS annee, millesime::SMALLINT AS millesime,
       valeur::DOUBLE AS valeur, borne_inf::DOUBLE AS borne_inf, borne_sup::DOUBLE AS borne_sup,
       statut::statut AS statut, fiabilite::fiabilite AS fiabilite, origine::origine AS origine,
       decimales::UTINYINT AS decimales, s, ligne::INTEGER AS ligne, passage, imprime, note
FROM lues ORDER BY {ordre}
"""

_VUE = """
CREATE VIEW {vue} AS
SELECT territoires.territoire, indicateurs.indicateur, m.annee_debut, m.annee, m.millesime,
       m.valeur, m.borne_inf, m.borne_sup, m.statut, m.fiabilite, m.note,
       sources.source, m.ligne, m.passage, m.imprime, m.origine, m.decimales, sources.rang, m.t, m.i
FROM {table} AS m
JOIN territoires ON territoires.cle = m.t
JOIN indicateurs ON indicateurs.cle = m.i
JOIN sources ON sources.cle = m.s
"""


def ecrire(chemin: Path, donnees: Donnees) -> None:
    """Écrit une base neuve à `chemin` à partir de données déjà contrôlées."""
    with duckdb.connect(str(chemin)) as connexion:
        ecrire_tables(connexion, donnees)
        _observations(connexion, donnees)
        _contours(connexion, donnees)
        # La fermeture tairait un disque plein : la base passerait en service sans ses données.
        connexion.execute("CHECKPOINT")


def ecrire_tables(connexion: duckdb.DuckDBPyConnection, donnees: Donnees) -> None:
    """Écrit tout sauf les observations : types, lieux, catalogue, projets, engagements, version du schéma."""
    for ordre in _TYPES:
        connexion.execute(ordre)
    for table in ("territoires", "indicateurs", "sources"):
        _table(connexion, table, _avec_cle(donnees, table))
    for table in ANNEXES:
        _table(connexion, table, _cadre(donnees, table))
    connexion.execute("CREATE TABLE schema AS SELECT ? AS version", [VERSION])


def _cadre(donnees: Donnees, feuille: str) -> pd.DataFrame:
    colonnes = [colonne.nom for colonne in COLONNES[feuille]]
    lignes: list[dict[str, Any]] = [ligne.valeurs for ligne in donnees[feuille]]
    return pd.DataFrame(lignes, columns=colonnes)


def _avec_cle(donnees: Donnees, feuille: str) -> pd.DataFrame:
    cadre = _cadre(donnees, feuille)
    cadre.insert(0, "cle", range(len(cadre)))
    if feuille == "territoires":
        communes = _noms_des_communes(donnees)
        morceaux = zip(cadre["territoire"], cadre["nom"], cadre["variantes"], cadre["code_officiel"], strict=True)
        cadre["recherche"] = [
            cle_de_recherche(" ".join((code, *reste, communes.get(code, "")))) for code, *reste in morceaux
        ]
    return cadre


def _noms_des_communes(donnees: Donnees) -> dict[str, str]:
    noms = {ligne["territoire"]: ligne["nom"] for ligne in donnees["territoires"]}
    reunis: dict[str, str] = {}
    for lien in donnees["appartenances"]:
        if lien["nature"] == "commune":
            reunis[lien["territoire"]] = f"{reunis.get(lien['territoire'], '')} {noms[lien['parent']]}"
    return reunis


def _table(connexion: duckdb.DuckDBPyConnection, table: str, cadre: pd.DataFrame) -> None:
    connexion.register("cadre", cadre)
    types = {"cle": "INTEGER"} | {colonne.nom: colonne.type_sql for colonne in COLONNES[table]}
    choix = ", ".join(f"{nom}::{types.get(nom, 'VARCHAR')} AS {nom}" for nom in cadre.columns)
    connexion.execute(f"CREATE TABLE {table} AS SELECT {choix} FROM cadre")
    connexion.unregister("cadre")


def _observations(connexion: duckdb.DuckDBPyConnection, donnees: Donnees) -> None:
    def cles(feuille: str, colonne: str) -> dict[str, int]:
        return {ligne[colonne]: cle for cle, ligne in enumerate(donnees[feuille])}

    territoires, indicateurs = cles("territoires", "territoire"), cles("indicateurs", "indicateur")
    sources = cles("sources", "source")
    lues = []
    for ligne in donnees["observations"]:
        v = ligne.valeurs
        ecrites = [ligne.textes[c] for c in ("valeur", "borne_inf", "borne_sup")]
        lues.append(
            {
                "t": territoires[v["territoire"]],
                "i": indicateurs[v["indicateur"]],
                "s": sources[v["source"]],
                "decimales": max(decimales_imprimees(texte) for texte in ecrites),
                **{c: v[c] for c in (*_ENTIERS, *_REELS, "passage", "imprime", "note")},
                **{c: str(v[c]) for c in ("statut", "fiabilite", "origine")},
            }
        )
    types = dict.fromkeys(_ENTIERS, "Int64") | dict.fromkeys(_REELS, "Float64")
    connexion.register("lues", pd.DataFrame(lues).astype(types))
    ranger_les_mesures(connexion)


def ranger_les_mesures(connexion: duckdb.DuckDBPyConnection) -> None:
    """Range la table `lues` dans les deux ordres, et donne aux deux les noms de colonnes des CSV."""
    periode = "coalesce(annee, millesime, 0), coalesce(annee_debut, 0)"
    connexion.execute(_MESURES.format(table="mesures_par_territoire", ordre=f"t, i, {periode}"))
    connexion.execute(_MESURES.format(table="mesures_par_indicateur", ordre=f"i, {periode}, t"))
    connexion.execute(_VUE.format(vue="observations", table="mesures_par_territoire"))
    connexion.execute(_VUE.format(vue="observations_par_indicateur", table="mesures_par_indicateur"))


def _contours(connexion: duckdb.DuckDBPyConnection, donnees: Donnees) -> None:
    """Les contours à chaque niveau de détail ; ceux de communes inconnues aussi, elles font le fond des cartes."""
    simplifies = contours.simplifier(donnees.contours)
    connexion.register("formes", pd.DataFrame(simplifies, columns=contours.Simplifie._fields))
    connexion.execute(
        "CREATE TABLE contours AS SELECT territoire::VARCHAR AS territoire, niveau::UTINYINT AS niveau,"
        " points::INTEGER AS points, ouest::DOUBLE AS ouest, sud::DOUBLE AS sud, est::DOUBLE AS est,"
        " nord::DOUBLE AS nord, longitude::DOUBLE AS longitude, latitude::DOUBLE AS latitude,"
        " geometrie::BLOB AS geometrie FROM formes ORDER BY niveau, territoire"
    )
