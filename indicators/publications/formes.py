"""Les formes d'un diaporama : textes, tableaux, graphiques à barres et courbes, que l'on peut tous retoucher."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pptx.chart.data import ChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Emu, Inches, Length, Pt
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from indicators.analyse.comparaison import Jugement
from indicators.publications.composition import image_png
from indicators.recit import phrases
from indicators.recit.dessins.bandes import COULEURS, ENCRE, GRIS
from indicators.recit.dessins.mesure import largeur as mesurer
from indicators.recit.dessins.mesure import lignes as couper
from indicators.recit.page.diapositives import Barres, Courbe, Tableau
from indicators.socle.catalogue import Indicateur
from indicators.socle.nombres import INSECABLE
from indicators.socle.observations import Observation

POLICE = "Arial"
"""Un PPTX n'embarque pas de police : celle-ci est sur tous les postes, ou remplacée à largeur égale."""
CLAIR, TRAIT = "#8b98a6", "#eef1f4"
PLUS_LARGE, MOT_LARGE = 1.12, 1.3
"""Ce qu'Arial prend de plus que la police mesurée : sur une ligne, et sur un mot, en capitales au pire."""
MARGE = Inches(0.06)


class _ClasseurDeTextes(CategoryWorkbookWriter):
    """Le classeur derrière un graphique (« Modifier les données »), où un nom en « =… » n'est pas une formule."""

    @contextmanager
    def _open_worksheet(self, xlsx_file: io.BytesIO) -> Iterator[tuple[Workbook, Worksheet]]:
        reglages = dict.fromkeys(("strings_to_formulas", "strings_to_numbers", "strings_to_urls"), False)
        with Workbook(xlsx_file, {"in_memory": True, **reglages}) as classeur:
            yield classeur, classeur.add_worksheet()


def cadre(page: Slide, gauche: Length, haut: Length, largeur: Length, hauteur: Length) -> TextFrame:
    """Une zone de texte vide, sans marge sur les côtés."""
    texte: TextFrame = page.shapes.add_textbox(gauche, haut, largeur, hauteur).text_frame
    texte.word_wrap = True
    texte.margin_left = texte.margin_right = Emu(0)
    return texte


def ecrire(texte: TextFrame, dit: str, taille: int, teinte: str, *, gras: bool = False, apres: int = 4) -> None:
    """Ajoute un paragraphe ; le premier, vide, est réutilisé."""
    vide = len(texte.paragraphs) == 1 and not texte.paragraphs[0].runs
    paragraphe = texte.paragraphs[0] if vide else texte.add_paragraph()
    paragraphe.space_after, paragraphe.alignment = Pt(apres), PP_ALIGN.LEFT
    passage = paragraphe.add_run()
    passage.text = dit
    passage.font.name, passage.font.size, passage.font.bold = POLICE, Pt(taille), gras
    passage.font.color.rgb = rgb(teinte)
    passage._r.get_or_add_rPr().set("lang", "fr-FR")


def rgb(teinte: str) -> RGBColor:
    """« #1c2733 » pour un diaporama."""
    couleur: RGBColor = RGBColor.from_string(teinte.removeprefix("#").upper())
    return couleur


def teinte_de(jugement: Jugement | None) -> str:
    """La couleur d'un verdict qui en a une ; l'encre sinon."""
    return COULEURS.get(jugement, ENCRE) if jugement is not None else ENCRE


