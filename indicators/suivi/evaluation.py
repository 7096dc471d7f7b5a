"""Les réponses aux indicateurs d'évaluation des documents : une valeur par indicateur, territoire et année.

Les indicateurs eux-mêmes viennent de `data/evaluation/` ; ici, ce qu'une évaluatrice y répond, à côté de ce que la base
des chiffres sait déjà. Une réponse peut ne pas être un nombre.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select

from indicators.suivi import saisie
from indicators.suivi.auteurs import Auteur
from indicators.suivi.ecriture import Ecriture, Trace, ecrire, trace
from indicators.suivi.magasin import Magasin
from indicators.suivi.refus import ErreurSuivi
from indicators.suivi.tables import EVALUATION_VALEURS

REPONSES_MAX = 100_000


class Fiabilite(StrEnum):
    """Ce que vaut une réponse, d'après qui la donne ; une réponse douteuse n'est jamais jugée."""

    SURE = "sure"
    DOUTEUSE = "douteuse"


@dataclass(frozen=True)
class Reponse:
    """Ce qu'on répond : un nombre (`valeur`, null sinon) et son unité, ou des mots (`reponse`) ; d'où on le tient."""

    valeur: float | None = None
    reponse: str = ""
    unite: str = ""
    source: str = ""
    commentaire: str = ""
    fiabilite: Fiabilite = Fiabilite.SURE
    retiree: bool = False


@dataclass(frozen=True)
class ValeurEvaluation:
    """Une réponse (clé : `indicateur`, `territoire`, `annee`)."""

    indicateur: str
    territoire: str
    annee: int
    reponse: Reponse
    trace: Trace


@dataclass(frozen=True)
class AEcrire:
    """Une réponse à écrire, et la version qu'avait sous les yeux qui l'a remplie (0 : rien n'était écrit)."""

    indicateur: str
    territoire: str
    annee: int
    reponse: Reponse
    vue: int


def repondre(magasin: Magasin, auteur: Auteur, dite: AEcrire) -> int:
    """Écrit une réponse ; rend la version."""
    return repondre_tout(magasin, auteur, [dite])[0]


def repondre_tout(magasin: Magasin, auteur: Auteur, dites: Sequence[AEcrire]) -> list[int]:
    """Écrit toutes ces réponses ou aucune (un questionnaire rendu) ; rend leurs versions, dans leur ordre.

    Une réponse a une valeur ou des mots : lève `ErreurSuivi` pour une seule qui n'a ni l'une ni les autres.
    """
    auteur.anime()
    saisie.borner(dites, "réponses d’un questionnaire", 5_000)
    with ecrire(magasin, auteur) as e:
        if any(d.vue == 0 for d in dites):
            e.compter(EVALUATION_VALEURS, REPONSES_MAX, "réponses")
        return [_ecrire(e, d) for d in dites]


def _ecrire(e: Ecriture, d: AEcrire) -> int:
    r = d.reponse
    if r.valeur is None and not r.reponse.strip() and not r.retiree:
        raise ErreurSuivi("La réponse est vide : donnez une valeur, ou des mots.")
    cle = {
        "indicateur": saisie.code(d.indicateur, "indicateur"),
        "territoire": saisie.code(d.territoire, "territoire"),
        "annee": saisie.annee(d.annee),
    }
    valeurs = {
        "valeur": saisie.nombre(r.valeur, "valeur"),
        "reponse": saisie.texte(r.reponse, "réponse", saisie.LONG),
        "unite": saisie.texte(r.unite, "unité"),
        "source": saisie.texte(r.source, "source"),
        "commentaire": saisie.texte(r.commentaire, "commentaire", saisie.LONG),
        "fiabilite": saisie.choix(r.fiabilite, Fiabilite, "sûre ou douteuse").value,
        "retiree": bool(r.retiree),
    }
    return e.poser(EVALUATION_VALEURS, cle, valeurs, d.vue)


def valeurs(
    magasin: Magasin, *, territoire: str | None = None, annee: int | None = None, retirees: bool = False
) -> list[ValeurEvaluation]:
    """Les réponses écrites, par indicateur, territoire et année."""
    t = EVALUATION_VALEURS
    demande = select(t).order_by(t.c.indicateur, t.c.territoire, t.c.annee)
    if territoire is not None:
        demande = demande.where(t.c.territoire == territoire)
    if annee is not None:
        demande = demande.where(t.c.annee == annee)
    if not retirees:
        demande = demande.where(~t.c.retiree)
    with magasin.lecture() as cx:
        return [_valeur(ligne) for ligne in cx.execute(demande)]


class Avancement(StrEnum):
    """Où en est un indicateur d'évaluation."""

    REPONDU = "repondu"
    EN_PARTIE = "en_partie"
    A_RENSEIGNER = "a_renseigner"


MOTS = {
    Avancement.REPONDU: "répondu",
    Avancement.EN_PARTIE: "en partie",
    Avancement.A_RENSEIGNER: "à renseigner",
}


def avancements(
    indicateurs: Iterable[str], ecrites: Iterable[ValeurEvaluation], attendus: Collection[str], annee: int
) -> dict[str, Avancement]:
    """Par indicateur : répondu pour tous les territoires attendus cette année-là, pour une partie, ou pour aucun.

    Une réponse douteuse ne suffit pas à dire « répondu » : elle compte « en partie ».
    """
    sures: dict[str, set[str]] = {}
    toutes: dict[str, set[str]] = {}
    for v in ecrites:
        if v.annee == annee and v.territoire in attendus and not v.reponse.retiree:
            toutes.setdefault(v.indicateur, set()).add(v.territoire)
            if v.reponse.fiabilite is Fiabilite.SURE:
                sures.setdefault(v.indicateur, set()).add(v.territoire)
    return {
        i: Avancement.REPONDU
        if attendus and sures.get(i, set()) >= set(attendus)
        else Avancement.EN_PARTIE
        if toutes.get(i)
        else Avancement.A_RENSEIGNER
        for i in indicateurs
    }


def _valeur(ligne: Row[Any]) -> ValeurEvaluation:
    reponse = Reponse(
        ligne.valeur, ligne.reponse, ligne.unite, ligne.source, ligne.commentaire, Fiabilite(ligne.fiabilite),
        ligne.retiree,
    )  # fmt: skip
    return ValeurEvaluation(ligne.indicateur, ligne.territoire, ligne.annee, reponse, trace(ligne))
