"""L'accès à la base depuis les écrans : une connexion partagée, refaite quand un fichier de données change."""

from __future__ import annotations

import gc
import time
from concurrent.futures import ThreadPoolExecutor, wait

import streamlit as st

from indicators.analyse.portrait import Portrait, dresser
from indicators.base.base import Base
from indicators.base.construction import BaseEnService, assurer, signature
from indicators.socle.nombres import INSECABLE
from pages.commun.memoire import garder

_ETAT = "etat_des_donnees"
VUE = 2.0
_vue: tuple[float, tuple[tuple[str, int, int], ...] | None] = (0.0, None)


RETENTER = 30.0
"""Secondes avant de retenter ce qu'une panne passagère (disque plein, droits) a empêché."""
_essais: dict[int, tuple[int, float]] = {}
"""Par état des données : combien de fois la base a été redemandée, et quand."""
_pretes: set[int] = set()
"""Les états des données dont la base a été ouverte par ce serveur : il n'y a plus rien à attendre."""
_etape: tuple[float, str] | None = None
"""Où en est la construction en cours, la même pour tous ceux qui l'attendent."""
REGARDER = 0.2
"""Secondes entre deux regards sur cette construction."""


@st.cache_resource(show_spinner=False, max_entries=2)
def _ouvrir(_etat: tuple[tuple[str, int, int], ...], empreinte: int, essai: int) -> tuple[Base, BaseEnService]:
    global _etape
    try:
        construite = assurer(avancer=_dire)
    finally:
        _etape = None
    ouverte = Base(construite.chemin)
    # Ce qui est là ne sera pas rendu avant la base suivante : le ramasse-miettes n'a plus à le parcourir. Ce qu'avait
    # figé la base d'avant redevient visible, sans quoi ses cycles resteraient pour toujours.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    return ouverte, construite


def _dire(part: float, quoi: str) -> None:
    global _etape
    _etape = part, quoi


def _attendre(etat: tuple[tuple[str, int, int], ...], empreinte: int) -> None:
    """Ouvre la base dans un fil à part ; tant qu'elle se construit, montre où elle en est. Lève ce qui l'empêche."""
    fil = ThreadPoolExecutor(1)
    ouverture = fil.submit(_tenter, etat, empreinte)
    fil.shutdown(wait=False)
    barre = None
    while not wait([ouverture], REGARDER).done:
        if (etape := _etape) is not None:
            barre = barre or st.empty()
            barre.progress(
                etape[0], f"Première ouverture{INSECABLE}: {etape[1]}… ({etape[0]:.0%})".replace("%", f"{INSECABLE}%")
            )
    if barre is not None:
        barre.empty()
    ouverture.result()
    _pretes.add(empreinte)


def reprendre() -> None:
    """Regarde, une fois par geste, si un fichier de données a changé ; avertit si les plus récents sont illisibles."""
    st.session_state.pop(_ETAT, None)
    servie = _servie()[1]
    if servie.passagere:
        st.warning(
            f"La base des derniers fichiers de données n’a pas pu être écrite ({servie.passagere}) : la précédente "
            "reste en service, un nouvel essai se fait de lui-même.",
            icon=":material/warning:",
        )
    elif servie.erreur:
        st.warning(
            "Les derniers fichiers de données contiennent une erreur : la base précédente reste en service. "
            "Le détail est au journal du serveur (`python -m indicators controler`).",
            icon=":material/warning:",
        )


def en_service() -> Base:
    """La base en service depuis le début de ce geste."""
    return _servie()[0]


def hors_session() -> Base:
    """La base en service, pour ce qui répond sans écran ; ses fichiers sont regardés toutes les `VUE` secondes."""
    global _vue
    quand, etat = _vue
    if etat is None or time.monotonic() - quand > VUE:
        etat = signature()
        _vue = time.monotonic(), etat
    return _tenter(etat, hash(etat))[0]


def _servie() -> tuple[Base, BaseEnService]:
    if _ETAT not in st.session_state:
        etat = signature()
        st.session_state[_ETAT] = (etat, hash(etat))
    if st.session_state[_ETAT][1] not in _pretes:
        _attendre(*st.session_state[_ETAT])
    return _tenter(*st.session_state[_ETAT])


def _tenter(etat: tuple[tuple[str, int, int], ...], empreinte: int) -> tuple[Base, BaseEnService]:
    """La base de cet état des données ; redemandée si son fichier n'est plus là, ou si la panne a pu passer."""
    essai, quand = _essais.setdefault(empreinte, (0, time.monotonic()))
    servie = _ouvrir(etat, empreinte, essai)
    passee = bool(servie[1].passagere) and time.monotonic() - quand > RETENTER
    if passee or not servie[1].chemin.exists():
        _essais[empreinte] = (essai + 1, time.monotonic())
        servie = _ouvrir(etat, empreinte, essai + 1)
    return servie


PORTRAITS = 120
"""Portraits gardés, et autant d'écrans dessinés : près d'un mégaoctet les deux, plus que tout le reste."""


@garder(PORTRAITS)
def portrait(base: Base, code: str, seconde: str | None) -> Portrait:
    """Le portrait d'un territoire, gardé en mémoire : personne ne le modifie."""
    return dresser(base, code, seconde)
