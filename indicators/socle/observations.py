"""Un chiffre et ce qu'il vaut : valeur ou bornes, statut, fiabilité, provenance."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple


class Statut(StrEnum):
    """Ce que la case imprimée permet de dire."""

    EXACT = "exact"
    ENVIRON = "environ"
    AU_MOINS = "au_moins"
    AU_PLUS = "au_plus"
    INTERVALLE = "intervalle"
    SECRET = "secret"
    NON_DISPONIBLE = "non_disponible"
    SANS_OBJET = "sans_objet"


SANS_VALEUR = frozenset({Statut.SECRET, Statut.NON_DISPONIBLE, Statut.SANS_OBJET})
PONCTUELS = frozenset({Statut.EXACT, Statut.ENVIRON})
RANG_PRODUCTEUR = 1
"""Le rang d'une source qui produit ses chiffres (Insee, DEPP…) ; au-delà, un document qui les cite."""


class Fiabilite(StrEnum):
    """« douteuse » : imprimée telle quelle, mais contredite ; la raison est dans la note."""

    SURE = "sure"
    DOUTEUSE = "douteuse"


class Origine(StrEnum):
    """Publiée telle quelle, ou calculée (la formule est dans la note)."""

    PUBLIEE = "publiee"
    CALCULEE = "calculee"


_DECLINAISON = ":"


def decliner(mesure: str, bailleur: str) -> str:
    """L'indicateur d'une mesure pour ce bailleur : « nb_logements_bailleur:sia_habitat » ; elle-même sans bailleur."""
    return f"{mesure}{_DECLINAISON}{bailleur}" if bailleur else mesure


def declinaison(indicateur: str) -> tuple[str, str]:
    """La mesure et le bailleur d'un indicateur ; chaîne vide pour une mesure qui ne se décline pas."""
    mesure, _, bailleur = indicateur.partition(_DECLINAISON)
    return mesure, bailleur


class Observation(NamedTuple):
    """La valeur d'un indicateur pour un territoire, une période et une source (c'est sa clé).

    `valeur` n'est donnée que pour les statuts exact et environ ; `borne_inf` et `borne_sup` pour les seuils et les
    intervalles ; les trois sont None quand le chiffre est secret, non disponible ou sans objet. Zéro est une valeur.
    `annee` : année de la mesure, None si le document ne la donne pas ; `annee_debut` : début de la période pour une
    variation ; `millesime` : édition de publication. `decimales` : nombre de décimales imprimées. `perimetre` : l'année
    où le lieu a cessé d'être celui que ce chiffre mesure (commune fusionnée, EPCI redessiné) ; None s'il l'est encore.
    Un tuple nommé : cinq fois plus vite fait qu'une classe de données figée, et un écran en lit des milliers.
    """

    territoire: str
    indicateur: str
    annee_debut: int | None
    annee: int | None
    millesime: int | None
    valeur: float | None
    borne_inf: float | None
    borne_sup: float | None
    statut: Statut
    fiabilite: Fiabilite
    note: str
    source: str
    ligne: int | None
    passage: str
    imprime: str
    origine: Origine
    decimales: int
    rang: int
    perimetre: int | None = None

    @property
    def mesure(self) -> str:
        """Ce qui est mesuré, sans dire pour quel bailleur."""
        return declinaison(self.indicateur)[0]

    @property
    def bailleur(self) -> str:
        """Le bailleur que compte ce chiffre ; chaîne vide pour une mesure qui ne se décline pas."""
        return declinaison(self.indicateur)[1]

    @property
    def a_une_valeur(self) -> bool:
        """Vrai si un nombre, un seuil ou un intervalle est connu."""
        return self.statut not in SANS_VALEUR

    @property
    def est_ponctuelle(self) -> bool:
        """Vrai si la valeur est un nombre."""
        return self.statut in PONCTUELS

    @property
    def se_classe(self) -> bool:
        """Vrai si la valeur peut être classée parmi d'autres : un nombre, du périmètre que son lieu a encore."""
        return self.est_ponctuelle and self.perimetre is None

    @property
    def douteuse(self) -> bool:
        """Vrai si le chiffre imprimé est contredit."""
        return self.fiabilite is Fiabilite.DOUTEUSE

    @property
    def etendue(self) -> tuple[float, float] | None:
        """Les valeurs possibles, bornes comprises ; None si rien n'est connu."""
        if not self.a_une_valeur:
            return None
        if self.est_ponctuelle:
            assert self.valeur is not None
            return self.valeur, self.valeur
        basse = -math.inf if self.borne_inf is None else self.borne_inf
        haute = math.inf if self.borne_sup is None else self.borne_sup
        return basse, haute

    @property
    def periode(self) -> tuple[int | None, int | None, int | None]:
        """Ce qui date le chiffre : l'année de mesure, ou à défaut le millésime."""
        return self.annee_debut, self.annee, (None if self.annee is not None else self.millesime)

    @property
    def recence(self) -> tuple[int, int]:
        """De quoi trier de la plus ancienne à la plus récente : année, à défaut millésime."""
        return (self.annee or self.millesime or 0), (1 if self.annee is not None else 0)


