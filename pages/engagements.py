"""Engagements et évaluation : ce que les partenaires ont promis, où l'on en est, à quoi l'évaluation peut répondre."""

import streamlit as st

from indicators import entrepot_engagements as dossier
from indicators.engagements import csv_engagements, filtrer
from pages.commun import engagements_vue as vue
from pages.commun import groupes, papier
from pages.commun.acces import entrepot
from pages.commun.affichage import afficher
from pages.commun.blocs import cadre

base = entrepot()
catalogue = base.catalogue
tous = dossier.engagements(base)
territoires = {t.territoire: t for t in base.territoires({e.territoire for e in tous})}

afficher(cadre("<h1>Engagements et évaluation</h1>"))
choix, mots, phrase = vue.choisir(tous, catalogue, territoires)
montres = filtrer(tous, choix, mots)
afficher(
    papier.entete(
        "Engagements et évaluation",
        territoire=papier.enumerer(territoires[e.territoire].nom for e in montres),
        annee=papier.enumerer(sorted({f"échéance {e.echeance}" for e in montres if e.echeance})),
        filtres=phrase,
        documents=papier.enumerer(catalogue.sources[e.source].titre for e in montres),
    )
)
situations = dossier.situations(base, montres)

afficher(vue.bilan(montres, len(tous), situations))
if montres:
    st.download_button(
        f"Télécharger ces engagements ({len(montres)}, CSV pour Excel)",
        csv_engagements(montres, catalogue, territoires, situations, catalogue.sources, phrase),
        file_name="engagements.csv",
        mime="text/csv",
    )
afficher(vue.mesures(montres, situations, territoires, catalogue))
afficher(vue.par_partenaire(montres, situations, territoires, catalogue))

indicateurs = dossier.indicateurs_evaluation(base)
connus = dossier.connus(base, sorted({code for i in indicateurs for code in i.codes}))
membres = {g.code: g.membres for g in groupes.groupes(base).values()}
afficher(vue.evaluation(indicateurs, dossier.arbre(base), vue.adresses(connus, membres, catalogue), catalogue))
afficher(vue.orientations(dossier.orientations(base), catalogue))
afficher(vue.pied())
