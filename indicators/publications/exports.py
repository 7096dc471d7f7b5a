"""Ce qui sort de l'écran Explorer : CSV pour Excel en français, classeur XLSX, Parquet. Les mêmes lignes, typées.

Une seule liste de champs sert aux trois fichiers. Rien de ce qui vient d'un document ne peut y être exécuté par un
tableur : apostrophe devant un texte qui commence comme une formule (CSV), cellule de type texte (XLSX).
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from indicators.analyse.exploration import Exploration, LigneExploree
from indicators.donnees.schema import FEUILLES, Genre
from indicators.publications.proprietes import borner
from indicators.recit import phrases
from indicators.recit.exploration import mot_de_fiabilite, mot_de_jugement, mot_de_position, mot_du_statut, motif
from indicators.socle.catalogue import Catalogue, Indicateur, Source
from indicators.socle.observations import Observation
from indicators.socle.tableur import cellule, nombre_csv, octets_csv

TITRE = "Observatoire des quartiers — observations"
_LICENCE = "Données : Licence Ouverte 2.0 sauf mention contraire ; la feuille « Sources » donne la licence de chacune."

CELLULES_VIDES = (
    "Lire : cellules vides",
    "Un chiffre secret ou non disponible n’a pas de nombre : ce n’est pas un zéro.",
)
"""Ce que dit la feuille « Lisez-moi » des cellules vides."""
TYPES_MIME = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


Valeur = str | int | float | None


@dataclass(frozen=True)
class Champ:
    """Une colonne des fichiers : son nom, son genre, sa largeur dans le classeur, comment la lire d'une ligne."""

    nom: str
    genre: Genre
    lire: Callable[[LigneExploree, Catalogue], Valeur]
    largeur: int = 12


def chiffre_ecrit(ligne: LigneExploree) -> str:
    """Le chiffre comme à l'écran : « 46,7 % », « de 25 à 30 % », « secret statistique »."""
    return phrases.chiffre(ligne.chiffre, ligne.indicateur.unite)


def reference_ecrite(ligne: LigneExploree) -> str:
    """Le chiffre de la référence comme à l'écran ; chaîne vide s'il n'y en a pas."""
    chiffre = ligne.chiffre_de_reference
    return "" if chiffre is None else phrases.chiffre(chiffre, ligne.indicateur.unite)


def ecart_ecrit(ligne: LigneExploree) -> str:
    """L'écart comme à l'écran : « 27,9 points de plus », « au moins 11,2 points de plus » ; vide sans écart."""
    return "" if ligne.comparaison is None else phrases.ecart(ligne.comparaison)


def _ecart(ligne: LigneExploree) -> float | None:
    """L'écart en nombre, seulement quand l'écran en écrit un : un intervalle non conclusif n'en a pas."""
    c = ligne.comparaison
    return None if c is None or c.ecart is None or not ecart_ecrit(ligne) else round(c.ecart, c.decimales)


def _de(lire: Callable[[Observation], Valeur]) -> Callable[[LigneExploree, Catalogue], Valeur]:
    return lambda ligne, _: lire(ligne.chiffre)


def _de_reference(lire: Callable[[Observation], Valeur]) -> Callable[[LigneExploree, Catalogue], Valeur]:
    def lue(ligne: LigneExploree, _: Catalogue) -> Valeur:
        chiffre = ligne.chiffre_de_reference
        return None if chiffre is None else lire(chiffre)

    return lue


def _publie(nom: str, colonne: str, largeur: int = 12, lire: Callable[[Observation], Valeur] | None = None) -> Champ:
    """Une colonne des observations, sous le nom qu'elle porte dans les fichiers ; son genre est celui du schéma."""
    genre = FEUILLES["observations"][colonne].genre
    return Champ(nom, Genre.ENTIER if genre is Genre.ANNEE else genre, _de(lire or attrgetter(colonne)), largeur)


