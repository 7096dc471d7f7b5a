"""Tout un groupe dans le temps : les quartiers (ou les communes) d'une agglomération × les années, un indicateur.

Les verdicts restent ceux d'`evolution` et de `comparaison` ; ce module choisit seulement les dates. La tendance de tous
se lit entre les deux mêmes années, dans un seul morceau de la série : aucune ne traverse une rupture. L'écart se suit
de même, aux années que la référence connaît aussi. La place dans le groupe, une année, est un fait : le quart le plus
élevé, le quart le plus faible ; elle n'existe pas sous huit valeurs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from indicators.analyse.comparaison import Comparaison, Jugement, comparer, reference_de, trop_petit
from indicators.analyse.datees import avec_variations, lire_datees
from indicators.analyse.evolution import (
    Evolution,
    EvolutionEcart,
    MotifEvolution,
    evoluer,
    suivre_ecart,
)
from indicators.analyse.population import populations
from indicators.analyse.rangs import Cinq, ranger
from indicators.analyse.series import Serie, ranger_serie
from indicators.base.base import Base
from indicators.socle.catalogue import Indicateur, Rupture, Sens, coupure
from indicators.socle.observations import Fiabilite, Observation, Origine, Statut, retenue
from indicators.socle.territoires import Maille, Territoire

MEDIANE = "MEDIANE"
"""Le code de la référence « médiane du groupe » : un territoire qui n'existe que dans ce tableau."""
Periode = tuple[int, int]
"""L'année de départ et celle d'arrivée."""


class Place(StrEnum):
    """Où se tient une valeur parmi celles du groupe la même année ; HORS quand elle n'y est pas située."""

    PLUS_HAUT = "plus_haut"
    HAUT = "haut"
    MILIEU = "milieu"
    BAS = "bas"
    PLUS_BAS = "plus_bas"
    HORS = "hors"


@dataclass(frozen=True)
class Case:
    """Un territoire une année : son chiffre, sa place dans le groupe, et sa comparaison avec la référence.

    `comparaison` : None quand la référence n'a pas de chiffre de cette année-là.
    """

    chiffre: Observation
    place: Place
    comparaison: Comparaison | None


@dataclass(frozen=True)
class LigneSuivie:
    """Un territoire du groupe : ses cases par année, ce qu'il devient, ce que devient son écart.

    `evolution` : entre les deux années de la tendance du groupe, motif compris quand il en manque une ; `ecart` : de
    même pour l'écart, None si aucune période ne permet de le suivre.
    """

    territoire: Territoire
    serie: Serie
    cases: Mapping[int, Case]
    evolution: Evolution
    ecart: EvolutionEcart | None


@dataclass(frozen=True)
class GroupeSuivi:
    """Le tableau : un indicateur, un groupe, une référence.

    `annees` : celles où un territoire du groupe a une valeur ; `ruptures` : celles qui coupent ces années, dans
    l'ordre ; `reserves` : celles qui privent de jugement sans couper ; `medianes` : par année, la médiane et le nombre
    de valeurs, absente sous huit ; `references` : celles qui ont une valeur, et leurs années ; `reference` : la
    choisie, None si aucune n'en a ; `annee_ecart` : la dernière année où elle se compare ; `repere` : celle dont
    l'écart est suivi, la choisie, ou la médiane quand la choisie ne le permet pas ; `tendance`, `suivi` : les deux
    années de la tendance et de l'écart suivi, None s'il n'y en a pas ; `sans_chiffre` : les membres dont rien n'est
    daté.
    """

    indicateur: Indicateur
    annees: tuple[int, ...]
    lignes: tuple[LigneSuivie, ...]
    sans_chiffre: tuple[Territoire, ...]
    ruptures: tuple[Rupture, ...]
    reserves: tuple[Rupture, ...]
    medianes: Mapping[int, tuple[float, int]]
    reference: Serie | None
    repere: Serie | None
    references: Mapping[str, tuple[int, ...]]
    tendance: Periode | None
    suivi: Periode | None
    annee_ecart: int | None

    @property
    def combien(self) -> int:
        """Le nombre de membres, ceux dont rien n'est daté compris."""
        return len(self.lignes) + len(self.sans_chiffre)

    @property
    def chiffres(self) -> tuple[Observation, ...]:
        """Tous les chiffres montrés, ceux de la référence compris ; la médiane, calculée ici, n'en est pas."""
        siens = tuple(case.chiffre for ligne in self.lignes for case in ligne.cases.values())
        autres = self.reference.points if self.reference and not est_la_mediane(self.reference) else ()
        return (*siens, *autres)

    def coupe(self, annee: int) -> Rupture | None:
        """La rupture entre cette année et la précédente du tableau, si la série y est coupée."""
        rang = self.annees.index(annee)
        return coupure(self.annees[rang - 1], annee, self.ruptures) if rang else None


