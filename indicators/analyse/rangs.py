"""Le rang d'un territoire parmi ses semblables, et ce qu'il faut pour dessiner sa place.

Seules les valeurs ponctuelles se rangent ; un seuil ou un intervalle est à part, comme le chiffre d'un périmètre que le
lieu n'a plus ; un secret est compté.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from indicators.socle.catalogue import Indicateur
from indicators.socle.observations import Observation, Statut
from indicators.socle.repartition import SEUIL_REPARTITION, Repartition


@dataclass(frozen=True)
class Rang:
    """La place d'un territoire parmi ses semblables : 1 pour la valeur la plus élevée, ex æquo au même rang.

    `depuis_le_bas` est le rang compté de la plus faible ; `ex_aequo` dit si d'autres ont la même valeur.
    """

    rang: int
    depuis_le_bas: int
    ex_aequo: bool
    effectif: int


@dataclass(frozen=True)
class Classement:
    """Les territoires de même maille et de même périmètre, pour un indicateur et une période.

    `classees` : les valeurs ponctuelles, de la plus élevée à la plus faible ; `a_part` : seuils, intervalles et
    chiffres d'un ancien périmètre, connus mais sans rang ; `secretes` et `absentes` : comptées, jamais classées.
    """

    indicateur: Indicateur
    classees: tuple[Observation, ...] = ()
    a_part: tuple[Observation, ...] = ()
    secretes: tuple[Observation, ...] = ()
    absentes: tuple[Observation, ...] = ()
    _rangs: dict[str, Rang] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        valeurs = sorted(o.valeur or 0.0 for o in self.classees)
        rangs = {o.territoire: _rang(o.valeur or 0.0, valeurs) for o in self.classees}
        object.__setattr__(self, "_rangs", rangs)

    def rang(self, territoire: str) -> Rang | None:
        """La place de ce territoire, ou None s'il n'a pas de valeur ponctuelle."""
        return self._rangs.get(territoire)

    @property
    def repartition(self) -> Cinq | None:
        """Minimum, premier quartile, médiane, troisième quartile, maximum ; None sous huit valeurs."""
        return _repartition(sorted(o.valeur or 0.0 for o in self.classees))


Cinq = tuple[float, float, float, float, float]
"""Minimum, premier quartile, médiane, troisième quartile, maximum."""


@dataclass(frozen=True)
class Place:
    """Où se tient un chiffre parmi ses semblables, et ce qu'il faut pour le dessiner, sans les garder tous.

    `rang` : None si le chiffre n'est pas ponctuel ; `repartition` : None sous huit valeurs, `points` donnant alors les
    chiffres un à un (celui du territoire compris) ; `bornes` : les valeurs extrêmes, seuils et intervalles compris.
    """

    indicateur: Indicateur
    effectif: int
    rang: Rang | None
    repartition: Cinq | None
    bornes: tuple[float, float] | None
    points: tuple[Observation, ...] = ()


def placer(
    chiffre: Observation,
    sien: Observation | None,
    repartition: Repartition,
    points: Sequence[Observation],
    indicateur: Indicateur,
) -> Place:
    """La place d'un chiffre dans une répartition où son territoire compte déjà pour `sien`, de meilleure source.

    `sien` : None si tous les siens sont d'un ancien périmètre ; `points` : les chiffres des territoires nommés par la
    répartition. Rien n'est lu des chiffres de toute la France.
    """
    valeurs = repartition.valeurs
    if sien is not chiffre:
        valeurs = sorted([*valeurs, chiffre.valeur] if chiffre.se_classe and chiffre.valeur is not None else valeurs)
        if sien is not None and sien.est_ponctuelle and sien.valeur is not None:
            valeurs.remove(sien.valeur)
    bornes = [*valeurs[:1], *valeurs[-1:], *(chiffre.etendue or ()), *repartition.bornes]
    finies = [float(b) for b in bornes if math.isfinite(b)]
    autres: dict[str, Observation] = {}
    for point in sorted(points, key=lambda o: o.rang):
        if point.perimetre is None:
            autres.setdefault(point.territoire, point)
    return Place(
        indicateur,
        len(valeurs),
        _rang(chiffre.valeur or 0.0, valeurs) if chiffre.se_classe else None,
        _repartition(valeurs),
        (min(finies), max(finies)) if finies else None,
        ranger(list((autres | {chiffre.territoire: chiffre}).values()), indicateur).classees
        if len(valeurs) < SEUIL_REPARTITION
        else (),
    )


def _rang(valeur: float, triees: Sequence[float]) -> Rang:
    avant, jusque = bisect_left(triees, valeur), bisect_right(triees, valeur)
    return Rang(1 + len(triees) - jusque, 1 + avant, jusque - avant > 1, len(triees))


def _repartition(triees: Sequence[float]) -> Cinq | None:
    if len(triees) < SEUIL_REPARTITION:
        return None
    q1, mediane, q3 = (_quantile(triees, part) for part in (0.25, 0.5, 0.75))
    return float(triees[0]), q1, mediane, q3, float(triees[-1])


def ranger(chiffres: Sequence[Observation], indicateur: Indicateur) -> Classement:
    """Range des chiffres déjà comparables entre eux, un par territoire."""
    return Classement(
        indicateur,
        classees=tuple(sorted((o for o in chiffres if o.se_classe), key=lambda o: (-(o.valeur or 0.0), o.territoire))),
        a_part=tuple(o for o in chiffres if o.a_une_valeur and not o.se_classe),
        secretes=tuple(o for o in chiffres if o.statut is Statut.SECRET),
        absentes=tuple(o for o in chiffres if o.statut in {Statut.NON_DISPONIBLE, Statut.SANS_OBJET}),
    )


def _quantile(triees: Sequence[float], part: float) -> float:
    """Quantile par interpolation linéaire (celui d'Excel, de pandas et de DuckDB `quantile_cont`)."""
    place = (len(triees) - 1) * part
    bas = math.floor(place)
    haut = min(bas + 1, len(triees) - 1)
    return float(triees[bas] + (triees[haut] - triees[bas]) * (place - bas))
