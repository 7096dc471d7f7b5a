"""Le rang d'un territoire parmi ses semblables, et ce qu'il faut pour dessiner sa place.

Seules les valeurs ponctuelles se rangent ; un seuil ou un intervalle est à part, comme le chiffre d'un périmètre que le
lieu n'a plus ; un secret est compté.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from indicators.socle.catalogue import Indicateur
from indicators.socle.observations import Observation, Statut, meme_periode
from indicators.socle.repartition import SEUIL_REPARTITION, Repartition
from indicators.socle.territoires import Territoire


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

    def place(self, territoire: str) -> Place:
        """La place de ce territoire et ce qu'il faut pour la dessiner."""
        bornes = [b for o in (*self.classees, *self.a_part) for b in o.etendue or () if math.isfinite(b)]
        return Place(
            self.indicateur,
            len(self.classees),
            self.rang(territoire),
            self.repartition,
            (min(bornes), max(bornes)) if bornes else None,
            self.classees if len(self.classees) < SEUIL_REPARTITION else (),
        )

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
    répartition. Même résultat que `classer(…).place(…)`, sans lire ceux de toute la France.
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


def classer(
    observation: Observation,
    territoire: Territoire,
    autres: Iterable[tuple[Territoire, Observation]],
    indicateur: Indicateur,
) -> Classement:
    """Classe un territoire parmi ceux qui lui sont comparables : même maille, périmètre, statut et période.

    `autres` : des paires (territoire, chiffre de cet indicateur) ; le territoire lui-même peut y être ou non.
    Chaque territoire compte une fois, par sa source de meilleur rang qui mesure le périmètre qu'il a encore.
    """
    semblables = {territoire.territoire: observation}
    for autre, chiffre in sorted(autres, key=lambda paire: paire[1].rang):
        comparable = _famille(autre) == _famille(territoire) and chiffre.perimetre is None
        if comparable and meme_periode(observation, chiffre):
            semblables.setdefault(autre.territoire, chiffre)
    return ranger(list(semblables.values()), indicateur)


def _famille(territoire: Territoire) -> tuple[object, ...]:
    return territoire.maille, territoire.geographie, territoire.statut


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
