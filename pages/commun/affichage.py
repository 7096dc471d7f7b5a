"""Mettre du HTML à l'écran.

`st.markdown` plutôt que `st.html` : le second efface les dessins SVG (DOMPurify, profil « html » seul). Le bloc tient
sur une ligne logique, sans ligne vide : Markdown ne touche alors à rien de ce qu'il contient.
"""

from __future__ import annotations

import streamlit as st


def afficher(html: str) -> None:
    """Affiche un bloc ; ne fait rien s'il est vide."""
    if html:
        st.markdown(" ".join(html.split("\n")), unsafe_allow_html=True)
