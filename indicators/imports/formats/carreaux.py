"""Insee, carreaux de 200 mètres : des effectifs sur une grille européenne (EPSG:3035). Reconnus, non montrés.

Un carreau n'est pas un territoire de l'observatoire : ses habitants se rattachent à l'IRIS où tombe son centre.
Certains sont imputés par l'Insee (trop peu de ménages) : leur nombre est gardé à part.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from indicators.imports.moteur.cellules import en_nombre, lire_cellule
from indicators.imports.moteur.releve import Carreau, Format, Referentiel, Releve, constat, debordements
from indicators.imports.moteur.tableau import Tableau
from indicators.socle.territoires import Maille

_CODE = re.compile(r"CRS3035RES(?P<pas>\d+)mN(?P<nord>\d+)E(?P<est>\d+)", re.IGNORECASE)
_IDENTIFIANTS = ("id", "idcar_200m", "Idcar_200m", "idINSPIRE", "IdINSPIRE")
_HABITANTS = ("individus", "ind", "Ind", "Ind_c")
_IMPUTES = ("impute", "i_est_200", "I_est_200", "I_est_cr")
_CONNUES = (
    "|".join((*_IDENTIFIANTS, *_HABITANTS, *_IMPUTES)) + "|niveau_vie_moyen|part_menages_pauvres|longitude|latitude"
    r"|idcar_(1km|nat)|i_est_1km|lcog_geo|groupe|men(_\w+)?|log_\w+|ind_\w+"
)
"""Celles de la grille publiée par l'Insee, et de l'extrait qu'une métropole en a fait."""


@dataclass(frozen=True)
class Effectif:
    """Ce que les carreaux donnent d'un IRIS : leur nombre, leurs habitants, et combien sont imputés."""

    carreaux: int = 0
    habitants: float = 0.0
    imputes: int = 0


def _lire(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    code, habitants, impute = (tableau.place(*noms) for noms in (_IDENTIFIANTS, _HABITANTS, _IMPUTES))
    if code is None or habitants is None or not tableau.lignes or not _CODE.fullmatch(tableau.lignes[0][1][code]):
        return None
    prises = {code, habitants, impute}
    releve = Releve(
        "insee_carreaux", "Insee, carreaux de 200 mètres", lignes=len(tableau.lignes), epuisable=False,
        constats=debordements(tableau),
        laissees=tuple(nom for place, nom in enumerate(tableau.entete) if place not in prises),
    )  # fmt: skip
    carreaux = []
    for numero, cellules in tableau.lignes:
        lu = _CODE.fullmatch(cellules[code])
        try:
            effectif = lire_cellule(cellules[habitants], None)
        except ValueError as erreur:
            releve.constats.append(constat(numero, tableau.entete[habitants], f"{erreur} : carreau laissé"))
            continue
        if lu is None or effectif is None or not effectif.valeur:
            releve.constats.append(constat(numero, tableau.entete[code], f"« {cellules[code]} » : carreau laissé"))
            continue
        demi = int(lu["pas"]) / 2
        longitude, latitude = degres(int(lu["est"]) + demi, int(lu["nord"]) + demi)
        est_impute = impute is not None and cellules[impute] in {"1", "1.0", "true", "True"}
        carreaux.append(Carreau(lu[0], longitude, latitude, en_nombre(effectif.valeur), est_impute))
    releve.carreaux = tuple(carreaux)
    return releve


_A, _E2 = 6_378_137.0, 0.006694380022900787
"""Le demi grand axe et le carré de l'excentricité de l'ellipsoïde GRS 80."""
_E = math.sqrt(_E2)
_FAUX_EST, _FAUX_NORD = 4_321_000.0, 3_210_000.0
_PHI0, _LAMBDA0 = math.radians(52), math.radians(10)


def _q(sinus: float) -> float:
    return (1 - _E2) * (
        sinus / (1 - _E2 * sinus**2) - math.log((1 - _E * sinus) / (1 + _E * sinus)) / (2 * _E)
    )  # fmt: skip


_QP = _q(1.0)
_BETA0 = math.asin(_q(math.sin(_PHI0)) / _QP)
_RQ = _A * math.sqrt(_QP / 2)
_D = _A * math.cos(_PHI0) / math.sqrt(1 - _E2 * math.sin(_PHI0) ** 2) / (_RQ * math.cos(_BETA0))


def degres(est: float, nord: float) -> tuple[float, float]:
    """La longitude et la latitude d'un point de la grille européenne (Lambert azimutale équivalente, EPSG:3035)."""
    x, y = est - _FAUX_EST, nord - _FAUX_NORD
    rho = math.hypot(x / _D, _D * y)
    if rho == 0:
        return math.degrees(_LAMBDA0), math.degrees(_PHI0)
    c = 2 * math.asin(rho / (2 * _RQ))
    beta = math.asin(math.cos(c) * math.sin(_BETA0) + _D * y * math.sin(c) * math.cos(_BETA0) / rho)
    bas = _D * rho * math.cos(_BETA0) * math.cos(c) - _D**2 * y * math.sin(_BETA0) * math.sin(c)
    longitude = _LAMBDA0 + math.atan2(x * math.sin(c), bas)
    latitude = (
        beta
        + (_E2 / 3 + 31 * _E2**2 / 180 + 517 * _E2**3 / 5040) * math.sin(2 * beta)
        + (23 * _E2**2 / 360 + 251 * _E2**3 / 3780) * math.sin(4 * beta)
        + 761 * _E2**3 / 45360 * math.sin(6 * beta)
    )
    return math.degrees(longitude), math.degrees(latitude)


def rattacher(carreaux: Iterable[Carreau], contours: Mapping[str, BaseGeometry]) -> dict[str, Effectif]:
    """Les effectifs de chaque IRIS : les carreaux dont le centre y tombe ; un centre hors de tous n'est pas compté."""
    tous, codes = list(carreaux), list(contours)
    arbre = shapely.STRtree([contours[code] for code in codes])
    points = shapely.points(np.array([(c.longitude, c.latitude) for c in tous]).reshape(-1, 2))
    trouves: dict[str, Effectif] = {}
    vus: set[int] = set()
    for rang, iris in arbre.query(points, predicate="within").T.tolist():
        if rang in vus:  # deux contours se recouvrent d'un fil : le carreau n'est compté qu'une fois
            continue
        vus.add(rang)
        carreau, deja = tous[rang], trouves.get(codes[iris], Effectif())
        trouves[codes[iris]] = Effectif(
            deja.carreaux + 1, deja.habitants + carreau.habitants, deja.imputes + carreau.impute
        )
    return trouves


FORMATS = (Format("insee_carreaux", "Insee, carreaux de 200 mètres (reconnus, non montrés)", _lire, _CONNUES),)
