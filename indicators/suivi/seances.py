"""Les séances : ce qui a été montré, noté et décidé, gardé à mesure qu'on le tape.

Une séance est lue de tous quand l'animateur la publie ; avant, de lui seul. Note et décision s'enregistrent par le
même geste, qu'elle naisse ou change : l'écran peut le répéter à chaque frappe (`brouillon`), après une coupure aussi.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select

from indicators.suivi import saisie
from indicators.suivi.auteurs import Auteur
from indicators.suivi.ecriture import Trace, ecrire, trace
from indicators.suivi.magasin import Magasin
from indicators.suivi.refus import ErreurSuivi
from indicators.suivi.tables import DECISIONS, SEANCE_NOTES, SEANCES

DIAPOSITIVES_MAX = 120
CHIFFRES_MAX = 600
DECISIONS_MAX = 100


class EtatDecision(StrEnum):
    """Où en est une décision ; « en retard » n'est pas un état, c'est l'échéance qui le dit."""

    A_FAIRE = "a_faire"
    EN_COURS = "en_cours"
    FAITE = "faite"
    ABANDONNEE = "abandonnee"


MOTS = {
    EtatDecision.A_FAIRE: "à faire",
    EtatDecision.EN_COURS: "en cours",
    EtatDecision.FAITE: "faite",
    EtatDecision.ABANDONNEE: "abandonnée",
}
CLOSES = frozenset({EtatDecision.FAITE, EtatDecision.ABANDONNEE})


@dataclass(frozen=True)
class Chiffre:
    """Un chiffre montré en séance : de quoi dire, la fois d'après, s'il a changé. `periode` : son année, en texte."""

    territoire: str
    indicateur: str
    periode: str
    valeur: float | None


@dataclass(frozen=True)
class Seance:
    """Une réunion (clé : `id`) ; `diapositives` : leurs codes, dans l'ordre montré."""

    id: str
    titre: str
    territoire: str
    jour: date
    diapositives: tuple[str, ...]
    chiffres: tuple[Chiffre, ...]
    publiee: bool
    trace: Trace


@dataclass(frozen=True)
class Note:
    """Les notes d'une diapositive (clé : `seance`, `diapositive`)."""

    seance: str
    diapositive: str
    texte: str
    trace: Trace


@dataclass(frozen=True)
class SaisieDecision:
    """Ce qu'on écrit d'une décision ; `charge` : une fonction ; `engagement`, `indicateur` : vides si rien."""

    texte: str
    charge: str = ""
    echeance: date | None = None
    etat: EtatDecision = EtatDecision.A_FAIRE
    engagement: str = ""
    indicateur: str = ""
    retiree: bool = False


@dataclass(frozen=True)
class Decision:
    """Une décision d'une séance (clé : `id`) ; `retiree` : effacée de l'écran, gardée dans l'histoire."""

    id: str
    seance: str
    rang: int
    saisie: SaisieDecision
    trace: Trace

    def en_retard(self, aujourdhui: date) -> bool:
        """Vrai si son échéance est passée sans qu'elle soit faite ou abandonnée."""
        d = self.saisie
        return d.echeance is not None and d.echeance < aujourdhui and d.etat not in CLOSES


def nouvel_identifiant() -> str:
    """Un identifiant que l'écran donne à ce qu'il va créer, pour pouvoir répéter l'enregistrement sans doubler."""
    return secrets.token_hex(8)


