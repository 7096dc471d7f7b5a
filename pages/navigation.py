"""Le script principal : réglages de la page et navigation. Servi par `app.py`."""

from pathlib import Path

import streamlit as st

from pages.commun import acces, adresse, barre
from pages.ecrans import ECRANS
from pages.serveur import porte as autorisation

ICI = Path(__file__).resolve().parent

st.set_page_config(
    page_title="Observatoire des quartiers",
    page_icon=barre.ICONE,
    layout="wide",
    initial_sidebar_state="collapsed",
)

proposes = [ecran for ecran in ECRANS if not ecran.reserve or autorisation.ouverte()]
page = st.navigation(
    [
        st.Page(
            ICI / ecran.script,
            title=ecran.titre,
            icon=f":material/{ecran.icone}:",
            url_path=ecran.url or None,
            default=not ecran.url,
        )
        for ecran in proposes
    ],
    position="top",
)
ecran = next(ecran for ecran in proposes if ecran.url == page.url_path)
acces.reprendre()
adresse.ouvrir(ecran)
barre.montrer(ecran)
page.run()
