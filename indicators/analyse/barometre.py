"""Le Baromètre de la Cohésion Sociale : les indicateurs qui signalent un besoin, et ce qu'un groupe en connaît.

La méthode tient en quatre lignes. Un quartier (ou une commune) est situé de 0 à 100 pour chaque indicateur déclaré
ci-dessous, parmi les membres du groupe qui ont une valeur sûre à la même date (0 : le moins de besoin, 100 : le plus) ;
un thème est la moyenne de ses indicateurs connus, deux au moins ; le total est la moyenne pondérée des thèmes notés ;
rien n'est noté quand trop peu est connu. Les notes situent les membres entre eux ; face à l'agglomération, seule
`comparaison` rend un verdict.
Les notes, l'ordre et sa solidité sont dans `barometre_notes.py`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from indicators.analyse.comparaison import Comparaison, comparer, reference_de
from indicators.analyse.comparatif import cle_de_periode, ordonner_periodes
from indicators.analyse.population import populations
from indicators.analyse.rangs import Classement, ranger
from indicators.base.barometre import Thematique, thematiques
from indicators.base.base import Base
from indicators.socle.catalogue import Indicateur, Rupture, Sens
from indicators.socle.observations import Observation, Statut, retenue
from indicators.socle.territoires import Maille, Territoire

MINI_MEMBRES = 5
"""Un indicateur ne compte que s'il est connu pour ce nombre de membres, et pour la moitié du groupe."""
MINI_INDICATEURS = 2
"""Un thème ne se note pas sur un seul indicateur : il dirait cet indicateur, pas le thème."""
MINI_THEMES = 3
"""En deçà de ce nombre de thèmes notés sur neuf, un total ne dirait plus la cohésion sociale : il n'y en a pas."""


@dataclass(frozen=True)
class Signal:
    """Un indicateur lu comme le signe d'un besoin : `besoin` dit quand il est plus grand (hausse ou baisse)."""

    indicateur: str
    besoin: Sens
    raison: str


