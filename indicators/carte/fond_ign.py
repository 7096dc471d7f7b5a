"""Le fond de carte « Plan IGN » de la Géoplateforme : l'adresse de ses tuiles, et leur place dans un cadre.

Rien n'est demandé ici : c'est le navigateur qui demandera les images, et seulement quand la personne allume le fond.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from indicators.carte.projection import Cadre

HOTE = "https://data.geopf.fr"
ATTRIBUTION = "Fond : Plan IGN, © IGN – Géoplateforme"
_ADRESSE = (
    HOTE + "/wmts?SERVICE=WMTS&VERSION=1.0.0&REQUEST=GetTile&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&STYLE=normal"
    "&FORMAT=image/png&TILEMATRIXSET=PM&TILEMATRIX={zoom}&TILEROW={ligne}&TILECOL={colonne}"
)
_COTE = 256
ZOOM_MAXI = 19


@dataclass(frozen=True)
class Tuile:
    """Une image du fond : son adresse, son coin nord-ouest et son côté en pixels du cadre."""

    adresse: str
    x: float
    y: float
    cote: float


def tuiles(cadre: Cadre, *autres: Cadre) -> list[Tuile]:
    """Les tuiles qui couvrent ces cadres, au zoom où une tuile fait à peu près sa taille dans le premier."""
    tour = 2 * math.pi * cadre.echelle
    zoom = min(max(math.ceil(math.log2(tour / _COTE) - 0.35), 0), ZOOM_MAXI)
    cote = tour / 2**zoom
    origine_x = (-math.pi - cadre.gauche) * cadre.echelle
    origine_y = (cadre.haut - math.pi) * cadre.echelle
    coins = [(*un.vers(cadre), cadre.echelle / un.echelle, un) for un in (cadre, *autres)]
    gauche, droite = min(x for x, *_ in coins), max(x + un.largeur * k for x, _, k, un in coins)
    haut, bas = min(y for _, y, *_ in coins), max(y + un.hauteur * k for _, y, k, un in coins)
    colonnes = range(math.floor((gauche - origine_x) / cote), math.floor((droite - origine_x) / cote) + 1)
    lignes = range(math.floor((haut - origine_y) / cote), math.floor((bas - origine_y) / cote) + 1)
    return [
        Tuile(
            _ADRESSE.format(zoom=zoom, ligne=ligne, colonne=colonne),
            round(origine_x + colonne * cote, 2),
            round(origine_y + ligne * cote, 2),
            round(cote, 2),
        )
        for ligne in lignes
        for colonne in colonnes
        if 0 <= ligne < 2**zoom and 0 <= colonne < 2**zoom
    ]
