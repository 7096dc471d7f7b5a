"""Les codes des producteurs et les identifiants de la maison : « 62119 » → `COM62119`, « QP062017 » → `QP062017`."""

from __future__ import annotations

import re

from indicators.socle.territoires import PREFIXE_A_SOI, Maille

_QUARTIER_2015 = re.compile(r"QP(?:0\d{2}|2[AB]|02[AB]|97\d|98\d)\d{3}", re.IGNORECASE | re.ASCII)
_QUARTIER_2024 = re.compile(r"QN(?:\d{3}|02[AB])\d{2}[A-Z]", re.IGNORECASE | re.ASCII)
_IRIS = re.compile(r"\d[\dAB]\d{6,7}", re.IGNORECASE | re.ASCII)
_COMMUNE = re.compile(r"(?:\d[\dAB]\d{3}|\d{4})", re.IGNORECASE | re.ASCII)
_EPCI = re.compile(r"2\d{8}", re.ASCII)
_DEPARTEMENT = re.compile(r"(?:\d{1,2}|2[AB]|97[1-6])", re.IGNORECASE | re.ASCII)
_A_PLAT = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d)|(?<=\d{4})[.,]0+$")
"""Ce qu'un tableur ajoute à un code pris pour un nombre : « 200 072 460 », « 200072460,00 »."""
REGIONS = {
    "01": "Guadeloupe",
    "02": "Martinique",
    "03": "Guyane",
    "04": "La Réunion",
    "06": "Mayotte",
    "11": "Île-de-France",
    "24": "Centre-Val de Loire",
    "27": "Bourgogne-Franche-Comté",
    "28": "Normandie",
    "32": "Hauts-de-France",
    "44": "Grand Est",
    "52": "Pays de la Loire",
    "53": "Bretagne",
    "75": "Nouvelle-Aquitaine",
    "76": "Occitanie",
    "84": "Auvergne-Rhône-Alpes",
    "93": "Provence-Alpes-Côte d'Azur",
    "94": "Corse",
}
"""Les régions depuis 2016 (COG de l'Insee) : seul leur nom distingue leurs codes de ceux des départements."""
_DEPARTEMENTS = {
    "01": "971",
    "02": "972",
    "03": "973",
    "04": "974",
    "06": "976",
    "11": "75 77 78 91 92 93 94 95",
    "24": "18 28 36 37 41 45",
    "27": "21 25 39 58 70 71 89 90",
    "28": "14 27 50 61 76",
    "32": "02 59 60 62 80",
    "44": "08 10 51 52 54 55 57 67 68 88",
    "52": "44 49 53 72 85",
    "53": "22 29 35 56",
    "75": "16 17 19 23 24 33 40 47 64 79 86 87",
    "76": "09 11 12 30 31 32 34 46 48 65 66 81 82",
    "84": "01 03 07 15 26 38 42 43 63 69 73 74",
    "93": "04 05 06 13 83 84",
    "94": "2A 2B",
}
REGION_DE = {f"DEP{dep}": f"REG{region}" for region, deps in _DEPARTEMENTS.items() for dep in deps.split()}
"""La région de chaque département (COG) : une moyenne régionale ne se fait jamais sur une partie de la région."""
REGIONS_D_UN_DEPARTEMENT = {f"DEP{deps}": f"REG{region}" for region, deps in _DEPARTEMENTS.items() if " " not in deps}
"""Les départements d'outre-mer, et la région que chacun fait seul : deux noms d'un même lieu."""
METROPOLITAINES = frozenset(f"REG{region}" for region in REGIONS if region > "06")
METROPOLE = "FRM"
QUARTIERS_2015 = "QPV-FR"
"""L'identifiant de la ligne « Ensemble des QPV » des fichiers de l'Insee, quand leurs codes sont de 2015."""


def identifiant(code: str, maille: Maille | None = None) -> str | None:
    """L'identifiant d'un code, les zéros perdus rendus ; None si ce n'en est pas un, ou si rien ne dit sa maille.

    Un code à deux chiffres peut être celui d'un département ou d'une région : `maille` le dit.
    """
    code = _A_PLAT.sub("", code.strip().upper())
    if _QUARTIER_2015.fullmatch(code) or _QUARTIER_2024.fullmatch(code):
        return code
    if maille is Maille.PAYS:
        return METROPOLE
    if maille is Maille.IRIS:
        return identifiant_d_iris(code)
    if maille is Maille.REGION and _DEPARTEMENT.fullmatch(code):
        return f"REG{code.zfill(2)}"
    court = code.removeprefix("0") if len(code) == 3 else code
    if maille is Maille.DEPARTEMENT and _DEPARTEMENT.fullmatch(court):
        return f"DEP{court.zfill(2)}"
    if maille not in {Maille.DEPARTEMENT, Maille.REGION} and _COMMUNE.fullmatch(code):
        return f"COM{code.zfill(5)}"
    if _EPCI.fullmatch(code):
        return f"EPCI{code}"
    return None


def identifiant_d_iris(code: str) -> str | None:
    """L'identifiant d'un code d'IRIS (neuf chiffres, zéro initial rendu) ; une commune non découpée est son IRIS.

    `590080102` → `IRIS590080102` ; `620010000` → `COM62001` : l'Insee finit par 0000 l'IRIS d'une commune entière. Rien
    ne distingue ces codes de ceux des EPCI : seul un format qui sait lire des IRIS demande cette lecture. None pour ce
    qui n'est pas un code d'IRIS.
    """
    code = _A_PLAT.sub("", code.strip().upper())
    if not _IRIS.fullmatch(code):
        return None
    code = code.zfill(9)
    return f"COM{code[:5]}" if code.endswith("0000") else f"IRIS{code}"


_ARRONDISSEMENTS = {
    **{f"COM751{n:02d}": "COM75056" for n in range(1, 21)},
    **{f"COM6938{n}": "COM69123" for n in range(1, 10)},
    **{f"COM132{n:02d}": "COM13055" for n in range(1, 17)},
}


def commune_entiere(identifiant: str) -> str:
    """La commune d'un arrondissement municipal de Paris, Lyon ou Marseille ; toute autre reste elle-même."""
    return _ARRONDISSEMENTS.get(identifiant, identifiant)


_MAILLES = {
    "QP": Maille.QUARTIER,
    "QN": Maille.QUARTIER,
    "COM": Maille.COMMUNE,
    "EPCI": Maille.EPCI,
    "IRIS": Maille.IRIS,
    "DEP": Maille.DEPARTEMENT,
    "REG": Maille.REGION,
    "FR": Maille.PAYS,
}


def maille_de(identifiant: str) -> Maille:
    """La maille que dit le préfixe d'un identifiant de la maison."""
    if identifiant.startswith(("QPV", PREFIXE_A_SOI)):
        return Maille.REGROUPEMENT
    return next(maille for prefixe, maille in _MAILLES.items() if identifiant.startswith(prefixe))


def departement_de(identifiant: str) -> str | None:
    """Le département d'une commune, d'un IRIS ou d'un quartier, lu dans son code ; None pour un autre lieu."""
    if identifiant.startswith(("COM", "IRIS")):
        code = identifiant.removeprefix("COM").removeprefix("IRIS")
        return f"DEP{code[:3] if code.startswith(('97', '98')) else code[:2]}"
    if identifiant.startswith(("QP", "QN")) and not identifiant.startswith("QPV"):
        return f"DEP{identifiant[2:5].removeprefix('0').zfill(2)}"
    return None
