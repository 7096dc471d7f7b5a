"""Un classeur déposé (.xlsx, .ods) : chaque onglet visible, chaque case comme le tableur la montre.

Le format d'une case décide : « 0,0 % » sur 0,467 est 46,7 ; « 0,0 » sur 32,4324 est 32,4. Les cellules fusionnées
s'étendent à leurs lignes. La balise `<dimension>`, que certains logiciels écrivent fausse, n'est pas crue.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from indicators.imports.moteur.tableau import (
    COLONNES_MAX,
    LIGNES_MAX,
    TAILLE_DEPLIEE_MAX,
    Ligne,
    Onglets,
    tables_possibles,
    texte_de,
    trop_large,
    trop_long,
)
from indicators.socle.erreurs import ErreurImport

CASES_MAX = 4_000_000
"""Cases d'un onglet : le plus gros classeur national lu ici en fait 400 000."""
LIGNE_MAX = 1_048_576
"""La dernière ligne d'un onglet d'Excel."""
_MORCEAU = 1 << 20
_FUSION = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_PLACE = re.compile(rb'r="([A-Z]+)')
_RANG = re.compile(rb'\br="(\d{1,18})"')
_ENTRE_GUILLEMETS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
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
        if "content.xml" in noms and "mimetype" in noms:
            return _ranger(_ods(archive, nom), nom)
        if "xl/workbook.xml" not in noms:
            raise ErreurImport(f"« {nom} » est une archive, pas un classeur : décompressez-la et déposez le fichier.")
        if _STRICT in archive.read("xl/workbook.xml")[:4000]:
            raise ErreurImport(
                f"« {nom} » est un classeur « Strict Open XML » : dans Excel, « Enregistrer sous », "
                "type « Classeur Excel (*.xlsx) », puis recommencez."
            )
        return _ranger(_xlsx(archive, octets, nom), nom)
    except ErreurImport:
        raise
    except MemoryError:
        raise ErreurImport(f"« {nom} » demande trop de mémoire : enregistrez le seul onglet utile en CSV.") from None
    except Exception as erreur:  # les lecteurs lèvent tout ce que zipfile et expat savent lever
        raise ErreurImport(f"« {nom} » n'est pas un classeur lisible ({type(erreur).__name__}).") from erreur


def _ranger(onglets: Iterable[tuple[str, bool, list[Ligne]]], nom: str) -> Onglets:
    lus, laisses, vues = {}, {}, {}
    for titre, visible, lignes in onglets:
        if not visible:
            laisses[titre] = "onglet caché"
        elif tables := tables_possibles(lignes, titre):
            lus[titre], vues[titre] = tables, len(lignes)
        else:
            laisses[titre] = "onglet vide" if not lignes else "aucune table"
    if not lus:
        caches = [titre for titre, raison in laisses.items() if raison == "onglet caché"]
        suite = f" (onglets cachés, non lus : {', '.join(caches)})" if caches else ""
        raise ErreurImport(f"« {nom} » ne contient aucune table{suite}.")
    return Onglets(lus, laisses, vues)


# --- .xlsx ---------------------------------------------------------------------------------------------------


def _xlsx(archive: zipfile.ZipFile, octets: bytes, nom: str) -> Iterator[tuple[str, bool, list[Ligne]]]:
    import openpyxl

    for feuille in archive.namelist():
        if feuille.startswith("xl/worksheets/") and feuille.endswith(".xml"):
            _verifier(archive, feuille, nom)
    valeurs = openpyxl.load_workbook(io.BytesIO(octets), read_only=True, data_only=True)
    onglets: list[Any] = list(valeurs.worksheets)  # en lecture seule, openpyxl ne dit pas leur vrai type
    for onglet in onglets:
        visible = onglet.sheet_state == "visible"
        lignes = _lignes(onglet, nom) if visible else []
        _etendre(lignes, _fusions(archive, onglet._worksheet_path))
        yield str(onglet.title), visible, lignes


