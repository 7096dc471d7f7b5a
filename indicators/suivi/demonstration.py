"""Un suivi de démonstration, pour les essais et les captures : inventé, dit comme tel, dans un magasin à part.

Rien n'y est vrai que les engagements eux-mêmes. Un magasin de démonstration porte le réglage `demonstration`, que les
écrans disent ; un magasin où quelqu'un a écrit n'en devient jamais un.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import insert, select

from indicators.suivi import actions, cohortes, engagements, evaluation, programme, seances, socle
from indicators.suivi.auteurs import COMMANDE
from indicators.suivi.magasin import Magasin
from indicators.suivi.refus import ErreurSuivi
from indicators.suivi.tables import HISTORIQUE, INVITATIONS, REGLAGES

REGLAGE = "demonstration"
_DIT = "Exemple de démonstration."


def est_une_demonstration(magasin: Magasin) -> bool:
    """Vrai si tout ce que contient ce magasin est inventé."""
    return magasin.reglage(REGLAGE) is not None


def remplir(
    magasin: Magasin,
    pris: Sequence[engagements.EngagementSuivi],
    evalues: Sequence[str],
    agglomeration: str,
    commune: str,
    quartiers: Sequence[str],
    indicateurs: Sequence[str],
    *,
    evaluee: str = "",
    montres: Sequence[seances.Chiffre] = (),
) -> None:
    """Écrit la démonstration ; lève `ErreurSuivi` si le magasin contient déjà quelque chose.

    `evalues` : les indicateurs d'évaluation, `evaluee` l'agglomération dont c'est le contrat (à défaut, l'autre) ;
    `indicateurs` : ceux du socle, du catalogue ; `montres` : les chiffres que ses séances ont montrés.
    """
    with magasin.transaction() as cx:
        if any(cx.execute(select(t.c.id).limit(1)).first() for t in (HISTORIQUE, INVITATIONS)):
            raise ErreurSuivi("Ce suivi contient déjà quelque chose : la démonstration se fait dans un autre dossier.")
        cx.execute(insert(REGLAGES).values(cle=REGLAGE, valeur="oui"))
    jour = magasin.horloge().date()
    _points(magasin, pris, jour)
    _seances(magasin, pris, agglomeration, indicateurs, montres, jour)
    for n, indicateur in enumerate(evalues[:10]):
        for recul in (2, 1):
            reponse = evaluation.Reponse(
                float(20 + 3 * n - recul), "", "%", _DIT, "",
                evaluation.Fiabilite.DOUTEUSE if n == 3 else evaluation.Fiabilite.SURE,
            )  # fmt: skip
            dite = evaluation.AEcrire(indicateur, evaluee or agglomeration, jour.year - recul, reponse, 0)
            evaluation.repondre(magasin, COMMANDE, dite)
    _actions(magasin, agglomeration, indicateurs, jour)
    _cohorte(magasin, agglomeration, jour)
    retenus = [
        (i, socle.SaisieSocle(n, 40.0 - n, jour.year - 4, 35.0 - n, jour.year + 4, _DIT))
        for n, i in enumerate(indicateurs)
    ]
    socle.proposer(magasin, COMMANDE, commune, retenus)
    socle.rediger(magasin, COMMANDE, commune, socle.SectionDuSocle.PRIORITES, f"{_DIT} Renforcer l’accès aux soins.", 0)
    _programme(magasin, agglomeration, quartiers, jour)


def _points(magasin: Magasin, pris: Sequence[engagements.EngagementSuivi], jour: date) -> None:
    etats = list(engagements.Etat)
    for n, engagement in enumerate(pris):
        if n % 3 == 2:
            continue  # un tiers reste sans nouvelles
        for recul in (1, 0):
            etat = etats[(n + (1 - recul)) % (len(etats) - 1)]
            dite = engagements.Saisie(etat, float(n % 7) if n % 2 else None, "unités" if n % 2 else "", jour, _DIT)
            engagements.ecrire_point(magasin, COMMANDE, engagement, jour.year - recul, dite, 0)


def _seances(
    magasin: Magasin,
    pris: Sequence[engagements.EngagementSuivi],
    agglomeration: str,
    indicateurs: Sequence[str],
    montres: Sequence[seances.Chiffre],
    jour: date,
) -> None:
    for n, recul in enumerate((200, 90)):
        identifiant = f"demonstration-{n + 1}"
        seances.ecrire_seance(
            magasin, COMMANDE, identifiant, f"Comité de démonstration n° {n + 1}", agglomeration,
            jour - timedelta(days=recul), 0, diapositives=("titre", "depuis", "pauvrete"),
            chiffres=montres, publiee=True,
        )  # fmt: skip
        seances.noter(magasin, COMMANDE, identifiant, "pauvrete", f"{_DIT} L’écart inquiète le comité.", 0)
        for k, (texte, etat) in enumerate((
            ("Réunir les bailleurs sur les logements vacants.", seances.EtatDecision.FAITE),
            ("Présenter les chiffres de l’emploi par quartier.", seances.EtatDecision.EN_COURS),
            ("Ouvrir une permanence d’accès aux droits.", seances.EtatDecision.A_FAIRE),
        )):  # fmt: skip
            dite = seances.SaisieDecision(
                f"{_DIT} {texte}", "chargée de mission emploi", jour + timedelta(days=30 * (k - 1)), etat,
                pris[k].id if k < len(pris) else "", indicateurs[k] if k < len(indicateurs) else "",
            )  # fmt: skip
            seances.decider(magasin, COMMANDE, identifiant, f"{identifiant}-{k}", dite, 0, rang=k)


def _actions(magasin: Magasin, agglomeration: str, indicateurs: Sequence[str], jour: date) -> None:
    for theme, titre in zip(actions.THEMES_DU_DEPART, ("Aller vers le soin", "Vers l’emploi", "Lire"), strict=True):
        dite = actions.SaisieAction(
            f"{titre} (démonstration)", theme, agglomeration, _DIT, "Habitants des quartiers", "cheffe de projet",
            tuple(indicateurs[:2]),
        )  # fmt: skip
        action = f"demonstration-{theme}"
        actions.ecrire_action(magasin, COMMANDE, action, dite, 0)
        for k, (libelle, etat) in enumerate(
            (("Repérer", actions.EtatEtape.FAITE), ("Accompagner", actions.EtatEtape.EN_COURS))
        ):
            actions.ecrire_etape(
                magasin, COMMANDE, action, f"{action}-{k}", libelle, 0,
                rang=k, echeance=jour + timedelta(days=60 * (2 * k - 1)), etat=etat,
            )  # fmt: skip
        actions.faire_le_point(
            magasin, COMMANDE, action, jour - timedelta(days=90), actions.EtatAction.EN_COURS, _DIT, 0
        )


def _cohorte(magasin: Magasin, agglomeration: str, jour: date) -> None:
    dite = cohortes.SaisieCohorte(
        "Parcours emploi (démonstration)", agglomeration, f"{_DIT} Personnes entrées dans le parcours.",
        jour - timedelta(days=720), 60, ("en emploi", "en formation", "sans solution"),
    )  # fmt: skip
    cohortes.ecrire_cohorte(magasin, COMMANDE, "demonstration", dite, 0)
    for recul, suivis, perdus, issues in (
        (540, 54, 6, (12, 18, 24)), (360, 45, 15, (20, 14, 11)), (180, 38, 22, (24, 11, 3)),
    ):  # fmt: skip
        cohortes.ecrire_vague(
            magasin, COMMANDE, "demonstration", jour - timedelta(days=recul), suivis, perdus, issues, 0
        )


def _programme(magasin: Magasin, agglomeration: str, quartiers: Sequence[str], jour: date) -> None:
    themes = ("sante", "emploi", "education", "logement")
    for n in range(12):
        lieux = (
            tuple(quartiers[n % len(quartiers) : n % len(quartiers) + (2 if n % 4 == 3 else 1)]) if quartiers else ()
        )
        montants = programme.Financement("État", 1_000_000 + 50_000 * n, 800_000 + 50_000 * n, 700_000)
        dite = programme.SaisieProgramme(
            jour.year, agglomeration, f"Action n° {n + 1} (démonstration)", "Association d’exemple", themes[n % 4], "",
            () if n == 11 else lieux, "Tous publics",
            programme.EtatProgramme.REFUSEE if n == 10 else programme.EtatProgramme.EN_COURS,
            (montants, programme.Financement("Agglomération", 300_000, None if n == 5 else 250_000)),
            (programme.Resultat("participants", 20.0 + n),),
        )  # fmt: skip
        programme.programmer(magasin, COMMANDE, f"demonstration-{n}", dite, 0)
