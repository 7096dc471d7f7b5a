"""Les contours apportés en GeoJSON : périmètres de quartiers (ANCT), communes, EPCI, départements, régions.

Le fichier se reconnaît à son contenu, jamais à son nom : attributs sans égard à la casse, codes en nombre ou en texte,
Polygon ou MultiPolygon. Une entité sans code ou sans géométrie devient un constat, les autres sont gardées.
"""

from __future__ import annotations

import itertools
import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from indicators.donnees import geojson
from indicators.donnees.codes_geo import code_de, communes_de, nom_de
from indicators.socle.erreurs import Constat, ErreurImport
from indicators.socle.nombres import lire as lire_nombre
from indicators.socle.premiers import Premiers, des_constats

DECIMALES = 6
"""Dix centimètres : au-delà, les décimales d'un contour n'apprennent rien."""
NOM_DU_FICHIER = "contours.geojson"
CROISEMENTS_MAX = 2_000
"""Au-delà, un tracé n'est pas réparé : son dessin n'est pas celui d'un territoire."""
_ECHANTILLON = 300
_DEGRES_IMPOSSIBLES = 1_000.0
"""Une coordonnée plus grande est en mètres."""


@dataclass(frozen=True)
class Contour:
    """Un territoire et sa forme (clé : `territoire`, au code de la maison : `QP062017`, `COM62119`, `DEP62`…).

    `nom` : celui du fichier, vide s'il n'y est pas. `communes` : codes des communes citées (« 62119, 62842 » →
    `COM62119`, `COM62842`). `geometrie` : en degrés (WGS84), anneaux extérieurs dans le sens direct (RFC 7946).
    """

    territoire: str
    nom: str
    communes: tuple[str, ...]
    geometrie: MultiPolygon


@dataclass(frozen=True)
class Lecture:
    """Ce qu'un fichier a donné : ses contours, un par territoire, et ce qu'il y a à en dire (ligne = rang de l'entité).

    Gravité d'un constat : `erreur` (l'entité est laissée), `a_verifier` (elle est gardée).
    """

    contours: tuple[Contour, ...]
    constats: Premiers[Constat]


def lire(octets: bytes, nom: str = "contours", connus: Collection[str] | None = None) -> Lecture:
    """Les contours d'un GeoJSON ; lève `ErreurImport` s'il n'y en a aucun à prendre.

    `nom` : celui du fichier, pour les constats. `connus` : les codes de la base ; un code qui n'y est pas est gardé et
    signalé.
    """
    document = geojson.document(octets)
    metrique = geojson.projection_metrique(document)
    contours: dict[str, Contour] = {}
    morceaux: dict[str, list[MultiPolygon]] = defaultdict(list)
    dits = des_constats()

    def dire(rang: int, colonne: str, message: str, gravite: str = "erreur") -> None:
        dits.append(Constat(nom, rang, colonne, message, gravite))

    for rang, entite in enumerate(geojson.entites(document), start=1):
        code = code_de(entite)
        if not code:
            sans = "aucune propriété" if not entite.get("properties") else "aucun code reconnu parmi ses propriétés"
            dire(rang, "code", f"{sans} : il faut un code de quartier, de commune, d’EPCI, de département ou de région")
            continue
        try:
            geometrie, remarques = _geometrie(entite.get("geometry"))
        except ValueError as erreur:
            dire(rang, "geometry", f"{code} : {erreur}")
            continue
        for remarque in remarques:
            dire(rang, "geometry", f"{code} : {remarque}", "a_verifier")
        if connus is not None and code not in connus:
            dire(
                rang,
                "code",
                f"{code} n’est pas dans l’observatoire : le contour n’est gardé que pour les fonds",
                "a_verifier",
            )
        contour = Contour(code, nom_de(entite), communes_de(entite), geometrie)
        if code in contours:
            dire(rang, "code", f"{code} écrit plusieurs fois : les morceaux sont réunis", "a_verifier")
        contours.setdefault(code, contour)
        morceaux[code].append(geometrie)
    for code, siens in morceaux.items():
        if len(siens) > 1:  # réunis d'un coup : l'un après l'autre, des milliers demanderaient des minutes
            contours[code] = replace(contours[code], geometrie=_surfaces(shapely.union_all(siens)))
    if metrique and contours:
        dire(0, "crs", f"projection annoncée « {metrique} », coordonnées en degrés : lues en degrés", "a_verifier")
    if not contours:
        premieres = " ".join(f"Entité {c.ligne} : {c.message}." for c in itertools.islice(dits, 3))
        raison = premieres or "La liste « features » est vide."
        raise ErreurImport(f"Aucun contour à prendre dans « {nom} ». {raison}")
    return Lecture(tuple(contours.values()), dits)


