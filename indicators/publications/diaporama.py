"""Le diaporama PPTX : les diapositives de la séance, en textes, graphiques et tableaux que l'on peut retoucher."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from pptx import Presentation
from pptx.chart.data import ChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.presentation import Presentation as Document
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Emu, Inches, Length, Pt
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from indicators.analyse.comparaison import Jugement
from indicators.publications.composition import date_en_lettres, image_png
from indicators.recit import phrases
from indicators.recit.dessins.bandes import COULEURS, ENCRE, GRIS
from indicators.recit.page.diapositives import (
    Barres,
    Bloc,
    Cartes,
    Diapositive,
    Liste,
    Seance,
    Situation,
    Tableau,
    Texte,
)
from indicators.socle.nombres import INSECABLE

POLICE = "Arial"
"""Un PPTX n'embarque pas de police : celle-ci est sur tous les postes, ou remplacée à largeur égale."""
CLAIR, TRAIT = "#8b98a6", "#eef1f4"
GAUCHE, HAUT, LARGEUR, BAS = Inches(0.6), Inches(2.05), Inches(12.1), Inches(6.75)


class _ClasseurDeTextes(CategoryWorkbookWriter):
    """Le classeur derrière un graphique (« Modifier les données »), où un nom en « =… » n'est pas une formule."""

    @contextmanager
    def _open_worksheet(self, xlsx_file: io.BytesIO) -> Iterator[tuple[Workbook, Worksheet]]:
        reglages = dict.fromkeys(("strings_to_formulas", "strings_to_numbers", "strings_to_urls"), False)
        with Workbook(xlsx_file, {"in_memory": True, **reglages}) as classeur:
            yield classeur, classeur.add_worksheet()


@dataclass(frozen=True)
class Note:
    """Ce qui a été tapé pendant la séance, pour une diapositive."""

    note: str = ""
    decision: str = ""


def diaporama_pptx(seance: Seance, notes: Mapping[str, Note] | None = None, jour: date | None = None) -> bytes:
    """Le diaporama de cette séance ; les notes vont sous leur diapositive, les décisions sur une dernière."""
    notes = {cle: note for cle, note in (notes or {}).items() if note.note.strip() or note.decision.strip()}
    document = Presentation()
    document.slide_width, document.slide_height = Inches(13.333), Inches(7.5)
    proprietes = document.core_properties
    proprietes.title = f"{seance.territoire.nom}, séance"
    proprietes.author, proprietes.language = "Observatoire des quartiers", "fr-FR"
    diapositives = [*seance.diapositives, *_decisions(seance, notes, jour or date.today())]
    for rang, diapositive in enumerate(diapositives, start=1):
        page = _page(document, seance, diapositive, f"{rang} / {len(diapositives)}")
        if note := notes.get(diapositive.cle):
            cadre = page.notes_slide.notes_text_frame
            assert cadre is not None, "le modèle de diaporama a des notes"
            cadre.text = texte_de_la_note(note)
    tampon = io.BytesIO()
    document.save(tampon)
    return tampon.getvalue()


def texte_de_la_note(note: Note) -> str:
    """« Note : … » et « Décision : … », l'un sous l'autre."""
    morceaux = (("Note", note.note), ("Décision", note.decision))
    return "\n".join(f"{nom} : {texte.strip()}" for nom, texte in morceaux if texte.strip())


def compte_rendu(seance: Seance, notes: Mapping[str, Note], jour: date | None = None) -> str:
    """Les notes et décisions de la séance en texte, diapositive par diapositive."""
    lignes = [f"{seance.territoire.nom}, séance du {date_en_lettres(jour or date.today())}"]
    for d in seance.diapositives:
        if (note := notes.get(d.cle)) and (texte := texte_de_la_note(note)):
            lignes.append(f"\n{d.rubrique} — {d.titre}\n{texte}")
    return "\n".join(lignes) + "\n"


