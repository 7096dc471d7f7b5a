"""Les onglets d'un classeur Excel (.xlsx) : chaque case comme son format la montre, ce qui est masqué laissé.

La balise `<dimension>`, que certains logiciels écrivent fausse, n'est pas crue, ni l'ordre des lignes et des cases.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import chain
from typing import Any

import openpyxl
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from indicators.imports.moteur.apparence import montrer
from indicators.imports.moteur.tableau import (
    CASES_MAX,
    COLONNES_MAX,
    LIGNES_MAX,
    Feuille,
    jamais_calcule,
    trop_de_cases,
    trop_large,
    trop_long,
)
from indicators.socle.erreurs import ErreurImport

LIGNE_MAX = 1_048_576
"""La dernière ligne d'un onglet d'Excel."""
_CASES = tuple(debut + fin for debut in (b"<c", b":c") for fin in (b" ", b">", b"/"))
_BALISES_D_UNE_LIGNE = 200 * COLONNES_MAX
_MORCEAU = 1 << 20
_VRAI = {"1", "true"}


def feuilles(archive: zipfile.ZipFile, octets: bytes, nom: str) -> Iterator[Feuille]:
    """Chaque onglet ; lève `ErreurImport` s'il est démesuré, ou si une formule n'a jamais été calculée."""
    for chemin in archive.namelist():  # avant openpyxl, qui lit tout un onglet pour en connaître la taille
        if chemin.startswith("xl/worksheets/") and chemin.endswith(".xml"):
            _peser(archive, chemin, nom)
    livre = openpyxl.load_workbook(io.BytesIO(octets), read_only=True, data_only=True, rich_text=True)
    a_calculer = re.search(rb'fullCalcOnLoad="(1|true)"', archive.read("xl/workbook.xml")) is not None
    onglets: list[Any] = list(livre.worksheets)  # en lecture seule, openpyxl ne dit pas leur vrai type
    for onglet in onglets:
        if onglet.sheet_state == "visible":
            yield _lire(onglet, nom, a_calculer)
        else:
            yield Feuille(str(onglet.title), visible=False)


def _peser(archive: zipfile.ZipFile, chemin: str, nom: str) -> None:
    """Compte les cases d'un onglet sans le déplier : un petit fichier peut en annoncer des millions."""
    cases = d_une_ligne = 0
    with archive.open(chemin) as flux:
        while morceau := flux.read(_MORCEAU):
            debut, *lignes = (ligne.count(b"<") for ligne in morceau.split(b"row"))
            d_une_ligne = max(d_une_ligne + debut, *lignes, 0)
            cases += sum(map(morceau.count, _CASES))
            if d_une_ligne > _BALISES_D_UNE_LIGNE:
                raise trop_large(nom, f"plus de {COLONNES_MAX}")
            if cases > CASES_MAX:
                raise trop_de_cases(nom)
            d_une_ligne = lignes[-1] if lignes else d_une_ligne


class _Lecteur(WorkSheetParser):
    """Le lecteur d'openpyxl, qui ne prend pas pour vide une formule que rien n'a jamais calculée.

    `a_calculer` : le classeur demande à être calculé à l'ouverture ; un zéro y est celui du logiciel qui l'a écrit.
    """

    nom = ""
    a_calculer = False

    def parse_cell(self, element: Any) -> Any:
        case = super().parse_cell(element)
        suspecte = case["value"] is None or (self.a_calculer and case["value"] == 0 and case["data_type"] == "n")
        if suspecte and element.get("t") != "str" and element.find(FORMULA_TAG) is not None:
            raise jamais_calcule(self.nom)
        return case


def _lire(onglet: Any, nom: str, a_calculer: bool) -> Feuille:
    livre = onglet.parent
    lue = Feuille(str(onglet.title))
    textes: dict[str, str] = {}  # « 62 », « 2018 », « s » reviennent des milliers de fois
    lues: dict[int, list[str]] = {}
    cases = 0
    with onglet._get_source() as flux:
        lecteur = _Lecteur(
            flux, onglet._shared_strings, data_only=True, epoch=livre.epoch, date_formats=livre._date_formats,
            timedelta_formats=livre._timedelta_formats, rich_text=True,
        )  # fmt: skip
        lecteur.nom, lecteur.a_calculer = nom, a_calculer
        for numero, rangee in lecteur.parse():
            cases += len(rangee)
            if numero > LIGNE_MAX:
                raise ErreurImport(f"« {nom} » annonce la ligne {numero} : un onglet en a {LIGNE_MAX}.")
            if rangee and (largeur := max(case["column"] for case in rangee)) > COLONNES_MAX:
                raise trop_large(nom, str(largeur))
            if cases > CASES_MAX:
                raise trop_de_cases(nom)
            ligne = lues.setdefault(numero, [])
            for case in rangee:
                if montre := montrer(case["value"], ReadOnlyCell(onglet, **case).number_format):
                    ligne += [""] * (case["column"] - len(ligne))
                    ligne[case["column"] - 1] = textes.setdefault(montre, montre)
            if len(lues) > LIGNES_MAX:
                raise trop_long(nom)
    lue.lignes = [(numero, tuple(ligne)) for numero, ligne in sorted(lues.items()) if any(ligne)]
    lue.lignes_masquees = {int(n) for n, traits in lecteur.row_dimensions.items() if traits.get("hidden") in _VRAI}
    lue.colonnes_masquees = set(
        chain.from_iterable(
            range(int(traits["min"]) - 1, min(int(traits["max"]), COLONNES_MAX))
            for traits in lecteur.column_dimensions.values()
            if traits.get("hidden") in _VRAI
        )
    )
    fusions = lecteur.merged_cells.mergeCell if lecteur.merged_cells is not None else []
    lue.fusions = [(plage.min_row, plage.max_row, plage.min_col - 1) for plage in fusions]
    return lue
