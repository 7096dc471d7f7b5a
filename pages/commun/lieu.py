"""La case de la barre où se choisit un lieu : ce que l'on tape y est cherché à mesure, fautes et accents pardonnés."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from indicators.analyse.recherche import AU_PLUS, comprendre
from indicators.base.base import Base
from indicators.socle.territoires import Maille, Territoire
from pages.commun import adresse, exemples
from pages.commun.acces import en_service
from pages.commun.gabarits import rendre
from pages.commun.groupes import proposees
from pages.commun.memoire import garder
from pages.commun.selecteur import libelle, precisions
from pages.parametres import Parametre

ETIQUETTE = "Quartier, commune ou agglomération"
TROUVES = 20
"""Lieux d'une liste cherchée : au-delà, un mot de plus vaut mieux qu'une liste plus longue."""
A_COTE = 80
"""Lieux proposés avant toute frappe : ceux de l'agglomération ouverte."""
_CASE = st.components.v2.component(
    "lieu", js=Path(__file__).with_name("lieu.js").read_text("utf-8"), isolate_styles=False
)
_CLE = "lieu"


@dataclass(frozen=True)
class Propose:
    """Un lieu d'une liste : son nom, ce qui le distingue de ses homonymes, et les deux ensemble."""

    code: str
    nom: str
    suite: str
    libelle: str


@dataclass(frozen=True)
class Liste:
    """Les lieux que montre la case, et la phrase qui les annonce ou dit pourquoi il n'y en a pas.

    `corrigee` : ce que l'on a tapé ne s'écrit pas ainsi, la phrase le dit.
    """

    lieux: tuple[Propose, ...]
    phrase: str
    corrigee: bool = False


def choisir(parametre: Parametre) -> None:
    """Dessine la case ; le lieu que l'on y prend est écrit dans l'adresse, « effacer » l'en retire."""
    base = en_service()
    demande = adresse.lire(parametre)
    ouvert = base.trouver(demande) if demande else None
    code = ouvert.territoire if ouvert is not None else ""

    def prendre() -> None:
        choisi = st.session_state[_CLE].get("choisi")
        # Ce qui vient du navigateur n'est un lieu que si la base le connaît.
        if choisi == "" or (isinstance(choisi, str) and en_service().trouver(choisi) is not None):
            adresse.changer({parametre: choisi})

    _CASE(key=_CLE, data=_html(base, code).encode(), on_choisi_change=prendre)


@garder(300)
def _html(base: Base, code: str) -> str:
    ouvert = base.trouver(code)
    return str(
        rendre(
            "lieu.html",
            nom=ETIQUETTE,
            code=code,
            libelle=libelle(base, ouvert) if ouvert is not None else "",
            invite=exemples.du_territoire(base, code or None),
            au_plus=AU_PLUS,
        )
    )


def trouver(base: Base, texte: str, ici: str) -> Liste:
    """Les lieux de ce texte, ceux de l'agglomération ouverte d'abord ; sans texte, ceux-là seulement.

    `ici` : le code du lieu ouvert, vide s'il n'y en a pas ; un code inconnu vaut vide.
    """
    ouvert = base.trouver(ici)
    agglomerations = _agglomerations(base, ouvert)
    voisins = _voisins(base, ouvert, agglomerations)
    if not texte.strip():
        return Liste(_proposer(base, voisins[:A_COTE]), f"{len(voisins[:A_COTE])} lieux d’ici" if voisins else "")
    comprise = comprendre(base, texte, {*agglomerations, *(t.territoire for t in voisins)}, TROUVES)
    if not comprise.lieux:
        return Liste((), f"Aucun lieu ne s’écrit «\u00a0{texte.strip()}\u00a0» : essayez une commune ou un code.")
    proposes, combien = _proposer(base, comprise.lieux), len(comprise.lieux)
    if comprise.compris:
        phrase = f"Rien ne s’écrit «\u00a0{texte.strip()}\u00a0» ; voici «\u00a0{comprise.compris}\u00a0»."
        return Liste(proposes, phrase, corrigee=True)
    return Liste(proposes, f"{combien} lieux trouvés" if combien > 1 else "Un lieu trouvé")


def _agglomerations(base: Base, ouvert: Territoire | None) -> tuple[str, ...]:
    sienne = base.fiche(ouvert.territoire).agglomeration_ouverte if ouvert is not None else None
    return (sienne.territoire,) if sienne is not None else proposees(base)


def _voisins(base: Base, ouvert: Territoire | None, agglomerations: Iterable[str]) -> list[Territoire]:
    """Les lieux de ces agglomérations : les quartiers (du périmètre ouvert d'abord), elles-mêmes, leurs communes."""
    geographie = ouvert.geographie if ouvert is not None and ouvert.maille is Maille.QUARTIER else None
    trouves: dict[str, Territoire] = {}
    for code in agglomerations:
        fiche = base.fiche(code)
        siens = sorted(fiche.quartiers, key=lambda t: (t.geographie != geographie, -(t.geographie or 0)))
        lieux = [*siens, fiche.territoire, *base.territoires(base.communes_de(code))]
        trouves |= {t.territoire: t for t in lieux if t.statut != "partie de quartier"}
    return list(trouves.values())


def _proposer(base: Base, lieux: Iterable[Territoire]) -> tuple[Propose, ...]:
    return tuple(Propose(t.territoire, t.nom, precisions(base, t), libelle(base, t)) for t in lieux)
