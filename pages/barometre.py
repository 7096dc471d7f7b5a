"""Baromètre : les neuf thèmes de la cohésion sociale pour tous les quartiers prioritaires d'une agglomération."""

import streamlit as st

from indicators.barometre import Methode
from indicators.barometre_notes import csv_francais, eprouver, noter
from pages.commun import barometre_choix as choix
from pages.commun import barometre_vue as vue
from pages.commun import etat, papier
from pages.commun.acces import entrepot
from pages.commun.affichage import afficher
from pages.commun.blocs import cadre, pied

base = entrepot()
tous = choix.barometres(base)
afficher(cadre("<h1>Baromètre</h1>"))
if not tous:
    st.info("Aucun groupe de quartiers prioritaires n’a de chiffre dans la base.")
    st.stop()

etat.ecrire("territoire", etat.lire("territoire"))
colonne_groupe, colonne_methode = st.columns([2, 1], gap="medium")
depart = choix.groupe_par_defaut(base, etat.lire("territoire"))
with colonne_groupe:
    groupe = etat.choix_unique(
        "groupe", "Quels quartiers ?", list(tous), defaut=depart, nommer=lambda c: choix.libelle(base, c)
    )
barometre = tous[groupe or depart]
afficher(vue.introduction(barometre, base.catalogue))
montres = barometre.chiffres
if not barometre.suffit:
    afficher(papier.entete("Baromètre", territoire=choix.libelle(base, groupe or depart)))
    afficher(vue.manquant(base, barometre))
    afficher(vue.etendues(barometre))
    with st.expander("La méthode et les indicateurs"):
        afficher(vue.methode(barometre, base.catalogue))
    afficher(pied())
    st.stop()

with colonne_methode:
    choisie = etat.choix_unique(
        "methode", "Méthode", list(choix.METHODES), defaut=Methode.RANG.value, nommer=choix.METHODES.__getitem__
    )
methode = Methode(choisie or Methode.RANG)
with st.expander("Changer le poids des thèmes (0 : retiré, 3 : compte triple)"):
    poids = choix.choisir_poids(barometre.connus)
afficher(
    papier.entete(
        "Baromètre",
        territoire=choix.libelle(base, groupe or depart),
        annee=papier.annees(montres),
        filtres=f"{choix.METHODES[methode]}, {choix.dire_poids(barometre, poids)}",
        chiffres=montres,
        catalogue=base.catalogue,
    )
)
notes = noter(barometre, poids, methode)
sensibilite = eprouver(barometre, poids, methode)
afficher(cadre("<h2>Du plus grand besoin au plus petit</h2>"))
afficher(vue.lecture(barometre, notes, sensibilite))
afficher(vue.chaleur(barometre, notes, sensibilite, poids, base.communes_par_quartier()))
st.download_button(
    "Télécharger ce tableau (CSV pour Excel)",
    csv_francais(barometre, notes, sensibilite, poids, methode, base.catalogue.sources),
    file_name=f"barometre_{groupe or depart}.csv",
    mime="text/csv",
)
afficher(vue.etendues(barometre, notes))
with st.expander("L’ordre tient-il ? Les réglages essayés"):
    afficher(vue.variantes(sensibilite))
with st.expander("La méthode et les indicateurs"):
    afficher(vue.methode(barometre, base.catalogue))
afficher(pied())
