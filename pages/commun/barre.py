"""La barre du territoire : la même sur tous les écrans, elle reste en haut quand la page défile."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import streamlit as st

from pages.commun import selecteur
from pages.commun.affichage import afficher
from pages.commun.blocs import cadre

ICONE = f"data:image/png;base64,{b64encode(Path(__file__).with_name('icone.png').read_bytes()).decode()}"
"""L'icône de l'onglet, écrite dans la page : Streamlit relirait son fichier à chaque geste."""

SANS_BARRE = {"", "mettre_a_jour"}
"""L'accueil a sa propre recherche ; les ajouts portent sur tous les territoires."""
SANS_EFFET = {"explorer", "engagements", "sources"}
"""Écrans qui ne suivent pas un territoire : la barre y garde le choix, et dit qu'elle n'y filtre rien."""


def montrer(ecran: str) -> None:
    """La barre, sur les écrans où un territoire se choisit."""
    if ecran in SANS_BARRE:
        return
    with st.container(key="barre"):
        selecteur.choisir_territoire(etiquette_visible=False)
        if ecran in SANS_EFFET:
            phrase = "Gardé pour les autres écrans ; celui-ci montre tous les territoires."
            afficher(cadre(f'<p class="petit">{phrase}</p>'))
