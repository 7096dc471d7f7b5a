"""Le script principal : réglages de la page et navigation. Servi par `app.py`."""

from pathlib import Path

import streamlit as st

from pages.commun import acces, barre
from pages.serveur import porte as autorisation

ICI = Path(__file__).resolve().parent

st.set_page_config(
    page_title="Observatoire des quartiers",
    page_icon=barre.ICONE,
    layout="wide",
    initial_sidebar_state="collapsed",
)

ecrans = [
    ("accueil", "Accueil", "home"),
    ("portrait", "Portrait", "location_city"),
    ("seance", "Séance", "slideshow"),
    ("comparer", "Comparer", "bar_chart"),
    ("carte", "Carte", "map"),
    ("evolution", "Évolution", "timeline"),
    ("barometre", "Baromètre", "speed"),
    ("explorer", "Explorer", "search"),
    ("engagements", "Engagements et évaluation", "handshake"),
    ("sources", "Sources et méthode", "menu_book"),
]
if autorisation.ouverte():
    ecrans.append(("mettre_a_jour", "Mettre à jour", "upload_file"))
page = st.navigation(
    [
        st.Page(
            ICI / f"{nom}.py",
            title=titre,
            icon=f":material/{icone}:",
            url_path=None if nom == "accueil" else nom,
            default=nom == "accueil",
        )
        for nom, titre, icone in ecrans
    ],
    position="top",
)
acces.reprendre()
barre.montrer(page.url_path)
page.run()
