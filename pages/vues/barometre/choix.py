"""Les choix de l'écran Baromètre : groupe de quartiers, méthode, poids des thèmes ; ils vivent dans l'adresse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from indicators.analyse.barometre import Barometre, Chapitre, dresser
from indicators.analyse.notes import POIDS
from indicators.base.base import Base
from indicators.socle import nombres
from indicators.socle.nombres import INSECABLE
from pages.commun import adresse as etat
from pages.commun import groupes
from pages.commun.memoire import garder

METHODES = {"rang": "Rang parmi les quartiers", "ecart": "Écart réduit (du minimum au maximum)"}


def barometres(base: Base) -> dict[str, Barometre]:
    """Le baromètre de chaque groupe de quartiers prioritaires d'une même géographie."""
    return _barometres(base, groupes.autour(base))


@garder(200)
def _barometres(base: Base, _autour: str | None) -> dict[str, Barometre]:
    return {
        code: dresser(base, groupe.agglomeration, base.territoires(groupe.membres))
        for code, groupe in groupes.groupes(base).items()
        if code.rpartition("-")[2].startswith("QPV")
    }


@garder(60)
def libelle(base: Base, code: str) -> str:
    """Le groupe et ce qui y est connu : « … · 6 thèmes sur 9 » ; ce qui manque est dit avant le clic."""
    barometre = barometres(base)[code]
    n = len(barometre.connus)
    s = "s" if n > 1 else ""
    return f"{groupes.groupes(base)[code].libelle}{INSECABLE}· {n or 'aucun'} thème{s} sur {len(barometre.chapitres)}"


@garder(400)
def groupe_par_defaut(base: Base, territoire: str | None) -> str:
    """Le groupe du territoire en cours s'il a un baromètre, sinon celui qui en connaît le plus."""
    tous = barometres(base)
    sien = groupes.groupe_du_territoire(base, territoire) if territoire else ""
    return sien if sien in tous else max(tous, key=lambda c: len(tous[c].connus))


def lire_poids(ecrits: Sequence[str], codes: Sequence[str]) -> dict[str, int]:
    """Les poids d'une adresse (« emploi:2 ») ; ce qui n'est ni un thème connu ni un poids admis laisse 1."""
    lus = dict.fromkeys(codes, 1)
    for morceau in ecrits:
        code, _, valeur = morceau.partition(":")
        if code in lus and valeur in {str(p) for p in POIDS}:
            lus[code] = int(valeur)
    return lus


def dire_poids(barometre: Barometre, poids: Mapping[str, int]) -> str:
    """« poids égaux », ou les thèmes dont le poids n'est pas 1."""
    changes = [c.thematique for c in barometre.connus if poids[c.thematique.code] != 1]
    return ", ".join(f"{t.libelle}{INSECABLE}: poids {poids[t.code]}" for t in changes) or "poids égaux"


def choisir_poids(chapitres: Sequence[Chapitre]) -> dict[str, int]:
    """Un nombre de 0 à 3 par thème connu ; l'adresse porte ceux qui ne valent pas 1."""
    codes = [c.thematique.code for c in chapitres]
    courants = lire_poids(etat.lire_liste("poids"), codes)

    def ecrits(valeurs: Mapping[str, int]) -> list[str]:
        return [f"{code}:{valeur}" for code, valeur in valeurs.items() if valeur != 1]

    etat.ecrire("poids", ecrits(courants))
    choisis = {}
    for colonne, chapitre in zip(st.columns(len(chapitres), gap="small"), chapitres, strict=True):
        code = chapitre.thematique.code
        cle = f"choix_poids_{code}"
        if st.session_state.get(cle) != courants[code]:
            st.session_state[cle] = courants[code]
        with colonne:
            choisis[code] = st.number_input(
                nombres.capitale(chapitre.thematique.libelle),
                min_value=min(POIDS),
                max_value=max(POIDS),
                step=1,
                key=cle,
                on_change=lambda: etat.ecrire(
                    "poids", ecrits({c: st.session_state[f"choix_poids_{c}"] for c in codes})
                ),
            )
    return choisis
