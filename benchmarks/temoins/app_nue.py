"""La page nue, entourée comme l'est l'observatoire : ce que nos seuls intergiciels changent au plancher."""

import sys
from pathlib import Path

import streamlit as st

ICI = Path(__file__).resolve().parent
sys.path.insert(0, str(ICI.parents[1]))

from pages.serveur.intergiciels import INTERGICIELS  # noqa: E402

app = st.App(ICI / "nue.py", middleware=INTERGICIELS)
