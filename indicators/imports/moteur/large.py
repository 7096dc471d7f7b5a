"""Les tables larges de l'Insee : une ligne un territoire, une colonne un indicateur, déclarée une fois.

Une colonne se reconnaît à un motif ; s'il porte un groupe `annee` (« DISP_TP60_A19 »), le fichier prouve son année.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indicators.imports.moteur.releve import (
    NOTE_VIDE,
    VIDE,
    Chiffre,
    Lieu,
    Releve,
    SourceLue,
    constat,
    debordements,
    mots,
)
from indicators.imports.moteur.tableau import Tableau
from indicators.socle.codes import QUARTIERS_2015, REGIONS, identifiant, maille_de
from indicators.socle.erreurs import ErreurImport
from indicators.socle.observations import Statut
from indicators.socle.territoires import Maille


@dataclass(frozen=True)
class ColonneLarge:
    """Une colonne déclarée : son motif, l'indicateur qu'elle donne, le groupe qui la date, ce que dit une case vide."""

    motif: str
    indicateur: str
    groupe: str = ""
    vide: Statut | None = Statut.SECRET


def colonne_du_code(tableau: Tableau) -> int | None:
    """La place de la colonne des codes, quel que soit son nom selon l'édition."""
    return tableau.place("CODGEO", "codGeo", "code_geo")


def porte(tableau: Tableau, *motifs: str) -> bool:
    """Vrai si chaque motif est celui d'une colonne de la table."""
    return all(any(re.fullmatch(motif, nom, re.IGNORECASE) for nom in tableau.entete) for motif in motifs)


def relever(
    tableau: Tableau,
    *,
    format: str,
    titre: str,
    source: SourceLue,
    colonnes: Sequence[ColonneLarge],
    laissees: str,
    groupes: dict[str, str] | None = None,
    maille: Maille | None = None,
    code: int | None = None,
) -> Releve:
    """Lit une table large ; `laissees` : le motif des colonnes connues que l'on ne reprend pas.

    `code` : la place de la colonne des codes, quand son nom n'est pas celui des autres tables.
    """
    code = colonne_du_code(tableau) if code is None else code
    libelle = tableau.place("LIBGEO", "libGeo")
    assert code is not None
    maille = maille or maille_des_codes(tableau, code, libelle)
    prises = []
    connues = {code, *([libelle] if libelle is not None else [])}
    for place, nom in enumerate(tableau.entete):
        for declaree in colonnes:
            if trouve := re.fullmatch(declaree.motif, nom, re.IGNORECASE):
                annee = 2000 + int(trouve["annee"]) if "annee" in trouve.groupdict() else None
                prises.append((place, nom, declaree, annee))
                connues.add(place)
    autres = [nom for place, nom in enumerate(tableau.entete) if place not in connues and nom]
    releve = Releve(
        format,
        titre,
        source,
        groupes={g: m for g, m in (groupes or {}).items() if any(d.groupe == g for _, _, d, _ in prises)},
        inconnues=tuple(n for n in autres if not re.fullmatch(laissees, n, re.IGNORECASE)),
        laissees=tuple(n for n in autres if re.fullmatch(laissees, n, re.IGNORECASE)),
        lignes=len(tableau.lignes),
        constats=debordements(tableau),
        par_millesime=bool(groupes),
    )
    pleines = {place for place, *_ in prises if any(cellules[place] for _, cellules in tableau.lignes)}
    codes = [c[code].casefold() for _, c in tableau.lignes if c[code].casefold() != "ensemble"]
    de_2015 = 2 * sum(lu.startswith("qp") for lu in codes) > len(codes)
    for numero, cellules in tableau.lignes:
        ensemble = de_2015 and cellules[code].casefold() == "ensemble"
        territoire = QUARTIERS_2015 if ensemble else identifiant(cellules[code], maille)
        if territoire is None:
            releve.constats.append(constat(numero, tableau.entete[code], f"code « {cellules[code]} » non reconnu"))
            continue
        if libelle is not None and cellules[libelle] and territoire != QUARTIERS_2015 and maille is not Maille.IRIS:
            releve.lieux[territoire] = lieu(territoire, cellules[libelle])
        for place, nom, declaree, annee in prises:
            if place not in pleines or (territoire == QUARTIERS_2015 and not cellules[place]):
                continue
            if (lecture := releve.lire(cellules[place], declaree.vide, numero, nom)) is not None:
                note = "" if cellules[place] else NOTE_VIDE.get(lecture.statut, "")
                releve.chiffres.append(
                    Chiffre(
                        territoire,
                        declaree.indicateur,
                        declaree.groupe,
                        annee,
                        lecture,
                        cellules[place],
                        nom,
                        numero,
                        note,
                        passage=f"{cellules[code]} | {nom} | {cellules[place] or VIDE}",
                    )
                )
    return releve


def lieu(territoire: str, nom: str) -> Lieu:
    """Le lieu de cet identifiant : un code QP est un quartier de 2015, un code QN un quartier de 2024."""
    maille = maille_de(territoire)
    if maille is not Maille.QUARTIER:
        return Lieu(territoire, nom, maille)
    return Lieu(territoire, nom, maille, 2024 if territoire.startswith("QN") else 2015, "QPV")


def maille_des_codes(tableau: Tableau, code: int, libelle: int | None) -> Maille | None:
    """La maille de codes courts, que seuls les noms distinguent ; None quand les codes se suffisent."""
    courts = [(c[code], c[libelle] if libelle is not None else "") for _, c in tableau.lignes if len(c[code]) <= 3]
    if 2 * len(courts) <= len(tableau.lignes):
        return None
    if len(courts) == 1 and mots(courts[0][1]).startswith("france"):
        return Maille.PAYS if mots(courts[0][1]) == "france metropolitaine" else None
    if libelle is None:
        raise ErreurImport(
            "Les codes de ce fichier sont à deux ou trois caractères et rien ne les nomme : dites s'il s'agit de "
            "départements ou de régions (--maille departement ou --maille region)."
        )
    regions = sum(mots(REGIONS.get(c.zfill(2), "?")) == mots(nom) for c, nom in courts)
    return Maille.REGION if 2 * regions > len(courts) else Maille.DEPARTEMENT
