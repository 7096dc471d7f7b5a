"""Les populations : liste des communes (etalab), quartiers 2013-2018, séries à toutes les mailles (terribot)."""

from __future__ import annotations

import re

from indicators.imports.moteur.cellules import CelluleLue
from indicators.imports.moteur.large import lieu
from indicators.imports.moteur.releve import Chiffre, Format, Referentiel, Releve, SourceLue, debordements
from indicators.imports.moteur.tableau import Tableau
from indicators.imports.moteur.terribot import des_regions_d_un_departement, laisser_autres_perimetres, territoire_de
from indicators.socle.codes import identifiant
from indicators.socle.territoires import Maille

_DES_COMMUNES = (
    "code|nom|typeLiaison|zone|arrondissement|departement|region|type|rangChefLieu|siren|codesPostaux|population"
    "|anciensCodes|chefLieu|commune"
)
_DES_EPT = "code|nom|type|modeFinancement|membres|population(Totale|Municipale)"


def _etalab(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """`communes.json` de @etalab/decoupage-administratif : la population municipale, sans son année.

    Il nomme aussi les communes des collectivités d'outre-mer (Saint-Martin, Polynésie), que le COG ne liste pas.
    """
    noms = ("code", "nom", "type", "population")
    places = [tableau.place(nom) for nom in noms]
    if any(place is None for place in places) or tableau.place("typeLiaison", "zone") is None:
        return None
    code, nom, genre, population = (place or 0 for place in places)
    releve = Releve(
        "etalab_communes", "Insee, communes et populations municipales (etalab, découpage administratif)",
        SourceLue("insee_populations_{edition}_etalab", "Insee, repris par etalab",
                  "Insee, populations municipales {edition}, reprises par @etalab/decoupage-administratif", rang=2),
        lignes=len(tableau.lignes), constats=debordements(tableau),
        groupes={"population": "population municipale"},
        laissees=tuple(n for n in tableau.entete if n not in noms), posterieur=True,
    )  # fmt: skip
    anciens = tableau.place("anciensCodes")
    for numero, cellules in tableau.lignes:
        commune = identifiant(cellules[code], Maille.COMMUNE)
        if commune is None or cellules[genre] != "commune-actuelle":
            continue
        for ancien in cellules[anciens].split(",") if anciens is not None else ():
            if code_ancien := identifiant(ancien, Maille.COMMUNE):
                releve.fusions[code_ancien] = commune
        releve.lieux[commune] = lieu(commune, cellules[nom])
        if (lecture := releve.lire(cellules[population], None, numero, "population")) is not None:
            passage = f"{cellules[code]} | population | {cellules[population]}"
            releve.chiffres.append(
                Chiffre(commune, "population", "population", None, lecture, cellules[population], "population", numero,
                        passage=passage)
            )  # fmt: skip
    return releve


def _ept(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """`ept.json` : les établissements publics territoriaux du Grand Paris, qui portent les contrats de ville."""
    code, nom, genre, membres = (tableau.place(n) for n in ("code", "nom", "type", "membres"))
    if code is None or nom is None or genre is None or membres is None:
        return None
    siens = [(numero, cellules) for numero, cellules in tableau.lignes if cellules[genre] == "EPT"]
    if not siens:
        return None
    releve = Releve("etalab_ept", "Établissements publics territoriaux du Grand Paris (etalab)", lignes=len(siens))
    for _, cellules in siens:
        groupe = identifiant(cellules[code])
        if groupe is None:
            continue
        releve.lieux[groupe] = lieu(groupe, cellules[nom])
        for membre in cellules[membres].split(","):
            if commune := identifiant(membre):
                releve.liens.append((commune, groupe, "ept"))
    return releve


def _quartiers(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """Populations municipales des quartiers, une colonne par recensement (« 6056.0 »)."""
    code = tableau.place("code")
    annees = {p: int(m[1]) for p, n in enumerate(tableau.entete) if (m := re.fullmatch(r"pop_(20\d{2})", n))}
    if code is None or not annees or tableau.place("evol_pop_pct") is None:
        return None
    releve = Releve(
        "qpv_population", "Insee, populations municipales des quartiers de 2015",
        SourceLue("qpv_population_{edition}", "Insee (compilation tierce)",
                  "Insee, recensement, populations municipales des quartiers de 2015",
                  rang=2),
        lignes=len(tableau.lignes), edition=max(annees.values()), laissees=("evol_pop_pct",),
        constats=debordements(tableau),
    )  # fmt: skip
    for numero, cellules in tableau.lignes:
        quartier = identifiant(cellules[code])
        for place, annee in annees.items() if quartier else ():
            nom = tableau.entete[place]
            lecture = releve.lire(cellules[place], None, numero, nom)
            if lecture is not None and quartier:
                lecture = CelluleLue(lecture.statut, lecture.valeur.removesuffix(",0"))
                passage = f"{cellules[code]} | {nom} | {cellules[place]}"
                releve.chiffres.append(
                    Chiffre(quartier, "population", "", annee, lecture, cellules[place], nom, numero, passage=passage)
                )
    return releve


_ANNEES_GARDEES = (2008, 2013, 2018, 2022)
"""Des recensements espacés de cinq ans ne partagent aucune enquête ; 2022 est le dernier de la compilation."""
_PREMIER_COMPTE = 2018
"""Depuis cette année, les populations servent aussi à éprouver ses périmètres, et de diviseur."""


def _series(tableau: Tableau, referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """La compilation terribot : populations municipales depuis 2006. Sa ligne « FR » a un champ qui n'est pas dit."""
    place_id = tableau.place("id")
    annees = {
        p: int(m[1]) for p, n in enumerate(tableau.entete) if (m := re.fullmatch(r"pmun(20\d{2})", n, re.IGNORECASE))
    }
    if place_id is None or len(annees) < 2:
        return None
    gardees = {p: a for p, a in annees.items() if a in _ANNEES_GARDEES} or annees
    comptes = {p: a for p, a in annees.items() if a >= _PREMIER_COMPTE}
    releve = Releve(
        "terribot_population", "Insee, populations municipales (compilation terribot)",
        SourceLue("terribot_population_{edition}", "Insee (compilation tierce terribot)",
                  "Insee, populations municipales jusqu’à {edition} (via compilation terribot)", rang=4),
        lignes=len(tableau.lignes), edition=max(annees.values()), constats=debordements(tableau),
        laissees=tuple(n for p, n in enumerate(tableau.entete) if p not in gardees and p != place_id), relire=True,
        posterieur=True,
    )  # fmt: skip
    for numero, cellules in tableau.lignes:
        territoire = territoire_de(cellules[place_id])
        if territoire is None or (territoire.startswith("COM") and referentiel.commune(territoire) != territoire):
            continue
        for place, annee in comptes.items():
            compte = releve.lire(cellules[place], None, numero, tableau.entete[place])
            if compte is not None and compte.valeur:
                releve.quantites.setdefault(("PMUN", annee), {})[territoire] = compte.nombre
        for place, annee in gardees.items():
            nom = tableau.entete[place]
            lecture = releve.lire(cellules[place], None, numero, nom)
            # Un zéro y est une lacune : Paris, Lyon et Marseille entières, Mayotte et ses agglomérations.
            if lecture is None or lecture.valeur == "0":
                continue
            passage = f"{cellules[place_id]} | {nom} | {cellules[place]}"
            releve.chiffres.append(
                Chiffre(territoire, "population", "", annee, lecture, cellules[place], nom, numero, passage=passage)
            )
    laisser_autres_perimetres(releve, referentiel)
    releve.chiffres += des_regions_d_un_departement(releve.chiffres)
    return releve


FORMATS = (
    Format(
        "etalab_communes", "Insee, communes et populations (etalab, découpage administratif)", _etalab, _DES_COMMUNES
    ),
    Format("etalab_ept", "Établissements publics territoriaux du Grand Paris (etalab)", _ept, _DES_EPT),
    Format("qpv_population", "Insee, populations des quartiers de 2015", _quartiers, r"code|pop_20\d{2}|evol_pop_pct"),
    Format(
        "terribot_population",
        "Insee, populations à toutes les mailles (compilation terribot)",
        _series,
        r"id|comp\d|sup|po_p(ap|tot)|(ptot|psdc|pmun)(18|19|20)\d{2}",
    ),
)
