"""Les onglets d'un classeur OpenDocument (.ods) : ce que montre chaque case, ses répétitions bornées."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from odf import opendocument, table
from odf.namespaces import OFFICENS, TABLENS, TEXTNS

from indicators.imports.moteur.apparence import EXPOSANTS, montrer, montrer_ods
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

_OCTETS_MAX = 100_000_000
_CACHE = frozenset({"collapse", "filter"})
_CASES = frozenset({(TABLENS, "table-cell"), (TABLENS, "covered-table-cell")})


def feuilles(archive: zipfile.ZipFile, octets: bytes, nom: str) -> Iterator[Feuille]:
    """Chaque onglet ; lève `ErreurImport` s'il est trop grand, ou s'il n'a jamais été calculé."""
    if archive.getinfo("content.xml").file_size > _OCTETS_MAX:
        raise ErreurImport(f"« {nom} » est trop grand pour un .ods : enregistrez-le en CSV.")
    document = opendocument.load(io.BytesIO(octets))
    caches = _styles(document, "table-properties", "display", lambda valeur: valeur == "false")
    exposants = _styles(document, "text-properties", "textposition", lambda valeur: valeur.startswith("super"))
    for feuille in document.spreadsheet.getElementsByType(table.Table):
        titre = feuille.getAttribute("name")
        if feuille.getAttribute("stylename") in caches:
            yield Feuille(titre, visible=False)
        else:
            yield _Onglet(nom, exposants).lire(titre, feuille)


def _styles(document: Any, proprietes: str, attribut: str, voulue: Callable[[str], bool]) -> set[str]:
    """Les styles dont cette propriété a la valeur voulue."""
    return {
        style.getAttribute("name")
        for style in document.automaticstyles.childNodes
        for fils in style.childNodes
        if fils.qname[1] == proprietes and voulue(fils.getAttribute(attribut) or "")
    }


class _Onglet:
    """La lecture d'un onglet ; `exposants` : les styles des appels de note."""

    def __init__(self, nom: str, exposants: set[str]) -> None:
        self.nom, self.exposants = nom, exposants

    def lire(self, titre: str, feuille: Any) -> Feuille:
        lue = Feuille(titre)
        lue.colonnes_masquees = set(_colonnes_masquees(feuille))
        numero = cases = 0
        for rangee in feuille.getElementsByType(table.TableRow):
            fois = int(rangee.getAttribute("numberrowsrepeated") or 1)
            textes = self._rangee(rangee, numero, lue)
            if any(textes):
                cases += len(textes) * fois
                if len(lue.lignes) + fois > LIGNES_MAX:
                    raise trop_long(self.nom)
                if cases > CASES_MAX:
                    raise trop_de_cases(self.nom)
                lue.lignes += [(numero + k + 1, tuple(textes)) for k in range(fois)]
                if rangee.getAttribute("visibility") in _CACHE:
                    lue.lignes_masquees |= set(range(numero + 1, numero + fois + 1))
            numero += fois
        return lue

    def _rangee(self, rangee: Any, numero: int, lue: Feuille) -> list[str]:
        """Les cases d'une rangée ; une case couverte par une fusion est vide, la fusion s'étendra à ses lignes."""
        textes: list[str] = []
        for cellule in rangee.childNodes:
            if cellule.qname not in _CASES:
                continue
            couverte = cellule.qname[1] == "covered-table-cell"
            montre = "" if couverte else self._case(cellule)
            fois = int(cellule.getAttribute("numbercolumnsrepeated") or 1)
            if montre and len(textes) + fois > COLONNES_MAX:
                raise trop_large(self.nom, str(len(textes) + fois))
            hauteur = 1 if couverte else int(cellule.getAttribute("numberrowsspanned") or 1)
            if hauteur > 1:
                lue.fusions.append((numero + 1, numero + hauteur, len(textes)))
            textes += [montre] * min(fois, COLONNES_MAX - len(textes))
        return textes

    def _case(self, cellule: Any) -> str:
        """Ce que montre une case, sans ses commentaires."""
        paragraphes = [self._texte(p) for p in cellule.childNodes if p.qname == (TEXTNS, "p")]
        texte = " ".join(paragraphes).strip()
        genre, valeur = (cellule.attributes.get((OFFICENS, attribut)) for attribut in ("value-type", "value"))
        if genre in {"float", "percentage", "currency"} and valeur is not None:
            if not paragraphes:  # un logiciel qui n'écrit pas ce que la case montre
                return montrer(float(valeur), "0.########%" if genre == "percentage" else "General")
            return montrer_ods(float(valeur), texte)
        if not genre and cellule.getAttribute("formula"):
            raise jamais_calcule(self.nom)
        return texte

    def _texte(self, noeud: Any) -> str:
        if hasattr(noeud, "data"):
            return str(noeud.data)
        texte = "".join(map(self._texte, noeud.childNodes))
        en_exposant = noeud.attributes.get((TEXTNS, "style-name")) in self.exposants
        return texte.translate(EXPOSANTS) if en_exposant else texte


def _colonnes_masquees(feuille: Any) -> Iterator[int]:
    place = 0
    for colonne in feuille.getElementsByType(table.TableColumn):
        fois = min(int(colonne.getAttribute("numbercolumnsrepeated") or 1), COLONNES_MAX)
        if colonne.getAttribute("visibility") in _CACHE:
            yield from range(place, place + fois)
        place += fois
