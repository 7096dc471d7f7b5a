"""Les lieux ouverts au public : France services (ANCT), établissements scolaires à leur place, éducation prioritaire.

Ni téléphone ni courriel ne sont lus. Un établissement sans coordonnées n'entre pas : il ne se placerait nulle part.
"""

from __future__ import annotations

from indicators.imports.moteur.cellules import lire_cellule
from indicators.imports.moteur.releve import Format, Referentiel, Releve, SourceLue, constat, debordements
from indicators.imports.moteur.tableau import Tableau
from indicators.socle.codes import identifiant
from indicators.socle.nombres import capitale
from indicators.socle.services import GENRES
from indicators.socle.territoires import Maille

_FRANCE_SERVICES = ("id_fs", "lib_fs", "insee_com", "latitude", "longitude", "format_fs")
_REP = ("uai", "nature", "nom", "latitude", "longitude", "classement_rep")
_CONNUES = (
    "|".join(_FRANCE_SERVICES) + "|(complement_)?adresse|lib_com|type_fs|labellisation_fs|epci|code_iris|telephone|mail"
)
_CLASSEMENTS = {"REP": "REP", "REP+": "REP+", "NON": "hors"}
_ANNEE_REP = 2020
"""La carte de l'éducation prioritaire de la rentrée 2020, déduite de la date du dépôt (avril 2021)."""


def coordonnee(texte: str) -> str:
    """Un nombre de degrés à la française, vide si ce n'en est pas un."""
    try:
        lue = lire_cellule(texte, None)
    except ValueError:
        return ""
    return lue.valeur if lue is not None else ""


def _france_services(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    places = [tableau.place(nom) for nom in _FRANCE_SERVICES]
    if any(place is None for place in places):
        return None
    ident, nom, com, lat, lon, sorte = (place or 0 for place in places)
    adresse = tableau.place("adresse")
    gardees = {ident, nom, com, lat, lon, sorte, *([adresse] if adresse is not None else [])}
    releve = Releve(
        "france_services", "ANCT, structures France services",
        SourceLue("anct_france_services", "ANCT", "ANCT, liste des structures France services, août 2024"),
        lignes=len(tableau.lignes), epuisable=False, constats=debordements(tableau),
        laissees=tuple(n for p, n in enumerate(tableau.entete) if n and p not in gardees),
    )  # fmt: skip
    for numero, cellules in tableau.lignes:
        commune = identifiant(cellules[com], Maille.COMMUNE)
        if commune is None or not coordonnee(cellules[lat]) or not coordonnee(cellules[lon]):
            releve.constats.append(constat(numero, "latitude", f"« {cellules[nom]} » : sans position, laissé"))
            continue
        releve.services.append({
            "service": f"FS{cellules[ident]}", "genre": "france_services", "nom": cellules[nom],
            "precision": cellules[sorte].replace("_", " "), "commune": commune,
            "adresse": cellules[adresse] if adresse is not None else "",
            "latitude": coordonnee(cellules[lat]), "longitude": coordonnee(cellules[lon]),
        })  # fmt: skip
    return releve


def _prioritaires(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """Collèges et lycées, et leur classement ; une section ou un établissement spécialisé n'en est pas un de plus."""
    places = [tableau.place(nom) for nom in _REP]
    if any(place is None for place in places):
        return None
    uai, nature, nom, lat, lon, rep = (place or 0 for place in places)
    iris = tableau.place("code_iris")
    releve = Releve(
        "depp_rep", "DEPP, collèges et lycées, éducation prioritaire",
        SourceLue("depp_rep_2020", "DEPP (reprise tierce)",
                  "DEPP, adresse et géolocalisation des collèges et lycées, carte de l’éducation prioritaire 2020-2021 "
                  "(année déduite de la date de la reprise)", rang=2),
        lignes=len(tableau.lignes), epuisable=False, constats=debordements(tableau),
        laissees=tuple(n for n in tableau.entete if n.casefold() not in {*_REP, "commune", "code_iris"}),
    )  # fmt: skip
    for numero, cellules in tableau.lignes:
        genre = next(
            (g for mot, g in (("COLLEGE", "college"), ("LYCEE", "lycee")) if cellules[nature].startswith(mot)), ""
        )
        commune = identifiant(cellules[iris][:5], Maille.COMMUNE) if iris is not None else None
        if not genre:
            continue
        if commune is None or not coordonnee(cellules[lat]):
            releve.constats.append(constat(numero, "latitude", f"« {cellules[nom]} » : sans position, laissé"))
            continue
        # Un établissement que le fichier ne nomme pas est dit par sa sorte : une case vide ferait refuser les autres.
        dit = cellules[nom] or capitale(GENRES[genre])
        releve.services.append({
            "service": cellules[uai], "genre": genre, "nom": dit, "precision": "", "commune": commune,
            "adresse": "", "latitude": coordonnee(cellules[lat]), "longitude": coordonnee(cellules[lon]),
            "education_prioritaire": _CLASSEMENTS.get(cellules[rep], ""), "annee_classement": str(_ANNEE_REP),
            "source_classement": "depp_rep_2020",
        })  # fmt: skip
    return releve


FORMATS = (
    Format("france_services", "ANCT, structures France services", _france_services, _CONNUES),
    Format(
        "depp_rep",
        "DEPP, collèges et lycées, éducation prioritaire",
        _prioritaires,
        "|".join((*_REP, "commune", "code_iris", "epci")),
    ),
)