_T, _E, _N = Genre.TEXTE, Genre.ENTIER, Genre.NOMBRE
CHAMPS: tuple[Champ, ...] = (
    Champ("territoire", _T, lambda li, c: li.territoire.nom, 34),
    Champ("code", _T, lambda li, c: li.territoire.territoire, 16),
    Champ("maille", _T, lambda li, c: li.territoire.maille.libelle, 14),
    Champ("type_quartier", _T, lambda li, c: li.territoire.statut, 10),
    Champ("perimetre", _E, lambda li, c: li.territoire.geographie, 10),
    Champ("theme", _T, lambda li, c: c.themes[li.indicateur.theme].libelle, 22),
    Champ("indicateur", _T, lambda li, c: li.indicateur.libelle, 44),
    Champ("code_indicateur", _T, lambda li, c: li.chiffre.mesure, 24),
    Champ("bailleur", _T, lambda li, c: c.bailleurs[b].nom if (b := li.chiffre.bailleur) else "", 20),
    Champ("chiffre", _T, lambda li, c: chiffre_ecrit(li), 18),
    _publie("valeur", "valeur"),
    _publie("borne_inf", "borne_inf"),
    _publie("borne_sup", "borne_sup"),
    Champ("unite", _T, lambda li, c: li.indicateur.unite),
    _publie("statut", "statut", 14, mot_du_statut),
    _publie("annee_debut", "annee_debut"),
    _publie("annee", "annee", 8),
    _publie("edition", "millesime", 8),
    _publie("fiabilite", "fiabilite", 10, mot_de_fiabilite),
    _publie("note", "note", 40),
    _publie("origine", "origine", 10, lambda o: {"publiee": "publiée", "calculee": "calculée"}[o.origine]),
    Champ("source", _T, lambda li, c: c.sources[li.chiffre.source].titre, 40),
    _publie("code_source", "source", 20),
    _publie("ligne_document", "ligne", 10),
    _publie("passage", "passage", 50),
    Champ("reference", _T, lambda li, c: li.reference.nom if li.reference else "", 28),
    Champ("code_reference", _T, lambda li, c: li.reference.territoire if li.reference else "", 16),
    Champ("chiffre_reference", _T, lambda li, c: reference_ecrite(li), 18),
    Champ("valeur_reference", _N, _de_reference(lambda o: o.valeur)),
    Champ("annee_reference", _E, _de_reference(lambda o: o.annee), 10),
    Champ("edition_reference", _E, _de_reference(lambda o: o.millesime), 10),
    Champ("fiabilite_reference", _T, lambda li, c: mot_de_fiabilite(li.chiffre_de_reference), 12),
    Champ("source_reference", _T, _de_reference(lambda o: o.source), 20),
    Champ("ecart_ecrit", _T, lambda li, c: ecart_ecrit(li), 24),
    Champ("ecart", _N, lambda li, c: _ecart(li)),
    Champ("unite_ecart", _T, lambda li, c: li.indicateur.unite.ecart if ecart_ecrit(li) else ""),
    Champ("position", _T, lambda li, c: mot_de_position(li.comparaison)),
    Champ("jugement", _T, lambda li, c: mot_de_jugement(li.comparaison), 14),
    Champ("motif", _T, lambda li, c: motif(li), 36),
)
"""Une cellule vide dit « sans objet » : un chiffre secret n'a pas de nombre, une année non imprimée reste vide."""


NOMS = tuple(champ.nom for champ in CHAMPS)


def decimales_de(champ: Champ, ligne: LigneExploree) -> int:
    """Combien de décimales s'écrivent à ce nombre : celles du chiffre, de sa référence, ou de leur écart."""
    if champ.nom == "ecart" and ligne.comparaison is not None:
        return ligne.comparaison.decimales
    chiffre = ligne.chiffre_de_reference if champ.nom == "valeur_reference" else ligne.chiffre
    return chiffre.decimales if chiffre is not None else 0


def csv_observations(exploration: Exploration, catalogue: Catalogue) -> bytes:
    """Une ligne d'en-tête puis une ligne par observation ; `;`, virgule, UTF-8 avec BOM : s'ouvre d'un double clic."""
    return octets_csv([NOMS, *(cellules_csv(ligne, catalogue) for ligne in exploration.lignes)])


def cellules_csv(ligne: LigneExploree, catalogue: Catalogue) -> list[str]:
    """Les cases d'une ligne du CSV."""
    cellules = []
    for champ in CHAMPS:
        valeur = champ.lire(ligne, catalogue)
        if isinstance(valeur, float):
            cellules.append(nombre_csv(valeur, decimales_de(champ, ligne)))
        else:
            cellules.append("" if valeur is None else cellule(str(valeur)))
    return cellules


