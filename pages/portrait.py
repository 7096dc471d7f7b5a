"""Le portrait d'un territoire : cinq chiffres clés, puis tout ce que l'on sait, et d'où on le sait."""

import streamlit as st

from indicators.analyse.portrait import references_par_defaut
from pages.commun import adresse, barre, blocs, emporter
from pages.commun.acces import en_service, portrait
from pages.commun.affichage import afficher, afficher_long
from pages.commun.choix import verifier
from pages.commun.selecteur import choisir_reference
from pages.parametres import REFERENCE, TERRITOIRE
from pages.vues import manques
from pages.vues.portrait import autour, hauban, iris, reste
from pages.vues.portrait.ecran import rendre
from pages.vues.suivi import au_portrait

demande = adresse.lire(TERRITOIRE)
if demande is None:
    afficher(blocs.invitation())
    st.stop()
base = en_service()
fiche = base.fiche(demande)
code = fiche.territoire.territoire

references = references_par_defaut(fiche)
seconde = None
if len(fiche.references) > 1:
    defaut = references[-1].territoire
    with barre.suite():
        choisie = choisir_reference(tuple(t for t in fiche.references if t != references[0]), defaut)
    # Le portrait par défaut n'a qu'un nom : il n'est dressé et gardé qu'une fois.
    seconde = choisie if choisie != defaut else None
else:
    verifier(REFERENCE, [], None)
vue = portrait(base, code, seconde)
rendu = rendre(base, code, seconde)

with barre.suite():
    emporter.documents(vue, base)
afficher(rendu.entete.html() + rendu.identite)
afficher_long(rendu.chiffres, "portrait_chiffres")
emporter.atlas(vue, base)
# Deux longs blocs plutôt que huit : chacun de plus coûte au navigateur, à chaque changement de territoire.
lieu = au_portrait.bloc(base, vue), reste.bloc(base, code), iris.bloc(base, code), autour.bloc(base, code)
afficher_long("".join(lieu), "portrait_lieu")
suite = rendu.suite, manques.du_territoire(base, code), hauban.bloc(base, code), blocs.pied()
afficher_long("".join(suite), "portrait_suite")
