"""DEPP, indices de position sociale sans commune : série par UAI, écoles d'un quartier.

Un établissement n'y a que son UAI ; sa commune vient des fichiers `fr-en-ips-…`, ou de ses coordonnées. Ces fichiers ne
donnent pas d'effectif : toutes les moyennes sont simples. L'IPS des lycées y est celui de l'établissement (`ips_etab`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal

from indicators.imports.formats.depp_ips import moyennes, territoires_de
from indicators.imports.formats.services import coordonnee
from indicators.imports.moteur.releve import (
    ANNEE,
    DEPARTEMENTS_MIN,
    Etablissement,
    Format,
    Referentiel,
    Releve,
    SourceLue,
    constat,
    debordements,
)
from indicators.imports.moteur.tableau import Tableau
from indicators.socle.codes import departement_de, identifiant
from indicators.socle.territoires import Maille

_UAI = re.compile(r"\d{7}[A-Z]")
_NIVEAUX = {"école": "ecoles", "ecole": "ecoles", "collège": "colleges", "college": "colleges", "lycée": "lycees"}
_PREMIERE = 2023
"""La rentrée 2022 est dans le fichier de la DEPP, avec ses effectifs : la série n'y ajoute rien."""
_PART_SITUEE = Decimal("0.95")
"""En deçà, trop d'établissements d'un niveau n'ont pas de commune connue : ni département, ni région, ni métropole."""


