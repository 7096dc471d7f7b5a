"""Ce que dit DuckDB d'un fichier qui ne se lit pas : est-ce lui qui est abîmé, ou la machine qui manque ?

L'un se refait des données ; l'autre passe (disque plein, droits, trop de fichiers ouverts) et le fichier n'y est pour
rien : l'effacer ôterait aux autres la base qui les sert.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from indicators.socle.erreurs import BaseIndisponible

_ABIMEE = ("Corrupt", "not a valid DuckDB database", "Could not read enough bytes", "version number")
"""Le dernier : une base d'un DuckDB plus récent ou plus ancien, que celui-ci ne lit pas."""


def est_abimee(erreur: duckdb.Error) -> bool:
    """Vrai si le fichier n'est pas, ou plus, une base que ce DuckDB lise."""
    return any(signe in str(erreur) for signe in _ABIMEE)


def est_une_panne(erreur: duckdb.Error) -> bool:
    """Vrai si c'est la machine qui n'a pas pu lire ou écrire."""
    return isinstance(erreur, duckdb.IOException) and not est_abimee(erreur)


def en_panne(base: Path, erreur: duckdb.Error) -> BaseIndisponible:
    """Ce qu'il faut dire d'une panne : sa cause, avec les mots du système, et quoi faire."""
    return BaseIndisponible(
        f"La base « {base.name} » ne se lit pas pour l'instant ({str(erreur).splitlines()[0]}). Recommencez ; si rien "
        "ne change, regardez la place, les droits et le nombre de fichiers ouverts de cette machine."
    )
