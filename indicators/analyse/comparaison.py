"""LA comparaison : un chiffre, une référence, un verdict. Aucun autre module n'en rend.

Le fait (`position`) et le jugement sont séparés. Une étendue (seuil, intervalle) n'est située que si toutes les
valeurs qu'elle permet le sont de la même façon : « 25 à 30 % » face à 18,8 % est certain, « plus de 30 % » face
à 32 % ne l'est pas. Rien de douteux n'est jugé : un chiffre ou une référence contredits gardent leur position, un
fait, et n'ont pas de jugement. Il en va de même d'un petit territoire, et d'un chiffre publié à l'unité quand l'écart
est trop petit pour conclure, et d'un chiffre qui mesure un périmètre que le lieu n'a plus. Deux années différentes
qu'une rupture déclarée sépare ne se comparent pas du tout : ni écart, ni rapport, ni position.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from indicators.socle.catalogue import Indicateur, Rupture, Sens, separation
from indicators.socle.observations import Observation, Statut, meme_periode


class Position(StrEnum):
    """Où se place la valeur par rapport à la référence : un fait."""

    PLUS_ELEVE = "plus_eleve"
    PROCHE = "proche"
    PLUS_FAIBLE = "plus_faible"
    INDETERMINE = "indetermine"


class Jugement(StrEnum):
    """Ce que vaut cette position, quand l'indicateur a un sens."""

    FAVORABLE = "favorable"
    DEFAVORABLE = "defavorable"
    PROCHE = "proche"
    NEUTRE = "neutre"
    INDETERMINE = "indetermine"


class Motif(StrEnum):
    """Pourquoi il n'y a pas de comparaison, ou pas de jugement ; AUCUN quand elle est entière."""

    AUCUN = ""
    ANNEES_DIFFERENTES = "annees_differentes"
    RUPTURE = "rupture"
    GEOGRAPHIES_DIFFERENTES = "geographies_differentes"
    SECRET = "secret"
    NON_DISPONIBLE = "non_disponible"
    SANS_OBJET = "sans_objet"
    DEFINITION_DIFFERENTE = "definition_differente"
    INTERVALLE_NON_CONCLUSIF = "intervalle_non_conclusif"
    ARRONDI = "arrondi"
    EFFECTIF = "effectif"
    CHIFFRE_DOUTEUX = "chiffre_douteux"
    REFERENCE_DOUTEUSE = "reference_douteuse"
    PETIT_TERRITOIRE = "petit_territoire"
    ANCIEN_PERIMETRE = "ancien_perimetre"

    @property
    def est_un_fait(self) -> bool:
        """Vrai si la position est connue et qu'il ne manque que le jugement."""
        return self in {
            Motif.AUCUN,
            Motif.ANNEES_DIFFERENTES,
            Motif.ARRONDI,
            Motif.CHIFFRE_DOUTEUX,
            Motif.REFERENCE_DOUTEUSE,
            Motif.PETIT_TERRITOIRE,
            Motif.ANCIEN_PERIMETRE,
        }


_MOTIF_DU_STATUT = {
    Statut.SECRET: Motif.SECRET,
    Statut.NON_DISPONIBLE: Motif.NON_DISPONIBLE,
    Statut.SANS_OBJET: Motif.SANS_OBJET,
}


@dataclass(frozen=True)
class Comparaison:
    """Le résultat d'une comparaison.

    `ecart` = valeur − référence, dans l'unité (en points pour une part) ; None s'il n'est pas un nombre unique.
    `ecart_min` et `ecart_max` le bornent (infinis pour un seuil), None s'il n'y a pas d'écart du tout.
    `rapport` = valeur ÷ référence, None si l'une n'est pas ponctuelle ou si la référence n'est pas positive.
    `motif` n'est AUCUN que si la position est déterminée, les deux chiffres sûrs et de la même période, et le
    territoire assez peuplé pour que l'indicateur s'y juge.
    `voisine` : un chiffre de la référence qui ressemble à celui-ci sans lui être comparable. `ecartee` : un chiffre
    douteux de la même référence, à la place duquel un chiffre sûr a servi. `rupture` : celle qui sépare les deux
    chiffres, None si le motif n'en vient pas.
    """

    indicateur: Indicateur
    observation: Observation
    reference: Observation | None
    ecart: float | None = None
    ecart_min: float | None = None
    ecart_max: float | None = None
    rapport: float | None = None
    position: Position = Position.INDETERMINE
    jugement: Jugement = Jugement.INDETERMINE
    motif: Motif = Motif.AUCUN
    voisine: Observation | None = None
    ecartee: Observation | None = None
    rupture: Rupture | None = None

    @property
    def reference_douteuse(self) -> Observation | None:
        """Le chiffre douteux de la référence, qu'il ait servi ou qu'un chiffre sûr l'ait remplacé."""
        return self.reference if self.reference is not None and self.reference.douteuse else self.ecartee

    @property
    def decimales(self) -> int:
        """Décimales de l'écart : celles du moins précis des deux chiffres imprimés."""
        return _decimales(self.observation, self.reference) if self.reference else self.observation.decimales

    @property
    def a_l_arrondi(self) -> bool:
        """Vrai si l'un des deux chiffres est publié plus grossièrement que l'autre : l'écart n'est qu'environ."""
        return (
            self.ecart is not None
            and self.reference is not None
            and self.observation.decimales != self.reference.decimales
        )

    @property
    def des_annees_differentes(self) -> bool:
        """Vrai si les deux années doivent être écrites."""
        return self.reference is not None and not meme_periode(self.observation, self.reference)


