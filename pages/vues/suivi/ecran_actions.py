"""Les actions suivies de près : une page chacune, et son PDF."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from indicators.base.base import Base
from indicators.recit.engagements import nommer_theme
from indicators.suivi import actions, seances
from indicators.suivi.actions import Action, EtatAction, EtatEtape, SaisieAction
from indicators.suivi.auteurs import Auteur, Role
from indicators.suivi.documents import action as document
from indicators.suivi.documents import ecrit
from indicators.suivi.magasin import Magasin
from pages.commun import blocs, papier, suivi
from pages.commun.acces import portrait
from pages.commun.affichage import afficher
from pages.commun.gabarits import rendre
from pages.vues.suivi.champ import champ
from pages.vues.suivi.commun import agglomeration, lignes_de, lu, message

_TONS = {EtatEtape.FAITE: "fait", EtatEtape.EN_COURS: "cours", EtatEtape.A_VENIR: "attente"}


def montrer(base: Base, qui: Auteur | None) -> None:
    """Le sujet « actions »."""
    ou = agglomeration(base)
    siennes = [a for a in suivi.lire(actions.actions, []) if a.saisie.territoire == ou.territoire]
    anime = qui is not None and qui.role is Role.ANIMATEUR
    afficher(papier.entete("Suivi : actions", territoire=ou.nom, documents="points faits en comité"))
    if not siennes:
        message("Actions suivies", f"Aucune action n’est suivie pour {ou.nom}.")
        if anime:
            assert qui is not None
            st.button(
                "Commencer les trois actions du contrat : santé, emploi, éducation",
                on_click=suivi.geste(lambda m: _commencer(m, qui, base, ou.territoire)),
            )
        afficher(blocs.pied())
        return
    par_id = {a.id: a for a in siennes}
    choisie = st.selectbox("Action", list(par_id), format_func=lambda i: par_id[i].saisie.titre, key="action_suivie")
    if choisie in par_id:
        _une(base, par_id[choisie], qui if anime else None)
    if anime:
        assert qui is not None
        with st.expander("Suivre une autre action"), st.form("action_nouvelle", clear_on_submit=True):
            titre = st.text_input("Titre", max_chars=200)
            theme = st.selectbox(
                "Thème", list(base.catalogue.themes), format_func=lambda c: nommer_theme(c, base.catalogue)
            )
            if st.form_submit_button("Ajouter", type="primary"):
                neuve = SaisieAction(titre, str(theme), ou.territoire)
                suivi.tenter(lambda m: actions.ecrire_action(m, qui, seances.nouvel_identifiant(), neuve, 0))
                st.rerun()
    afficher(blocs.pied())


def _changer(a: Action, qui: Auteur, nom: str, magasin: Magasin, texte: str, vue: int) -> int:
    champs: dict[str, Any] = {nom: texte}
    return actions.ecrire_action(magasin, qui, a.id, replace(a.saisie, **champs), vue)


def _commencer(m: Magasin, qui: Auteur, base: Base, territoire: str) -> None:
    for theme in actions.THEMES_DU_DEPART:
        dite = SaisieAction(f"Action suivie : {nommer_theme(theme, base.catalogue)}", theme, territoire)
        actions.ecrire_action(m, qui, f"{territoire}-{theme}", dite, 0)


def _une(base: Base, a: Action, qui: Auteur | None) -> None:
    s, jour = a.saisie, suivi.aujourdhui()
    vue = portrait(base, s.territoire, None)
    afficher(
        rendre(
            "suivi_sujets.html", part="action", titre=s.titre, theme=nommer_theme(s.theme, base.catalogue),
            lieu=vue.territoire.nom, charge=s.charge, objectif=s.objectif, public=s.public,
            indicateurs=[lu(x) for x in lignes_de(vue, s.indicateurs)],
            etapes=[
                {
                    "libelle": e.libelle, "echeance": f"{e.echeance:%d/%m/%Y}" if e.echeance else "sans échéance",
                    "mot": actions.MOTS_ETAPES[e.etat], "ton": _TONS[e.etat], "en_retard": e.en_retard(jour),
                }
                for e in a.etapes
            ],
            points=[
                {"jour": f"{p.jour:%d/%m/%Y}", "mot": actions.MOTS[p.etat], "commentaire": p.commentaire}
                for p in reversed(a.points)
            ],
        )
    )  # fmt: skip
    st.download_button(
        "Cette action sur une page (PDF)",
        lambda: ecrit.pdf(document.action(a, vue, nommer_theme(s.theme, base.catalogue), jour), jour),
        file_name=f"action-{a.id}.pdf",
        mime="application/pdf",
        on_click="ignore",
    )
    if qui is not None:
        with st.expander("Écrire cette action"):
            _ecrire(a, qui, {x.indicateur.indicateur: x.indicateur.libelle for x in vue.lignes})


def _ecrire(a: Action, qui: Auteur, indicateurs: dict[str, str]) -> None:
    s, version = a.saisie, a.trace.version
    for nom, libelle in (("objectif", "Objectif"), ("public", "Public")):
        champ(
            f"action_{a.id}_{nom}", libelle, getattr(s, nom), version,
            partial(_changer, a, qui, nom),
            colonne=nom,
        )  # fmt: skip
    with st.form(f"action_{a.id}_{version}"):
        titre = st.text_input("Titre", value=s.titre, max_chars=200)
        charge = st.text_input("Fonction en charge", value=s.charge, max_chars=200)
        choisis = st.multiselect(
            "Indicateurs", list(indicateurs), default=[c for c in s.indicateurs if c in indicateurs],
            format_func=indicateurs.__getitem__, placeholder="Ajouter un indicateur", select_all=False)  # fmt: skip
        if st.form_submit_button("Enregistrer"):
            dite = replace(s, titre=titre, charge=charge, indicateurs=tuple(choisis))
            suivi.tenter(lambda m: actions.ecrire_action(m, qui, a.id, dite, version))
            st.rerun()
    with st.form(f"etape_{a.id}", clear_on_submit=True):
        connues = {e.id: e for e in a.etapes}
        un, deux, trois = st.columns([3, 2, 2])
        quoi = un.text_input("Étape (un libellé connu la met à jour)", max_chars=200)
        echeance = deux.date_input("Échéance", value=None, format="DD/MM/YYYY")
        etapes, etats = tuple(EtatEtape), tuple(EtatAction)
        etat = trois.selectbox("État", etapes, format_func=actions.MOTS_ETAPES.__getitem__)
        if st.form_submit_button("Enregistrer l’étape"):
            meme = next((e for e in connues.values() if e.libelle == quoi.strip()), None)
            suivi.tenter(
                lambda m: actions.ecrire_etape(
                    m, qui, a.id, meme.id if meme else seances.nouvel_identifiant(), quoi,
                    meme.trace.version if meme else 0, rang=meme.rang if meme else len(connues),
                    echeance=echeance or (meme.echeance if meme else None), etat=etat,
                )
            )  # fmt: skip
            st.rerun()
    with st.form(f"point_{a.id}", clear_on_submit=True):
        un, deux = st.columns(2)
        jour = un.date_input("Comité du", value=suivi.aujourdhui(), format="DD/MM/YYYY")
        etat_action = deux.selectbox("État de l’action", etats, format_func=actions.MOTS.__getitem__)
        commentaire = st.text_area("Commentaire", max_chars=4000)
        if st.form_submit_button("Enregistrer le point") and isinstance(jour, date):
            vue = next((p.trace.version for p in a.points if p.jour == jour), 0)
            suivi.tenter(lambda m: actions.faire_le_point(m, qui, a.id, jour, etat_action, commentaire, vue))
            st.rerun()
