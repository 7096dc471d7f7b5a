"""Le classeur d'un territoire : chaque indicateur du portrait, en nombres, avec ses références, définitions, sources.

Même moule que l'export d'Explorer (`exports`) : rien de ce qui vient d'un document ne peut y être exécuté.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

from indicators.analyse.comparaison import Comparaison, Motif
from indicators.analyse.portrait import Ligne, Portrait
from indicators.analyse.reste import Reste
from indicators.publications import reste
from indicators.publications.composition import date_en_lettres
from indicators.publications.exports import (
    CELLULES_VIDES,
    Valeur,
    feuille_de_donnees,
    feuille_de_texte,
    feuilles_de_reference,
    ouvrir_classeur,
)
from indicators.recit import phrases, regroupements, resume
from indicators.recit.exploration import mot_de_fiabilite, mot_du_statut
from indicators.recit.page import portrait
from indicators.socle.catalogue import Catalogue
from indicators.socle.territoires import Territoire

_LISIBLES = (
    ("thème", "Thème", 16), ("indicateur", "Indicateur", 32), ("chiffre", "Chiffre", 18), ("annee", "Année", 7),
    ("edition", "Édition du document", 9), ("fiabilite", "Fiabilité", 10), ("rang", "Rang", 6),
    ("rang_sur", "Sur combien", 8),
)  # fmt: skip
"""Ce que l'on lit et que l'on imprime : (code, nom en mots, largeur)."""
_FACE = (("chiffre", "chiffre", 18), ("annee", "année", 10), ("ecart_ecrit", "écart", 22), ("verdict", "verdict", 20))
"""La même chose de chaque référence."""
_TECHNIQUES = (
    ("code_indicateur", "Code de l’indicateur", 24), ("valeur", "Valeur", 12), ("borne_inf", "Borne inférieure", 10),
    ("borne_sup", "Borne supérieure", 10), ("unite", "Unité", 12), ("statut", "Statut", 14),
    ("annee_debut", "Première année", 10), ("note", "Note", 40), ("code_source", "Code de la source", 20),
    ("ligne_document", "Ligne du document", 10), ("passage", "Passage lu", 50),
)  # fmt: skip
"""De quoi calculer et vérifier ; à droite, hors de l'impression."""
_FACE_TECHNIQUE = (
    ("valeur", "valeur", 12), ("edition", "édition", 10), ("fiabilite", "fiabilité", 12),
    ("ecart", "écart, en nombre", 10),
)  # fmt: skip
Cellule = tuple[Valeur, int | None]


def classeur_xlsx(
    vue: Portrait, catalogue: Catalogue, jour: date | None = None, *, restes: Sequence[Reste] = ()
) -> bytes:
    """« Lisez-moi », « Indicateurs », « Ce qui manque », « Définitions », « Sources » ; et, avec les `restes` d'un
    quartier, « Reste de la commune » après « Indicateurs ».
    """
    tampon = io.BytesIO()
    lignes = [(theme, ligne) for theme, ligne in _lignes(vue, catalogue)]
    with ouvrir_classeur(tampon, f"{vue.territoire.nom} — observatoire des quartiers") as classeur:
        feuille_de_texte(classeur, "Lisez-moi", (("À savoir", 30), ("", 100)), _lisez_moi(vue, jour or date.today()))
        colonnes = _colonnes(vue)
        feuille_de_donnees(
            classeur,
            "Indicateurs",
            [(code, largeur) for code, _, largeur in colonnes],
            (_cellules(theme, ligne, vue) for theme, ligne in lignes),
            mots=[mots for _, mots, _ in colonnes],
            imprimees=len(_LISIBLES) + len(_FACE) * len(vue.references),
        )
        if restes:
            feuille_de_texte(classeur, reste.FEUILLE, reste.COLONNES, reste.lignes(restes))
        absents = [li for li in vue.tete if li.chiffre is None]
        feuille_de_texte(
            classeur,
            "Ce qui manque",
            (("Indicateur", 60), ("Code", 30), ("Pourquoi", 80)),
            [
                *((li.indicateur.libelle, li.indicateur.indicateur, regroupements.absence(li)) for li in absents),
                *((i.libelle, i.indicateur, "absent des documents lus pour ce territoire.") for i in vue.manquants),
            ],
        )
        if vue.etendues:
            feuille_de_texte(
                classeur,
                "Ses membres",
                (
                    ("Indicateur", 40),
                    ("Étendue", 30),
                    ("Membres connus", 40),
                    ("Membre", 40),
                    ("Valeur lue", 20),
                    ("Source", 60),
                ),
                [
                    (e.nom, e.valeurs, e.connus, membre, lue, e.source)
                    for e in portrait.etendues(vue, catalogue)
                    for membre, lue in e.membres
                ],
            )
        citees = {li.chiffre.source for _, li in lignes if li.chiffre is not None}
        citees |= {s for r in restes for e in (r.haut, r.bas) if e is not None for s in e.sources}
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


def _colonnes(vue: Portrait) -> list[tuple[str, str, int]]:
    """Les colonnes : ce qui se lit, référence par référence, puis ce qui sert à calculer."""

    def de(reference: Territoire, faces: Sequence[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
        nom = reference.nom_court
        return [(f"{nom} : {code}", f"{nom} : {mots}", largeur) for code, mots, largeur in faces]

    return [
        *_LISIBLES,
        *(colonne for r in vue.references for colonne in de(r, _FACE)),
        *_TECHNIQUES,
        *(colonne for r in vue.references for colonne in de(r, _FACE_TECHNIQUE)),
    ]


def _cellules(theme: str, ligne: Ligne, vue: Portrait) -> list[Cellule]:
    o, i = ligne.chiffre, ligne.indicateur
    assert o is not None and ligne.place is not None
    place = ligne.place.rang
    return [
        (theme, None), (i.libelle, None), (phrases.chiffre(o, i.unite), None), (o.annee, None), (o.millesime, None),
        (mot_de_fiabilite(o), None), (place.rang if place else None, None), (place.effectif if place else None, None),
        *(cellule for c in ligne.comparaisons for cellule in _face(c)),
        (i.indicateur, None), (o.valeur, o.decimales), (o.borne_inf, o.decimales), (o.borne_sup, o.decimales),
        (i.unite, None), (mot_du_statut(o), None), (o.annee_debut, None), (o.note, None), (o.source, None),
        (o.ligne, None), (o.passage.replace("**", ""), None),  # la graisse d’une transcription n’est pas du texte
        *(cellule for c in ligne.comparaisons for cellule in _face_technique(c)),
    ]  # fmt: skip


def _face(c: Comparaison) -> list[Cellule]:
    o = c.reference
    dit = phrases.motif_entier(c) if c.motif is Motif.RUPTURE else phrases.verdict(c)
    verdict = "nombre absolu, non comparé" if c.motif is Motif.EFFECTIF else dit
    chiffre = phrases.chiffre(o, c.indicateur.unite) if o is not None else ""
    return [(chiffre, None), (o.annee if o else None, None), (phrases.ecart(c), None), (verdict, None)]


def _face_technique(c: Comparaison) -> list[Cellule]:
    o = c.reference
    ecart = round(c.ecart, c.decimales) if c.ecart is not None and phrases.ecart(c) else None
    return [
        (o.valeur if o else None, o.decimales if o else None),
        (o.millesime if o else None, None),
        (mot_de_fiabilite(o) if o else "", None),
        (ecart, c.decimales),
    ]
