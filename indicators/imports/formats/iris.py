"""Les IRIS : le référentiel de l'Insee, Filosofi, les allocataires de la Caf, la population du recensement.

Un IRIS n'existe que dans une commune découpée : ailleurs, son code finit par 0000 et le territoire est la commune. Les
codes à neuf chiffres ne se distinguent pas de ceux des EPCI : chaque format se reconnaît à ses colonnes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from indicators.imports.moteur.cellules import CelluleLue
from indicators.imports.moteur.large import ColonneLarge, porte, relever
from indicators.imports.moteur.releve import (
    ANNEE,
    NOTE_VIDE,
    VIDE,
    Chiffre,
    Format,
    Lieu,
    Referentiel,
    Releve,
    SourceLue,
    constat,
    debordements,
    mots,
)
from indicators.imports.moteur.tableau import Tableau
from indicators.socle.codes import identifiant, identifiant_d_iris
from indicators.socle.observations import Statut
from indicators.socle.territoires import Maille

_A = r"(?P<annee>\d{2})"
_FILOSOFI = (
    ColonneLarge(rf"DISP_TP60{_A}", "taux_pauvrete"),
    ColonneLarge(rf"DISP_(MED|Q2){_A}", "niveau_vie_median"),
    ColonneLarge(rf"DISP_PPSOC{_A}", "part_prestations_sociales"),
    ColonneLarge(rf"DISP_GI{_A}", "indice_gini"),
)
_FILOSOFI_LAISSEES = (
    r"LIB_?IRIS|COM|LIBCOM|DISP_(INCERT|Q1|Q3|EQ|D\d|RD|S80S20|PACT|PTSA|PCHO|PBEN|PPEN|PPAT|PPFAM|PPMINI|PPLOGT"
    r"|PIMPOT)\d{2}|(DISP_)?NOTE(\d{2})?"
)
_COMPILEES = {
    "tp60": "taux_pauvrete",
    "mediane": "niveau_vie_median",
    "part_prestations": "part_prestations_sociales",
    "gini": "indice_gini",
}
_A_L_UNITE = 2021
"""L'Insee publie à l'unité les taux des IRIS depuis 2021."""
_GINI_AU_DIXIEME = 2014
"""Le fichier de 2014 arrondit l'indice de Gini au dixième : 0,2 ou 0,3 pour tous, rien ne s'y lit."""

_CAF = (
    ColonneLarge("A", "nb_allocataires_caf", "cnaf"),
    ColonneLarge("PERCOU", "nb_personnes_couvertes_caf", "cnaf"),
    ColonneLarge("AM", "nb_familles_mono_caf", "cnaf"),
    ColonneLarge("AI", "nb_alloc_isoles", "cnaf"),
    ColonneLarge("ENF", "nb_enfants_caf", "cnaf"),
    ColonneLarge("AAAH", "nb_alloc_aah", "cnaf"),
    ColonneLarge("APPA", "nb_alloc_prime_activite", "cnaf"),
    ColonneLarge("ARSAS", "nb_alloc_rsa_socle", "cnaf"),
)
_CAF_LAISSEES = r"NOTE|ACSSENF|ACAVENF|AC3ENF|ENF_\d+_?\d*|A_N?ETUD(_24)?|AAL|AAPL"

_DE_LA_COMPILATION = (
    r"code|COM|TYP_IRIS|dep|reg|epci|libelle(_com)?|(aav|bv|uu|ze)20\d{2}|P\d{2}_POP"
    r"|(dm|dmv|dsp|eco|ecosi|idxg|log|logd|men|rev|soc)_\w+"
)
"""Le thème de chacune des centaines de colonnes de la compilation en est le début."""


def nom_d_iris(libelle: str, commune: str) -> str:
    """« Centre Ville Nord (Béthune) » ; « Lens Nord-Est 4 », qui nomme déjà sa commune, reste tel quel."""
    return libelle if mots(libelle).startswith(mots(commune)) else f"{libelle} ({commune})"


def _referentiel_des_iris(tableau: Tableau, referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """Le référentiel de l'Insee : une ligne un IRIS, son type, sa commune. Une commune non découpée n'en a pas."""
    noms = ("CODE_IRIS", "LIB_IRIS", "TYP_IRIS", "DEPCOM", "LIBCOM")
    places = [tableau.place(nom) for nom in noms]
    if any(place is None for place in places):
        return None
    code, libelle, _, depcom, libcom = (place or 0 for place in places)
    releve = Releve(
        "insee_iris", "Insee, référentiel des IRIS", lignes=len(tableau.lignes), relire=True,
        constats=debordements(tableau), laissees=tuple(n for n in tableau.entete if n.upper() not in noms),
    )  # fmt: skip
    for numero, cellules in tableau.lignes:
        iris, commune = identifiant_d_iris(cellules[code]), identifiant(cellules[depcom], Maille.COMMUNE)
        if iris is None or commune is None:
            releve.constats.append(constat(numero, "CODE_IRIS", f"« {cellules[code]} » : ligne laissée"))
        elif iris.startswith("IRIS"):
            releve.lieux[iris] = Lieu(iris, nom_d_iris(cellules[libelle], cellules[libcom]), Maille.IRIS)
            releve.liens.append((iris, referentiel.commune(commune), "commune"))
    return releve


def _filosofi(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """`BASE_TD_FILO_DISP_IRIS_AAAA` (2014 à 2020) et `BASE_TD_FILO_IRIS_AAAA_DISP` (depuis 2021) : revenu disponible.

    Les bases « revenus déclarés » (`DEC_…`) n'y sont pas : leur taux de pauvreté est avant prestations.
    """
    code = tableau.place("IRIS", "CODE_IRIS")
    if code is None or not porte(tableau, r"DISP_(MED|Q2)\d{2}", r"DISP_TP60\d{2}"):
        return None
    releve = relever(
        tableau, format="filosofi_iris", titre="Insee, Filosofi : revenus disponibles par IRIS",
        source=SourceLue("insee_filosofi_{edition}_iris", "Insee, DGFiP, Cnaf, Cnav, CCMSA",
                         "Insee-DGFiP-Cnaf-Cnav-CCMSA, Filosofi {edition}, revenus disponibles par IRIS"),
        colonnes=_FILOSOFI, laissees=_FILOSOFI_LAISSEES, maille=Maille.IRIS, code=code,
    )  # fmt: skip
    releve.edition = max((c.annee for c in releve.chiffres if c.annee), default=None)
    note = next((p for p, n in enumerate(tableau.entete) if re.fullmatch(r"(DISP_)?NOTE(\d{2})?", n, re.I)), None)
    if note is not None:
        _annoter(releve, {
            numero: f"Note de précaution du fichier : {tableau.entete[note]} = {cellules[note]}."
            for numero, cellules in tableau.lignes if cellules[note] not in {"", "0"}
        })  # fmt: skip
    return releve


def _annoter(releve: Releve, notes: Mapping[int, str]) -> None:
    """Ajoute à chaque chiffre d'une ligne ce que le producteur dit de la ligne."""
    releve.chiffres = [
        replace(c, note=" ".join(filter(None, (c.note, dit)))) if (dit := notes.get(c.ligne or 0)) else c
        for c in releve.chiffres
    ]