def comparer(
    observation: Observation,
    reference: Observation | None,
    indicateur: Indicateur,
    *,
    geographies: tuple[int | None, int | None] = (None, None),
    meme_maille: bool = False,
    voisine: Observation | None = None,
    ecartee: Observation | None = None,
    population: float | None = None,
    ruptures: Sequence[Rupture] | None = None,
) -> Comparaison:
    """Compare un chiffre à celui d'une référence.

    `geographies` : celles des deux territoires ; deux périmètres de quartiers d'années différentes ne se comparent pas.
    `meme_maille` : vrai entre deux territoires de même niveau, seul cas où deux effectifs se comparent.
    `voisine`, `ecartee` : gardées telles quelles dans le résultat, pour être dites.
    `population` : celle du territoire, None si elle n'est pas connue ; sous le seuil de l'indicateur, pas de jugement.
    `ruptures` : celles de l'indicateur pour l'un et l'autre territoire (`Catalogue.ruptures_entre`) ; None ne se peut
    qu'entre deux chiffres de la même période, que rien ne sépare.
    Lève `ValueError` si l'un des chiffres n'est pas celui de `indicateur`, ou si deux périodes se comparent sans leurs
    ruptures : c'est une faute de programme.
    """
    for chiffre in (observation, reference):
        if chiffre is not None and chiffre.indicateur != indicateur.indicateur:
            raise ValueError(f"{chiffre.indicateur} comparé comme {indicateur.indicateur}")

    def sans(motif: Motif, rupture: Rupture | None = None) -> Comparaison:
        return Comparaison(
            indicateur, observation, reference, motif=motif, voisine=voisine, ecartee=ecartee, rupture=rupture
        )

    if observation.statut in _MOTIF_DU_STATUT:
        return sans(_MOTIF_DU_STATUT[observation.statut])
    if indicateur.est_effectif and not meme_maille:
        return sans(Motif.EFFECTIF)
    if reference is None:
        return sans(Motif.DEFINITION_DIFFERENTE if voisine is not None else Motif.NON_DISPONIBLE)
    if reference.statut in _MOTIF_DU_STATUT:
        return sans(_MOTIF_DU_STATUT[reference.statut])
    if None not in geographies and geographies[0] != geographies[1]:
        return sans(Motif.GEOGRAPHIES_DIFFERENTES)
    if not meme_periode(observation, reference):
        if indicateur.evolution_de:
            return sans(Motif.ANNEES_DIFFERENTES)
        if ruptures is None:
            raise ValueError(f"{indicateur.indicateur} : deux périodes comparées sans leurs ruptures")
        if (rupture := separation(observation, reference, ruptures)) is not None:
            return sans(Motif.RUPTURE, rupture)
    return replace(_situer(observation, reference, indicateur, population), ecartee=ecartee)


def reference_de(
    observation: Observation, candidates: Iterable[Observation], ruptures: Sequence[Rupture] = ()
) -> Observation | None:
    """Parmi les chiffres d'une référence, celui auquel comparer : un chiffre sûr, de même période, de même source.

    Un chiffre du même côté des `ruptures` passe avant celui qu'elles séparent, qui ne se comparera pas, et celui dont
    l'année n'est pas imprimée, qui pourrait l'être à tort ; puis un sûr avant un douteux, même d'une autre période ou
    d'une autre source. À défaut de même période, l'année connue la plus proche ; la comparaison écrira les deux années.
    None sans candidat.
    """

    def preference(candidate: Observation) -> tuple[object, ...]:
        date, cible = candidate.recence[0], observation.recence[0]
        return (
            candidate.a_une_valeur,
            _du_meme_cote(observation, candidate, ruptures),
            not candidate.douteuse,
            meme_periode(observation, candidate),
            candidate.source == observation.source,
            -abs(date - cible) if candidate.annee_debut == observation.annee_debut else -math.inf,
            -candidate.rang,
            candidate.decimales,
            candidate.recence,
        )

    candidates = list(candidates)
    return max(candidates, key=preference) if candidates else None


