"""Les lieux : code officiel géographique (Insee), composition des EPCI (DGCL, Insee), populations légales.

Ces fichiers font entrer la France : ils nomment communes, départements, régions et EPCI, et disent qui est dans quoi.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from indicators.imports.moteur.cellules import CelluleLue
from indicators.imports.moteur.large import lieu
from indicators.imports.moteur.releve import (
    ANNEE,
    VIDE,
    Chiffre,
    Format,
    Lieu,
    Referentiel,
    Releve,
    SourceLue,
    constat,
    debordements,
)
from indicators.imports.moteur.tableau import Tableau
from indicators.socle.codes import METROPOLE, METROPOLITAINES, identifiant
from indicators.socle.observations import Statut
from indicators.socle.territoires import Maille

_SANS_OBJET = "ZZZZZZZZZ"
_DU_CODE = "REG|DEP|CHEFLIEU|TNCC|NCC|NCCENR|LIBELLE"
"""Les colonnes du code officiel, départements et régions."""
_DE_LA_COMPOSITION = (
    rf"dept|siren|raison_sociale|nature_juridique|mode_financ|nb_membres|total_pop_(tot|mun)|dep_com|insee"
    rf"|siren_membre|nom_membre|p(tot|mun)_{ANNEE}"
)
_LAISSEES = ("CTCD", "ARR", "TNCC", "NCC", "NCCENR", "CAN", "COMPARENT")
"""Celles de ses communes dont rien n'est repris tel quel."""


def _releve(nom: str, titre: str, tableau: Tableau) -> Releve:
    return Releve(nom, titre, lignes=len(tableau.lignes), constats=debordements(tableau))


def _par_commune(
    tableau: Tableau, releve: Releve, com: int, nom: int, dep: int, reg: int
) -> Iterator[tuple[int, tuple[str, ...], str]]:
    """Chaque ligne et sa commune, dont le nom, le département et la région sont relevés au passage."""
    for numero, cellules in tableau.lignes:
        code = identifiant(cellules[com])
        if code is None:
            releve.constats.append(constat(numero, tableau.entete[com], f"code « {cellules[com]} » non reconnu"))
            continue
        releve.lieux[code] = lieu(code, cellules[nom])
        releve.liens.append((code, f"DEP{cellules[dep]}", "departement"))
        releve.liens.append((f"DEP{cellules[dep]}", f"REG{cellules[reg]}", "region"))
        yield numero, cellules, code
    releve.liens = list(dict.fromkeys(releve.liens))


