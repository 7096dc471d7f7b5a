"""Le schéma de la base DuckDB et son écriture : l'autre moitié du SQL est dans `base.py`.

Les observations sont rangées deux fois, par territoire et par indicateur, avec des clés entières : c'est ce qui rend
un portrait et un classement rapides à la fois (mesuré). La vue `observations` redonne les
noms de colonnes des CSV. Le texte (ligne, passage, imprimé, note) est dans les deux tables, à côté des nombres : une
question ne lit que ce qu'elle demande, et n'a pas à le rejoindre (14 fois plus lent sur 16 millions de lignes).

Ce qui demanderait de relire toute la France à chaque écran est déduit une fois, ici (`deduire`) : la répartition de
chaque famille de territoires, qui connaît quoi, et les décomptes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import shapely

from indicators.base import anciens, nationales, sommes
from indicators.donnees import contours, traces
from indicators.donnees.couverture import FAITS, SUPPORTS
from indicators.donnees.lecture import decimales_imprimees
from indicators.donnees.lignes import Donnees, Ligne
from indicators.donnees.schema import ANNEXES, COLONNES, FEUILLES, Colonne, Genre
from indicators.socle.avancement import Avancement, muet
from indicators.socle.observations import RANG_PRODUCTEUR
from indicators.socle.repartition import SEUIL_REPARTITION
from indicators.socle.territoires import PREFIXE_A_SOI, Maille, cle_de_recherche

VERSION = 16
"""À augmenter quand le schéma change : la base est alors refaite au premier démarrage."""
_ETAPES = {
    "les lieux et le catalogue": 0.0, "les chiffres, réunis": 0.08, "les chiffres, rangés par lieu": 0.25,
    "les chiffres, rangés par indicateur": 0.5, "les rangs et les répartitions": 0.72, "les contours": 0.89,
}  # fmt: skip
"""Ce que fait l'écriture, et où elle en est alors, à peu près."""
ABIMEE = ".abimee"
"""Ce que devient le nom d'une base mise de côté parce qu'un de ses blocs ne se lit plus : de quoi chercher pourquoi."""

_OBSERVATIONS = tuple(c for c in FEUILLES["observations"].colonnes if c.nom != "bailleur")
"""Les colonnes des mesures ; le bailleur est dans la clé de l'indicateur, déclinée (`donnees.declinaisons`)."""
_EMPRISE = ("ouest", "sud", "est", "nord")
_CLES_MESURES = {"territoire": "t", "indicateur": "i", "source": "s"}
"""Le nom de la clé entière qui remplace, dans les mesures, le code d'une autre feuille."""


def _enum(colonne: Colonne) -> str:
    valeurs = ", ".join(f"'{valeur}'" for valeur in colonne.choix)
    return f"CREATE TYPE {colonne.nom} AS ENUM ({valeurs})"


_TYPES = [_enum(colonne) for colonne in _OBSERVATIONS if colonne.choix]


def _type_mesure(colonne: Colonne) -> str:
    if colonne.nom in _CLES_MESURES:
        return "INTEGER NOT NULL"
    if colonne.choix:
        return f"{colonne.nom} NOT NULL"
    if colonne.genre is Genre.TEXTE:
        # Un dictionnaire compresserait mieux, mais il faut le relire en entier pour un seul territoire.
        return "VARCHAR USING COMPRESSION zstd"
    return "SMALLINT" if colonne.genre is Genre.ANNEE else colonne.type_sql


_COLONNES_MESURES = {_CLES_MESURES.get(c.nom, c.nom): _type_mesure(c) for c in _OBSERVATIONS} | {
    "decimales": "UTINYINT"
}
_MESURES = (
    f"CREATE TABLE {{table}} ({', '.join(f'{nom} {genre}' for nom, genre in _COLONNES_MESURES.items())})",
    f"INSERT INTO {{table}} SELECT {', '.join(_COLONNES_MESURES)} FROM {{lues}}",
)

_LUES = ", ".join(f"{c.lien}.{c.nom}" if c.nom in _CLES_MESURES else f"m.{c.nom}" for c in _OBSERVATIONS)
_VUE = f"""
CREATE VIEW {{vue}} AS
SELECT {_LUES}, split_part(indicateurs.indicateur, ':', 2) AS bailleur, m.decimales, sources.rang, m.t, m.i
FROM {{table}} AS m
JOIN territoires ON territoires.cle = m.t
JOIN indicateurs ON indicateurs.cle = m.i
JOIN sources ON sources.cle = m.s
"""

