"""Ce que l'observatoire sait mesurer : thèmes, indicateurs, sources. Les définitions viennent des CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product

from indicators.socle.erreurs import IndicateurInconnu
from indicators.socle.observations import Observation, declinaison
from indicators.socle.territoires import Maille, Territoire
from indicators.socle.unites import Unite

MARQUE_LOCALE = " (local)"
"""Ce que porte le nom d'un indicateur défini par un ajout, et non par le catalogue de l'observatoire."""


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

    `bande_proche` est l'écart en deçà duquel deux valeurs sont dites proches ; `seuil_population` le nombre
    d'habitants sous lequel la valeur se montre sans se juger, None s'il n'y en a pas ; `evolution_de` l'indicateur
    dont celui-ci mesure la variation ; `voisins` les quantités qui lui ressemblent sans lui être comparables ;
    `dimension` ce qui le décline (« bailleur »), vide pour presque tous.
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
    seuil_population: int | None = None
    evolution_de: str = ""
    voisins: tuple[str, ...] = ()
    dimension: str = ""

    @property
    def est_mesure_declinee(self) -> bool:
        """Vrai pour la mesure elle-même, dont chaque bailleur a un indicateur : elle n'a aucun chiffre à elle."""
        return bool(self.dimension) and not declinaison(self.indicateur)[1]

    @property
    def est_effectif(self) -> bool:
        """Vrai pour un nombre absolu, qui ne se compare pas à celui d'un territoire plus grand."""
        return not self.unite.comparable

    @property
    def est_local(self) -> bool:
        """Vrai pour un indicateur qu'un ajout a défini : son nom le dit partout."""
        return self.libelle.endswith(MARQUE_LOCALE)

    @property
    def en_euros(self) -> bool:
        """Vrai pour un montant : les prix changent, deux années ne s'y jugent pas en euros de chaque année."""
        return "€" in self.unite or self.unite == "euros"


class NatureRupture(StrEnum):
    """Ce qui empêche de lire deux années d'un indicateur comme une même série.

    Une rupture de barème, de méthode, de législation, de définition ou de périmètre coupe la série à son année ; un
    recouvrement (enquêtes communes à deux années proches) ou deux années trop proches ne coupent rien, mais privent la
    variation de jugement ; un arrondi borne la précision de ce que l'on compare.
    """

    BAREME = "bareme"
    METHODE = "methode"
    LEGISLATION = "legislation"
    DEFINITION = "definition"
    PERIMETRE = "perimetre"
    RECOUVREMENT = "recouvrement"
    ANNEES_PROCHES = "annees_proches"
    ARRONDI = "arrondi"

    @property
    def coupe(self) -> bool:
        """Vrai si aucune ligne, aucune tendance ne la traverse."""
        return self in {
            NatureRupture.BAREME,
            NatureRupture.METHODE,
            NatureRupture.LEGISLATION,
            NatureRupture.DEFINITION,
            NatureRupture.PERIMETRE,
        }


@dataclass(frozen=True)
class Rupture:
    """Un changement de ce que mesure un indicateur, dit par son producteur (`source`).

    `indicateurs`, `mailles`, `territoires` : ceux qu'elle concerne, tous si vide ; `depuis` : la première année du
    nouveau calcul, None si elle vaut de tout temps ; `ecart_annees` : nombre d'années d'écart à partir duquel deux
    années se jugent, None ailleurs. `avant`, `apres` : pour un changement de périmètre, les (territoire, source) dont
    on sait que les chiffres sont d'un côté ou de l'autre, quelle que soit leur année.
    """

    indicateurs: tuple[str, ...]
    mailles: tuple[str, ...]
    territoires: tuple[str, ...]
    depuis: int | None
    nature: NatureRupture
    ecart_annees: int | None
    raison: str
    source: str
    avant: frozenset[tuple[str, str]] = frozenset()
    apres: frozenset[tuple[str, str]] = frozenset()

    @property
    def du_lieu(self) -> bool:
        """Vrai pour le changement de périmètre de certains lieux : ce sont leurs chiffres qu'elle sépare."""
        return self.nature is NatureRupture.PERIMETRE and bool(self.territoires)

    def est_avant(self, observation: Observation) -> bool:
        """Vrai si ce chiffre est d'avant ; à défaut de savoir quel périmètre suit sa source, son année le dit."""
        cle = observation.territoire, observation.source
        if cle in self.avant or cle in self.apres:
            return cle in self.avant
        return (observation.annee or observation.millesime or 0) < (self.depuis or 0)

    def concerne(self, territoire: Territoire) -> bool:
        """Vrai si elle vaut pour ce territoire."""
        return (not self.mailles or territoire.maille.value in self.mailles) and (
            not self.territoires or territoire.territoire in self.territoires
        )


def coupure(une: int, autre: int, ruptures: Sequence[Rupture]) -> Rupture | None:
    """La dernière rupture entre ces deux années : le nouveau calcul vaut à partir de son année. None sans rupture."""
    debut, fin = sorted((une, autre))
    coupantes = [r for r in ruptures if r.nature.coupe and r.depuis is not None and debut < r.depuis <= fin]
    return max(coupantes, key=lambda r: r.depuis or 0, default=None)