CHAMPS_GARDES = tuple(champ for champ in Observation._fields if champ != "perimetre")
"""Ceux que la base garde et que le paquet exporte ; `perimetre` se déduit à la lecture."""


def meme_periode(une: Observation, autre: Observation) -> bool:
    """Vrai si les deux chiffres datent du même moment, ou ont paru ensemble sans que l'année soit imprimée."""
    if une.periode != autre.periode:
        return False
    return une.annee is not None or une.millesime is not None or une.source == autre.source


def retenue(
    observations: Iterable[Observation], references: Sequence[Sequence[Observation]] = ()
) -> Observation | None:
    """Celle que l'on montre : une valeur sûre, comparable, la plus récente, de meilleure source, la plus précise.

    Une valeur connue passe avant une case secrète ou vide, une sûre avant une douteuse, même plus récentes. Puis vient
    celle d'une période que la première des `references` a aussi, à défaut la suivante : un chiffre de 2018 que l'on
    peut comparer dit plus qu'un chiffre de 2019 que rien n'éclaire. L'écran écrit toujours l'année et liste les autres.
    Une édition n'est pas une date (celle de 2022 reprend un recensement de 2018) : sans année, un chiffre passe après
    ceux qui en ont une.
    """
    candidates = list(observations)
    if not candidates:
        return None

    def comparable(observation: Observation) -> int:
        for place, chiffres in enumerate(references):
            if any(meme_periode(observation, o) and o.a_une_valeur and not o.douteuse for o in chiffres):
                return len(references) - place
        return 0

    return max(
        candidates,
        key=lambda o: (
            o.a_une_valeur,
            not o.douteuse,
            comparable(o),
            o.annee is not None,
            o.recence,
            -o.rang,
            o.decimales,
            o.source,
        ),
    )


def par_indicateur(observations: Iterable[Observation]) -> dict[str, list[Observation]]:
    """Les chiffres rangés par code d'indicateur, dans leur ordre ; une liste vide pour un indicateur sans chiffre."""
    rangees: dict[str, list[Observation]] = defaultdict(list)
    for observation in observations:
        rangees[observation.indicateur].append(observation)
    return rangees


def par_territoire(observations: Iterable[Observation]) -> dict[str, list[Observation]]:
    """Les chiffres rangés par code de territoire, dans leur ordre."""
    rangees: dict[str, list[Observation]] = defaultdict(list)
    for observation in observations:
        rangees[observation.territoire].append(observation)
    return dict(rangees)


def desaccords(observations: Iterable[Observation]) -> list[tuple[Observation, Observation]]:
    """Les paires de sources qui donnent deux chiffres différents pour la même période (« recoupements »).

    La première de chaque paire est celle de meilleur rang.
    """
    liste = sorted((o for o in observations if o.est_ponctuelle), key=lambda o: o.rang)
    return [
        (une, autre)
        for position, une in enumerate(liste)
        for autre in liste[position + 1 :]
        if (une.territoire, une.indicateur) == (autre.territoire, autre.indicateur)
        and une.source != autre.source
        and meme_periode(une, autre)
        and round(une.valeur or 0.0, min(une.decimales, autre.decimales))
        != round(autre.valeur or 0.0, min(une.decimales, autre.decimales))
    ]
