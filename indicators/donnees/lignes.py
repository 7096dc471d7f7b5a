"""Ce que rend la lecture d'un dossier de données : ses lignes, où elles sont, et ce qu'il y a à en dire."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shapely.geometry import MultiPolygon

from indicators.socle.erreurs import Constat


@dataclass(frozen=True)
class Ligne:
    """Une ligne lue : où elle est, ses valeurs typées, et son texte (pour les décimales imprimées)."""

    fichier: str
    numero: int
    valeurs: dict[str, Any]
    textes: dict[str, str]

    def __getitem__(self, colonne: str) -> Any:
        return self.valeurs[colonne]

    def constat(self, colonne: str, message: str, gravite: str = "erreur") -> Constat:
        """Un constat à l'endroit de cette ligne."""
        return Constat(self.fichier, self.numero, colonne, message, gravite)


@dataclass
class Donnees:
    """Toutes les lignes lues, par feuille, les contours par territoire, et les constats de lecture.

    `nationaux` : les fichiers de chiffres de `france/`, un par source ; trop nombreux pour devenir des lignes ici, ils
    vont droit dans la base. Une ligne d'« observations » de même clé l'emporte, un retrait les efface.
    """

    lignes: dict[str, list[Ligne]] = field(default_factory=dict)
    constats: list[Constat] = field(default_factory=list)
    contours: dict[str, MultiPolygon] = field(default_factory=dict)
    contours_embarques: Path = Path()
    """Le fichier des contours de la France ; il peut manquer."""
    nationaux: list[Path] = field(default_factory=list)
    ecartees: list[Constat] = field(default_factory=list)
    """Les lignes d'ajouts locaux qui ne vont plus avec ces données : laissées, et pourquoi (`locales`)."""

    incomplets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Les membres que ces données n'ont plus, par regroupement fait en ajout : il n'a plus de somme (`locales`)."""

    def __getitem__(self, feuille: str) -> list[Ligne]:
        return self.lignes[feuille]