_H, _B = Sens.HAUSSE, Sens.BAISSE
SIGNAUX: dict[str, tuple[Signal, ...]] = {
    # Pas de part de jeunes ni de personnes âgées : une structure d'âge n'est pas un besoin de plus ou de moins.
    "famille": (
        Signal("part_mono_familles_caf", _H, "un seul adulte porte le revenu et la garde des enfants"),
        Signal("part_mono_menages_famille", _H, "un seul adulte porte le revenu et la garde des enfants"),
        Signal("nb_petite_enfance_1000h", _B, "moins de lieux d’accueil pour les tout-petits"),
    ),
    # Ni RSA ni AAH seuls : les minima sociaux les comptent déjà.
    "revenus": (
        Signal("taux_pauvrete", _H, "plus d’habitants sous le seuil de pauvreté"),
        Signal("niveau_vie_median", _B, "la moitié des habitants vit avec moins"),
        Signal("niveau_vie_d1", _B, "le dixième le plus modeste vit avec moins"),
        Signal("part_prestations_sociales", _H, "les ménages vivent davantage des prestations"),
        Signal("taux_bas_revenus_declares", _H, "plus d’habitants déclarent un bas revenu"),
        Signal("revenu_fiscal_median", _B, "la moitié des habitants déclare moins"),
        Signal("taux_couverture_minima", _H, "plus de ménages vivent d’un minimum social"),
        Signal("part_alloc_100_prestations", _H, "plus d’allocataires n’ont que les prestations pour revenu"),
    ),
    # Pas de nombre de demandeurs d'emploi : un effectif suit la taille du quartier.
    "emploi": (
        Signal("taux_emploi_15_64", _B, "moins d’habitants ont un emploi"),
        Signal("taux_chomage_rp", _H, "plus d’actifs cherchent un emploi"),
        Signal("part_neet_16_25", _H, "plus de jeunes sans école ni emploi"),
        Signal("part_neet_15_24", _H, "plus de jeunes sans école ni emploi"),
        Signal("part_emploi_precaire", _H, "plus d’emplois qui peuvent cesser"),
        Signal("part_defm_plus_2_ans", _H, "un chômage plus long éloigne davantage de l’emploi"),
        Signal("part_menages_revenu_chomage", _H, "plus de ménages vivent d’abord d’une indemnité de chômage"),
    ),
    "formation": (
        Signal("taux_scolarisation_15_24", _B, "les jeunes quittent l’école plus tôt"),
        Signal("part_sans_diplome", _H, "plus d’adultes sans diplôme"),
        Signal("ips_etablissements", _B, "un milieu familial moins favorable aux apprentissages"),
        Signal("ips_ecoles_simple", _B, "des écoles au milieu familial moins favorable aux apprentissages"),
        Signal("ips_colleges_simple", _B, "des collèges au milieu familial moins favorable aux apprentissages"),
    ),
    # La part d'actifs en voiture n'est pas un besoin : elle dit aussi bien une contrainte qu'un équipement.
    "mobilite": (Signal("part_difficultes_deplacement", _H, "plus d’habitants disent peiner à se déplacer"),),
    # La part du parc social n'est pas un besoin : il loge à prix abordable.
    "logement": (
        Signal("part_menages_surpeuplement", _H, "plus de ménages manquent de pièces"),
        Signal("part_hlm_classe_fg", _H, "plus de logements chers à chauffer"),
        Signal("loyer_median_social", _H, "un loyer social plus lourd au mètre carré"),
        Signal("taux_rotation_social", _H, "plus de locataires du parc social partent dans l’année"),
        Signal("taux_vacance_social", _H, "plus de logements sociaux restent vides"),
    ),
    # La C2S dit des revenus modestes et un droit demandé : un signe de besoin de soins aidés, pas un mauvais résultat.
    "sante": (
        Signal("taux_c2s", _H, "plus d’assurés dépendent d’une couverture sous condition de ressources"),
        Signal("nb_medecins_generalistes_100000h", _B, "moins de médecins à proximité"),
        Signal("part_difficultes_sante", _H, "plus d’habitants se disent en difficulté de santé"),
    ),
    # L'écart seul tromperait (il se réduit quand l'emploi des hommes baisse), d'où le niveau à côté ; celui-ci est lié
    # au taux d'emploi du thème « emploi » : retirer un thème, dans la sensibilité, montre ce que pèse ce lien.
    "egalite": (
        Signal("taux_emploi_femmes", _B, "moins de femmes ont un emploi"),
        Signal("ecart_emploi_femmes_hommes", _B, "les femmes sont plus loin derrière les hommes"),
        Signal("part_emploi_precaire_femmes", _H, "plus de femmes ont un emploi qui peut cesser"),
    ),
    # Le catalogue n'a aucun indicateur de pratique culturelle ou sportive par quartier.
    "culture-sport": (),
}

CE_QUI_LE_DIRAIT = {
    "famille": "les familles monoparentales par quartier (Caf, ou recensement) et l’accueil des jeunes enfants",
    "revenus": "Filosofi de l’Insee, et les allocataires de la Caf par quartier",
    "emploi": "les demandeurs d’emploi par quartier (France Travail) et le recensement",
    "formation": "la scolarisation et les diplômes par quartier (recensement), et l’IPS des écoles qui s’y trouvent",
    "mobilite": "l’enquête auprès des habitants, ou les déplacements domicile-travail du recensement",
    "logement": "le surpeuplement (recensement), les classes énergétiques et la vacance (bailleurs, RPLS)",
    "sante": "la complémentaire santé solidaire par quartier (Cnam) et les médecins (répertoire des professionnels)",
    "egalite": "l’emploi des femmes et des hommes par quartier (recensement)",
    "culture-sport": "l’enquête auprès des habitants, ou les licences sportives par quartier (Injep)",
}
"""Par thème, ce qui le remplirait quand trop peu est connu."""


class Methode(StrEnum):
    """Comment une valeur devient une note de 0 à 100."""

    RANG = "rang"
    ECART = "ecart"


