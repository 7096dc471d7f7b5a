"""DEPP, `fr-en-etablissements-ep` : l'éducation prioritaire, et le quartier où est chaque établissement, ou auprès.

Le fichier situe chaque établissement (commune, coordonnées) et le rattache à un quartier : il complète les séries
d'indices par établissement, et place les écoles autour d'un quartier. Ni effectif ni adresse n'en sont repris.
"""

from __future__ import annotations

import re

from indicators.imports.formats.services import coordonnee
from indicators.imports.moteur.releve import (
    ANNEE,
    Etablissement,
    Format,
    Referentiel,
    Releve,
    SourceLue,
    constat,
    debordements,
)
from indicators.imports.moteur.tableau import Tableau
from indicators.socle.codes import identifiant
from indicators.socle.territoires import Maille

_CLASSEMENT = re.compile(rf"ep_({ANNEE})_{ANNEE}")
_CONNUES = (
    rf"(numero_)?uai|ep_{ANNEE}_{ANNEE}|(nom|type)_etablissement|statut_public_prive|(uai|nom)_tete_de_reseau"
    r"|(code_)?qp_a_proximite(_o_n)?|nom_du_qp|nombre_d_eleves|(code|nom|libelle)_(commune|departement|academie|region)"
    r"|code_postal|latitude|longitude|position"
)
_CLASSEMENTS = {"REP": "REP", "REP+": "REP+", "HORS REP": "hors"}
_GENRES = (("coll", "college"), ("lyc", "lycee"), ("ecole", "ecole"), ("école", "ecole"))
_SECTEURS = {"public": "public", "prive": "privé", "privé": "privé"}


def _lire(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    uai, proche = tableau.place("uai", "numero_uai"), tableau.place("qp_a_proximite", "code_qp_a_proximite")
    ou = tableau.place("qp_a_proximite_o_n")
    if uai is None or proche is None or ou is None:
        return None
    noms = ("nom_etablissement", "type_etablissement", "statut_public_prive", "code_commune", "latitude", "longitude")
    places = {nom: tableau.place(nom) for nom in noms}
    classements = {p: int(m[1]) for p, n in enumerate(tableau.entete) if (m := _CLASSEMENT.fullmatch(n.casefold()))}
    prises = {uai, proche, ou, *classements, *places.values()}
    releve = Releve(
        "depp_etablissements_ep", "DEPP, établissements de l’éducation prioritaire et quartiers",
        SourceLue(f"depp_etablissements_ep{'_{edition}' if classements else ''}", "DEPP",
                  f"DEPP, établissements de l’éducation prioritaire{', rentrée {edition}' if classements else ''} "
                  "(fr-en-etablissements-ep)"),
        lignes=len(tableau.lignes), edition=max(classements.values(), default=None), epuisable=False,
        constats=debordements(tableau),
        laissees=tuple(n for p, n in enumerate(tableau.entete) if n and p not in prises),
    )  # fmt: skip
    for numero, cellules in tableau.lignes:
        if cellules[proche]:
            if quartier := identifiant(cellules[proche]):
                sien = "dans" if cellules[ou].casefold().startswith("dans") else "a_proximite"
                releve.situes.append((quartier, cellules[uai], sien))
            else:
                releve.constats.append(constat(numero, "qp_a_proximite", f"code « {cellules[proche]} » non reconnu"))
        dits = {nom: cellules[place] if place is not None else "" for nom, place in places.items()}
        _situer(releve, cellules, dits, cellules[uai], classements)
    return releve


def _situer(
    releve: Releve, cellules: tuple[str, ...], dits: dict[str, str], uai: str, classements: dict[int, int]
) -> None:
    """L'établissement à sa commune et à ses coordonnées ; sans elles, il ne se place nulle part."""
    commune = identifiant(dits["code_commune"], Maille.COMMUNE)
    genre = next((g for debut, g in _GENRES if dits["type_etablissement"].casefold().startswith(debut)), "")
    if commune is None or not genre:
        return
    releve.etablissements[uai] = Etablissement(commune, f"{genre}s")
    latitude, longitude = coordonnee(dits["latitude"]), coordonnee(dits["longitude"])
    if not latitude or not longitude:
        return
    place, annee = max(classements.items(), key=lambda paire: paire[1], default=(None, None))
    classement = _CLASSEMENTS.get(cellules[place].upper(), "") if place is not None else ""
    releve.services.append({
        "service": uai, "genre": genre, "nom": dits["nom_etablissement"], "commune": commune, "adresse": "",
        "precision": _SECTEURS.get(dits["statut_public_prive"].casefold().split(" ")[0], ""),
        "latitude": latitude, "longitude": longitude, "education_prioritaire": classement,
        "annee_classement": str(annee or "") if classement else "",
        "source_classement": f"depp_etablissements_ep_{annee}" if classement else "",
    })  # fmt: skip


FORMATS = (
    Format(
        "depp_etablissements_ep", "DEPP, éducation prioritaire et quartiers (fr-en-etablissements-ep)", _lire, _CONNUES
    ),
)
