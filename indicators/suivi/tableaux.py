"""Lire ce qui revient d'un tableur (questionnaire, programmation), et écrire ce qui y part."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence

from indicators.imports.moteur.cellules import en_nombre, lire_cellule
from indicators.imports.moteur.lecteur import lire_tableaux
from indicators.imports.moteur.tableau import Tableau
from indicators.socle.erreurs import ErreurImport
from indicators.socle.observations import Statut
from indicators.suivi.refus import ErreurSuivi

TAILLE_MAX = 5_000_000
"""Octets d'un tableau rendu : un questionnaire rempli en fait cinquante mille."""
LIGNES_MAX = 5_000
_UNITES = re.compile(r"[\s\u00a0\u202f]*(?:%|€|euros?)$", re.IGNORECASE)


def lire(octets: bytes, nom: str) -> list[Tableau]:
    """Les tableaux d'un fichier rendu ; lève `ErreurSuivi` s'il n'est pas lisible ou trop grand."""
    if len(octets) > TAILLE_MAX:
        raise ErreurSuivi(f"« {nom} » pèse plus que les {TAILLE_MAX // 1_000_000} Mo admis.")
    try:
        tableaux = list(lire_tableaux(octets, nom))
    except ErreurImport as erreur:
        raise ErreurSuivi(str(erreur)) from erreur
    if any(len(t.lignes) > LIGNES_MAX for t in tableaux):
        raise ErreurSuivi(f"« {nom} » a plus de {LIGNES_MAX} lignes.")
    return tableaux


def nombre(brut: str) -> float | None:
    """Le nombre d'une case (« 1 250,50 € », « 46,7 % » → 46,7), None si elle est vide ; lève ValueError sinon."""
    lue = lire_cellule(_UNITES.sub("", brut.strip()), None)
    if lue is None:
        return None
    if lue.statut is not Statut.EXACT:
        raise ValueError(f"« {brut} » n’est pas un nombre")
    return en_nombre(lue.valeur)


def reunir(constats: Sequence[str], nom: str) -> None:
    """Lève une seule `ErreurSuivi` pour toutes les lignes fautives ; rien n'est écrit."""
    if constats:
        titre = "1 ligne ne peut pas être reprise" if len(constats) == 1 else f"{len(constats)} lignes à corriger"
        suite = "\n".join(f"  - {c}" for c in constats[:40]) + ("\n  - …" if len(constats) > 40 else "")
        raise ErreurSuivi(f"« {nom} » : {titre}, rien n’a été écrit.\n{suite}")


def classeur(feuilles: Iterable[tuple[str, Sequence[str], Iterable[Sequence[object]], frozenset[int]]]) -> bytes:
    """Un classeur : pour chaque feuille, son nom, son en-tête, ses lignes, et les colonnes à remplir (en couleur).

    Les textes ne peuvent pas être pris pour des formules ; les colonnes à remplir sont au format texte, pour que
    « 46,7 % » revienne tel qu'il a été tapé.
    """
    import xlsxwriter

    sortie = io.BytesIO()
    reglages = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(sortie, reglages) as livre:
        gras = livre.add_format({"bold": True, "bg_color": "#e7ecf1", "text_wrap": True, "valign": "top", "border": 1})
        saisie = livre.add_format({"num_format": "@", "bg_color": "#fff8e1", "text_wrap": True, "border": 1})
        fixe = livre.add_format({"text_wrap": True, "valign": "top"})
        for titre, entete, lignes, a_remplir in feuilles:
            feuille = livre.add_worksheet(titre[:31])
            for place, mot in enumerate(entete):
                feuille.write_string(0, place, mot, gras)
                feuille.set_column(place, place, 22 if place in a_remplir else min(48, max(12, len(mot) + 2)))
            feuille.freeze_panes(1, 0)
            for numero, ligne in enumerate(lignes, start=1):
                for place, valeur in enumerate(ligne):
                    forme = saisie if place in a_remplir else fixe
                    if isinstance(valeur, bool | int | float) and place not in a_remplir:
                        feuille.write_number(numero, place, valeur, forme)
                    elif valeur is None or valeur == "":
                        feuille.write_blank(numero, place, None, forme)
                    else:
                        feuille.write_string(numero, place, _dit(valeur), forme)
    return sortie.getvalue()


def _dit(valeur: object) -> str:
    return f"{valeur:.10f}".rstrip("0").rstrip(".").replace(".", ",") if isinstance(valeur, float) else str(valeur)
