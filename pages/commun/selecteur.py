"""Choisir un territoire en tapant une partie de son nom, de sa commune ou de son code."""

from __future__ import annotations

import streamlit as st

from indicators.entrepot import Entrepot
from indicators.nombres import INSECABLE
from indicators.territoires import Maille, Territoire

from . import etat
from .acces import entrepot
from .affichage import en_clair

_ORDRE = (
    Maille.QUARTIER,
    Maille.EPCI,
    Maille.COMMUNE,
    Maille.REGROUPEMENT,
    Maille.DEPARTEMENT,
    Maille.REGION,
    Maille.PAYS,
    Maille.UNITE_URBAINE,
)
_ROLES = {Maille.COMMUNE: "commune", Maille.EPCI: "agglomération", Maille.DEPARTEMENT: "département"} | {
    Maille.REGION: "région",
    Maille.REGROUPEMENT: "ensemble",
    Maille.UNITE_URBAINE: "unité urbaine",
}


def libelles(ouvert: Entrepot) -> dict[str, str]:
    """Le libellé de chaque territoire dans les listes, ceux qui ont des chiffres d'abord.

    « Le Haut d’Houdain · Haillicourt, Houdain · QPV 2015 · QP062017 ».
    """
    return _libelles(ouvert, ouvert.chemin.name)


@st.cache_resource(show_spinner=False, max_entries=2)
def _libelles(_ouvert: Entrepot, base: str) -> dict[str, str]:
    ouvert = _ouvert
    communes = ouvert.communes_par_quartier()
    nombres = ouvert.nombres_de_chiffres()

    def libelle(t: Territoire) -> str:
        morceaux = [t.nom]
        lieux = communes.get(t.territoire, ())
        if lieux and not (len(lieux) == 1 and lieux[0] in t.nom):
            morceaux.append(", ".join(lieux))
        morceaux.append(f"{t.statut} {t.geographie}" if t.maille is Maille.QUARTIER else _ROLES.get(t.maille, ""))
        if t.code_officiel:
            morceaux.append(t.territoire.removeprefix("COM").removeprefix("EPCI"))
        if t.territoire not in nombres:
            morceaux.append("aucun chiffre")
        return f"{INSECABLE}· ".join(m for m in morceaux if m)

    rangs = sorted(
        ouvert.territoires(),
        key=lambda t: (_ORDRE.index(t.maille), t.territoire not in nombres, t.geographie or 0),
    )
    return {t.territoire: libelle(t) for t in rangs}


def choisir_territoire(
    nom: str = "territoire", libelle: str = "Quartier, commune ou agglomération", *, etiquette_visible: bool = True
) -> str | None:
    """La liste de tous les territoires ; rend le code choisi, ou None."""
    noms = libelles(entrepot())
    return etat.choix_unique(
        nom,
        libelle,
        list(noms),
        defaut=None,
        nommer=noms.__getitem__,
        invite="Tapez un nom, une commune ou un code : Houdain, Denain, QP062011…",
        etiquette_visible=etiquette_visible,
    )


def choisir_reference(references: tuple[Territoire, ...], defaut: str | None) -> str | None:
    """La seconde référence, parmi les territoires plus grands qui ont des chiffres."""
    nombres = entrepot().nombres_de_chiffres()
    noms = {t.territoire: t.nom for t in references if t.territoire in nombres}
    return etat.choix_unique(
        "reference",
        "Comparer aussi à",
        list(noms),
        defaut=defaut,
        nommer=noms.__getitem__,
        invite="Choisir une référence",
    )


def signaler_inconnu(code: str) -> None:
    """Dit en une phrase qu'un code d'adresse n'existe pas, et propose ce qui lui ressemble."""
    proches = entrepot().chercher(code, 5)
    suite = ""
    if proches:
        suite = " Peut-être : " + ", ".join(f"{t.nom} ({t.territoire})" for t in proches) + "."
    phrase = f"Aucun territoire ne porte le code « {code[:80]} ». Choisissez-le dans la liste.{suite}"
    st.error(en_clair(phrase), icon="🔎")
