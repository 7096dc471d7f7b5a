"""Les questions de l'écran « Sources et méthode » à la base : comptes par source, par section, par indicateur."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from .couverture import FAITS, SUPPORTS
from .entrepot import Entrepot
from .methode import Compte, Passage, Presence, Section, Terme
from .observations import Observation, Statut
from .territoires import Maille, Territoire

_SANS_VALEUR = "statut IN ('secret', 'non_disponible', 'sans_objet')"
_FAITS = " UNION ALL ".join(f"SELECT source, ligne FROM {table}" for table in (*FAITS, *SUPPORTS))
_DESCENDANTS = """
WITH RECURSIVE descendants(territoire) AS (
    SELECT ?::VARCHAR
    UNION
    SELECT a.territoire FROM appartenances AS a JOIN descendants AS d ON a.parent = d.territoire
    WHERE a.nature <> 'regroupement'
)
SELECT territoire FROM descendants
"""
_SECTIONS = f"""
WITH lus AS (
    SELECT s.document, o.ligne, true AS chiffre, o.fiabilite = 'douteuse' AS douteux, o.{_SANS_VALEUR} AS sans
    FROM observations AS o JOIN sources AS s ON s.source = o.source
    UNION ALL
    SELECT s.document, f.ligne, false, false, false FROM ({_FAITS}) AS f JOIN sources AS s ON s.source = f.source
)
SELECT c.source, c.ligne_debut, c.ligne_fin, c.section,
       count(*) FILTER (WHERE lus.chiffre), count(*) FILTER (WHERE lus.douteux),
       count(*) FILTER (WHERE NOT lus.chiffre), count(*) FILTER (WHERE lus.sans)
FROM sections AS c
JOIN sources AS s ON s.source = c.source
LEFT JOIN lus ON lus.document = s.document AND lus.ligne BETWEEN c.ligne_debut AND c.ligne_fin
GROUP BY ALL ORDER BY c.source, c.ligne_debut
"""


def presences(entrepot: Entrepot, indicateur: str) -> list[Presence]:
    """Où existe un indicateur : une ligne par famille de territoires et par période, les plus récentes d'abord."""
    lignes = entrepot._toutes(
        "WITH vus AS ("
        " SELECT t.maille, t.geographie, t.statut AS nature, o.annee_debut, o.annee,"
        "  CASE WHEN o.annee IS NULL THEN o.millesime END AS millesime, o.t,"
        f" bool_or(NOT o.{_SANS_VALEUR}) AS connu"
        " FROM observations_par_indicateur AS o JOIN territoires AS t ON t.cle = o.t"
        " WHERE o.indicateur = ? GROUP BY ALL)"
        " SELECT maille, geographie, nature, annee_debut, annee, millesime,"
        "  count(*) FILTER (WHERE connu), count(*) FILTER (WHERE NOT connu)"
        " FROM vus GROUP BY ALL",
        [indicateur],
    )
    rangs = list(Maille)
    trouvees = [Presence(Maille(maille), *reste) for maille, *reste in lignes]

    def place(p: Presence) -> tuple[Any, ...]:
        date = p.annee or p.millesime or 0
        return rangs.index(p.maille), p.statut != "QPV", p.statut, p.geographie or 0, -date, p.annee_debut or 0

    return sorted(trouvees, key=place)


def territoires_par_indicateur(entrepot: Entrepot) -> dict[str, int]:
    """Le nombre de territoires qui ont une valeur, un seuil ou un intervalle, pour chaque indicateur."""
    return dict(
        entrepot._toutes(
            "SELECT i.indicateur, count(DISTINCT m.t) FROM mesures_par_indicateur AS m"
            f" JOIN indicateurs AS i ON i.cle = m.i WHERE NOT m.{_SANS_VALEUR} GROUP BY ALL"
        )
    )


