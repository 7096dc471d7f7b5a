"""Ce qui a changé : une valeur entre deux dates, et l'écart avec une référence.

Aucune évolution n'est dite à travers un changement de périmètre.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from indicators.analyse.comparaison import Comparaison, Jugement, comparer
from indicators.socle.catalogue import Indicateur, Sens
from indicators.socle.observations import Observation, meme_periode


class Tendance(StrEnum):
    """Le sens d'une variation, ou celui d'un écart."""

    HAUSSE = "hausse"
    STABLE = "stable"
    BAISSE = "baisse"
    SE_CREUSE = "se_creuse"
    SE_REDUIT = "se_reduit"
    INDETERMINEE = "indeterminee"


class MotifEvolution(StrEnum):
    """Pourquoi une évolution ne peut pas être dite ; AUCUN quand elle peut l'être."""

    AUCUN = ""
    UNE_SEULE_ANNEE = "une_seule_annee"
    ANNEE_INCONNUE = "annee_inconnue"
    PERIMETRE = "perimetre"
    SANS_VALEUR = "sans_valeur"
    ANNEES_DIFFERENTES = "annees_differentes"
    REFERENCE_ABSENTE = "reference_absente"


@dataclass(frozen=True)
class Evolution:
    """La variation d'une valeur : `variation` dans l'unité, `taux` en part de la valeur de départ (0,31 = +31 %)."""

    indicateur: Indicateur
    depart: Observation | None
    arrivee: Observation | None
    variation: float | None = None
    taux: float | None = None
    tendance: Tendance = Tendance.INDETERMINEE
    jugement: Jugement = Jugement.INDETERMINE
    motif: MotifEvolution = MotifEvolution.AUCUN


def evoluer(
    depart: Observation | None,
    arrivee: Observation | None,
    indicateur: Indicateur,
    *,
    geographies: tuple[int | None, int | None] = (None, None),
) -> Evolution:
    """La variation entre deux chiffres d'un même territoire (ou d'un quartier et de son successeur).

    `geographies` : celles des deux territoires ; si elles diffèrent, aucune variation n'est calculée.
    """

    def sans(motif: MotifEvolution) -> Evolution:
        return Evolution(indicateur, depart, arrivee, motif=motif)

    if depart is None or arrivee is None:
        return sans(MotifEvolution.UNE_SEULE_ANNEE)
    if geographies[0] != geographies[1]:
        return sans(MotifEvolution.PERIMETRE)
    if depart.annee is None or arrivee.annee is None:
        return sans(MotifEvolution.ANNEE_INCONNUE)
    if depart.annee >= arrivee.annee:
        return sans(MotifEvolution.UNE_SEULE_ANNEE)
    if not (depart.est_ponctuelle and arrivee.est_ponctuelle):
        return sans(MotifEvolution.SANS_VALEUR)
    assert depart.valeur is not None and arrivee.valeur is not None
    variation = round(arrivee.valeur - depart.valeur, 9)
    if abs(variation) <= indicateur.bande_proche:
        tendance = Tendance.STABLE
    else:
        tendance = Tendance.HAUSSE if variation > 0 else Tendance.BAISSE
    return Evolution(
        indicateur,
        depart,
        arrivee,
        variation=variation,
        taux=variation / depart.valeur if depart.valeur > 0 else None,
        tendance=tendance,
        jugement=_juger(tendance, indicateur.sens),
    )


def _juger(tendance: Tendance, sens: Sens) -> Jugement:
    if sens is Sens.NEUTRE:
        return Jugement.NEUTRE
    if tendance is Tendance.STABLE:
        return Jugement.PROCHE
    return Jugement.FAVORABLE if tendance.value == sens.value else Jugement.DEFAVORABLE


@dataclass(frozen=True)
class EvolutionEcart:
    """L'écart avec une référence, à deux dates : se creuse, se réduit, stable, ou ne peut pas être suivi (`motif`).

    `variation` : changement de la taille de l'écart (valeur absolue), dans l'unité ; positif s'il se creuse.
    `inverse` : vrai si le territoire est passé de l'autre côté de la référence.
    """

    depart: Comparaison | None
    arrivee: Comparaison | None
    variation: float | None = None
    tendance: Tendance = Tendance.INDETERMINEE
    inverse: bool = False
    motif: MotifEvolution = MotifEvolution.AUCUN


def suivre_ecart(
    depart: tuple[Observation | None, Observation | None],
    arrivee: tuple[Observation | None, Observation | None],
    indicateur: Indicateur,
    *,
    geographies: tuple[int | None, int | None] = (None, None),
) -> EvolutionEcart:
    """Suit l'écart d'un territoire à sa référence ; `depart` et `arrivee` : des paires (territoire, référence)."""
    evolution = evoluer(depart[0], arrivee[0], indicateur, geographies=geographies)
    if evolution.motif is not MotifEvolution.AUCUN:
        return EvolutionEcart(None, None, motif=evolution.motif)
    comparaisons = []
    for observation, reference in (depart, arrivee):
        assert observation is not None
        if reference is None or not reference.est_ponctuelle:
            return EvolutionEcart(None, None, motif=MotifEvolution.REFERENCE_ABSENTE)
        if not meme_periode(observation, reference):
            return EvolutionEcart(None, None, motif=MotifEvolution.ANNEES_DIFFERENTES)
        comparaisons.append(comparer(observation, reference, indicateur))
    avant, apres = comparaisons
    if avant.ecart is None or apres.ecart is None:
        return EvolutionEcart(avant, apres, motif=MotifEvolution.SANS_VALEUR)
    variation = round(abs(apres.ecart) - abs(avant.ecart), 9)
    if abs(variation) <= indicateur.bande_proche:
        tendance = Tendance.STABLE
    else:
        tendance = Tendance.SE_CREUSE if variation > 0 else Tendance.SE_REDUIT
    return EvolutionEcart(avant, apres, variation, tendance, inverse=avant.ecart * apres.ecart < 0)
