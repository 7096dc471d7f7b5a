"""Sur la carte : les lieux ouverts au public que l'on marque, et leur tableau ; l'adresse porte le choix."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.analyse.autour import RAYON, Place, places
from indicators.base.base import Base
from indicators.carte.marques import loin
from indicators.recit.autour import PLURIELS
from indicators.socle.emprise import Emprise
from indicators.socle.nombres import capitale
from indicators.socle.services import GENRES
from indicators.socle.territoires import Maille, Territoire
from pages.commun.choix import cases
from pages.parametres import MARQUES
from pages.vues.portrait.autour import dessiner
from pages.vues.portrait.iris import avec_contour


def choisir() -> tuple[str, ...]:
    """Les sortes de lieux à marquer ; aucune d'office."""
    return tuple(cases(MARQUES, "Marquer sur la carte", list(GENRES), nommer=lambda genre: capitale(PLURIELS[genre])))


def dans(
    base: Base, emprise: Emprise, genres: Sequence[str], agglomeration: str | None, ouvert: str | None
) -> tuple[Place, ...]:
    """Les lieux de ces sortes que montre la carte, et leur distance au quartier ouvert, sinon au plus proche d'ici.

    D'une agglomération, les siens, et ceux d'à côté qui sont à un quart d'heure à pied d'un quartier.
    """
    trouvees = places(base, genres, emprise, _quartiers(base, agglomeration, ouvert)) if genres else ()
    siennes = set(base.communes_de(agglomeration)) if agglomeration else set()
    return tuple(
        p
        for p in trouvees
        if not siennes or p.service.commune in siennes or (p.metres is not None and p.metres <= RAYON)
    )


def _quartiers(base: Base, agglomeration: str | None, ouvert: str | None) -> list[Territoire]:
    territoire = base.trouver(ouvert or "")
    if territoire is not None and territoire.maille is Maille.QUARTIER:
        return avec_contour(base, base.fiche(territoire.territoire))
    siens = base.fiche(agglomeration).quartiers if agglomeration else ()
    return [t for t in siens if t.geographie == 2024 and t.statut == "QPV"]


def tableau(base: Base, marquees: Sequence[Place]) -> str:
    """Les lieux marqués, le plus proche d'un quartier d'abord ; chaîne vide s'il n'y en a aucun."""
    return dessiner(base, "marques", marquees, lambda p: loin(p) or "non mesurée") if marquees else ""
