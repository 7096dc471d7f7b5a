"""Le classeur d'un territoire : chaque indicateur du portrait, en nombres, avec ses références, définitions, sources.

Même moule que l'export d'Explorer (`exports`) : rien de ce qui vient d'un document ne peut y être exécuté.
"""

from __future__ import annotations

import io
from datetime import date

from indicators.analyse.comparaison import Comparaison, Motif
from indicators.analyse.portrait import Ligne, Portrait
from indicators.publications.composition import date_en_lettres
from indicators.publications.exports import (
    CELLULES_VIDES,
    Valeur,
    feuille_de_donnees,
    feuille_de_texte,
    feuilles_de_reference,
    ouvrir_classeur,
)
from indicators.recit import phrases, resume
from indicators.recit.exploration import mot_de_fiabilite, mot_du_statut
from indicators.recit.page import portrait
from indicators.socle.catalogue import Catalogue

_COLONNES = (
    ("thème", 24), ("indicateur", 44), ("code_indicateur", 24), ("chiffre", 20), ("valeur", 12), ("borne_inf", 10),
    ("borne_sup", 10), ("unite", 12), ("statut", 14), ("annee_debut", 10), ("annee", 8), ("edition", 8),
    ("fiabilite", 10), ("note", 40), ("rang", 6), ("rang_sur", 8), ("code_source", 20), ("ligne_document", 10),
    ("passage", 50),
)  # fmt: skip
_PAR_REFERENCE = (
    ("chiffre", 20), ("valeur", 12), ("annee", 10), ("edition", 10), ("fiabilite", 12), ("ecart_ecrit", 26),
    ("ecart", 10), ("verdict", 34),
)  # fmt: skip
Cellule = tuple[Valeur, int | None]


def classeur_xlsx(vue: Portrait, catalogue: Catalogue, jour: date | None = None) -> bytes:
    """Cinq feuilles : « Lisez-moi », « Indicateurs », « Ce qui manque », « Définitions », « Sources »."""
    tampon = io.BytesIO()
    lignes = [(theme, ligne) for theme, ligne in _lignes(vue, catalogue)]
    with ouvrir_classeur(tampon, f"{vue.territoire.nom} — observatoire des quartiers") as classeur:
        feuille_de_texte(classeur, "Lisez-moi", (("À savoir", 30), ("", 100)), _lisez_moi(vue, jour or date.today()))
        colonnes = [*_COLONNES]
        for reference in vue.references:
            colonnes += [(f"{reference.nom_court} : {nom}", largeur) for nom, largeur in _PAR_REFERENCE]
        feuille_de_donnees(classeur, "Indicateurs", colonnes, (_cellules(theme, ligne, vue) for theme, ligne in lignes))
        absents = [li for li in vue.tete if li.chiffre is None]
        feuille_de_texte(
            classeur,
            "Ce qui manque",
            (("Indicateur", 60), ("Code", 30), ("Pourquoi", 80)),
            [
                *((li.indicateur.libelle, li.indicateur.indicateur, li.absence) for li in absents),
                *((i.libelle, i.indicateur, "absent des documents lus pour ce territoire.") for i in vue.manquants),
            ],
        )
        citees = {li.chiffre.source for _, li in lignes if li.chiffre is not None}
        citees |= {c.reference.source for _, li in lignes for c in li.comparaisons if c.reference is not None}
        sources = [source for code, source in catalogue.sources.items() if code in citees]
        feuilles_de_reference(classeur, [li.indicateur for _, li in lignes], sources, catalogue)
    return tampon.getvalue()


def _lignes(vue: Portrait, catalogue: Catalogue) -> list[tuple[str, Ligne]]:
    tete = [(catalogue.themes[li.indicateur.theme].libelle, li) for li in vue.tete if li.chiffre is not None]
    return tete + [(theme.libelle, li) for theme, lignes in vue.themes for li in lignes]


def _lisez_moi(vue: Portrait, jour: date) -> list[tuple[str, str]]:
    return [
        ("Territoire", " · ".join((vue.territoire.nom, *portrait.identite(vue).morceaux))),
        ("Références", ", ".join(t.nom for t in vue.references) or "aucune"),
        ("Édité le", date_en_lettres(jour)),
        ("En bref", resume.chapeau(vue)),
        CELLULES_VIDES,
        ("Lire : fiabilité", "« douteuse » : imprimé ainsi dans le document, mais contredit ; « note » dit pourquoi."),
        ("Lire : écart", "Chiffre moins référence : en points entre deux parts ou deux indices, dans l’unité sinon."),
        ("Lire : verdict", "Le jugement, ou la raison pour laquelle il n’y en a pas."),
        ("Lire : rang", "Parmi les territoires semblables connus à la même date, 1 pour la valeur la plus élevée."),
        ("Licence", "Licence Ouverte 2.0 sauf mention contraire ; la feuille « Sources » donne celle de chacune."),
    ]


def _cellules(theme: str, ligne: Ligne, vue: Portrait) -> list[Cellule]:
    o, i = ligne.chiffre, ligne.indicateur
    assert o is not None and ligne.place is not None
    place = ligne.place.rang
    cellules: list[Cellule] = [
        (theme, None), (i.libelle, None), (i.indicateur, None), (phrases.chiffre(o, i.unite), None),
        (o.valeur, o.decimales), (o.borne_inf, o.decimales), (o.borne_sup, o.decimales), (i.unite, None),
        (mot_du_statut(o), None), (o.annee_debut, None), (o.annee, None), (o.millesime, None),
        (mot_de_fiabilite(o), None), (o.note, None), (place.rang if place else None, None),
        (place.effectif if place else None, None), (o.source, None), (o.ligne, None), (o.passage, None),
    ]  # fmt: skip
    for comparaison in ligne.comparaisons:
        cellules += _reference(comparaison)
    return cellules


def _reference(c: Comparaison) -> list[Cellule]:
    o = c.reference
    verdict = phrases.EFFECTIF_EN_BREF if c.motif is Motif.EFFECTIF else phrases.verdict(c)
    ecart = phrases.ecart(c)
    suite: list[Cellule] = [
        (ecart, None),
        (round(c.ecart, c.decimales) if c.ecart is not None and ecart else None, c.decimales),
        (verdict, None),
    ]
    if o is None:
        return [("", None), (None, None), (None, None), (None, None), ("", None), *suite]
    return [
        (phrases.chiffre(o, c.indicateur.unite), None),
        (o.valeur, o.decimales),
        (o.annee, None),
        (o.millesime, None),
        (mot_de_fiabilite(o), None),
        *suite,
    ]