def image(page: Slide, svg: str, alternative: str, gauche: Length, haut: Length, place: tuple[Length, Length]) -> None:
    """Un dessin en image, aussi grand que la place le permet, avec son texte de remplacement."""
    largeur, hauteur = place
    posee: Any = page.shapes.add_picture(io.BytesIO(image_png(svg)), gauche, haut, height=hauteur)
    if posee.width > largeur:
        posee.width, posee.height = largeur, Emu(posee.height * largeur // posee.width)
    posee._element.nvPicPr.cNvPr.set("descr", alternative)


# --- tableaux ------------------------------------------------------------------------------------------------


def tableau(page: Slide, bloc: Tableau, gauche: Length, haut: Length, place: tuple[Length, Length]) -> None:
    """Un tableau dont aucun mot n'est coupé : les colonnes se mesurent, le corps diminue s'il le faut."""
    lignes = (bloc.entetes, *bloc.lignes)
    taille, largeurs = _a_la_taille(lignes, place)
    rangs, colonnes = len(lignes), len(bloc.entetes)
    forme: Any = page.shapes.add_table(rangs, colonnes, gauche, haut, place[0], Inches(0.3 * rangs))
    for rang, largeur in enumerate(largeurs):
        forme.table.columns[rang].width = largeur
    for rang, ligne in enumerate(lignes):
        for colonne, texte in enumerate(ligne):
            cellule = forme.table.cell(rang, colonne)
            cellule.margin_left = cellule.margin_right = MARGE
            cellule.fill.solid()
            cellule.fill.fore_color.rgb = rgb(ENCRE if rang == 0 else "#ffffff" if rang % 2 else TRAIT)
            gras = rang == 0 or colonne == 1
            encre = "#ffffff" if rang == 0 else ENCRE
            ecrire(cellule.text_frame, texte, taille, encre, gras=gras, apres=0)


def _a_la_taille(lignes: Sequence[Sequence[str]], place: tuple[Length, Length]) -> tuple[int, list[Length]]:
    """La plus grande taille, de 16 à 10 points, où chaque mot tient dans sa colonne et le tableau dans sa place."""
    for taille in range(16, 9, -1):
        largeurs = _largeurs(lignes, taille, place[0])
        if largeurs is not None and _hauteur(lignes, taille, largeurs) <= place[1]:
            return taille, largeurs
    largeurs = _largeurs(lignes, 10, place[0])
    return 10, largeurs or [Emu(place[0] // len(lignes[0]))] * len(lignes[0])


def _chasse(texte: str, taille: int, fois: float = PLUS_LARGE) -> Length:
    return Pt(mesurer(texte, taille, gras=True) * fois)


def _largeurs(lignes: Sequence[Sequence[str]], taille: int, largeur: Length) -> list[Length] | None:
    """La largeur de chaque colonne : son plus long mot d'abord, le reste selon ses textes ; None si cela déborde."""
    colonnes = list(zip(*lignes, strict=True))
    mots = [
        max(_chasse(mot, taille, MOT_LARGE) for texte in c for mot in texte.split(" ")) + 2 * MARGE for c in colonnes
    ]
    reste = largeur - sum(mots)
    if reste < 0:
        return None
    entiers = [max(_chasse(texte, taille) for texte in c) + 3 * MARGE for c in colonnes]
    envies = [max(entier - mot, 0) for entier, mot in zip(entiers, mots, strict=True)]
    total = sum(envies) or 1
    return [Emu(m + reste * e // total) for m, e in zip(mots, envies, strict=True)]


def _hauteur(lignes: Sequence[Sequence[str]], taille: int, largeurs: Sequence[Length]) -> int:
    """La hauteur que prendra le tableau, à la ligne près."""
    total = 0
    for ligne in lignes:
        rangs = max(
            len(couper(texte, taille * PLUS_LARGE, (largeur - 2 * MARGE) / 12_700, gras=True))
            for texte, largeur in zip(ligne, largeurs, strict=True)
        )
        total += Pt(1.22 * taille * rangs) + Inches(0.1)
    return total


# --- graphiques ----------------------------------------------------------------------------------------------


def _forme_du_nombre(indicateur: Indicateur, chiffres: Sequence[Observation]) -> str:
    decimales = max(o.decimales for o in chiffres)
    unite = f'" {indicateur.unite}"' if indicateur.unite.pluriel else ""
    # « -40C » : le français, sur tout poste.
    return "[$-40C]#,##0" + ("." + "0" * decimales if decimales else "") + unite


def _poser(
    page: Slide, genre: XL_CHART_TYPE, donnees: ChartData, ou: tuple[Length, Length, Length, Length], lu: str
) -> Any:
    """Le graphique, ses données sans formule, sans légende ni titre, et son texte de remplacement."""
    forme: Any = page.shapes.add_chart(genre, *ou, donnees)
    forme._element.nvGraphicFramePr.cNvPr.set("descr", lu)
    graphique: Any = forme.chart
    faire: Callable[[ChartData], _ClasseurDeTextes] = _ClasseurDeTextes
    graphique.part.chart_workbook.update_from_xlsx_blob(faire(donnees).xlsx_blob)
    graphique.has_legend = graphique.has_title = False
    graphique.font.size, graphique.font.name = Pt(14), POLICE
    graphique.category_axis.format.line.color.rgb = rgb(CLAIR)
    graphique.category_axis.has_major_gridlines = graphique.value_axis.has_major_gridlines = False
    graphique.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    return graphique


def barres(page: Slide, bloc: Barres, ou: tuple[Length, Length, Length, Length]) -> None:
    """Un vrai graphique à barres ; ce qui n'a pas de valeur unique est nommé dessous, jamais dessiné à zéro."""
    gauche, haut, largeur, hauteur = ou
    indicateur = bloc.indicateur
    dessinees = [b for b in bloc.barres if b.chiffre.est_ponctuelle]
    etendues = [(b.nom, phrases.chiffre(b.chiffre, indicateur.unite)) for b in bloc.barres if b not in dessinees]
    pied = Inches(0.55)
    if not dessinees:
        table = Tableau(("Territoire", indicateur.libelle_court), tuple(etendues))
        tableau(page, table, gauche, haut, (largeur, Emu(hauteur - pied)))
        etendues = []
    else:
        forme = _forme_du_nombre(indicateur, [b.chiffre for b in dessinees])
        donnees = ChartData(forme)
        donnees.categories = [b.nom + (" (douteux)" if b.chiffre.douteuse else "") for b in dessinees]
        donnees.add_series(indicateur.libelle, [b.chiffre.valeur for b in dessinees])
        lu = ", ".join(f"{b.nom} {phrases.chiffre(b.chiffre, indicateur.unite)}" for b in dessinees)
        place = (gauche, haut, largeur, Emu(hauteur - pied))
        graphique = _poser(page, XL_CHART_TYPE.BAR_CLUSTERED, donnees, place, f"{indicateur.libelle} : {lu}.")
        graphique.category_axis.reverse_order = True
        graphique.value_axis.visible = False
        if all((b.chiffre.valeur or 0) >= 0 for b in dessinees):
            graphique.value_axis.minimum_scale = 0
        trace = graphique.plots[0]
        trace.gap_width, trace.has_data_labels = 45, True
        trace.data_labels.number_format, trace.data_labels.number_format_is_linked = forme, False
        trace.data_labels.show_value, trace.data_labels.position = True, XL_LABEL_POSITION.OUTSIDE_END
        teintes = {"territoire": COULEURS.get(bloc.jugement, ENCRE), "reference": ENCRE, "semblable": CLAIR}
        for point, barre in enumerate(dessinees):
            remplissage = trace.series[0].points[point].format.fill
            remplissage.solid()
            remplissage.fore_color.rgb = rgb(teintes[barre.role])
    sans = [*(f"{nom} ({valeur})" for nom, valeur in etendues), *([bloc.sans_barre] if bloc.sans_barre else [])]
    if sans:
        dessous = cadre(page, gauche, Emu(haut + hauteur - pied), largeur, pied)
        dit = f"Sans barre{INSECABLE}: {', '.join(sans)}."
        rangs = {c: len(couper(dit, c * PLUS_LARGE, largeur / 12_700, gras=True)) for c in (12, 11, 10)}
        ecrire(dessous, dit, next((c for c, n in rangs.items() if Pt(c * 1.2 * n) <= pied), 9), GRIS)


_MARQUES = (XL_MARKER_STYLE.DIAMOND, XL_MARKER_STYLE.SQUARE, XL_MARKER_STYLE.CIRCLE)
"""Le territoire, la première référence, les suivantes."""


def _nommer_une_fois(legende: Any, a_qui: Sequence[int]) -> None:
    """La légende nomme chaque territoire une fois, si nombreux que soient les morceaux de sa courbe."""
    place = legende._element.find(qn("c:legendPos"))
    for rang in reversed(range(len(a_qui))):
        if a_qui[rang] in a_qui[:rang]:
            entree = OxmlElement("c:legendEntry")
            for nom, valeur in (("c:idx", str(rang)), ("c:delete", "1")):
                fils = OxmlElement(nom)
                fils.set("val", valeur)
                entree.append(fils)
            place.addnext(entree)


def bouts(morceaux: Sequence[Sequence[Observation]], annees: Sequence[int]) -> list[Observation]:
    """Les bouts de chaque morceau, dont la valeur s'écrit ; de deux qui se toucheraient sur cet axe, le second."""
    gardes: list[Observation] = []
    for o in (o for morceau in reversed(morceaux) for o in (morceau[-1], morceau[0])):
        if not gardes or (gardes[-1].annee or 0) - (o.annee or 0) > len(annees) / 8:
            gardes.append(o)
    return gardes


def courbe(page: Slide, bloc: Courbe, ou: tuple[Length, Length, Length, Length]) -> None:
    """Une vraie courbe : une série par morceau, car rien ne relie deux morceaux ; les références en tirets."""
    traces = [bloc.territoire, *bloc.references]
    chiffres = [o for t in traces for o in t.points]
    annees = range(min(o.annee or 0 for o in chiffres), max(o.annee or 0 for o in chiffres) + 1)
    forme = _forme_du_nombre(bloc.indicateur, chiffres)
    donnees = ChartData(forme)
    donnees.categories = [str(annee) for annee in annees]
    series: list[tuple[int, tuple[Observation, ...]]] = []
    for rang, trace in enumerate(traces):
        for morceau in trace.morceaux:
            par_annee = {o.annee: o.valeur for o in morceau}
            donnees.add_series(trace.nom, [par_annee.get(annee) for annee in annees])
            series.append((rang, morceau))
    unite = bloc.indicateur.unite
    dits = (f"{t.nom} : {', '.join(f'{o.annee} {phrases.chiffre(o, unite)}' for o in t.points)}" for t in traces)
    lu = " ; ".join(dits)
    graphique = _poser(page, XL_CHART_TYPE.LINE_MARKERS, donnees, ou, f"{bloc.indicateur.libelle}. {lu}.")
    graphique.has_legend = True
    assert graphique.legend is not None
    graphique.legend.position, graphique.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    _nommer_une_fois(graphique.legend, [rang for rang, _ in series])
    axe = graphique.value_axis
    axe.tick_labels.number_format, axe.tick_labels.number_format_is_linked = forme, False
    axe.has_major_gridlines = True
    axe.major_gridlines.format.line.color.rgb = rgb("#d9dfe6")
    axe.format.line.fill.background()
    if unite == "%" and all((o.valeur or 0) >= 0 for o in chiffres):
        axe.minimum_scale = 0
    ecrites = bouts(bloc.territoire.morceaux, annees)
    for rang, (serie, (a_qui, morceau)) in enumerate(zip(graphique.plots[0].series, series, strict=True)):
        siennes = a_qui == 0
        encre = rgb(teinte_de(bloc.jugement) if siennes else ENCRE if a_qui == 1 else GRIS)
        serie.smooth = False
        serie.format.line.color.rgb = encre
        serie.format.line.width = Pt(3.5 if siennes else 2)
        if not siennes:
            serie.format.line.dash_style = MSO_LINE.DASH
        serie.marker.style = _MARQUES[min(a_qui, len(_MARQUES) - 1)]
        serie.marker.size = 11 if siennes else 8
        serie.marker.format.fill.solid()
        serie.marker.format.fill.fore_color.rgb = encre
        serie.marker.format.line.color.rgb = encre
        # Une seule référence porte ses valeurs : deux proches l'une de l'autre ne se liraient pas.
        ecrits = ecrites if siennes else bouts([morceau], annees) if rang == len(bloc.territoire.morceaux) else []
        for o in (o for o in ecrits if o in morceau):
            etiquette = serie.points[(o.annee or 0) - annees[0]].data_label
            etiquette.position = XL_LABEL_POSITION.ABOVE
            texte = etiquette.text_frame
            texte.text = phrases.chiffre(o, unite) + (" (douteux)" if o.douteuse else "")
            passage = texte.paragraphs[0].runs[0]
            passage.font.size, passage.font.bold, passage.font.name = Pt(16), True, POLICE
            passage.font.color.rgb = encre