def est_la_mediane(serie: Serie) -> bool:
    """Vrai si cette référence est la médiane du groupe, qui n'est pas un territoire."""
    return serie.territoire.territoire == MEDIANE


def suivre_le_groupe(
    base: Base,
    indicateur: Indicateur,
    membres: Sequence[Territoire],
    references: Sequence[Territoire],
    demandee: str | None = None,
) -> GroupeSuivi:
    """Le tableau de ce groupe ; `demandee` : le code de la référence voulue (ou `MEDIANE`).

    Sans demande, la première référence qui a une valeur une année du groupe, la médiane en dernier.
    """
    codes = [t.territoire for t in membres]
    lues = lire_datees(base, codes, avec_variations(base, indicateur))
    series = [
        ranger_serie(
            t,
            lues.get((t.territoire, indicateur.indicateur), ()),
            retenue,
            base.catalogue.ruptures_de(indicateur.indicateur, t),
        )
        for t in membres
    ]
    connues = [s for s in series if s.points or s.hors_courbe]
    groupe = _Groupe(indicateur, connues, populations(base, codes, indicateur))
    annees = sorted({o.annee for s in connues for o in (*s.points, *s.hors_courbe) if o.annee and o.a_une_valeur})
    # Le périmètre d'un seul membre ne coupe pas le groupe : sa propre évolution le dit.
    toutes = [r for r in _ruptures(connues) if not r.du_lieu]
    coupantes = [r for r in toutes if r.nature.coupe]
    repartitions = {annee: groupe.repartition(annee) for annee in annees}
    medianes = {a: (cinq[2], n) for a, (cinq, n) in repartitions.items() if cinq is not None}
    candidates = _candidates(base, groupe, references, annees)
    if medianes:
        mediane = _territoire_mediane(len(membres))
        calculees = [_mediane(indicateur, a, *m, connues) for a, m in medianes.items()]
        candidates[MEDIANE] = _EnFace(mediane, calculees, _annees(calculees, annees))

    couvertes = _couvertes(connues, annees)
    tendance, _ = _periode(couvertes, coupantes, lambda p: [groupe.evolution(s, p).motif for s in connues])

    def periode_de(face: _EnFace) -> tuple[Periode | None, bool]:
        communes = [a for a in couvertes if a in face.annees]
        return _periode(communes, coupantes, lambda p: [groupe.ecart(s, face, p).motif for s in connues])

    choisie = candidates.get(demandee or "") or _premiere(candidates)
    repere, suivi = choisie, None
    if choisie:
        suivi, dit = periode_de(choisie)
        if not dit and MEDIANE in candidates and (autre := periode_de(candidates[MEDIANE]))[1]:
            repere, suivi = candidates[MEDIANE], autre[0]

    def ligne(serie: Serie) -> LigneSuivie:
        evolution = Evolution(indicateur, None, None, motif=MotifEvolution.UNE_SEULE_ANNEE)
        return LigneSuivie(
            serie.territoire,
            serie,
            {
                o.annee: Case(
                    o, groupe.place(serie, o, repartitions[o.annee][0]), groupe.comparaison(serie, o, choisie)
                )
                for o in sorted((*serie.points, *serie.hors_courbe), key=lambda o: o.annee or 0)
                if o.annee is not None and o.annee in repartitions
            },
            groupe.evolution(serie, tendance) if tendance else evolution,
            groupe.ecart(serie, repere, suivi) if repere and suivi else None,
        )

    def en_serie(face: _EnFace | None) -> Serie | None:
        return ranger_serie(face.territoire, face.chiffres, retenue, tuple(toutes)) if face else None

    return GroupeSuivi(
        indicateur,
        tuple(annees),
        tuple(ligne(s) for s in connues),
        tuple(s.territoire for s in series if s not in connues),
        tuple(r for r in coupantes if annees and annees[0] < (r.depuis or 0) <= annees[-1]),
        tuple(r for r in toutes if not r.nature.coupe),
        medianes,
        en_serie(choisie),
        en_serie(repere),
        {code: face.annees for code, face in candidates.items()},
        tendance,
        suivi,
        max((a for a in couvertes if choisie and a in choisie.annees), default=None),
    )


