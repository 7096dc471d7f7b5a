"""Les IRIS pauvres hors des quartiers prioritaires : ceux dont le taux dépasse celui de la moitié des quartiers.

C'est une question posée aux chiffres, non un zonage. Un IRIS n'est pas un quartier, et les quartiers qui ont un taux
peuvent être ceux de 2015 : l'année est la même des deux côtés, les contours de 2024 disent où il y a un quartier.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from indicators.analyse.comparatif import cle_de_periode
from indicators.analyse.recouvrements import Recouvrement, de_l_agglomeration
from indicators.base.base import Base
from indicators.socle.observations import Observation, par_territoire, retenue
from indicators.socle.territoires import Territoire

INDICATEUR = "taux_pauvrete"


@dataclass(frozen=True)
class Poche:
    """Un IRIS ou une commune entière, son taux, et combien de quartiers prioritaires en ont un plus faible.

    `quartiers` : ceux de 2024 dont il contient tout ou une part.
    """

    lieu: Territoire
    chiffre: Observation
    depasses: int
    quartiers: tuple[Recouvrement, ...] = ()


@dataclass(frozen=True)
class Poches:
    """La réponse pour une agglomération et une période ; les lieux, le taux le plus élevé d'abord.

    `quartiers` : combien de quartiers prioritaires ont un taux sûr à cette date, sur `quartiers_en_tout`, dans le
    périmètre `geographie` ; `lieux` : de même pour les IRIS et les communes entières. `hors` : ceux qui dépassent la
    moitié des quartiers sans en contenir ; `avec` : ceux qui la dépassent et en contiennent tout ou une part ;
    `suivants` : les autres qui n'en contiennent pas.
    """

    periode: str
    geographie: int
    quartiers: int
    quartiers_en_tout: int
    lieux: int
    lieux_en_tout: int
    hors: tuple[Poche, ...]
    avec: tuple[Poche, ...]
    suivants: tuple[Poche, ...]


def chercher(base: Base, agglomeration: str, periode: str) -> Poches | None:
    """Les poches d'une agglomération à une période ; None si rien n'y est connu des quartiers ou des IRIS.

    Un taux douteux, secret, un seuil ou un intervalle ne compte ni d'un côté ni de l'autre.
    """
    lieux = base.maille_fine(agglomeration)
    prioritaires = [t for t in base.fiche(agglomeration).quartiers if t.statut == "QPV" and t.geographie]
    taux_des_lieux = _taux(base, lieux, periode)
    geographie, en_tout, taux_des_quartiers = 0, 0, {}
    for geographie in sorted({t.geographie or 0 for t in prioritaires}, reverse=True):
        siens = [t for t in prioritaires if t.geographie == geographie]
        en_tout, taux_des_quartiers = len(siens), _taux(base, siens, periode)
        if taux_des_quartiers:
            break
    if not taux_des_lieux or not taux_des_quartiers:
        return None
    contenus = defaultdict(list)
    for recouvrement in de_l_agglomeration(base, agglomeration):
        contenus[recouvrement.lieu.territoire].append(recouvrement)
    poches = [
        Poche(lieu, chiffre, _depasses(chiffre, taux_des_quartiers.values()), tuple(contenus[lieu.territoire]))
        for lieu in lieux
        if (chiffre := taux_des_lieux.get(lieu.territoire)) is not None
    ]
    poches.sort(key=lambda p: (-(p.chiffre.valeur or 0), p.lieu.territoire))
    moitie = len(taux_des_quartiers) / 2
    return Poches(
        periode, geographie, len(taux_des_quartiers), en_tout, len(taux_des_lieux), len(lieux),
        hors=tuple(p for p in poches if p.depasses >= moitie and not p.quartiers),
        avec=tuple(p for p in poches if p.depasses >= moitie and p.quartiers),
        suivants=tuple(p for p in poches if p.depasses < moitie and not p.quartiers),
    )  # fmt: skip


def _depasses(chiffre: Observation, quartiers: Iterable[Observation]) -> int:
    return sum((o.valeur or 0.0) < (chiffre.valeur or 0.0) for o in quartiers)


def _taux(base: Base, territoires: Iterable[Territoire], periode: str) -> dict[str, Observation]:
    """Le taux de chacun à cette période, par sa meilleure source, s'il est sûr et ponctuel."""
    chiffres = par_territoire(base.observations_indicateur(INDICATEUR, [t.territoire for t in territoires]))
    trouves = {}
    for code, siens in chiffres.items():
        chiffre = retenue(o for o in siens if cle_de_periode(o) == periode)
        if chiffre is not None and chiffre.est_ponctuelle and not chiffre.douteuse:
            trouves[code] = chiffre
    return trouves
