"""Un quartier face au reste de sa commune et de son agglomération : leurs effectifs, moins les quartiers prioritaires.

Une part ou une médiane ne se soustrait pas ; un rapport de deux effectifs, si : somme sur somme. Le reste n'est fait
que si chaque commune et chaque quartier retirés ont les deux effectifs, sûrs, de la même source et de la même année. Un
quartier à cheval ne se retire pas d'une seule de ses communes : on prend avec elle toutes celles que des quartiers
relient. À cheval sur deux agglomérations, on ne sait combien en retirer : entre rien et tout. Le reste est alors une
fourchette, et sa variation n'est pas faite : une fourchette d'un côté et de l'autre ne dirait plus rien.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from indicators.analyse.comparaison import Comparaison, comparer
from indicators.base.base import Base
from indicators.socle.catalogue import Indicateur
from indicators.socle.nombres import INSECABLE, nombre, signe
from indicators.socle.observations import Fiabilite, Observation, Origine, Statut
from indicators.socle.territoires import Maille, Territoire

_PERIMETRE, _STATUT = 2015, "QPV"
_DECIMALES = 1


@dataclass(frozen=True)
class Rapport:
    """Un indicateur qui est un effectif sur un autre : `haut` sur `bas`, en pour cent.

    `recul` : de combien d'années `bas` précède `haut` ; `variation` : le rapport du même effectif à deux dates, moins
    cent.
    """

    indicateur: str
    haut: str
    bas: str
    recul: int
    variation: bool = False


RAPPORTS = (
    Rapport("nb_logements_sociaux_100_hab", "nb_logements_sociaux", "population", 4),
    Rapport("population_evolution_pct", "population", "population", 5, variation=True),
)
"""Les seuls dont les fichiers ont les deux effectifs, à la même date, des deux côtés."""


class Obstacle(StrEnum):
    """Pourquoi un chiffre du quartier ne se soustrait pas de celui de ses communes."""

    RAPPORT_SEUL = "rapport_seul"
    QUARTIER_SEUL = "quartier_seul"
    AUTRE_DATE = "autre_date"


class Empechement(StrEnum):
    """Pourquoi un reste n'est pas fait."""

    AUCUN = ""
    DEBORDE = "deborde"
    SECRET = "secret"
    ABSENT = "absent"
    TROP = "trop"


@dataclass(frozen=True)
class Effectif:
    """Un effectif et sa date, sommé sur des communes (`total`) et sur leurs quartiers prioritaires (`retire`).

    `partage` : celui des quartiers qui débordent de l'ensemble, dont on ne sait quelle part retirer ; `sources` : celle
    des communes, celle des quartiers.
    """

    indicateur: Indicateur
    annee: int
    total: float
    retire: float
    partage: float
    sources: tuple[str, str]

    @property
    def reste(self) -> tuple[float, float]:
        """Le moins et le plus qui demeure hors des quartiers ; deux fois le même nombre si aucun ne déborde."""
        return self.total - self.retire - self.partage, self.total - self.retire


@dataclass(frozen=True)
class Reste:
    """Le reste d'un ensemble de communes face à un quartier, pour un indicateur.

    `agglomeration` : celle dont ce sont toutes les communes, None pour celles du quartier ; `elargi` : vrai s'il a
    fallu y joindre des communes où le quartier n'est pas ; `a_cheval` : les quartiers qui débordent de l'ensemble.
    `empechement` et `en_cause` disent pourquoi `comparaison`, `haut` et `bas` sont None : les quartiers qui débordent,
    ceux dont l'effectif est secret ou absent.
    """

    indicateur: Indicateur
    communes: tuple[Territoire, ...]
    agglomeration: Territoire | None
    elargi: bool
    quartiers: tuple[Territoire, ...]
    a_cheval: tuple[Territoire, ...] = ()
    comparaison: Comparaison | None = None
    haut: Effectif | None = None
    bas: Effectif | None = None
    empechement: Empechement = Empechement.AUCUN
    en_cause: tuple[Territoire, ...] = ()


@dataclass(frozen=True)
class Ensemble:
    """Des communes, les quartiers prioritaires qui y sont, et ceux qui en débordent."""

    communes: tuple[str, ...]
    agglomeration: Territoire | None
    elargi: bool
    quartiers: tuple[str, ...]
    debordent: tuple[str, ...]


