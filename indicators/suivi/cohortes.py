"""Les cohortes : combien de personnes sont entrées, combien sont encore suivies à chaque vague, et ce qu'il en advient.

Des effectifs seulement, jamais une personne. Qui les saisit les voit ; tout ce qui part (écran de lecture, dessin,
document, export) passe par `publier`, qui masque les petits effectifs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from indicators.suivi import saisie
from indicators.suivi.auteurs import Auteur
from indicators.suivi.ecriture import Trace, ecrire, trace
from indicators.suivi.magasin import Magasin
from indicators.suivi.masquage import SEUIL, VaguePubliee, publier_vague
from indicators.suivi.refus import ErreurSuivi
from indicators.suivi.tables import COHORTE_VAGUES, COHORTES

COHORTES_MAX, VAGUES_MAX, ISSUES_MAX = 100, 60, 12
MASQUE = "masqué"
"""Ce qui se lit à la place d'un effectif qui ne se dit pas."""


@dataclass(frozen=True)
class SaisieCohorte:
    """Ce qu'on écrit d'une cohorte ; `effectif` : à l'entrée ; `issues` : leurs libellés, qui s'excluent."""

    titre: str
    territoire: str
    definition: str
    entree: date
    effectif: int
    issues: tuple[str, ...] = ()
    retiree: bool = False


@dataclass(frozen=True)
class Vague:
    """Une cohorte à une date : suivis et perdus de vue font l'effectif, les issues font les suivis."""

    jour: date
    suivis: int
    perdus: int
    issues: tuple[int, ...]
    trace: Trace


@dataclass(frozen=True)
class Cohorte:
    """Une cohorte (clé : `id`) et ses vagues dans l'ordre des dates : effectifs entiers, à ne pas montrer."""

    id: str
    saisie: SaisieCohorte
    vagues: tuple[Vague, ...]
    trace: Trace


def ecrire_cohorte(magasin: Magasin, auteur: Auteur, identifiant: str, dite: SaisieCohorte, vue: int) -> int:
    """Crée ou change une cohorte ; rend la version. L'effectif et les issues ne changent plus après une vague."""
    auteur.anime()
    saisie.borner(dite.issues, "issues", ISSUES_MAX)
    issues = [saisie.texte(mot, "issue", obligatoire=True) for mot in dite.issues]
    if len(set(issues)) < len(issues):
        raise ErreurSuivi("Deux issues portent le même nom : elles doivent se distinguer.")
    valeurs = {
        "titre": saisie.texte(dite.titre, "titre", obligatoire=True),
        "territoire": saisie.code(dite.territoire, "territoire"),
        "definition": saisie.texte(dite.definition, "définition", saisie.LONG, obligatoire=True),
        "entree": saisie.jour(dite.entree, "date d’entrée"),
        "effectif": saisie.effectif(dite.effectif, "effectif à l’entrée"),
        "issues": issues,
        "retiree": bool(dite.retiree),
    }
    cle = saisie.code(identifiant, "cohorte")
    with ecrire(magasin, auteur) as e:
        if vue == 0:
            e.compter(COHORTES, COHORTES_MAX, "cohortes")
        connue = e.cx.execute(select(COHORTES).where(COHORTES.c.id == cle)).first()
        a_des_vagues = e.cx.execute(select(COHORTE_VAGUES.c.jour).where(COHORTE_VAGUES.c.cohorte == cle)).first()
        if connue and a_des_vagues and (connue.issues, connue.effectif) != (issues, valeurs["effectif"]):
            raise ErreurSuivi("Des vagues sont déjà saisies : l’effectif d’entrée et les issues ne changent plus.")
        return e.poser(COHORTES, {"id": cle}, valeurs, vue)