def _verifier(archive: zipfile.ZipFile, feuille: str, nom: str) -> None:
    """Compte les cases d'un onglet sans le déplier : un petit fichier peut en annoncer des millions.

    Refuse aussi une formule que le logiciel qui l'a écrite n'a jamais calculée : sa case se lirait vide.
    """
    cases = largeur = 0
    reste = b""
    with archive.open(feuille) as flux:
        while morceau := flux.read(_MORCEAU):
            *entieres, reste = (reste + morceau).split(b"<c ")
            if len(reste) > 8 * _MORCEAU:
                raise ErreurImport(f"« {nom} » a des cases démesurées : enregistrez le seul onglet utile en CSV.")
            for case in entieres:
                largeur += 1
                if b"<row" in case:
                    largeur = 0
                    _verifier_la_ligne(case, nom)
                if largeur > COLONNES_MAX or _hors_de_l_onglet(case):
                    raise trop_large(nom, f"plus de {COLONNES_MAX}")
                if _jamais_calculee(case):
                    raise _formules(nom)
            cases += len(entieres)
            if cases > CASES_MAX:
                raise ErreurImport(
                    f"« {nom} » a plus de {CASES_MAX // 1_000_000} millions de cases : gardez les seuls onglets, "
                    "lignes et colonnes utiles."
                )
    _verifier_la_ligne(reste, nom)
    if _hors_de_l_onglet(reste):
        raise trop_large(nom, f"plus de {COLONNES_MAX}")
    if _jamais_calculee(reste):
        raise _formules(nom)


def _verifier_la_ligne(case: bytes, nom: str) -> None:
    for ligne in case.split(b"<row ")[1:]:
        if (rang := _RANG.search(ligne[:400])) and int(rang[1]) > LIGNE_MAX:
            raise ErreurImport(f"« {nom} » annonce la ligne {rang[1].decode()} : un onglet en a {LIGNE_MAX}.")


def _hors_de_l_onglet(case: bytes) -> bool:
    """Vrai si la colonne de cette case (« ZZZZ1 ») est au-delà de la dernière d'Excel (XFD)."""
    place = _PLACE.match(case)
    return place is not None and len(place[1]) > 3


def _jamais_calculee(case: bytes) -> bool:
    debut = case.partition(b"</c>")[0]
    return b"<f" in debut and (b"<v" not in debut or b"<v/>" in debut or b"<v></v>" in debut)


def _formules(nom: str) -> ErreurImport:
    return ErreurImport(
        f"« {nom} » contient des formules qui n'ont jamais été calculées : ouvrez-le dans votre tableur, "
        "enregistrez-le, puis recommencez."
    )


def _lignes(feuille: Any, nom: str) -> list[Ligne]:
    """Les lignes non vides d'un onglet, chaque case comme son format la montre."""
    from openpyxl.cell.read_only import EmptyCell

    feuille.reset_dimensions()
    lignes: list[Ligne] = []
    for rang, cellules in enumerate(feuille.iter_rows(), start=1):
        if rang > LIGNE_MAX:
            raise trop_long(nom)
        if len(cellules) > COLONNES_MAX:
            raise trop_large(nom, str(len(cellules)))
        pleines = [c for c in cellules if not isinstance(c, EmptyCell)]
        numero = pleines[0].row if pleines else rang
        textes = tuple("" if isinstance(c, EmptyCell) else montrer(c.value, c.number_format) for c in cellules)
        if any(textes):
            lignes.append((numero, textes))
        if len(lignes) > LIGNES_MAX:
            raise trop_long(nom)
    return lignes


def _fusions(archive: zipfile.ZipFile, chemin: str) -> list[tuple[int, int, int, int]]:
    """Les plages fusionnées : première et dernière ligne, première et dernière colonne (à partir de 1 et de 0)."""
    from openpyxl.utils.cell import range_boundaries

    trouvees = []
    with archive.open(chemin.lstrip("/")) as flux:
        reste = b""
        while morceau := flux.read(_MORCEAU):
            texte = reste + morceau
            fin = 0
            for trouve in _FUSION.finditer(texte):
                gauche, haut, droite, bas = (n or 1 for n in range_boundaries(trouve[1].decode()))
                trouvees.append((haut, bas, gauche - 1, droite - 1))
                fin = trouve.end()
            reste = texte[max(fin, len(texte) - 64) :]
    return trouvees


