"""Ce que partagent les sujets du suivi : où l'on regarde, et comment un chiffre de la base s'y lit."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from indicators.analyse.portrait import Ligne, Portrait
from indicators.base.base import Base
from indicators.recit import phrases
from indicators.socle.erreurs import TerritoireInconnu
from indicators.socle.nombres import nombre
from indicators.socle.territoires import Territoire
from indicators.socle.unites import avec_unite
from pages.commun import adresse
from pages.commun.affichage import afficher
from pages.commun.blocs import pied
from pages.commun.gabarits import rendre
from pages.parametres import OBJET, TERRITOIRE
from pages.vues.suivi.choix import pastilles


def nom_de(base: Base, code: str) -> str:
    """Le nom d'un territoire ; son code s'il n'est plus dans la base."""
    try:
        return base.territoire(code).nom
    except TerritoireInconnu:
        return code


def agglomeration(base: Base) -> Territoire:
    """L'agglomération de la barre, ou du territoire qu'elle montre ; sans territoire, celle que l'on choisit ici.

    Un territoire qui n'est dans aucune le dit, et l'écran s'arrête là : il ne montre pas celle d'un autre.
    """
    ouvert = adresse.lire(TERRITOIRE)
    possibles = {t.territoire: t for t in base.agglomerations()}
    if ouvert:
        fiche = base.fiche(ouvert)
        if fiche.agglomeration_ouverte is not None:
            return fiche.agglomeration_ouverte
        message("Suivi", f"{fiche.territoire.nom} n’est dans aucune agglomération : ouvrez-en une pour lire son suivi.")
        afficher(pied())
        st.stop()
    choisie = pastilles(OBJET, {code: t.nom_court for code, t in possibles.items()})
    return possibles[choisie]


def lu(ligne: Ligne) -> dict[str, object]:
    """Le chiffre d'une ligne de portrait : « 46,7 % (2018) », et s'il est douteux."""
    assert ligne.chiffre is not None
    texte = f"{phrases.chiffre(ligne.chiffre, ligne.indicateur.unite)} ({phrases.date_complete(ligne.chiffre)})"
    return {"nom": ligne.indicateur.libelle_court, "lu": texte, "douteux": ligne.chiffre.douteuse}


def lignes_de(vue: Portrait, codes: Iterable[str]) -> list[Ligne]:
    """Les lignes de ces indicateurs qui ont un chiffre."""
    par_code = {x.indicateur.indicateur: x for x in vue.lignes}
    return [par_code[c] for c in codes if c in par_code]


def valeur(v: float | None, unite: str) -> str:
    """« 46,7 % », « 3 logements » ; chaîne vide sans valeur."""
    if v is None:
        return ""
    decimales = len(f"{v:.4f}".rstrip("0").partition(".")[2])
    return avec_unite(nombre(v, decimales), unite, v) if unite else nombre(v, decimales)


def euros(centimes: int | None) -> str:
    """« 12 500 € » ; « non renseigné » si le montant n'est pas connu."""
    return "non renseigné" if centimes is None else f"{nombre(centimes / 100, 0)}\u00a0€"


def message(titre: str, texte: str) -> None:
    """Une phrase, quand il n'y a rien à montrer."""
    afficher(rendre("suivi.html", part="message", titre=titre, texte=texte))


def petit(texte: str) -> None:
    """Une précision, plus petite ; le gris de `st.caption` manque de contraste."""
    afficher(rendre("suivi.html", part="petit", texte=texte))
