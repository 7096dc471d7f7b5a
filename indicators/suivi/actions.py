"""Les actions suivies de près : ce qu'elles visent, leurs étapes, et leur état à chaque comité."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select

from indicators.suivi import saisie
from indicators.suivi.auteurs import Auteur
from indicators.suivi.ecriture import Ecriture, Trace, ecrire, trace
from indicators.suivi.magasin import Magasin
from indicators.suivi.refus import ErreurSuivi
from indicators.suivi.tables import ACTION_ETAPES, ACTION_POINTS, ACTIONS

THEMES_DU_DEPART = ("sante", "emploi", "education")
"""Les trois actions que le contrat demande de suivre, par leur thème (la première : santé)."""
ACTIONS_MAX, ETAPES_MAX, POINTS_MAX, INDICATEURS_MAX = 200, 40, 80, 30


class EtatAction(StrEnum):
    """Où en est une action, dite à un comité."""

    EN_PREPARATION = "en_preparation"
    EN_COURS = "en_cours"
    EN_DIFFICULTE = "en_difficulte"
    TERMINEE = "terminee"
    ARRETEE = "arretee"


class EtatEtape(StrEnum):
    """Où en est une étape."""

    A_VENIR = "a_venir"
    EN_COURS = "en_cours"
    FAITE = "faite"


MOTS = {
    EtatAction.EN_PREPARATION: "en préparation",
    EtatAction.EN_COURS: "en cours",
    EtatAction.EN_DIFFICULTE: "en difficulté",
    EtatAction.TERMINEE: "terminée",
    EtatAction.ARRETEE: "arrêtée",
}
MOTS_ETAPES = {EtatEtape.A_VENIR: "à venir", EtatEtape.EN_COURS: "en cours", EtatEtape.FAITE: "faite"}


@dataclass(frozen=True)
class SaisieAction:
    """Ce qu'on écrit d'une action ; `public` : à qui elle s'adresse ; `charge` : une fonction."""

    titre: str
    theme: str
    territoire: str
    objectif: str = ""
    public: str = ""
    charge: str = ""
    indicateurs: tuple[str, ...] = ()
    retiree: bool = False


@dataclass(frozen=True)
class Etape:
    """Une étape d'une action (clé : `id`)."""

    id: str
    action: str
    rang: int
    libelle: str
    echeance: date | None
    etat: EtatEtape
    trace: Trace

    def en_retard(self, aujourdhui: date) -> bool:
        """Vrai si son échéance est passée sans qu'elle soit faite."""
        return self.echeance is not None and self.echeance < aujourdhui and self.etat is not EtatEtape.FAITE


@dataclass(frozen=True)
class PointDAction:
    """L'état d'une action, dit à un comité (clé : `action`, `jour`)."""

    action: str
    jour: date
    etat: EtatAction
    commentaire: str
    trace: Trace


@dataclass(frozen=True)
class Action:
    """Une action suivie (clé : `id`), ses étapes dans leur ordre et ses points du plus ancien au plus récent."""

    id: str
    saisie: SaisieAction
    etapes: tuple[Etape, ...]
    points: tuple[PointDAction, ...]
    trace: Trace


def ecrire_action(magasin: Magasin, auteur: Auteur, identifiant: str, dite: SaisieAction, vue: int) -> int:
    """Crée ou change une action ; rend la version."""
    auteur.anime()
    saisie.borner(dite.indicateurs, "indicateurs", INDICATEURS_MAX)
    valeurs = {
        "titre": saisie.texte(dite.titre, "titre", obligatoire=True),
        "theme": saisie.code(dite.theme, "thème"),
        "territoire": saisie.code(dite.territoire, "territoire"),
        "objectif": saisie.texte(dite.objectif, "objectif", saisie.LONG),
        "public": saisie.texte(dite.public, "public", saisie.LONG),
        "charge": saisie.fonction(dite.charge, "fonction en charge", obligatoire=False),
        "indicateurs": saisie.liste(dite.indicateurs, "indicateurs", INDICATEURS_MAX),
        "retiree": bool(dite.retiree),
    }
    with ecrire(magasin, auteur) as e:
        if vue == 0:
            e.compter(ACTIONS, ACTIONS_MAX, "actions suivies")
        return e.poser(ACTIONS, {"id": saisie.code(identifiant, "action")}, valeurs, vue)