def parquet_observations(exploration: Exploration, catalogue: Catalogue, adresse: str) -> bytes:
    """Les mêmes colonnes, typées ; le titre, les filtres et l'adresse sont dans les métadonnées du fichier."""
    tampon = io.BytesIO()
    pq.write_table(table_parquet(exploration.lignes, catalogue, schema_parquet(exploration.criteres, adresse)), tampon)
    return tampon.getvalue()


def schema_parquet(criteres: Sequence[tuple[str, str]], adresse: str) -> pa.Schema:
    """Les colonnes et leurs types ; le titre, les filtres et l'adresse en métadonnées."""
    types: dict[Genre, pa.DataType] = {Genre.TEXTE: pa.string(), Genre.ENTIER: pa.int32(), Genre.NOMBRE: pa.float64()}
    demande = " ; ".join(f"{nom} : {valeurs}" for nom, valeurs in criteres)
    return pa.schema(
        [pa.field(champ.nom, types[champ.genre]) for champ in CHAMPS],
        metadata={"titre": TITRE, "filtres": demande, "adresse": adresse, "licence": _LICENCE},
    )


def table_parquet(lignes: Sequence[LigneExploree], catalogue: Catalogue, schema: pa.Schema) -> pa.Table:
    """Ces lignes, typées."""
    colonnes = [[champ.lire(ligne, catalogue) for ligne in lignes] for champ in CHAMPS]
    return pa.table([pa.array(v, f.type) for v, f in zip(colonnes, schema, strict=True)], schema=schema)


def classeur_observations(exploration: Exploration, catalogue: Catalogue, adresse: str) -> bytes:
    """Quatre feuilles : « Lisez-moi » (titre, filtres, adresse), « Observations », « Définitions », « Sources »."""
    tampon = io.BytesIO()
    with ouvrir_classeur(tampon, TITRE) as classeur:
        lisez_moi(classeur, exploration.criteres, len(exploration.lignes), exploration.total, adresse)
        lignes = (cellules_classeur(ligne, catalogue) for ligne in exploration.lignes)
        feuille_de_donnees(classeur, "Observations", [(champ.nom, champ.largeur) for champ in CHAMPS], lignes)
        indicateurs = {li.indicateur.indicateur: li.indicateur for li in exploration.lignes}
        feuilles_de_reference(classeur, indicateurs.values(), sources_citees(exploration, catalogue), catalogue)
    return tampon.getvalue()


def cellules_classeur(ligne: LigneExploree, catalogue: Catalogue) -> list[tuple[Valeur, int | None]]:
    """Les cases d'une ligne du classeur, chaque nombre avec ses décimales."""
    return [
        (champ.lire(ligne, catalogue), decimales_de(champ, ligne) if champ.genre is Genre.NOMBRE else None)
        for champ in CHAMPS
    ]


def sources_citees(exploration: Exploration, catalogue: Catalogue) -> list[Source]:
    """Les sources des chiffres et de leurs références, dans l'ordre du catalogue."""
    citees = {o.source for li in exploration.lignes for o in (li.chiffre, li.chiffre_de_reference) if o is not None}
    return [source for code, source in catalogue.sources.items() if code in citees]


def lisez_moi(
    classeur: xlsxwriter.Workbook, criteres: Sequence[tuple[str, str]], ecrites: int, total: int, adresse: str
) -> None:
    """La feuille qui dit la demande, combien de lignes elle a, et comment les lire."""
    feuille = classeur.add_worksheet("Lisez-moi")
    feuille.set_column(0, 0, 28)
    feuille.set_column(1, 1, 100, classeur.add_format({"text_wrap": True, "valign": "top"}))
    gras, titre = (
        classeur.add_format({"bold": True, "valign": "top"}),
        classeur.add_format({"bold": 1, "font_size": 16}),
    )
    feuille.write_string(0, 0, TITRE, titre)
    suite = f" (les premières sur {total})" if total > ecrites else ""
    *filtres, comparaison = criteres
    lignes = [
        *((f"Filtre : {nom}", valeurs) for nom, valeurs in filtres or [("aucun", "toute la base")]),
        comparaison,
        ("Observations", f"{ecrites}{suite}"),
        ("Adresse de ce filtre", adresse),
        CELLULES_VIDES,
        (
            "Lire : fiabilité",
            "« douteuse » : imprimé ainsi dans le document, mais contredit ; la raison est dans « note ».",
        ),
        (
            "Lire : écart",
            "Chiffre moins référence : en points entre deux pourcentages ou deux indices, dans l’unité sinon.",
        ),
        ("Lire : jugement", "Absent si les années diffèrent ou si l’un des chiffres manque : « motif » dit pourquoi."),
        ("Licence", _LICENCE),
    ]
    for rang, (nom, texte) in enumerate(lignes, start=2):
        feuille.write_string(rang, 0, nom, gras)
        _ecrire(feuille, rang, 1, texte, None)
        feuille.set_row(rang, _hauteur((nom, texte), (28, 100)))
    mettre_en_page(feuille, "Lisez-moi", (0, len(lignes) + 1, 1))


