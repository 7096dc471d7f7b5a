"""Les feuilles de `data/`, déclarées une fois : colonne, texte, genre, clé, lien, valeurs admises.

Tout le reste en vient : la lecture et le contrôle des CSV, les tables de la base, le modèle à remplir, les schémas du
paquet, et `data/LISEZ-MOI.md` que récrit `python -m indicators documenter`. Une feuille nouvelle se déclare dans le
module de son chapitre ; une colonne nouvelle, dans sa feuille.
"""

from __future__ import annotations

from indicators.donnees.schema import (
    ajouts,
    controles,
    couverture,
    engagements,
    france,
    lectures,
    lieux,
    mesures,
    projets,
    services,
)
from indicators.donnees.schema.ajouts import INDICATEURS_LOCAUX, MODELE
from indicators.donnees.schema.colonnes import ANNEES, Chapitre, Colonne, Feuille, Genre

CHAPITRES: tuple[Chapitre, ...] = tuple(
    module.CHAPITRE
    for module in (lieux, mesures, lectures, projets, services, engagements, couverture, controles, france, ajouts)
)
FEUILLES: dict[str, Feuille] = {feuille.nom: feuille for chapitre in CHAPITRES for feuille in chapitre.feuilles}

COLONNES: dict[str, tuple[Colonne, ...]] = {nom: feuille.colonnes for nom, feuille in FEUILLES.items()}
_EMBARQUEES = {nom: feuille for nom, feuille in FEUILLES.items() if feuille.embarquee}
CLES: dict[str, tuple[str, ...]] = {nom: feuille.cle for nom, feuille in _EMBARQUEES.items() if feuille.cle}
"""Les colonnes qui font la clé de chaque feuille : deux lignes n'ont jamais la même."""

LIENS: tuple[tuple[str, Colonne], ...] = tuple(
    (nom, colonne) for nom, feuille in _EMBARQUEES.items() for colonne in feuille.colonnes if colonne.lien
)
"""Chaque colonne qui cite la clé d'une autre feuille, avec la feuille où elle est."""

FICHIERS: dict[str, str] = {nom: feuille.fichier for nom, feuille in _EMBARQUEES.items() if "*" not in feuille.fichier}
"""Le fichier de chaque feuille ; `observations/*.csv`, un fichier par document, est à part."""

FEUILLES_LOCALES: tuple[str, ...] = tuple(nom for nom, feuille in FEUILLES.items() if feuille.locale)
"""Ce qu'un import local peut apporter, chacun dans `<feuille>.csv` de son dossier ; `retraits` : des clés à oublier."""

ANNEXES: tuple[str, ...] = tuple(
    nom for nom in FICHIERS if nom not in {"territoires", "indicateurs", "sources"} and FEUILLES[nom].en_base
)
"""Les feuilles qui deviennent telles quelles des tables de la base."""

__all__ = [
    "ANNEES", "ANNEXES", "CHAPITRES", "CLES", "COLONNES", "FEUILLES", "FEUILLES_LOCALES", "FICHIERS",
    "INDICATEURS_LOCAUX", "LIENS", "MODELE", "Chapitre", "Colonne", "Feuille", "Genre",
]  # fmt: skip
