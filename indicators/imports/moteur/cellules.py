"""Une cellule d'un fichier de producteur : un nombre, une marque de secret, ou autre chose que l'on ne devine pas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from indicators.socle.nombres import ecrire, lire
from indicators.socle.observations import Statut

_DECIMALES_MAX = 10
"""Au-delà, c'est le bruit d'un calcul en binaire : « 18.600000000000001 »."""
_MARQUES = {
    **dict.fromkeys(
        ("s", "c", "ss", "c.s", "secret", "secret stat", "secret statistique", "conf", "confid", "confidentiel",
         "masqué", "couvert par le secret"),
        Statut.SECRET,
    ),
    **dict.fromkeys(
        ("nd", "n.d", "n/d", "na", "n.a", "n/a", "#n/a", "vm", "ns", "n.s", "nc", "n.c", "non disponible",
         "nr", "n.r", "non diffusé", "non significatif", "non renseigné", "non communiqué", "non publié",
         "indisponible", "donnée indisponible", "données indisponibles", "null", "none", "nan", "…", "", "x", "*",
         "—", "–",
         "#div/0!", "#value!", "#valeur!",
         "#ref!", "#nom?", "#name?", "#num!", "#null!", "#n/d", "#nombre!", "#nul!"),
        Statut.NON_DISPONIBLE,
    ),
    **dict.fromkeys(("so", "s.o", "sans objet", "-", "/", "//", "///"), Statut.SANS_OBJET),
}  # fmt: skip
"""Ce que les producteurs et les tableurs écrivent à la place d'un nombre, sans casse, parenthèses ni points de fin."""
_TROP_PEU = re.compile(r"(?:<=?|≤|moins de|inférieur à)\s*\d{1,3}", re.IGNORECASE)
"""« <5 », « < 11 » : un effectif trop petit pour être diffusé."""

_POUR_CENT = re.compile(r"(?<=\d)[ \u00a0\u202f]*%$")
"""« 46,7 % » : le nombre, l'indicateur ayant déjà son unité ; le lot refuse ce signe là où l'unité en est une autre."""
_AVANT_LA_FIN = re.compile("[ \u00a0\u202f](?=[!?]$)")
"""« #DIV/0 ! » : une erreur de tableur, à la française."""
_GRAND = 1e15


@dataclass(frozen=True, slots=True)
class CelluleLue:
    """Ce que dit une cellule : `valeur` écrite à la française (« 43,3 »), vide si le statut n'a pas de nombre."""

    statut: Statut
    valeur: str = ""

    @property
    def nombre(self) -> Decimal:
        """La valeur lue, exacte ; zéro s'il n'y en a pas."""
        return Decimal(self.valeur.replace(",", ".") or 0)


@lru_cache(16_384)
def lire_cellule(brut: str, vide: Statut | None) -> CelluleLue | None:
    """Lit une cellule ; `vide` : ce que veut dire une case vide dans ce format, None si elle ne dit rien.

    Un fichier répète ses valeurs (des parts, des secrets, des cases vides) : chacune se lit une fois.
    Garde les décimales écrites : « 18,60 » reste « 18,60 ». Lève `ValueError` pour ce qui n'est ni nombre ni marque.
    """
    texte = brut.strip()
    if not texte:
        return None if vide is None else CelluleLue(vide)
    if _TROP_PEU.fullmatch(texte):
        return CelluleLue(Statut.SECRET)
    if (marque := _MARQUES.get(_a_plat(texte))) is not None:
        return CelluleLue(marque)
    lu = lire(_POUR_CENT.sub("", texte))
    if lu is None:
        raise ValueError(f"« {brut} » n'est ni un nombre ni une marque de secret")
    if abs(lu) >= _GRAND:
        raise ValueError(f"« {brut} » est un nombre trop grand")
    if "e" in texte.lower() or -int(lu.as_tuple().exponent) > _DECIMALES_MAX:
        lu = round(lu, _DECIMALES_MAX).normalize()
    return CelluleLue(Statut.EXACT, ecrire(lu))


def _a_plat(texte: str) -> str:
    court = _AVANT_LA_FIN.sub("", texte.casefold()).partition(" - résultat non disponible")[0].strip()
    if court.startswith(("(", "[")) and court.endswith((")", "]")):
        court = court[1:-1].strip()
    return court.rstrip(".").strip()


def en_nombre(valeur: str) -> float:
    """Le nombre d'une valeur écrite à la française par `lire_cellule`."""
    return float(lire(valeur) or 0)


def s_accordent(une: float, autre: float, decimales: int) -> bool:
    """Vrai si deux nombres ne diffèrent que d'un arrondi à ce nombre de décimales (12,25 et 12,3)."""
    return abs(une - autre) <= 0.5 * 10.0**-decimales + 1e-9