CONNUE = "statut NOT IN ('secret', 'non_disponible', 'sans_objet')"
"""Ce qui a une valeur, un seuil ou un intervalle."""

_PONCTUELLE = "statut IN ('exact', 'environ')"

_REPARTIES = """
CREATE TEMP TABLE reparties (
    famille INTEGER, i INTEGER, annee_debut SMALLINT, annee SMALLINT, millesime SMALLINT, s INTEGER,
    valeurs DOUBLE[], t INTEGER[], bas DOUBLE, haut DOUBLE, connus INTEGER, inconnus INTEGER
)
"""
_REPARTIR = f"""
INSERT INTO reparties
WITH uniques AS (
    SELECT territoires.famille, m.t, m.i, m.annee_debut, m.annee,
           CASE WHEN m.annee IS NULL THEN m.millesime END AS millesime,
           CASE WHEN m.annee IS NULL AND m.millesime IS NULL THEN m.s END AS s,
           bool_or(m.{CONNUE}) AS connu,
           arg_min(struct_pack(valeur := valeur, inf := borne_inf, sup := borne_sup, statut := m.statut),
                   (sources.rang, sources.source)) FILTER (WHERE m.{anciens.ACTUELLE}) AS x
    FROM mesures_par_indicateur AS m
    JOIN territoires ON territoires.cle = m.t JOIN sources ON sources.cle = m.s
    WHERE m.i >= ? AND m.i < ? GROUP BY ALL
), lues AS (SELECT * EXCLUDE (x), unnest(x) FROM uniques)
SELECT famille, i, annee_debut, annee, millesime, s,
       coalesce(list(valeur ORDER BY valeur, t) FILTER (WHERE {_PONCTUELLE}), []),
       CASE WHEN count(*) FILTER (WHERE {_PONCTUELLE}) <= {SEUIL_REPARTITION}
            THEN list(t ORDER BY valeur, t) FILTER (WHERE {_PONCTUELLE}) END,
       least(min(inf) FILTER (WHERE NOT {_PONCTUELLE}), min(sup) FILTER (WHERE NOT {_PONCTUELLE})),
       greatest(max(inf) FILTER (WHERE NOT {_PONCTUELLE}), max(sup) FILTER (WHERE NOT {_PONCTUELLE})),
       count(*) FILTER (WHERE connu), count(*) FILTER (WHERE NOT connu)
FROM lues GROUP BY ALL
"""
_REPARTITIONS = """
CREATE TABLE repartitions AS
SELECT * FROM reparties ORDER BY famille, i, annee_debut, annee, millesime, s
"""
"""Une ligne par famille, indicateur et période, un territoire n'y comptant qu'une fois, par la meilleure source de ceux
de ses chiffres qui mesurent le périmètre qu'il a encore.

`valeurs` : les valeurs ponctuelles, triées ; `t` : leurs territoires, dans le même ordre, tant qu'on les montre une à
une ; `bas` et `haut` : les bornes finies extrêmes des seuils et des intervalles ; `connus`, `inconnus` : combien de
territoires ont un chiffre, et combien une case secrète ou vide.
"""

TABLES_DEDUITES = (
    *("repartitions", "presences", "connus_par_territoire", "connus_par_indicateur", "denombrements"),
    *("existences", "sections_lues", "faits_par_source"),
)

_LOT = 8
"""Indicateurs répartis à la fois : la mémoire ne grandit pas avec la base."""

_FAITS = " UNION ALL ".join(f"SELECT source, ligne FROM {table}" for table in (*FAITS, *SUPPORTS))
_SECTIONS = f"""
CREATE TABLE sections_lues AS
WITH lus AS (
    SELECT s.document, o.ligne, true AS chiffre, o.fiabilite = 'douteuse' AS douteux, NOT o.{CONNUE} AS sans
    FROM mesures_par_territoire AS o JOIN sources AS s ON s.cle = o.s
    WHERE s.document IN (SELECT document FROM sections JOIN sources USING (source))
    UNION ALL
    SELECT s.document, f.ligne, false, false, false FROM ({_FAITS}) AS f JOIN sources AS s ON s.source = f.source
)
SELECT c.source, c.ligne_debut, c.ligne_fin, c.section, count(*) FILTER (WHERE lus.chiffre) AS chiffres,
       count(*) FILTER (WHERE lus.douteux) AS douteux, count(*) FILTER (WHERE NOT lus.chiffre) AS faits,
       count(*) FILTER (WHERE lus.sans) AS sans
FROM sections AS c
JOIN sources AS s ON s.source = c.source
LEFT JOIN lus ON lus.document = s.document AND lus.ligne BETWEEN c.ligne_debut AND c.ligne_fin
GROUP BY ALL
"""