def separation(une: Observation, autre: Observation, ruptures: Sequence[Rupture]) -> Rupture | None:
    """LA règle : la dernière rupture qui sépare ces deux chiffres, par leurs années ou par leurs périmètres.

    Deux chiffres sont sur deux périmètres quand l'un est d'avant le changement et l'autre non, dans un ordre ou dans
    l'autre : une série rétropolée va du nouveau périmètre à l'ancien. None si rien ne les sépare, si l'année de l'un
    n'est pas imprimée (rien ne dit alors de quel côté il est), ou pour deux lieux mesurés la même année.
    """
    if une.annee is None or autre.annee is None or (une.annee == autre.annee and une.territoire != autre.territoire):
        return None
    coupantes = [r for r in ruptures if r.du_lieu and r.est_avant(une) != r.est_avant(autre)]
    par_annee = coupure(une.annee, autre.annee, [r for r in ruptures if not r.du_lieu])
    return max([*coupantes, *([par_annee] if par_annee else [])], key=lambda r: r.depuis or 0, default=None)


@dataclass(frozen=True)
class ChoixDeFamille:
    """Un indicateur d'une famille, et ce qu'il n'est pas (« 15-24 ans, et non 16-25 »), à écrire sous son nom."""

    indicateur: str
    note: str = ""


@dataclass(frozen=True)
class Famille:
    """Un des sujets montrés d'abord : par maille, ses indicateurs dans l'ordre de préférence."""

    famille: str
    libelle: str
    choix: dict[Maille, tuple[ChoixDeFamille, ...]]

    def pour(self, maille: Maille) -> tuple[ChoixDeFamille, ...]:
        """Les indicateurs de cette maille, le préféré d'abord ; vide si la famille n'y existe pas."""
        return self.choix.get(maille, ())


@dataclass(frozen=True)
class Bailleur:
    """Un bailleur social (clé : `bailleur`)."""

    bailleur: str
    nom: str
    precautions: str


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

    @property
    def nom(self) -> str:
        """« Insee, Filosofi 2021 » : le producteur et le titre, une seule fois si le titre commence par lui."""
        return citer(self.producteur, self.titre)


def citer(producteur: str, titre: str) -> str:
    """Le producteur et le titre d'une publication, sans répéter un producteur que le titre dit déjà."""
    return titre if titre.startswith(producteur) else f"{producteur}, {titre}"


@dataclass(frozen=True)
class Catalogue:
    """Tous les thèmes, indicateurs, sources et unités, dans l'ordre des fichiers.

    Une mesure déclinée par bailleur est dans `mesures` ; `indicateurs` a celui de chaque bailleur. `renommages` : par
    (feuille, identifiant d'avant), celui d'aujourd'hui ; un lien déjà envoyé s'ouvre toujours.
    """

    themes: dict[str, Theme]
    indicateurs: dict[str, Indicateur]
    sources: dict[str, Source]
    unites: dict[str, Unite] = field(default_factory=dict)
    familles: tuple[Famille, ...] = ()
    ruptures: tuple[Rupture, ...] = ()
    mesures: dict[str, Indicateur] = field(default_factory=dict)
    bailleurs: dict[str, Bailleur] = field(default_factory=dict)
    renommages: dict[tuple[str, str], str] = field(default_factory=dict)
    _ruptures: dict[tuple[str, str], tuple[Rupture, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rangees: dict[tuple[str, str], tuple[Rupture, ...]] = {}
        for rupture in self.ruptures:
            for cle in product(rupture.indicateurs or ("",), rupture.territoires or ("",)):
                rangees[cle] = (*rangees.get(cle, ()), rupture)
        object.__setattr__(self, "_ruptures", rangees)

    def cles(self, maille: Maille | None = None) -> tuple[Indicateur, ...]:
        """Les indicateurs des familles à cette maille (à toutes par défaut) : les préférés d'abord, puis les autres."""
        mailles = [maille] if maille is not None else list(Maille)
        rangs = [
            (rang, famille, choix.indicateur)
            for famille, sienne in enumerate(self.familles)
            for m in mailles
            for rang, choix in enumerate(sienne.pour(m))
        ]
        codes = dict.fromkeys(code for _, _, code in sorted(rangs, key=lambda r: r[:2]))
        return tuple(self.indicateur(code) for code in codes)

    def sujet(self, indicateur: Indicateur) -> str:
        """La famille de cet indicateur, la sienne ou celle d'un indicateur voisin ; à défaut son thème."""
        for code in (indicateur.indicateur, *indicateur.voisins):
            for famille in self.familles:
                if any(choix.indicateur == code for siens in famille.choix.values() for choix in siens):
                    return famille.famille
        return indicateur.theme

    def ruptures_de(self, indicateur: str, territoire: Territoire) -> tuple[Rupture, ...]:
        """Ce qui empêche de lire cet indicateur d'une année à l'autre, pour ce territoire."""
        cles = product((indicateur, ""), ("", territoire.territoire))
        return tuple(r for cle in cles for r in self._ruptures.get(cle, ()) if r.concerne(territoire))

    def ruptures_entre(self, indicateur: str, lieu: Territoire, autre: Territoire) -> tuple[Rupture, ...]:
        """Ce qui empêche de comparer deux années de cet indicateur entre ces deux lieux : celles de l'un ou l'autre."""
        return tuple(dict.fromkeys((*self.ruptures_de(indicateur, lieu), *self.ruptures_de(indicateur, autre))))

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
