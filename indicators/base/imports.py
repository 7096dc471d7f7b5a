"""Ce que l'import demande à la base : les lieux et leurs liens, les valeurs déjà connues."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from indicators.base.base import Base
from indicators.base.lieux import ACTUELLES
from indicators.socle.erreurs import Constat
from indicators.socle.observations import Statut


class Connue(NamedTuple):
    """Une valeur déjà dans la base, avec ce qui la date et d'où elle vient."""

    annee_debut: int | None
    annee: int | None
    millesime: int | None
    valeur: float | None
    borne_inf: float | None
    borne_sup: float | None
    statut: Statut
    fiabilite: str
    decimales: int
    source: str

    @property
    def cle(self) -> tuple[int | None, int | None, int | None, str]:
        """Ce qui la distingue des autres valeurs du même indicateur pour le même territoire."""
        return self.annee_debut, self.annee, self.millesime, self.source


Connues = dict[tuple[str, str], list[Connue]]
"""Les valeurs de la base, par (territoire, indicateur)."""


_STATUTS = {str(statut): statut for statut in Statut}


def valeurs_connues(base: Base, indicateurs: Sequence[str], territoires: Collection[str] | None = None) -> Connues:
    """Les valeurs de ces indicateurs, pour ces territoires ou pour tous, sans leurs textes."""
    rangees: Connues = defaultdict(list)
    parmi = "" if territoires is None else " AND t.territoire IN (SELECT unnest(?))"
    lignes = base._toutes(
        "SELECT t.territoire, i.indicateur, m.annee_debut, m.annee, m.millesime, m.valeur, m.borne_inf, m.borne_sup,"
        " m.statut, m.fiabilite, m.decimales, s.source FROM mesures_par_indicateur AS m"
        " JOIN territoires AS t ON t.cle = m.t JOIN indicateurs AS i ON i.cle = m.i JOIN sources AS s ON s.cle = m.s"
        f" WHERE i.indicateur IN (SELECT unnest(?)){parmi}",
        [list(indicateurs), *([] if territoires is None else [list(territoires)])],
    )
    for territoire, indicateur, debut, annee, millesime, valeur, inf, sup, statut, *reste in lignes:
        connue = Connue(debut, annee, millesime, valeur, inf, sup, _STATUTS[statut], *reste)
        rangees[territoire, indicateur].append(connue)
    return rangees


def liens(base: Base) -> list[tuple[str, str, str]]:
    """Les appartenances qui valent encore : (territoire, parent, nature)."""
    lus = base._toutes(f"SELECT territoire, parent, nature FROM {ACTUELLES}")
    return [(territoire, parent, nature) for territoire, parent, nature in lus]


class Rattachement(NamedTuple):
    """Un lien qui vaut encore, tel que la base l'écrit ; `depuis` : None s'il vaut de tout temps."""

    territoire: str
    parent: str
    nature: str
    source: str
    depuis: int | None


def rattachements(base: Base) -> list[Rattachement]:
    """Tous les liens qui valent encore, avec leur source et leur date."""
    lus = base._toutes(f"SELECT territoire, parent, nature, source, depuis FROM {ACTUELLES} ORDER BY rang")
    return [Rattachement(*ligne) for ligne in lus]


def epci_dates(base: Base) -> dict[str, list[tuple[str, int | None, int | None]]]:
    """Les EPCI qu'ont eus les communes qui en ont changé : (EPCI, depuis, jusqu'à), le dernier compris."""
    passes: dict[str, list[tuple[str, int | None, int | None]]] = defaultdict(list)
    for commune, epci, depuis, jusqu_a in base._toutes(
        "SELECT territoire, parent, depuis, jusqu_a FROM appartenances WHERE nature = 'epci'"
        " AND starts_with(territoire, 'COM') AND territoire IN"
        " (SELECT territoire FROM appartenances WHERE nature = 'epci'"
        " AND (depuis IS NOT NULL OR jusqu_a IS NOT NULL)) ORDER BY rowid"
    ):
        passes[commune].append((epci, depuis, jusqu_a))
    return dict(passes)


def edition_des_lieux(base: Base) -> int | None:
    """L'édition des listes dont viennent les lieux de la base : la plus récente qu'une donnée date ; None sinon."""
    lues = base._toutes(
        "SELECT max(annee) FROM (SELECT annee FROM observations WHERE indicateur = 'nb_communes'"
        " UNION ALL SELECT depuis FROM appartenances)"
    )
    annee = lues[0][0]
    return int(annee) if annee is not None else None


def lignes_ecartees(base: Base) -> list[Constat]:
    """Les lignes d'ajouts locaux que cette version n'a pas pu prendre, et pourquoi."""
    lues = base._toutes("SELECT fichier, ligne, colonne, message FROM ecartees ORDER BY ALL")
    return [Constat(fichier, ligne, colonne, message, "ecartee") for fichier, ligne, colonne, message in lues]
