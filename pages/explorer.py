"""Explorer : toutes les observations, leurs filtres, leur comparaison, leur passage, et les fichiers à emporter."""

import streamlit as st

from indicators.analyse.exploration import Niveau
from pages.commun import papier
from pages.commun.acces import en_service
from pages.commun.affichage import afficher
from pages.commun.blocs import pied
from pages.commun.choix import choix_unique, replies
from pages.parametres import FACE
from pages.vues import explorer as explorateur

base = en_service()
catalogue = base.catalogue
afficher(explorateur.titre())

filtre = explorateur.filtre_de_l_adresse(base)
actifs = f" ({len(filtre.actifs)})" if filtre.actifs else ""
bloc = replies(f"Chercher, filtrer{actifs}")
gauche, droite = bloc.columns(2, gap="medium")
with gauche:
    explorateur.chercher_un_texte()
with droite:
    face = choix_unique(
        FACE,
        "Comparer chaque chiffre à",
        [str(n) for n in Niveau],
        nommer=lambda n: Niveau(n).libelle,
    )
niveau = Niveau(face or Niveau.AGGLOMERATION)
autres = ("maille", "date", "statut", "source")
with bloc:
    explorateur.choisir(base, filtre, ("pilier", "theme", "indicateur", "agglomeration"), 4)
    explorateur.choisir(base, filtre, ("type", "perimetre", "bailleur", "fiabilite"), 4)
    with st.expander("Maille, année, statut, source", expanded=any(nom in filtre.actifs for nom in autres)):
        explorateur.choisir(base, filtre, autres, 2)
    if filtre.actifs:
        st.button("Effacer les filtres", on_click=explorateur.effacer)

comptes = explorateur.comptes(base, filtre)
ensemble = sum(explorateur.comptes(base, type(filtre)())["fiabilite"].values())
with st.spinner("Lecture des observations…"):
    montree = explorateur.vue(base, filtre, niveau)
exploration = montree.exploration
lien = explorateur.adresse(filtre, niveau)
afficher(explorateur.annonce(exploration, ensemble, lien))
if not exploration.lignes:
    afficher(explorateur.sans_resultat(filtre, niveau, comptes))
    afficher(pied())
    st.stop()

afficher(
    papier.entete(
        "Explorer",
        territoire=montree.territoires,
        annee=montree.annees,
        filtres="; ".join(f"{nom} : {valeurs}" for nom, valeurs in exploration.criteres),
        documents=montree.documents,
    )
)
explorateur.montrer_tableau(montree)
explorateur.emporter(exploration, catalogue, lien)
afficher(explorateur.a_une_adresse(exploration))
afficher(explorateur.hors_indicateurs(base))

ligne = explorateur.choisir_ligne(montree)
afficher(explorateur.panneau(ligne, catalogue))
with (
    st.container(key="au_papier"),
    st.expander(
        f"Les {explorateur.PREMIERES} premières lignes en tableau simple (clavier, lecteur d’écran, téléphone)"
    ),
):
    afficher(montree.simple)
afficher(pied())
