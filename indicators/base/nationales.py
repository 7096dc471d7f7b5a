"""Faire entrer les chiffres nationaux dans la base : des Parquet de `data/france/` à la relation « lues »."""

from __future__ import annotations

import duckdb
import pandas as pd

from indicators.donnees.lignes import Donnees
from indicators.socle.erreurs import Constat, DonneesInvalides

_CLE = ("t", "i", "annee_debut", "annee", "millesime", "s")
_PAREILLES = " AND ".join(f"n.{colonne} IS NOT DISTINCT FROM c.{colonne}" for colonne in _CLE)

# Le code officiel est l'identifiant sans son préfixe : un quartier garde le sien tout entier.
_OFFICIEL = "regexp_replace(n.territoire, '^(COM|EPCI|DEP|REG|IRIS)', '')"
_PASSAGE = f"coalesce(n.passage, {_OFFICIEL} || ' | ' || n.colonne || ' | ' || coalesce(n.imprime, '(vide)'))"

# 45 vaut 45,0 si la même colonne du même fichier écrit d'ordinaire 46,7, et reste 45 si elle n'écrit presque que des
# entiers (un taux sur vingt au moins a une décimale, sinon) ; jamais plus de décimales que le catalogue.
_PUBLIEES = """
CREATE TEMP TABLE publiees AS
SELECT source, indicateur, annee, millesime, quantile_disc(decimales, 0.95) AS decimales FROM read_parquet(?)
WHERE valeur IS NOT NULL GROUP BY ALL
"""
_LUES = f"""
CREATE TEMP TABLE lues AS
SELECT t, i, s, decimales::UTINYINT AS decimales, annee_debut::SMALLINT AS annee_debut, annee::SMALLINT AS annee,
       millesime::SMALLINT AS millesime, ligne::INTEGER AS ligne, valeur, borne_inf, borne_sup, passage, imprime, note,
       statut::statut AS statut, fiabilite::fiabilite AS fiabilite, origine::origine AS origine
FROM embarquees
UNION ALL
SELECT * EXCLUDE (territoire) FROM (
    SELECT n.territoire, territoires.cle::INTEGER AS t, indicateurs.cle::INTEGER AS i, sources.cle::INTEGER AS s,
           least(greatest(coalesce(p.decimales, 0), n.decimales), indicateurs.decimales)::UTINYINT AS decimales,
           n.annee_debut, n.annee, n.millesime, n.ligne, n.valeur, NULL::DOUBLE AS borne_inf,
           NULL::DOUBLE AS borne_sup, {_PASSAGE} AS passage, coalesce(n.imprime, '') AS imprime,
           coalesce(n.note, '') AS note, n.statut::statut AS statut, 'sure'::fiabilite AS fiabilite,
           n.origine::origine AS origine
    FROM read_parquet(?) AS n
    JOIN territoires ON territoires.territoire = n.territoire
    JOIN indicateurs ON indicateurs.indicateur = n.indicateur
    JOIN sources ON sources.source = n.source
    LEFT JOIN publiees AS p ON p.source = n.source AND p.indicateur = n.indicateur
         AND p.annee IS NOT DISTINCT FROM n.annee AND p.millesime IS NOT DISTINCT FROM n.millesime
) AS n
WHERE NOT EXISTS (SELECT 1 FROM ecartees AS c WHERE {_PAREILLES})
"""
_INCONNUS = """
SELECT DISTINCT {cle} FROM read_parquet(?) WHERE {cle} NOT IN (SELECT {cle} FROM {table}) ORDER BY 1 LIMIT 5
"""


def reunir(connexion: duckdb.DuckDBPyConnection, embarquees: pd.DataFrame, donnees: Donnees) -> None:
    """Écrit la table temporaire « lues » : les observations des CSV, puis les nationales qu'aucune ne remplace.

    Lève `DonneesInvalides` si un chiffre national cite un territoire, un indicateur ou une source que rien ne décrit.
    """
    chemins = [str(chemin) for chemin in donnees.nationaux]
    for cle, table in (("territoire", "territoires"), ("indicateur", "indicateurs"), ("source", "sources")):
        inconnus = connexion.execute(_INCONNUS.format(cle=cle, table=table), [chemins]).fetchall()
        if inconnus:
            cites = ", ".join(code for (code,) in inconnus)
            quoi_faire = "refaites data/france/ (python -m indicators embarquer)"
            raise DonneesInvalides([Constat("france/chiffres", 0, cle, f"{cle} inconnu : {cites} ; {quoi_faire}")])
    connexion.register("embarquees", embarquees)
    connexion.register("retirees", _cles_retirees(connexion, donnees))
    cles = ", ".join(_CLE)
    connexion.execute(f"CREATE TEMP TABLE ecartees AS SELECT {cles} FROM embarquees UNION SELECT {cles} FROM retirees")
    connexion.execute(_PUBLIEES, [chemins])
    connexion.execute(_LUES, [chemins])
    for vue in ("embarquees", "retirees"):
        connexion.unregister(vue)
    for table in ("ecartees", "publiees"):
        connexion.execute(f"DROP TABLE {table}")


def _cles_retirees(connexion: duckdb.DuckDBPyConnection, donnees: Donnees) -> pd.DataFrame:
    """Les clés que des ajouts locaux retirent : la nouvelle édition d'un producteur ne les donne plus."""
    lignes = [
        {nom: ligne[nom] for nom in ("territoire", "indicateur", "source", "annee_debut", "annee", "millesime")}
        for ligne in donnees["retraits"]
    ]
    cadre = pd.DataFrame(lignes, columns=["territoire", "indicateur", "source", "annee_debut", "annee", "millesime"])
    cadre = cadre.astype(dict.fromkeys(("annee_debut", "annee", "millesime"), "Int64"))
    for nom, court, table in (
        ("territoire", "t", "territoires"),
        ("indicateur", "i", "indicateurs"),
        ("source", "s", "sources"),
    ):
        cles = dict(connexion.execute(f"SELECT {nom}, cle FROM {table}").fetchall())
        cadre[court] = pd.array([cles.get(code) for code in cadre[nom]], dtype="Int64")
    return cadre