def _etendre(lignes: list[Ligne], fusions: list[tuple[int, int, int, int]]) -> None:
    """La valeur d'une plage fusionnée vaut pour chacune de ses lignes ; un titre étalé sur des colonnes reste un."""
    places = {numero: k for k, (numero, _) in enumerate(lignes)}
    for haut, bas, gauche, _ in fusions:
        if haut not in places or bas == haut:
            continue
        cellules = lignes[places[haut]][1]
        valeur = cellules[gauche] if gauche < len(cellules) else ""
        for numero in range(haut + 1, min(bas, haut + LIGNES_MAX) + 1):
            if valeur and numero in places:
                sienne = list(lignes[places[numero]][1])
                sienne += [""] * (gauche + 1 - len(sienne))
                sienne[gauche] = valeur
                lignes[places[numero]] = (numero, tuple(sienne))


def montrer(valeur: object, format_de_nombre: str) -> str:
    """Le nombre comme son format le montre, sans signe % ni séparateur de milliers ; le reste tel quel."""
    if isinstance(valeur, bool) or not isinstance(valeur, int | float) or valeur != valeur:
        return texte_de(valeur)
    motif = _ENTRE_GUILLEMETS.sub("", (format_de_nombre or "General").split(";")[0])
    pour_cent = "%" in motif
    chiffres = re.search(r"[0#?](?:[0#?, ]*)(?:\.([0#?]+))?", motif)
    if chiffres is None or "e" in motif.lower() or "/" in motif:
        return texte_de(valeur)
    exact = Decimal(repr(valeur)) * (100 if pour_cent else 1)
    decimales = len(chiffres[1] or "")
    montre = exact.quantize(Decimal(1).scaleb(-decimales), rounding=ROUND_HALF_UP)
    return f"{montre:f}"


# --- .ods ----------------------------------------------------------------------------------------------------


def _ods(archive: zipfile.ZipFile, nom: str) -> Iterator[tuple[str, bool, list[Ligne]]]:
    """Les onglets d'un classeur OpenDocument : le texte montré de chaque case, ses répétitions bornées."""
    from odf import opendocument, table, text

    if archive.getinfo("content.xml").file_size > TAILLE_DEPLIEE_MAX // 4:
        raise ErreurImport(f"« {nom} » est trop grand pour un .ods : enregistrez-le en CSV.")
    assert archive.fp is not None
    archive.fp.seek(0)
    document = opendocument.load(io.BytesIO(archive.fp.read()))
    caches = {
        style.getAttribute("name")
        for style in document.automaticstyles.childNodes
        for fils in style.childNodes
        if fils.qname[1] == "table-properties" and fils.getAttribute("display") == "false"
    }
    for feuille in document.spreadsheet.getElementsByType(table.Table):
        lignes: list[Ligne] = []
        numero = cases = 0
        for rangee in feuille.getElementsByType(table.TableRow):
            textes: list[str] = []
            for cellule in rangee.childNodes:
                if cellule.qname[1] not in {"table-cell", "covered-table-cell"}:
                    continue
                montre = " ".join(_texte_ods(p) for p in cellule.getElementsByType(text.P))
                fois = int(cellule.getAttribute("numbercolumnsrepeated") or 1)
                if montre and len(textes) + fois > COLONNES_MAX:
                    raise trop_large(nom, str(len(textes) + fois))
                textes += [_sans_unite(montre)] * min(fois, COLONNES_MAX - len(textes))
            fois = int(rangee.getAttribute("numberrowsrepeated") or 1)
            if any(textes):
                cases += len(textes) * fois
                if cases > CASES_MAX or len(lignes) + fois > LIGNES_MAX:
                    raise trop_long(nom)
                lignes += [(numero + k + 1, tuple(textes)) for k in range(fois)]
            numero += fois
        yield feuille.getAttribute("name"), feuille.getAttribute("stylename") not in caches, lignes


def _texte_ods(paragraphe: Any) -> str:
    return "".join(str(noeud.data) if hasattr(noeud, "data") else _texte_ods(noeud) for noeud in paragraphe.childNodes)


def _sans_unite(montre: str) -> str:
    """« 46,7 % » → « 46,7 » : le tableur montre le signe, l'indicateur a déjà son unité."""
    return re.sub(r"^([+\-\u2212]?[\d\u202f\u00a0 ]+(?:[.,]\d+)?)[\u202f\u00a0 ]?%$", r"\1", montre.strip())