def restes(base: Base, code: str) -> tuple[Reste, ...]:
    """Ce quartier de 2015 face au reste de ses communes, puis de son agglomération ; vide pour tout autre territoire.

    Rien non plus pour un indicateur dont le quartier lui-même n'a pas les deux effectifs, sauf s'ils sont secrets.
    """
    fiche = base.fiche(code)
    t = fiche.territoire
    if t.maille is not Maille.QUARTIER or t.geographie != _PERIMETRE or t.statut != _STATUT or not fiche.communes:
        return ()
    ensembles = [_des_communes(base, [c.territoire for c in fiche.communes])]
    if fiche.agglomeration is not None and (communes := base.communes_de(fiche.agglomeration.territoire)):
        ensembles.append(_ensemble(base, communes, fiche.agglomeration))
    # Une base d'essai n'a pas tout le catalogue.
    rapports = [r for r in RAPPORTS if {r.indicateur, r.haut, r.bas} <= base.catalogue.indicateurs.keys()]
    comptes = {code for r in rapports for code in (r.haut, r.bas)}
    lieux = {t.territoire} | {c for e in ensembles for c in (*e.communes, *e.quartiers)}
    lus = [o for o in base.observations(sorted(lieux), sorted(comptes)) if o.annee is not None] if comptes else []
    trouves = []
    for rapport in rapports:
        annee = _annee(rapport, [o for o in lus if o.territoire == t.territoire])
        if annee is not None:
            trouves += [_reste(base, t, rapport, annee, ensemble, lus) for ensemble in ensembles]
    return tuple(trouves)


def impossibles(base: Base, code: str) -> dict[Obstacle, tuple[Indicateur, ...]]:
    """Les autres indicateurs de ce quartier, et ce qui empêche d'en retirer les quartiers prioritaires.

    Un taux ou une médiane sans ses deux effectifs ; un effectif que rien ne donne pour ses communes ; un effectif que
    les deux ont, jamais à la même date.
    """
    faits = {c for r in RAPPORTS for c in (r.indicateur, r.haut, r.bas)}
    communes = [c.territoire for c in base.fiche(code).communes]
    dates: dict[str, dict[bool, set[tuple[int | None, ...]]]] = {}
    for o in base.observations([code, *communes]):
        if o.a_une_valeur and o.indicateur not in faits:
            dates.setdefault(o.indicateur, {}).setdefault(o.territoire == code, set()).add(o.periode)
    trouves: dict[Obstacle, list[Indicateur]] = {obstacle: [] for obstacle in Obstacle}
    for indicateur in base.catalogue.indicateurs.values():
        du_quartier, des_communes = (dates.get(indicateur.indicateur, {}).get(cote, set()) for cote in (True, False))
        if not du_quartier:
            continue
        if not indicateur.unite.additive:
            trouves[Obstacle.RAPPORT_SEUL].append(indicateur)
        elif not des_communes:
            trouves[Obstacle.QUARTIER_SEUL].append(indicateur)
        elif du_quartier.isdisjoint(des_communes):
            trouves[Obstacle.AUTRE_DATE].append(indicateur)
    return {obstacle: tuple(siens) for obstacle, siens in trouves.items() if siens}


def _des_communes(base: Base, siennes: Sequence[str]) -> Ensemble:
    """Les communes du quartier, et toutes celles que des quartiers à cheval leur relient."""
    communes = set(siennes)
    while True:
        reliees = {c for communes_du_quartier in base.quartiers_des_communes(communes, _PERIMETRE, _STATUT).values()
                   for c in communes_du_quartier}  # fmt: skip
        if reliees <= communes:
            return _ensemble(base, sorted(communes), None, elargi=communes != set(siennes))
        communes |= reliees


def _ensemble(
    base: Base, communes: Sequence[str], agglomeration: Territoire | None, *, elargi: bool = False
) -> Ensemble:
    quartiers = base.quartiers_des_communes(communes, _PERIMETRE, _STATUT)
    debordent = tuple(q for q, siennes in sorted(quartiers.items()) if not set(siennes) <= set(communes))
    return Ensemble(tuple(communes), agglomeration, elargi, tuple(sorted(quartiers)), debordent)


def _annee(rapport: Rapport, siens: Sequence[Observation]) -> int | None:
    """La dernière année où le quartier a les deux effectifs, ou leur secret."""
    dates = {c: {o.annee for o in siens if o.indicateur == c} for c in (rapport.haut, rapport.bas)}
    communes = (a for a in dates[rapport.haut] if a is not None and a - rapport.recul in dates[rapport.bas])
    return max(communes, default=None)