def lire_un_trace(octets: bytes) -> MultiPolygon:
    """La surface d'un GeoJSON que l'on a dessiné, ses entités réunies ; lève `ErreurImport` s'il n'en a aucune.

    Ni code ni nom n'y sont cherchés : les propriétés, où quelqu'un a pu écrire, ne sont pas lues.
    """
    formes, refus = [], []
    for rang, entite in enumerate(geojson.entites(geojson.document(octets)), start=1):
        try:
            formes.append(_geometrie(entite.get("geometry"))[0])
        except ValueError as erreur:
            refus.append(f"Entité {rang} : {erreur}.")
    if not formes:
        raise ErreurImport(f"Aucune surface dessinée dans ce fichier. {' '.join(refus[:3]) or 'La liste est vide.'}")
    return _surfaces(shapely.union_all(formes))


def ranger(contours: Iterable[Contour], dossier: Path) -> Path:
    """Écrit `contours.geojson` (une entité par ligne) dans ce dossier, d'un seul coup, et rend son chemin."""
    lignes = ",\n".join(_ligne(contour) for contour in sorted(contours, key=lambda c: c.territoire))
    dossier.mkdir(parents=True, exist_ok=True)
    cible = dossier / NOM_DU_FICHIER
    descripteur, provisoire = tempfile.mkstemp(prefix=".contours-", dir=dossier)
    try:
        with open(descripteur, "w", encoding="utf-8", newline="\n") as sortie:
            sortie.write(f'{{"type":"FeatureCollection","features":[\n{lignes}\n]}}\n')
        os.replace(provisoire, cible)
    except BaseException:
        Path(provisoire).unlink(missing_ok=True)
        raise
    return cible


def _ligne(contour: Contour) -> str:
    proprietes = {"code": contour.territoire, "nom": contour.nom}
    if contour.communes:
        proprietes["communes"] = ",".join(contour.communes)
    arrondie = shapely.transform(contour.geometrie, lambda points: points.round(DECIMALES))
    texte = json.dumps(proprietes, ensure_ascii=False, separators=(",", ":"))
    return f'{{"type":"Feature","properties":{texte},"geometry":{shapely.to_geojson(arrondie)}}}'


def _geometrie(brute: Any) -> tuple[MultiPolygon, list[str]]:
    """La forme d'une entité, et ce qu'il a fallu y faire ; lève `ValueError` avec la raison."""
    if brute is None:
        raise ValueError("géométrie absente")
    remarques = []
    genre = brute.get("type") if isinstance(brute, dict) else None
    if genre == "GeometryCollection":
        morceaux = brute.get("geometries")
        surfaces, autres = _de_la_collection(morceaux if isinstance(morceaux, list) else [])
        if autres:
            remarques.append(f"{autres} point(s) ou ligne(s) de sa collection laissés, ses surfaces gardées")
    elif genre in ("Polygon", "MultiPolygon"):  # un tuple : le fichier peut y mettre une liste
        surfaces = brute.get("coordinates")
        surfaces = [surfaces] if genre == "Polygon" else surfaces
    else:
        raise ValueError(f"géométrie « {str(genre)[:40]} », un contour est un Polygon ou un MultiPolygon")
    try:
        polygones = [Polygon(_anneau(anneaux[0]), [_anneau(a) for a in anneaux[1:]]) for anneaux in surfaces if anneaux]
    except (TypeError, KeyError, IndexError, OverflowError, shapely.errors.ShapelyError) as erreur:
        raise ValueError("coordonnées illisibles") from erreur
    forme: BaseGeometry = MultiPolygon(polygones)
    _verifier_lieu(forme)
    croisements = _croisements(forme)  # avant tout autre calcul : même savoir s'il est valide peut demander une minute
    if croisements > CROISEMENTS_MAX:
        raise ValueError(f"son tracé se croise environ {croisements} fois : ce n’est pas un contour")
    if not forme.is_valid:
        forme = shapely.make_valid(forme)
        remarques.append("contour qui se croise, réparé")
    return _surfaces(forme), remarques


