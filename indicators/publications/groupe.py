"""Le tableau d'un groupe dans le temps, à emporter : CSV pour Excel en français, classeur, image ; comme à l'écran."""

from __future__ import annotations

import io
from collections.abc import Sequence

from indicators.publications.composition import image_png
from indicators.publications.exports import (
    CELLULES_VIDES,
    Valeur,
    feuille_de_donnees,
    feuille_de_texte,
    feuilles_de_reference,
    ouvrir_classeur,
)
from indicators.recit import groupe as mots
from indicators.recit.dessins.groupe import planche
from indicators.recit.tableau_du_groupe import Cellule, Tableau, legende, nommer_le_tri
from indicators.socle.catalogue import Catalogue
from indicators.socle.nombres import TIRET
from indicators.socle.tableur import cellule, nombre_csv, octets_csv

_CREUSE = "« L’écart, d’une année à l’autre » : un nombre positif dit qu’il se creuse, un négatif qu’il se réduit."


def csv_du_groupe(tableau: Tableau, titre: str, catalogue: Catalogue) -> bytes:
    """Le titre, les phrases, puis une ligne par territoire dans l'ordre affiché ; « douteux » a sa colonne."""
    lignes: list[Sequence[object]] = [[cellule(titre)], *([cellule(p)] for p in mots.reponse(tableau.suivi)), []]
    colonnes = tableau.colonnes[1:]
    lignes.append(["code", "territoire", *(cellule(_nom(c.titre, c.note)) for c in colonnes), "années douteuses"])
    for code, nom, cellules in _rangees(tableau):
        douteuses = ", ".join(c.titre for c, case in zip(colonnes, cellules, strict=True) if case.douteuse)
        lignes.append([code, cellule(nom), *(_en_csv(case) for case in cellules), cellule(douteuses)])
    lignes += [
        [],
        *([cellule(f"{annee} : {raison} ({source})")] for annee, raison, source in mots.ruptures(tableau.suivi)),
    ]
    lignes.append([cellule(f"Source : {', '.join(_sources(tableau, catalogue))}")])
    return octets_csv(lignes)


def classeur_du_groupe(tableau: Tableau, titre: str, catalogue: Catalogue, adresse: str) -> bytes:
    """« Tableau » (comme à l'écran, en nombres), « Lisez-moi », « Définitions », « Sources »."""
    tampon = io.BytesIO()
    colonnes = tableau.colonnes[1:]
    with ouvrir_classeur(tampon, titre) as classeur:
        suivi = tableau.suivi
        entetes = [("code", 16), ("territoire", 30), *((_nom(c.titre, c.note), 14) for c in colonnes)]
        lectures = [(f"{_nom(c.titre, '')} : lecture", 26) for c in colonnes]
        feuille_de_donnees(
            classeur,
            "Tableau",
            [*entetes, *lectures],
            (
                [
                    (code, None),
                    (nom, None),
                    *(_en_nombre(case) for case in cellules),
                    *((_lecture(case), None) for case in cellules),
                ]
                for code, nom, cellules in _rangees(tableau)
            ),
            imprimees=len(entetes),
            a_la_ligne=True,
        )
        feuille_de_texte(
            classeur,
            "Lisez-moi",
            (("À savoir", 30), ("", 100)),
            [
                ("Tableau", titre),
                *(("En bref", phrase) for phrase in mots.reponse(suivi)),
                ("Rangé par", nommer_le_tri(tableau.tri, suivi)),
                *(
                    ("Lire : les cases", f"{marque} {mot}".strip())
                    for _, _, marque, mot in legende(suivi, tableau.montrer)
                ),
                *((f"Rupture en {annee}", f"{raison} ({source})") for annee, raison, source in mots.ruptures(suivi)),
                *(("Prudence", f"{raison} ({source})") for raison, source in mots.reserves(suivi)),
                *(("Sans chiffre daté", t.nom) for t in suivi.sans_chiffre),
                ("Lire : l’écart suivi", _CREUSE),
                CELLULES_VIDES,
                ("Adresse de ce tableau", adresse),
            ],
        )
        citees = {o.source for o in suivi.chiffres}
        sources = [source for code, source in catalogue.sources.items() if code in citees]
        feuilles_de_reference(classeur, [suivi.indicateur], sources, catalogue)
    return tampon.getvalue()


def image_du_groupe(tableau: Tableau, titre: str, catalogue: Catalogue) -> bytes:
    """Le tableau en PNG, avec son titre, ses phrases, sa légende et ses sources."""
    return image_png(planche(tableau, titre, mots.reponse(tableau.suivi), ", ".join(_sources(tableau, catalogue))))


def _nom(titre: str, note: str) -> str:
    return f"{titre} ({note})" if note else titre


def _rangees(tableau: Tableau) -> list[tuple[str, str, tuple[Cellule, ...]]]:
    """(code, nom, cellules) : les références d'abord, puis les territoires, dans l'ordre affiché."""
    tetes = [(tete.code, tete.nom, tete.cellules) for tete in tableau.tetes]
    return tetes + [(r.ligne.territoire.territoire, r.ligne.territoire.nom, r.cellules) for r in tableau.rangees]


def _en_csv(case: Cellule) -> str:
    """Le nombre s'il y en a un ; sinon ce qui est écrit (« secret », la raison), rien pour un tiret."""
    if case.valeur is not None:
        return nombre_csv(case.valeur, case.decimales)
    return "" if case.texte == TIRET else cellule(case.texte)


def _en_nombre(case: Cellule) -> tuple[Valeur, int | None]:
    if case.valeur is not None:
        return case.valeur, case.decimales
    return ("" if case.texte == TIRET else case.texte), None


def _lecture(case: Cellule) -> str:
    """Ce que disent la forme et la teinte d'une case, en mots."""
    morceaux = [case.mot, "douteux" if case.douteuse else "", case.suite]
    if case.valeur is not None and case.texte.partition(" ")[0] in {"se", "change", "stable"}:
        morceaux.insert(0, case.texte)
    return ", ".join(dict.fromkeys(m for m in morceaux if m))


def _sources(tableau: Tableau, catalogue: Catalogue) -> list[str]:
    return list(dict.fromkeys(catalogue.sources[o.source].nom for o in tableau.suivi.chiffres))
