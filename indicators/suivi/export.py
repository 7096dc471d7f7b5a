"""Tout le suivi dans un classeur, pour qui veut le relire ailleurs : une feuille par sujet, cohortes masquées."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, select

from indicators.suivi import cohortes, tableaux
from indicators.suivi.magasin import Magasin
from indicators.suivi.tables import (
    ACTION_ETAPES,
    ACTION_POINTS,
    ACTIONS,
    COHORTE_VAGUES,
    COHORTES,
    DECISIONS,
    ENGAGEMENT_POINTS,
    EVALUATION_VALEURS,
    HISTORIQUE,
    PRIORITES,
    PROGRAMME,
    SEANCE_NOTES,
    SEANCES,
    SOCLE,
)

_SUJETS: tuple[tuple[str, Table], ...] = (
    ("Engagements", ENGAGEMENT_POINTS),
    ("Séances", SEANCES),
    ("Notes", SEANCE_NOTES),
    ("Décisions", DECISIONS),
    ("Évaluation", EVALUATION_VALEURS),
    ("Actions suivies", ACTIONS),
    ("Étapes", ACTION_ETAPES),
    ("Points d’action", ACTION_POINTS),
    ("Socles", SOCLE),
    ("Priorités communales", PRIORITES),
    ("Programmation", PROGRAMME),
)
_COHORTES = frozenset({COHORTES.name, COHORTE_VAGUES.name})


def classeur_du_suivi(magasin: Magasin) -> bytes:
    """Le classeur ; ce qu'une cohorte a de moins de cinq n'y est nulle part, pas même dans l'historique."""
    feuilles: list[tuple[str, Sequence[str], Sequence[Sequence[object]], frozenset[int]]] = []
    with magasin.lecture() as cx:
        for titre, table in _SUJETS:
            entete = [colonne.name for colonne in table.columns]
            lignes = [[_case(v) for v in ligne] for ligne in cx.execute(select(table).order_by(*table.primary_key))]
            feuilles.append((titre, entete, lignes, frozenset()))
        historique = cx.execute(select(HISTORIQUE).order_by(HISTORIQUE.c.id)).all()
    publiees = [cohortes.publier(c) for c in cohortes.cohortes(magasin)]
    feuilles.append(("Cohortes", _ENTETE_COHORTES, [ligne for c in publiees for ligne in _lignes(c)], frozenset()))
    entete = [colonne.name for colonne in HISTORIQUE.columns]
    lignes = [
        [_case(None if nom == "avant" and ligne.objet in _COHORTES else v) for nom, v in ligne._mapping.items()]
        for ligne in historique
    ]
    feuilles.append(("Historique", entete, lignes, frozenset()))
    return tableaux.classeur(feuilles)


_ENTETE_COHORTES = ("cohorte", "territoire", "définition", "date", "quoi", "effectif")


def _lignes(c: cohortes.Publiee) -> list[list[object]]:
    def ligne(jour: object, quoi: str, effectif: int | None) -> list[object]:
        return [c.titre, c.territoire, c.definition, str(jour), quoi, cohortes.MASQUE if effectif is None else effectif]

    lignes = [ligne(c.entree, "entrés", c.effectif)]
    for jour, v in c.vagues:
        lignes += [ligne(jour, "encore suivis", v.suivis), ligne(jour, "perdus de vue", v.perdus)]
        lignes += [ligne(jour, issue, n) for issue, n in zip(c.issues, v.issues, strict=True)]
    return lignes


def _case(valeur: Any) -> object:
    return valeur if valeur is None or isinstance(valeur, int | float | str) else str(valeur)
