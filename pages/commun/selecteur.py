"""Le libellé d'un territoire dans une liste, et les listes de territoires."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from indicators.base.base import Base
from indicators.socle.nombres import INSECABLE
from indicators.socle.territoires import Maille, Territoire
from pages.commun.acces import en_service
from pages.commun.choix import choix_unique
from pages.commun.memoire import garder
from pages.parametres import REFERENCE

_ORDRE = (
    Maille.QUARTIER,
    Maille.EPCI,
    Maille.COMMUNE,
    Maille.IRIS,
    Maille.REGROUPEMENT,
    Maille.DEPARTEMENT,
    Maille.REGION,
    Maille.PAYS,
    Maille.UNITE_URBAINE,
)
_ROLES = {
    Maille.IRIS: "IRIS",
    Maille.COMMUNE: "commune",
    Maille.EPCI: "agglomération",
    Maille.DEPARTEMENT: "département",
} | {
    Maille.REGION: "région",
    Maille.REGROUPEMENT: "ensemble",
    Maille.UNITE_URBAINE: "unité urbaine",
}


UNE_LISTE = 2_000
"""Au-delà de ce nombre de territoires, la liste entière pèserait plus que l'écran : on cherche, puis on choisit."""


def libelle(ouvert: Base, t: Territoire) -> str:
    """« Le Haut d’Houdain · Haillicourt, Houdain · QPV 2015 · QP062017 »."""
    morceaux = [t.nom]
    lieux = ouvert.communes_par_quartier([t.territoire]).get(t.territoire, ())
    if lieux and not (len(lieux) == 1 and lieux[0] in t.nom):
        morceaux.append(", ".join(lieux))
    role = "regroupement" if t.est_a_soi else _ROLES.get(t.maille, "")
    morceaux.append(f"{t.statut} {t.geographie}" if t.maille is Maille.QUARTIER else role)
    if t.code_officiel:
        morceaux.append(t.territoire.removeprefix("COM").removeprefix("EPCI").removeprefix("IRIS"))
    if t.territoire not in ouvert.nombres_de_chiffres():
        morceaux.append("aucun chiffre")
    return f"{INSECABLE}· ".join(m for m in morceaux if m)


def precisions(ouvert: Base, t: Territoire) -> str:
    """Le libellé sans le nom : « Haillicourt, Houdain · QPV 2015 · QP062017 »."""
    return libelle(ouvert, t).removeprefix(t.nom).lstrip(f"{INSECABLE}· ")


def libelles(ouvert: Base, deja: Sequence[str] = (), cherche: str = "") -> dict[str, str]:
    """Le libellé de chaque territoire que propose une liste, ceux qui ont des chiffres d'abord.

    Sur une base nationale, seulement ceux qui sont `deja` choisis et ceux que trouve le texte cherché.
    """
    if ouvert.combien <= UNE_LISTE:
        return _tous(ouvert)
    trouves = [*ouvert.territoires(deja), *ouvert.chercher(cherche, 50)]
    return {t.territoire: libelle(ouvert, t) for t in trouves}


@garder(1)
def _tous(base: Base) -> dict[str, str]:
    nombres = base.nombres_de_chiffres()
    rangs = sorted(
        base.territoires(),
        key=lambda t: (_ORDRE.index(t.maille), t.territoire not in nombres, t.geographie or 0),
    )
    return {t.territoire: libelle(base, t) for t in rangs}


def options_de_territoires(base: Base, deja: Sequence[str], cle: str) -> dict[str, str]:
    """Les libellés d'un choix multiple : tous, ou sur une base nationale les choisis et ceux que l'on cherche."""
    cherche = ""
    if base.combien > UNE_LISTE:
        cherche = st.text_input("Chercher un territoire à ajouter", key=f"cherche_{cle}", placeholder="Nom ou code")
    return libelles(base, deja, cherche)


def choisir_reference(references: tuple[Territoire, ...], defaut: str | None) -> str | None:
    """La seconde référence, parmi les territoires plus grands qui ont des chiffres."""
    nombres = en_service().nombres_de_chiffres()
    noms = {t.territoire: t.nom for t in references if t.territoire in nombres}
    return choix_unique(
        REFERENCE,
        "Comparer aussi à",
        list(noms),
        defaut=defaut,
        nommer=noms.__getitem__,
        invite="Choisir une référence",
    )
