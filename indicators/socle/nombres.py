"""Écrire un nombre en français : milliers, virgule, signe, unité accordée, fraction simple.

Typographie : espace fine insécable entre les milliers, insécable avant %, €, : et ;, vrai signe moins.
"""

from __future__ import annotations

FINE = "\u202f"
INSECABLE = "\u00a0"
MOINS = "\u2212"
TIRET = "—"

_ORDINAUX = {1: "1er", 2: "2e", 3: "3e"}
_CARDINAUX = ("aucun", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")


def nombre(valeur: float, decimales: int = 0) -> str:
    """« 10 920 », « 46,7 », « −3 » : milliers, virgule, vrai signe moins ; jamais « −0 »."""
    texte = f"{abs(valeur):,.{decimales}f}".replace(",", FINE).replace(".", ",")
    negatif = valeur < 0 and any(c in "123456789" for c in texte)
    return (MOINS if negatif else "") + texte


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


def pluriel(mot: str, n: float) -> str:
    """Le mot au pluriel à partir de deux, comme le veut l'usage français ; un mot déjà en -s ne change pas."""
    if abs(n) < 2:
        return mot[:-1] if mot.endswith("s") and mot not in {"moins", "fois"} else mot
    return mot


def avec_unite(texte: str, unite: str, n: float = 2) -> str:
    """Un nombre déjà écrit et son unité : « 46,7 % », « 10 920 € par an », « 1 habitant », « 79 » (indice)."""
    if unite in {"indice", "ratio"}:
        return texte
    if unite == "année":
        return "".join(texte.split())
    if unite == "€/an":
        return f"{texte}{INSECABLE}€{INSECABLE}par an"
    if unite in {"points", "points d’indice", "habitants", "personnes", "logements", "allocataires", "familles"}:
        mots = unite.split(" ", 1)
        return f"{texte}{INSECABLE}{' '.join([pluriel(mots[0], n), *mots[1:]])}"
    if unite in {"élèves", "établissements"}:
        return f"{texte}{INSECABLE}{pluriel(unite, n)}"
    return f"{texte}{INSECABLE}{unite}"


_FRACTIONS = (
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
    if abs(distance) > 4:
        return ""
    if abs(distance) < 0.5:
        return mots
    liaison = "d’" if mots.startswith("u") else "de "
    return f"{'plus' if distance > 0 else 'près'} {liaison}{mots}"


def minuscule(texte: str) -> str:
    """La première lettre en bas de casse, sauf dans un sigle : « taux d’emploi », « IPS »."""
    return texte if texte[1:2].isupper() else texte[:1].lower() + texte[1:]


def capitale(texte: str) -> str:
    """Le texte avec une capitale initiale, sans toucher au reste."""
    return texte[:1].upper() + texte[1:]


def nombre_ecrit(texte: str) -> float | None:
    """Le nombre d'un texte à virgule ou à point ; None si ce n'en est pas un."""
    try:
        return float(texte.replace(",", "."))
    except ValueError:
        return None


def decimales_utiles(valeur: float) -> int:
    """Combien de décimales il faut pour écrire ce nombre, six au plus."""
    return len(f"{valeur:.6f}".rstrip("0").partition(".")[2])
