"""Suivi : ce qui a été décidé et promis, ce que c'est devenu, et de quoi l'écrire quand on y est invité."""

import streamlit as st

from indicators.suivi import adresses
from indicators.suivi.auteurs import Role
from pages.commun import suivi
from pages.commun.acces import en_service
from pages.commun.affichage import afficher, en_clair
from pages.commun.gabarits import rendre
from pages.parametres import SUJET
from pages.vues.suivi import sujets
from pages.vues.suivi.choix import pastilles

base = en_service()
qui = suivi.auteur()
afficher(
    rendre(
        "suivi.html",
        part="titre",
        demonstration=suivi.est_une_demonstration(),
        qui=qui.en_mots if qui else "",
        role=qui.role.value if qui else "",
    )
)
if refus := suivi.refus():
    st.error(en_clair(refus))
suivi.dire_le_refus()
if adresses.reglees():
    if suivi.par_compte():
        if qui is None:
            st.error("Cette adresse n’est pas admise à écrire dans le suivi ; tout se lit.")
        st.button("Se déconnecter", on_click=st.logout)
    elif qui is None:
        st.button("Se connecter pour écrire", on_click=st.login)
proposes = sujets.proposes(qui is not None and qui.role is Role.ANIMATEUR)
sujet = pastilles(SUJET, {code: s.titre for code, s in proposes.items()})
proposes[sujet].montrer(base, qui)
