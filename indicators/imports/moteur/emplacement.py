"""Un contour est-il à sa place ? Sa distance à sa commune, sa taille, et ce qui a pu arriver à ses coordonnées.

Le repère d'un quartier est l'union de ses communes ; celui d'une commune, d'un EPCI, d'un département ou d'une région,
le contour que la base en a, à défaut celui de son département. Sans repère, seule la taille est vérifiée : ni
grand comme une région, ni plus petit qu'un immeuble.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from indicators.base.base import Base
from indicators.base.carte import contours as contours_de
from indicators.donnees.perimetres import Contour
from indicators.imports.moteur.releve import Releve, constat
from indicators.socle.codes import departement_de, maille_de
from indicators.socle.erreurs import ErreurImport
from indicators.socle.nombres import ecrire, nombre
from indicators.socle.territoires import Maille

LOIN_KM = 1.0
"""Les contours de la base sont simplifiés de vingt mètres, et les communes de 2018 à 25 % : au-delà, on le dit."""
TROP_LOIN_KM = 15.0
"""Au-delà, le contour n'est pas celui de ce territoire : la carte s'écraserait pour le montrer."""
DEBORDE = 1.5
"""Un quartier ne couvre pas une fois et demie ses communes."""
GRANDIT = 4.0
"""Une commune fusionne, une agglomération grandit : au-delà de ce rapport, on le dit."""
IMPOSSIBLE = {Maille.COMMUNE: 100.0, Maille.EPCI: 20.0, Maille.DEPARTEMENT: 5.0, Maille.REGION: 5.0}
"""Au-delà de ce rapport de surfaces, ce n'est pas le même lieu : la plus grande fusion réunit vingt-cinq communes."""
ETENDUE_MAX = {
    Maille.QUARTIER: 30.0,
    Maille.COMMUNE: 250.0,
    Maille.EPCI: 250.0,
    Maille.DEPARTEMENT: 500.0,
    Maille.REGION: 700.0,
    Maille.PAYS: 1_500.0,
}
"""Kilomètres du plus grand côté : un grand quartier en fait six, Maripasoula cent quatre-vingts."""
SURFACE_MIN = {
    Maille.QUARTIER: 0.002,
    Maille.IRIS: 0.002,
    Maille.COMMUNE: 0.004,
    Maille.EPCI: 2.0,
    Maille.DEPARTEMENT: 20.0,
    Maille.REGION: 80.0,
    Maille.PAYS: 100_000.0,
}
"""Kilomètres carrés, le quart du plus petit de France : un quartier d'un hectare, Castelmoron-d'Albret, Paris."""
_KM_PAR_DEGRE = 111.2


def verifier(releve: Releve, nom: str, base: Base, communes_de: Callable[[str], Collection[str]]) -> None:
    """Laisse du relevé les contours qui ne peuvent pas être là, en disant où ils sont ; avertit des autres.

    Lève `ErreurImport` s'il n'en reste aucun.

    `nom` : celui du fichier ; `communes_de` : les communes connues d'un quartier, que le fichier ne cite pas toujours.
    """
    reperes: dict[str, tuple[str, ...]] = {}
    for contour in releve.contours:
        reperes[contour.territoire] = _reperes(contour, communes_de)
    voulus = {code for codes in reperes.values() for code in codes}
    voulus |= {d for c in releve.contours if (d := departement_de(c.territoire))}
    formes = {code: forme.geometrie for code, forme in contours_de(base, sorted(voulus), 0).items()}
    gardes, refuses = [], []
    for contour in releve.contours:
        siens = reperes[contour.territoire]
        connus = [formes[code] for code in siens if code in formes]
        precis = bool(connus)
        if not connus and (departement := departement_de(contour.territoire)) in formes:
            siens, connus = (departement,), [formes[departement]]
        refus, avis = _juger(contour, _nommer(base, siens), connus, precis=precis)
        if refus:
            refuses.append(f"{contour.territoire} : {refus}")
            releve.constats.append(constat(0, "geometry", f"{refuses[-1]} ; contour laissé"))
        else:
            gardes.append(contour)
        if avis:
            releve.constats.append(constat(0, "geometry", f"{contour.territoire} : {avis}"))
    if releve.contours and not gardes:
        raise ErreurImport(f"Aucun contour à prendre dans « {nom} » : {' ; '.join(refuses[:3])}.")
    releve.contours = tuple(gardes)