@dataclass(frozen=True)
class Mesure:
    """Un signal dans un groupe : la période que le plus de quartiers partagent, ses valeurs et ce qui est écarté.

    `periode` : None si aucun quartier n'a de chiffre daté. `ecartes` : nombre de quartiers non retenus, par raison.
    `comparaisons` : de chaque valeur retenue avec l'agglomération ; vide si celle-ci n'a pas de chiffre sûr.
    """

    signal: Signal
    indicateur: Indicateur
    periode: str | None
    classement: Classement
    ecartes: Mapping[str, int]
    comparaisons: tuple[Comparaison, ...]
    effectif: int

    @property
    def suffit(self) -> bool:
        """Vrai si assez de quartiers sont connus pour que leur place ait un sens."""
        return len(self.classement.classees) >= max(MINI_MEMBRES, self.effectif / 2)

    def notes(self, methode: Methode) -> dict[str, float]:
        """La note de chaque quartier connu, 0 à 100 ; à valeurs égales, notes égales (50 si toutes le sont)."""
        chiffres = self.classement.classees
        valeurs = [o.valeur or 0.0 for o in chiffres]
        etendue = max(valeurs) - min(valeurs)
        notes = {}
        for chiffre in chiffres:
            if not etendue:
                note = 50.0
            elif methode is Methode.ECART:
                note = 100 * ((chiffre.valeur or 0.0) - min(valeurs)) / etendue
            else:
                place = self.classement.rang(chiffre.territoire)
                assert place is not None
                note = 50 + 50 * (place.depuis_le_bas - place.rang) / (place.effectif - 1)
            notes[chiffre.territoire] = note if self.signal.besoin is Sens.HAUSSE else 100 - note
        return notes


@dataclass(frozen=True)
class Chapitre:
    """Une thématique et ses mesures dans un groupe ; `mesures` est vide quand rien n'est déclaré."""

    thematique: Thematique
    mesures: tuple[Mesure, ...]

    @property
    def utiles(self) -> tuple[Mesure, ...]:
        """Les mesures assez connues pour compter."""
        return tuple(m for m in self.mesures if m.suffit)

    @property
    def se_note(self) -> bool:
        """Vrai s'il a assez d'indicateurs connus pour une note."""
        return len(self.utiles) >= MINI_INDICATEURS


@dataclass(frozen=True)
class Barometre:
    """Ce qu'on sait d'un groupe de quartiers ou de communes (`membres`), avant tout réglage.

    `idh` : l'IDH-4 de l'agglomération, comparé à sa région si elle l'a ; None s'il n'est pas imprimé.
    """

    agglomeration: Territoire
    membres: tuple[Territoire, ...]
    chapitres: tuple[Chapitre, ...]
    idh: tuple[Observation, Comparaison, Territoire | None] | None

    @property
    def chiffres(self) -> tuple[Observation, ...]:
        """Les chiffres dont viennent les notes."""
        return tuple(o for c in self.connus for m in c.utiles for o in m.classement.classees)

    @property
    def connus(self) -> tuple[Chapitre, ...]:
        """Les thèmes qui se notent."""
        return tuple(c for c in self.chapitres if c.se_note)

    @property
    def des_communes(self) -> bool:
        """Vrai si le groupe est de communes plutôt que de quartiers."""
        return any(t.maille is Maille.COMMUNE for t in self.membres)

    @property
    def combien(self) -> int:
        """Le nombre d'indicateurs dont viennent les notes."""
        return sum(len(c.utiles) for c in self.connus)

    @property
    def suffit(self) -> bool:
        """Vrai si assez de thèmes se notent pour faire un total."""
        return len(self.connus) >= MINI_THEMES


def dresser(base: Base, agglomeration: Territoire, membres: Sequence[Territoire]) -> Barometre:
    """Réunit les mesures d'un groupe ; aucun chiffre secret, douteux ou d'une autre date n'y entre."""
    catalogue = base.catalogue.indicateurs
    voulus = [s.indicateur for liste in SIGNAUX.values() for s in liste if s.indicateur in catalogue]
    chiffres: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    for o in base.observations([agglomeration.territoire, *(q.territoire for q in membres)], voulus):
        chiffres[o.indicateur, o.territoire].append(o)

    habitants = populations(base, [q.territoire for q in membres], *(catalogue[code] for code in voulus))

    def mesurer(signal: Signal) -> Mesure:
        lus = {q.territoire: chiffres[signal.indicateur, q.territoire] for q in membres}
        communes = [o for o in chiffres[signal.indicateur, agglomeration.territoire] if not o.douteuse]
        ruptures = {q.territoire: base.catalogue.ruptures_entre(signal.indicateur, q, agglomeration) for q in membres}
        return _mesurer(
            signal, catalogue[signal.indicateur], membres, lus, agglomeration, communes, habitants, ruptures
        )

    return Barometre(
        agglomeration,
        tuple(membres),
        tuple(
            Chapitre(t, tuple(mesurer(s) for s in SIGNAUX.get(t.code, ()) if s.indicateur in catalogue))
            for t in thematiques(base)
        ),
        _idh(base, agglomeration),
    )


