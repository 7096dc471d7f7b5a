"""Un dessin pour la salle : un indicateur sur quelques territoires, un trait et un rond par territoire, en grand.

Un seuil est un trait en tirets fini par une flèche ouverte, un intervalle un trait entre ses bornes ; un chiffre
douteux a un rond creux. Le territoire est en gras, les références ont un carré, les autres un rond.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from indicators.analyse.comparaison import Jugement
from indicators.recit.dessins.bandes import ENCRE, GRIS, Echelle, couleur, svg
from indicators.recit.dessins.mesure import largeur
from indicators.recit.dessins.mesure import lignes as en_lignes
from indicators.recit.phrases import chiffre
from indicators.socle.nombres import INSECABLE
from indicators.socle.observations import Observation

_NOM, _LARGEUR = 250, 780


def barres(lignes: Sequence[tuple[str, Observation, str]], titre: str, unite: str, jugement: Jugement) -> str:
    """Le dessin ; `lignes` : (nom, chiffre, rôle « territoire », « reference » ou « semblable »)."""
    etendues = [etendue for _, o, _ in lignes if (etendue := o.etendue) is not None]
    finies = [v for etendue in etendues for v in etendue if math.isfinite(v)] or [0.0]
    valeurs = [_valeur(o, unite) for _, o, _ in lignes]
    longueur = max(map(len, valeurs))
    taille = 24 if longueur <= 12 else 20
    marge = min(max(largeur(v, taille, gras=True) for v in valeurs) + 30, _LARGEUR / 2)
    e = Echelle(min(0.0, *finies), max(0.0, *finies), _NOM + 12, _LARGEUR - marge)
    pas = 46 if len(lignes) > 6 else 62
    corps = [
        _ligne(nom, o, role, (unite, taille), jugement, e, pas * rang + 26)
        for rang, (nom, o, role) in enumerate(lignes)
    ]
    description = f"{INSECABLE}; ".join(f"{nom}{INSECABLE}: {chiffre(o, unite)}" for nom, o, _ in lignes)
    return svg(_LARGEUR, pas * len(lignes) + 8, titre, description, corps)


def _valeur(o: Observation, unite: str) -> str:
    return f"{chiffre(o, unite)}{' (douteux)' if o.douteuse else ''}"


def _ligne(
    nom: str, o: Observation, role: str, valeur: tuple[str, int], jugement: Jugement, e: Echelle, y: float
) -> str:
    teinte = couleur(jugement) if role == "territoire" else ENCRE if role == "reference" else GRIS
    classe = f"dq-nom dq-{jugement.value}" if role == "territoire" else "dq-fort" if role == "reference" else "dq-ref"
    graisse = 700 if role == "territoire" else 400
    unite, taille = valeur
    suite = _valeur(o, unite)
    attributs = f'font-weight="{graisse}" fill="{teinte}" class="{classe}"'
    texte = _nom(nom, y, attributs)
    if o.etendue is None:
        return f'{texte}<text x="{e.gauche}" y="{y + 7}" font-size="21" {attributs}>{escape(suite)}</text>'
    bas, haut = o.etendue
    ponctuelle = o.est_ponctuelle
    debut = e.x(0.0) if ponctuelle or not math.isfinite(bas) else e.x(bas)
    fin = e.x(haut if math.isfinite(haut) else bas)
    epais = 9 if role == "territoire" else 5
    trait = f'stroke="{teinte}" class="dq-marque {classe} dq-trait" fill="none"'
    tirets = "" if ponctuelle or (math.isfinite(bas) and math.isfinite(haut)) else ' stroke-dasharray="12 8"'
    depart = e.x(0.0) if tirets else debut
    dessin = f'<path d="M {depart} {y} L {fin} {y}" stroke-width="{epais}"{tirets} {trait}/>'
    if tirets:
        dessin += f'<path d="M {fin} {y - 11} l 14 11 l -14 11" stroke-width="4" {trait}/>'
    elif ponctuelle:
        fond = "#ffffff" if o.douteuse else teinte
        creux = " dq-creux" if o.douteuse else ""
        forme = f'stroke="{teinte}" stroke-width="3" fill="{fond}" class="dq-marque {classe}{creux}"'
        dessin += (
            f'<rect x="{fin - 8}" y="{y - 8}" width="16" height="16" {forme}/>'
            if role == "reference"
            else f'<circle cx="{fin}" cy="{y}" r="{12 if role == "territoire" else 9}" {forme}/>'
        )
    place = max(fin, debut) + 22
    return (
        f'{texte}{dessin}<text x="{place}" y="{y + 8}" font-size="{taille}" font-weight="700" fill="{teinte}" '
        f'class="{classe}">{escape(suite)}</text>'
    )


def _nom(nom: str, y: float, attributs: str) -> str:
    """Le nom à gauche du trait ; un nom long passe sur plusieurs lignes plus petites, jamais coupé."""
    taille = next((t for t in (21, 18) if largeur(nom, t, gras=True) <= _NOM), 16)
    lignes = en_lignes(nom, taille, _NOM, gras=True)
    if len(lignes) > 2:
        taille = 13
        lignes = en_lignes(nom, taille, _NOM, gras=True)
    haut = y + taille / 3 - (len(lignes) - 1) * taille / 2
    morceaux = (
        f'<tspan x="{_NOM}" y="{haut + rang * taille:g}">{escape(ligne)}</tspan>' for rang, ligne in enumerate(lignes)
    )
    return f'<text text-anchor="end" font-size="{taille}" {attributs}>{"".join(morceaux)}</text>'