def _de_la_collection(morceaux: list[Any]) -> tuple[list[Any], int]:
    """Les surfaces d'une GeometryCollection, et combien de ses autres formes sont laissées."""
    surfaces: list[Any] = []
    autres = 0
    for morceau in morceaux:
        genre = morceau.get("type") if isinstance(morceau, dict) else None
        siennes = morceau.get("coordinates") if isinstance(morceau, dict) else None
        if genre == "Polygon":
            surfaces.append(siennes)
        elif genre == "MultiPolygon" and isinstance(siennes, list):
            surfaces += siennes
        elif genre == "GeometryCollection" and isinstance(morceau.get("geometries"), list):
            dedans, dehors = _de_la_collection(morceau["geometries"])
            surfaces, autres = surfaces + dedans, autres + dehors
        else:
            autres += 1
    if not surfaces:
        raise ValueError("géométrie « GeometryCollection » sans aucune surface")
    return surfaces, autres


def _croisements(forme: BaseGeometry) -> int:
    """Combien de fois un tracé se croise, estimé sur quelques centaines de ses segments.

    Le réparer demande un temps qui croît avec ce nombre : trois mille points jetés au hasard se croisent deux millions
    de fois, et aucun vrai contour plus de quelques dizaines.
    """
    anneaux = [np.asarray(a.coords) for p in shapely.get_parts(forme) for a in (p.exterior, *p.interiors)]
    segments = np.concatenate([np.stack((a[:-1], a[1:]), axis=1) for a in anneaux])
    lignes = np.asarray(shapely.linestrings(segments))
    echantillon = lignes[:: max(1, len(lignes) // _ECHANTILLON)]
    rencontres = shapely.STRtree(lignes).query(echantillon, predicate="intersects").shape[1]
    # chaque segment se rencontre lui-même et touche ses deux voisins
    return max(0, int((rencontres - 3 * len(echantillon)) * len(lignes) / len(echantillon) / 2))


def _anneau(points: Any) -> np.ndarray:
    """Les points d'un anneau (longitude, latitude), nombres en texte compris, fermé s'il ne l'était pas."""
    try:
        lus = np.asarray(points, dtype=float)
    except ValueError:
        lus = np.asarray([[_nombre(n) for n in point[:2]] for point in points], dtype=float)
    if lus.ndim != 2 or lus.shape[1] < 2:
        raise ValueError("coordonnées illisibles")
    lus = lus[:, :2]
    if not np.isfinite(lus).all():
        raise ValueError("coordonnée infinie ou absente")
    if (lus[0] != lus[-1]).any():
        lus = np.vstack((lus, lus[:1]))
    if len(lus) < 4:
        raise ValueError("anneau de moins de trois points")
    return lus


def _nombre(brut: Any) -> float:
    lu = lire_nombre(brut) if isinstance(brut, str) else brut
    if lu is None:
        raise ValueError("coordonnées illisibles")
    return float(lu)


def _verifier_lieu(forme: BaseGeometry) -> None:
    if forme.is_empty:
        raise ValueError("géométrie vide")
    ouest, sud, est, nord = forme.bounds
    if max(abs(ouest), abs(est), abs(sud), abs(nord)) > _DEGRES_IMPOSSIBLES:
        lues = f"{ouest:.0f}, {sud:.0f}"
        raise ValueError(
            f"coordonnées en mètres ({lues} : Lambert-93 ou Mercator), on attend des degrés ; "
            "exportez le fichier en WGS84 (EPSG:4326)"
        )
    if ouest < -180 or est > 180 or sud < -90 or nord > 90:
        raise ValueError("coordonnées hors du monde ; on attend des degrés WGS84, longitude puis latitude")
    if ouest >= 41 and est <= 52 and sud >= -6 and nord <= 10:
        raise ValueError("latitude et longitude sont inversées ; on attend la longitude d’abord")


def _surfaces(forme: BaseGeometry) -> MultiPolygon:
    """Les seules surfaces d'une forme, anneaux extérieurs dans le sens direct."""
    morceaux = [p for p in shapely.get_parts(shapely.get_parts(forme)) if p.geom_type == "Polygon" and p.area > 0]
    if not morceaux:
        raise ValueError("contour sans surface")
    return shapely.orient_polygons(MultiPolygon(morceaux), exterior_cw=False)
