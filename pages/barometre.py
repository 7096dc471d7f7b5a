"""Baromètre des quartiers et communes : les neuf thèmes de la cohésion sociale dans une agglomération."""

import streamlit as st

from indicators.analyse.barometre import Methode
from pages.commun import adresse, groupes, papier
from pages.commun.acces import en_service
from pages.commun.affichage import afficher, tableau_csv
from pages.commun.blocs import comment_lire, petit, pied, sous_titre, titre
from pages.commun.choix import choix_unique, replies_sous
from pages.parametres import GROUPE, NOTATION, TERRITOIRE
from pages.vues.barometre import choix, ecran

base = en_service()
ouvert = adresse.lire(TERRITOIRE)
# Rien de demandé : les agglomérations de l'accueil, plutôt que les premières de France.
autour_de_lui = groupes.autour(base, ouvert, adresse.lire(GROUPE))
autour = autour_de_lui or groupes.proposees(base)
tous = choix.barometres(base, autour)
afficher(titre("Baromètre des quartiers et communes"))
if not tous and not ouvert:
    st.info("Aucun groupe de quartiers ou de communes n’a de chiffre dans la base.")
    st.stop()

depart = choix.groupe_par_defaut(base, autour, ouvert)
if not depart and ouvert and adresse.lire(GROUPE) not in tous:
    quoi = (
        "ni les quartiers prioritaires ni les communes de son agglomération n’ont de baromètre."
        if autour_de_lui
        else "le baromètre classe les quartiers ou les communes d’une agglomération, et il n’est dans aucune."
    )
    afficher(groupes.sans_groupe(base, ouvert, "barometre", quoi))
    afficher(pied())
    st.stop()
depart = depart or next(iter(tous))
bloc = replies_sous(GROUPE, tous, depart, lambda c: groupes.groupes(base, autour)[c].libelle)
colonne_groupe, colonne_methode, colonne_poids = bloc.columns([5, 3, 2], gap="small", vertical_alignment="center")
with colonne_groupe:
    groupe = choix_unique(
        GROUPE, "Quels territoires ?", list(tous), defaut=depart, nommer=lambda c: choix.libelle(base, autour, c),
        etiquette_visible=False,
    )  # fmt: skip
code = groupe or depart
barometre = tous[code]
sien = ecran.presenter(base, autour, code)
if not adresse.lire(GROUPE) and (
    absent := groupes.hors_du_groupe(base, ouvert, groupes.groupes(base, autour)[code], "n’est dans aucun baromètre")
):
    afficher(petit(absent))
if not barometre.suffit:
    afficher(papier.entete("Baromètre", territoire=sien.territoire))
    afficher(sien.introduction)
    afficher(sien.manque)
    afficher(sien.connus)
    with st.expander("La méthode et les indicateurs"):
        afficher(sien.methode)
    afficher(pied())
    st.stop()

with colonne_methode:
    choisie = choix_unique(
        NOTATION, "Méthode", list(choix.METHODES), nommer=choix.nommer_la_methode, etiquette_visible=False
    )
methode = Methode(choisie or Methode.RANG)
with colonne_poids, st.popover("Poids des thèmes", icon=":material/tune:", width="stretch"):
    st.caption("0 : retiré ; 3 : compte triple.")
    poids = choix.choisir_poids(barometre.connus)
afficher(
    papier.entete(
        "Baromètre",
        territoire=sien.territoire,
        annee=sien.annee,
        filtres=f"{choix.METHODES[methode]}, {choix.dire_poids(barometre, poids)}",
        documents=sien.documents,
    )
)
classement = ecran.regler(base, autour, code, methode, poids)
afficher(sous_titre("Du plus grand besoin au plus petit"))
afficher(classement.lecture)
afficher(classement.chaleur)
afficher(comment_lire("chaleur"))
tableau_csv(classement.csv, f"barometre_{code}", f"Baromètre, {sien.territoire}")
afficher(classement.etendues)
afficher(sien.introduction)
with st.expander("L’ordre tient-il ? Les réglages essayés"):
    afficher(classement.variantes)
with st.expander("La méthode et les indicateurs"):
    afficher(sien.methode)
afficher(pied())
