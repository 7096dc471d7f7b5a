"""Ce qui manque : pour chaque famille, le fichier officiel qui la remplirait, où le prendre, ce qu'il reste à faire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indicators.base.base import Base
from indicators.base.familles import Manque, couvrir, manques
from indicators.socle.catalogue import Famille
from indicators.socle.territoires import Territoire
from pages.commun.gabarits import rendre
from pages.commun.memoire import garder


@dataclass(frozen=True)
class LigneDeManques:
    """Une famille d'un territoire : sa plus récente année (None : sans date), les fichiers qui la rempliraient."""

    famille: Famille
    connue: bool
    annee: int | None
    fichiers: tuple[Manque, ...]


@garder(200)
def du_territoire(base: Base, code: str) -> str:
    """Ce qui manque à un territoire, famille par famille ; vide quand aucun fichier officiel n'ajouterait rien."""
    territoire = base.territoire(code)
    fichiers = manques(base)
    lignes = []
    for famille in base.catalogue.familles:
        admis = [choix.indicateur for choix in famille.pour(territoire.maille)]
        if not admis:
            continue
        lues = [o for o in base.observations([code], admis) if o.a_une_valeur]
        siens = tuple(m for m in fichiers if m.famille == famille.famille and _pour(m, territoire))
        if siens:
            annees = [o.annee for o in lues if o.annee]
            lignes.append(LigneDeManques(famille, bool(lues), max(annees, default=None), siens))
    return str(rendre("manques.html", part="territoire", territoire=territoire, lignes=lignes)) if lignes else ""


@garder(4)
def de_l_installation(base: Base, agglomerations: Sequence[str]) -> str:
    """Par famille et par maille, combien de territoires de ces agglomérations sont sans valeur, et ce qui manque."""
    fichiers = manques(base)
    lignes = [
        (c, [m for m in fichiers if _de(m, c.famille.famille, c.maille, c.geographie)])
        for c in couvrir(base, agglomerations)
    ]
    utiles = [(couverture, siens) for couverture, siens in lignes if siens]
    noms = [t.nom for t in base.territoires(agglomerations)]
    return str(rendre("manques.html", part="installation", lignes=utiles, agglomerations=noms))


def _pour(manque: Manque, territoire: Territoire) -> bool:
    return _de(manque, manque.famille, territoire.maille, territoire.geographie)


def _de(manque: Manque, famille: str, maille: str, geographie: int | None) -> bool:
    return (manque.famille, manque.maille, manque.geographie) == (famille, maille, geographie)
