"""La barre du territoire : la même sur tous les écrans, elle reste en haut quand la page défile."""

from __future__ import annotations

import threading
from base64 import b64encode
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from indicators.base.base import Base
from indicators.socle.erreurs import TerritoireInconnu
from pages.commun import acces, adresse, avis, lieu
from pages.commun.affichage import afficher
from pages.commun.blocs import copier, petit
from pages.commun.memoire import garder
from pages.ecrans import Barre, Ecran
from pages.parametres import TERRITOIRE

ICONE = f"data:image/png;base64,{b64encode(Path(__file__).with_name('icone.png').read_bytes()).decode()}"
"""L'icône de l'onglet, écrite dans la page : Streamlit relirait son fichier à chaque geste."""


_passage = threading.local()


def suite() -> DeltaGenerator:
    """La place, sur la ligne de la barre, des choix et des papiers d'un écran ; n'est qu'à qui a une barre."""
    place: DeltaGenerator = _passage.suite
    return place


def territoire(ecran: Ecran) -> str:
    """« Le Centre (Bruay-la-Buissière) » : celui que montre l'écran ; vide s'il n'en montre pas, ou n'existe pas."""
    demande = adresse.lire(TERRITOIRE) if ecran.barre is Barre.MONTRE else None
    return _nom(acces.en_service(), demande) if demande else ""


@garder(400)
def _nom(base: Base, code: str) -> str:
    try:
        trouve = base.territoire(code)
    except TerritoireInconnu:
        return ""
    lieux = ", ".join(base.communes_par_quartier([trouve.territoire]).get(trouve.territoire, ()))
    return f"{trouve.nom} ({lieux})" if lieux and "(" not in trouve.nom and lieux not in trouve.nom else trouve.nom


def montrer(ecran: Ecran) -> None:
    """La barre, sur les écrans où un territoire se choisit, puis la place de ce qu'il y a à dire de l'adresse.

    Un territoire demandé et inconnu est dit ; l'écran qui le montrerait s'arrête là.
    """
    demande = None
    if ecran.barre is not Barre.ABSENTE:
        demande = adresse.lire(TERRITOIRE)
        inconnu = demande is not None and not _preciser(demande)
        with st.container(key="barre"):
            with st.container(key="barre_ligne", horizontal=True, vertical_alignment="center", gap="small"):
                lieu.choisir(TERRITOIRE)
                with st.container(key="barre_suite", horizontal=True, vertical_alignment="center", gap="small"):
                    _passage.suite = st.container(
                        key="barre_choix", horizontal=True, vertical_alignment="center", gap="small"
                    )
                    with st.container(key="barre_lien", width="content"):
                        afficher(copier())
            if ecran.barre is Barre.GARDE:
                phrase = "Gardé pour les autres écrans ; celui-ci montre tous les territoires."
                afficher(petit(phrase))
    avis.preparer()
    adresse.signaler_inconnus()
    if demande is not None and inconnu:
        proches = {t.territoire: t.nom for t in acces.en_service().chercher(demande, 5)}
        avis.dire(avis.territoire_inconnu(demande, proches), grave=True)
        if ecran.barre is Barre.MONTRE:
            st.stop()


def _preciser(demande: str) -> bool:
    """Le territoire existe ; l'écran le lira sous son écriture exacte."""
    try:
        adresse.preciser(TERRITOIRE, acces.en_service().territoire(demande).territoire)
    except TerritoireInconnu:
        return False
    return True
