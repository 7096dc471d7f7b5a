"""L'accueil : trouver un territoire, ou partir d'une agglomération."""

import streamlit as st

from pages.commun import papier
from pages.commun.acces import en_service
from pages.commun.affichage import afficher
from pages.commun.selecteur import choisir_territoire
from pages.ecrans import PAR_CODE
from pages.parametres import TERRITOIRE
from pages.vues import accueil as accueil_vue

base = en_service()
agglomerations, inconnues = accueil_vue.agglomerations(base)
afficher(papier.entete("Accueil", territoire=", ".join(t.nom for t in agglomerations)))
afficher(accueil_vue.titre())
if inconnues:
    st.warning(accueil_vue.inconnues(inconnues))
choisi = choisir_territoire(None, "Quel territoire voulez-vous voir ?")
if choisi:
    st.switch_page(PAR_CODE["portrait"].script, query_params={TERRITOIRE.nom: choisi})
afficher(accueil_vue.entrees())
for agglomeration in agglomerations:
    afficher(accueil_vue.agglomeration(base, agglomeration.territoire))
afficher(accueil_vue.pied(base))
