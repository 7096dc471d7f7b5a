"""Un indicateur à plusieurs dates : les chiffres d'un territoire et de ses références, année par année.

Une série tient dans un seul périmètre : un quartier de 2015 et son successeur de 2024 ont chacun la leur.
Les variations imprimées donnent la valeur de départ qui manque (`datees`) ; les verdicts restent ceux d'`evolution`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from indicators.analyse.comparaison import Comparaison, Jugement, comparer, reference_de
from indicators.analyse.datees import avec_variations, lire_datees
from indicators.analyse.evolution import (
    Evolution,
    EvolutionEcart,
    MotifEvolution,
    evoluer,
    segments,
    suivre_ecart,
)
from indicators.analyse.population import populations
from indicators.analyse.references import references_distinctes
from indicators.analyse.trajectoire import Trajectoire, tracer
from indicators.base.base import Base
from indicators.socle.catalogue import Indicateur, Rupture, separation
from indicators.socle.observations import Observation, par_indicateur, retenue
from indicators.socle.territoires import Fiche, Maille, Territoire

ORDRE_DES_JUGEMENTS = (
    Jugement.FAVORABLE,
    Jugement.DEFAVORABLE,
    Jugement.PROCHE,
    Jugement.NEUTRE,
    Jugement.INDETERMINE,
)
"""Ce qui va mieux avant ce qui va moins bien, comme dans le portrait."""


@dataclass(frozen=True)
class Serie:
    """Les chiffres d'un territoire, un par année, de la plus ancienne à la plus récente.

    `points` : les valeurs qui se placent sur un graphique ; `hors_courbe` : les années où le document n'imprime qu'un
    seuil, un intervalle, un secret ou une case vide. Aucune année n'est dans les deux. `ruptures` : celles de
    l'indicateur pour ce territoire.
    """

    territoire: Territoire
    points: tuple[Observation, ...] = ()
    hors_courbe: tuple[Observation, ...] = ()
    ruptures: tuple[Rupture, ...] = ()

    @property
    def segments(self) -> tuple[tuple[Observation, ...], ...]:
        """Les points par morceaux qu'un trait peut relier : aucun ne traverse une rupture."""
        return segments(self.points, self.ruptures)

    def en(self, annee: int | None) -> Observation | None:
        """Le chiffre de cette année, sur la courbe ou non ; None si la base n'en a pas."""
        return next((o for o in (*self.points, *self.hors_courbe) if o.annee == annee), None)


@dataclass(frozen=True)
class SuiviReference:
    """Une référence, sa série, l'écart à chaque année commune et ce qu'il est devenu.

    `ecart` : de la première à la dernière année commune ; `paires` : toutes les paires d'années communes, vide s'il
    n'y en a qu'une. `evolution` : celle de la référence elle-même, entre les années de `ecart`.
    """

    serie: Serie
    comparaisons: dict[int, Comparaison]
    ecart: EvolutionEcart
    paires: tuple[EvolutionEcart, ...]
    evolution: Evolution

    @property
    def territoire(self) -> Territoire:
        """La référence."""
        return self.serie.territoire

    @property
    def douteux(self) -> tuple[Observation, ...]:
        """Les chiffres douteux dont dépend l'écart suivi."""
        return tuple(
            o
            for c in (self.ecart.depart, self.ecart.arrivee)
            if c is not None
            for o in (c.observation, c.reference)
            if o is not None and o.douteuse
        )


@dataclass(frozen=True)
class Suivi:
    """Un indicateur dans le temps : le territoire, ses références, et l'autre périmètre, jamais relié au premier."""

    indicateur: Indicateur
    serie: Serie
    trajectoire: Trajectoire
    references: tuple[SuiviReference, ...]
    autres_perimetres: tuple[Serie, ...]

    @property
    def evolution(self) -> Evolution:
        """Ce qu'est devenu le chiffre que le portrait montre : la même tendance que sur sa carte."""
        return self.trajectoire.evolution

    @property
    def annees(self) -> tuple[int, ...]:
        """Toutes les années écrites dans le tableau, de la plus récente à la plus ancienne."""
        return tuple(sorted({o.annee for o in self.chiffres if o.annee}, reverse=True))

    @property
    def chiffres(self) -> tuple[Observation, ...]:
        """Tous les chiffres montrés : ceux du territoire, puis ceux de ses références."""
        return tuple(o for s in (self.serie, *(r.serie for r in self.references)) for o in (*s.points, *s.hors_courbe))

    @property
    def principale(self) -> SuiviReference | None:
        """La référence de la réponse : la première dont l'écart est suivi sans chiffre douteux, à défaut avec."""
        suivies = [r for r in self.references if r.ecart.variation is not None]
        sures = [r for r in suivies if not r.douteux]
        return next(iter(sures or suivies or self.references), None)