_DEDUITES = (
    "CREATE TABLE existences AS SELECT r.i, f.maille, f.geographie, f.statut, r.annee_debut, r.annee, r.millesime,"
    " sum(r.connus)::INTEGER AS connus, sum(r.inconnus)::INTEGER AS inconnus FROM repartitions AS r"
    " JOIN (SELECT DISTINCT famille, maille, geographie, statut FROM territoires) AS f USING (famille)"
    " GROUP BY ALL ORDER BY ALL",
    _SECTIONS,
    f"CREATE TABLE faits_par_source AS SELECT source, count(*)::INTEGER AS faits FROM ({_FAITS}) GROUP BY source",
    f"CREATE TABLE presences AS SELECT DISTINCT t, i FROM mesures_par_territoire WHERE {CONNUE} ORDER BY t, i",
    "CREATE TABLE connus_par_territoire AS SELECT t, count(*)::INTEGER AS indicateurs FROM presences GROUP BY t"
    " ORDER BY t",
    "CREATE TABLE connus_par_indicateur AS SELECT i, count(*)::INTEGER AS territoires FROM presences GROUP BY i"
    " ORDER BY i",
    "CREATE TABLE denombrements AS SELECT territoires.maille, territoires.statut AS type_quartier,"
    " territoires.geographie, m.i, m.s, m.annee, CASE WHEN m.annee IS NULL THEN m.millesime END AS millesime,"
    " m.statut, m.fiabilite, count(*)::INTEGER AS nombre FROM mesures_par_indicateur AS m"
    " JOIN territoires ON territoires.cle = m.t GROUP BY ALL ORDER BY ALL",
)


def ecrire(chemin: Path, donnees: Donnees, avancer: Avancement = muet) -> None:
    """Écrit une base neuve à `chemin` à partir de données déjà contrôlées ; `avancer` reçoit la part de ce travail."""
    etapes = iter(_ETAPES.items())

    def suivante() -> None:
        quoi, part = next(etapes)
        avancer(part, quoi)

    with duckdb.connect(str(chemin)) as connexion:
        suivante()
        ecrire_tables(connexion, donnees)
        suivante()
        _observations(connexion, donnees, suivante)
        suivante()
        deduire(connexion)
        suivante()
        ecrire_les_contours(connexion, donnees)
        # La fermeture tairait un disque plein : la base passerait en service sans ses données.
        connexion.execute("CHECKPOINT")


def ecrire_tables(connexion: duckdb.DuckDBPyConnection, donnees: Donnees) -> None:
    """Écrit tout sauf les observations : types, lieux, catalogue, projets, engagements, version du schéma."""
    connexion.begin()  # une trentaine de petites tables : le disque n'a pas à les confirmer une à une
    for ordre in _TYPES:
        connexion.execute(ordre)
    for table in ("territoires", "indicateurs", "sources"):
        _table(connexion, table, _avec_cle(donnees, table))
    for table in ANNEXES:
        _table(connexion, table, _colonnes(donnees, table))
    connexion.execute("CREATE TABLE ecartees (fichier VARCHAR, ligne INTEGER, colonne VARCHAR, message VARCHAR)")
    for c in donnees.ecartees:
        connexion.execute("INSERT INTO ecartees VALUES (?, ?, ?, ?)", [c.fichier, c.ligne, c.colonne, c.message])
    sommes.ecrire_les_manquants(connexion, donnees)
    connexion.execute("CREATE TABLE schema AS SELECT ? AS version", [VERSION])
    connexion.commit()


def _colonnes(donnees: Donnees, feuille: str) -> dict[str, list[Any]]:
    lignes = [ligne.valeurs for ligne in donnees[feuille]]
    return {colonne.nom: [ligne.get(colonne.nom) for ligne in lignes] for colonne in COLONNES[feuille]}


def _avec_cle(donnees: Donnees, feuille: str) -> dict[str, list[Any]]:
    lues = _colonnes(donnees, feuille)
    cles: dict[str, list[Any]] = {"cle": list(range(len(donnees[feuille])))}
    if feuille == "territoires":
        communes = _noms_des_communes(donnees)
        morceaux = zip(lues["territoire"], lues["nom"], lues["variantes"], lues["code_officiel"], strict=True)
        lues["famille"] = _familles(donnees)
        lues["recherche"] = [
            cle_de_recherche(" ".join((code, *reste, communes.get(code, "")))) for code, *reste in morceaux
        ]
    return cles | lues


