"""L'application, trois mois plus tard : la même que `app.py`, l'horloge du suivi avancée. Pour les essais seulement."""

import os
import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from indicators.suivi import auteurs, magasin

_DECALAGE = timedelta(days=int(os.environ["ESSAI_JOURS_PLUS_TARD"]))
_maintenant = auteurs.maintenant
magasin.Magasin.ouvrir.__func__.__defaults__ = (None, lambda: _maintenant() + _DECALAGE)

import streamlit as st  # noqa: E402

from pages.serveur.intergiciels import INTERGICIELS, signaler_erreur  # noqa: E402

RACINE = Path(__file__).resolve().parents[2]
# Streamlit reconnaît une application à ce qu'elle est faite ici, non reprise d'`app.py`.
app = st.App(RACINE / "pages" / "navigation.py", middleware=INTERGICIELS, on_script_error=signaler_erreur)
