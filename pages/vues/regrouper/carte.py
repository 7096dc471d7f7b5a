"""Choisir les membres d'un regroupement sur une carte : un clic, ou la barre d'espace, ajoute un lieu ou le retire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from indicators.base.base import Base
from indicators.carte.cocher import carte_a_cocher
from indicators.socle.territoires import Territoire
from pages.commun import groupes
from pages.commun.gabarits import rendre
from pages.commun.groupes import Groupe
from pages.commun.memoire import garder
from pages.vues.carte.choix import repere

_CARTE = st.components.v2.component(
    "carte_a_cocher", js=Path(__file__).with_name("carte.js").read_text("utf-8"), isolate_styles=False
)
_TAILLE = (500, 460)
"""Une seule, que l'écran étire ou réduit d'un quart : le dessin repart à chaque geste."""


def choisir(base: Base, cle: str, trouves: Sequence[Territoire]) -> None:
    """La carte d'un groupe de lieux, au choix ; ce qui y est coché est ce que garde la session sous `cle`."""
    deja: list[str] = st.session_state.get(cle, [])
    proposes = _proposes(base, [*base.territoires(deja), *trouves])
    if not proposes:
        return
    du_groupe = f"{cle}_groupe"
    if st.session_state.get(du_groupe) not in proposes:
        st.session_state[du_groupe] = _premier(proposes, deja)
    code = st.selectbox("Sur la carte", list(proposes), key=du_groupe, format_func=lambda c: proposes[c].libelle)
    montres = proposes[code].membres
    de_la_carte = f"{cle}_carte"

    def prendre() -> None:
        choisis = _lire(st.session_state[de_la_carte].get("geste"))["choisis"]
        avant = st.session_state.get(cle, [])
        gardes = [c for c in avant if c not in montres or c in choisis]
        st.session_state[cle] = [*gardes, *(c for c in choisis if c in montres and c not in avant)]

    geste = _lire(st.session_state.get(de_la_carte, {}).get("geste"))
    _CARTE(
        key=de_la_carte,
        data={
            "dessin": _dessin(base, montres, repere(proposes[code])),
            "choisis": [c for c in deja if c in montres],
            "vu": geste["n"],
        },
        on_geste_change=prendre,
    )


def _lire(geste: Any) -> dict[str, Any]:
    """Ce qu'a envoyé la carte : le numéro du geste et les codes cochés ; rien si ce n'en est pas un."""
    if not isinstance(geste, Mapping) or not isinstance(geste.get("choisis"), list):
        return {"n": 0, "choisis": []}
    return {"n": geste.get("n", 0), "choisis": [c for c in geste["choisis"] if isinstance(c, str)]}


def _proposes(base: Base, lieux: Sequence[Territoire]) -> dict[str, Groupe]:
    """Les groupes des agglomérations de ces lieux, à défaut de celles de l'accueil."""
    siennes = dict.fromkeys(base.rattachements(t.territoire)[1] for t in lieux)
    autour = tuple(code for code in siennes if code) or groupes.proposees(base)
    return groupes.groupes_pour(base, None, autour)


def _premier(proposes: Mapping[str, Groupe], deja: Sequence[str]) -> str:
    """Le groupe d'un membre déjà choisi ; sans membre, les IRIS, à défaut le premier."""
    du_membre = (code for code, g in proposes.items() if deja and deja[-1] in g.membres)
    des_iris = (code for code, g in proposes.items() if code == groupes.code_des_iris(g.agglomeration.territoire))
    return next(du_membre, None) or next(des_iris, None) or next(iter(proposes))


@garder(20)
def _dessin(base: Base, membres: Sequence[str], agglomeration: str | None) -> str:
    dessin = carte_a_cocher(base, base.territoires(membres), *_TAILLE, agglomeration)
    return str(rendre("regrouper.html", dessin=dessin))