def ecrire_seance(
    magasin: Magasin,
    auteur: Auteur,
    identifiant: str,
    titre: str,
    territoire: str,
    jour: date,
    vue: int,
    *,
    diapositives: Sequence[str] = (),
    chiffres: Sequence[Chiffre] = (),
    publiee: bool = False,
) -> int:
    """Ouvre une séance (vue = 0) ou change ce qu'on en dit ; rend la version."""
    auteur.anime()
    saisie.borner(diapositives, "diapositives", DIAPOSITIVES_MAX)
    saisie.borner(chiffres, "chiffres montrés", CHIFFRES_MAX)
    montres = [
        {
            "territoire": saisie.code(c.territoire, "territoire"),
            "indicateur": saisie.code(c.indicateur, "indicateur"),
            "periode": saisie.texte(c.periode, "période", 40),
            "valeur": saisie.nombre(c.valeur, "chiffre"),
        }
        for c in chiffres
    ]
    valeurs = {
        "titre": saisie.texte(titre, "titre de la séance", obligatoire=True),
        "territoire": saisie.code(territoire, "territoire"),
        "jour": saisie.jour(jour, "date de la séance"),
        "diapositives": [saisie.texte(d, "diapositive", obligatoire=True) for d in diapositives],
        "chiffres": montres,
        "publiee": bool(publiee),
    }
    with ecrire(magasin, auteur) as e:
        return e.poser(SEANCES, {"id": saisie.code(identifiant, "séance")}, valeurs, vue)


def noter(
    magasin: Magasin,
    auteur: Auteur,
    seance: str,
    diapositive: str,
    texte: str,
    vue: int,
    *,
    brouillon: bool = True,
) -> int:
    """Garde les notes d'une diapositive, à mesure qu'on les tape ; rend la version à citer la fois suivante."""
    auteur.anime()
    cle = {"seance": seance, "diapositive": saisie.texte(diapositive, "diapositive", obligatoire=True)}
    propre = saisie.texte(texte, "notes", saisie.NOTE)
    with ecrire(magasin, auteur) as e:
        _exiger_la_seance(e.cx.execute(select(SEANCES.c.id).where(SEANCES.c.id == seance)).first(), seance)
        if vue == 0:
            e.compter(SEANCE_NOTES, DIAPOSITIVES_MAX, "diapositives annotées", seance=seance)
        return e.poser(SEANCE_NOTES, cle, {"texte": propre}, vue, brouillon=brouillon)


def decider(
    magasin: Magasin,
    auteur: Auteur,
    seance: str,
    identifiant: str,
    dite: SaisieDecision,
    vue: int,
    *,
    rang: int = 0,
    brouillon: bool = False,
) -> int:
    """Écrit une décision, ou ce qu'elle est devenue ; rend la version. `retiree` l'ôte des écrans sans l'effacer."""
    auteur.anime()
    valeurs: dict[str, Any] = {
        "seance": seance,
        "rang": saisie.effectif(rang, "rang"),
        "texte": saisie.texte(dite.texte, "décision", saisie.LONG, obligatoire=True),
        "charge": saisie.fonction(dite.charge, "fonction en charge", obligatoire=False),
        "echeance": saisie.jour(dite.echeance, "échéance"),
        "etat": saisie.choix(dite.etat, EtatDecision, "état").value,
        "engagement": saisie.code(dite.engagement, "engagement", obligatoire=False),
        "indicateur": saisie.code(dite.indicateur, "indicateur", obligatoire=False),
        "retiree": bool(dite.retiree),
    }
    with ecrire(magasin, auteur) as e:
        _exiger_la_seance(e.cx.execute(select(SEANCES.c.id).where(SEANCES.c.id == seance)).first(), seance)
        if vue == 0:
            e.compter(DECISIONS, DECISIONS_MAX, "décisions dans cette séance", seance=seance)
        return e.poser(DECISIONS, {"id": saisie.code(identifiant, "décision")}, valeurs, vue, brouillon=brouillon)


def _exiger_la_seance(trouvee: object, seance: str) -> None:
    if trouvee is None:
        raise ErreurSuivi(f"Aucune séance ne porte l’identifiant « {seance[: saisie.CODE]} ».")


