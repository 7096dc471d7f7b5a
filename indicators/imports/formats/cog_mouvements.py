"""Les mouvements de communes (Insee, `v_mvtcommune`) : la seule liste qui date les fusions, les codes et les noms."""

from __future__ import annotations

import re

from indicators.imports.moteur.large import lieu
from indicators.imports.moteur.releve import Evenement, Format, Referentiel, Releve, constat, debordements
from indicators.imports.moteur.tableau import Tableau
from indicators.socle.codes import identifiant
from indicators.socle.territoires import Maille

_NOMS = ("MOD", "DATE_EFF", "TYPECOM_AV", "COM_AV", "TYPECOM_AP", "COM_AP", "LIBELLE_AP")


def _mouvements(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """Une ligne un passage d'une commune à une autre ; ce qui n'est pas de commune à commune (déléguées) est laissé."""
    places = [tableau.place(nom) for nom in _NOMS]
    if any(place is None for place in places):
        return None
    mod, date, type_avant, avant, type_apres, apres, nom_apres = (place or 0 for place in places)
    releve = Releve(
        "cog_mouvements", "Insee, code officiel géographique : mouvements des communes",
        lignes=len(tableau.lignes), constats=debordements(tableau),
        laissees=tuple(n for n in tableau.entete if n not in _NOMS),
    )  # fmt: skip
    dernieres: dict[str, tuple[str, str]] = {}
    for numero, cellules in tableau.lignes:
        if (cellules[type_avant], cellules[type_apres]) != ("COM", "COM"):
            continue
        ancienne, actuelle = identifiant(cellules[avant]), identifiant(cellules[apres])
        if ancienne is None or actuelle is None or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", cellules[date]):
            ecrit = f"« {cellules[avant]} », « {cellules[apres]} », « {cellules[date]} »"
            releve.constats.append(constat(numero, "COM_AV", f"mouvement {ecrit} non reconnu : laissé"))
            continue
        releve.evenements.append(Evenement(cellules[mod], cellules[date], ancienne, actuelle))
        if cellules[date] >= dernieres.get(actuelle, ("", ""))[0]:
            dernieres[actuelle] = cellules[date], cellules[nom_apres]
    releve.lieux = {code: lieu(code, nom) for code, (_, nom) in dernieres.items()}
    return releve


FORMATS = (
    Format(
        "cog_mouvements",
        "Insee, code officiel géographique : mouvements des communes",
        _mouvements,
        "MOD|DATE_EFF|(TYPECOM|COM|TNCC|NCC|NCCENR|LIBELLE)_(AV|AP)",
    ),
)
