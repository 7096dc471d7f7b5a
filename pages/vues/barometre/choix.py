"""Les choix de l'écran Baromètre : groupe de quartiers, méthode, poids des thèmes ; ils vivent dans l'adresse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from indicators.analyse.barometre import Barometre, Chapitre, dresser
from indicators.analyse.notes import POIDS as POIDS_POSSIBLES
from indicators.base.base import Base
from indicators.socle import nombres
from indicators.socle.erreurs import TerritoireInconnu
from indicators.socle.nombres import INSECABLE
from indicators.socle.territoires import Maille
from pages.commun import adresse, avis, groupes
from pages.commun.affichage import en_clair
from pages.commun.memoire import garder
from pages.parametres import POIDS

METHODES = {"rang": "Rang dans le groupe", "ecart": "Écart réduit (du minimum au maximum)"}


def nommer_la_methode(code: str) -> str:
    """« Méthode : rang dans le groupe » : son nom dans une liste sans étiquette."""
    mot = METHODES[code]
    return f"Méthode{INSECABLE}: {mot[0].lower()}{mot[1:]}"


@garder(60)
def barometres(base: Base, autour: Sequence[str] = ()) -> dict[str, Barometre]:
    """Le baromètre de chaque groupe de quartiers prioritaires ou de communes ; `autour` : voir `groupes`."""
    return {
        code: dresser(base, groupe.agglomeration, base.territoires(groupe.membres))
        for code, groupe in groupes.groupes(base, autour).items()
        if a_un_barometre(code)
    }


def a_un_barometre(code: str) -> bool:
    """Vrai pour un groupe de quartiers prioritaires ou de communes : ceux que le Baromètre lit."""
    return code.rpartition("-")[2].startswith(("QPV", "COMMUNES"))


@garder(60)
def libelle(base: Base, autour: Sequence[str], code: str) -> str:
    """Le groupe et ce qui y est connu : « … · 6 thèmes sur 9 » ; ce qui manque est dit avant le clic."""
    barometre = barometres(base, autour)[code]
    connus = nombres.compter(len(barometre.connus), "thème", zero="aucun")
    groupe = groupes.groupes(base, autour)[code]
    return f"{groupe.libelle}{INSECABLE}· {connus} sur {len(barometre.chapitres)}, {_indicateurs(barometre)}"


def _indicateurs(barometre: Barometre) -> str:
    return nombres.compter(barometre.combien, "indicateur", zero="aucun")


@garder(400)
def groupe_par_defaut(base: Base, autour: Sequence[str], territoire: str | None) -> str:
    """Le baromètre du territoire en cours, sinon le mieux connu de son agglomération ; vide s'il n'y en a pas.

    Sans territoire, celui qui connaît le plus de thèmes : jamais une autre agglomération que celle qui est demandée.
    """
    tous = barometres(base, autour)
    if not territoire:
        return max(tous, key=lambda c: _richesse(tous[c]), default="")
    sien = groupes.groupe_du_territoire(base, territoire, autour)
    if sien in tous and (tous[sien].suffit or base.territoire(territoire).maille is not Maille.EPCI):
        return sien
    try:
        fiche = base.fiche(territoire)
    except TerritoireInconnu:
        return ""
    for sienne in (fiche.territoire, *fiche.agglomerations):
        possibles = [code for code, b in tous.items() if b.agglomeration == sienne]
        if possibles:
            return max(possibles, key=lambda c: _richesse(tous[c]))
    return ""


def _richesse(barometre: Barometre) -> tuple[int, int]:
    """Le nombre de thèmes notés, puis d'indicateurs : le mieux connu d'abord."""
    return len(barometre.connus), barometre.combien


def lire_poids(ecrits: Sequence[str], codes: Sequence[str]) -> dict[str, int]:
    """Les poids d'une adresse (« emploi:2 ») ; ce qui n'est ni un thème connu ni un poids admis laisse 1."""
    lus = dict.fromkeys(codes, 1)
    for morceau in ecrits:
        code, _, valeur = morceau.partition(":")
        if code in lus and valeur in {str(p) for p in POIDS_POSSIBLES}:
            lus[code] = int(valeur)
    return lus


def dire_poids(barometre: Barometre, poids: Mapping[str, int]) -> str:
    """« poids égaux », ou les thèmes dont le poids n'est pas 1."""
    changes = [c.thematique for c in barometre.connus if poids[c.thematique.code] != 1]
    return ", ".join(f"{t.libelle}{INSECABLE}: poids {poids[t.code]}" for t in changes) or "poids égaux"


def choisir_poids(chapitres: Sequence[Chapitre]) -> dict[str, int]:
    """Un nombre de 0 à 3 par thème connu ; l'adresse porte ceux qui ne valent pas 1."""
    codes = [c.thematique.code for c in chapitres]
    demandes = adresse.lire_liste(POIDS)
    courants = lire_poids(demandes, codes)
    possibles = [f"{code}:{poids}" for code in codes for poids in POIDS_POSSIBLES]
    if refuses := [d for d in demandes if d not in possibles]:
        avis.dire(avis.indisponible(POIDS.libelle, refuses[:3], possibles, str, ()))

    def retenir() -> None:
        # Sur un geste rapide, le navigateur n'a pas toujours envoyé les autres : ils restent ce qu'ils sont.
        choisis = {code: st.session_state.get(f"choix_poids_{code}", courants[code]) for code in codes}
        adresse.changer({POIDS: [f"{code}:{valeur}" for code, valeur in choisis.items() if valeur != 1]})

    choisis = {}
    for colonne, chapitre in zip(st.columns(len(chapitres), gap="small"), chapitres, strict=True):
        code = chapitre.thematique.code
        cle = f"choix_poids_{code}"
        if st.session_state.get(cle) != courants[code]:
            st.session_state[cle] = courants[code]
        with colonne:
            choisis[code] = st.number_input(
                en_clair(nombres.capitale(chapitre.thematique.libelle)),
                min_value=min(POIDS_POSSIBLES),
                max_value=max(POIDS_POSSIBLES),
                step=1,
                key=cle,
                on_change=retenir,
            )
    return choisis
