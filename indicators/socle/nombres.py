"""Lire et écrire un nombre en français : milliers, virgule, signe, accord, fraction simple. Il n'y en a pas d'autre.

Typographie : espace fine insécable entre les milliers, insécable avant %, €, : et ;, vrai signe moins.
"""

from __future__ import annotations

import re
from decimal import Decimal

FINE = "\u202f"
INSECABLE = "\u00a0"
MOINS = "\u2212"
TIRET = "—"

_ORDINAUX = {1: "1er", 2: "2e", 3: "3e"}
_CARDINAUX = ("aucun", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")


_ESPACES = re.compile("[ \u00a0\u202f\u2009'’]")
_MILLIERS = re.compile("[+\\-\u2212]?\\d{1,3}(?:[ \u00a0\u202f\u2009'’]\\d{3})+(?:[.,]\\d+)?", re.ASCII)
_NOMBRE = re.compile(r"[+\-]?\d+(?:[.,]\d+)?(?:[eE][+\-]?\d{1,3})?", re.ASCII)


def lire(texte: str) -> Decimal | None:
    """Le nombre d'un texte, avec ses décimales écrites ; None si ce n'en est pas un.

    Virgule ou point décimal, milliers séparés par trois (espace, insécable, fine, apostrophe), vrai signe moins,
    puissance de dix. « 12 34 » ou « 25 à 30 » ne sont pas des nombres.
    """
    propre = texte.strip()
    if _ESPACES.search(propre):
        if not _MILLIERS.fullmatch(propre):
            return None
        propre = _ESPACES.sub("", propre)
    propre = propre.replace(MOINS, "-")
    return Decimal(propre.replace(",", ".")) if _NOMBRE.fullmatch(propre) else None


def ecrire(valeur: float | Decimal, decimales: int | None = None, *, milliers: str = "", moins: str = "-") -> str:
    """Un nombre à la française : « 46,7 », « -3 » ; toutes ses décimales par défaut ; jamais « -0 ».

    Sans autre réglage, comme dans un fichier ; `nombre` l'écrit pour un lecteur.
    """
    absolu = abs(valeur)
    if decimales is not None:
        texte = f"{absolu:,.{decimales}f}"
    else:
        texte = f"{absolu:,f}" if isinstance(absolu, Decimal) else f"{absolu:,.15g}"
    texte = texte.replace(",", milliers).replace(".", ",")
    return (moins if valeur < 0 and any(c in "123456789" for c in texte) else "") + texte


def nombre(valeur: float | Decimal, decimales: int = 0) -> str:
    """« 10 920 », « 46,7 », « −3 » : milliers, virgule, vrai signe moins."""
    return ecrire(valeur, decimales, milliers=FINE, moins=MOINS)


def signe(valeur: float, decimales: int = 0) -> str:
    """Un nombre avec son signe : « +27,9 », « −18,1 », « 0,0 »."""
    texte = nombre(valeur, decimales)
    nul = not any(c in "123456789" for c in texte)
    return texte if nul or texte.startswith(MOINS) else "+" + texte


def cardinal(n: int, feminin: bool = False) -> str:
    """Un petit nombre en lettres (« quatre »), un grand en chiffres."""
    if feminin and n == 1:
        return "une"
    return _CARDINAUX[n] if 0 <= n < len(_CARDINAUX) else nombre(n)


def ordinal(n: int) -> str:
    """« 1er », « 2e », « 13e »."""
    return _ORDINAUX.get(n, f"{n}e")


def accord(n: float, singulier: str, pluriel: str = "") -> str:
    """« commune connue », et « communes connues » à partir de deux, comme le veut l'usage français.

    `pluriel` : à donner dès que ce n'est pas le singulier suivi d'un « s ».
    """
    return singulier if abs(n) < 2 else pluriel or f"{singulier}s"


def compter(n: float, singulier: str, pluriel: str = "", *, zero: str = "0") -> str:
    """« 1 commune connue », « 26 communes connues » ; `zero` : « aucun » ou « aucune » là où l'on écrit ainsi."""
    return f"{nombre(n) if n else zero}{INSECABLE}{accord(n, singulier, pluriel)}"


def et_autres(reste: int, singulier: str = "autre", pluriel: str = "autres") -> str:
    """« et 1 autre », « et 3 autres », après une liste coupée ; chaîne vide s'il ne reste rien."""
    return f" et {nombre(reste)} {accord(reste, singulier, pluriel)}" if reste > 0 else ""


_FRACTIONS = (
    (5.0, "un habitant sur vingt"),
    (100 / 15, "un habitant sur quinze"),
    (100 / 12, "un habitant sur douze"),
    (10.0, "un habitant sur dix"),
    (12.5, "un habitant sur huit"),
    (100 / 7, "un habitant sur sept"),
    (100 / 6, "un habitant sur six"),
    (20.0, "un habitant sur cinq"),
    (25.0, "un habitant sur quatre"),
    (100 / 3, "un habitant sur trois"),
    (40.0, "deux habitants sur cinq"),
    (50.0, "un habitant sur deux"),
    (60.0, "trois habitants sur cinq"),
    (200 / 3, "deux habitants sur trois"),
    (75.0, "trois habitants sur quatre"),
    (80.0, "quatre habitants sur cinq"),
)


def fraction(part: float) -> str:
    """Une part en fraction simple : 46,7 → « près d’un habitant sur deux » ; chaîne vide loin de toute fraction."""
    cible, mots = min(_FRACTIONS, key=lambda f: abs(f[0] - part))
    distance = part - cible
    # « Près d'un sur dix » ne se dit pas de 6 % : la distance se juge aussi à la taille de la fraction.
    if abs(distance) > min(4, cible / 6):
        return ""
    if abs(distance) < min(0.5, cible / 20):
        return mots
    liaison = "d’" if mots.startswith("u") else "de "
    return f"{'plus' if distance > 0 else 'près'} {liaison}{mots}"


def minuscule(texte: str) -> str:
    """La première lettre en bas de casse, sauf dans un sigle : « taux d’emploi », « IPS »."""
    return texte if texte[1:2].isupper() else texte[:1].lower() + texte[1:]


def capitale(texte: str) -> str:
    """Le texte avec une capitale initiale, sans toucher au reste."""
    return texte[:1].upper() + texte[1:]


def decimales_utiles(valeur: float) -> int:
    """Combien de décimales il faut pour écrire ce nombre, six au plus."""
    return len(f"{valeur:.6f}".rstrip("0").partition(".")[2])
