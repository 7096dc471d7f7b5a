"""Une cellule d'un fichier de producteur : un nombre, une marque de secret, ou autre chose que l'on ne devine pas."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.socle.nombres import ecrire, lire
from indicators.socle.observations import Statut

_DECIMALES_MAX = 10
"""Au-delà, c'est le bruit d'un calcul en binaire : « 18.600000000000001 »."""
_MARQUES = {
    "s": Statut.SECRET,
    "c": Statut.SECRET,
    "secret": Statut.SECRET,
    "nd": Statut.NON_DISPONIBLE,
    "vm": Statut.NON_DISPONIBLE,
    "n.d.": Statut.NON_DISPONIBLE,
    "n/d": Statut.NON_DISPONIBLE,
    "na": Statut.NON_DISPONIBLE,
    "n/a": Statut.NON_DISPONIBLE,
    "...": Statut.NON_DISPONIBLE,
    "…": Statut.NON_DISPONIBLE,
    "so": Statut.SANS_OBJET,
    "s.o.": Statut.SANS_OBJET,
    "-": Statut.SANS_OBJET,
}

_GRAND = 1e15


@dataclass(frozen=True, slots=True)
class Lecture:
    """Ce que dit une cellule : `valeur` écrite à la française (« 43,3 »), vide si le statut n'a pas de nombre."""

    statut: Statut
    valeur: str = ""


def lire_cellule(brut: str, vide: Statut | None) -> Lecture | None:
    """Lit une cellule ; `vide` : ce que veut dire une case vide dans ce format, None si elle ne dit rien.

    Garde les décimales écrites : « 18,60 » reste « 18,60 ». Lève `ValueError` pour ce qui n'est ni nombre ni marque.
    """
    texte = brut.strip()
    if not texte:
        return None if vide is None else Lecture(vide)
    if marque := _MARQUES.get(texte.casefold().partition(" - résultat non disponible")[0]):
        return Lecture(marque)
    lu = lire(texte)
    if lu is None:
        raise ValueError(f"« {brut} » n'est ni un nombre ni une marque de secret")
    if abs(lu) >= _GRAND:
        raise ValueError(f"« {brut} » est un nombre trop grand")
    if "e" in texte.lower() or -int(lu.as_tuple().exponent) > _DECIMALES_MAX:
        lu = round(lu, _DECIMALES_MAX).normalize()
    return Lecture(Statut.EXACT, ecrire(lu))


def en_nombre(valeur: str) -> float:
    """Le nombre d'une valeur écrite à la française par `lire_cellule`."""
    return float(lire(valeur) or 0)


def s_accordent(une: float, autre: float, decimales: int) -> bool:
    """Vrai si deux nombres ne diffèrent que d'un arrondi à ce nombre de décimales (12,25 et 12,3)."""
    return abs(une - autre) <= 0.5 * 10.0**-decimales + 1e-9