def seances(magasin: Magasin, territoire: str | None = None, *, publiees: bool = True) -> list[Seance]:
    """Les séances, de la plus récente à la plus ancienne ; les seules publiées, sauf demande de l'animateur."""
    t = SEANCES
    demande = select(t).order_by(t.c.jour.desc(), t.c.id)
    if territoire is not None:
        demande = demande.where(t.c.territoire == territoire)
    if publiees:
        demande = demande.where(t.c.publiee)
    with magasin.lecture() as cx:
        return [_seance(ligne) for ligne in cx.execute(demande)]


def notes(magasin: Magasin, seance: str) -> dict[str, Note]:
    """Les notes d'une séance, par diapositive."""
    with magasin.lecture() as cx:
        lignes = cx.execute(select(SEANCE_NOTES).where(SEANCE_NOTES.c.seance == seance))
        return {ligne.diapositive: Note(seance, ligne.diapositive, ligne.texte, trace(ligne)) for ligne in lignes}


def decisions(magasin: Magasin, seance: str | None = None) -> list[Decision]:
    """Les décisions d'une séance dans leur ordre, ou toutes ; celles qui ont été retirées n'y sont pas."""
    t = DECISIONS
    demande = select(t).where(~t.c.retiree).order_by(t.c.seance, t.c.rang, t.c.id)
    if seance is not None:
        demande = demande.where(t.c.seance == seance)
    with magasin.lecture() as cx:
        return [_decision(ligne) for ligne in cx.execute(demande)]


def decision(magasin: Magasin, identifiant: str) -> Decision | None:
    """Une décision, même retirée : sa version permet de la reprendre ; None si elle n'a jamais été écrite."""
    with magasin.lecture() as cx:
        ligne = cx.execute(select(DECISIONS).where(DECISIONS.c.id == identifiant)).first()
    return None if ligne is None else _decision(ligne)


def seance(magasin: Magasin, identifiant: str) -> Seance | None:
    """Une séance, publiée ou non ; None si elle n'a pas été ouverte."""
    with magasin.lecture() as cx:
        ligne = cx.execute(select(SEANCES).where(SEANCES.c.id == identifiant)).first()
    return None if ligne is None else _seance(ligne)


@dataclass(frozen=True)
class DepuisLaDerniere:
    """Ce qu'une séance ouvre par : la précédente, ses décisions, et celles d'avant que rien n'a closes."""

    precedente: Seance
    decidees: tuple[Decision, ...]
    restantes: tuple[Decision, ...]


def depuis_la_derniere(
    magasin: Magasin, territoire: str, avant: date, *, sauf: str = "", publiees: bool = True
) -> DepuisLaDerniere | None:
    """Ce qui fut décidé à la séance précédente de ce territoire et ce qu'il reste d'avant ; None s'il n'y en a pas eu.

    `sauf` : la séance qui s'ouvre elle-même.
    """
    passees = [s for s in seances(magasin, territoire, publiees=publiees) if s.jour <= avant and s.id != sauf]
    if not passees:
        return None
    precedente, *anciennes = passees
    ids = {s.id for s in anciennes}
    restantes = tuple(d for d in decisions(magasin) if d.seance in ids and d.saisie.etat not in CLOSES)
    return DepuisLaDerniere(precedente, tuple(decisions(magasin, precedente.id)), restantes)


def _seance(ligne: Row[Any]) -> Seance:
    chiffres = tuple(Chiffre(**chiffre) for chiffre in ligne.chiffres)
    return Seance(
        ligne.id, ligne.titre, ligne.territoire, ligne.jour, tuple(ligne.diapositives), chiffres, ligne.publiee,
        trace(ligne),
    )  # fmt: skip


def _decision(ligne: Row[Any]) -> Decision:
    dite = SaisieDecision(
        ligne.texte, ligne.charge, ligne.echeance, EtatDecision(ligne.etat), ligne.engagement, ligne.indicateur,
        ligne.retiree,
    )  # fmt: skip
    return Decision(ligne.id, ligne.seance, ligne.rang, dite, trace(ligne))