@dataclass(frozen=True)
class _EnFace:
    """Une référence, ou la médiane du groupe : ses chiffres, et les années du groupe où elle a une valeur."""

    territoire: Territoire
    chiffres: Sequence[Observation]
    annees: tuple[int, ...]


@dataclass(frozen=True)
class _Groupe:
    """Les séries connues d'un groupe et leurs populations : de quoi juger chacune."""

    indicateur: Indicateur
    series: Sequence[Serie]
    habitants: Mapping[str, float]

    def _population(self, serie: Serie) -> float | None:
        return self.habitants.get(serie.territoire.territoire)

    def evolution(self, serie: Serie, periode: Periode) -> Evolution:
        avant, apres = (serie.en(annee) for annee in periode)
        return evoluer(avant, apres, self.indicateur, ruptures=serie.ruptures, population=self._population(serie))

    def ecart(self, serie: Serie, face: _EnFace, periode: Periode) -> EvolutionEcart:
        avant, apres = ((sien := serie.en(annee), _de_l_annee(sien, face.chiffres)) for annee in periode)
        return suivre_ecart(avant, apres, self.indicateur, ruptures=serie.ruptures, population=self._population(serie))

    def comparaison(self, serie: Serie, chiffre: Observation, face: _EnFace | None) -> Comparaison | None:
        autre = _de_l_annee(chiffre, face.chiffres) if face else None
        if face is None or autre is None:
            return None
        return comparer(
            chiffre,
            autre,
            self.indicateur,
            geographies=(serie.territoire.geographie, face.territoire.geographie),
            meme_maille=serie.territoire.maille is face.territoire.maille,
            population=self._population(serie),
            ruptures=serie.ruptures,
        )

    def repartition(self, annee: int) -> tuple[Cinq | None, int]:
        """Les quartiles des valeurs sûres d'une année, et leur nombre ; None sous huit, ou pour un nombre absolu."""
        surs = _surs(self.series, annee)
        return (None if self.indicateur.est_effectif else ranger(surs, self.indicateur).repartition), len(surs)

    def place(self, serie: Serie, chiffre: Observation, cinq: Cinq | None) -> Place:
        petit = trop_petit(self.indicateur, self._population(serie))
        if cinq is None or chiffre.douteuse or petit or not chiffre.se_classe:
            return Place.HORS
        _, q1, mediane, q3, _ = cinq
        valeur = chiffre.valeur or 0.0
        if abs(round(valeur - mediane, 9)) <= self.indicateur.bande_proche:
            return Place.MILIEU
        if valeur > mediane:
            return Place.PLUS_HAUT if valeur >= q3 else Place.HAUT
        return Place.PLUS_BAS if valeur <= q1 else Place.BAS


def _candidates(
    base: Base,
    groupe: _Groupe,
    references: Sequence[Territoire],
    annees: Sequence[int],
) -> dict[str, _EnFace]:
    """Les références qui ont une valeur une année du groupe ; aucune pour un nombre absolu, que la taille fait."""
    if groupe.indicateur.est_effectif:
        return {}
    lues = lire_datees(base, [t.territoire for t in references], avec_variations(base, groupe.indicateur))
    code = groupe.indicateur.indicateur
    chiffres = {t: lues.get((t.territoire, code), ()) for t in references}
    faces = (_EnFace(t, siens, _annees(siens, annees)) for t, siens in chiffres.items())
    return {face.territoire.territoire: face for face in faces if face.annees}


