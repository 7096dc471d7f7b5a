"""Des contours écrits à la main pour les tests, et où sont ceux des producteurs quand ils sont là."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PARTAGE = Path(__file__).resolve().parents[2] / "shared" / "open-data"
CARRE = [[[2.0, 50.0], [2.1, 50.0], [2.1, 50.1], [2.0, 50.1], [2.0, 50.0]]]


def entite(proprietes: Any, coordonnees: Any = CARRE, genre: str = "Polygon") -> dict[str, Any]:
    return {"type": "Feature", "properties": proprietes, "geometry": {"type": genre, "coordinates": coordonnees}}


def fichier(*entites: Any, **reste: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(entites), **reste}).encode()
