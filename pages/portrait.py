"""Le portrait d'un territoire : cinq chiffres clés, puis tout ce que l'on sait, et d'où on le sait."""

import streamlit as st

from indicators.entrepot_projets import reunir
from indicators.erreurs import TerritoireInconnu
from pages.commun import blocs, emporter, etat, papier, tableaux
from pages.commun.acces import entrepot, portrait
from pages.commun.affichage import afficher
from pages.commun.projet import projet
from pages.commun.selecteur import choisir_reference, libelles, signaler_inconnu

demande = etat.lire("territoire")
if demande is None:
    afficher(blocs.invitation())
    st.stop()
try:
    fiche = entrepot().fiche(demande)
except TerritoireInconnu:
    signaler_inconnu(demande)
    st.stop()
etat.ecrire("territoire", fiche.territoire.territoire)

par_defaut = portrait(fiche.territoire.territoire, None)
seconde = None
if len(fiche.references) > 1:
    autres = tuple(t for t in fiche.references if t != par_defaut.references[0])
    with st.columns([2, 3])[0]:
        seconde = choisir_reference(autres, par_defaut.references[-1].territoire)
vue = portrait(fiche.territoire.territoire, seconde)
catalogue = entrepot().catalogue
noms = libelles(entrepot())
tous = {t.territoire: t for t in entrepot().territoires({t for f in fiche.filiations for t in (f.ancien, f.nouveau)})}

afficher(
    papier.entete(
        "Portrait",
        territoire=noms[fiche.territoire.territoire],
        annee=papier.annees(ligne.chiffre for ligne in vue.lignes),
        filtres=f"face à {', '.join(t.nom for t in vue.references)}" if vue.references else "",
        chiffres=[ligne.chiffre for ligne in vue.lignes],
        catalogue=catalogue,
    )
)
afficher(blocs.identite(vue, tous))
emporter.documents(vue, entrepot())
afficher(blocs.cartes(vue, catalogue))
afficher(blocs.doutes(vue, catalogue))
afficher(blocs.saillants(vue))
afficher(blocs.quartiers_du_territoire(vue, entrepot().nombres_de_chiffres()))
emporter.atlas(vue, entrepot())
for theme, lignes in vue.themes:
    afficher(tableaux.theme(theme, lignes, vue, catalogue))
afficher(projet(reunir(entrepot(), fiche), catalogue))
afficher(blocs.manquants(vue))
afficher(tableaux.provenances(vue, catalogue))
afficher(blocs.pied())
