"""Les observations qui passent un filtre, comptées puis lues par paquets : de quoi répondre sans les tenir toutes.

Le filtre est celui d'Explorer (`exploration.Filtre`), mais rien n'y est coupé : ce qui nomme un lieu, un thème ou une
source devient des clés entières, et la lecture avance de territoire en territoire.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from indicators.base.base import Base, parmi
from indicators.base.exploration import Filtre, reduire
from indicators.socle.observations import Observation, declinaison

_DATE = (
    "CASE WHEN coalesce(annee, -millesime) IS NULL THEN 'nd'"
    " WHEN annee IS NULL THEN 'ed' || millesime ELSE annee::VARCHAR END"
)
PAQUET = 2000
"""Observations lues à la fois, environ : ce qu'un fil tient en mémoire, et le temps qu'il garde l'interpréteur."""


@dataclass(frozen=True)
class Demande:
    """Ce qu'il faut lire : des clés de territoires (dans l'ordre de la base), et des conditions sur les mesures."""

    territoires: tuple[int, ...]
    condition: str
    valeurs: tuple[Any, ...]


def demander(base: Base, filtre: Filtre, territoires: tuple[str, ...] = ()) -> Demande:
    """La demande que dit ce filtre, restreinte à ces territoires (tous si vide)."""
    trouves, reste = reduire(base, filtre)
    retenus = set(range(base.combien)) if trouves is None else set(trouves)
    if territoires:
        retenus &= set(base.cles(territoires))
    if reste.maille or reste.type or reste.perimetre:
        codes = base.codes_connus
        retenus = {cle for cle in retenus if _admis(base, codes[cle], reste)}
    conditions: list[tuple[str, list[Any]]] = []
    catalogue = base.catalogue
    if reste.pilier or reste.theme or reste.indicateur or reste.bailleur:
        cles = [
            base.cle_indicateur(i.indicateur)
            for i in catalogue.indicateurs.values()
            if (not reste.pilier or i.pilier in reste.pilier)
            and (not reste.theme or i.theme in reste.theme)
            and (not reste.indicateur or not {i.indicateur, declinaison(i.indicateur)[0]}.isdisjoint(reste.indicateur))
            and (not reste.bailleur or declinaison(i.indicateur)[1] in reste.bailleur)
        ]
        conditions.append(parmi("i", cles) if cles else ("false", []))
    if reste.source:
        rangs = {source: cle for cle, source in enumerate(catalogue.sources)}
        conditions.append(parmi("s", [rangs[source] for source in reste.source]))
    for sql, choisies in ((_DATE, reste.date), ("statut", reste.statut), ("fiabilite", reste.fiabilite)):
        if choisies:
            conditions.append((f"({sql})::VARCHAR IN (SELECT unnest(?::VARCHAR[]))", [list(choisies)]))
    return Demande(
        tuple(sorted(retenus)),
        " AND ".join(sql for sql, _ in conditions) or "true",
        tuple(v for _, liees in conditions for v in liees),
    )


def date(observation: Observation) -> str:
    """La date d'un chiffre comme l'écrit le filtre : « 2019 », « ed2015 » ou « nd »."""
    if observation.annee is not None:
        return str(observation.annee)
    return "nd" if observation.millesime is None else f"ed{observation.millesime}"


def _admis(base: Base, code: str, filtre: Filtre) -> bool:
    t = base.territoire(code)
    return (
        (not filtre.maille or t.maille.value in filtre.maille)
        and (not filtre.type or t.statut in filtre.type)
        and (not filtre.perimetre or str(t.geographie or "sans") in filtre.perimetre)
    )


def compter(base: Base, demande: Demande) -> int:
    """Le nombre d'observations de cette demande."""
    if not demande.territoires:
        return 0
    parmi_eux, cles = _parmi_les_territoires(base, demande.territoires)
    lues = base._toutes(
        f"SELECT count(*) FROM mesures_par_territoire WHERE {demande.condition} AND {parmi_eux}",
        [*demande.valeurs, *cles],
    )
    return int(lues[0][0])


def parcourir(base: Base, demande: Demande, total: int) -> Iterator[list[Observation]]:
    """Ces observations (`total` en tout), par territoire, indicateur puis date, par paquets d'environ `PAQUET`."""
    par_territoire = total / max(1, len(demande.territoires))
    pas = max(1, min(PAQUET, int(PAQUET / max(par_territoire, 1e-9))))
    for debut in range(0, len(demande.territoires), pas):
        tranche = demande.territoires[debut : debut + pas]
        if lues := base.chercher_mesures(demande.condition, demande.valeurs, None, tranche):
            yield lues


def _parmi_les_territoires(base: Base, cles: tuple[int, ...]) -> tuple[str, list[Any]]:
    return ("true", []) if len(cles) == base.combien else parmi("t", cles)