def _decisions(seance: Seance, notes: Mapping[str, Note], jour: date) -> list[Diapositive]:
    prises = [
        f"{d.rubrique} : {' '.join(note.decision.split())}"
        for d in seance.diapositives
        if (note := notes.get(d.cle)) and note.decision.strip()
    ]
    if not prises:
        return []
    rubrique = f"Séance du {date_en_lettres(jour)}"
    return [Diapositive("decisions", rubrique, "Décisions de la séance", (Liste(tuple(prises), dense=True),))]


def _page(document: Document, seance: Seance, d: Diapositive, numero: str) -> Slide:
    page: Slide = document.slides.add_slide(document.slide_layouts[5])  # « titre seul » : le titre est celui du plan
    ou = f"{seance.entete} — {d.rubrique}"
    _ecrire(_cadre(page, GAUCHE, Inches(0.2), LARGEUR, Inches(0.45)), ou, 14 if len(ou) < 110 else 11, GRIS)
    titre = page.shapes.title
    assert titre is not None
    titre.left, titre.top, titre.width, titre.height = GAUCHE, Inches(0.7), LARGEUR, Inches(1.2)
    cadre = titre.text_frame
    cadre.word_wrap, cadre.vertical_anchor, cadre.margin_left = True, MSO_ANCHOR.TOP, Emu(0)
    _ecrire(cadre, d.titre, 30 if len(d.titre) < 100 else 24, ENCRE, gras=True)
    _poser(page, d.blocs)
    _ecrire(_cadre(page, GAUCHE, Inches(6.85), Inches(11.2), Inches(0.55)), d.pied, 10, GRIS)
    _ecrire(_cadre(page, Inches(11.9), Inches(6.85), Inches(0.9), Inches(0.4)), numero, 12, GRIS)
    return page


def _poser(page: Slide, blocs: Sequence[Bloc]) -> None:
    """Deux colonnes pour deux listes ou pour un dessin et son tableau ; sinon l'un sous l'autre."""
    textes = [b for b in blocs if isinstance(b, Texte)]
    listes = [b for b in blocs if isinstance(b, Liste)]
    barres = next((b for b in blocs if isinstance(b, Barres)), None)
    tableau = next((b for b in blocs if isinstance(b, Tableau)), None)
    for bloc in blocs:
        if isinstance(bloc, Cartes):
            _cartes(page, bloc)
        elif isinstance(bloc, Situation):
            _situation(page, bloc)
    if barres is not None:
        _graphique(page, barres, LARGEUR if tableau is None else Inches(5.7))
    if tableau is not None:
        gauche = Inches(6.5) if barres is not None else GAUCHE
        _tableau(page, tableau, gauche, Emu(GAUCHE + LARGEUR - gauche))
    if barres is not None or tableau is not None:
        if textes:
            _ecrire(_cadre(page, GAUCHE, Inches(6.45), LARGEUR, Inches(0.4)), textes[0].texte, 12, GRIS)
        return
    if len(listes) == 2:
        for rang, liste in enumerate(listes):
            _liste(_cadre(page, Emu(GAUCHE + rang * Inches(6.2)), HAUT, Inches(5.9), Emu(BAS - HAUT)), liste)
        return
    cadre = _cadre(page, GAUCHE, HAUT, LARGEUR, Emu(BAS - HAUT)) if textes or listes else None
    for bloc in blocs:
        if isinstance(bloc, Texte):
            assert cadre is not None
            _ecrire(cadre, bloc.texte, 20, ENCRE)
        elif isinstance(bloc, Liste):
            assert cadre is not None
            _liste(cadre, bloc)


def _cadre(page: Slide, gauche: Length, haut: Length, largeur: Length, hauteur: Length) -> TextFrame:
    cadre: TextFrame = page.shapes.add_textbox(gauche, haut, largeur, hauteur).text_frame
    cadre.word_wrap = True
    cadre.margin_left = cadre.margin_right = Emu(0)
    return cadre


