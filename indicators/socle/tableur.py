"""Ce qui va dans une case de tableur : un texte que rien ne peut exécuter, un nombre à la française, des octets CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from indicators.socle.nombres import ecrire

_DECLENCHEURS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Ce par quoi commence une formule ; pleine largeur compris, qu'un tableur réglé pour l'Asie lit pareil."""


def cellule(texte: str) -> str:
    """Un texte qu'un tableur ne prendra pas pour une formule."""
    return f"'{texte}" if texte.startswith(_DECLENCHEURS) else texte


def nombre_csv(valeur: float | None, decimales: int) -> str:
    """Un nombre pour Excel en français : virgule, sans séparateur de milliers ; vide si la valeur n'existe pas."""
    return "" if valeur is None else ecrire(valeur, decimales)


def octets_csv(lignes: Iterable[Sequence[object]]) -> bytes:
    """Des lignes déjà protégées, en CSV pour Excel en français : `;`, fins de ligne Windows, UTF-8 avec BOM."""
    sortie = io.StringIO()
    csv.writer(sortie, delimiter=";", lineterminator="\r\n").writerows(lignes)
    return sortie.getvalue().encode("utf-8-sig")