def _reperes(contour: Contour, communes_de: Callable[[str], Collection[str]]) -> tuple[str, ...]:
    if maille_de(contour.territoire) is Maille.QUARTIER:
        # Les communes du fichier et celles de la base : un code faux d'un côté ne fait pas refuser un bon contour.
        return tuple(sorted({*contour.communes, *communes_de(contour.territoire)}))
    return (contour.territoire,)


def _nommer(base: Base, codes: Sequence[str]) -> str:
    return ", ".join(t.nom if (t := base.trouver(code)) else code for code in codes[:3])


def _juger(contour: Contour, nom: str, connus: Sequence[BaseGeometry], *, precis: bool) -> tuple[str, str]:
    """(pourquoi ce contour ne peut pas être pris, ce dont il faut avertir) ; vides s'il n'y a rien à dire."""
    maille = maille_de(contour.territoire)
    forme = contour.geometrie
    latitude = (forme.bounds[1] + forme.bounds[3]) / 2
    etendue = _etendue(forme, latitude)
    if etendue > ETENDUE_MAX.get(maille, math.inf):
        return f"il s’étend sur {_km(etendue)}, trop pour ce niveau ({maille.libelle})", ""
    surface = _plan(forme, latitude).area
    if surface < SURFACE_MIN.get(maille, 0.0):
        return f"il ne couvre que {_surface(surface)}, trop peu pour ce niveau ({maille.libelle})", ""
    if not connus:
        return "", ""
    repere = shapely.union_all(list(connus))
    ici = shapely.distance(_plan(forme, latitude), _plan(repere, latitude))
    if ici > LOIN_KM:
        inverse = shapely.transform(forme, lambda points: points[:, ::-1])
        if shapely.distance(_plan(inverse, inverse.centroid.y), _plan(repere, inverse.centroid.y)) <= LOIN_KM:
            return f"latitude et longitude inversées (il tomberait à {_km(ici)} de {nom})", ""
        phrase = f"à {_km(ici)} de {nom}"
        return (phrase, "") if ici > TROP_LOIN_KM else ("", phrase)
    taille = forme.area / repere.area if repere.area else 1.0
    if (maille is Maille.QUARTIER or not precis) and taille > (DEBORDE if precis else 1.0):
        return f"{ecrire(taille, 1)} fois plus grand que {nom}", ""
    if precis and taille > IMPOSSIBLE.get(maille, math.inf):
        return f"{ecrire(taille, 0)} fois plus grand que le contour connu de {nom}", ""
    if precis and maille is not Maille.QUARTIER and not 1 / GRANDIT <= taille <= GRANDIT:
        fois = f"{ecrire(taille, 1)} fois" if taille > 1 else f"{ecrire(100 * taille, 0)} % de"
        return "", f"sa surface fait {fois} celle du contour connu de {nom}"
    return "", ""


def _etendue(forme: BaseGeometry, latitude: float) -> float:
    ouest, sud, est, nord = forme.bounds
    return max((est - ouest) * math.cos(math.radians(latitude)), nord - sud) * _KM_PAR_DEGRE


def _plan(forme: BaseGeometry, latitude: float) -> BaseGeometry:
    """En kilomètres autour de cette latitude : juste à un pour cent près à quelques centaines de kilomètres."""
    echelle = np.array([math.cos(math.radians(max(-89.0, min(89.0, latitude)))), 1.0]) * _KM_PAR_DEGRE
    return shapely.transform(forme, lambda points: points * echelle)


def _surface(km2: float) -> str:
    """En mètres carrés sous un hectare : « 1 m² » se comprend mieux que « 0,000001 km² »."""
    return f"{nombre(1e6 * km2)} m²" if km2 < 0.01 else f"{nombre(km2, 2 if km2 < 1 else 0)} km²"


def _km(distance: float) -> str:
    return f"{ecrire(distance, 0 if distance >= 10 else 1)} km"
