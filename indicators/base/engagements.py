"""Les questions sur les engagements et l'évaluation : l'arbre, ses indicateurs, les orientations. SQL de cet écran."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from indicators.base.base import Base
from indicators.base.ecriture import CONNUE
from indicators.base.lieux import liste
from indicators.socle.engagements import Engagement


@dataclass(frozen=True)
class Noeud:
    """Un enjeu, un axe ou un objectif de l'évaluation (clé : `id`) ; `enfants` : ceux du niveau d'en dessous."""

    id: str
    parent: str
    niveau: str
    libelle: str
    note: str
    source: str
    ligne: int | None
    enfants: tuple[Noeud, ...] = ()


@dataclass(frozen=True)
class IndicateurEvaluation:
    """Un indicateur annoncé par l'évaluation (clé : `id`). `mesurable` : oui, en partie ou non, et `raison`.

    `codes` : ce que le catalogue mesure, vide si rien ; `objectif` : id d'un `Noeud`, vide hors du plan d'actions.
    """

    id: str
    groupe: str
    libelle: str
    objectif: str
    codes: tuple[str, ...]
    mesurable: str
    raison: str
    source: str
    ligne: int | None
    passage: str


@dataclass(frozen=True)
class Orientation:
    """Une orientation, un principe transversal ou un outil de suivi du contrat de La Porte du Hainaut (clé : `id`)."""

    id: str
    type: str
    libelle: str
    description: str
    note: str
    source: str
    ligne: int | None
    description_ligne: int | None


def engagements(base: Base) -> list[Engagement]:
    """Tous les engagements, dans l'ordre des documents."""
    lignes = base._toutes(
        "SELECT id, partenaire, territoire, objectif, action, cible, cible_statut, unite, cible_type, base, base_annee,"
        " echeance, operateur, theme, indicateur, raison_non_mesurable, statut_lecture = 'abimee', note, source,"
        " ligne, passage FROM engagements ORDER BY source, ligne, id"
    )
    unites = base.catalogue.unites
    lus = [Engagement(*ligne) for ligne in lignes]
    # Une unité qui est aussi celle d'un indicateur s'accorde comme elle ; les autres restent telles qu'imprimées.
    return [
        replace(e, unite=unites.get(e.unite, e.unite), indicateurs=liste(codes, ","))
        for e, codes in zip(lus, (ligne[14] for ligne in lignes), strict=True)
    ]


def connus(base: Base, code: str) -> list[str]:
    """Les territoires qui ont une valeur, un seuil ou un intervalle de cet indicateur."""
    lues: dict[str, Any] = base._demander(
        f"SELECT DISTINCT t FROM mesures_par_indicateur WHERE i = ? AND {CONNUE}",
        [base.cle_indicateur(code)],
        lambda curseur: curseur.fetchnumpy(),
    )
    return base.codes(lues["t"].tolist())


def arbre(base: Base) -> tuple[Noeud, ...]:
    """Les enjeux de l'évaluation, avec leurs axes et leurs objectifs, par identifiant."""
    enfants: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for ligne in base._toutes(
        "SELECT id, parent, niveau, libelle, note, source, ligne FROM evaluation_arbre ORDER BY id"
    ):
        enfants[ligne[1]].append(ligne)

    def descendre(parent: str) -> tuple[Noeud, ...]:
        return tuple(replace(Noeud(*ligne), enfants=descendre(ligne[0])) for ligne in enfants[parent])

    return descendre("")


def indicateurs_evaluation(base: Base) -> list[IndicateurEvaluation]:
    """Les indicateurs annoncés par l'évaluation, dans l'ordre du document."""
    return [
        IndicateurEvaluation(code, groupe, libelle, objectif, liste(codes, ","), *reste)
        for code, groupe, libelle, objectif, codes, *reste in base._toutes(
            "SELECT id, groupe, libelle, objectif, indicateur, mesurable, raison, source, ligne, passage"
            " FROM evaluation_indicateurs ORDER BY id"
        )
    ]


def orientations(base: Base) -> list[Orientation]:
    """Les orientations, principes et outils de suivi, dans l'ordre du fichier."""
    return [
        Orientation(*ligne)
        for ligne in base._toutes(
            "SELECT id, type, libelle, description, note, source, ligne, description_ligne FROM orientations"
        )
    ]
