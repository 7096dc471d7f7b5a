"""Le script principal : réglages de la page et navigation. Servi par `app.py`."""

from pathlib import Path

import streamlit as st

from pages.commun import acces, adresse, barre, mots, tableaux
from pages.ecrans import ECRANS
from pages.serveur import document

ICI = Path(__file__).resolve().parent

# Avant la navigation : l'icône de l'écran, une police, serait cherchée hors de la machine.
st.set_page_config(page_title=document.NOM, page_icon=barre.ICONE, layout="wide", initial_sidebar_state="collapsed")

page = st.navigation(
    [
        st.Page(
            ICI / ecran.script,
            title=ecran.titre,
            icon=f":material/{ecran.icone}:",
            url_path=ecran.url or None,
            default=not ecran.url,
        )
        for ecran in document.proposes()
    ],
    position="top",
)
ecran = next(ecran for ecran in ECRANS if ecran.url == page.url_path)
acces.reprendre()
mots.commencer()
tableaux.commencer(ecran)
adresse.ouvrir(ecran, acces.en_service().catalogue.renommages)
st.set_page_config(page_title=document.titre(ecran, barre.territoire(ecran)))
barre.montrer(ecran)
page.run()
