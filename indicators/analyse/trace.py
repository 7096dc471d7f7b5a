"""Ce que couvre un polygone que l'on a dessiné : des IRIS, en parts de leur surface. Une proposition, à confirmer."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

from indicators.base.base import Base
from indicators.base.carte import TROP_D_IRIS, iris_dans
from indicators.donnees.perimetres import lire_un_trace
from indicators.socle.codes import identifiant_d_iris
from indicators.socle.emprise import Emprise
from indicators.socle.erreurs import ErreurImport
from indicators.socle.nombres import nombre
from indicators.socle.territoires import Territoire

MOITIE = 0.5
"""À partir de cette part de sa surface, un IRIS est dans le tracé."""
_ASSEZ = 1e-5
"""Un mètre, en degrés : un dessin plus fin ne dit rien de plus, et des milliers de points seraient longs à croiser."""


def lire(octets: bytes) -> BaseGeometry:
    """La surface d'un GeoJSON dessiné ; lève `ErreurImport`."""
    return lire_un_trace(octets)


def couverts(base: Base, forme: BaseGeometry) -> list[tuple[Territoire, float]]:
    """Les IRIS que la forme couvre à moitié au moins, et la part de leur surface, la plus grande d'abord.

    Une commune que l'Insee ne découpe pas est son propre IRIS. Lève `ErreurImport` si la forme n'en couvre aucun.
    """
    contours = iris_dans(base, Emprise(*forme.bounds))
    if not contours:
        raise ErreurImport(
            f"Aucun contour d’IRIS n’est connu sous ce tracé, ou il en couvre plus de {nombre(TROP_D_IRIS)} : ils sont "
            "connus dans le Nord et le Pas-de-Calais. Donnez plutôt les codes des communes."
        )
    forme = shapely.simplify(forme, _ASSEZ)
    shapely.prepare(forme)
    parts = {}
    for code, contour in contours.items():
        if not shapely.intersects(forme, contour.geometrie):
            continue
        # Un rapport de surfaces voisines ne dépend pas de la projection : les degrés suffisent.
        part = shapely.area(shapely.intersection(forme, contour.geometrie)) / shapely.area(contour.geometrie)
        territoire = base.trouver(identifiant_d_iris(code.removeprefix("IRIS")) or code)
        if part >= MOITIE and territoire is not None:
            parts[territoire] = float(part)
    if not parts:
        raise ErreurImport(
            "Ce tracé ne couvre la moitié d’aucun IRIS : dessinez plus large, ou choisissez les IRIS dans la liste."
        )
    return sorted(parts.items(), key=lambda paire: (-paire[1], paire[0].territoire))
