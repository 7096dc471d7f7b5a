"""La programmation annuelle : les actions subventionnées, qui les finance, et ce qu'elles ont donné."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select

from indicators.suivi import saisie
from indicators.suivi.auteurs import Auteur
from indicators.suivi.ecriture import Ecriture, Trace, ecrire, trace
from indicators.suivi.magasin import Magasin
from indicators.suivi.tables import PROGRAMME

ACTIONS_MAX, QUARTIERS_MAX, FINANCEURS_MAX, RESULTATS_MAX = 5_000, 60, 20, 12


class EtatProgramme(StrEnum):
    """Où en est une action de la programmation."""

    DEPOSEE = "deposee"
    ACCORDEE = "accordee"
    REFUSEE = "refusee"
    EN_COURS = "en_cours"
    TERMINEE = "terminee"
    ABANDONNEE = "abandonnee"


MOTS = {
    EtatProgramme.DEPOSEE: "déposée",
    EtatProgramme.ACCORDEE: "accordée",
    EtatProgramme.REFUSEE: "refusée",
    EtatProgramme.EN_COURS: "en cours",
    EtatProgramme.TERMINEE: "terminée",
    EtatProgramme.ABANDONNEE: "abandonnée",
}


@dataclass(frozen=True)
class Financement:
    """Ce qu'un financeur a été sollicité de donner, a accordé, et qui a été dépensé : centimes, null si inconnu."""

    financeur: str
    demande: int | None = None
    accorde: int | None = None
    depense: int | None = None


@dataclass(frozen=True)
class Resultat:
    """Un résultat compté du bilan : « participants », 24."""

    libelle: str
    nombre: float


@dataclass(frozen=True)
class SaisieProgramme:
    """Ce qu'on écrit d'une action ; `territoire` : le contrat (son EPCI) ; `quartiers` : vide si tous."""

    annee: int
    territoire: str
    titre: str
    porteur: str = ""
    theme: str = ""
    pilier: str = ""
    quartiers: tuple[str, ...] = ()
    public: str = ""
    etat: EtatProgramme = EtatProgramme.DEPOSEE
    financements: tuple[Financement, ...] = ()
    bilan: tuple[Resultat, ...] = ()
    retiree: bool = False


@dataclass(frozen=True)
class ActionProgrammee:
    """Une action de la programmation (clé : `id`)."""

    id: str
    saisie: SaisieProgramme
    trace: Trace

    def montant(self, quoi: str) -> int | None:
        """« demande », « accorde » ou « depense », tous financeurs, en centimes ; None si aucun n'est connu."""
        connus = [m for f in self.saisie.financements if (m := getattr(f, quoi)) is not None]
        return sum(connus) if connus else None


def programmer(magasin: Magasin, auteur: Auteur, identifiant: str, dite: SaisieProgramme, vue: int) -> int:
    """Crée ou change une action ; rend la version."""
    return programmer_tout(magasin, auteur, [(identifiant, dite, vue)])[0]


def programmer_tout(magasin: Magasin, auteur: Auteur, dites: Sequence[tuple[str, SaisieProgramme, int]]) -> list[int]:
    """Écrit toutes ces actions ou aucune (un tableau importé) ; rend leurs versions."""
    auteur.anime()
    saisie.borner(dites, "actions d’un tableau", 2_000)
    with ecrire(magasin, auteur) as e:
        return [_ecrire(e, *d) for d in dites]


def _ecrire(e: Ecriture, identifiant: str, d: SaisieProgramme, vue: int) -> int:
    saisie.borner(d.financements, "financeurs", FINANCEURS_MAX)
    saisie.borner(d.bilan, "résultats du bilan", RESULTATS_MAX)
    annee = saisie.annee(d.annee)
    valeurs = {
        "annee": annee,
        "territoire": saisie.code(d.territoire, "territoire"),
        "titre": saisie.texte(d.titre, "titre de l’action", obligatoire=True),
        "porteur": saisie.texte(d.porteur, "organisation"),
        "theme": saisie.code(d.theme, "thème", obligatoire=False),
        "pilier": saisie.code(d.pilier, "pilier", obligatoire=False),
        "quartiers": saisie.liste(d.quartiers, "quartiers", QUARTIERS_MAX),
        "public": saisie.texte(d.public, "public"),
        "etat": saisie.choix(d.etat, EtatProgramme, "état").value,
        "financements": [asdict(_financement(f)) for f in d.financements],
        "bilan": [
            {
                "libelle": saisie.texte(r.libelle, "résultat", obligatoire=True),
                "nombre": saisie.nombre(r.nombre, "résultat"),
            }
            for r in d.bilan
        ],
        "retiree": bool(d.retiree),
    }
    if vue == 0:
        e.compter(PROGRAMME, ACTIONS_MAX, f"actions en {annee}", annee=annee)
    return e.poser(PROGRAMME, {"id": saisie.code(identifiant, "action")}, valeurs, vue)


def _financement(f: Financement) -> Financement:
    bornes = [None if m is None else saisie.centimes(m / 100, "montant") for m in (f.demande, f.accorde, f.depense)]
    return Financement(saisie.texte(f.financeur, "financeur", obligatoire=True), *bornes)


def programmation(magasin: Magasin, annee: int | None = None, territoire: str | None = None) -> list[ActionProgrammee]:
    """Les actions d'une année et d'un contrat, ou toutes ; par année, titre."""
    t = PROGRAMME.c
    demande = select(PROGRAMME).where(~t.retiree).order_by(t.annee, t.titre, t.id)
    if annee is not None:
        demande = demande.where(t.annee == annee)
    if territoire is not None:
        demande = demande.where(t.territoire == territoire)
    with magasin.lecture() as cx:
        return [_action(ligne) for ligne in cx.execute(demande)]


def _action(ligne: Row[Any]) -> ActionProgrammee:
    dite = SaisieProgramme(
        ligne.annee, ligne.territoire, ligne.titre, ligne.porteur, ligne.theme, ligne.pilier, tuple(ligne.quartiers),
        ligne.public, EtatProgramme(ligne.etat), tuple(Financement(**f) for f in ligne.financements),
        tuple(Resultat(**r) for r in ligne.bilan), ligne.retiree,
    )  # fmt: skip
    return ActionProgrammee(ligne.id, dite, trace(ligne))
