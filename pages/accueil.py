"""L'accueil : trouver un territoire, ou partir d'une agglomération."""

import streamlit as st

from pages.commun import adresse as etat
from pages.commun import papier
from pages.commun.acces import en_service
from pages.commun.affichage import afficher
from pages.commun.selecteur import choisir_territoire
from pages.vues import accueil as accueil_vue

base = en_service()
agglomerations = accueil_vue.agglomerations(base)
afficher(papier.entete("Accueil", territoire=", ".join(t.nom for t in agglomerations)))
afficher(accueil_vue.titre())
choisi = choisir_territoire("trouver", "Quel territoire voulez-vous voir ?")
if choisi:
    etat.ecrire("trouver", None)  # ce choix ne vaut que pour partir : revenir à l’accueil y reste
    st.switch_page("portrait.py", query_params={"territoire": choisi})
afficher(accueil_vue.entrees())
for agglomeration in agglomerations:
    afficher(accueil_vue.agglomeration(base, agglomeration.territoire))
afficher(accueil_vue.pied(base))
