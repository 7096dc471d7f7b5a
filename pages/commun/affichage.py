"""Mettre du HTML à l'écran.

`st.markdown` plutôt que `st.html` : le second efface les dessins SVG (DOMPurify, profil « html » seul). Le bloc tient
sur une ligne logique, sans ligne vide : Markdown ne touche alors à rien de ce qu'il contient.
"""

from __future__ import annotations

import re
from pathlib import Path

import streamlit as st

from indicators.publications.exports import TYPES_MIME
from indicators.publications.montre import classeur_du_csv
from pages.commun.mots import expliquer
from pages.commun.tableaux import proposer

_LONG = st.components.v2.component(
    "bloc_long", js=Path(__file__).with_name("bloc_long.js").read_text("utf-8"), isolate_styles=False
)


def afficher(html: str) -> None:
    """Affiche un bloc, termes expliqués (`mots.py`), tableaux à emporter (`tableaux.py`) ; rien s'il est vide."""
    if html:
        st.markdown(re.sub(r"[\r\n]", " ", expliquer(proposer(html))), unsafe_allow_html=True)


def afficher_long(html: str, cle: str) -> None:
    """Affiche un long bloc, sous une clé à lui dans l'écran ; ne fait rien s'il est vide.

    Streamlit relit le HTML d'un Markdown en JavaScript, deux fois (Markdown, puis HTML) : 200 ko lui prennent deux fois
    plus de temps que le reste de l'écran. Le navigateur, lui, lit ce même HTML en quelques millisecondes.
    """
    if html:
        _LONG(key=cle, data=expliquer(proposer(html)).encode())


def tableau_csv(octets: bytes, fichier: str, titre: str) -> None:
    """Le tableau montré, en CSV et en classeur, faits des mêmes cases ; `fichier` : son nom, sans suffixe."""
    gauche, droite = st.columns(2, gap="small")
    with gauche:
        st.download_button(
            "Ce tableau (CSV pour Excel)", octets, file_name=f"{fichier}.csv", mime="text/csv", on_click="ignore"
        )
    with droite:
        st.download_button(
            "Ce tableau (XLSX)",
            lambda: classeur_du_csv(octets, titre),
            file_name=f"{fichier}.xlsx",
            mime=TYPES_MIME["xlsx"],
            on_click="ignore",
        )


def en_clair(phrase: str) -> str:
    """Une phrase qui cite l'adresse ou un fichier, telle quelle : Markdown n'en fait ni lien, ni image, ni graisse.

    Un lien ou une adresse électronique se reconnaissent même sans crochets : un joint invisible les en empêche.
    """
    jointe = re.sub(r"(://|www(?=\.)|@)", "\\1\u2060", phrase, flags=re.IGNORECASE)
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", jointe)
