"""Ce qui s'emporte d'un écran, fait au clic : des fichiers côte à côte ; fiche, classeur et atlas d'un portrait."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from indicators.analyse.portrait import Portrait
from indicators.analyse.reste import restes
from indicators.base.base import Base
from indicators.publications.atlas import atlas_pdf
from indicators.publications.classeur import classeur_xlsx
from indicators.publications.exports import TYPES_MIME
from indicators.publications.fiche import fiche_pdf
from indicators.socle.territoires import Maille, Territoire

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


A_L_ADRESSE = "papiers/"
"""Le début d'une clé qui est aussi une adresse : avant tout script, le bouton est un lien vers le même document."""


def _reference(vue: Portrait) -> str:
    return f"?reference={vue.references[1].territoire}" if len(vue.references) > 1 else ""


def nom_de_fichier(document: str, territoire: Territoire, suffixe: str) -> str:
    """« fiche-QP062011.pdf »."""
    return f"{document}-{territoire.territoire}.{suffixe}"


def adresse_de_l_observatoire() -> str:
    """Celle où la personne le voit, sans l’écran ni ses choix : le code QR de sa fiche y mène."""
    return (st.context.url or "").partition("?")[0].rpartition("/")[0]


def cote_a_cote(fichiers: Sequence[tuple[str, Callable[[], bytes], str, str]]) -> None:
    """Un bouton par fichier, une colonne chacun ; (libellé, de quoi le faire au clic, nom, type)."""
    for colonne, (libelle, faire, nom, mime) in zip(st.columns(len(fichiers), gap="small"), fichiers, strict=True):
        colonne.download_button(libelle, faire, file_name=nom, mime=mime, on_click="ignore", width="stretch", key=nom)


def documents(vue: Portrait, base: Base) -> None:
    """La fiche et le classeur, et le lien vers la séance ; rien n'est fait avant le clic."""
    adresse = adresse_de_l_observatoire()
    fichiers = (
        ("Fiche (PDF)", "fiche", "pdf", "application/pdf", lambda: fiche_pdf(base, vue, adresse=adresse)),
        ("Classeur (XLSX)", "classeur", "xlsx", TYPES_MIME["xlsx"], lambda: _classeur(vue, base)),
    )
    for libelle, document, suffixe, mime, faire in fichiers:
        st.download_button(
            libelle,
            faire,
            file_name=nom_de_fichier(document, vue.territoire, suffixe),
            mime=mime,
            on_click="ignore",
            key=f"{A_L_ADRESSE}{nom_de_fichier(document, vue.territoire, suffixe)}{_reference(vue)}",
        )
    st.page_link("seance.py", label="Projeter en séance", query_params={"territoire": vue.territoire.territoire})


def _classeur(vue: Portrait, base: Base) -> bytes:
    return classeur_xlsx(vue, base.catalogue, restes=restes(base, vue.territoire.territoire))


def atlas(vue: Portrait, base: Base) -> None:
    """L'atlas d'une agglomération, en deux temps : le faire sous une barre d'avancement, puis le télécharger."""
    if vue.territoire.maille is not Maille.EPCI or not vue.fiche.quartiers:
        return
    code, cle = vue.territoire.territoire, f"atlas_{base.chemin.name}_{vue.territoire.territoire}"
    with st.container(key="atlas"):
        demande = st.button("Préparer l’atlas de tous ses quartiers (PDF)", disabled=cle in st.session_state)
    if demande:
        barre = st.progress(0.0, "Atlas : préparation")

        def avancer(fait: int, total: int, etape: str) -> None:
            barre.progress(fait / total, f"Atlas : {etape}")

        st.session_state[cle] = atlas_pdf(base, code, avancer, adresse=adresse_de_l_observatoire())
        barre.empty()
    if cle in st.session_state:
        st.download_button(
            "Télécharger l’atlas (PDF)",
            st.session_state[cle],
            file_name=nom_de_fichier("atlas", vue.territoire, "pdf"),
            mime="application/pdf",
            on_click="ignore",
        )
