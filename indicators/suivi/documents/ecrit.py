"""Un document écrit du suivi : des rubriques, les mêmes en PDF (typst) et en DOCX (à retoucher)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from indicators.publications.composition import au_propre, composer, dessin, image_png
from indicators.publications.proprietes import borner

A_COMPLETER = "À compléter."
"""Ce qui se lit à la place de ce que personne n'a écrit ; une fois, à sa place."""


@dataclass(frozen=True)
class Rubrique:
    """Une rubrique : son titre, puis dans cet ordre paragraphes, points, tableau, dessin ; ce qui manque est vide.

    `largeurs` : celles des colonnes, en parts ; `dessin` : un SVG, que `alt` dit en mots ; `niveau` : 1 ou 2.
    """

    titre: str
    paragraphes: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    entetes: tuple[str, ...] = ()
    lignes: tuple[tuple[str, ...], ...] = ()
    largeurs: tuple[int, ...] = ()
    dessin: str = ""
    alt: str = ""
    niveau: int = 1


@dataclass(frozen=True)
class Ecrit:
    """Le document : son titre, une phrase, ses rubriques, et ce qui se lit au pied de chaque page."""

    titre: str
    chapeau: str
    rubriques: tuple[Rubrique, ...]
    pied: str


def pdf(ecrit: Ecrit, jour: date) -> bytes:
    """Le document en PDF balisé."""
    donnees = asdict(ecrit)
    for r in donnees["rubriques"]:
        r["largeurs"] = list(r["largeurs"] or [1] * len(r["entetes"]))
        r["dessin"] = dessin(r["dessin"]) if r["dessin"] else ""
        r["lignes"] = [list(ligne) for ligne in r["lignes"]]
        for nom in ("paragraphes", "points", "entetes"):
            r[nom] = list(r[nom])
    donnees["rubriques"] = list(donnees["rubriques"])
    return composer("document.typ", donnees, jour)


def docx(ecrit: Ecrit, jour: date) -> bytes:
    """Le document en DOCX : titres, listes et tableaux du traitement de texte, à retoucher."""
    document = Document()
    proprietes = document.core_properties
    proprietes.title = borner(_net(ecrit.titre))
    proprietes.author, proprietes.language = "Observatoire des quartiers", "fr-FR"
    proprietes.created = proprietes.modified = datetime(jour.year, jour.month, jour.day)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(10.5)
    langue = OxmlElement("w:lang")
    langue.set(qn("w:val"), "fr-FR")
    normal.element.get_or_add_rPr().append(langue)
    section = document.sections[0]
    section.left_margin = section.right_margin = Cm(2)
    section.footer.paragraphs[0].text = _net(ecrit.pied)
    document.add_heading(_net(ecrit.titre), 0)
    if ecrit.chapeau:
        document.add_paragraph(_net(ecrit.chapeau))
    for r in ecrit.rubriques:
        document.add_heading(_net(r.titre), r.niveau)
        for texte in r.paragraphes:
            paragraphe = document.add_paragraph(_net(texte))
            if texte == A_COMPLETER:
                paragraphe.runs[0].italic = True
                paragraphe.runs[0].font.color.rgb = RGBColor(0x8A, 0x4B, 0x00)
        for texte in r.points:
            document.add_paragraph(_net(texte), style="List Bullet")
        if r.entetes:
            _tableau(document, r.entetes, r.lignes)
        if r.dessin:
            document.add_picture(io.BytesIO(image_png(r.dessin)), width=Cm(17))
            document.add_paragraph(_net(r.alt)).runs[0].italic = True
    tampon = io.BytesIO()
    document.save(tampon)
    return tampon.getvalue()


def _tableau(document: object, entetes: Sequence[str], lignes: Sequence[Sequence[str]]) -> None:
    tableau = document.add_table(rows=1, cols=len(entetes), style="Table Grid")  # type: ignore[attr-defined]
    for case, mot in zip(tableau.rows[0].cells, entetes, strict=True):
        case.paragraphs[0].add_run(_net(mot)).bold = True
    # La première ligne se répète en haut de chaque page, et se lit comme un en-tête.
    repetee = OxmlElement("w:tblHeader")
    repetee.set(qn("w:val"), "true")
    tableau.rows[0]._tr.get_or_add_trPr().append(repetee)
    for ligne in lignes:
        for case, mot in zip(tableau.add_row().cells, ligne, strict=True):
            case.text = _net(mot)


def _net(texte: str) -> str:
    """Le texte en typographie française, sans ce qu'un document XML ne peut pas porter."""
    return str(au_propre(texte))
