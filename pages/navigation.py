"""Le script principal : réglages de la page et navigation. Servi par `app.py`."""

from pathlib import Path

import streamlit as st

ICI = Path(__file__).resolve().parent

st.set_page_config(
    page_title="Observatoire des quartiers",
    page_icon=str(ICI / "commun" / "icone.png"),
    layout="wide",
    initial_sidebar_state="collapsed",
)

page = st.navigation(
    [
        st.Page(ICI / "accueil.py", title="Accueil", default=True),
        st.Page(ICI / "portrait.py", title="Portrait", url_path="portrait"),
        st.Page(ICI / "seance.py", title="Séance", url_path="seance"),
        st.Page(ICI / "comparer.py", title="Comparer", url_path="comparer"),
        st.Page(ICI / "evolution.py", title="Évolution", url_path="evolution"),
        st.Page(ICI / "barometre.py", title="Baromètre", url_path="barometre"),
        st.Page(ICI / "explorer.py", title="Explorer", url_path="explorer"),
        st.Page(ICI / "engagements.py", title="Engagements et évaluation", url_path="engagements"),
        st.Page(ICI / "sources.py", title="Sources et méthode", url_path="sources"),
    ],
    position="top",
)
page.run()
