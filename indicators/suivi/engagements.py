"""Où en est chaque engagement, d'après ceux qui le tiennent : un point par engagement et par année.

L'engagement lui-même (texte, cible, échéance) reste dans la base des chiffres ; ici, ce qu'on en dit. Ce qu'un
partenaire écrit est lu de tous quand l'animateur l'a validé ; ce que l'animateur écrit l'est aussitôt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import Row, select

from indicators.suivi import saisie
from indicators.suivi.auteurs import Auteur, Role
from indicators.suivi.ecriture import Trace, champs, ecrire, en_json, trace
from indicators.suivi.magasin import Magasin
from indicators.suivi.refus import EcritureCroisee
from indicators.suivi.tables import ENGAGEMENT_POINTS


class Etat(StrEnum):
    """L'état d'un engagement ; « sans nouvelles » est aussi celui de l'engagement dont personne n'a rien écrit."""

    A_ENGAGER = "a_engager"
    ENGAGE = "engage"
    EN_COURS = "en_cours"
    REALISE = "realise"
    ABANDONNE = "abandonne"
    SANS_NOUVELLES = "sans_nouvelles"


MOTS = {
    Etat.A_ENGAGER: "à engager",
    Etat.ENGAGE: "engagé",
    Etat.EN_COURS: "en cours",
    Etat.REALISE: "réalisé",
    Etat.ABANDONNE: "abandonné",
    Etat.SANS_NOUVELLES: "sans nouvelles",
}
CLOS = frozenset({Etat.REALISE, Etat.ABANDONNE})


class EngagementSuivi(Protocol):
    """Ce que le suivi a besoin de savoir d'un engagement de la base des chiffres."""

    @property
    def id(self) -> str:
        """Son identifiant."""

    @property
    def theme(self) -> str:
        """Son thème."""

    @property
    def partenaire_code(self) -> str:
        """Qui l'a pris."""

    @property
    def echeance_code(self) -> str:
        """L'année de son échéance ; un autre mot s'il n'en a pas."""


@dataclass(frozen=True)
class Saisie:
    """Ce qu'on dit d'un engagement : `valeur` (null : aucune) et son unité, le jour du constat, une preuve à ouvrir."""

    etat: Etat
    valeur: float | None = None
    unite: str = ""
    jour: date | None = None
    commentaire: str = ""
    preuve: str = ""


@dataclass(frozen=True)
class Point:
    """Un engagement une année (clé : `engagement`, `annee`).

    `publiee` : ce que tout le monde lit, null tant que rien n'a été validé ; `a_valider` : ce qui est écrit en diffère.
    """

    engagement: str
    annee: int
    saisie: Saisie
    publiee: Saisie | None
    trace: Trace

    @property
    def a_valider(self) -> bool:
        """Vrai si l'animateur n'a pas encore validé ce qui est écrit."""
        return self.publiee != self.saisie


def ecrire_point(
    magasin: Magasin, auteur: Auteur, engagement: EngagementSuivi, annee: int, dite: Saisie, vue: int
) -> int:
    """Écrit où en est un engagement cette année-là ; rend la version. `vue` : celle qu'on avait lue, 0 si rien.

    Lève `EcritureRefusee` si ce n'est pas l'engagement de cette personne, `EcritureCroisee` si un autre a écrit.
    """
    auteur.tient(engagement.partenaire_code)
    valeurs: dict[str, Any] = {
        "etat": saisie.choix(dite.etat, Etat, "état").value,
        "valeur": saisie.nombre(dite.valeur, "valeur atteinte"),
        "unite": saisie.texte(dite.unite, "unité"),
        "jour": saisie.jour(dite.jour, "date du constat"),
        "commentaire": saisie.texte(dite.commentaire, "commentaire", saisie.LONG),
        "preuve": saisie.lien(dite.preuve),
    }
    cle = {"engagement": saisie.code(engagement.id, "engagement"), "annee": saisie.annee(annee)}
    if auteur.role is Role.ANIMATEUR:
        valeurs["publie"] = en_json(valeurs)
    with ecrire(magasin, auteur) as e:
        return e.poser(ENGAGEMENT_POINTS, cle, valeurs, vue)


def valider(magasin: Magasin, auteur: Auteur, engagement: str, annee: int, vue: int) -> int:
    """Publie ce qui est écrit, tel que l'animateur l'a lu (`vue`) ; rend la version.

    Lève `EcritureCroisee` aussi quand rien n'est écrit cette année-là.
    """
    auteur.anime()
    table = ENGAGEMENT_POINTS
    with ecrire(magasin, auteur) as e:
        place = (table.c.engagement == engagement, table.c.annee == annee)
        ligne = e.cx.execute(select(table).where(*place).with_for_update()).first()
        if ligne is None:
            raise EcritureCroisee({}, 0, "", None)
        ecrits = {nom: v for nom, v in champs(ligne).items() if nom not in {"engagement", "annee", "publie"}}
        return e.poser(table, {"engagement": engagement, "annee": annee}, {"publie": en_json(ecrits)}, vue)


