"""Les questions sur l'enquête auprès des habitants, les soldes migratoires, et les feuilles rendues telles quelles."""

from __future__ import annotations

from typing import Any

from indicators.base.base import Base
from indicators.base.lieux import ACTUELLES
from indicators.donnees.schema import FEUILLES
from indicators.socle.enquetes import AgglomerationCitee, Enquete, Rangee, Reponse, Solde

OUVERTES = ("segments", "soldes", "agglomerations", "operations", "equipements", "projets")
"""Les feuilles, hors des mesures, que l'on rend telles quelles : elles n'ont que des faits lus dans les documents."""


def enquete(base: Base, territoire: str) -> Enquete | None:
    """Le profil des groupes d'habitants de ce territoire, dans l'ordre du document ; None s'il n'y en a pas."""
    lignes = base._toutes(
        "SELECT question, reponse, annee, libelle, part, fiabilite = 'douteuse', note, source, ligne, passage"
        " FROM segments WHERE territoire = ? ORDER BY rowid",
        [territoire],
    )
    if not lignes:
        return None
    groupes = tuple(dict.fromkeys(ligne[3] for ligne in lignes))
    rangees: dict[tuple[str, str], dict[str, Reponse]] = {}
    for question, reponse, _, *reste in lignes:
        rangees.setdefault((question, reponse), {})[reste[0]] = Reponse(*reste)
    return Enquete(
        lignes[0][2],
        groupes,
        tuple(Rangee(*cle, tuple(parts.get(groupe) for groupe in groupes)) for cle, parts in rangees.items()),
    )


def soldes(base: Base, territoire: str) -> tuple[Solde, ...]:
    """Les échanges migratoires de ce territoire puis de ses parties, dans l'ordre du document."""
    lignes = base._toutes(
        "SELECT territoire, categorie, signe, lecture, note, source, ligne, passage FROM soldes WHERE territoire = ?"
        f" OR territoire IN (SELECT territoire FROM {ACTUELLES} WHERE parent = ?) ORDER BY rowid",
        [territoire, territoire],
    )
    return tuple(Solde(*ligne) for ligne in lignes)


def agglomerations(base: Base, territoire: str) -> tuple[AgglomerationCitee, ...]:
    """Celles auxquelles un document compare ce territoire, et lui-même, dans l'ordre imprimé."""
    lignes = base._toutes(
        "SELECT agglomeration, aujourd_hui, superficie_km2, communes, population, part_ville_centre, note, source,"
        " ligne, passage FROM agglomerations WHERE territoire = ? ORDER BY rowid",
        [territoire],
    )
    return tuple(AgglomerationCitee(*ligne) for ligne in lignes)


def feuille(base: Base, nom: str) -> list[dict[str, Any]]:
    """Toutes les lignes d'une des feuilles `OUVERTES`, par nom de colonne, dans l'ordre des fichiers.

    Lève `ValueError` pour une feuille qui n'est pas ouverte.
    """
    if nom not in OUVERTES:
        raise ValueError(f"« {nom} » n'est pas une feuille ouverte ({', '.join(OUVERTES)})")
    noms = FEUILLES[nom].noms
    lignes = base._toutes(f"SELECT {', '.join(noms)} FROM {nom} ORDER BY rowid")
    return [dict(zip(noms, ligne, strict=True)) for ligne in lignes]