def _familles(donnees: Donnees) -> list[int]:
    """Un numéro par famille de semblables : même maille, périmètre et statut (commune ou IRIS : même EPCI).

    Un regroupement fait ici n'a pas de semblable : rien ne le classe parmi d'autres.
    """
    liens = [li for li in donnees["appartenances"] if li["nature"] == "epci" and li["jusqu_a"] is None]
    epci = {li["territoire"]: li["parent"] for li in liens}
    numeros: dict[tuple[Any, ...], int] = {}
    return [
        numeros.setdefault(
            (li["territoire"],)
            if li["territoire"].startswith(PREFIXE_A_SOI)
            else (epci.get(li["territoire"], li["territoire"]), li["maille"])
            if li["maille"] in {Maille.COMMUNE, Maille.IRIS}
            else (li["maille"], li["geographie"], li["statut"]),
            len(numeros),
        )
        for li in donnees["territoires"]
    ]


def _noms_des_communes(donnees: Donnees) -> dict[str, str]:
    noms = {ligne["territoire"]: ligne["nom"] for ligne in donnees["territoires"]}
    reunis: dict[str, str] = {}
    for lien in donnees["appartenances"]:
        if lien["nature"] == "commune" and lien["jusqu_a"] is None:
            reunis[lien["territoire"]] = f"{reunis.get(lien['territoire'], '')} {noms[lien['parent']]}"
    return reunis


def _table(connexion: duckdb.DuckDBPyConnection, table: str, colonnes: dict[str, list[Any]]) -> None:
    connexion.register("lignes", pa.table(colonnes))
    types = {"cle": "INTEGER", "famille": "INTEGER"} | {colonne.nom: colonne.type_sql for colonne in COLONNES[table]}
    choix = ", ".join(f"{nom}::{types.get(nom, 'VARCHAR')} AS {nom}" for nom in colonnes)
    connexion.execute(f"CREATE TABLE {table} AS SELECT {choix} FROM lignes")
    connexion.unregister("lignes")


def _observations(connexion: duckdb.DuckDBPyConnection, donnees: Donnees, suivante: Callable[[], None]) -> None:
    rangs = {
        c.nom: {ligne[c.nom]: rang for rang, ligne in enumerate(donnees[c.lien])}
        for c in _OBSERVATIONS
        if c.nom in _CLES_MESURES
    }
    precisions = _decimales(donnees)
    documents = {ligne["source"] for ligne in donnees["sources"] if ligne["document"]}
    au_plus = {ligne["indicateur"]: ligne["decimales"] for ligne in donnees["indicateurs"]}
    lues = []
    for ligne in donnees["observations"]:
        mesure = {_CLES_MESURES[nom]: cles[ligne[nom]] for nom, cles in rangs.items()}
        mesure |= {c.nom: ligne[c.nom] for c in _OBSERVATIONS if c.nom not in _CLES_MESURES}
        imprimees = _imprimees(ligne)
        if ligne["valeur"] is not None:
            imprimees = precisions.get(_publication(ligne), imprimees)
        if ligne["source"] not in documents:
            # Un document s'imprime comme il est ; d'un fichier, le catalogue borne ce qu'un calcul laisse de décimales.
            imprimees = min(imprimees, au_plus[ligne["indicateur"]])
        lues.append(mesure | {"decimales": imprimees})
    types = {
        c.nom: "Float64" if c.genre is Genre.NOMBRE else "Int64" for c in _OBSERVATIONS if c.genre is not Genre.TEXTE
    }
    cadre = pd.DataFrame(lues).astype(types)
    if donnees.nationaux:
        nationales.reunir(connexion, cadre, donnees)
    else:
        connexion.register("cadre", cadre)
        connexion.execute("CREATE TEMP TABLE lues AS FROM cadre")
        connexion.unregister("cadre")
    sommes.additionner(connexion, donnees, list(_COLONNES_MESURES))
    ranger_les_mesures(connexion, suivante)


def _imprimees(ligne: Ligne) -> int:
    return max(decimales_imprimees(ligne.textes[c]) for c in ("valeur", "borne_inf", "borne_sup"))


def _publication(ligne: Ligne) -> tuple[Any, ...]:
    return tuple(ligne[c] for c in ("source", "indicateur", "annee", "millesime"))


