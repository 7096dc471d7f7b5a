"""Les identifiants de la compilation terribot : « 1001 », « 200072460 », « D62 », « R32 », « FR »."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from indicators.imports.moteur.releve import Chiffre
from indicators.socle.codes import REGIONS_D_UN_DEPARTEMENT, identifiant
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


def des_regions_d_un_departement(chiffres: Iterable[Chiffre]) -> list[Chiffre]:
    """Les chiffres des régions d'outre-mer, que la compilation ne donne que sous le code de leur seul département."""
    note = "Région d’un seul département : ce chiffre est celui du département."
    return [
        replace(c, territoire=REGIONS_D_UN_DEPARTEMENT[c.territoire], note=note)
        for c in chiffres
        if c.territoire in REGIONS_D_UN_DEPARTEMENT
    ]
