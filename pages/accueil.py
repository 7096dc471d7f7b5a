"""L'accueil : trouver un territoire, ou partir d'une agglomération."""

import streamlit as st

from indicators.comparatif import confronter
from indicators.methode import journal
from pages.commun import blocs, papier
from pages.commun.acces import entrepot
from pages.commun.affichage import afficher
from pages.commun.selecteur import choisir_territoire

AGGLOMERATIONS = ("EPCI200072460", "EPCI200042190", "EPCI246200364")

base = entrepot()
fiches = [base.fiche(code) for code in AGGLOMERATIONS]
afficher(papier.entete("Accueil", territoire=", ".join(fiche.territoire.nom for fiche in fiches)))
afficher(blocs.titre_accueil())
choisi = choisir_territoire("territoire", "Quel territoire voulez-vous voir ?")
if choisi:
    st.switch_page("portrait.py", query_params={"territoire": choisi})
afficher(blocs.par_ou_commencer(next(iter(journal()), None)))
nombres = base.nombres_de_chiffres()
for fiche in fiches:
    quartiers = [t for t in fiche.quartiers if (t.statut, t.geographie) == ("QPV", 2015)]
    vues = [confronter(base, indicateur, quartiers, [fiche.territoire]) for indicateur in base.catalogue.tete]
    afficher(blocs.agglomeration(fiche, base.communes_par_quartier(), nombres, vues))
afficher(blocs.pied_accueil(base.catalogue))
