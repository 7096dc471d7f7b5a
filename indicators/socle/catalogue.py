"""Ce que l'observatoire sait mesurer : thèmes, indicateurs, sources. Les définitions viennent des CSV."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from indicators.socle.erreurs import IndicateurInconnu
from indicators.socle.unites import Unite


class Sens(StrEnum):
    """Ce qui est bon pour un indicateur."""

    HAUSSE = "hausse"
    BAISSE = "baisse"
    NEUTRE = "neutre"


@dataclass(frozen=True)
class Theme:
    """Un chapitre du portrait."""

    theme: str
    libelle: str
    ordre: int


@dataclass(frozen=True)
class Indicateur:
    """Une quantité, une définition, une unité (clé : `indicateur`).

    `bande_proche` est l'écart en deçà duquel deux valeurs sont dites proches ; `tete` l'ordre parmi les
    indicateurs clés, ou None ; `evolution_de` l'indicateur dont celui-ci mesure la variation ; `voisins`
    les quantités qui lui ressemblent sans lui être comparables.
    """

    indicateur: str
    libelle: str
    libelle_court: str
    theme: str
    pilier: str
    unite: Unite
    decimales: int
    sens: Sens
    bande_proche: float = 0.0
    mini: float | None = None
    maxi: float | None = None
    definition: str = ""
    numerateur: str = ""
    denominateur: str = ""
    precautions: str = ""
    tete: int | None = None
    evolution_de: str = ""
    voisins: tuple[str, ...] = ()

    @property
    def est_effectif(self) -> bool:
        """Vrai pour un nombre absolu, qui ne se compare pas à celui d'un territoire plus grand."""
        return not self.unite.comparable


@dataclass(frozen=True)
class Source:
    """D'où vient un chiffre (clé : `source`). `rang` : 1 fichier du producteur, 2 document qui le reprend,
    3 texte d'un contrat, 4 presse ou compilation. `document` : chemin du texte lu, dont `ligne` compte les lignes.
    """

    source: str
    producteur: str
    titre: str
    edition: str
    date_publication: str
    url: str
    licence: str
    rang: int
    document: str


@dataclass(frozen=True)
class Catalogue:
    """Tous les thèmes, indicateurs, sources et unités, dans l'ordre des fichiers."""

    themes: dict[str, Theme]
    indicateurs: dict[str, Indicateur]
    sources: dict[str, Source]
    unites: dict[str, Unite] = field(default_factory=dict)
    tete: tuple[Indicateur, ...] = field(init=False)

    def __post_init__(self) -> None:
        choisis = [i for i in self.indicateurs.values() if i.tete is not None]
        object.__setattr__(self, "tete", tuple(sorted(choisis, key=lambda i: i.tete or 0)))

    def indicateur(self, code: str) -> Indicateur:
        """L'indicateur de ce code, ou `IndicateurInconnu`."""
        try:
            return self.indicateurs[code]
        except KeyError:
            raise IndicateurInconnu(code, self.indicateurs) from None

    def par_theme(self) -> list[tuple[Theme, list[Indicateur]]]:
        """Les indicateurs rangés par thème, dans l'ordre du catalogue ; aucun thème vide."""
        rangs = [
            (theme, [i for i in self.indicateurs.values() if i.theme == theme.theme])
            for theme in sorted(self.themes.values(), key=lambda t: t.ordre)
        ]
        return [(theme, liste) for theme, liste in rangs if liste]

    def evolutions_de(self, indicateur: Indicateur) -> list[Indicateur]:
        """Les indicateurs qui mesurent la variation de celui-ci."""
        return [i for i in self.indicateurs.values() if i.evolution_de == indicateur.indicateur]
