"""Choisir les membres d'un regroupement sur une carte : un clic, ou la barre d'espace, ajoute un lieu ou le retire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from indicators.base.base import Base
from indicators.carte.cocher import carte_a_cocher
from indicators.socle.territoires import Maille, Territoire
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
    membres = base.territoires(deja)
    cherche = next(iter(trouves), None)
    proposes = _proposes(base, [*membres, *trouves[:1]])
    if not proposes:
        return
    du_groupe, deja_cherche = f"{cle}_groupe", f"{cle}_cherche"
    neuf = cherche is not None and st.session_state.get(deja_cherche) != cherche.territoire
    if neuf or st.session_state.get(du_groupe) not in proposes:
        st.session_state[du_groupe] = _premier(base, proposes, cherche or next(iter(membres), None))
        st.session_state[deja_cherche] = cherche.territoire if cherche is not None else ""
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
            "dessin": _dessin(base, montres, repere(proposes[code]), cherche),
            "choisis": [c for c in deja if c in montres],
            "vu": geste["n"],
        },
        on_geste_change=prendre,
    )


def _lire(geste: Any) -> dict[str, Any]:
    """Ce qu'a envoyé la carte : le numéro du geste et les codes cochés ; rien si ce n'en est pas un."""
    if not isinstance(geste, Mapping) or not isinstance(geste.get("choisis"), list):
        return {"n": 0, "choisis": []}
    n = geste.get("n")
    choisis = dict.fromkeys(c for c in geste["choisis"] if isinstance(c, str))
    return {"n": n if isinstance(n, int) else 0, "choisis": list(choisis)}


def _proposes(base: Base, lieux: Sequence[Territoire]) -> dict[str, Groupe]:
    """Les groupes des agglomérations de ces lieux, à défaut de celles de l'accueil."""
    siennes = dict.fromkeys(base.rattachements(t.territoire)[1] for t in lieux)
    autour = tuple(code for code in siennes if code) or groupes.proposees(base)
    return groupes.groupes_pour(base, None, autour)


def _premier(base: Base, proposes: Mapping[str, Groupe], vise: Territoire | None) -> str:
    """Le groupe qui montre ce lieu, à la maille la plus fine ; sans lieu, les premiers IRIS."""
    des_iris = {g.agglomeration.territoire: code for code, g in proposes.items() if code == _des_iris(g)}
    if vise is None:
        return next(iter([*des_iris.values(), *proposes]))
    siens = [code for code, g in proposes.items() if vise.territoire in g.membres]
    fins = [code for epci, code in des_iris.items() if epci == base.rattachements(vise.territoire)[1]]
    return next(iter([*(siens if vise.maille is Maille.QUARTIER else fins), *siens, *proposes]))


def _des_iris(groupe: Groupe) -> str:
    return groupes.code_des_iris(groupe.agglomeration.territoire)


@garder(20)
def _dessin(base: Base, membres: Sequence[str], agglomeration: str | None, cherche: Territoire | None) -> str:
    """La carte du groupe, entière ou de près si un lieu est cherché et qu'il y est."""
    autour = cherche if cherche is not None and agglomeration == base.rattachements(cherche.territoire)[1] else None
    dessin = carte_a_cocher(base, base.territoires(membres), *_TAILLE, agglomeration, autour)
    return str(rendre("regrouper.html", dessin=dessin, perimetres="dc-perimetre" in dessin))