def comptes(entrepot: Entrepot, indicateur: str | None = None) -> dict[str, Compte]:
    """Ce qu'apporte chaque source, pour un indicateur (sans autres faits) ou pour tous ; sans les sources muettes."""
    condition, valeurs = ("WHERE indicateur = ?", [indicateur]) if indicateur else ("", [])
    chiffres = entrepot._toutes(
        f"SELECT source, count(*), count(*) FILTER (WHERE fiabilite = 'douteuse') FROM observations {condition}"
        " GROUP BY source ORDER BY count(*) DESC, source",
        valeurs,
    )
    faits: dict[str, int] = {}
    if indicateur is None:
        faits = dict(entrepot._toutes(f"SELECT source, count(*) FROM ({_FAITS}) GROUP BY source"))
    trouves = {source: Compte(n, douteux, faits.get(source, 0)) for source, n, douteux in chiffres}
    return trouves | {source: Compte(faits=n) for source, n in faits.items() if source not in trouves}


def douteuses(entrepot: Entrepot, agglomeration: str | None = None) -> list[Observation]:
    """Les chiffres douteux, de tous les territoires ou d'une agglomération et de ce qu'elle contient."""
    condition = "fiabilite = 'douteuse'"
    valeurs: list[Any] = []
    if agglomeration is not None:
        dedans = [code for (code,) in entrepot._toutes(_DESCENDANTS, [agglomeration])]
        condition += " AND territoire IN (SELECT unnest(?))"
        valeurs = [dedans]
    return entrepot._observations("observations", condition, valeurs)


def agglomerations(entrepot: Entrepot) -> list[Territoire]:
    """Les agglomérations qui ont un contrat de ville, par ordre alphabétique."""
    codes = entrepot._toutes("SELECT DISTINCT parent FROM appartenances WHERE nature = 'contrat'")
    return entrepot.territoires([code for (code,) in codes])


def sections(entrepot: Entrepot) -> list[Section]:
    """Les sections des documents lus, dans leur ordre, avec ce qui y a été lu et les passages laissés.

    Un passage va à la section où il commence.
    """
    laisses: dict[str, list[Passage]] = defaultdict(list)
    for source, *reste in entrepot._toutes(
        "SELECT source, ligne_debut, ligne_fin, raison, extrait FROM ecartes ORDER BY source, ligne_debut, ligne_fin"
    ):
        laisses[source].append(Passage(*reste))
    return [
        Section(
            source,
            debut,
            fin,
            titre,
            Compte(chiffres, douteux, faits),
            sans,
            tuple(p for p in laisses[source] if debut <= p.ligne_debut <= fin),
        )
        for source, debut, fin, titre, chiffres, douteux, faits, sans in entrepot._toutes(_SECTIONS)
    ]


def absences(entrepot: Entrepot) -> list[tuple[str, str, list[str]]]:
    """Les chiffres que la fiche d'un territoire n'imprime pas : (territoire, motif, indicateurs)."""
    return entrepot._toutes(  # type: ignore[return-value]
        "SELECT territoire, motif, list(indicateur ORDER BY rowid) FROM absences GROUP BY ALL"
        " ORDER BY territoire, motif"
    )


def statuts(entrepot: Entrepot) -> dict[Statut, int]:
    """Le nombre de chiffres de chaque statut ; ceux qui n'existent pas n'y sont pas."""
    lignes = entrepot._toutes("SELECT statut::VARCHAR, count(*) FROM observations GROUP BY ALL")
    return {Statut(statut): n for statut, n in lignes}


def glossaire(entrepot: Entrepot) -> list[Terme]:
    """Les mots du glossaire, dans l'ordre du fichier.

    Vide sur une base faite avant lui : elle peut rester en service tant que les données neuves ont une erreur.
    """
    if not entrepot._toutes("SELECT 1 FROM information_schema.tables WHERE table_name = 'glossaire'"):
        return []
    return [Terme(*li) for li in entrepot._toutes("SELECT terme, definition, source FROM glossaire ORDER BY rowid")]
