"""Le SQL du paquet de données : documenter une copie de la base, la restreindre, en lire chaque table.

Rien n'est lu ni écrit dans la base en service : tout se passe dans une copie, qui devient celle du paquet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from .colonnes import COLONNES, Colonne
from .erreurs import TerritoireInconnu

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
    *("themes", "indicateurs", "sources", "glossaire"),
)
"""Les tables du paquet."""

_ORDRES = {"observations": "t, i, coalesce(annee, millesime, 0), coalesce(annee_debut, 0), rang, source"}
_ORDRES |= dict.fromkeys(("territoires", "indicateurs", "sources"), "cle")

_VUE = """
CREATE VIEW observations_lisibles AS
SELECT o.territoire, terr.nom AS territoire_nom, o.indicateur, ind.libelle AS indicateur_libelle, ind.unite,
       o.* EXCLUDE (territoire, indicateur), src.titre AS source_titre
FROM observations AS o
JOIN territoires AS terr ON terr.territoire = o.territoire
JOIN indicateurs AS ind ON ind.indicateur = o.indicateur
JOIN sources AS src ON src.source = o.source
"""

_CONTENUS = """
CREATE TEMP TABLE voulus AS
WITH RECURSIVE contenus(territoire) AS (
    SELECT unnest(?::VARCHAR[])
    UNION
    SELECT a.territoire FROM contenus JOIN appartenances AS a ON a.parent = contenus.territoire
)
SELECT DISTINCT territoire FROM contenus
"""

_RESTRICTIONS = (
    *(
        f"DELETE FROM {mesures} WHERE t NOT IN (SELECT cle FROM territoires JOIN voulus USING (territoire))"
        for mesures in ("mesures_par_territoire", "mesures_par_indicateur")
    ),
)


def colonnes(feuille: str) -> tuple[tuple[Colonne, tuple[str, str]], ...]:
    """Les colonnes d'une table du paquet, chacune avec la feuille et la colonne qui la définissent."""
    propres = tuple((colonne, (feuille, colonne.nom)) for colonne in COLONNES[feuille])
    if feuille != "observations":
        return propres
    entier = next(c.lire for c in COLONNES["indicateurs"] if c.nom == "decimales")
    ajoutees = {"decimales": (Colonne("decimales", entier, True), ("observations", "decimales"))}
    for nom, (origine, lue) in _LISIBLES.items():
        modele = next(c for c in COLONNES[origine] if c.nom == lue)
        ajoutees[nom] = (Colonne(nom, modele.lire, modele.requise), (origine, lue))
    tete = (propres[0], ajoutees["territoire_nom"], propres[1], ajoutees["indicateur_libelle"], ajoutees["unite"])
    return (*tete, *propres[2:], *(ajoutees[nom] for nom in ("decimales", "source_titre", "rang")))


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


def lire(copie: Path, feuille: str) -> pa.Table:
    """Une table du paquet, typée ; un texte vide devient null, un zéro reste un zéro."""
    choix = ", ".join(
        f"{c.nom}::{c.type_sql} AS {c.nom}" if c.type_sql != "VARCHAR" else f"nullif({c.nom}::VARCHAR, '') AS {c.nom}"
        for c, _ in colonnes(feuille)
    )
    depuis = "observations_lisibles" if feuille == "observations" else feuille
    ordre = _ORDRES.get(feuille, "ALL")
    with duckdb.connect(str(copie), read_only=True) as connexion:
        return connexion.sql(f"SELECT {choix} FROM {depuis} ORDER BY {ordre}").to_arrow_table()
