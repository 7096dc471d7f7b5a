"""Les observations qui passent un filtre, chacune face à une référence au choix : ce que montre l'écran Explorer.

L'écran, le tableau simple et les fichiers exportés reçoivent la même `Exploration` : ils disent la même chose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from indicators.analyse.comparaison import Comparaison
from indicators.analyse.population import populations
from indicators.analyse.portrait import comparer_a
from indicators.base import flux
from indicators.base.base import Base
from indicators.base.exploration import PLAFOND, Filtre, chercher_observations, compter, est_grande, parents
from indicators.socle.catalogue import Catalogue, Indicateur
from indicators.socle.observations import Observation, par_indicateur, par_territoire
from indicators.socle.territoires import Maille, Territoire


class Niveau(StrEnum):
    """La référence à laquelle chaque ligne est comparée : celle qui contient son territoire, ou la France."""

    AGGLOMERATION = "agglomeration"
    DEPARTEMENT = "departement"
    REGION = "region"
    FRANCE = "france"
    AUCUNE = "aucune"

    @property
    def libelle(self) -> str:
        """La référence en toutes lettres."""
        return {
            Niveau.AGGLOMERATION: "l’agglomération de chaque territoire",
            Niveau.DEPARTEMENT: "le département de chaque territoire",
            Niveau.REGION: "la région de chaque territoire",
            Niveau.FRANCE: "la France métropolitaine",
            Niveau.AUCUNE: "aucune référence",
        }[self]


_MAILLES = {Niveau.AGGLOMERATION: Maille.EPCI, Niveau.DEPARTEMENT: Maille.DEPARTEMENT, Niveau.REGION: Maille.REGION}


@dataclass(frozen=True)
class LigneExploree:
    """Une observation, son territoire, son indicateur, et sa comparaison.

    `reference` et `comparaison` sont None quand aucune référence n'est demandée ou quand rien ne contient ce
    territoire ; `recit.exploration.motif` dit alors pourquoi.
    """

    chiffre: Observation
    territoire: Territoire
    indicateur: Indicateur
    reference: Territoire | None
    comparaison: Comparaison | None
    niveau: Niveau

    @property
    def cle(self) -> str:
        """De quoi retrouver la ligne dans une adresse : territoire, indicateur, dates et source."""
        o = self.chiffre
        dates = "-".join(str(date or "") for date in (o.annee_debut, o.annee, o.millesime))
        return "~".join((o.territoire, o.indicateur, dates, o.source))

    @property
    def chiffre_de_reference(self) -> Observation | None:
        """Le chiffre de la référence, ou None."""
        return self.comparaison.reference if self.comparaison else None


@dataclass(frozen=True)
class Exploration:
    """Les lignes montrées (au plus `PLAFOND`), combien passent le filtre en tout, et la demande en clair."""

    filtre: Filtre
    niveau: Niveau
    lignes: tuple[LigneExploree, ...]
    total: int
    criteres: tuple[tuple[str, str], ...]


def explorer(base: Base, filtre: Filtre, niveau: Niveau, criteres: tuple[tuple[str, str], ...]) -> Exploration:
    """Les observations qui passent le filtre, par indicateur puis territoire, chacune comparée à sa référence.

    `criteres` : la demande en clair, de `recit.exploration.criteres`.
    """
    catalogue = base.catalogue
    ordre = {code: rang for rang, code in enumerate(catalogue.indicateurs)}
    trouvees = sorted(chercher_observations(base, filtre), key=lambda o: ordre[o.indicateur])
    total = compter(base, filtre)["total"]["filtre"] if est_grande(base) else len(trouvees)
    return Exploration(filtre, niveau, tuple(_comparees(base, trouvees[:PLAFOND], niveau)), total, criteres)


@dataclass(frozen=True)
class Suite:
    """Toutes les lignes d'un filtre, par paquets, sans jamais les tenir ensemble ; `total` : combien elles sont."""

    total: int
    paquets: Iterator[list[LigneExploree]]


def suivre(base: Base, filtre: Filtre, niveau: Niveau) -> Suite:
    """Tout ce que le filtre retient, rien n'y est coupé, chaque ligne comparée comme à l'écran.

    Dans une grande base, par territoire, indicateur puis date ; ailleurs, comme l'écran.
    """
    if est_grande(base):
        demande = flux.demander(base, filtre)
        total = flux.compter(base, demande)
        lus: Iterator[list[Observation]] = flux.parcourir(base, demande, total)
    else:
        ordre = {code: rang for rang, code in enumerate(base.catalogue.indicateurs)}
        trouvees = sorted(chercher_observations(base, filtre), key=lambda o: ordre[o.indicateur])
        total = len(trouvees)
        lus = (trouvees[debut : debut + flux.PAQUET] for debut in range(0, total, flux.PAQUET))
    return Suite(total, (_comparees(base, paquet, niveau) for paquet in lus))


def _comparees(base: Base, observations: Sequence[Observation], niveau: Niveau) -> list[LigneExploree]:
    """Chaque observation face à sa référence."""
    catalogue = base.catalogue
    lieux = {t.territoire: t for t in base.territoires({o.territoire for o in observations})}
    references = _references(base, niveau, lieux)
    chiffres = _chiffres(base, references.values(), {o.indicateur for o in observations}, catalogue)
    mesures = {o.indicateur: catalogue.indicateurs[o.indicateur] for o in observations}
    habitants = populations(base, list(lieux), *mesures.values())

    def ligne(observation: Observation) -> LigneExploree:
        territoire, indicateur = lieux[observation.territoire], catalogue.indicateurs[observation.indicateur]
        reference = references.get(observation.territoire)
        if reference is None:
            return LigneExploree(observation, territoire, indicateur, None, None, niveau)
        siens = chiffres.get(reference.territoire, {})
        comparaison = comparer_a(
            catalogue, indicateur, observation, territoire, reference, siens, habitants.get(territoire.territoire)
        )
        return LigneExploree(observation, territoire, indicateur, reference, comparaison, niveau)

    return [ligne(o) for o in observations]


def _references(base: Base, niveau: Niveau, lieux: dict[str, Territoire]) -> dict[str, Territoire]:
    """La référence de chaque territoire qui en a une."""
    if niveau is Niveau.AUCUNE:
        return {}
    if niveau is Niveau.FRANCE:
        france = base.territoires(["FRM"])
        return {code: france[0] for code in lieux if france and code != "FRM"}
    choisis = parents(base, list(lieux), _MAILLES[niveau])
    par_code = {t.territoire: t for t in base.territoires(set(choisis.values()))}
    return {code: par_code[parent] for code, parent in choisis.items()}


def _chiffres(
    base: Base, references: Iterable[Territoire], indicateurs: set[str], catalogue: Catalogue
) -> dict[str, dict[str, list[Observation]]]:
    """Les chiffres des références, par territoire puis indicateur ; ceux des indicateurs voisins aussi."""
    voisins = {v for code in indicateurs for v in catalogue.indicateurs[code].voisins if v in catalogue.indicateurs}
    lues = base.observations(sorted({t.territoire for t in references}), sorted(indicateurs | voisins))
    return {code: par_indicateur(siennes) for code, siennes in par_territoire(lues).items()}