def _du_meme_cote(une: Observation, autre: Observation, ruptures: Sequence[Rupture]) -> bool:
    """Vrai si rien ne sépare ces deux chiffres, et que leurs années le prouvent quand une rupture les séparerait."""
    if meme_periode(une, autre) or not any(r.nature.coupe for r in ruptures):
        return True
    return None not in (une.annee, autre.annee) and separation(une, autre, ruptures) is None


def trop_petit(indicateur: Indicateur, population: float | None) -> bool:
    """Vrai si le territoire a trop peu d'habitants pour que cet indicateur s'y juge."""
    return (
        indicateur.seuil_population is not None and population is not None and population < indicateur.seuil_population
    )


def _decimales(observation: Observation, reference: Observation) -> int:
    """Les moins nombreuses entre deux valeurs ; un seuil ou une borne est exact tel qu'il est écrit."""
    ponctuelles = observation.est_ponctuelle and reference.est_ponctuelle
    return (min if ponctuelles else max)(observation.decimales, reference.decimales)


def _a_l_unite_pres(observation: Observation, reference: Observation) -> float:
    """De combien l'écart peut bouger : un demi-rang du chiffre le plus grossier, rien s'ils sont aussi précis."""
    ponctuelles = observation.est_ponctuelle and reference.est_ponctuelle
    if not ponctuelles or observation.decimales == reference.decimales:
        return 0.0
    return 0.5 * 10.0 ** -_decimales(observation, reference)


def _situer(
    observation: Observation, reference: Observation, indicateur: Indicateur, population: float | None
) -> Comparaison:
    assert observation.etendue is not None and reference.etendue is not None
    basse, haute = observation.etendue
    ref_basse, ref_haute = reference.etendue
    ecart_min, ecart_max = _net(basse - ref_haute), _net(haute - ref_basse)
    marge = _a_l_unite_pres(observation, reference)
    position = _position(ecart_min, ecart_max, indicateur.bande_proche)
    ponctuelles = observation.est_ponctuelle and reference.est_ponctuelle
    motif = Motif.AUCUN
    if observation.douteuse:
        motif = Motif.CHIFFRE_DOUTEUX
    elif reference.douteuse:
        motif = Motif.REFERENCE_DOUTEUSE
    elif observation.perimetre is not None:
        motif = Motif.ANCIEN_PERIMETRE
    elif position is Position.INDETERMINE:
        motif = Motif.INTERVALLE_NON_CONCLUSIF
    elif not meme_periode(observation, reference):
        motif = Motif.ANNEES_DIFFERENTES
    elif trop_petit(indicateur, population):
        motif = Motif.PETIT_TERRITOIRE
    elif _position(ecart_min - marge, ecart_max + marge, indicateur.bande_proche) is Position.INDETERMINE:
        motif = Motif.ARRONDI
    return Comparaison(
        indicateur,
        observation,
        reference,
        ecart=ecart_min if ponctuelles else None,
        ecart_min=ecart_min,
        ecart_max=ecart_max,
        rapport=basse / ref_basse if ponctuelles and ref_basse > 0 and basse >= 0 else None,
        position=position,
        jugement=_juger(position, indicateur.sens) if motif is Motif.AUCUN else Jugement.INDETERMINE,
        motif=motif,
    )


def _position(ecart_min: float, ecart_max: float, bande: float) -> Position:
    """La position que toutes les valeurs possibles de l'écart ont en commun."""
    if _net(ecart_min) > bande:
        return Position.PLUS_ELEVE
    if _net(ecart_max) < -bande:
        return Position.PLUS_FAIBLE
    return Position.PROCHE if -bande <= _net(ecart_min) and _net(ecart_max) <= bande else Position.INDETERMINE


def _juger(position: Position, sens: Sens) -> Jugement:
    if sens is Sens.NEUTRE:
        return Jugement.NEUTRE
    if position is Position.PROCHE:
        return Jugement.PROCHE
    bon = (position is Position.PLUS_ELEVE) == (sens is Sens.HAUSSE)
    return Jugement.FAVORABLE if bon else Jugement.DEFAVORABLE


def _net(nombre: float) -> float:
    """Sans le bruit du calcul binaire : 8,3 − 7,3 vaut 1, pas 1,0000000000000009."""
    return nombre if math.isinf(nombre) else round(nombre, 9)
