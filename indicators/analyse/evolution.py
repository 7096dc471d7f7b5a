"""Ce qui a changé : une valeur entre deux dates, et l'écart avec une référence.

Aucune évolution n'est dite à travers un changement de périmètre ni une rupture déclarée de l'indicateur. Une variation
reste un fait sans jugement quand l'un des deux chiffres est douteux, que les deux enquêtes se recouvrent, que le
montant est en euros courants, que le territoire est trop petit, ou que l'arrondi suffirait à l'expliquer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from indicators.analyse.comparaison import Comparaison, Jugement, comparer, trop_petit
from indicators.socle.catalogue import Indicateur, NatureRupture, Rupture, Sens, separation
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
    """Pourquoi une évolution ne peut pas être dite, ou pas jugée ; AUCUN quand elle est entière."""

    AUCUN = ""
    UNE_SEULE_ANNEE = "une_seule_annee"
    ANNEE_INCONNUE = "annee_inconnue"
    PERIMETRE = "perimetre"
    PERIMETRE_REFERENCE = "perimetre_reference"
    SANS_VALEUR = "sans_valeur"
    ANNEES_DIFFERENTES = "annees_differentes"
    REFERENCE_ABSENTE = "reference_absente"
    RUPTURE = "rupture"
    DOUTEUX = "douteux"
    RECOUVREMENT = "recouvrement"
    ANNEES_PROCHES = "annees_proches"
    EUROS_COURANTS = "euros_courants"
    PETIT_TERRITOIRE = "petit_territoire"
    ARRONDI = "arrondi"


@dataclass(frozen=True)
class Evolution:
    """La variation d'une valeur : `variation` dans l'unité, `taux` en part de la valeur de départ (0,31 = +31 %).

    `variation` est None quand elle ne peut pas être dite. Dite, elle n'a de jugement que si `motif` est AUCUN.
    `rupture` : celle qui est traversée, ou qui prive de jugement ; None si le motif n'en vient pas.
    """

    indicateur: Indicateur
    depart: Observation | None
    arrivee: Observation | None
    variation: float | None = None
    taux: float | None = None
    tendance: Tendance = Tendance.INDETERMINEE
    jugement: Jugement = Jugement.INDETERMINE
    motif: MotifEvolution = MotifEvolution.AUCUN
    rupture: Rupture | None = None


def traversees(points: Sequence[Observation], ruptures: Sequence[Rupture]) -> list[tuple[int, Rupture]]:
    """Les ruptures que traversent ces chiffres, du plus ancien au plus récent, chacune avec l'année où elle coupe."""
    if not points:
        return []
    debut, fin = points[0].annee or 0, points[-1].annee or 0
    trouvees = [
        (r.depuis or 0, r) for r in ruptures if r.nature.coupe and not r.du_lieu and debut < (r.depuis or 0) <= fin
    ]
    trouvees += [
        (apres.annee or 0, r)
        for avant, apres in pairwise(points)
        for r in ruptures
        if r.du_lieu and r.est_avant(avant) != r.est_avant(apres)
    ]
    return trouvees


def segments(points: Sequence[Observation], ruptures: Sequence[Rupture]) -> tuple[tuple[Observation, ...], ...]:
    """Les chiffres datés, par année croissante, coupés à chaque rupture : aucune ligne ne relie deux morceaux."""
    morceaux: list[list[Observation]] = []
    for point in points:
        precedent = morceaux[-1][-1] if morceaux else None
        if precedent is None or separation(precedent, point, ruptures) is not None:
            morceaux.append([])
        morceaux[-1].append(point)
    return tuple(tuple(morceau) for morceau in morceaux)


def evoluer(
    depart: Observation | None,
    arrivee: Observation | None,
    indicateur: Indicateur,
    *,
    geographies: tuple[int | None, int | None] = (None, None),
    ruptures: Sequence[Rupture] = (),
    population: float | None = None,
) -> Evolution:
    """La variation entre deux chiffres d'un même territoire (ou d'un quartier et de son successeur).

    `geographies` : celles des deux territoires ; si elles diffèrent, aucune variation n'est calculée.
    `ruptures` : celles de l'indicateur pour ce territoire ; `population` : la sienne, None si elle n'est pas connue.
    """

    def sans(motif: MotifEvolution, rupture: Rupture | None = None) -> Evolution:
        return Evolution(indicateur, depart, arrivee, motif=motif, rupture=rupture)

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
    if (rupture := separation(depart, arrivee, ruptures)) is not None:
        return sans(MotifEvolution.RUPTURE, rupture)
    assert depart.valeur is not None and arrivee.valeur is not None
    variation = round(arrivee.valeur - depart.valeur, 9)
    if abs(variation) <= indicateur.bande_proche:
        tendance = Tendance.STABLE
    else:
        tendance = Tendance.HAUSSE if variation > 0 else Tendance.BAISSE
    motif, reserve = _reserve(depart, arrivee, indicateur, ruptures, population)
    return Evolution(
        indicateur,
        depart,
        arrivee,
        variation=variation,
        taux=variation / depart.valeur if depart.valeur > 0 else None,
        tendance=tendance,
        jugement=_juger(tendance, indicateur.sens) if motif is MotifEvolution.AUCUN else Jugement.INDETERMINE,
        motif=motif,
        rupture=reserve,
    )