def ouvrir_classeur(tampon: BinaryIO, titre: str, *, au_disque: bool = False) -> xlsxwriter.Workbook:
    """Un classeur où aucun texte n'est deviné formule, nombre ou lien : un code garde ses zéros.

    `au_disque` : chaque ligne écrite quitte la mémoire ; elles s'écrivent alors dans l'ordre.
    """
    memoire = {"constant_memory": True} if au_disque else {"in_memory": True}
    reglages = memoire | {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    classeur = xlsxwriter.Workbook(tampon, reglages)
    classeur.set_properties({"title": borner(titre), "comments": _LICENCE})
    return classeur


def feuille_de_donnees(
    classeur: xlsxwriter.Workbook,
    nom: str,
    colonnes: Sequence[tuple[str, int]],
    lignes: Iterable[Sequence[tuple[Valeur, int | None]]],
    *,
    mots: Sequence[str] = (),
    imprimees: int | None = None,
    a_la_ligne: bool = False,
) -> None:
    """Une feuille filtrable : colonnes (code, largeur) ; cellules (valeur, décimales d'un nombre, ou None).

    `mots` : le nom de chaque colonne en toutes lettres, au-dessus de son code. `imprimees` : combien de colonnes vont
    sur le papier, les premières ; toutes par défaut. `a_la_ligne` : les textes longs s'y lisent entiers (ils le font
    toujours sous des `mots`).
    """
    a_la_ligne = a_la_ligne or bool(mots)
    feuille = classeur.add_worksheet(nom)
    entete = classeur.add_format({"bold": True, "text_wrap": True, "valign": "bottom"})
    gris = {"bottom": 1, "font_color": "#5d6b7a", "shrink": True}
    nus = {"bottom": 1, "bold": True, "text_wrap": True, "valign": "bottom"}
    codes = classeur.add_format(gris if mots else nus)
    # Une année, à droite de sa case, toucherait le texte de la suivante.
    retour = {"text_wrap": True, "valign": "top", "align": "left"} if a_la_ligne else {}
    courant = classeur.add_format(retour) if retour else None
    # Un texte qui commence comme une formule garde sa marque de texte, même quand on retouche la cellule.
    protege = classeur.add_format({"quote_prefix": True, **retour})
    # Un nombre, à droite de sa case, ne touche pas le mot de la suivante.
    place = {"valign": "top", "align": "right", "indent": 1}
    formats = {
        d: classeur.add_format({"num_format": "#,##0" + ("." + "0" * d if d else ""), **place}) for d in range(10)
    }
    haut = 1 if mots else 0
    for colonne, (code, largeur) in enumerate(colonnes):
        feuille.set_column(colonne, colonne, largeur)
        if mots:
            feuille.write_string(0, colonne, mots[colonne], entete)
        feuille.write_string(haut, colonne, code, codes)
    if not mots:
        feuille.set_row(0, _hauteur([code for code, _ in colonnes], [largeur for _, largeur in colonnes]))
    rang = haut
    for rang, ligne in enumerate(lignes, start=haut + 1):
        for colonne, (valeur, decimales) in enumerate(ligne):
            forme = courant if decimales is None else formats[min(decimales, 9)]
            if isinstance(valeur, str) and cellule(valeur) != valeur:
                forme = protege
            _ecrire(feuille, rang, colonne, valeur, forme)
        if a_la_ligne:  # les colonnes qui s'impriment vont à la ligne : la rangée en a la hauteur
            feuille.set_row(rang, _hauteur([v for v, _ in ligne[:imprimees]], [largeur for _, largeur in colonnes]))
    if mots:
        feuille.set_row(0, 45)
    feuille.freeze_panes(haut + 1, 2 if mots else 1)
    if rang > haut:
        feuille.autofilter(haut, 0, rang, len(colonnes) - 1)
    mettre_en_page(feuille, nom, (haut, rang, (imprimees or len(colonnes)) - 1))


def mettre_en_page(feuille: xlsxwriter.worksheet.Worksheet, titre: str, jusqu_a: tuple[int, int, int]) -> None:
    """A4 en paysage, une page de large, les titres sur chaque feuille ; `jusqu_a` : (titres, ligne, colonne)."""
    titres, ligne, colonne = jusqu_a
    feuille.set_landscape()
    feuille.set_paper(9)
    feuille.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    feuille.fit_to_pages(1, 0)
    feuille.repeat_rows(0, titres)
    feuille.print_area(0, 0, max(ligne, titres), colonne)
    feuille.set_footer(f"&L{titre}&CObservatoire des quartiers&Rpage &P sur &N")


def feuilles_de_reference(
    classeur: xlsxwriter.Workbook, indicateurs: Iterable[Indicateur], sources: Iterable[Source], catalogue: Catalogue
) -> None:
    """Les feuilles « Définitions » et « Sources »."""
    feuille_de_texte(
        classeur,
        "Définitions",
        (("Indicateur", 30), ("Code", 22), ("Thème", 14), ("Unité", 10), ("Ce qui est bon", 10))
        + (("Définition", 46), ("Numérateur", 22), ("Dénominateur", 22), ("Précautions", 46), ("Bande proche", 8)),
        [
            (i.libelle, i.indicateur, catalogue.themes[i.theme].libelle, i.unite, str(i.sens))
            + (i.definition, i.numerateur, i.denominateur, i.precautions, i.bande_proche)
            for i in indicateurs
        ],
    )
    feuille_de_texte(
        classeur,
        "Sources",
        (("Code", 22), ("Producteur", 20), ("Titre", 46), ("Édition", 12), ("Publication", 12))
        + (("Adresse", 26), ("Licence", 18), ("Rang de confiance", 10), ("Document lu", 24)),
        [
            (s.source, s.producteur, s.titre, s.edition, s.date_publication)
            + (s.url, s.licence, s.rang, s.document.rpartition("/")[2])
            for s in sources
        ],
    )


def feuille_de_texte(
    classeur: xlsxwriter.Workbook,
    nom: str,
    colonnes: Sequence[tuple[str, int]],
    lignes: Iterable[Sequence[Valeur]],
) -> None:
    """Une feuille à lire : textes longs à la ligne."""
    feuille = classeur.add_worksheet(nom)
    entete = classeur.add_format({"bold": True, "bottom": 1})
    retour = classeur.add_format({"text_wrap": True, "valign": "top"})
    for colonne, (titre, largeur) in enumerate(colonnes):
        feuille.set_column(colonne, colonne, largeur)
        feuille.write_string(0, colonne, titre, entete)
    rang = 0
    for rang, ligne in enumerate(lignes, start=1):
        for colonne, valeur in enumerate(ligne):
            _ecrire(feuille, rang, colonne, valeur, retour)
        feuille.set_row(rang, _hauteur(ligne, [largeur for _, largeur in colonnes]))
    feuille.freeze_panes(1, 1)
    mettre_en_page(feuille, nom, (0, rang, len(colonnes) - 1))


def _hauteur(ligne: Sequence[object], largeurs: Sequence[int]) -> float:
    """Ce que prend la rangée, ses textes à la ligne : un tableur ne la recompte pas toujours à l'ouverture."""
    return 15 * max([1, *(math.ceil(1.1 * len(str(v)) / largeur) for v, largeur in zip(ligne, largeurs, strict=False))])


def _ecrire(feuille: xlsxwriter.worksheet.Worksheet, rang: int, colonne: int, valeur: Valeur, forme: object) -> None:
    """Un nombre en nombre, un texte en texte, rien pour une valeur absente."""
    if isinstance(valeur, str):
        if valeur:
            feuille.write_string(rang, colonne, valeur, forme)
    elif valeur is not None and math.isfinite(valeur):
        feuille.write_number(rang, colonne, valeur, forme)
