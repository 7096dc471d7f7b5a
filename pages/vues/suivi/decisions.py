"""Les décisions d'une séance : leur tableau, de quoi les suivre, leur relevé à emporter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import streamlit as st

from indicators.analyse.portrait import Portrait
from indicators.socle.engagements import Engagement
from indicators.socle.nombres import capitale
from indicators.suivi import seances
from indicators.suivi.auteurs import Auteur
from indicators.suivi.documents import ecrit
from indicators.suivi.documents import releve as documents
from indicators.suivi.seances import Decision, EtatDecision, Seance
from pages.commun import suivi
from pages.commun.acces import en_service
from pages.commun.affichage import afficher
from pages.commun.emporter import cote_a_cote
from pages.commun.gabarits import rendre
from pages.vues.engagements.ecran import tous
from pages.vues.suivi.commun import petit

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TONS = {
    EtatDecision.FAITE: "fait", EtatDecision.EN_COURS: "cours", EtatDecision.A_FAIRE: "attente",
    EtatDecision.ABANDONNEE: "arret",
}  # fmt: skip


def tableau(decisions: Sequence[Decision], titre: str = "Décisions", vide: str = "Aucune décision.") -> None:
    """Une ligne par décision ; les en retard d'abord."""
    jour = suivi.aujourdhui()
    catalogue = en_service().catalogue
    actions = {e.id: capitale(e.action) for e in tous(en_service())}
    lignes = [
        {
            "texte": d.saisie.texte, "charge": d.saisie.charge or "à désigner", "mot": seances.MOTS[d.saisie.etat],
            "echeance": f"{d.saisie.echeance:%d/%m/%Y}" if d.saisie.echeance else "sans échéance",
            "ton": TONS[d.saisie.etat], "en_retard": d.en_retard(jour),
            "engagement": actions.get(d.saisie.engagement, ""),
            "indicateur": catalogue.indicateurs[d.saisie.indicateur].libelle
            if d.saisie.indicateur in catalogue.indicateurs else "",
            "code": d.saisie.indicateur,
        }
        for d in sorted(decisions, key=lambda d: (not d.en_retard(jour), d.saisie.etat in seances.CLOSES, d.rang))
    ]  # fmt: skip
    afficher(rendre("suivi_seances.html", part="decisions", titre=titre, decisions=lignes, vide=vide))


def modifier(decisions: Sequence[Decision], qui: Auteur, indicateurs: Mapping[str, str]) -> None:
    """De quoi suivre une décision : charge, échéance, état, à quoi elle tient ; chaque geste s'enregistre."""
    if not decisions:
        return
    par_id = {d.id: d for d in decisions}
    choisie = st.selectbox(
        "Décision à suivre",
        list(par_id),
        format_func=lambda i: par_id[i].saisie.texte[:110],
        key="decision_suivie",
    )
    if choisie in par_id:
        _une(par_id[choisie], qui, indicateurs)


def _une(d: Decision, qui: Auteur, indicateurs: Mapping[str, str]) -> None:
    version = d.trace.version
    cles = {
        nom: f"decision_{d.id}_{nom}_{version}" for nom in ("charge", "echeance", "etat", "engagement", "indicateur")
    }
    pris: dict[str, Engagement] = {e.id: e for e in tous(en_service())}

    def garder() -> None:
        # Sur un geste rapide, le navigateur n'a pas toujours envoyé les autres champs : ils restent ce qu'ils sont.
        lus = {nom: st.session_state.get(cle, getattr(d.saisie, nom)) for nom, cle in cles.items()}
        dite = replace(d.saisie, **lus | {nom: lus[nom] or "" for nom in ("engagement", "indicateur")})
        suivi.tenter(lambda m: seances.decider(m, qui, d.seance, d.id, dite, version, rang=d.rang))

    s = d.saisie
    un, deux, trois = st.columns(3)
    un.text_input(
        "Fonction en charge", value=s.charge, key=cles["charge"], on_change=garder, max_chars=200,
        placeholder="directrice du centre social",
    )  # fmt: skip
    deux.date_input("Échéance", value=s.echeance, key=cles["echeance"], on_change=garder, format="DD/MM/YYYY")
    etats = list(EtatDecision)
    trois.selectbox(
        "État",
        etats,
        index=etats.index(s.etat),
        format_func=seances.MOTS.__getitem__,
        key=cles["etat"],
        on_change=garder,
    )
    quatre, cinq = st.columns(2)
    codes = list(pris)
    quatre.selectbox(
        "Engagement lié", codes, index=codes.index(s.engagement) if s.engagement in pris else None,
        format_func=lambda c: f"{pris[c].partenaire} — {capitale(pris[c].action)[:90]}", key=cles["engagement"],
        on_change=garder, placeholder="Aucun",
    )  # fmt: skip
    connus = list(indicateurs)
    cinq.selectbox(
        "Indicateur lié", connus, index=connus.index(s.indicateur) if s.indicateur in indicateurs else None,
        format_func=indicateurs.__getitem__, key=cles["indicateur"], on_change=garder, placeholder="Aucun",
    )  # fmt: skip
    petit(f"Enregistré le {d.trace.moment.astimezone():%d/%m/%Y à %H:%M}, {d.trace.en_mots}.")
    st.button(
        "Retirer cette décision",
        key=f"decision_{d.id}_retirer",
        on_click=suivi.geste(
            lambda m: seances.decider(m, qui, d.seance, d.id, replace(d.saisie, retiree=True), version, rang=d.rang)
        ),
    )


def emporter(seance: Seance, vue: Portrait, titres: Mapping[str, str], *, notes: bool) -> None:
    """Le relevé de décisions, en PDF et en DOCX, fait au clic ; `notes` : avec celles de la séance."""

    def faire() -> ecrit.Ecrit:
        magasin = suivi.magasin()
        assert magasin is not None
        base = en_service()
        return documents.releve(
            seance,
            vue.territoire,
            seances.decisions(magasin, seance.id),
            seances.notes(magasin, seance.id) if notes else {},
            titres,
            seances.depuis_la_derniere(magasin, seance.territoire, seance.jour, sauf=seance.id),
            base.catalogue,
            {e.id: capitale(e.action) for e in tous(base)},
            suivi.aujourdhui(),
        )

    pdf, docx = rendus(faire, "Relevé de décisions", "à retoucher", f"releve-{seance.id}")
    cote_a_cote([pdf, docx])


def rendus(
    faire: Callable[[], ecrit.Ecrit], titre: str, du_docx: str, fichier: str
) -> tuple[tuple[str, Callable[[], bytes], str, str], ...]:
    """Un document du suivi en PDF et en DOCX, à donner à `cote_a_cote` ; `du_docx` : ce qu'on fera du second."""
    return (
        (f"{titre} (PDF)", lambda: ecrit.pdf(faire(), suivi.aujourdhui()), f"{fichier}.pdf", "application/pdf"),
        (f"{titre} (DOCX, {du_docx})", lambda: ecrit.docx(faire(), suivi.aujourdhui()), f"{fichier}.docx", DOCX),
    )