def _reste(
    base: Base, quartier: Territoire, rapport: Rapport, annee: int, ensemble: Ensemble, lus: Sequence[Observation]
) -> Reste:
    indicateur = base.catalogue.indicateur(rapport.indicateur)
    vide = Reste(
        indicateur,
        tuple(base.territoires(ensemble.communes)),
        ensemble.agglomeration,
        ensemble.elargi,
        tuple(base.territoires(ensemble.quartiers)),
        tuple(base.territoires(ensemble.debordent)),
    )

    def sans(empechement: Empechement, en_cause: Collection[str]) -> Reste:
        return replace(vide, empechement=empechement, en_cause=tuple(base.territoires(en_cause)))

    if rapport.variation and ensemble.debordent:
        return sans(Empechement.DEBORDE, ensemble.debordent)
    effectifs: list[Effectif] = []
    propres: list[float] = []
    for code, date in ((rapport.haut, annee), (rapport.bas, annee - rapport.recul)):
        du_jour = [o for o in lus if o.indicateur == code and o.annee == date]
        des_quartiers, des_communes = (
            _d_une_source(du_jour, ensemble.quartiers),
            _d_une_source(du_jour, ensemble.communes),
        )
        for sommes in (des_quartiers, des_communes):
            if isinstance(sommes, _Trou):
                return sans(Empechement.SECRET if sommes.secret else Empechement.ABSENT, sommes.lieux)
        assert not isinstance(des_quartiers, _Trou) and not isinstance(des_communes, _Trou)
        partage = sum(des_quartiers.valeurs[q] for q in ensemble.debordent)
        effectifs.append(
            Effectif(base.catalogue.indicateur(code), date, sum(des_communes.valeurs.values()),
                     sum(des_quartiers.valeurs.values()) - partage, partage,
                     (des_communes.source, des_quartiers.source))
        )  # fmt: skip
        propres.append(des_quartiers.valeurs[quartier.territoire])
    haut, bas = effectifs
    if haut.reste[0] < 0 or bas.reste[0] <= 0 or propres[1] <= 0:
        return sans(Empechement.TROP, ensemble.quartiers)
    du_quartier = _chiffre(base, quartier.territoire, rapport, haut, bas, (propres[0], propres[0]), (propres[1],) * 2)
    du_reste = _chiffre(base, "", rapport, haut, bas, haut.reste, bas.reste)
    return replace(vide, comparaison=comparer(du_quartier, du_reste, indicateur), haut=haut, bas=bas)


def _chiffre(
    base: Base,
    territoire: str,
    rapport: Rapport,
    haut: Effectif,
    bas: Effectif,
    hauts: tuple[float, float],
    les_bas: tuple[float, float],
) -> Observation:
    """Le rapport de deux effectifs, en chiffre calculé ; une fourchette arrondie vers l'extérieur s'ils en sont une."""
    exact = hauts[0] == hauts[1] and les_bas[0] == les_bas[1]
    moins, plus = (100 * h / b - (100 if rapport.variation else 0) for h, b in zip(hauts, les_bas[::-1], strict=True))
    dix = 10**_DECIMALES
    return Observation(
        territoire,
        rapport.indicateur,
        bas.annee if rapport.variation else None,
        haut.annee,
        None,
        round(moins, _DECIMALES) if exact else None,
        None if exact else math.floor(moins * dix) / dix,
        None if exact else math.ceil(plus * dix) / dix,
        Statut.EXACT if exact else Statut.INTERVALLE,
        Fiabilite.SURE,
        calcul(rapport, hauts[0], les_bas[0]) if exact else "",
        haut.sources[1],
        None,
        "",
        "",
        Origine.CALCULEE,
        _DECIMALES,
        max(base.catalogue.sources[s].rang for e in (haut, bas) for s in e.sources),
    )


def calcul(rapport: Rapport, haut: float, bas: float) -> str:
    """La division en toutes lettres : « 2 080 ÷ 5 055 × 100 = 41,1 »."""
    valeur = 100 * haut / bas
    if rapport.variation:
        return f"{nombre(haut)} ÷ {nombre(bas)} − 1 = {signe(valeur - 100, _DECIMALES)}{INSECABLE}%"
    return f"{nombre(haut)} ÷ {nombre(bas)} × 100 = {nombre(valeur, _DECIMALES)}"


@dataclass(frozen=True)
class _Sommes:
    """L'effectif de chaque lieu, tous de la même source."""

    source: str
    valeurs: dict[str, float]


@dataclass(frozen=True)
class _Trou:
    """Les lieux sans effectif sûr ; `secret` : vrai si l'un d'eux est couvert par le secret."""

    secret: bool
    lieux: tuple[str, ...]


def _d_une_source(chiffres: Sequence[Observation], lieux: Collection[str]) -> _Sommes | _Trou:
    """Les effectifs de ces lieux dans la meilleure source qui les a tous ; à défaut, ceux qu'il manque."""
    par_source: dict[str, dict[str, Observation]] = {}
    for o in chiffres:
        if o.territoire in lieux:
            par_source.setdefault(o.source, {})[o.territoire] = o
    trous: list[_Trou] = []
    for source, siens in sorted(par_source.items(), key=lambda p: _preference(p[0], p[1].values())):
        manquent = tuple(c for c in lieux if c not in siens or siens[c].statut is not Statut.EXACT or siens[c].douteuse)
        if not manquent:
            return _Sommes(source, {c: siens[c].valeur or 0.0 for c in lieux})
        secrets = tuple(c for c in manquent if c in siens and siens[c].statut is Statut.SECRET)
        trous.append(_Trou(bool(secrets), secrets or manquent))
    return min(trous, key=lambda t: len(t.lieux), default=_Trou(False, tuple(lieux)))


def _preference(source: str, siens: Collection[Observation]) -> tuple[int, int, str]:
    """La source de meilleur rang, puis l'édition la plus récente."""
    return min(o.rang for o in siens), -max(o.millesime or 0 for o in siens), source
