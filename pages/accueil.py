"""L'accueil : une case qui comprend un lieu et un sujet, trois entrées, et ce qui ressort de chaque agglomération."""

import streamlit as st

from pages.commun import adresse, exemples, papier
from pages.commun.acces import en_service
from pages.commun.affichage import afficher
from pages.parametres import CHERCHE
from pages.vues import accueil as accueil_vue
from pages.vues.recherche import AU_PLUS, resultats

base = en_service()
choisies, inconnues = accueil_vue.agglomerations(base)
sienne = accueil_vue.sienne(base)
montrees = [sienne] if sienne else choisies
afficher(papier.entete("Accueil", territoire=", ".join(t.nom for t in montrees)))
afficher(accueil_vue.titre())
if inconnues:
    st.warning(accueil_vue.inconnues(inconnues))
st.session_state.setdefault("accueil_cherche", (adresse.lire(CHERCHE) or "")[:AU_PLUS])
cherche = st.text_input(
    "Un lieu, un sujet, ou les deux",
    key="accueil_cherche",
    placeholder=exemples.avec_sujet(base, [t.territoire for t in montrees]),
    live=True,
    type="search",
)
afficher(resultats(base, (cherche or "").strip()[:AU_PLUS], tuple(t.territoire for t in montrees)))
afficher(accueil_vue.entrees())
afficher(accueil_vue.ensemble(base, [t.territoire for t in montrees], sienne.territoire if sienne else ""))
afficher(accueil_vue.pied(base))