def _filosofi_reunis(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """Les années réunies : une ligne un IRIS et une année, point décimal, « 16118.0 » pour un entier.

    Une case vide y est un secret ; un IRIS sans ligne n'a rien, et rien n'en est dit.
    """
    code, an, note = tableau.place("code_iris"), tableau.place("annee"), tableau.place("note")
    places = {indicateur: tableau.place(nom) for nom, indicateur in _COMPILEES.items()}
    if code is None or an is None or any(place is None for place in places.values()):
        return None
    releve = Releve(
        "filosofi_iris_reunis", "Insee, Filosofi par IRIS, plusieurs années réunies",
        SourceLue("insee_filosofi_iris_reunis_{edition}", "Insee (fichiers réunis)",
                  "Insee, Filosofi par IRIS, revenus disponibles, 2014 à {edition} (sans 2020), fichiers réunis",
                  rang=2),
        lignes=len(tableau.lignes), constats=debordements(tableau), laissees=("d1", "d9"),
    )  # fmt: skip
    pleines = {(cellules[an], p) for _, cellules in tableau.lignes for p in places.values() if p and cellules[p]}
    for numero, cellules in tableau.lignes:
        iris = identifiant_d_iris(cellules[code])
        if iris is None or not re.fullmatch(ANNEE, cellules[an]):
            releve.constats.append(
                constat(numero, "code_iris", f"« {cellules[code]} », {cellules[an]} : ligne laissée")
            )
            continue
        annee = int(cellules[an])
        precaution = cellules[note] if note is not None else ""
        for indicateur, place in places.items():
            assert place is not None
            brut, nom = cellules[place], tableau.entete[place]
            if (cellules[an], place) not in pleines or (indicateur == "indice_gini" and annee == _GINI_AU_DIXIEME):
                continue  # une colonne vide toute une année n'y était pas
            if (lecture := releve.lire(brut, Statut.SECRET, numero, nom)) is None:
                continue
            entier = indicateur == "niveau_vie_median" or (indicateur == "taux_pauvrete" and annee >= _A_L_UNITE)
            if entier and lecture.valeur.endswith(",0"):
                lecture = CelluleLue(lecture.statut, lecture.valeur.removesuffix(",0"))
            dit = f"Note de précaution du fichier : {precaution}." if precaution not in {"", "0"} else ""
            releve.chiffres.append(
                Chiffre(iris, indicateur, "", annee, lecture, brut, nom, numero,
                        " ".join(filter(None, ("" if brut else NOTE_VIDE[Statut.SECRET], dit))),
                        passage=f"{cellules[code]} | annee = {annee} | {nom} | {brut or VIDE}")
            )  # fmt: skip
    releve.edition = max((c.annee for c in releve.chiffres if c.annee), default=None)
    return releve


def _caf(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """Les allocataires de la Caf par IRIS : des effectifs, et une note par ligne (2 à 5 : la ligne est vide)."""
    code, note = tableau.place("CODGEO"), tableau.place("NOTE")
    if code is None or note is None or not porte(tableau, "A", "PERCOU", "ARSAS") or not _codes_d_iris(tableau, code):
        return None
    releve = relever(
        tableau, format="caf_iris", titre="Cnaf et Insee, allocataires de la Caf par IRIS",
        source=SourceLue("cnaf_iris_{edition}", "Cnaf, Insee",
                         "Cnaf et Insee, allocataires de la Caf par IRIS, {edition}"),
        colonnes=_CAF, laissees=_CAF_LAISSEES, groupes={"cnaf": "allocataires (Cnaf)"}, maille=Maille.IRIS, code=code,
    )  # fmt: skip
    releve.par_millesime = False
    _annoter(releve, {numero: f"Note du fichier pour cet IRIS : NOTE = {cellules[note]}."
                      for numero, cellules in tableau.lignes if cellules[note] not in {"", "0"}})  # fmt: skip
    return releve


def _codes_d_iris(tableau: Tableau, code: int) -> bool:
    """Vrai si la table est faite de codes d'IRIS : neuf caractères, et pas tous en 2 comme ceux des EPCI."""
    codes = [cellules[code] for _, cellules in tableau.lignes]
    longs = sum(len(c) in {8, 9} for c in codes)
    return 2 * longs > len(codes) and any(not c.startswith("2") for c in codes)


def _population(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """La compilation par IRIS du recensement : sa population, et rien d'autre.

    Ses revenus (`rev_txpauv_…`, `rev_med_…`) ne sont pas ceux que l'Insee publie par IRIS : dix points d'écart.
    """
    code, com, genre = tableau.place("code"), tableau.place("COM"), tableau.place("TYP_IRIS")
    prises = [(p, n, 2000 + int(m[1])) for p, n in enumerate(tableau.entete) if (m := re.fullmatch(r"P(\d{2})_POP", n))]
    if code is None or com is None or genre is None or not prises:
        return None
    place, nom, annee = max(prises, key=lambda prise: prise[2])
    releve = Releve(
        "rp_iris", f"Insee, population par IRIS {annee} (compilation)",
        SourceLue("rp_iris_{edition}", "Insee (compilation tierce ptod)",
                  "Insee, recensement {edition}, population par IRIS (via compilation ptod)", rang=4),
        lignes=len(tableau.lignes), edition=annee, constats=debordements(tableau),
        laissees=tuple(n for p, n in enumerate(tableau.entete) if p not in {place, code, com, genre}),
    )  # fmt: skip
    for numero, cellules in tableau.lignes:
        iris = identifiant_d_iris(cellules[code])
        if iris is None or not iris.startswith("IRIS"):
            continue  # une commune entière a déjà sa population, officielle
        if (lecture := releve.lire(cellules[place], None, numero, nom)) is None:
            continue
        releve.chiffres.append(
            Chiffre(iris, "population", "", annee, CelluleLue(lecture.statut, lecture.valeur.removesuffix(",0")),
                    cellules[place], nom, numero, passage=f"{cellules[code]} | {nom} | {cellules[place]}")
        )  # fmt: skip
    return releve


FORMATS = (
    Format(
        "insee_iris",
        "Insee, référentiel des IRIS",
        _referentiel_des_iris,
        r"(CODE|LIB|TYP)_IRIS|GRD_QUART|DEPCOM|LIBCOM|UU20\d{2}|REG|DEP",
    ),
    Format("filosofi_iris", "Insee, Filosofi par IRIS, revenus disponibles", _filosofi, None),
    Format(
        "filosofi_iris_reunis",
        "Insee, Filosofi par IRIS, plusieurs années réunies",
        _filosofi_reunis,
        "|".join(("code_iris", "annee", "note", "d1", "d9", *_COMPILEES)),
    ),
    Format("caf_iris", "Cnaf et Insee, allocataires de la Caf par IRIS", _caf, None),
    Format("rp_iris", "Insee, population par IRIS (compilation)", _population, _DE_LA_COMPILATION),
)
