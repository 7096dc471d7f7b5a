"""L'accueil : trouver un territoire, ou partir d'une agglomération."""

import streamlit as st

from pages.commun import accueil_vue, blocs, papier
from pages.commun.acces import entrepot
from pages.commun.affichage import afficher
from pages.commun.selecteur import choisir_territoire

base = entrepot()
afficher(papier.entete("Accueil", territoire=accueil_vue.noms(base)))
afficher(blocs.titre_accueil())
choisi = choisir_territoire("territoire", "Quel territoire voulez-vous voir ?")
if choisi:
    st.switch_page("portrait.py", query_params={"territoire": choisi})
afficher(blocs.par_ou_commencer(next(iter(accueil_vue.parutions()), None)))
for code in accueil_vue.AGGLOMERATIONS:
    afficher(accueil_vue.agglomeration(base, code))
afficher(blocs.pied_accueil(base.catalogue))