def points(magasin: Magasin, engagement: str | None = None) -> list[Point]:
    """Tous les points, ou ceux d'un engagement ; par engagement puis par année."""
    table = ENGAGEMENT_POINTS
    demande = select(table).order_by(table.c.engagement, table.c.annee)
    if engagement is not None:
        demande = demande.where(table.c.engagement == engagement)
    with magasin.lecture() as cx:
        return [_point(ligne) for ligne in cx.execute(demande)]


def _point(ligne: Row[Any]) -> Point:
    return Point(ligne.engagement, ligne.annee, _saisie(champs(ligne)), _saisie(ligne.publie), trace(ligne))  # type: ignore[arg-type]


def _saisie(valeurs: Mapping[str, Any] | None) -> Saisie | None:
    if valeurs is None:
        return None
    jour = valeurs["jour"]
    return Saisie(
        Etat(valeurs["etat"]), valeurs["valeur"], valeurs["unite"],
        date.fromisoformat(jour) if isinstance(jour, str) else jour, valeurs["commentaire"], valeurs["preuve"],
    )  # fmt: skip


# --- où en est-on ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SituationDite:
    """Où en est un engagement : son état connu, depuis quelle année, et s'il est en retard (`None` : sans échéance)."""

    engagement: str
    etat: Etat
    annee: int | None
    en_retard: bool | None
    point: Point | None


def situations(
    engagements: Iterable[EngagementSuivi], ecrits: Iterable[Point], aujourdhui: date, *, publies: bool = True
) -> dict[str, SituationDite]:
    """La situation de chaque engagement, d'après son point le plus récent.

    `publies` : ne tient compte que de ce qui est validé (ce que lit un visiteur).
    """
    derniers: dict[str, Point] = {}
    for point in ecrits:
        if (point.publiee is not None or not publies) and (
            point.engagement not in derniers or point.annee > derniers[point.engagement].annee
        ):
            derniers[point.engagement] = point
    return {e.id: _situation(e, derniers.get(e.id), aujourdhui, publies) for e in engagements}


def _situation(engagement: EngagementSuivi, point: Point | None, aujourdhui: date, publies: bool) -> SituationDite:
    dite = None if point is None else point.publiee if publies else point.saisie
    etat = dite.etat if dite else Etat.SANS_NOUVELLES
    return SituationDite(
        engagement.id, etat, point.annee if point else None, en_retard(engagement, etat, aujourdhui), point
    )


def en_retard(engagement: EngagementSuivi, etat: Etat, aujourdhui: date) -> bool | None:
    """Vrai si l'année de l'échéance est passée sans que l'engagement soit réalisé ou abandonné ; None sans échéance."""
    if not engagement.echeance_code.isdigit():
        return None
    return etat not in CLOS and aujourdhui.year > int(engagement.echeance_code)


@dataclass(frozen=True)
class EtatsRepartis:
    """Combien d'engagements par état, pour chaque groupe (thème, partenaire ou échéance) ; `retards` : par groupe."""

    total: Counter[Etat]
    par_groupe: dict[str, Counter[Etat]]
    retards: Counter[str]


GROUPES: dict[str, Callable[[EngagementSuivi], str]] = {
    "theme": lambda e: e.theme,
    "partenaire": lambda e: e.partenaire_code,
    "echeance": lambda e: e.echeance_code,
}
"""Ce par quoi se répartit « Où en est-on ? »."""


def repartir(
    engagements: Iterable[EngagementSuivi], connues: Mapping[str, SituationDite], groupe: str
) -> EtatsRepartis:
    """Compte les états, au total et par groupe (« theme », « partenaire » ou « echeance »)."""
    total: Counter[Etat] = Counter()
    par_groupe: dict[str, Counter[Etat]] = {}
    retards: Counter[str] = Counter()
    for e in engagements:
        situation = connues[e.id]
        total[situation.etat] += 1
        par_groupe.setdefault(GROUPES[groupe](e), Counter())[situation.etat] += 1
        retards[GROUPES[groupe](e)] += bool(situation.en_retard)
    return EtatsRepartis(total, dict(sorted(par_groupe.items())), retards)


def phrase(repartition: EtatsRepartis) -> str:
    """« Sur 187 engagements, 3 sont réalisés, 4 en cours…, 172 sont sans nouvelles ; 12 ont passé leur échéance. »"""
    n = sum(repartition.total.values())
    if n == 0:
        return "Aucun engagement ne correspond à ces choix."
    parts = [
        f"{repartition.total[etat]} {_accorde(etat, repartition.total[etat])}"
        for etat in (Etat.REALISE, Etat.EN_COURS, Etat.ENGAGE, Etat.A_ENGAGER, Etat.ABANDONNE, Etat.SANS_NOUVELLES)
        if repartition.total[etat]
    ]
    tete = f"Sur {n} engagements" if n > 1 else "Sur 1 engagement"
    r = sum(repartition.retards.values())
    fin = (
        ""
        if not r
        else f" ; {r} {'a' if r == 1 else 'ont'} passé {'son' if r == 1 else 'leur'} échéance sans être clos"
    )
    suite = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} et {parts[-1]}"
    return f"{tete} : {suite}{fin}."


def _accorde(etat: Etat, n: int) -> str:
    mot = MOTS[etat]
    return f"{mot}s" if n > 1 and etat in {Etat.ENGAGE, Etat.REALISE, Etat.ABANDONNE} else mot
