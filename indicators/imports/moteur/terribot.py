"""Les identifiants de la compilation terribot : « 1001 », « 200072460 », « D62 », « R32 », « FR »."""

from __future__ import annotations

from indicators.socle.codes import identifiant
from indicators.socle.territoires import Maille


def territoire_de(code: str) -> str | None:
    """Le territoire d'un code de la compilation ; None pour la France, dont le champ change d'une table à l'autre.

    « R97 » et « R97B », qu'aucun code officiel ne porte, sont laissés.
    """
    if code.startswith("D"):
        return identifiant(code[1:], Maille.DEPARTEMENT)
    if code.startswith("R"):
        return None if code.startswith("R97") else identifiant(code[1:], Maille.REGION)
    return identifiant(code)
