"""Les questions de l'écran « Sources et méthode » à la base : comptes par source, par section, par indicateur."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from indicators.base.base import Base, parmi
from indicators.socle.methode import Compte, Passage, Presence, Section, Terme
from indicators.socle.observations import Observation, Statut
from indicators.socle.territoires import Maille


def presences(base: Base, indicateur: str) -> list[Presence]:
    """Où existe un indicateur : une ligne par famille de territoires et par période, les plus récentes d'abord."""
    lignes = base._toutes(
        "SELECT maille, geographie, statut, annee_debut, annee, millesime, connus, inconnus FROM existences"
        " WHERE i = ?",
        [base.cle_indicateur(indicateur)],
    )
    rangs = list(Maille)
    trouvees = [Presence(Maille(maille), *reste) for maille, *reste in lignes]

    def place(p: Presence) -> tuple[Any, ...]:
        date = p.annee or p.millesime or 0
        famille = (rangs.index(p.maille), p.statut != "QPV", p.statut, p.geographie or 0)
        return *famille, -date, p.annee is None, p.annee_debut or 0

    return sorted(trouvees, key=place)


def territoires_par_indicateur(base: Base) -> dict[str, int]:
    """Le nombre de territoires qui ont une valeur, un seuil ou un intervalle, pour chaque indicateur."""
    return dict(
        base._toutes(
            "SELECT i.indicateur, c.territoires FROM connus_par_indicateur AS c JOIN indicateurs AS i ON i.cle = c.i"
        )
    )


def comptes(base: Base, indicateur: str | None = None) -> dict[str, Compte]:
    """Ce qu'apporte chaque source, pour un indicateur (sans autres faits) ou pour tous ; sans les sources muettes."""
    condition, valeurs = ("WHERE i = ?", [base.cle_indicateur(indicateur)]) if indicateur else ("", [])
    chiffres = base._toutes(
        "SELECT source, sum(nombre)::INTEGER AS n,"
        " coalesce(sum(nombre) FILTER (WHERE fiabilite = 'douteuse'), 0)::INTEGER FROM denombrements AS d"
        f" JOIN sources ON sources.cle = d.s {condition} GROUP BY source ORDER BY n DESC, source",
        valeurs,
    )
    faits: dict[str, int] = {}
    if indicateur is None:
        faits = dict(base._toutes("SELECT source, faits FROM faits_par_source"))
    trouves = {source: Compte(n, douteux, faits.get(source, 0)) for source, n, douteux in chiffres}
    return trouves | {source: Compte(faits=n) for source, n in faits.items() if source not in trouves}


def combien_de_douteuses(base: Base, agglomeration: str | None = None, indicateur: str | None = None) -> int:
    """Le nombre de chiffres douteux : tous, ceux d'un indicateur, ou d'une agglomération et de ce qu'elle contient."""
    condition, valeurs, combien = "fiabilite = 'douteuse'", [], "sum(nombre)::INTEGER FROM denombrements"
    if indicateur is not None:
        condition, valeurs = f"{condition} AND i = ?", [base.cle_indicateur(indicateur)]
    elif agglomeration is not None:
        suite, valeurs = parmi("t", base.cles_des_contenus(agglomeration))
        condition, combien = f"{condition} AND {suite}", "count(*) FROM mesures_par_territoire"
    return base._toutes(f"SELECT {combien} WHERE {condition}", valeurs)[0][0] or 0


def douteuses(
    base: Base, agglomeration: str | None = None, indicateur: str | None = None, limite: int = 500
) -> list[Observation]:
    """Les premiers des chiffres que compte `combien_de_douteuses`, sans leurs passages."""
    condition, valeurs, contenus = "fiabilite = 'douteuse'", [], None
    if indicateur is not None:
        condition, valeurs = f"i = ? AND {condition}", [base.cle_indicateur(indicateur)]
    elif agglomeration is not None:
        contenus = base.cles_des_contenus(agglomeration)
    return base.chercher_mesures(condition, valeurs, limite, contenus, passages=False)


def sections(base: Base) -> list[Section]:
    """Les sections des documents lus, dans leur ordre, avec ce qui y a été lu et les passages laissés.

    Un passage va à la section où il commence.
    """
    laisses: dict[str, list[Passage]] = defaultdict(list)
    for source, *reste in base._toutes(
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
        for source, debut, fin, titre, chiffres, douteux, faits, sans in base._toutes(
            "SELECT source, ligne_debut, ligne_fin, section, chiffres, douteux, faits, sans FROM sections_lues"
            " ORDER BY source, ligne_debut"
        )
    ]


def absences(base: Base) -> list[tuple[str, str, list[str]]]:
    """Les chiffres que la fiche d'un territoire n'imprime pas : (territoire, motif, indicateurs)."""
    lues = base._toutes(
        "SELECT territoire, motif, list(indicateur ORDER BY rowid) FROM absences GROUP BY ALL"
        " ORDER BY territoire, motif"
    )
    return [(territoire, motif, indicateurs) for territoire, motif, indicateurs in lues]


def statuts(base: Base) -> dict[Statut, int]:
    """Le nombre de chiffres de chaque statut ; ceux qui n'existent pas n'y sont pas."""
    lignes = base._toutes("SELECT statut::VARCHAR, sum(nombre)::INTEGER FROM denombrements GROUP BY ALL")
    return {Statut(statut): n for statut, n in lignes}


def glossaire(base: Base) -> list[Terme]:
    """Les mots du glossaire, dans l'ordre du fichier.

    Vide sur une base faite avant lui : elle peut rester en service tant que les données neuves ont une erreur.
    """
    if not base._toutes("SELECT 1 FROM information_schema.tables WHERE table_name = 'glossaire'"):
        return []
    return [Terme(*li) for li in base._toutes("SELECT terme, definition, source FROM glossaire ORDER BY rowid")]
