"""Les contours apportés en GeoJSON : périmètres de quartiers (ANCT), communes, EPCI, départements, régions.

Le fichier se reconnaît à son contenu, jamais à son nom : attributs sans égard à la casse, codes en nombre ou en texte,
Polygon ou MultiPolygon. Une entité sans code ou sans géométrie devient un constat, les autres sont gardées.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from indicators.donnees.codes_geo import code_de, communes_de, nom_de
from indicators.socle.erreurs import Constat, ErreurImport
from indicators.socle.nombres import lire as lire_nombre

DECIMALES = 6
"""Dix centimètres : au-delà, les décimales d'un contour n'apprennent rien."""
NOM_DU_FICHIER = "contours.geojson"


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
    constats: tuple[Constat, ...]


def reconnaitre(octets: bytes, nom: str = "") -> bool:
    """Vrai si ces octets sont un GeoJSON dont au moins une entité porte un code de territoire ; ne lève rien."""
    try:
        return any(code_de(entite) for entite in _entites(_json(octets)))
    except ErreurImport:
        return False


def lire(octets: bytes, nom: str = "contours", connus: Collection[str] | None = None) -> Lecture:
    """Les contours d'un GeoJSON ; lève `ErreurImport` s'il n'y en a aucun à prendre.

    `nom` : celui du fichier, pour les constats. `connus` : les codes de la base ; un code qui n'y est pas est gardé et
    signalé.
    """
    document = _json(octets)
    _verifier_projection(document)
    contours: dict[str, Contour] = {}
    constats: list[Constat] = []

    def dire(rang: int, colonne: str, message: str, gravite: str = "erreur") -> None:
        constats.append(Constat(nom, rang, colonne, message, gravite))

    for rang, entite in enumerate(_entites(document), start=1):
        code = code_de(entite)
        if not code:
            dire(rang, "code", "aucun code de quartier, de commune, d’EPCI, de département ou de région reconnu")
            continue
        try:
            geometrie, repare = _geometrie(entite.get("geometry"))
        except ValueError as erreur:
            dire(rang, "geometry", f"{code} : {erreur}")
            continue
        if repare:
            dire(rang, "geometry", f"{code} : contour qui se croise, réparé", "a_verifier")
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
            reunie = _surfaces(shapely.union(contours[code].geometrie, geometrie))
            contour = replace(contours[code], geometrie=reunie)
        contours[code] = contour
    if not contours:
        premieres = " ".join(f"Entité {c.ligne} : {c.message}." for c in constats[:3])
        raison = premieres or "La liste « features » est vide."
        raise ErreurImport(f"Aucun contour à prendre dans « {nom} ». {raison}")
    return Lecture(tuple(contours.values()), tuple(constats))


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


def _json(octets: bytes) -> dict[str, Any]:
    if octets.startswith(b"PK"):
        raise ErreurImport(
            "Ce fichier est une archive ZIP (un Shapefile ?). Exportez les contours en GeoJSON, coordonnées WGS84."
        )
    try:
        texte = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        texte = octets.decode("cp1252", errors="replace")
    try:
        document = json.loads(texte)
    except (ValueError, RecursionError) as erreur:
        lieu = f" ligne {erreur.lineno}" if isinstance(erreur, json.JSONDecodeError) else ""
        raise ErreurImport(f"Ce fichier n’est pas un GeoJSON lisible : le JSON s’arrête{lieu}.") from erreur
    if not isinstance(document, dict):
        raise ErreurImport(
            "Ce fichier est du JSON, mais pas un GeoJSON : on attend {« type » : « FeatureCollection »}."
        )
    return document


def _entites(document: dict[str, Any]) -> list[dict[str, Any]]:
    genre = document.get("type")
    if genre == "Feature":
        return [document]
    if genre == "Topology":
        raise ErreurImport("Ce fichier est un TopoJSON. Exportez les contours en GeoJSON.")
    entites = document.get("features")
    if genre != "FeatureCollection" or not isinstance(entites, list):
        raise ErreurImport(
            f"Ce fichier n’est pas une collection de contours GeoJSON (type lu : « {str(genre)[:40]} », attendu : "
            "« FeatureCollection »)."
        )
    return [entite if isinstance(entite, dict) else {} for entite in entites]


def _verifier_projection(document: dict[str, Any]) -> None:
    declaree = json.dumps(document.get("crs") or "")
    if any(code in declaree for code in ("2154", "LAMB93", "RGF93", "3857")):
        raise ErreurImport(
            "Les coordonnées de ce fichier ne sont pas en degrés (projection déclarée : Lambert-93 ou Mercator). "
            "Exportez-le en WGS84 (EPSG:4326)."
        )


def _geometrie(brute: Any) -> tuple[MultiPolygon, bool]:
    """La forme d'une entité, et si elle a dû être réparée ; lève `ValueError` avec la raison."""
    if brute is None:
        raise ValueError("géométrie absente")
    genre = brute.get("type") if isinstance(brute, dict) else None
    if genre not in ("Polygon", "MultiPolygon"):  # un tuple : le fichier peut y mettre une liste
        raise ValueError(f"géométrie « {str(genre)[:40]} », un contour est un Polygon ou un MultiPolygon")
    surfaces = brute.get("coordinates")
    try:
        surfaces = [surfaces] if genre == "Polygon" else surfaces
        polygones = [Polygon(_anneau(anneaux[0]), [_anneau(a) for a in anneaux[1:]]) for anneaux in surfaces if anneaux]
    except (TypeError, KeyError, IndexError, OverflowError, shapely.errors.ShapelyError) as erreur:
        raise ValueError("coordonnées illisibles") from erreur
    forme: BaseGeometry = MultiPolygon(polygones)
    _verifier_lieu(forme)
    repare = not forme.is_valid
    reparee = _surfaces(shapely.make_valid(forme) if repare else forme)
    return reparee, repare


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
    if ouest >= 0 and est <= 1.4e6 and sud >= 6e6 and nord <= 7.2e6:
        raise ValueError("coordonnées en Lambert-93 (mètres) ; exportez le fichier en WGS84 (EPSG:4326)")
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
