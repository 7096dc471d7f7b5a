"""Un choix court, montré d'un coup et porté par l'adresse."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.commun import adresse
from pages.commun.choix import porter, verifier
from pages.parametres import Parametre


def pastilles(parametre: Parametre, options: Mapping[str, str], *, defaut: str | None = None) -> str:
    """Le code choisi parmi `options` (code → mot) ; ce que l'adresse demande et qui n'existe pas est dit."""
    defaut = parametre.defaut or defaut or next(iter(options))
    courant = verifier(parametre, list(options), defaut, options.__getitem__) or next(iter(options))
    cle = porter(parametre, courant)

    def retenir() -> None:
        choisi = st.session_state[cle]
        if choisi in options:
            adresse.changer({parametre: None if choisi == defaut else choisi})

    st.pills(
        parametre.libelle,
        list(options),
        key=cle,
        format_func=options.__getitem__,
        on_change=retenir,
        label_visibility="collapsed",
    )
    return courant
