"""Les petites pièces que posent tous les écrans (`gabarits/commun.html`), à appeler depuis Python."""

from __future__ import annotations

from markupsafe import Markup

from pages.commun.gabarits import piece


def lien(page: str, texte: str, **parametres: str) -> str:
    """Un lien vers un écran, son état dans l'adresse."""
    return piece("lien", page, texte, **parametres)


def cadre(*morceaux: str) -> str:
    """Le conteneur qui porte la feuille de style de l'observatoire ; vide s'il n'y a rien à montrer."""
    return piece("cadre", Markup("".join(morceaux)))


def invitation(ecran: str = "Portrait", quoi: str = "son portrait") -> str:
    """L'écran sans territoire choisi ; `quoi` : ce que le choix ouvrira."""
    return piece("invitation", ecran, quoi)


def pied() -> str:
    """La licence et la règle de lecture, en bas de chaque écran."""
    return piece("pied")


def titre(texte: str, phrase: str = "") -> str:
    """Le titre d'un écran, et la phrase qui dit à quoi il sert."""
    return piece("titre", texte, phrase)


def sous_titre(texte: str) -> str:
    """Le titre d'une partie d'écran."""
    return piece("sous_titre", texte)


def petit(texte: str) -> str:
    """Une précision, en petit."""
    return piece("petit", texte)


def copier() -> str:
    """Le bouton qui copie l'adresse de l'écran, ses choix compris (`page.js`)."""
    return piece("copier")


def comment_lire(*sortes: str) -> str:
    """Comment se lisent ces sortes de dessins, replié ; à poser sous le premier de chacune à l'écran."""
    return cadre(piece("comment_lire", *sortes)) if sortes else ""