def ecrire_etape(
    magasin: Magasin, auteur: Auteur, action: str, identifiant: str, libelle: str, vue: int, *,
    rang: int = 0, echeance: date | None = None, etat: EtatEtape = EtatEtape.A_VENIR, retiree: bool = False,
) -> int:  # fmt: skip
    """Crée ou change une étape ; rend la version."""
    auteur.anime()
    valeurs = {
        "action": action,
        "rang": saisie.effectif(rang, "rang"),
        "libelle": saisie.texte(libelle, "étape", obligatoire=True),
        "echeance": saisie.jour(echeance, "échéance"),
        "etat": saisie.choix(etat, EtatEtape, "état").value,
        "retiree": bool(retiree),
    }
    with ecrire(magasin, auteur) as e:
        _exiger(e, action)
        if vue == 0:
            e.compter(ACTION_ETAPES, ETAPES_MAX, "étapes", action=action)
        return e.poser(ACTION_ETAPES, {"id": saisie.code(identifiant, "étape")}, valeurs, vue)


def faire_le_point(
    magasin: Magasin, auteur: Auteur, action: str, jour: date, etat: EtatAction, commentaire: str, vue: int
) -> int:
    """Dit l'état d'une action à un comité ; rend la version."""
    auteur.anime()
    valeurs = {
        "etat": saisie.choix(etat, EtatAction, "état").value,
        "commentaire": saisie.texte(commentaire, "commentaire", saisie.LONG),
    }
    with ecrire(magasin, auteur) as e:
        _exiger(e, action)
        if vue == 0:
            e.compter(ACTION_POINTS, POINTS_MAX, "points", action=action)
        return e.poser(ACTION_POINTS, {"action": action, "jour": saisie.jour(jour, "date")}, valeurs, vue)


def _exiger(e: Ecriture, action: str) -> None:
    if e.cx.execute(select(ACTIONS.c.id).where(ACTIONS.c.id == action)).first() is None:
        raise ErreurSuivi(f"Aucune action suivie ne porte l’identifiant « {action[: saisie.CODE]} ».")


def actions(magasin: Magasin) -> list[Action]:
    """Les actions suivies, par thème puis par titre."""
    with magasin.lecture() as cx:
        lignes = cx.execute(
            select(ACTIONS).where(~ACTIONS.c.retiree).order_by(ACTIONS.c.theme, ACTIONS.c.titre, ACTIONS.c.id)
        ).all()
        t = ACTION_ETAPES.c
        etapes = cx.execute(select(ACTION_ETAPES).where(~t.retiree).order_by(t.action, t.rang, t.id)).all()
        points = cx.execute(select(ACTION_POINTS).order_by(ACTION_POINTS.c.action, ACTION_POINTS.c.jour)).all()
    return [_action(ligne, etapes, points) for ligne in lignes]


def _action(ligne: Row[Any], etapes: Sequence[Row[Any]], points: Sequence[Row[Any]]) -> Action:
    dite = SaisieAction(
        ligne.titre, ligne.theme, ligne.territoire, ligne.objectif, ligne.public, ligne.charge,
        tuple(ligne.indicateurs), ligne.retiree,
    )  # fmt: skip
    return Action(
        ligne.id,
        dite,
        tuple(
            Etape(e.id, e.action, e.rang, e.libelle, e.echeance, EtatEtape(e.etat), trace(e))
            for e in etapes
            if e.action == ligne.id
        ),
        tuple(
            PointDAction(p.action, p.jour, EtatAction(p.etat), p.commentaire, trace(p))
            for p in points
            if p.action == ligne.id
        ),
        trace(ligne),
    )
