"""Un quartier prioritaire et les IRIS : quelle part de surface ils ont en commun. De la surface, jamais des habitants.

Une commune que l'Insee ne découpe pas est son propre IRIS. Le contour vient alors du même fichier que ceux des IRIS :
deux voisins ont la même limite.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from indicators.base.base import Base
from indicators.base.carte import Forme, contours, contours_des_iris
from indicators.socle.territoires import Territoire

INFIME = 0.01
"""En deçà d'un centième de l'un et de l'autre, le recouvrement est le bruit de deux tracés, non une part."""


@dataclass(frozen=True)
class Recouvrement:
    """Ce qu'un quartier et un IRIS ont en commun : la part de la surface de l'un et de l'autre, de 0 à 1."""

    quartier: Territoire
    lieu: Territoire
    du_quartier: float
    du_lieu: float


def du_quartier(base: Base, quartier: Territoire) -> tuple[Recouvrement, ...]:
    """Les IRIS que rencontre le périmètre d'un quartier, la plus grande part de sa surface d'abord.

    Vide si son contour n'est pas connu, ou si rien n'est connu des IRIS de ses communes.
    """
    lieux = [lieu for commune in base.fiche(quartier.territoire).communes for lieu in base.iris_ou_commune(commune)]
    return croiser(base, [quartier], lieux)


def de_l_iris(base: Base, iris: Territoire) -> tuple[Recouvrement, ...]:
    """Les quartiers prioritaires de 2024 de son agglomération qui ont une part de leur surface dans un IRIS.

    Vide sans contour connu. Les parts vont de 0 à 1.
    """
    agglomerations = base.fiche(iris.territoire).agglomerations
    quartiers = [q for a in agglomerations for q in base.fiche(a.territoire).quartiers]
    return croiser(base, [q for q in quartiers if q.geographie == 2024 and q.statut == "QPV"], [iris])


def de_l_agglomeration(base: Base, agglomeration: str) -> tuple[Recouvrement, ...]:
    """Les recouvrements des quartiers de 2024 d'une agglomération et de ses IRIS."""
    quartiers = [t for t in base.fiche(agglomeration).quartiers if t.geographie == 2024 and t.statut == "QPV"]
    return croiser(base, quartiers, base.maille_fine(agglomeration))


def croiser(base: Base, quartiers: Sequence[Territoire], lieux: Sequence[Territoire]) -> tuple[Recouvrement, ...]:
    """Les recouvrements qui ne sont pas infimes, par quartier, la plus grande part d'abord."""
    perimetres = contours(base, [t.territoire for t in quartiers], 0)
    fins = contours_des_iris(base, lieux, 0)
    places = [lieu for lieu in lieux if lieu.territoire in fins]
    arbre = shapely.STRtree([fins[lieu.territoire].geometrie for lieu in places])
    trouves = []
    for quartier in quartiers:
        forme = perimetres.get(quartier.territoire)
        if forme is None:
            continue
        siens = [
            _recouvrement(quartier, forme, places[n], fins[places[n].territoire])
            for n in arbre.query(forme.geometrie, predicate="intersects")
        ]
        gardes = [r for r in siens if max(r.du_quartier, r.du_lieu) >= INFIME]
        trouves += sorted(gardes, key=lambda r: (-r.du_quartier, r.lieu.territoire))
    return tuple(trouves)


def _recouvrement(quartier: Territoire, perimetre: Forme, lieu: Territoire, contour: Forme) -> Recouvrement:
    # Un rapport de surfaces voisines ne dépend pas de la projection : les degrés suffisent.
    commune = shapely.area(shapely.intersection(perimetre.geometrie, contour.geometrie))
    return Recouvrement(
        quartier,
        lieu,
        float(commune / shapely.area(perimetre.geometrie)),
        float(commune / shapely.area(contour.geometrie)),
    )