def ecrire_vague(
    magasin: Magasin,
    auteur: Auteur,
    cohorte: str,
    jour: date,
    suivis: int | None,
    perdus: int | None,
    issues: Sequence[int | None],
    vue: int,
) -> int:
    """Écrit une vague ; rend la version. Lève `ErreurSuivi` s'il manque un effectif ou s'ils ne s'additionnent pas."""
    auteur.anime()
    suivis, perdus = saisie.effectif(suivis, "encore suivis"), saisie.effectif(perdus, "perdus de vue")
    comptes = [saisie.effectif(n, "issue") for n in issues]
    with ecrire(magasin, auteur) as e:
        connue = e.cx.execute(select(COHORTES).where(COHORTES.c.id == cohorte)).first()
        if connue is None:
            raise ErreurSuivi(f"Aucune cohorte ne porte l’identifiant « {cohorte[: saisie.CODE]} ».")
        if suivis + perdus != connue.effectif:
            raise ErreurSuivi(
                f"{suivis} suivis et {perdus} perdus de vue font {suivis + perdus} ; "
                f"{connue.effectif} personnes sont entrées dans la cohorte."
            )
        if len(comptes) != len(connue.issues):
            raise ErreurSuivi(f"{len(comptes)} issues comptées ; la cohorte en a {len(connue.issues)}.")
        if comptes and sum(comptes) != suivis:
            raise ErreurSuivi(
                f"Les issues font {sum(comptes)} personnes pour {suivis} suivies : ajoutez l’issue « non renseigné »."
            )
        if vue == 0:
            e.compter(COHORTE_VAGUES, VAGUES_MAX, "vagues", cohorte=cohorte)
        cle = {"cohorte": cohorte, "jour": saisie.jour(jour, "date de la vague")}
        return e.poser(COHORTE_VAGUES, cle, {"suivis": suivis, "perdus": perdus, "issues": comptes}, vue)


def cohortes(magasin: Magasin) -> list[Cohorte]:
    """Les cohortes et leurs vrais effectifs, par titre : pour qui les saisit, et pour `publier`."""
    with magasin.lecture() as cx:
        lignes = cx.execute(select(COHORTES).where(~COHORTES.c.retiree).order_by(COHORTES.c.titre, COHORTES.c.id)).all()
        vagues = cx.execute(select(COHORTE_VAGUES).order_by(COHORTE_VAGUES.c.cohorte, COHORTE_VAGUES.c.jour)).all()
    return [_cohorte(ligne, [v for v in vagues if v.cohorte == ligne.id]) for ligne in lignes]


@dataclass(frozen=True)
class Publiee:
    """Une cohorte telle qu'elle part : `effectif` et les vagues, None là où c'est masqué."""

    id: str
    titre: str
    territoire: str
    definition: str
    entree: date
    effectif: int | None
    issues: tuple[str, ...]
    vagues: tuple[tuple[date, VaguePubliee], ...]

    def retention(self, vague: VaguePubliee) -> float | None:
        """Part des entrants encore suivis, en pour cent ; None si elle rendrait un effectif masqué."""
        return None if not self.effectif or vague.suivis is None else 100 * vague.suivis / self.effectif


def publier(cohorte: Cohorte) -> Publiee:
    """Ce qui peut partir d'une cohorte."""
    s = cohorte.saisie
    effectif = s.effectif if s.effectif >= SEUIL else None
    return Publiee(
        cohorte.id, s.titre, s.territoire, s.definition, s.entree, effectif, s.issues,
        tuple((v.jour, publier_vague(s.effectif, v.suivis, v.perdus, v.issues)) for v in cohorte.vagues),
    )  # fmt: skip


def _cohorte(ligne: Row[Any], vagues: Sequence[Row[Any]]) -> Cohorte:
    dite = SaisieCohorte(
        ligne.titre,
        ligne.territoire,
        ligne.definition,
        ligne.entree,
        ligne.effectif,
        tuple(ligne.issues),
        ligne.retiree,
    )
    lues = tuple(Vague(v.jour, v.suivis, v.perdus, tuple(v.issues), trace(v)) for v in vagues)
    return Cohorte(ligne.id, dite, lues, trace(ligne))
