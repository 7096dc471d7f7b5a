"""Ce qui a été demandé et n'existe pas, dit en une phrase avec ce qui existe : jamais remplacé en silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches

import streamlit as st

from indicators.socle.nombres import accord, et_autres
from pages.commun.affichage import en_clair

_OU, _DITES = "avis_ou", "avis_dits"
TROP_LONG = 80
"""Au-delà, une valeur de l'adresse est coupée : la phrase reste lisible."""
AU_PLUS = 6
"""Ce qui existe est cité jusque-là, le plus proche d'abord ; le reste est compté."""


def preparer() -> None:
    """Garde, en haut de ce qui suit, la place des phrases de ce passage."""
    st.session_state[_OU] = st.container()
    st.session_state[_DITES] = set()


def dire(phrase: str, *, grave: bool = False) -> None:
    """Montre une phrase, une seule fois par passage ; `grave` : l'écran ne peut rien montrer d'autre."""
    dites: set[str] = st.session_state.setdefault(_DITES, set())
    if phrase in dites:
        return
    dites.add(phrase)
    ou = st.session_state.get(_OU) or st
    (ou.error if grave else ou.warning)(en_clair(phrase), icon=":material/search:")


def couper(texte: str) -> str:
    """Le texte, tel qu'une phrase peut le citer."""
    return texte if len(texte) <= TROP_LONG else texte[:TROP_LONG] + "…"


def citer(code: str, nom: str) -> str:
    """« La Porte du Hainaut (EPCI200042190) » ; le code seul quand il n'a pas d'autre nom."""
    return nom if nom == code else f"{nom} ({code})"


def enumerer(codes: Sequence[str], nommer: Callable[[str], str], proche: str = "") -> str:
    """Les premiers de ces codes avec leur nom, les plus proches de `proche` d'abord, et combien d'autres."""
    voisins = get_close_matches(proche, codes, n=3, cutoff=0.6) if proche else []
    cites = list(dict.fromkeys((*voisins, *codes)))[:AU_PLUS]
    return ", ".join(citer(code, nommer(code)) for code in cites) + et_autres(len(codes) - len(cites))


def indisponible(
    libelle: str, demandees: Sequence[str], options: Sequence[str], nommer: Callable[[str], str], montre: Iterable[str]
) -> str:
    """« Année « 1950 » introuvable ici. Disponibles : 2018, 2020. Montré à la place : 2018. »"""
    valeurs = ", ".join(f"« {couper(v)} »" for v in demandees)
    existe = (
        f"Disponibles : {enumerer(options, nommer, demandees[0][:TROP_LONG])}." if options else "Rien à choisir ici."
    )
    place = ", ".join(nommer(code) for code in list(montre)[:3])
    fait = f"{libelle} {valeurs} {accord(len(demandees), 'introuvable')} ici"
    return f"{fait}. {existe}" + (f" Montré à la place : {place}." if place else "")


def territoire_inconnu(code: str, proches: Mapping[str, str]) -> str:
    """`proches` : code → nom de ceux qui ressemblent."""
    suite = " Peut-être : " + ", ".join(citer(c, nom) for c, nom in proches.items()) + "." if proches else ""
    return f"Aucun territoire ne porte le code « {couper(code)} ». Choisissez-le dans la liste.{suite}"


def parametre_inconnu(nom: str, ecran: str, ailleurs: Sequence[str], connus: Sequence[str]) -> str:
    """Un nom que cet écran ne lit pas ; `ailleurs` : les écrans qui le lisent, `connus` : les noms d'ici."""
    fait = (
        f"Le réglage « {couper(nom)} » est celui de {' et de '.join(f'« {e} »' for e in ailleurs)}, "
        f"« {ecran} » ne le connaît pas"
        if ailleurs
        else f"« {ecran} » ne connaît pas le réglage « {couper(nom)} »"
    )
    return f"{fait} : il est laissé de côté. Réglages d’ici : {', '.join(connus) or 'aucun'}."