def ranger_serie(
    territoire: Territoire,
    chiffres: Iterable[Observation],
    choisir: Callable[[list[Observation]], Observation | None],
    ruptures: tuple[Rupture, ...] = (),
) -> Serie:
    """Une série : par année, le chiffre que `choisir` retient ; None laisse l'année vide.

    Un seuil, un intervalle ou un secret est hors de la courbe.
    """
    par_annee: dict[int, list[Observation]] = defaultdict(list)
    for o in chiffres:
        if o.annee is not None:
            par_annee[o.annee].append(o)
    choisis = (choisir(par_annee[annee]) for annee in sorted(par_annee))
    montres = [o for o in choisis if o is not None]
    return Serie(
        territoire,
        tuple(o for o in montres if o.est_ponctuelle),
        tuple(o for o in montres if not o.est_ponctuelle),
        ruptures,
    )


def _trajectoire(
    serie: Serie, indicateur: Indicateur, references: Sequence[Sequence[Observation]], population: float | None
) -> Trajectoire:
    """Celle du chiffre que le portrait montre : l'année la plus récente que la première référence a aussi."""
    montre = retenue(serie.points, references)
    if montre is None:
        return Trajectoire((), Evolution(indicateur, None, None, motif=MotifEvolution.UNE_SEULE_ANNEE))
    return tracer(montre, serie.points, indicateur, serie.ruptures, population)


def indicateurs_suivis(
    base: Base, codes: Sequence[str], references: Sequence[Territoire] = ()
) -> dict[str, tuple[tuple[Serie, Evolution], ...]]:
    """Pour chaque territoire, les indicateurs connus à deux années au moins et ce qu'ils sont devenus.

    Rangés par jugement (favorable, défavorable, stable, sans jugement) puis dans l'ordre du catalogue ; un territoire
    sans indicateur suivi n'a pas d'entrée. `references` : celles de leurs portraits, qui décident du chiffre montré.
    """
    territoires = {t.territoire: t for t in base.territoires(codes)}
    rangs = {code: n for n, code in enumerate(base.catalogue.indicateurs)}
    suivis: dict[str, list[tuple[Serie, Evolution]]] = defaultdict(list)
    datees = lire_datees(base, codes)
    en_face = [
        par_indicateur(o for liste in lire_datees(base, [r.territoire]).values() for o in liste) for r in references
    ]
    habitants = populations(base, codes, *(base.catalogue.indicateur(code) for _, code in datees))
    for (code, indicateur), chiffres in datees.items():
        territoire = territoires[code]
        ruptures = base.catalogue.ruptures_de(indicateur, territoire)
        serie = ranger_serie(territoire, chiffres, retenue, ruptures)
        if len(serie.points) > 1:
            mesure = base.catalogue.indicateur(indicateur)
            autres = [chiffres_en_face[indicateur] for chiffres_en_face in en_face]
            suivis[code].append((serie, _trajectoire(serie, mesure, autres, habitants.get(code)).evolution))
    return {
        code: tuple(
            sorted(
                liste,
                key=lambda p: (ORDRE_DES_JUGEMENTS.index(p[1].jugement), rangs[p[1].indicateur.indicateur]),
            )
        )
        for code, liste in suivis.items()
    }


def references_connues(base: Base, fiche: Fiche, indicateur: Indicateur) -> dict[str, tuple[int, ...]]:
    """Les références qui ont un chiffre daté de cet indicateur, et leurs années ; l'ordre est celui de la fiche."""
    codes = [t.territoire for t in references_distinctes(fiche)]
    chiffres = lire_datees(base, codes, avec_variations(base, indicateur))
    annees = {
        code: tuple(
            sorted({o.annee for o in chiffres.get((code, indicateur.indicateur), []) if o.annee and o.a_une_valeur})
        )
        for code in codes
    }
    return {code: connues for code, connues in annees.items() if connues}


def references_montrees(fiche: Fiche, connues: dict[str, tuple[int, ...]]) -> list[str]:
    """Celles montrées d'abord : agglomération, région, France métropolitaine.

    S'il y en a moins de trois, la liste est complétée par celles qui sont connues à deux dates au moins ; un ensemble
    de quartiers se choisit, il n'est jamais pris d'office.
    """
    agglomerations = [t.territoire for t in fiche.agglomerations]
    regions = [t.territoire for t in fiche.references if t.maille is Maille.REGION]
    preferees = [*agglomerations[:1], *regions, "FRM"]
    montrees = [code for code in preferees if code in connues]
    ensembles = {t.territoire for t in fiche.references if t.maille is Maille.REGROUPEMENT}
    autres = [code for code in connues if code not in montrees and code not in ensembles]
    suite = [code for code in autres if len(connues[code]) > 1]
    return [*montrees, *suite[: max(0, 3 - len(montrees))]]