def _serie(tableau: Tableau, referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """`{UAI: {année: indice}}` : les moyennes simples de chaque commune, EPCI, département, région, et quartier."""
    annees = {p: int(n) for p, n in enumerate(tableau.entete) if re.fullmatch(ANNEE, n)}
    if (
        tableau.entete[:1] != ("cle",)
        or not annees
        or not tableau.lignes
        or not _UAI.fullmatch(tableau.lignes[0][1][0])
    ):
        return None
    releve = Releve(
        "depp_ips_serie", "DEPP, indice de position sociale, série par établissement",
        SourceLue("depp_ips_serie_{edition}", "DEPP (compilation tierce)",
                  "DEPP, indices de position sociale des écoles (rentrées 2023 et 2024), collèges et lycées (2023 à "
                  "2025), réunis par établissement", rang=2),
        lignes=len(tableau.lignes), edition=max(annees.values()), constats=debordements(tableau), relire=True,
    )  # fmt: skip
    quartiers = defaultdict(list)
    for quartier, uai, ou in referentiel.situes:
        quartiers[uai].append((quartier, ou))
    lus: dict[tuple[str, str, int, str], list[tuple[Decimal, Decimal | None]]] = defaultdict(list)
    situes: dict[tuple[int, bool], int] = defaultdict(int)
    departements = {departement_de(e.commune) for e in referentiel.etablissements.values()}
    national = len(departements) >= DEPARTEMENTS_MIN
    for numero, cellules in tableau.lignes:
        uai = cellules[0]
        etablissement = referentiel.etablissements.get(uai)
        for place, annee in annees.items():
            if annee < _PREMIERE:
                continue
            lecture = releve.lire(cellules[place], None, numero, tableau.entete[place])
            if lecture is None or not lecture.valeur:
                continue
            situes[annee, etablissement is not None] += 1
            if etablissement is None:
                continue
            indice = lecture.nombre
            for territoire in territoires_de(
                referentiel.commune(etablissement.commune), referentiel, annee, national=national
            ):
                lus[territoire, etablissement.niveau, annee, ""].append((indice, None))
            for quartier, ou in quartiers.get(uai, ()):
                if ou in {"dans", "300 m"}:  # « à proximité », dans d'autres fichiers, ne dit pas sa distance
                    lus[quartier, etablissement.niveau, annee, "_300m"].append((indice, None))
                if ou == "dans":
                    lus[quartier, etablissement.niveau, annee, ""].append((indice, None))
    larges = ("DEP", "REG", "FR")
    for (territoire, niveau, annee, sorte), valeurs in lus.items():
        sans = situes[annee, False]
        if territoire.startswith(larges) and sans * (1 - _PART_SITUEE) > situes[annee, True] * _PART_SITUEE:
            continue
        note = (
            f" {sans} établissements de France, tous niveaux, sans commune connue."
            if territoire.startswith(larges)
            else ""
        )
        releve.chiffres += moyennes(territoire, annee, niveau, valeurs, 0, sorte=sorte, note=note)
    return releve


def _quartiers(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """Les établissements situés dans chaque quartier de 2024, ou à moins de 300 mètres, avec leur indice."""
    noms = ("code_qp", "uai", "type", "situation")
    places = [tableau.place(nom) for nom in noms]
    annees = {p: int(m[1]) for p, n in enumerate(tableau.entete) if (m := re.fullmatch(rf"ips_({ANNEE})_{ANNEE}", n))}
    if any(place is None for place in places) or not annees:
        return None
    qp, uai, genre, situation = (place or 0 for place in places)
    releve = Releve(
        "depp_ips_quartiers", "DEPP, établissements situés dans un quartier ou à moins de 300 mètres",
        SourceLue("depp_ips_quartiers_{edition}", "DEPP, situé par une compilation tierce",
                  "DEPP, indice de position sociale des établissements situés dans les quartiers de 2024 ou à moins de "
                  "300 mètres (coordonnées de la DEPP, périmètres de l’ANCT)", rang=2),
        lignes=len(tableau.lignes), edition=max(annees.values()), constats=debordements(tableau),
    )  # fmt: skip
    lus: dict[tuple[str, str, int, str], list[tuple[Decimal, Decimal | None]]] = defaultdict(list)
    for numero, cellules in tableau.lignes:
        quartier, niveau = identifiant(cellules[qp]), _NIVEAUX.get(cellules[genre].casefold())
        if quartier is None or niveau is None or not _UAI.fullmatch(cellules[uai]):
            releve.constats.append(constat(numero, "code_qp", f"« {cellules[qp]} », {cellules[genre]} : ligne laissée"))
            continue
        dans = cellules[situation] == "dans"
        if any(situe[:2] == (quartier, cellules[uai]) for situe in releve.situes):
            releve.constats.append(constat(numero, "uai", f"« {cellules[uai]} » déjà lu à {quartier} : ligne laissée"))
            continue
        releve.situes.append((quartier, cellules[uai], "dans" if dans else "300 m"))
        for place, annee in annees.items():
            lecture = releve.lire(cellules[place], None, numero, tableau.entete[place])
            if lecture is not None and lecture.valeur:
                indice = lecture.nombre
                lus[quartier, niveau, annee, "_300m"].append((indice, None))
                if dans:
                    lus[quartier, niveau, annee, ""].append((indice, None))
    for (quartier, niveau, annee, sorte), valeurs in lus.items():
        ou = " situés à moins de 300 mètres ou dans le quartier" if sorte else " situés dans le quartier"
        releve.chiffres += moyennes(quartier, annee, niveau, valeurs, 0, sorte=sorte, ou=ou)
    return releve


def _geolocalises(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """Des établissements avec leur commune : ils situent ceux de la série, sans donner de chiffre par eux-mêmes."""
    genre, uai, commune = tableau.place("type"), tableau.place("uai"), tableau.place("code_commune")
    if genre is None or uai is None or commune is None or tableau.place("latitude") is None:
        return None
    releve = Releve(
        "depp_etablissements", "DEPP, établissements géolocalisés",
        SourceLue("depp_ips_geolocalises_2023", "DEPP (reprise tierce)",
                  "DEPP, indice de position sociale par établissement, rentrée 2023, avec sa position", rang=2),
        lignes=len(tableau.lignes), edition=2023,
    )  # fmt: skip
    ips = tableau.place("ips_2023_2024")
    autres = {nom: tableau.place(nom) for nom in ("nom", "secteur", "latitude", "longitude")}
    for _, cellules in tableau.lignes:
        code, niveau = identifiant(cellules[commune]), _NIVEAUX.get(cellules[genre].casefold())
        if not code or not niveau:
            continue
        releve.etablissements[cellules[uai]] = Etablissement(code, niveau)
        dits = {nom: cellules[place] for nom, place in autres.items() if place is not None}
        indice = coordonnee(cellules[ips]) if ips is not None else ""
        if coordonnee(dits.get("latitude", "")) and coordonnee(dits.get("longitude", "")):
            releve.services.append({
                "service": cellules[uai], "genre": niveau.removesuffix("s"), "nom": dits.get("nom", cellules[uai]),
                "precision": dits.get("secteur", ""), "commune": code, "adresse": "",
                "latitude": coordonnee(dits["latitude"]), "longitude": coordonnee(dits["longitude"]),
                "ips": indice, "rentree": "2023" if indice else "",
            })  # fmt: skip
    return releve


FORMATS = (
    Format("depp_ips_serie", "DEPP, indice de position sociale, série par établissement", _serie, rf"cle|{ANNEE}"),
    Format(
        "depp_ips_quartiers",
        "DEPP, établissements des quartiers de 2024",
        _quartiers,
        rf"(code|lib)_qp|uai|type|nom|commune|secteur|distance_m|situation|(ips|effectif)_{ANNEE}(_{ANNEE})?",
    ),
    Format(
        "depp_etablissements",
        "DEPP, établissements géolocalisés",
        _geolocalises,
        rf"type|uai|nom|(code_)?commune|secteur|ips_{ANNEE}_{ANNEE}|latitude|longitude",
    ),
)
