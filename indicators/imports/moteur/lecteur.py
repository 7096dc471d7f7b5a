"""Des octets d'un fichier déposé à des tables de texte : CSV, classeur, Parquet ou archive, malgré leurs défauts.

Rien n'est interprété ici : les cellules restent le texte du fichier, avec leur numéro de ligne. Ce qui est trop gros,
abîmé ou hostile est refusé par une phrase. Tout ce qui se déplie, et tout ce qui est long, est lu dans un processus à
part, borné en temps et en mémoire (`isole`) : un fichier piégé n'arrête pas le serveur.
"""

from __future__ import annotations

from collections.abc import Iterator

from indicators.imports.moteur import isole
from indicators.imports.moteur.sortes import est_du_texte, refuser
from indicators.imports.moteur.tableau import Onglets, Tableau
from indicators.imports.moteur.texte import lire_csv

COURT = 500_000
"""Octets d'un CSV que l'on lit ici : le temps y suit la taille, et c'est moins long que de lancer un processus."""


def lire_onglets(octets: bytes, nom: str) -> Onglets:
    """Les tables possibles de chaque onglet (un seul, sans nom, pour un CSV) ; lève `ErreurImport` sans table."""
    refuser(octets, nom)
    if est_du_texte(octets) and len(octets) <= COURT:
        return lire_csv(octets, nom)
    return isole.lire(octets, nom)


def lire_tableaux(octets: bytes, nom: str) -> Iterator[Tableau]:
    """Toutes les tables possibles d'un fichier, onglet après onglet."""
    for tables in lire_onglets(octets, nom).lus.values():
        yield from tables
