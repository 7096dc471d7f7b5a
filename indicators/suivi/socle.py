"""Le socle d'un territoire (indicateurs suivis sur la durée du contrat) et les textes de ses « Priorités communales ».

La valeur de chaque année n'est pas ici : elle se lit dans la base des chiffres. Ici, le choix des indicateurs, le point
de départ retenu et la cible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select

from indicators.suivi import saisie
from indicators.suivi.auteurs import Auteur
from indicators.suivi.ecriture import Ecriture, Trace, ecrire, trace
from indicators.suivi.magasin import Magasin
from indicators.suivi.tables import PRIORITES, SOCLE

INDICATEURS_MAX = 60


@dataclass(frozen=True)
class SaisieSocle:
    """Ce qu'on retient d'un indicateur : départ et cible (null : non fixés), avec leur année."""

    rang: int = 0
    base: float | None = None
    base_annee: int | None = None
    cible: float | None = None
    cible_annee: int | None = None
    commentaire: str = ""
    retire: bool = False


@dataclass(frozen=True)
class LigneDeSocle:
    """Un indicateur du socle d'un territoire (clé : `territoire`, `indicateur`)."""

    territoire: str
    indicateur: str
    saisie: SaisieSocle
    trace: Trace


def retenir(magasin: Magasin, auteur: Auteur, territoire: str, indicateur: str, dite: SaisieSocle, vue: int) -> int:
    """Met un indicateur au socle, change ce qu'on en retient, ou l'en retire ; rend la version."""
    auteur.anime()
    with ecrire(magasin, auteur) as e:
        return _retenir(e, territoire, indicateur, dite, vue)


def proposer(magasin: Magasin, auteur: Auteur, territoire: str, retenus: Sequence[tuple[str, SaisieSocle]]) -> int:
    """Le socle par défaut en un geste : ajoute ceux qui n'y ont jamais été, et rien d'autre ; rend leur nombre."""
    auteur.anime()
    saisie.borner(retenus, "indicateurs du socle", INDICATEURS_MAX)
    with ecrire(magasin, auteur) as e:
        connus = set(e.cx.execute(select(SOCLE.c.indicateur).where(SOCLE.c.territoire == territoire)).scalars())
        nouveaux = [(i, dite) for i, dite in retenus if i not in connus]
        for indicateur, dite in nouveaux:
            _retenir(e, territoire, indicateur, dite, 0)
    return len(nouveaux)


def _retenir(e: Ecriture, territoire: str, indicateur: str, dite: SaisieSocle, vue: int) -> int:
    valeurs = {
        "rang": saisie.effectif(dite.rang, "rang"),
        "base": saisie.nombre(dite.base, "départ"),
        "base_annee": None if dite.base_annee is None else saisie.annee(dite.base_annee, "année du départ"),
        "cible": saisie.nombre(dite.cible, "cible"),
        "cible_annee": None if dite.cible_annee is None else saisie.annee(dite.cible_annee, "année de la cible"),
        "commentaire": saisie.texte(dite.commentaire, "commentaire", saisie.LONG),
        "retire": bool(dite.retire),
    }
    cle = {"territoire": saisie.code(territoire, "territoire"), "indicateur": saisie.code(indicateur, "indicateur")}
    if vue == 0:
        e.compter(SOCLE, INDICATEURS_MAX, "indicateurs au socle", territoire=territoire)
    return e.poser(SOCLE, cle, valeurs, vue)


def socle(magasin: Magasin, territoire: str, *, retires: bool = False) -> list[LigneDeSocle]:
    """Le socle d'un territoire, dans son ordre ; vide si rien n'a été choisi. `retires` : avec les ôtés."""
    t = SOCLE.c
    demande = select(SOCLE).where(t.territoire == territoire).order_by(t.rang, t.indicateur)
    if not retires:
        demande = demande.where(~t.retire)
    with magasin.lecture() as cx:
        return [_ligne(ligne) for ligne in cx.execute(demande)]


def _ligne(ligne: Row[Any]) -> LigneDeSocle:
    dite = SaisieSocle(
        ligne.rang, ligne.base, ligne.base_annee, ligne.cible, ligne.cible_annee, ligne.commentaire, ligne.retire
    )
    return LigneDeSocle(ligne.territoire, ligne.indicateur, dite, trace(ligne))


class SectionDuSocle(StrEnum):
    """Ce qu'une commune écrit elle-même dans ses « Priorités communales » ; le reste du document vient des chiffres."""

    DIAGNOSTIC = "diagnostic"
    EQUIPEMENTS = "equipements"
    DISPOSITIFS = "dispositifs"
    PRIORITES = "priorites"
    PROGRAMME = "programme"
    TFPB = "tfpb"
    PARTICIPATION = "participation"
    PILOTAGE = "pilotage"
    INGENIERIE = "ingenierie"


TITRES = {
    SectionDuSocle.DIAGNOSTIC: "Diagnostic local partagé",
    SectionDuSocle.EQUIPEMENTS: "Équipements du quartier vécu",
    SectionDuSocle.DISPOSITIFS: "Services et dispositifs principaux",
    SectionDuSocle.PRIORITES: "Priorités et enjeux pour la commune",
    SectionDuSocle.PROGRAMME: "Programmation annuelle des actions",
    SectionDuSocle.TFPB: "Programmation liée à la TFPB",
    SectionDuSocle.PARTICIPATION: "Participation citoyenne",
    SectionDuSocle.PILOTAGE: "Organisation du pilotage",
    SectionDuSocle.INGENIERIE: "Mobilisation de l’équipe d’ingénierie",
}


@dataclass(frozen=True)
class TexteDeSection:
    """Le texte d'une section (clé : `commune`, `section`)."""

    commune: str
    section: SectionDuSocle
    texte: str
    trace: Trace


def rediger(
    magasin: Magasin,
    auteur: Auteur,
    commune: str,
    section: SectionDuSocle,
    texte: str,
    vue: int,
    *,
    brouillon: bool = True,
) -> int:
    """Garde le texte d'une section, à mesure qu'on le tape ; rend la version."""
    auteur.anime()
    cle = {
        "commune": saisie.code(commune, "commune"),
        "section": saisie.choix(section, SectionDuSocle, "section").value,
    }
    propre = saisie.texte(texte, TITRES[SectionDuSocle(cle["section"])], saisie.NOTE)
    with ecrire(magasin, auteur) as e:
        return e.poser(PRIORITES, cle, {"texte": propre}, vue, brouillon=brouillon)


def sections(magasin: Magasin, commune: str) -> dict[SectionDuSocle, TexteDeSection]:
    """Ce qu'une commune a écrit, par section ; une section vide n'y est pas."""
    with magasin.lecture() as cx:
        lignes = cx.execute(select(PRIORITES).where(PRIORITES.c.commune == commune)).all()
    return {
        SectionDuSocle(ligne.section): TexteDeSection(commune, SectionDuSocle(ligne.section), ligne.texte, trace(ligne))
        for ligne in lignes
        if ligne.texte
    }
