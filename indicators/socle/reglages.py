"""Les réglages d'une installation : les agglomérations sur lesquelles l'accueil s'ouvre.

`OBSERVATOIRE_AGGLOMERATIONS` (codes séparés par des virgules), à défaut la ligne `agglomerations = ["EPCI…"]` de
`reglages.toml`, dans le dossier des ajouts locaux ; à défaut les trois agglomérations dont les documents sont lus.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from indicators.socle.erreurs import ErreurObservatoire

VARIABLE_AGGLOMERATIONS = "OBSERVATOIRE_AGGLOMERATIONS"
FICHIER = "reglages.toml"
PAR_DEFAUT = ("EPCI200072460", "EPCI200042190", "EPCI246200364")
"""Béthune-Bruay, la Porte du Hainaut, Lens-Liévin."""


def agglomerations_d_accueil(locales: Path) -> tuple[str, ...]:
    """Les codes demandés, dans leur ordre ; `locales` : le dossier des ajouts locaux.

    Lève `ErreurObservatoire` si le fichier de réglages n'est pas lisible ou si sa liste n'en est pas une.
    """
    if variable := os.environ.get(VARIABLE_AGGLOMERATIONS, "").strip():
        return _codes(variable.split(","))
    chemin = locales / FICHIER
    if not chemin.exists():
        return PAR_DEFAUT
    try:
        lus = tomllib.loads(chemin.read_text("utf-8-sig")).get("agglomerations", list(PAR_DEFAUT))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as erreur:
        raise ErreurObservatoire(f"« {FICHIER} » n'est pas lisible ({erreur}) : corrigez-le ou retirez-le.") from erreur
    if not isinstance(lus, list) or not all(isinstance(code, str) for code in lus):
        raise ErreurObservatoire(
            f'« agglomerations » de « {FICHIER} » est une liste de codes, comme ["EPCI200072460"].'
        )
    return _codes(lus)


def _codes(lus: list[str]) -> tuple[str, ...]:
    """Un code nu est celui d'un EPCI : « 200072460 »."""
    propres = (code.strip().upper() for code in lus)
    return tuple(dict.fromkeys(code if code.startswith("EPCI") else f"EPCI{code}" for code in propres if code))
