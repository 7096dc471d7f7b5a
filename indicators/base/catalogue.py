"""Le catalogue, lu une fois à l'ouverture de la base : thèmes, unités, indicateurs, sources, familles, ruptures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from indicators.base.lieux import Lire, liste
from indicators.donnees.schema import FEUILLES
from indicators.socle.catalogue import (
    Bailleur,
    Catalogue,
    ChoixDeFamille,
    Famille,
    Indicateur,
    NatureRupture,
    Rupture,
    Sens,
    Source,
    Theme,
)
from indicators.socle.territoires import Maille
from indicators.socle.unites import Unite, table


def lire(toutes: Lire) -> Catalogue:
    """Le catalogue entier. `toutes` pose une question à la base et rend toutes ses lignes."""
    unites = table(feuille(toutes, "unites"))
    themes = [Theme(**ligne) for ligne in feuille(toutes, "themes")]
    indicateurs = [_indicateur(ligne, unites) for ligne in feuille(toutes, "indicateurs", "cle")]
    sources = [Source(**ligne) for ligne in feuille(toutes, "sources", "cle")]
    return Catalogue(
        {t.theme: t for t in themes},
        {i.indicateur: i for i in indicateurs if not i.est_mesure_declinee},
        {s.source: s for s in sources},
        unites,
        _familles(toutes),
        _ruptures(toutes),
        {i.indicateur: i for i in indicateurs if i.est_mesure_declinee},
        {ligne["bailleur"]: Bailleur(**ligne) for ligne in feuille(toutes, "bailleurs")},
        {(ligne["feuille"], ligne["ancien"]): ligne["nouveau"] for ligne in feuille(toutes, "renommages")},
    )


def _indicateur(ligne: dict[str, Any], unites: Mapping[str, Unite]) -> Indicateur:
    lus = {"unite": unites[ligne["unite"]], "sens": Sens(ligne["sens"]), "bande_proche": ligne["bande_proche"] or 0.0}
    return Indicateur(**ligne | lus)


def _familles(toutes: Lire) -> tuple[Famille, ...]:
    familles: dict[str, tuple[str, dict[Maille, list[ChoixDeFamille]]]] = {}
    for famille, libelle, maille, indicateur, note in toutes(
        "SELECT famille, libelle, maille, indicateur, note FROM familles ORDER BY rowid"
    ):
        _, choix = familles.setdefault(famille, (libelle, {}))
        choix.setdefault(Maille(maille), []).append(ChoixDeFamille(indicateur, note))
    return tuple(
        Famille(code, libelle, {maille: tuple(rangs) for maille, rangs in choix.items()})
        for code, (libelle, choix) in familles.items()
    )


def _ruptures(toutes: Lire) -> tuple[Rupture, ...]:
    """Les ruptures ; celles d'un périmètre disent quelles sources des lieux sont avant, lesquelles après."""
    suivis: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for territoire, source, perimetre in toutes("SELECT territoire, source, perimetre FROM perimetres"):
        suivis[territoire].append((source, perimetre))

    def cotes(nature: str, territoires: str, depuis: int | None) -> tuple[frozenset[tuple[str, str]], ...]:
        if nature != NatureRupture.PERIMETRE or depuis is None:
            return frozenset(), frozenset()
        lus = [(t, *suivi) for t in liste(territoires, ",") for suivi in suivis.get(t, ())]
        return (
            frozenset((t, source) for t, source, perimetre in lus if perimetre < depuis),
            frozenset((t, source) for t, source, perimetre in lus if perimetre >= depuis),
        )

    return tuple(
        Rupture(
            liste(indicateurs, ","),
            liste(mailles, ","),
            liste(territoires, ","),
            depuis,
            NatureRupture(nature),
            ecart,
            raison,
            source,
            *cotes(nature, territoires, depuis),
        )
        for indicateurs, mailles, territoires, depuis, nature, ecart, raison, source in toutes(
            "SELECT indicateur, mailles, territoire, depuis, nature, ecart_annees, raison, source FROM ruptures"
            " ORDER BY rowid"
        )
    )


def feuille(toutes: Lire, nom: str, ordre: str = "") -> list[dict[str, Any]]:
    """Les lignes d'une feuille entière, par nom de colonne ; une cellule à plusieurs codes devient un tuple."""
    colonnes = FEUILLES[nom].colonnes
    suite = f" ORDER BY {ordre}" if ordre else ""
    return [
        {c.nom: liste(v, ",") if c.plusieurs else v for c, v in zip(colonnes, ligne, strict=True)}
        for ligne in toutes(f"SELECT {', '.join(FEUILLES[nom].noms)} FROM {nom}{suite}")
    ]
