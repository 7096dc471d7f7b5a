"""Le tableau croisé à emporter : CSV pour Excel en français et classeur, dans l'ordre et avec les mots de l'écran."""

from __future__ import annotations

import io
from collections.abc import Sequence

from indicators.publications.exports import (
    CELLULES_VIDES,
    Valeur,
    feuille_de_donnees,
    feuille_de_texte,
    feuilles_de_reference,
    ouvrir_classeur,
)
from indicators.recit.tableau_croise import CaseCroisee, ColonneCroisee, RangeeCroisee, TableauCroise, nommer_le_tri
from indicators.socle.catalogue import Catalogue
from indicators.socle.tableur import cellule, nombre_csv, octets_csv


def csv_du_croise(tableau: TableauCroise, titre: str, sources: Sequence[str]) -> bytes:
    """Le titre, puis les références et les territoires : par indicateur, le chiffre et sa lecture."""
    lignes: list[Sequence[object]] = [[cellule(titre)], [cellule(_face(tableau))], []]
    entete = ["code", "territoire"]
    for colonne in tableau.colonnes:
        entete += [cellule(_nom(colonne)), cellule(f"{colonne.indicateur.libelle_court} : lecture")]
    lignes.append(entete)
    for rangee in (*tableau.references, *tableau.rangees):
        cases: list[str] = []
        for case in rangee.cases:
            nombre = nombre_csv(case.valeur, case.decimales) if case.valeur is not None else cellule(case.texte)
            cases += [nombre, cellule(_lecture(case))]
        lignes.append([rangee.territoire.territoire, cellule(_qui(rangee, tableau)), *cases])
    lignes += [[], [cellule(f"Source : {', '.join(sources)}")]]
    return octets_csv(lignes)


def classeur_du_croise(
    tableau: TableauCroise, titre: str, catalogue: Catalogue, cites: set[str], adresse: str
) -> bytes:
    """« Tableau » (les chiffres, puis leur lecture), « Lisez-moi », « Définitions », « Sources » (`cites`)."""
    tampon = io.BytesIO()
    with ouvrir_classeur(tampon, titre) as classeur:
        chiffres = [(_nom(c), 16) for c in tableau.colonnes]
        lectures = [(f"{c.indicateur.libelle_court} : lecture", 30) for c in tableau.colonnes]
        feuille_de_donnees(
            classeur,
            "Tableau",
            [("code", 16), ("territoire", 34), *chiffres, *lectures],
            (
                [
                    (rangee.territoire.territoire, None),
                    (_qui(rangee, tableau), None),
                    *(_en_nombre(case) for case in rangee.cases),
                    *((_lecture(case), None) for case in rangee.cases),
                ]
                for rangee in (*tableau.references, *tableau.rangees)
            ),
            imprimees=2 + len(chiffres),
            a_la_ligne=True,
        )
        feuille_de_texte(
            classeur,
            "Lisez-moi",
            (("À savoir", 30), ("", 100)),
            [
                ("Tableau", titre),
                ("Lire : lecture", _face(tableau)),
                ("Rangé par", nommer_le_tri(tableau.tri, catalogue.indicateur)),
                CELLULES_VIDES,
                ("Adresse de ce tableau", adresse),
            ],
        )
        sources = [source for code, source in catalogue.sources.items() if code in cites]
        feuilles_de_reference(classeur, [c.indicateur for c in tableau.colonnes], sources, catalogue)
    return tampon.getvalue()


def _nom(colonne: ColonneCroisee) -> str:
    """« Taux de pauvreté (%), 2021 »."""
    return f"{colonne.indicateur.unite.apres(colonne.indicateur.libelle_court)}, {colonne.date}"


def _qui(rangee: RangeeCroisee, tableau: TableauCroise) -> str:
    return f"{rangee.territoire.nom} (référence)" if rangee in tableau.references else rangee.territoire.nom


def _face(tableau: TableauCroise) -> str:
    face = tableau.principale.nom if tableau.principale else "aucune référence"
    return f"Position et jugement face à : {face}. Rang parmi les territoires comparés, 1er : la valeur la plus élevée."


def _lecture(case: CaseCroisee) -> str:
    return ", ".join(m for m in (case.fait, case.rang, "douteux" if case.douteuse else "") if m)


def _en_nombre(case: CaseCroisee) -> tuple[Valeur, int | None]:
    return (case.valeur, case.decimales) if case.valeur is not None else (case.texte, None)