def _ruptures(series: Sequence[Serie]) -> list[Rupture]:
    """Celles de l'indicateur pour l'un ou l'autre de ces territoires, une fois chacune, par année."""
    return sorted(dict.fromkeys(r for s in series for r in s.ruptures), key=lambda r: r.depuis or 0)


def jugement_de_la_place(place: Place, sens: Sens) -> Jugement:
    """Ce que vaut une place quand l'indicateur a un sens : sert à la teinte, jamais à un décompte."""
    if place is Place.HORS:
        return Jugement.INDETERMINE
    if sens is Sens.NEUTRE:
        return Jugement.NEUTRE
    if place is Place.MILIEU:
        return Jugement.PROCHE
    haut = place in {Place.PLUS_HAUT, Place.HAUT}
    return Jugement.FAVORABLE if haut == (sens is Sens.HAUSSE) else Jugement.DEFAVORABLE


def _territoire_mediane(combien: int) -> Territoire:
    nom = f"Médiane des {combien} territoires"
    return Territoire(MEDIANE, Maille.REGROUPEMENT, None, "", nom, nom)


def _surs(series: Sequence[Serie], annee: int) -> list[Observation]:
    return [o for s in series if (o := s.en(annee)) is not None and o.se_classe and not o.douteuse]


def _mediane(indicateur: Indicateur, annee: int, valeur: float, combien: int, series: Sequence[Serie]) -> Observation:
    """La médiane d'une année comme un chiffre calculé ; aussi précise que les valeurs dont elle vient."""
    surs = _surs(series, annee)
    return Observation(
        MEDIANE, indicateur.indicateur, None, annee, None, valeur, None, None, Statut.EXACT, Fiabilite.SURE,
        f"médiane des {combien} valeurs sûres du groupe", surs[0].source, None, "", "", Origine.CALCULEE,
        max(o.decimales for o in surs), 1,
    )  # fmt: skip


def _annees(chiffres: Iterable[Observation], parmi: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted({o.annee for o in chiffres if o.annee in parmi and o.est_ponctuelle and o.annee}))


def _de_l_annee(sien: Observation | None, chiffres: Sequence[Observation]) -> Observation | None:
    """Le chiffre de la référence, la même année, de la même source si elle l'a."""
    if sien is None:
        return None
    return reference_de(sien, [o for o in chiffres if o.annee == sien.annee and o.est_ponctuelle])


def _couvertes(series: Sequence[Serie], annees: Sequence[int]) -> list[int]:
    """Les années que connaît au moins la moitié des territoires de l'année la mieux connue."""
    combien = {a: sum(any(o.annee == a for o in s.points) for s in series) for a in annees}
    plus = max(combien.values(), default=0)
    return [a for a in annees if combien[a] and 2 * combien[a] >= plus]


def _periode(
    annees: Sequence[int], ruptures: Sequence[Rupture], motifs: Callable[[Periode], Sequence[MotifEvolution]]
) -> tuple[Periode | None, bool]:
    """Les bouts du morceau dont la tendance se juge le plus souvent, à égalité le plus récent ; et si elle se juge.

    À défaut de jugement, le dernier morceau de deux années ; None s'il n'y en a pas.
    """
    morceaux: list[list[int]] = [[annees[0]]] if annees else []
    for avant, apres in pairwise(annees):
        if coupure(avant, apres, ruptures) is not None:
            morceaux.append([])
        morceaux[-1].append(apres)
    periodes = [(m[0], m[-1]) for m in morceaux if len(m) > 1]
    juges = {p: sum(m is MotifEvolution.AUCUN for m in motifs(p)) for p in periodes}
    plus = max(juges.values(), default=0)
    if not plus:
        return (periodes[-1] if periodes else None), False
    return next(p for p in reversed(periodes) if 2 * juges[p] >= plus), True


def _premiere(candidates: Mapping[str, _EnFace]) -> _EnFace | None:
    """La première connue, la médiane en dernier ; un ensemble de quartiers se choisit, jamais pris d'office."""
    return next(
        (f for c, f in candidates.items() if f.territoire.maille is not Maille.REGROUPEMENT or c == MEDIANE), None
    )
