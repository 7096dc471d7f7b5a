"""Un CSV déposé, quels que soient son séparateur, ses lignes de titre et ce qu'un tableur y a ajouté."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from indicators.donnees.encodage import MauvaisEncodage, lire_texte
from indicators.imports.moteur.tableau import (
    CASES_MAX,
    COLONNES_MAX,
    INVISIBLES,
    LIGNES_MAX,
    Ligne,
    Onglets,
    tables_possibles,
    trop_de_cases,
    trop_large,
    trop_long,
)
from indicators.socle.erreurs import ErreurImport

_PREMIERES = 50
"""Combien de lignes disent le séparateur d'un CSV."""
_FORMULE_TEXTE = re.compile(r'=["“]([^"”]*)["”]')
_ATTENDU = "attendu un CSV, un classeur .xlsx ou .ods, ou un fichier Parquet"
_ECRITURES = {
    "unexpected end of data": "un guillemet n'est jamais refermé",
    "field larger than field limit": "une case est démesurée, un guillemet n'est peut-être jamais refermé",
    "expected after": "du texte suit un guillemet fermant",
}
"""Ce que dit le module `csv`, et ce qu'il faut en dire."""
LETTRES_MAX = 131_072
"""Lettres d'une case d'un CSV, au plus : celles du module `csv`, que toute bibliothèque peut changer pour tous."""


def lire_csv(octets: bytes, nom: str) -> Onglets:
    """La table d'un CSV ; lève `ErreurImport` s'il n'y en a pas, ou s'il ne se lit pas d'un bout à l'autre."""
    try:
        texte = lire_texte(octets)
    except MauvaisEncodage as erreur:
        raise ErreurImport(f"« {nom} », ligne {erreur.ligne} : {erreur}.") from None
    separateur, debut = _separateur(texte)
    # strict : un guillemet jamais fermé avalerait les lignes suivantes sans rien dire
    rangees = _etroites(io.StringIO(texte[debut:], newline=""), separateur, nom)
    lecteur = csv.reader(rangees, delimiter=separateur, strict=True)
    lignes: list[Ligne] = []
    decalage = 1 if debut else 0
    try:
        numero = cases = 0
        for cellules in lecteur:
            cases += len(cellules)
            if cases > CASES_MAX:
                raise trop_de_cases(nom)
            if len(cellules) > COLONNES_MAX:
                raise trop_large(nom, str(len(cellules)))
            if max(map(len, cellules), default=0) > LETTRES_MAX:
                raise csv.Error(f"une case de plus de {LETTRES_MAX} lettres")
            while cellules and not cellules[-1]:  # Insee écrit jusqu'à 993 cases vides au bout d'une ligne
                cellules.pop()
            if cellules:
                lignes.append((numero + 1 + decalage, tuple(map(_cellule, cellules))))
            numero = lecteur.line_num
            if len(lignes) > LIGNES_MAX:
                raise trop_long(nom)
    except csv.Error as erreur:
        ligne = numero + 1 + decalage
        dite = next((phrase for lue, phrase in _ECRITURES.items() if lue in str(erreur)), str(erreur))
        raise ErreurImport(f"« {nom} » n'est pas un CSV lisible à partir de la ligne {ligne} : {dite}.") from None
    tables = tables_possibles(lignes)
    if tables is None:
        raise ErreurImport(f"« {nom} » n'est d'aucun format connu : on n'y voit pas de table ; {_ATTENDU}.")
    return Onglets({"": tables}, {}, {"": len(lignes)})


def _etroites(lignes: Iterable[str], separateur: str, nom: str) -> Iterator[str]:
    """Ces lignes, une à une ; lève `ErreurImport` à la première trop large, avant d'en faire des millions de cases."""
    for ligne in lignes:
        if (colonnes := ligne.count(separateur) + 1) > COLONNES_MAX and '"' not in ligne:
            raise trop_large(nom, str(colonnes))
        yield ligne


def _separateur(texte: str) -> tuple[str, int]:
    """Le séparateur, et où commence la table : après la ligne « sep=; » qu'Excel écrit, s'il y en a une."""
    if annonce := re.match(r"sep=(.)\r?\n", texte, re.IGNORECASE):
        return annonce[1], annonce.end()
    premieres = texte[:1_000_000].splitlines()[:_PREMIERES]
    # Le séparateur est sur presque toutes les lignes ; une virgule de titre ou de note ne l'est que sur la sienne.
    return max(";,\t|", key=lambda s: (sum(s in ligne for ligne in premieres), "".join(premieres).count(s))), 0


def _cellule(brut: str) -> str:
    """Le texte d'une case : « ="62119" » et « '62178 » sont des codes que l'on a voulu garder en texte."""
    texte = brut.strip().strip(INVISIBLES)
    if not texte.startswith(("=", "'", "’")):
        return texte
    if protege := _FORMULE_TEXTE.fullmatch(texte):
        return protege[1].strip()
    return texte[1:] if re.match(r"['’]\d", texte) else texte
