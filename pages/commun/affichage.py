"""Mettre du HTML à l'écran.

`st.markdown` plutôt que `st.html` : le second efface les dessins SVG (DOMPurify, profil « html » seul). Le bloc tient
sur une ligne logique, sans ligne vide : Markdown ne touche alors à rien de ce qu'il contient.
"""

from __future__ import annotations

import re

import streamlit as st

from pages.commun.mots import expliquer


def afficher(html: str) -> None:
    """Affiche un bloc, ses termes expliqués (`mots.py`) ; ne fait rien s'il est vide."""
    if html:
        st.markdown(re.sub(r"[\r\n]", " ", expliquer(html)), unsafe_allow_html=True)


def tableau_csv(octets: bytes, fichier: str) -> None:
    """Le tableau montré, à ouvrir dans Excel ; `fichier` : son nom, sans suffixe."""
    st.download_button("Télécharger ce tableau (CSV pour Excel)", octets, file_name=f"{fichier}.csv", mime="text/csv")


def en_clair(phrase: str) -> str:
    """Une phrase qui cite l'adresse ou un fichier, telle quelle : Markdown n'en fait ni lien, ni image, ni graisse.

    Un lien ou une adresse électronique se reconnaissent même sans crochets : un joint invisible les en empêche.
    """
    jointe = re.sub(r"(://|www(?=\.)|@)", "\\1\u2060", phrase, flags=re.IGNORECASE)
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", jointe)
