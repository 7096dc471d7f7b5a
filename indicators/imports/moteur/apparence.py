"""Une case de tableur comme son format la montre : le pourcentage, les décimales, la section qui vaut pour elle."""

from __future__ import annotations

import operator
import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from openpyxl.cell.rich_text import CellRichText, TextBlock

from indicators.imports.moteur.tableau import texte_de

EXPOSANTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

_JETON = re.compile(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]|.', re.DOTALL)
"""Ce qui se lit d'un tenant dans un format : un texte cité, un caractère protégé, un remplissage, une condition."""
_A_PART = re.compile(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]', re.DOTALL)
_CITE = re.compile(r'"([^"]*)"|\\(.)', re.DOTALL)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_COMPARER = {
    "<=": operator.le, ">=": operator.ge, "<>": operator.ne, "<": operator.lt, ">": operator.gt, "=": operator.eq,
}  # fmt: skip
_CHIFFRES = re.compile(r"[0#?][0#?, ]*(?:\.([0#?]*))?|\.([0#?]+)")
_AUTRE_ECRITURE = re.compile(r"[eE][+-]|/")
_ANNEE_SEULE = re.compile(r"y{1,4}", re.IGNORECASE)


def montrer(valeur: object, format_de_nombre: str) -> str:
    """Le nombre comme son format le montre, signe % compris, sans séparateur de milliers ; le reste tel quel."""
    motif = format_de_nombre or "General"
    if isinstance(valeur, datetime) and (valeur.month, valeur.day) == (1, 1):
        return str(valeur.year) if _ANNEE_SEULE.fullmatch(_A_PART.sub("", motif)) else texte_de(valeur)
    if isinstance(valeur, CellRichText):
        return texte_de("".join(map(_portion, valeur)))
    if isinstance(valeur, bool):
        return "VRAI" if valeur else "FAUX"
    if not isinstance(valeur, int | float) or valeur != valeur:
        return texte_de(valeur)
    section = _section(motif, valeur)
    nu = _A_PART.sub("", section).strip()
    chiffres = _CHIFFRES.search(nu)
    if not nu and valeur:  # « ;;; » cache un nombre, « "s" » le remplace ; un zéro montré « - » reste un zéro
        return "".join(cite or protege for cite, protege in _CITE.findall(section)).strip()
    if chiffres is None or _AUTRE_ECRITURE.search(nu):
        return texte_de(valeur)
    exact = Decimal(repr(valeur)) * 100 ** nu.count("%")
    decimales = chiffres[1] or chiffres[2] or ""
    montre = f"{exact.quantize(Decimal(1).scaleb(-len(decimales)), rounding=ROUND_HALF_UP):f}"
    tenues = len(montre) - len(decimales) + len(decimales.rstrip("#?"))  # « # » : seulement s'il y a de quoi
    return (montre[:tenues] + montre[tenues:].rstrip("0")).rstrip(".") + " %" * ("%" in nu)


def _portion(portion: object) -> str:
    """Un morceau de texte mis en forme ; un appel de note en exposant n'est pas un chiffre du nombre qu'il suit."""
    if isinstance(portion, TextBlock):
        return portion.text.translate(EXPOSANTS) if portion.font.vertAlign == "superscript" else portion.text
    return str(portion)


def _section(motif: str, valeur: float) -> str:
    """La partie du format qui vaut pour ce nombre : « positifs;négatifs », « [<=1]0.0%;0.0 »."""
    sections = [""]
    for jeton in _JETON.findall(motif):
        if jeton == ";":
            sections.append("")
        else:
            sections[-1] += jeton
    nombres = sections[:3]
    conditions = [_CONDITION.search(section) for section in nombres]
    if not any(conditions):
        return nombres[1] if valeur < 0 and len(nombres) > 1 else nombres[0]
    for rang, (section, condition) in enumerate(zip(nombres, conditions, strict=True)):
        if condition is None:
            tenue = rang != 1 or len(nombres) < 3 or valeur < 0
        else:
            tenue = _COMPARER[condition[1]](valeur, float(condition[2]))
        if tenue:
            return section
    return "General"


def montrer_ods(valeur: float, texte: str) -> str:
    """Le nombre d'une case OpenDocument : de ses décimales montrées et de sa valeur, quels que soient ses séparateurs.

    « 46,7 % » sur 0,467 est 46,7 % ; « 1,088 » d'un tableur anglais sur 1088 est 1088 ; un texte qui n'est pas ce
    nombre (« s » à sa place, une fraction) reste ce qu'il est, mais un zéro montré « - » reste un zéro.
    """
    montres = re.sub(r"\D", "", texte)
    if not montres and not valeur:
        return "0"
    partie = re.search(r"[.,](\d+)\D*$", texte)
    exact = Decimal(repr(valeur))
    for decimales in dict.fromkeys((len(partie[1]) if partie else 0, 0)):
        for lu, signe in ((exact, ""), (exact * 100, " %" * ("%" in texte))):
            arrondi = lu.quantize(Decimal(1).scaleb(-decimales), rounding=ROUND_HALF_UP)
            if montres and re.sub(r"\D", "", f"{arrondi:f}") == montres:
                return f"{arrondi:f}{signe}"
    return texte
