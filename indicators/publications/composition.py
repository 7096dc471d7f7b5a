"""Faire un PDF : un gabarit typst du dossier, des données en JSON, une police libre installée avec le programme.

Les textes venus des données ne sont jamais collés dans du code typst : le gabarit les lit comme des chaînes.
"""

from __future__ import annotations

import json
import struct
import unicodedata
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from font_source_sans_pro import font_directory

from indicators.recit.phrases import date_en_lettres as date_en_lettres
from indicators.recit.phrases import typographie

POLICE = "Source Sans Pro"
_GABARITS = Path(__file__).resolve().parent


@cache
def _polices() -> typst.Fonts:
    """Les polices du paquet, lues une fois ; aucune de la machine : le même document partout."""
    return typst.Fonts(include_system_fonts=False, font_paths=[font_directory])


@cache
def _dessinables() -> frozenset[int]:
    """Les caractères que la police sait dessiner (table « cmap », format 12 : des plages)."""
    octets = (Path(font_directory) / "SourceSansPro-Regular.ttf").read_bytes()
    tables = {octets[k : k + 4]: int.from_bytes(octets[k + 8 : k + 12]) for k in range(12, 12 + 16 * octets[5], 16)}
    debut = tables[b"cmap"]
    for k in range(debut + 4, debut + 4 + 8 * octets[debut + 3], 8):
        ici = debut + int.from_bytes(octets[k + 4 : k + 8])
        if octets[ici : ici + 2] == b"\0\x0c":
            plages = struct.iter_unpack(">III", octets[ici + 16 : ici + int.from_bytes(octets[ici + 4 : ici + 8])])
            return frozenset(code for premier, dernier, _ in plages for code in range(premier, dernier + 1))
    raise ValueError("la police n'a pas de table de caractères au format 12")


def lisible(texte: str) -> str:
    """Le texte, tout caractère que la police n'a pas remplacé par « \ufffd » : PDF/UA refuserait le document entier.

    Les caractères de contrôle, qu'un SVG ne peut pas porter, deviennent des espaces.
    """
    if texte.isascii() and texte.isprintable():
        return texte
    changees = {ord(c): dessinee for c in set(texte) if (dessinee := _dessinee(c)) != c}
    return texte.translate(changees) if changees else texte


@cache
def _dessinee(c: str) -> str:
    if (genre := unicodedata.category(c)) == "Cc" and c not in "\t\n":
        return " "
    return c if ord(c) in _dessinables() or genre in {"Cc", "Cf", "Zs", "Mn"} else "\ufffd"


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
    if not isinstance(valeur, str):
        return valeur
    return lisible(valeur if valeur.startswith("<svg") else typographie(valeur))


def dessin(svg: str) -> str:
    """Un dessin de l'écran, dans la police du document ; chaîne vide s'il n'y en a pas."""
    return lisible(svg).replace("<svg ", f'<svg font-family="{POLICE}" ', 1)
