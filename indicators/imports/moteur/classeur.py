"""Un classeur déposé (.xlsx, .ods) : les tables de ses onglets visibles, telles que le tableur les montre.

Ce qui est masqué (onglet, ligne, colonne) n'est pas lu, et c'est dit. Une fusion s'étend à ses lignes.
"""

from __future__ import annotations

import io
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from indicators.imports.moteur.tableau import TAILLE_DEPLIEE_MAX, Feuille, Ligne, Onglets, tables_possibles
from indicators.socle.erreurs import ErreurImport
from indicators.socle.nombres import accord

_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"


def lire_classeur(octets: bytes, nom: str) -> Onglets:
    """Les tables des onglets visibles ; lève `ErreurImport` si rien n'est à lire ou si le fichier est piégé."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(octets))
        noms = set(archive.namelist())
        depliee = sum(membre.file_size for membre in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as erreur:
        raise ErreurImport(f"« {nom} » n'est pas un classeur lisible : l'archive est abîmée.") from erreur
    if depliee > TAILLE_DEPLIEE_MAX:
        raise ErreurImport(f"« {nom} » se déplie en {depliee // 1_000_000} Mo : il est refusé.")
    if "xl/workbook.bin" in noms:
        raise ErreurImport(f"« {nom} » est un classeur binaire .xlsb : enregistrez-le au format .xlsx ou CSV.")
    try:
        if noms >= {"content.xml", "mimetype"}:
            return _ranger(_ods(archive, octets, nom), nom)
        if "xl/workbook.xml" not in noms:
            raise ErreurImport(f"« {nom} » est une archive, pas un classeur : décompressez-la et déposez le fichier.")
        if _STRICT in archive.read("xl/workbook.xml")[:4000]:
            raise ErreurImport(
                f"« {nom} » est un classeur « Strict Open XML » : dans Excel, « Enregistrer sous », "
                "type « Classeur Excel (*.xlsx) », puis recommencez."
            )
        return _ranger(_xlsx(archive, octets, nom), nom)
    except (ErreurImport, MemoryError):
        raise
    except Exception as erreur:  # les lecteurs lèvent tout ce que zipfile et expat savent lever
        raise ErreurImport(f"« {nom} » n'est pas un classeur lisible ({type(erreur).__name__}).") from erreur


def _xlsx(archive: zipfile.ZipFile, octets: bytes, nom: str) -> Iterable[Feuille]:
    from indicators.imports.moteur.xlsx import feuilles

    return feuilles(archive, octets, nom)


def _ods(archive: zipfile.ZipFile, octets: bytes, nom: str) -> Iterable[Feuille]:
    from indicators.imports.moteur.ods import feuilles

    if b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise ErreurImport(
            f"« {nom} » est protégé par un mot de passe : enregistrez-le sans mot de passe, puis recommencez."
        )
    return feuilles(archive, octets, nom)


def _ranger(feuilles: Iterable[Feuille], nom: str) -> Onglets:
    lus, laisses, vues, masques = {}, {}, {}, {}
    for feuille in feuilles:
        _etendre(feuille.lignes, feuille.fusions)
        lignes, masque = _sans_ce_qui_est_masque(feuille)
        if masque:
            masques[feuille.titre] = masque
        if not feuille.visible:
            laisses[feuille.titre] = "onglet caché"
        elif tables := tables_possibles(lignes, feuille.titre):
            lus[feuille.titre], vues[feuille.titre] = tables, len(lignes)
        else:
            laisses[feuille.titre] = ("onglet vide" if not lignes else "aucune table") + (f" ({masque})" * bool(masque))
    if not lus:
        caches = [titre for titre, raison in laisses.items() if raison == "onglet caché"]
        suite = f" (onglets cachés, non lus : {', '.join(caches)})" if caches else ""
        raise ErreurImport(f"« {nom} » ne contient aucune table{suite}.")
    return Onglets(lus, laisses, vues, masques=masques)


def _sans_ce_qui_est_masque(feuille: Feuille) -> tuple[list[Ligne], str]:
    """Les lignes et les colonnes que le tableur montre ; en quelques mots, ce qu'il masque."""
    montrees = [ligne for ligne in feuille.lignes if ligne[0] not in feuille.lignes_masquees]
    colonnes = {p for p in feuille.colonnes_masquees if any(p < len(c) and c[p] for _, c in montrees)}
    comptes = ((len(feuille.lignes) - len(montrees), "ligne"), (len(colonnes), "colonne"))
    masque = " et ".join(f"{n} {accord(n, f'{quoi} masquée', f'{quoi}s masquées')}" for n, quoi in comptes if n)
    if colonnes:
        montrees = [(n, tuple(c for p, c in enumerate(cases) if p not in colonnes)) for n, cases in montrees]
    return montrees, masque


def _etendre(lignes: list[Ligne], fusions: Iterable[tuple[int, int, int]]) -> None:
    """La valeur d'une plage fusionnée vaut pour chacune de ses lignes ; un titre étalé sur des colonnes reste un."""
    numeros = [numero for numero, _ in lignes]
    for haut, bas, gauche in fusions:
        premiere, fin = bisect_left(numeros, haut), bisect_right(numeros, bas)
        if premiere == fin or numeros[premiere] != haut:
            continue
        cellules = lignes[premiere][1]
        if valeur := cellules[gauche] if gauche < len(cellules) else "":
            for k in range(premiere + 1, fin):
                sienne = list(lignes[k][1])
                sienne += [""] * (gauche + 1 - len(sienne))
                sienne[gauche] = valeur
                lignes[k] = (numeros[k], tuple(sienne))
