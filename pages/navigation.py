"""Le script principal : réglages de la page et navigation. Servi par `app.py`."""

from pathlib import Path

import streamlit as st

from pages.commun import barre

ICI = Path(__file__).resolve().parent

st.set_page_config(
    page_title="Observatoire des quartiers",
    page_icon=str(ICI / "commun" / "icone.png"),
    layout="wide",
    initial_sidebar_state="collapsed",
)

page = st.navigation(
    [
        st.Page(ICI / "accueil.py", title="Accueil", icon=":material/home:", default=True),
        st.Page(ICI / "portrait.py", title="Portrait", icon=":material/location_city:", url_path="portrait"),
        st.Page(ICI / "comparer.py", title="Comparer", icon=":material/bar_chart:", url_path="comparer"),
        st.Page(ICI / "evolution.py", title="Évolution", icon=":material/timeline:", url_path="evolution"),
        st.Page(ICI / "barometre.py", title="Baromètre", icon=":material/speed:", url_path="barometre"),
        st.Page(ICI / "explorer.py", title="Explorer", icon=":material/search:", url_path="explorer"),
        st.Page(
            ICI / "engagements.py",
            title="Engagements et évaluation",
            icon=":material/handshake:",
            url_path="engagements",
        ),
        st.Page(ICI / "sources.py", title="Sources et méthode", icon=":material/menu_book:", url_path="sources"),
    ],
    position="top",
)
barre.montrer(page.url_path)
page.run()
