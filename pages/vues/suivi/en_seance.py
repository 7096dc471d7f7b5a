"""Le suivi pendant la séance : la diapositive d'ouverture, les notes et décisions gardées à mesure qu'on les tape.

La séance d'un territoire et d'un jour est une : un autre navigateur, un rechargement, un serveur redémarré la
retrouvent. Elle naît à la première note. Sans lien d'animateur, notes et décisions ne vivent que dans la fenêtre, et
l'écran le dit.
"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from indicators.analyse.portrait import Portrait
from indicators.publications.diaporama import NoteDeDiapositive
from indicators.recit.page.diapositives import Diapositive, Seance
from indicators.suivi import seances
from indicators.suivi.auteurs import Auteur
from indicators.suivi.documents.releve import chiffres_montres, diapositive
from indicators.suivi.magasin import Magasin
from indicators.suivi.saisie import NOTE
from indicators.suivi.seances import SaisieDecision
from pages.commun import suivi
from pages.vues.suivi import decisions
from pages.vues.suivi.champ import champ
from pages.vues.suivi.commun import petit


def identifiant(code: str) -> str:
    """La séance d'aujourd'hui de ce territoire."""
    return f"{code}-{suivi.aujourdhui():%Y%m%d}"


def avec_depuis(entiere: Seance, vue: Portrait) -> Seance:
    """La séance, ouverte par « Depuis la dernière séance » s'il y en a eu une."""
    code = entiere.territoire.territoire
    jour = suivi.aujourdhui()
    publiees = suivi.anime() is None
    depuis = suivi.lire(
        lambda m: seances.depuis_la_derniere(m, code, jour, sauf=identifiant(code), publiees=publiees), None
    )
    if depuis is None:
        return entiere
    tete, *suite = entiere.diapositives
    return replace(entiere, diapositives=(tete, diapositive(depuis, vue, jour), *suite))


def prises(code: str) -> dict[str, NoteDeDiapositive]:
    """Les notes et décisions déjà gardées de la séance d'aujourd'hui, par diapositive."""
    seance = identifiant(code)
    notes = suivi.lire(lambda m: seances.notes(m, seance), {})
    dites = {d.id: d.saisie.texte for d in suivi.lire(lambda m: seances.decisions(m, seance), [])}
    cles = {*notes, *(i.removeprefix(f"{seance}-") for i in dites)}
    return {
        cle: NoteDeDiapositive(notes[cle].texte if cle in notes else "", dites.get(f"{seance}-{cle}", ""))
        for cle in sorted(cles)
    }


def cle_de_la_note(code: str, d: Diapositive) -> str:
    """La clé du champ où s'écrit la note de cette diapositive, dans la séance d'aujourd'hui."""
    return f"note_{identifiant(code)}_{d.cle}"


def noter(projetee: Seance, vue: Portrait, d: Diapositive, qui: Auteur) -> None:
    """Les deux champs de la diapositive, qui s'enregistrent à mesure qu'on tape."""
    code = vue.territoire.territoire
    seance = identifiant(code)

    def assurer(m: Magasin) -> None:
        if seances.seance(m, seance) is None:
            seances.ecrire_seance(
                m, qui, seance, f"Séance du {suivi.aujourdhui():%d/%m/%Y}", code, suivi.aujourdhui(), 0,
                diapositives=projetee.cles, chiffres=chiffres_montres(vue),
            )  # fmt: skip

    def garder_la_note(m: Magasin, texte: str, version: int) -> int:
        assurer(m)
        return seances.noter(m, qui, seance, d.cle, texte, version)

    def garder_la_decision(m: Magasin, texte: str, version: int) -> int:
        assurer(m)
        connue = seances.decision(m, f"{seance}-{d.cle}")
        if not texte.strip():
            if connue is None:
                return 0
            dite = replace(connue.saisie, retiree=True)
        else:
            dite = replace(connue.saisie, texte=texte, retiree=False) if connue else SaisieDecision(texte)
        rang = projetee.cles.index(d.cle)
        return seances.decider(m, qui, seance, f"{seance}-{d.cle}", dite, version, rang=rang, brouillon=True)

    note = suivi.lire(lambda m: seances.notes(m, seance).get(d.cle), None)
    connue = suivi.lire(lambda m: seances.decision(m, f"{seance}-{d.cle}"), None)
    decidee = "" if connue is None or connue.saisie.retiree else connue.saisie.texte
    gauche, droite = st.columns(2, gap="medium")
    with gauche:
        champ(
            cle_de_la_note(code, d), "Note sur cette diapositive", note.texte if note else "",
            note.trace.version if note else 0, garder_la_note, maximum=NOTE,
        )  # fmt: skip
    with droite:
        champ(
            f"decision_{seance}_{d.cle}", "Décision", decidee, connue.trace.version if connue else 0, garder_la_decision
        )


def avertir() -> None:
    """Ce que deviennent les notes de qui n'a pas de lien d'animateur."""
    petit(
        "Notes et décisions ne sont gardées que dans cette fenêtre : recharger la page les efface. Téléchargez-les, ou "
        "ouvrez le lien d’animateur du suivi pour qu’elles soient gardées."
    )


def decider(vue: Portrait, projetee: Seance, qui: Auteur) -> None:
    """Ce que la séance a décidé, à compléter, à publier et à emporter."""
    seance = suivi.lire(lambda m: seances.seance(m, identifiant(vue.territoire.territoire)), None)
    if seance is None:
        return
    prises_ici = suivi.lire(lambda m: seances.decisions(m, seance.id), [])
    with st.expander(f"Décisions de la séance ({len(prises_ici)}), publication, relevé"):
        suivi.dire_le_refus()
        decisions.tableau(prises_ici, "Décisions de la séance", "Aucune décision n’est encore notée.")
        decisions.modifier(prises_ici, qui, {x.indicateur.indicateur: x.indicateur.libelle for x in vue.lignes})
        publier(seance, qui)
        decisions.emporter(seance, vue, {d.cle: d.titre for d in projetee.diapositives}, notes=True)


def publier(seance: seances.Seance, qui: Auteur) -> None:
    """Publie la séance, ou la retire de la lecture de tous."""
    libelle = "Retirer la séance de la lecture" if seance.publiee else "Publier la séance : tout le monde la lira"
    st.button(
        libelle,
        key=f"publier_{seance.id}",
        on_click=suivi.geste(
            lambda m: seances.ecrire_seance(
                m, qui, seance.id, seance.titre, seance.territoire, seance.jour, seance.trace.version,
                diapositives=seance.diapositives, chiffres=seance.chiffres, publiee=not seance.publiee,
            )
        ),
    )  # fmt: skip
