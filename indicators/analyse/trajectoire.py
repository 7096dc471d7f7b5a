"""Ce qu'est devenu le chiffre que l'on montre : sa série, coupée où elle doit l'être, et sa tendance ou la raison.

La tendance est toujours celle du chiffre montré : elle s'arrête à son année, même si une année plus récente existe.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indicators.analyse.comparaison import reference_de
from indicators.analyse.evolution import (
    Evolution,
    EvolutionEcart,
    MotifEvolution,
    evoluer,
    segments,
    suivre_ecart,
)
from indicators.socle.catalogue import Indicateur, Rupture, separation
from indicators.socle.observations import Observation, meme_periode, retenue


@dataclass(frozen=True)
class Trajectoire:
    """La série d'un chiffre et ce qu'elle permet de dire.

    `segments` : les chiffres d'une seule année, un par année, de la plus ancienne à la plus récente, coupés à chaque
    rupture ; aucun trait ne va de l'un à l'autre. `evolution` : du début du morceau jusqu'au chiffre montré, ou la
    raison pour laquelle il n'y en a pas. `avant` : celle du dernier morceau plus ancien qui en permet une, quand celle
    du chiffre montré ne se juge pas ; None sinon.
    """

    segments: tuple[tuple[Observation, ...], ...]
    evolution: Evolution
    avant: Evolution | None = None

    @property
    def points(self) -> tuple[Observation, ...]:
        """Tous les chiffres datés, dans l'ordre."""
        return tuple(point for segment in self.segments for point in segment)


def datees(chiffres: Iterable[Observation]) -> list[Observation]:
    """Un chiffre par année, celui que l'on retiendrait seul ; ni variation, ni édition sans année, ni étendue."""
    par_annee: dict[int, list[Observation]] = defaultdict(list)
    for o in chiffres:
        if o.annee is not None and o.annee_debut is None and o.est_ponctuelle:
            par_annee[o.annee].append(o)
    return [montre for annee in sorted(par_annee) if (montre := retenue(par_annee[annee])) is not None]


def tracer(
    chiffre: Observation,
    chiffres: Iterable[Observation],
    indicateur: Indicateur,
    ruptures: Sequence[Rupture] = (),
    population: float | None = None,
) -> Trajectoire:
    """La trajectoire du chiffre montré parmi ceux du même territoire et du même indicateur."""
    points = [chiffre if o.annee == chiffre.annee and chiffre.est_ponctuelle else o for o in datees(chiffres)]
    morceaux = segments(points, ruptures)

    def entre(depart: Observation | None, arrivee: Observation) -> Evolution:
        return evoluer(depart, arrivee, indicateur, ruptures=ruptures, population=population)

    if chiffre not in points:
        motif = MotifEvolution.ANNEE_INCONNUE if chiffre.annee is None else MotifEvolution.SANS_VALEUR
        return Trajectoire(morceaux, Evolution(indicateur, None, chiffre, motif=motif))
    sien = next(morceau for morceau in morceaux if chiffre in morceau)
    jusque = sien[: sien.index(chiffre) + 1]
    plus_longs = [m for m in morceaux[: morceaux.index(sien)] if len(m) > 1]
    avant = entre(_depart(plus_longs[-1]), plus_longs[-1][-1]) if plus_longs else None
    if len(jusque) > 1:
        evolution = entre(_depart(jusque), chiffre)
        return Trajectoire(morceaux, evolution, None if evolution.motif is MotifEvolution.AUCUN else avant)
    anciens = points[: points.index(chiffre)]
    if not anciens:
        return Trajectoire(morceaux, entre(None, chiffre))
    rupture = separation(anciens[-1], chiffre, ruptures)
    coupee = Evolution(indicateur, anciens[-1], chiffre, motif=MotifEvolution.RUPTURE, rupture=rupture)
    return Trajectoire(morceaux, coupee, avant)


def _depart(points: Sequence[Observation]) -> Observation:
    """Le plus ancien chiffre sûr avant le dernier ; à défaut de sûr, le plus ancien."""
    return next((o for o in points[:-1] if not o.douteuse), points[0])


def tracer_l_ecart(
    trajectoire: Trajectoire,
    references: Sequence[Observation],
    indicateur: Indicateur,
    ruptures: Sequence[Rupture] = (),
    population: float | None = None,
) -> EvolutionEcart:
    """Ce qu'est devenu l'écart avec la référence, aux deux dates de l'évolution du chiffre montré.

    `references` : les chiffres de la référence pour cet indicateur.
    """

    def en_face(observation: Observation | None) -> tuple[Observation | None, Observation | None]:
        choisie = reference_de(observation, references) if observation is not None else None
        return observation, choisie if choisie and observation and meme_periode(observation, choisie) else None

    evolution = trajectoire.evolution
    return suivre_ecart(
        en_face(evolution.depart),
        en_face(evolution.arrivee),
        indicateur,
        ruptures=ruptures,
        population=population,
    )
