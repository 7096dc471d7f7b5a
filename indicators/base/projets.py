"""Les questions sur les projets de quartier : éléments, équipements, opérations. SQL du bloc « projet du quartier »."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from indicators.base.base import Base
from indicators.base.lieux import liste
from indicators.socle.projets import Element, Equipement, Operation, Projet
from indicators.socle.territoires import Fiche, Maille, Territoire


def reunir(base: Base, fiche: Fiche) -> tuple[Projet, ...]:
    """Ce qui est écrit du projet d'un territoire, puis de chacun de ses autres périmètres ; rien qui soit vide.

    Pour une commune : les opérations qui la nomment, celles de ses quartiers comprises.
    """
    ici = fiche.territoire
    trouves = [_projet(base, t, t != ici) for t in (ici, *base.territoires(fiche.autres_perimetres))]
    return tuple(p for p in trouves if p.elements or p.equipements or p.operations)


def operations_des_communes(base: Base, communes: Sequence[str]) -> list[Operation]:
    """Les opérations qui nomment l'une de ces communes, celles de ses quartiers comprises, par source et ligne."""
    return _operations(base, "list_has_any(string_split(commune, ','), ?::VARCHAR[])", [list(communes)])


def _operations(base: Base, condition: str, valeurs: list[Any]) -> list[Operation]:
    return [
        Operation(lieu, liste(communes, ","), *reste)
        for lieu, communes, *reste in base._toutes(
            "SELECT territoire, commune, nature, logements, annee, montant, bailleur, libelle, note,"
            f" fiabilite = 'douteuse', source, ligne, passage FROM operations WHERE {condition}"
            " ORDER BY source, ligne, operation",
            valeurs,
        )
    ]


def _projet(base: Base, territoire: Territoire, autre: bool) -> Projet:
    code = territoire.territoire
    elements = [
        Element(liste(communes, ","), *reste)
        for communes, *reste in base._toutes(
            "SELECT commune, nature, pilier, ordre, texte, enjeu, axe, parent, statut_lecture = 'abimee', note, source,"
            " ligne FROM projets WHERE territoire = ? ORDER BY source, ligne, nature <> 'objectif_strategique', ordre",
            [code],
        )
    ]
    equipements = [
        Equipement(liste(communes, ","), *reste)
        for communes, *reste in base._toutes(
            "SELECT commune, equipement, rubrique, adresse, note, source, ligne, passage FROM equipements"
            " WHERE territoire = ? ORDER BY source, ligne",
            [code],
        )
    ]
    condition = "territoire = ?"
    if territoire.maille is Maille.COMMUNE:
        condition = "list_contains(string_split(commune, ','), ?)"
    operations = _operations(base, condition, [code])
    cites = {c for e in elements for c in e.communes} | {c for e in equipements for c in e.communes}
    cites |= {c for o in operations for c in (*o.communes, o.territoire)}
    noms = {t.territoire: t for t in base.territoires(cites)}
    return Projet(territoire, autre, tuple(elements), tuple(equipements), tuple(operations), noms)
