"""Ce que le produit lit dans des répartitions déjà comptées, refait de tous les chiffres : de quoi le vérifier."""

from __future__ import annotations

import math
from collections.abc import Iterable

from indicators.analyse.rangs import Classement, Place, ranger
from indicators.socle.catalogue import Indicateur
from indicators.socle.observations import Observation, meme_periode
from indicators.socle.repartition import SEUIL_REPARTITION
from indicators.socle.territoires import Territoire


def classer(
    observation: Observation,
    territoire: Territoire,
    autres: Iterable[tuple[Territoire, Observation]],
    indicateur: Indicateur,
) -> Classement:
    """Un territoire parmi ceux de même maille, périmètre, statut et période ; chacun compte une fois, par sa source de
    meilleur rang qui mesure le périmètre qu'il a encore."""
    semblables = {territoire.territoire: observation}
    for autre, chiffre in sorted(autres, key=lambda paire: paire[1].rang):
        comparable = famille(autre) == famille(territoire) and chiffre.perimetre is None
        if comparable and meme_periode(observation, chiffre):
            semblables.setdefault(autre.territoire, chiffre)
    return ranger(list(semblables.values()), indicateur)


def famille(territoire: Territoire) -> tuple[object, ...]:
    return territoire.maille, territoire.geographie, territoire.statut


def place(classement: Classement, territoire: str) -> Place:
    """La place de ce territoire et ce qu'il faut pour la dessiner."""
    bornes = [b for o in (*classement.classees, *classement.a_part) for b in o.etendue or () if math.isfinite(b)]
    return Place(
        classement.indicateur,
        len(classement.classees),
        classement.rang(territoire),
        classement.repartition,
        (min(bornes), max(bornes)) if bornes else None,
        classement.classees if len(classement.classees) < SEUIL_REPARTITION else (),
    )
