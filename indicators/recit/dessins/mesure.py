"""Mesurer un texte sur la police installée avec le programme (Source Sans Pro) : ce qu'il prend, et où le couper."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from font_source_sans_pro import font_directory
from PIL import ImageFont

_FINESSE = 100
"""La police est mesurée à cette taille, puis ramenée à celle demandée : les chasses sont proportionnelles."""


@cache
def _police(gras: bool) -> ImageFont.FreeTypeFont:
    fichier = Path(font_directory, f"SourceSansPro-{'Bold' if gras else 'Regular'}.ttf")
    # La mise en forme par Raqm, que Pillow prend par défaut, échoue sur un caractère de direction ou de contrôle.
    return ImageFont.truetype(fichier, _FINESSE, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(20_000)
def _chasse(texte: str, gras: bool) -> float:
    return _police(gras).getlength(texte)


def largeur(texte: str, taille: float, *, gras: bool = False) -> float:
    """La largeur de ce texte, dans l'unité de `taille`."""
    return _chasse(texte, gras) * taille / _FINESSE


def lignes(texte: str, taille: float, place: float, *, gras: bool = False) -> list[str]:
    """Le texte en lignes qui tiennent dans `place` ; un mot plus long que la place reste entier, seul sur la sienne."""
    faites: list[str] = []
    for mot in texte.split(" "):
        if faites and largeur(f"{faites[-1]} {mot}", taille, gras=gras) <= place:
            faites[-1] += f" {mot}"
        else:
            faites.append(mot)
    return faites or [""]


def raccourci(texte: str, taille: float, place: float, *, gras: bool = False) -> str:
    """Le texte, coupé à ce que tient la place ; « … » dit qu'il l'est."""
    if largeur(texte, taille, gras=gras) <= place:
        return texte
    while texte and largeur(f"{texte}…", taille, gras=gras) > place:
        texte = texte[:-1]
    return f"{texte.rstrip()}…"
