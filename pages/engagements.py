"""Engagements et évaluation : ce que les partenaires ont promis, où l'on en est, à quoi l'évaluation peut répondre."""

from functools import partial

import streamlit as st

from pages.commun import adresse, groupes, papier
from pages.commun.acces import en_service
from pages.commun.affichage import afficher
from pages.commun.blocs import cadre
from pages.ecrans import TERRITOIRE
from pages.vues.engagements import blocs as vue
from pages.vues.engagements import ecran as planches

base = en_service()
afficher(cadre("<h1>Engagements et évaluation</h1>"))
choix, mots, phrase = vue.choisir(planches.noms(base), partial(planches.comptes, base))
planche = planches.filtrer(base, choix, mots, phrase)
afficher(
    papier.entete(
        "Engagements et évaluation",
        territoire=planche.territoire,
        annee=planche.annee,
        filtres=phrase,
        documents=planche.documents,
    )
)
afficher(planche.bilan)
if planche.nombre:
    st.download_button(
        f"Télécharger ces engagements ({planche.nombre}, CSV pour Excel)",
        planche.csv,
        file_name="engagements.csv",
        mime="text/csv",
    )
afficher(planche.mesures)
afficher(planche.par_partenaire)
for bloc in planches.evaluation(base, groupes.autour(base, adresse.lire(TERRITOIRE))):
    afficher(bloc)
afficher(vue.pied())
