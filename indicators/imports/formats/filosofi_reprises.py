"""Filosofi repris ou publié autrement : panel des quartiers 2012-2021, compilation terribot, forme longue SDMX."""

from __future__ import annotations

import re

from indicators.imports.moteur.cellules import CelluleLue
from indicators.imports.moteur.releve import (
    ANNEE,
    NOTE_VIDE,
    VIDE,
    Chiffre,
    Format,
    Referentiel,
    Releve,
    SourceLue,
    constat,
    debordements,
)
from indicators.imports.moteur.tableau import Tableau
from indicators.imports.moteur.terribot import des_regions_d_un_departement, territoire_de
from indicators.socle.codes import METROPOLE, identifiant
from indicators.socle.observations import Statut
from indicators.socle.territoires import Maille

_PANEL = {
    "revenu_median": "niveau_vie_median",
    "taux_pauvrete": "taux_pauvrete",
    "gini": "indice_gini",
    "s80s20": "rapport_s80s20",
}
_A_L_UNITE = 2021
"""L'Insee publie à l'unité les taux de 2021 des quartiers : « 44.0 » est 44."""


def _panel(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """Une ligne un quartier et une année ; les médianes et les taux de 2021 sont des entiers écrits « 13748.0 »."""
    code, an = tableau.place("code"), tableau.place("annee")
    places = {indicateur: tableau.place(nom) for nom, indicateur in _PANEL.items()}
    if code is None or an is None or any(place is None for place in places.values()):
        return None
    releve = Releve(
        "panel_filosofi_qpv", "Insee, Filosofi 2012-2021 des quartiers de 2015 (panel)",
        SourceLue("panel_filosofi_qpv_{edition}", "Insee (compilation tierce)",
                  "Insee, Filosofi 2012 à {edition}, quartiers de 2015, réunis dans un panel", rang=2),
        lignes=len(tableau.lignes), constats=debordements(tableau),
    )  # fmt: skip
    for numero, cellules in tableau.lignes:
        quartier = identifiant(cellules[code])
        if quartier is None or not re.fullmatch(ANNEE, cellules[an]):
            releve.constats.append(constat(numero, "code", f"« {cellules[code]} », {cellules[an]} : ligne laissée"))
            continue
        annee = int(cellules[an])
        for indicateur, place in places.items():
            assert place is not None
            nom, brut = tableau.entete[place], cellules[place]
            if not brut and indicateur not in {"niveau_vie_median", "taux_pauvrete"}:
                continue  # Gini et S80/S20 n'existent pas toutes les années
            if (lecture := releve.lire(brut, Statut.SECRET, numero, nom)) is None:
                continue
            entier = indicateur == "niveau_vie_median" or (indicateur == "taux_pauvrete" and annee == _A_L_UNITE)
            if entier and lecture.valeur.endswith(",0"):
                lecture = CelluleLue(lecture.statut, lecture.valeur.removesuffix(",0"))
            note = "" if brut else NOTE_VIDE[Statut.SECRET]
            passage = f"{cellules[code]} | annee = {annee} | {nom} | {brut or VIDE}"
            releve.chiffres.append(
                Chiffre(quartier, indicateur, "", annee, lecture, brut, nom, numero, note, passage=passage)
            )
    releve.edition = max((c.annee for c in releve.chiffres if c.annee), default=None)
    return releve


_COMPILES = {"tp60": "taux_pauvrete", "med": "niveau_vie_median"}


def _compilation(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """La compilation terribot, tout en texte (« 18.600000000000001 ») ; ses communes sont dans la base de l'Insee.

    La ligne « FR » est la France métropolitaine : la moyenne de ses 96 départements redonne ses 14,9 %.
    """
    place_id = tableau.place("id")
    colonnes = {p: (_COMPILES[m[1].lower()], 2000 + int(m[2])) for p, n in enumerate(tableau.entete)
                if (m := re.fullmatch(r"(tp60|med)(\d{2})", n, re.IGNORECASE))}  # fmt: skip
    place_personnes = tableau.place("nbpersmenfisc21")
    if place_id is None or len(colonnes) < len(_COMPILES) or place_personnes is None:
        return None
    annee = max(a for _, a in colonnes.values())
    releve = Releve(
        "terribot_filosofi", "Insee, Filosofi (compilation terribot)",
        SourceLue("terribot_filosofi_{edition}", "Insee (compilation tierce terribot)",
                  "Insee, Filosofi {edition} (via compilation terribot)", rang=4),
        lignes=len(tableau.lignes), edition=annee, constats=debordements(tableau),
        laissees=tuple(n for p, n in enumerate(tableau.entete) if p not in colonnes and p != place_id),
    )  # fmt: skip
    for numero, cellules in tableau.lignes:
        territoire = METROPOLE if cellules[place_id] == "FR" else territoire_de(cellules[place_id])
        if territoire is None:
            continue
        personnes = releve.lire(cellules[place_personnes], None, numero, tableau.entete[place_personnes])
        if personnes is not None and personnes.valeur:
            releve.quantites.setdefault(("PERS", annee), {})[territoire] = personnes.nombre
        if territoire.startswith("COM"):
            continue
        for place, (indicateur, mesuree) in colonnes.items():
            nom = tableau.entete[place]
            lecture = releve.lire(cellules[place], None, numero, nom)
            if lecture is None or not lecture.valeur:
                continue  # « ND » : la compilation ne distingue pas le secret de l'absence
            if indicateur == "taux_pauvrete" and "," not in lecture.valeur:
                lecture = CelluleLue(
                    lecture.statut, f"{lecture.valeur},0"
                )  # « 18 » : le zéro de « 18,0 » s'y est perdu
            passage = f"{cellules[place_id]} | {nom} | {cellules[place]}"
            releve.chiffres.append(
                Chiffre(territoire, indicateur, "", mesuree, lecture, cellules[place], nom, numero, passage=passage)
            )
    releve.chiffres += des_regions_d_un_departement(releve.chiffres)
    return releve


_MESURES = {
    "MED_SL": "niveau_vie_median",
    "PR_MD60": "taux_pauvrete",
    "S_SOC_BEN_DI": "part_prestations_sociales",
    "GI": "indice_gini",
    "GI_SL": "indice_gini",
    "IR_S80_S20_SL": "rapport_s80s20",
    "D1_SL": "niveau_vie_d1",
    "D9_SL": "niveau_vie_d9",
    "S_HH_TAX": "part_menages_imposes",
}
_CONNUES = (
    "GEO|GEO_OBJECT|FILOSOFI_MEASURE|TIME_PERIOD|OBS_VALUE|UNIT_(MEASURE|MULT)|CONF_STATUS|OBS_STATUS(_FR)?|DECIMALS"
    "|FREQ"
)
_OBJETS = {"COM": Maille.COMMUNE, "EPCI": Maille.EPCI, "DEP": Maille.DEPARTEMENT, "REG": Maille.REGION}
_NULS = {"", "0"}
"""Les puissances de dix (`UNIT_MULT`) qui laissent un nombre tel qu'il est écrit."""


def _sdmx(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """La forme longue de l'Insee : une ligne un territoire, une mesure, une année.

    Sans nombre : `s` ou `CONF_STATUS` à C est un secret, `vm` ou `OBS_STATUS` à O une valeur manquante.
    """
    noms = ("GEO", "GEO_OBJECT", "FILOSOFI_MEASURE", "TIME_PERIOD", "OBS_VALUE")
    places = [tableau.place(nom) for nom in noms]
    if any(place is None for place in places):
        return None
    geo, objet, mesure, periode, valeur = (place or 0 for place in places)
    releve = Releve(
        "filosofi_sdmx", "Insee, Filosofi (forme longue)",
        SourceLue("insee_filosofi_{edition}_cc", "Insee, DGFiP, Cnaf, Cnav, CCMSA",
                  "Insee-DGFiP-Cnaf-Cnav-CCMSA, Filosofi {edition}, DS_FILOSOFI_CC"),
        lignes=len(tableau.lignes), constats=debordements(tableau),
        laissees=tuple(n for n in tableau.entete if n.upper() not in noms),
    )  # fmt: skip
    secret, facteur = tableau.place("CONF_STATUS"), tableau.place("UNIT_MULT")
    autres: set[str] = set()
    for numero, cellules in tableau.lignes:
        indicateur = _MESURES.get(cellules[mesure].upper())
        if indicateur is None:
            autres.add(f"FILOSOFI_MEASURE = {cellules[mesure]}")
            continue
        maille = _OBJETS.get(cellules[objet].upper())
        if maille is None and cellules[objet].upper() != "FRANCE":
            autres.add(f"GEO_OBJECT = {cellules[objet]}")
            continue
        if facteur is not None and cellules[facteur] not in _NULS:
            releve.constats.append(constat(numero, "UNIT_MULT", f"« {cellules[facteur]} » : ligne laissée"))
            continue
        if cellules[objet].upper() == "FRANCE":
            territoire = METROPOLE if cellules[geo].upper() in {"FM", "FRM", "F_M"} else None
        else:
            territoire = identifiant(cellules[geo], maille) if maille else None
        if territoire is None or not re.fullmatch(ANNEE, cellules[periode]):
            releve.constats.append(
                constat(numero, "GEO", f"« {cellules[geo]} », {cellules[objet]}, {cellules[periode]} : ligne laissée")
            )
            continue
        vide = Statut.SECRET if secret is not None and cellules[secret].upper() == "C" else Statut.NON_DISPONIBLE
        if (lecture := releve.lire(cellules[valeur], vide, numero, "OBS_VALUE")) is None:
            continue
        annee = int(cellules[periode])
        passage = (
            f"{cellules[geo]} | FILOSOFI_MEASURE = {cellules[mesure]} | TIME_PERIOD = {annee} | OBS_VALUE | "
            f"{cellules[valeur] or VIDE}"
        )
        releve.chiffres.append(
            Chiffre(territoire, indicateur, "", annee, lecture, cellules[valeur], "OBS_VALUE", numero,
                    NOTE_VIDE[vide] if not cellules[valeur] else "", passage=passage)
        )  # fmt: skip
    releve.inconnues = tuple(sorted(autres))
    releve.edition = max((c.annee for c in releve.chiffres if c.annee), default=None)
    return releve


FORMATS = (
    Format(
        "panel_filosofi_qpv",
        "Insee, Filosofi 2012-2021 des quartiers (panel)",
        _panel,
        "code|annee|revenu_median|taux_pauvrete|gini|s80s20",
    ),
    Format(
        "terribot_filosofi",
        "Insee, Filosofi à toutes les mailles (compilation terribot)",
        _compilation,
        r"id|comp\d|nb(pers)?menfisc\d{2}|(med|tp60|d[19])(\d{2}|(_\d{2}){1,2}|_(hs|fs|cse|cae|mono|complex))",
    ),
    Format("filosofi_sdmx", "Insee, Filosofi, forme longue (DS_FILOSOFI_CC)", _sdmx, _CONNUES),
)