def suivre(base: Base, fiche: Fiche, indicateur: Indicateur, references: Sequence[Territoire]) -> Suivi:
    """L'indicateur de ce territoire dans le temps, face à ces références."""
    territoire = fiche.territoire
    freres = fiche.autres_perimetres
    codes = [territoire.territoire, *(t.territoire for t in references), *sorted(freres)]
    chiffres = lire_datees(base, codes, avec_variations(base, indicateur))
    population = populations(base, [territoire.territoire], indicateur).get(territoire.territoire)

    def ranger(lieu: Territoire, choisir: Callable[[list[Observation]], Observation | None]) -> Serie:
        siens = chiffres.get((lieu.territoire, indicateur.indicateur), [])
        return ranger_serie(lieu, siens, choisir, base.catalogue.ruptures_de(indicateur.indicateur, lieu))

    serie = ranger(territoire, retenue)

    def pareille(candidates: list[Observation]) -> Observation | None:
        """La source du territoire d'abord, pour que les deux courbes se lisent dans le même tableau."""
        sien = serie.en(candidates[0].annee)
        return reference_de(sien, candidates) if sien is not None else retenue(candidates)

    en_face = [ranger(t, pareille) for t in references]
    return Suivi(
        indicateur,
        serie,
        _trajectoire(serie, indicateur, [(*s.points, *s.hors_courbe) for s in en_face], population),
        tuple(_face_a(serie, autre, indicateur, population) for autre in en_face),
        tuple(ranger(t, retenue) for t in base.territoires(freres)),
    )


def _face_a(serie: Serie, autre: Serie, indicateur: Indicateur, population: float | None) -> SuiviReference:
    """L'écart à chaque année commune ; sans deux années communes, le motif que donne `suivre_ecart`."""
    geographies = (serie.territoire.geographie, autre.territoire.geographie)
    communes = [(o, r) for o in serie.points if (r := autre.en(o.annee)) is not None and r.est_ponctuelle]
    comparaisons = {
        o.annee: comparer(
            o,
            r,
            indicateur,
            geographies=geographies,
            meme_maille=serie.territoire.maille is autre.territoire.maille,
            population=population,
            ruptures=(*serie.ruptures, *autre.ruptures),
        )
        for o, r in communes
        if o.annee is not None
    }

    def suivre_entre(
        avant: tuple[Observation | None, Observation | None], apres: tuple[Observation | None, Observation | None]
    ) -> EvolutionEcart:
        return suivre_ecart(avant, apres, indicateur, ruptures=serie.ruptures, population=population)

    paires = tuple(suivre_entre(avant, apres) for avant, apres in combinations(communes, 2))
    if len(communes) > 1:
        depart, arrivee = _bouts(communes, serie.ruptures)
        ecart = suivre_entre(depart, arrivee)
        evolution = evoluer(depart[1], arrivee[1], indicateur, ruptures=autre.ruptures)
    else:
        bouts = (serie.points[0], serie.points[-1]) if len(serie.points) > 1 else (None, None)
        ecart = suivre_entre(*((o, autre.en(o.annee) if o is not None else None) for o in bouts))
        siens = (autre.points[0], autre.points[-1]) if len(autre.points) > 1 else (None, None)
        evolution = evoluer(siens[0], siens[1], indicateur, ruptures=autre.ruptures)
    return SuiviReference(autre, comparaisons, ecart, paires, evolution)


_Paire = tuple[Observation, Observation]
"""Le chiffre du territoire et celui de la référence, la même année."""


def _bouts(communes: Sequence[_Paire], ruptures: Sequence[Rupture]) -> tuple[_Paire, _Paire]:
    """Entre quelles dates suivre l'écart : les bouts du dernier morceau sans rupture, chiffres sûrs d'abord."""
    sures = [paire for paire in communes if not any(o.douteuse for o in paire)]
    retenues = sures if len(sures) > 1 else list(communes)
    morceaux: list[list[_Paire]] = [[retenues[0]]]
    for paire in retenues[1:]:
        if separation(morceaux[-1][-1][0], paire[0], ruptures) is not None:
            morceaux.append([])
        morceaux[-1].append(paire)
    dernier = next((m for m in reversed(morceaux) if len(m) > 1), retenues)
    return dernier[0], dernier[-1]
