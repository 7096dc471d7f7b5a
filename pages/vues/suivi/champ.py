"""Un champ de texte qui s'enregistre à mesure qu'on tape, et qui prévient quand un autre y a écrit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from indicators.suivi.magasin import Magasin
from indicators.suivi.refus import EcritureCroisee, ErreurSuivi
from pages.commun import suivi
from pages.commun.affichage import en_clair
from pages.commun.gabarits import rendre

_CHAMP = st.components.v2.component(
    "champ_du_suivi",
    html=str(rendre("suivi_champ.html")),
    js=(Path(__file__).parent / "champ.js").read_text("utf-8"),
    isolate_styles=False,
)

Enregistrer = Callable[[Magasin, str, int], int]
"""Écrit le texte par-dessus la version vue, et rend la nouvelle version."""


def champ(
    cle: str,
    libelle: str,
    texte: str,
    version: int,
    enregistrer: Enregistrer,
    *,
    colonne: str = "texte",
    maximum: int = 4000,
    lignes: int = 3,
) -> None:
    """Le champ `cle` ; `texte` et `version` : ce qui est écrit au magasin. `colonne` : où il est écrit."""
    memoire = st.session_state.setdefault(f"champ_{cle}", {"version": version, "etat": "", "conflit": None})
    if memoire["conflit"] is None and version > memoire["version"]:
        memoire["version"] = version

    def garder() -> None:
        tape = st.session_state[cle].get("tape")
        if tape is None or memoire["conflit"] is not None:
            return
        _garder(memoire, enregistrer, tape, colonne)

    _CHAMP(
        key=cle,
        data={
            "objet": cle, "libelle": libelle, "texte": texte, "maximum": maximum, "lignes": lignes,
            "etat": memoire["etat"], "gele": memoire["conflit"] is not None,
        },
        on_tape_change=garder,
    )  # fmt: skip
    if memoire["conflit"] is not None:
        _departager(cle, memoire, enregistrer, colonne)


def _garder(memoire: dict[str, object], enregistrer: Enregistrer, tape: str, colonne: str) -> None:
    try:
        ouvert = suivi.magasin()
        if ouvert is None:
            raise ErreurSuivi("Aucun suivi n’est commencé : rien n’est gardé.")
        memoire["version"] = enregistrer(ouvert, tape, int(str(memoire["version"])))
        memoire["etat"] = f"Enregistré à {ouvert.horloge().astimezone():%H:%M:%S}"
    except EcritureCroisee as croisee:
        memoire["conflit"] = (tape, str(croisee.actuelle.get(colonne, "")), croisee.version, str(croisee))
        memoire["etat"] = "Non enregistré : quelqu’un d’autre a écrit ici."
    except ErreurSuivi as refus:
        memoire["etat"] = f"Non enregistré. {refus}"


def _departager(cle: str, memoire: dict[str, object], enregistrer: Enregistrer, colonne: str) -> None:
    conflit = memoire["conflit"]
    assert isinstance(conflit, tuple)
    mien, leur, version, phrase = conflit
    st.warning(en_clair(phrase))
    st.markdown(f"**Écrit maintenant :** {en_clair(leur) or '(vide)'}")

    def le_leur() -> None:
        memoire.update(conflit=None, version=version, etat="Le texte de l’autre est gardé.")

    def le_mien() -> None:
        memoire.update(conflit=None, version=version)
        _garder(memoire, enregistrer, mien, colonne)

    gauche, droite = st.columns(2)
    gauche.button("Garder ce texte", key=f"{cle}_leur", on_click=le_leur, width="stretch")
    droite.button("Le remplacer par le mien", key=f"{cle}_mien", on_click=le_mien, width="stretch")
