"""Les chiffres nationaux embarqués : `data/france/`, écrit par `python -m indicators embarquer`, jamais à la main.

`territoires.parquet`, `appartenances.parquet`, `filiations.parquet`, `ruptures.parquet`, `perimetres.parquet` et
`sources.csv` ont les colonnes des CSV de mêmes noms. `fichiers.csv` dit d'où vient chaque chiffre : nom du fichier du
producteur, empreinte SHA-256, taille, format.
`chiffres/<source>.parquet` : un chiffre par ligne (`COLONNES_CHIFFRES`), trié ; mêmes fichiers, mêmes octets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from indicators.donnees.schema import CLES, COLONNES, FEUILLES

DOSSIER = "france"
LIEUX = ("territoires", "appartenances", "filiations", "ruptures", "perimetres")
"""Les feuilles des lieux et de leur vie, dans l'ordre où elles se citent."""

COLONNES_CHIFFRES = {
    "territoire": "string",
    "indicateur": "string",
    "annee_debut": "int16",
    "annee": "int16",
    "millesime": "int16",
    "valeur": "double",
    "decimales": "uint8",
    "statut": "string",
    "note": "string",
    "source": "string",
    "fichier": "string",
    "ligne": "int32",
    "colonne": "string",
    "imprime": "string",
    "passage": "string",
    "origine": "string",
}
"""Les colonnes d'un fichier de chiffres et leur type Arrow.

Clé : `territoire`, `indicateur`, `annee_debut`, `annee`, `millesime`, dans un fichier qui est une source.
Vides : `valeur` quand le statut n'en a pas ; `annee` quand rien ne l'établit ; `ligne` pour un calcul sur plusieurs
lignes ; `passage` quand c'est « code officiel | colonne | imprimé » ; `imprime` pour une case vide.
"""

FICHIERS = FEUILLES["fichiers"].noms
"""Les colonnes de `fichiers.csv`."""


def contenus(dossier: Path) -> list[Path]:
    """Tous les fichiers nationaux qui font la base, dans l'ordre de leurs noms."""
    ou = dossier / DOSSIER
    lieux = [ou / f"{feuille}.parquet" for feuille in LIEUX]
    listes = [ou / "sources.csv", ou / "fichiers.csv"]
    return [chemin for chemin in (*lieux, *listes, *chiffres(dossier)) if chemin.exists()]


def chiffres(dossier: Path) -> list[Path]:
    """Les fichiers de chiffres, un par source."""
    return sorted((dossier / DOSSIER / "chiffres").glob("*.parquet"))


def lire_lieux(
    dossier: Path, connus: Callable[[str], set[tuple[Any, ...]]]
) -> Iterable[tuple[str, int, dict[str, Any]]]:
    """Les lieux nationaux que les CSV ne décrivent pas déjà : feuille, rang, valeurs aux noms de colonnes des CSV.

    `connus` : les clés que les CSV donnent pour cette feuille ; leur description l'emporte.
    """
    import pyarrow.parquet as pq  # ici et non en tête : 200 ms que les dossiers sans France n'ont pas à payer

    for feuille in LIEUX:
        chemin = dossier / DOSSIER / f"{feuille}.parquet"
        if not chemin.exists():
            continue
        colonnes = pq.read_table(chemin).to_pydict()
        noms = [colonne.nom for colonne in COLONNES[feuille]]
        deja, places = connus(feuille), [noms.index(nom) for nom in CLES[feuille]]
        for rang, cellules in enumerate(zip(*(colonnes[nom] for nom in noms), strict=True), start=1):
            if tuple(cellules[place] for place in places) not in deja:
                yield feuille, rang, dict(zip(noms, cellules, strict=True))