def _mesurer(
    signal: Signal,
    indicateur: Indicateur,
    membres: Sequence[Territoire],
    lus: Mapping[str, list[Observation]],
    agglomeration: Territoire,
    communes: Sequence[Observation],
    habitants: Mapping[str, float] = MappingProxyType({}),
    ruptures: Mapping[str, Sequence[Rupture]] = MappingProxyType({}),
) -> Mesure:
    # Un chiffre sans année ni édition ne se compare à aucun autre quartier : « nd » n'est pas une période.
    periodes: dict[str, dict[str, Observation]] = defaultdict(dict)
    for code, liste in lus.items():
        for cle in {cle_de_periode(o) for o in liste} - {"nd"}:
            choisie = retenue(o for o in liste if cle_de_periode(o) == cle)
            assert choisie is not None
            periodes[cle][code] = choisie

    comptables = [o for trouvees in periodes.values() for o in trouvees.values() if _comptable(o)]
    rangees = ordonner_periodes(comptables, [communes]) or sorted(periodes, key=lambda cle: (len(periodes[cle]), cle))
    periode = next(iter(rangees), None)
    retenues = periodes[periode] if periode is not None else {}
    bonnes = [o for o in retenues.values() if _comptable(o)]
    ecartes = Counter(
        _raison(retenues.get(q.territoire), lus[q.territoire])
        for q in membres
        if not (q.territoire in retenues and _comptable(retenues[q.territoire]))
    )
    perimetres = {q.territoire: q.geographie for q in membres}
    comparaisons = []
    for chiffre in bonnes:
        siennes = ruptures.get(chiffre.territoire, ())
        reference = reference_de(chiffre, communes, siennes)
        if reference is not None:
            geographies = (perimetres[chiffre.territoire], agglomeration.geographie)
            comparaisons.append(
                comparer(
                    chiffre,
                    reference,
                    indicateur,
                    geographies=geographies,
                    population=habitants.get(chiffre.territoire),
                    ruptures=siennes,
                )
            )
    return Mesure(signal, indicateur, periode, ranger(bonnes, indicateur), ecartes, tuple(comparaisons), len(membres))


def _comptable(chiffre: Observation) -> bool:
    return chiffre.se_classe and not chiffre.douteuse


def _raison(chiffre: Observation | None, lus: Sequence[Observation]) -> str:
    if chiffre is None:
        return "d’une autre date ou sans année" if any(o.a_une_valeur for o in lus) else "sans chiffre"
    if chiffre.statut is Statut.SECRET:
        return "secret"
    if not chiffre.a_une_valeur:
        return "sans chiffre"
    if chiffre.perimetre is not None:
        return "d’un ancien périmètre"
    return "douteux" if chiffre.douteuse else "seuil ou intervalle"


def _idh(base: Base, agglomeration: Territoire) -> tuple[Observation, Comparaison, Territoire | None] | None:
    indicateur = base.catalogue.indicateurs.get("idh4")
    if indicateur is None:
        return None
    chiffre = retenue(base.observations([agglomeration.territoire], ["idh4"]))
    if chiffre is None or not chiffre.a_une_valeur:
        return None
    for reference in base.fiche(agglomeration.territoire).references:
        ruptures = base.catalogue.ruptures_entre("idh4", agglomeration, reference)
        autre = reference_de(chiffre, base.observations([reference.territoire], ["idh4"]), ruptures)
        if autre is not None and autre.a_une_valeur:
            return chiffre, comparer(chiffre, autre, indicateur, ruptures=ruptures), reference
    return chiffre, comparer(chiffre, None, indicateur), None
