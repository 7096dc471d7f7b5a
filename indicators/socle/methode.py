"""Ce que la méthode compte : présences d’un indicateur, apports d’une source, sections, passages, glossaire."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.socle.territoires import Maille


@dataclass(frozen=True)
class Presence:
    """Où existe un indicateur (clé : maille, géographie, statut du quartier, période), en nombre de territoires.

    `geographie` : None hors des quartiers ; `millesime` : None quand `annee` est connue. Un territoire compte une fois
    dans `connus` (valeur, seuil ou intervalle), à défaut dans `sans_valeur` (secret, non disponible, sans objet).
    """

    maille: Maille
    geographie: int | None
    statut: str
    annee_debut: int | None
    annee: int | None
    millesime: int | None
    connus: int
    sans_valeur: int

    @property
    def famille(self) -> str:
        """« QPV, périmètre 2015 », « agglomération » : les territoires qui se comparent entre eux."""
        nom = self.statut or self.maille.libelle
        return f"{nom}, périmètre {self.geographie}" if self.geographie else nom


@dataclass(frozen=True)
class Compte:
    """Ce qu'une source apporte : chiffres, dont douteux, et autres faits (projets, équipements, engagements…)."""

    chiffres: int = 0
    douteux: int = 0
    faits: int = 0


@dataclass(frozen=True)
class Passage:
    """Un passage d'un document qui n'est pas repris, et pourquoi. `extrait` : ses premiers mots, ou vide."""

    ligne_debut: int
    ligne_fin: int
    raison: str
    extrait: str

    @property
    def categorie(self) -> str:
        """La première phrase de la raison, sans point."""
        return self.raison.split(". ")[0].rstrip(".")


@dataclass(frozen=True)
class Section:
    """Une section d'un document (clé : `document`, `ligne_debut`) et ce qui en a été lu.

    `document` : identifiant de la source qui le nomme. `sans_valeur` : cases imprimées sans nombre, comprises dans
    `chiffres` comme le sont les `douteux`.
    """

    document: str
    ligne_debut: int
    ligne_fin: int
    titre: str
    compte: Compte
    sans_valeur: int
    ecartes: tuple[Passage, ...] = ()


@dataclass(frozen=True)
class Terme:
    """Un mot du glossaire (clé : `terme`). `source` : qui le définit ainsi."""

    terme: str
    definition: str
    source: str