def _communes(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """`v_commune` : une ligne une commune, mais aussi ses communes déléguées et arrondissements, laissés."""
    places = [tableau.place(nom) for nom in ("TYPECOM", "COM", "REG", "DEP", "LIBELLE")]
    parent = tableau.place("COMPARENT")
    if any(place is None for place in places):
        return None
    typecom, com, reg, dep, libelle = (place or 0 for place in places)
    releve = _releve("cog_communes", "Insee, code officiel géographique : communes", tableau)
    releve.laissees = tuple(nom for nom in tableau.entete if nom.upper() in _LAISSEES)
    communes = tuple((numero, cellules) for numero, cellules in tableau.lignes if cellules[typecom] == "COM")
    for _ in _par_commune(replace(tableau, lignes=communes), releve, com, libelle, dep, reg):
        pass
    for _, cellules in tableau.lignes:
        ancienne = identifiant(cellules[com]) if cellules[typecom] != "COM" else None
        actuelle = identifiant(cellules[parent]) if parent is not None and ancienne else None
        if ancienne and actuelle:
            releve.anciennes[ancienne] = cellules[libelle], actuelle
    return releve


def _departements(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    places = [tableau.place(nom) for nom in ("DEP", "REG", "CHEFLIEU", "LIBELLE")]
    if any(place is None for place in places) or tableau.place("COM") is not None:
        return None
    dep, reg, _, libelle = (place or 0 for place in places)
    releve = _releve("cog_departements", "Insee, code officiel géographique : départements", tableau)
    for numero, cellules in tableau.lignes:
        code = identifiant(cellules[dep], Maille.DEPARTEMENT)
        region = identifiant(cellules[reg], Maille.REGION)
        if code is None or region is None:
            releve.constats.append(constat(numero, "DEP", f"code « {cellules[dep]} » non reconnu"))
            continue
        releve.lieux[code] = Lieu(code, cellules[libelle], Maille.DEPARTEMENT)
        releve.liens.append((code, region, "region"))
    return releve


def _regions(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    reg, libelle = tableau.place("REG"), tableau.place("LIBELLE")
    if reg is None or libelle is None or tableau.place("CHEFLIEU") is None or tableau.place("DEP") is not None:
        return None
    releve = _releve("cog_regions", "Insee, code officiel géographique : régions", tableau)
    for numero, cellules in tableau.lignes:
        code = identifiant(cellules[reg], Maille.REGION)
        if code is None:
            releve.constats.append(constat(numero, "REG", f"code « {cellules[reg]} » non reconnu"))
            continue
        releve.lieux[code] = Lieu(code, cellules[libelle], Maille.REGION)
        if code in METROPOLITAINES:
            releve.liens.append((code, METROPOLE, "pays"))
    return releve


def _appartenance(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """Insee, table d'appartenance : commune → EPCI, département, région ; « ZZZZZZZZZ » : sans EPCI."""
    places = [tableau.place(nom) for nom in ("CODGEO", "LIBGEO", "EPCI", "LIBEPCI", "DEP", "REG")]
    if any(place is None for place in places):
        return None
    com, nom, epci, nom_epci, dep, reg = (place or 0 for place in places)
    releve = _releve("insee_appartenance", "Insee, appartenance des communes aux EPCI", tableau)
    for numero, cellules, code in _par_commune(tableau, releve, com, nom, dep, reg):
        if cellules[epci] == _SANS_OBJET:
            continue
        groupe = identifiant(cellules[epci])
        if groupe is None or not groupe.startswith("EPCI"):
            message = f"EPCI « {cellules[epci]} » de {cellules[com]} non reconnu (un code pris pour un nombre ?)"
            releve.constats.append(constat(numero, tableau.entete[epci], f"{message} : appartenance laissée"))
            continue
        releve.lieux[groupe] = Lieu(groupe, cellules[nom_epci], Maille.EPCI)
        releve.liens.append((code, groupe, "epci"))
    return releve


def _composition(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """DGCL, composition des EPCI : le nombre de communes est compté, et confronté à `nb_membres`."""
    noms = ("siren", "raison_sociale", "nb_membres", "dep_com", "insee", "nom_membre")
    places = [tableau.place(nom) for nom in noms]
    if any(place is None for place in places):
        return None
    siren, raison, membres, dep, insee, nom = (place or 0 for place in places)
    releve = _releve("dgcl_epci", "DGCL, composition des EPCI", tableau)
    annees = [int(t[1]) for n in tableau.entete if (t := re.fullmatch(rf"p(?:tot|mun)_({ANNEE})", n, re.IGNORECASE))]
    releve.edition = annees[0] if annees else None
    releve.source = SourceLue("dgcl_epci_{edition}", "DGCL", "DGCL, liste et composition des EPCI, {edition}")
    releve.laissees = tuple(n for n in tableau.entete if n not in noms)
    siege = tableau.place("dept")  # celui de l'EPCI, que ses communes n'ont pas toutes
    declares: dict[str, tuple[int, str]] = {}
    comptes: Counter[str] = Counter()
    for numero, cellules in tableau.lignes:
        groupe, code = identifiant(cellules[siren]), identifiant(cellules[insee])
        if groupe is None or code is None or not groupe.startswith("EPCI"):
            releve.constats.append(constat(numero, "siren", f"« {cellules[siren]} », « {cellules[insee]} » : laissé"))
            continue
        releve.lieux[groupe] = Lieu(groupe, cellules[raison], Maille.EPCI)
        releve.lieux[code] = lieu(code, cellules[nom])
        releve.liens += [(code, groupe, "epci"), (code, f"DEP{cellules[dep]}", "departement")]
        if siege is not None and (departement := identifiant(cellules[siege], Maille.DEPARTEMENT)):
            releve.liens.append((groupe, departement, "departement"))
        comptes[groupe] += 1
        declares.setdefault(groupe, (numero, cellules[membres]))
    for groupe, (numero, declare) in declares.items():
        if declare != str(comptes[groupe]):
            releve.constats.append(
                constat(numero, "nb_membres", f"{groupe} : {declare} annoncés, {comptes[groupe]} lignes")
            )
            continue
        lecture = CelluleLue(Statut.EXACT, declare)
        passage = f"{groupe[4:]} | nb_membres | {declare}"
        releve.chiffres.append(
            Chiffre(groupe, "nb_communes", "", releve.edition, lecture, declare, "nb_membres", numero, passage=passage)
        )
    return releve


def _populations(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """Insee, populations légales : le fichier ne dit pas son année de référence."""
    places = [tableau.place(nom) for nom in ("REG", "DEP", "COM", "Commune", "PMUN")]
    if any(place is None for place in places):
        return None
    reg, dep, com, nom, pmun = (place or 0 for place in places)
    releve = _releve("insee_populations", "Insee, populations légales des communes", tableau)
    releve.source = SourceLue("insee_populations_{edition}", "Insee", "Populations légales {edition} des communes")
    releve.groupes = {"population": "population municipale"}
    releve.laissees = tuple(n for n in tableau.entete if n not in {"REG", "DEP", "COM", "Commune", "PMUN"})
    for numero, cellules, code in _par_commune(tableau, releve, com, nom, dep, reg):
        if (lecture := releve.lire(cellules[pmun], Statut.NON_DISPONIBLE, numero, "PMUN")) is None:
            continue
        passage = f"{cellules[com]} | PMUN | {cellules[pmun] or VIDE}"
        releve.chiffres.append(
            Chiffre(code, "population", "population", None, lecture, cellules[pmun], "PMUN", numero, passage=passage)
        )
    return releve


FORMATS = (
    Format(
        "insee_populations",
        "Insee, populations légales des communes",
        _populations,
        "REG|Région|DEP|CODARR|CODCAN|CODCOM|COM|Commune|PMUN|PCAP|PTOT",
    ),
    Format("dgcl_epci", "DGCL, composition des EPCI", _composition, _DE_LA_COMPOSITION),
    Format(
        "insee_appartenance",
        "Insee, appartenance des communes aux EPCI",
        _appartenance,
        "CODGEO|LIBGEO|EPCI|LIBEPCI|DEP|REG|NATURE_EPCI",
    ),
    Format(
        "cog_communes",
        "Insee, code officiel géographique : communes",
        _communes,
        "|".join(("TYPECOM", "COM", "REG", "DEP", "LIBELLE", *_LAISSEES)),
    ),
    Format("cog_departements", "Insee, code officiel géographique : départements", _departements, _DU_CODE),
    Format("cog_regions", "Insee, code officiel géographique : régions", _regions, _DU_CODE),
)
