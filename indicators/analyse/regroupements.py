"""Ce que disent les membres d'un ensemble qui n'a pas de chiffre à lui : du plus faible au plus élevé.

Un taux ou une médiane ne s'additionne ni ne se moyenne : seule son étendue se dit, à une même date et d'une même
source, avec ce qui manque. Un nombre absolu dont un membre manque n'a pas de somme, et cela se dit de même.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indicators.base.base import Base
from indicators.base.regroupements import SANS_MEMBRE, Composition, composition
from indicators.socle.catalogue import Catalogue, Indicateur
from indicators.socle.observations import Observation, Statut, par_indicateur
from indicators.socle.territoires import Maille, Territoire


@dataclass(frozen=True)
class Etendue:
    """Les valeurs des membres pour un indicateur, à une date et d'une source : un fait sur eux, non sur l'ensemble.

    `connues` : celles qui sont exactes (ou « environ ») et sûres, de la plus faible à la plus élevée, jamais vide ;
    `membres` : combien l'ensemble en a ; `secrets`, `douteux` : parmi ceux qui manquent, sous secret ou contredits.
    """

    indicateur: Indicateur
    connues: tuple[Observation, ...]
    membres: int
    secrets: int = 0
    douteux: int = 0

    @property
    def bas(self) -> Observation:
        """La plus faible."""
        return self.connues[0]

    @property
    def haut(self) -> Observation:
        """La plus élevée."""
        return self.connues[-1]

    @property
    def complete(self) -> bool:
        """Vrai si chaque membre a sa valeur."""
        return len(self.connues) == self.membres

    @property
    def somme(self) -> float | None:
        """Le total, quand l'indicateur s'additionne et que chaque membre a sa valeur ; None sinon."""
        if not self.indicateur.unite.additive or not self.complete:
            return None
        return sum(o.valeur or 0.0 for o in self.connues)


def etendre(base: Base, ensemble: str, indicateur: Indicateur) -> Etendue | None:
    """Ce que donnent les membres d'un ensemble pour cet indicateur ; None si aucun n'a de valeur sûre."""
    lieux = composition(base, ensemble)
    codes = [t.territoire for t in lieux.membres]
    if not codes:
        return None
    return mesurer(indicateur, base.observations_indicateur(indicateur.indicateur, codes), lieux.nombre)


def etendues(
    base: Base, territoire: Territoire, connus: Mapping[str, Iterable[Observation]]
) -> tuple[Composition, dict[str, Etendue]]:
    """De quoi est fait cet ensemble, et l'étendue de chaque indicateur dont il n'a pas de chiffre lui-même.

    `connus` : les siens, par indicateur. Rien pour un territoire qui n'est pas un ensemble.
    """
    if territoire.maille is not Maille.REGROUPEMENT:
        return SANS_MEMBRE, {}
    lieux = composition(base, territoire.territoire)
    siens = {code for code, chiffres in connus.items() if any(o.a_une_valeur for o in chiffres)}
    codes = [t.territoire for t in lieux.membres]
    return lieux, _toutes(base.catalogue, base.observations(codes) if codes else [], lieux.nombre, siens)


def _toutes(
    catalogue: Catalogue, observations: Sequence[Observation], membres: int, sauf: Iterable[str]
) -> dict[str, Etendue]:
    lues = par_indicateur(observations)
    trouvees = {
        code: mesurer(catalogue.indicateur(code), chiffres, membres)
        for code, chiffres in lues.items()
        if code not in set(sauf)
    }
    return {code: e for code in catalogue.indicateurs if (e := trouvees.get(code)) is not None}


def mesurer(indicateur: Indicateur, chiffres: Iterable[Observation], membres: int) -> Etendue | None:
    """L'étendue de ces chiffres à la date et de la source que le plus de membres ont ; None sans valeur sûre.

    À égalité, la plus récente, puis la meilleure source. Une variation ne s'étend pas : sa période est une autre.
    """
    paquets: dict[tuple[object, ...], dict[str, Observation]] = defaultdict(dict)
    for o in chiffres:
        if o.annee_debut is None:
            paquets[o.annee, o.millesime, o.source].setdefault(o.territoire, o)

    def connues(paquet: Mapping[str, Observation]) -> list[Observation]:
        return [o for o in paquet.values() if o.est_ponctuelle and not o.douteuse]

    def preference(paquet: Mapping[str, Observation]) -> tuple[object, ...]:
        premier = next(iter(paquet.values()))
        return len(connues(paquet)), premier.annee is not None, premier.recence, -premier.rang, premier.source

    choisi = max(paquets.values(), key=preference, default=None)
    if choisi is None or not (sures := connues(choisi)):
        return None
    return Etendue(
        indicateur,
        tuple(sorted(sures, key=lambda o: (o.valeur or 0.0, o.territoire))),
        membres,
        secrets=sum(o.statut is Statut.SECRET for o in choisi.values()),
        douteux=sum(o.douteuse and o.a_une_valeur for o in choisi.values()),
    )
