"""Le contour d'un lieu agrandi : celui de ses communes réunies, pour que la carte trace le périmètre d'aujourd'hui."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from shapely import unary_union
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from indicators.base.base import Base
from indicators.base.carte import contours
from indicators.donnees.perimetres import Contour
from indicators.imports.moteur.mouvements import Mouvement, Nature

_LE_PLUS_FIN = 0


def reunir(base: Base, mouvements: Iterable[Mouvement]) -> tuple[dict[str, Contour], list[str]]:
    """Les contours des communes qui en absorbent d'autres et des EPCI qui changent ; ceux qui gardent l'ancien.

    Un lieu dont une commune n'a pas de contour garde le sien : c'est celui d'avant, et il faut le dire.
    """
    faits = [m for m in mouvements if not m.ancien]
    parts: dict[str, set[str]] = defaultdict(set)
    membres: dict[str, set[str]] = {}

    def ceux_de(epci: str) -> set[str]:
        return membres.setdefault(epci, set(base.communes_de(epci)))

    for m in faits:
        if m.nature in {Nature.FUSION, Nature.CODE} and m.territoire.startswith("COM"):
            parts[m.vers] |= {m.territoire, m.vers} if base.trouver(m.vers) is not None else {m.territoire}
        elif m.nature is Nature.EPCI:
            ceux_de(m.de).discard(m.territoire)
            ceux_de(m.vers).add(m.territoire)
        elif m.nature is Nature.SORTIE_EPCI:
            ceux_de(m.de).discard(m.territoire)
    parts |= {epci: communes for epci, communes in membres.items() if communes}
    formes = {
        code: forme.geometrie
        for code, forme in contours(base, set().union(*parts.values()) if parts else set(), _LE_PLUS_FIN).items()
    }
    noms = {code: t.nom for code in parts if (t := base.trouver(code)) is not None}
    reunis: dict[str, Contour] = {}
    for code, siennes in sorted(parts.items()):
        if siennes <= formes.keys():
            reunis[code] = Contour(code, noms.get(code, ""), (), _multiple(formes, siennes))
    restes = [f"{noms.get(code, code)} ({code})" for code in sorted(parts) if code not in reunis and formes]
    return reunis, restes


def _multiple(formes: Mapping[str, BaseGeometry], codes: Iterable[str]) -> MultiPolygon:
    uni = unary_union([formes[code] for code in codes])
    morceaux = [g for g in getattr(uni, "geoms", [uni]) if isinstance(g, Polygon) and not g.is_empty]
    return MultiPolygon([orient(morceau) for morceau in morceaux])