def _ecrire(cadre: TextFrame, texte: str, taille: int, teinte: str, *, gras: bool = False, apres: int = 4) -> None:
    """Ajoute un paragraphe ; le premier, vide, est réutilisé."""
    vide = len(cadre.paragraphs) == 1 and not cadre.paragraphs[0].runs
    paragraphe = cadre.paragraphs[0] if vide else cadre.add_paragraph()
    paragraphe.space_after, paragraphe.alignment = Pt(apres), PP_ALIGN.LEFT
    passage = paragraphe.add_run()
    passage.text = texte
    passage.font.name, passage.font.size, passage.font.bold = POLICE, Pt(taille), gras
    passage.font.color.rgb = _rgb(teinte)
    passage._r.get_or_add_rPr().set("lang", "fr-FR")


def _rgb(teinte: str) -> RGBColor:
    lue: RGBColor = RGBColor.from_string(teinte.removeprefix("#").upper())
    return lue


def _teinte(jugement: Jugement | None) -> str:
    return COULEURS.get(jugement, ENCRE) if jugement is not None else ENCRE


def _liste(cadre: TextFrame, liste: Liste) -> None:
    if liste.titre:
        _ecrire(cadre, liste.titre, 20, _teinte(liste.jugement), gras=True, apres=8)
    for item in liste.items:
        _ecrire(cadre, f"–{INSECABLE}{item}", 14 if liste.dense else 18, ENCRE, apres=5 if liste.dense else 7)