def _decimales(donnees: Donnees) -> dict[tuple[Any, ...], int]:
    """Les décimales d'une colonne du fichier d'un producteur : celles qu'un chiffre sur vingt au moins y a.

    45 y vaut 45,0 si d'autres lignes écrivent 46,7, mais reste 45 dans une colonne d'entiers ; jamais plus que le
    catalogue : 34,70 se lit 34,7. Un document, lui, imprime chaque chiffre à sa façon : ses décimales sont les siennes.
    """
    rangs = {ligne["source"]: ligne["rang"] for ligne in donnees["sources"]}
    voulues = {ligne["indicateur"]: ligne["decimales"] for ligne in donnees["indicateurs"]}
    imprimees: dict[tuple[Any, ...], list[int]] = {}
    for ligne in donnees["observations"]:
        if rangs[ligne["source"]] == RANG_PRODUCTEUR and ligne["valeur"] is not None:
            imprimees.setdefault(_publication(ligne), []).append(_imprimees(ligne))
    return {cle: min(sorted(lues)[-1 - len(lues) // 20], voulues[cle[1]]) for cle, lues in imprimees.items()}


def ranger_les_mesures(connexion: duckdb.DuckDBPyConnection, suivante: Callable[[], None]) -> None:
    """Range la table `lues` dans les deux ordres, et donne aux deux les noms de colonnes des CSV.

    À date égale, la source de meilleur rang est la première : lire dans l'ordre de la table suffit, sans trier.
    `suivante` : appelée avant chacun.
    """
    periode, source = "coalesce(annee, millesime, 0), coalesce(annee_debut, 0)", "sources.rang, sources.source"
    lues = "lues JOIN sources ON sources.cle = lues.s ORDER BY"
    ecrire_les_mesures(connexion, f"{lues} t, i, {periode}, {source}", f"{lues} i, {periode}, t, {source}", suivante)


def ecrire_les_mesures(
    connexion: duckdb.DuckDBPyConnection, par_territoire: str, par_indicateur: str,
    suivante: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """Écrit les deux tables des observations, lues de deux relations déjà dans leur ordre, et leurs vues."""
    for table, vue, lues in (
        ("mesures_par_territoire", "observations", par_territoire),
        ("mesures_par_indicateur", "observations_par_indicateur", par_indicateur),
    ):
        suivante()
        for ordre in _MESURES:
            connexion.execute(ordre.format(table=table, lues=lues))
        connexion.execute(_VUE.format(vue=vue, table=table))


def deduire(connexion: duckdb.DuckDBPyConnection) -> None:
    """Les répartitions, les présences et les décomptes : ce que les écrans lisent sans relire toutes les mesures."""
    for table in TABLES_DEDUITES:
        connexion.execute(f"DROP TABLE IF EXISTS {table}")
    connexion.execute(anciens.TEMPORAIRE)
    connexion.execute(_REPARTIES)
    presents = [i for (i,) in connexion.execute("SELECT DISTINCT i FROM mesures_par_indicateur ORDER BY i").fetchall()]
    for rang in range(0, len(presents), _LOT):
        lot = presents[rang : rang + _LOT]
        connexion.execute(_REPARTIR, [lot[0], lot[-1] + 1])
    connexion.execute(_REPARTITIONS)
    for table in ("reparties", "anciens"):
        connexion.execute(f"DROP TABLE {table}")
    for ordre in _DEDUITES:
        connexion.execute(ordre)


def ecrire_les_contours(connexion: duckdb.DuckDBPyConnection, donnees: Donnees) -> None:
    """Les contours à chaque niveau de détail ; ceux de communes inconnues aussi, elles font le fond des cartes."""
    apportes = contours.simplifier(donnees.contours)
    embarques = contours.lire_embarques(donnees.contours_embarques, sauf=donnees.contours)
    formes = pd.concat([apportes, embarques], ignore_index=True)
    bornes = shapely.bounds(traces.decoder(formes["anneaux"].tolist(), formes["pas"].tolist())).reshape(-1, 4)
    formes[["ouest", "sud", "est", "nord"]] = bornes
    connexion.register(
        "formes",
        pa.table(
            {
                "territoire": pa.array(formes["territoire"], pa.string()),
                "niveau": pa.array(formes["niveau"], pa.uint8()),
                "jusqu_a": pa.array(formes["jusqu_a"], pa.uint8()),
                **{nom: pa.array(formes[nom], pa.float64()) for nom in (*_EMPRISE, "longitude", "latitude")},
                "anneaux": pa.array(formes["anneaux"], pa.list_(pa.int32())),
                "pas": pa.array(formes["pas"], pa.list_(pa.int32())),
            }
        ),
    )
    connexion.execute("CREATE TABLE contours AS FROM formes ORDER BY niveau, territoire")
