"""Un GeoJSON tel qu'on l'envoie : collection, entité seule, liste nue, ou une entité par ligne (GeoJSONSeq)."""

from __future__ import annotations

import json
from typing import Any

from indicators.donnees.encodage import MauvaisEncodage, lire_texte
from indicators.socle.erreurs import ErreurImport

_SEPARATEUR = "\x1e"
"""Ce que la norme GeoJSONSeq met devant chaque entité."""
_METRIQUES = ("2154", "lamb", "3857", "900913", "3942", "3950", "utm")


def document(octets: bytes) -> dict[str, Any]:
    """Le document JSON de ces octets ; lève `ErreurImport` s'il n'est pas lisible ou n'est pas un objet."""
    if octets.startswith(b"PK"):
        raise ErreurImport(
            "Ce fichier est une archive ZIP (un Shapefile ?). Exportez les contours en GeoJSON, coordonnées WGS84."
        )
    try:
        texte = lire_texte(octets)
    except MauvaisEncodage as erreur:
        raise ErreurImport(f"Ce fichier n’est pas un GeoJSON lisible, ligne {erreur.ligne} : {erreur}.") from None
    try:
        lu = json.loads(texte)
    except (ValueError, RecursionError) as erreur:
        lu = _par_ligne(texte)
        if lu is None:
            lieu = f" ligne {erreur.lineno}" if isinstance(erreur, json.JSONDecodeError) else ""
            raise ErreurImport(f"Ce fichier n’est pas un GeoJSON lisible : le JSON s’arrête{lieu}.") from erreur
    if isinstance(lu, list) and lu and all(isinstance(e, dict) and e.get("type") == "Feature" for e in lu):
        lu = {"type": "FeatureCollection", "features": lu}
    if not isinstance(lu, dict):
        raise ErreurImport(
            "Ce fichier est du JSON, mais pas un GeoJSON : on attend {« type » : « FeatureCollection »}."
        )
    return lu


def _par_ligne(texte: str) -> dict[str, Any] | None:
    """Les entités d'un GeoJSONSeq ; None si une ligne n'en est pas une."""
    entites = []
    for ligne in texte.replace(_SEPARATEUR, "\n").splitlines():
        if not ligne.strip():
            continue
        try:
            lue = json.loads(ligne)
        except (ValueError, RecursionError):
            return None
        if not isinstance(lue, dict):
            return None
        entites.append(lue)
    return {"type": "FeatureCollection", "features": entites} if len(entites) > 1 else None


def entites(lu: dict[str, Any]) -> list[dict[str, Any]]:
    """Les entités du document ; lève `ErreurImport` si ce n'est pas un GeoJSON."""
    genre = lu.get("type")
    if genre == "Feature":
        return [lu]
    if genre == "Topology":
        raise ErreurImport("Ce fichier est un TopoJSON. Exportez les contours en GeoJSON.")
    siennes = lu.get("features")
    if genre != "FeatureCollection" or not isinstance(siennes, list):
        raise ErreurImport(
            f"Ce fichier n’est pas une collection de contours GeoJSON (type lu : « {str(genre)[:40]} », attendu : "
            "« FeatureCollection »)."
        )
    return [entite if isinstance(entite, dict) else {} for entite in siennes]


def projection_metrique(lu: dict[str, Any]) -> str:
    """Le nom du système en mètres que le document annonce (Lambert-93, Mercator) ; vide s'il n'en annonce pas.

    Les coordonnées, elles, décident : « RGF93 géographiques » est en degrés, et un en-tête peut être faux.
    """
    crs = lu.get("crs")
    proprietes = crs.get("properties") if isinstance(crs, dict) else None
    nom = (
        str(proprietes.get("name") or proprietes.get("href") or "") if isinstance(proprietes, dict) else str(crs or "")
    )
    return nom[:60] if any(mot in nom.casefold() for mot in _METRIQUES) else ""