def _cartes(page: Slide, bloc: Cartes) -> None:
    for rang, carte in enumerate(bloc.cartes):
        gauche, haut = Emu(GAUCHE + (rang % 3) * Inches(4.1)), Emu(HAUT + (rang // 3) * Inches(2.35))
        cadre = _cadre(page, gauche, haut, Inches(3.9), Inches(2.25))
        _ecrire(cadre, carte.titre, 14, GRIS, apres=0)
        valeur = carte.lu + (" (douteux)" if carte.douteuse else "")
        _ecrire(cadre, valeur, 32 if len(valeur) < 12 else 20, ENCRE, gras=True, apres=0)
        if carte.fait:
            _ecrire(cadre, carte.fait, 13, ENCRE, apres=0)
        if carte.verdict:
            _ecrire(cadre, carte.verdict, 13, _teinte(carte.jugement), gras=True, apres=0)
        if carte.date:
            _ecrire(cadre, carte.date, 11, GRIS)


def _situation(page: Slide, bloc: Situation) -> None:
    """La carte en image, aussi grande que la place le permet, avec son texte de remplacement."""
    image = page.shapes.add_picture(io.BytesIO(image_png(bloc.ample)), GAUCHE, HAUT, height=Emu(BAS - HAUT))
    if image.width > LARGEUR:
        image.width, image.height = LARGEUR, Emu(image.height * LARGEUR // image.width)
    image._element._nvXxPr.cNvPr.set("descr", bloc.alternative)


def _graphique(page: Slide, bloc: Barres, largeur: Length) -> None:
    """Un vrai graphique à barres ; ce qui n'a pas de valeur unique est nommé dessous, jamais dessiné à zéro."""
    indicateur = bloc.indicateur
    dessinees = [b for b in bloc.barres if b.chiffre.est_ponctuelle]
    hauteur = Inches(3.75)
    etendues = [(b.nom, phrases.chiffre(b.chiffre, indicateur.unite)) for b in bloc.barres if b not in dessinees]
    if not dessinees:
        _tableau(page, Tableau(("Territoire", indicateur.libelle_court), tuple(etendues)), GAUCHE, largeur)
        etendues = []
    else:
        decimales = max(b.chiffre.decimales for b in dessinees)
        unite = f'" {indicateur.unite}"' if indicateur.unite.pluriel else ""
        forme_du_nombre = "#,##0" + ("." + "0" * decimales if decimales else "") + unite
        donnees = ChartData(forme_du_nombre)
        donnees.categories = [b.nom + (" (douteux)" if b.chiffre.douteuse else "") for b in dessinees]
        donnees.add_series(indicateur.libelle, [b.chiffre.valeur for b in dessinees])
        # La bibliothèque annonce un graphique ; c'est le cadre qui le porte.
        forme: Any = page.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, GAUCHE, HAUT, largeur, hauteur, donnees)
        lu = ", ".join(f"{b.nom} {phrases.chiffre(b.chiffre, indicateur.unite)}" for b in dessinees)
        forme._element.nvGraphicFramePr.cNvPr.set("descr", f"{indicateur.libelle} : {lu}.")
        graphique = forme.chart
        faire: Callable[[ChartData], _ClasseurDeTextes] = _ClasseurDeTextes
        graphique.part.chart_workbook.update_from_xlsx_blob(faire(donnees).xlsx_blob)
        graphique.has_legend = graphique.has_title = False
        graphique.font.size, graphique.font.name = Pt(13), POLICE
        graphique.category_axis.reverse_order = True
        graphique.category_axis.format.line.color.rgb = _rgb(CLAIR)
        graphique.category_axis.has_major_gridlines = graphique.value_axis.has_major_gridlines = False
        graphique.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        graphique.value_axis.visible = False
        if all((b.chiffre.valeur or 0) >= 0 for b in dessinees):
            graphique.value_axis.minimum_scale = 0
        trace = graphique.plots[0]
        trace.gap_width, trace.has_data_labels = 45, True
        etiquettes = trace.data_labels
        etiquettes.number_format, etiquettes.number_format_is_linked = forme_du_nombre, False
        etiquettes.show_value, etiquettes.position = True, XL_LABEL_POSITION.OUTSIDE_END
        teintes = {"territoire": COULEURS.get(bloc.jugement, ENCRE), "reference": ENCRE, "semblable": CLAIR}
        for point, barre in enumerate(dessinees):
            remplissage = trace.series[0].points[point].format.fill
            remplissage.solid()
            remplissage.fore_color.rgb = _rgb(teintes[barre.role])
    if sans := ", ".join(
        [*(f"{nom} ({valeur})" for nom, valeur in etendues), *([bloc.sans_barre] if bloc.sans_barre else [])]
    ):
        _ecrire(
            _cadre(page, GAUCHE, Emu(HAUT + hauteur), largeur, Inches(0.4)), f"Sans barre{INSECABLE}: {sans}.", 11, GRIS
        )


def _tableau(page: Slide, bloc: Tableau, gauche: Length, largeur: Length) -> None:
    rangs, colonnes = len(bloc.lignes) + 1, len(bloc.entetes)
    forme = page.shapes.add_table(rangs, colonnes, gauche, HAUT, largeur, Inches(0.4 * rangs))
    tableau = forme.table
    poids = (24, 15, 11, 15, 26) if colonnes != 4 else (18, 22, 14, 36)
    for colonne, part in zip(iter(tableau.columns), poids, strict=False):
        colonne.width = Emu(largeur * part // sum(poids[:colonnes]))
    taille = 12 if largeur < Inches(8) else 14
    for rang, ligne in enumerate((bloc.entetes, *bloc.lignes)):
        for colonne, texte in enumerate(ligne):
            cellule = tableau.cell(rang, colonne)
            cellule.margin_left = cellule.margin_right = Inches(0.06)
            cellule.fill.solid()
            cellule.fill.fore_color.rgb = _rgb(ENCRE if rang == 0 else "#ffffff" if rang % 2 else TRAIT)
            gras = rang == 0 or colonne == 1
            if len(texte) > 9:  # dans une colonne étroite, une insécable ferait couper le mot
                texte = re.sub(rf"{INSECABLE}(?=\w)", " ", texte)
            _ecrire(cellule.text_frame, texte, taille, "#ffffff" if rang == 0 else ENCRE, gras=gras, apres=0)