_RESERVES = {
    NatureRupture.RECOUVREMENT: MotifEvolution.RECOUVREMENT,
    NatureRupture.ANNEES_PROCHES: MotifEvolution.ANNEES_PROCHES,
}


def _reserve(
    depart: Observation,
    arrivee: Observation,
    indicateur: Indicateur,
    ruptures: Sequence[Rupture],
    population: float | None,
) -> tuple[MotifEvolution, Rupture | None]:
    """Ce qui prive une variation de jugement, la raison la plus forte d'abord."""
    assert depart.annee is not None and arrivee.annee is not None and None not in (depart.valeur, arrivee.valeur)
    if depart.douteuse or arrivee.douteuse:
        return MotifEvolution.DOUTEUX, None
    if indicateur.en_euros:
        return MotifEvolution.EUROS_COURANTS, None
    if trop_petit(indicateur, population):
        return MotifEvolution.PETIT_TERRITOIRE, None
    for rupture in ruptures:
        proches = rupture.ecart_annees is not None and arrivee.annee - depart.annee < rupture.ecart_annees
        if rupture.nature in _RESERVES and proches:
            return _RESERVES[rupture.nature], rupture
    # Deux arrondis à l'unité peuvent faire un point à eux seuls.
    marge = 0.0
    if depart.decimales != arrivee.decimales:
        marge = sum(0.5 * 10.0**-o.decimales for o in (depart, arrivee))
    ecart = abs((arrivee.valeur or 0.0) - (depart.valeur or 0.0))
    if marge and abs(ecart - indicateur.bande_proche) < marge:
        return MotifEvolution.ARRONDI, next((r for r in ruptures if r.nature is NatureRupture.ARRONDI), None)
    return MotifEvolution.AUCUN, None


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
    `inverse` : vrai si le territoire est passé de l'autre côté de la référence, plus loin que la bande de proximité.
    `rupture` : celle que les deux dates traversent, quand c'est la raison.
    """

    depart: Comparaison | None
    arrivee: Comparaison | None
    variation: float | None = None
    tendance: Tendance = Tendance.INDETERMINEE
    inverse: bool = False
    motif: MotifEvolution = MotifEvolution.AUCUN
    rupture: Rupture | None = None


def suivre_ecart(
    depart: tuple[Observation | None, Observation | None],
    arrivee: tuple[Observation | None, Observation | None],
    indicateur: Indicateur,
    *,
    geographies: tuple[int | None, int | None] = (None, None),
    ruptures: Sequence[Rupture] = (),
    population: float | None = None,
) -> EvolutionEcart:
    """Suit l'écart d'un territoire à sa référence ; `depart` et `arrivee` : des paires (territoire, référence).

    Rien n'est suivi dès que l'un des quatre chiffres est douteux, ni quand la variation elle-même ne se juge pas (deux
    enquêtes qui se recouvrent, euros courants, petit territoire).
    """
    evolution = evoluer(
        depart[0], arrivee[0], indicateur, geographies=geographies, ruptures=ruptures, population=population
    )
    if evolution.variation is None and evolution.motif is not MotifEvolution.RUPTURE:
        return EvolutionEcart(None, None, motif=evolution.motif)
    comparaisons = []
    for observation, reference in (depart, arrivee):
        assert observation is not None
        if reference is None or not reference.est_ponctuelle:
            return EvolutionEcart(None, None, motif=MotifEvolution.REFERENCE_ABSENTE)
        if not meme_periode(observation, reference):
            return EvolutionEcart(None, None, motif=MotifEvolution.ANNEES_DIFFERENTES)
        comparaisons.append(comparer(observation, reference, indicateur, population=population))
    avant, apres = comparaisons
    if depart[1] is not None and arrivee[1] is not None and depart[1].perimetre != arrivee[1].perimetre:
        return EvolutionEcart(avant, apres, motif=MotifEvolution.PERIMETRE_REFERENCE)
    if any(o is not None and o.douteuse for o in (*depart, *arrivee)):
        return EvolutionEcart(avant, apres, motif=MotifEvolution.DOUTEUX)
    if evolution.motif is not MotifEvolution.AUCUN:
        return EvolutionEcart(avant, apres, motif=evolution.motif, rupture=evolution.rupture)
    if avant.ecart is None or apres.ecart is None:
        return EvolutionEcart(avant, apres, motif=MotifEvolution.SANS_VALEUR)
    variation = round(abs(apres.ecart) - abs(avant.ecart), 9)
    if abs(variation) <= indicateur.bande_proche:
        tendance = Tendance.STABLE
    else:
        tendance = Tendance.SE_CREUSE if variation > 0 else Tendance.SE_REDUIT
    bande = indicateur.bande_proche
    traverse = avant.ecart * apres.ecart < 0 and max(abs(avant.ecart), abs(apres.ecart)) > bande
    return EvolutionEcart(avant, apres, variation, tendance, inverse=traverse)
