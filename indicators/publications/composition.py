"""Faire un PDF : un gabarit typst du dossier, des données en JSON, une police libre installée avec le programme.

Les textes venus des données ne sont jamais collés dans du code typst : le gabarit les lit comme des chaînes.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from font_source_sans_pro import font_directory

from ..phrases import typographie

POLICE = "Source Sans Pro"
_GABARITS = Path(__file__).resolve().parent
_MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip


@cache
def _polices() -> typst.Fonts:
    """Les polices du paquet, lues une fois ; aucune de la machine : le même document partout."""
    return typst.Fonts(include_system_fonts=False, font_paths=[font_directory])


def composer(gabarit: str, donnees: dict[str, Any], jour: date) -> bytes:
    """Le PDF/UA-1 (balisé, titre, langue, signets, polices embarquées) de ce gabarit rempli avec ces données."""
    return typst.compile(
        str(_GABARITS / gabarit),
        root=str(_GABARITS),
        font_paths=_polices(),
        sys_inputs={"donnees": json.dumps(au_propre(donnees), ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=datetime(jour.year, jour.month, jour.day, tzinfo=UTC),
    )


def image_png(svg: str) -> bytes:
    """Ce dessin en image, assez fine pour un mur ; typst la fait, sans navigateur."""
    return typst.compile(
        str(_GABARITS / "image.typ"),
        root=str(_GABARITS),
        font_paths=_polices(),
        sys_inputs={"dessin": dessin(svg)},
        format="png",
        ppi=200,
    )


def au_propre(valeur: Any) -> Any:
    """Les mêmes données, chaque texte en typographie française ; les dessins ne changent pas."""
    if isinstance(valeur, dict):
        return {cle: au_propre(v) for cle, v in valeur.items()}
    if isinstance(valeur, list):
        return [au_propre(v) for v in valeur]
    return typographie(valeur) if isinstance(valeur, str) and not valeur.startswith("<svg") else valeur


def dessin(svg: str) -> str:
    """Un dessin de l'écran, dans la police du document ; chaîne vide s'il n'y en a pas."""
    return svg.replace("<svg ", f'<svg font-family="{POLICE}" ', 1)


def date_en_lettres(jour: date) -> str:
    """« 1er novembre 2026 »."""
    return f"{'1er' if jour.day == 1 else jour.day} {_MOIS[jour.month - 1]} {jour.year}"
