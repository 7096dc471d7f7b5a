"""Le parc social d'une agglomération par bailleur : quartier × bailleur, commune × bailleur, opérations, sommes.

Une mesure, déclinée par bailleur : chaque bailleur est une colonne du tableau.
Une somme n'est rapprochée du total imprimé que quand chaque ligne est un nombre sûr ; elle n'est pas soustraite au parc
du RPLS : les années, les périmètres et les bailleurs comptés ne sont pas les mêmes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indicators.base import engagements as questions
from indicators.base.base import Base
from indicators.base.projets import operations_des_communes
from indicators.socle.engagements import Engagement
from indicators.socle.observations import Observation, declinaison, decliner, par_indicateur, par_territoire, retenue
from indicators.socle.projets import Operation
from indicators.socle.territoires import Territoire

TOUS = "nb_logements_sociaux"
"""Le parc social tous bailleurs ensemble (RPLS)."""


PARC = "nb_logements_bailleur"
"""Le parc d'un bailleur, dans un quartier ou dans une commune entière."""
EN_QUARTIER = "nb_logements_bailleur_qpv"
"""Ce qui, de son parc dans une commune, est en quartier prioritaire."""
PART = "part_bailleur_parc_social"
ENERGIE = (
    *("part_bailleur_classe_g", "part_bailleur_classe_fg", "part_bailleur_classe_efg"),
    *("nb_bailleur_classe_fg", "nb_bailleur_classe_f", "nb_bailleur_classe_g"),
)
"""Les classes énergétiques qu'un document donne pour le parc d'un bailleur."""


_SUR_DES_LOGEMENTS = (
    *("démolition", "rénovation", "réhabilitation", "résidentialisation", "reconfiguration", "renouvellement"),
    *("acquisition-amélioration", "construction (logements", "logements"),
)
"""Les natures d'opération qui touchent le parc d'un bailleur ; le reste : équipements, espaces, habitat privé."""


@dataclass(frozen=True)
class Colonne:
    """Ce qu'une colonne compte : un bailleur, et un indicateur.

    `imprime` : le total que donne le document, None s'il n'en donne pas ; `somme` : celle des lignes, None si l'une
    d'elles n'est pas un nombre sûr.
    """

    titre: str
    indicateur: str
    imprime: Observation | None
    somme: float | None

    @property
    def accord(self) -> bool | None:
        """Vrai si la somme des lignes est le total imprimé ; None si l'un des deux manque."""
        if self.imprime is None or self.imprime.valeur is None or self.somme is None:
            return None
        return self.imprime.valeur == self.somme


@dataclass(frozen=True)
class Ligne:
    """Un lieu, ce qu'y a chaque bailleur (None : pas dans son tableau), le parc social de tous (RPLS), et les
    opérations que les documents y prévoient, quel qu'en soit le bailleur.
    """

    lieu: Territoire
    chiffres: tuple[Observation | None, ...]
    tous: Observation | None
    operations: tuple[Operation, ...] = ()


@dataclass(frozen=True)
class Tableau:
    """Des lieux × des bailleurs ; sans ligne quand aucun document n'en donne."""

    colonnes: tuple[Colonne, ...]
    lignes: tuple[Ligne, ...]

    @property
    def tous(self) -> float | None:
        """La somme du parc de tous les bailleurs (RPLS) ; None si un lieu n'en a pas, ou d'une autre année."""
        lus = [ligne.tous for ligne in self.lignes if ligne.tous is not None]
        if len(lus) < len(self.lignes) or len({o.annee for o in lus}) != 1:
            return None
        return sum(o.valeur or 0.0 for o in lus)


@dataclass(frozen=True)
class Parc:
    """Tout ce que les documents disent des bailleurs d'une agglomération.

    `energie` : (territoire, chiffre) des classes énergétiques ; `engagements` : ceux qui portent sur l'un de ces
    indicateurs, avec les chiffres qui leur répondent ; `rpls` : le parc social de l'agglomération (RPLS), de l'année de
    celui des communes du tableau, None sans lui ; `operations` : (bailleur, lieu, opération) de ce qui est prévu
    dans ses communes, par bailleur : des projets, jamais additionnés, une même cité peut en avoir deux.
    """

    quartiers: Tableau
    communes: Tableau
    energie: tuple[tuple[Territoire, Observation], ...]
    engagements: tuple[tuple[Engagement, tuple[tuple[Territoire, Observation], ...]], ...]
    operations: tuple[tuple[str, Territoire, Operation], ...]
    rpls: Observation | None


def reunir(base: Base, agglomeration: str) -> Parc | None:
    """Le parc par bailleur de cette agglomération ; None quand aucun document n'en parle."""
    fiche = base.fiche(agglomeration)
    quartiers = [q for q in fiche.quartiers if q.geographie == 2015]
    communes = base.territoires(base.communes_de(agglomeration))
    ensemble = f"QPV-{agglomeration}"
    bailleurs = base.catalogue.bailleurs.values()
    des_quartiers = [(b.nom, decliner(PARC, b.bailleur), ensemble) for b in bailleurs]
    des_communes = [
        (f"{b.nom}, en quartier prioritaire", decliner(EN_QUARTIER, b.bailleur), ensemble) for b in bailleurs
    ]
    des_communes += [(f"{b.nom}, dans la commune", decliner(PARC, b.bailleur), agglomeration) for b in bailleurs]
    des_communes += [(f"{b.nom}, part du parc social", decliner(PART, b.bailleur), agglomeration) for b in bailleurs]
    # Le total d'une colonne « en quartier prioritaire » est imprimé pour l'ensemble des quartiers.
    totaux = {decliner(EN_QUARTIER, b.bailleur): decliner(PARC, b.bailleur) for b in bailleurs}
    prevues = operations_des_communes(base, [c.territoire for c in communes])
    un = _tableau(base, quartiers, des_quartiers, totaux, prevues)
    deux = _tableau(base, communes, des_communes, totaux, prevues)
    energie = _energie(base, fiche.territoire, [o for t in (un, deux) for li in t.lignes for o in li.chiffres if o])
    par_bailleur = _par_bailleur(base, prevues)
    if not (un.lignes or deux.lignes or energie or par_bailleur):
        return None
    annees = {ligne.tous.annee for ligne in deux.lignes if ligne.tous is not None}
    siens = base.observations([agglomeration], _connus(base, [TOUS])) if deux.tous is not None else []
    rpls = retenue(o for o in siens if o.annee in annees and o.est_ponctuelle)
    return Parc(un, deux, energie, _engagements(base, energie), par_bailleur, rpls)


def _par_bailleur(base: Base, prevues: Sequence[Operation]) -> tuple[tuple[str, Territoire, Operation], ...]:
    """Les opérations qui portent sur les logements d'un bailleur nommé, bailleur par bailleur.

    « Maisons et Cités » et « Maisons & Cités » sont le même.
    """
    lues = [
        (o.bailleur.replace(" et ", " & "), base.trouver(o.territoire), o)
        for o in prevues
        if o.bailleur and o.nature.startswith(_SUR_DES_LOGEMENTS)
    ]
    return tuple(
        sorted(((b, t, o) for b, t, o in lues if t is not None), key=lambda p: (p[0], p[2].source, p[2].ligne))
    )


def _energie(
    base: Base, agglomeration: Territoire, chiffres: Sequence[Observation]
) -> tuple[tuple[Territoire, Observation], ...]:
    """Les classes énergétiques de l'agglomération, et celles que le document du parc donne pour un lieu plus grand."""
    sources = base.catalogue.sources
    documents = {sources[o.source].document for o in chiffres} - {""}
    codes = [code for code in base.catalogue.indicateurs if declinaison(code)[0] in ENERGIE]
    lues = [o for code in codes for o in base.observations_indicateur(code)]
    return tuple(
        (base.territoire(o.territoire), o)
        for o in lues
        if o.territoire == agglomeration.territoire or sources[o.source].document in documents
    )


def _connus(base: Base, codes: Sequence[str]) -> list[str]:
    return [code for code in codes if code in base.catalogue.indicateurs]


def _tableau(
    base: Base,
    lieux: Sequence[Territoire],
    colonnes: Sequence[tuple[str, str, str]],
    totaux: Mapping[str, str],
    prevues: Sequence[Operation],
) -> Tableau:
    connus = base.indicateurs_connus([t.territoire for t in lieux]) if lieux else {}
    colonnes = [c for c in colonnes if c[1] in connus]
    codes = [code for _, code, _ in colonnes]
    lus = par_territoire(base.observations([t.territoire for t in lieux], [*codes, *_connus(base, [TOUS])]))
    lignes = []
    for t in lieux:
        siens = par_indicateur(lus.get(t.territoire, []))
        chiffres = tuple(retenue(siens.get(code, [])) for code in codes)
        if any(c is not None for c in chiffres):
            du_moment = next((c.millesime or c.annee for c in chiffres if c is not None), None)
            la = tuple(o for o in prevues if o.bailleur and t.territoire in (o.territoire, *o.communes))
            lignes.append(Ligne(t, chiffres, _au_plus_pres(siens.get(TOUS, []), du_moment), la))
    decrites = tuple(
        Colonne(
            titre,
            code,
            retenue(base.observations([ou], [totaux.get(code, code)])) if base.trouver(ou) else None,
            _somme([ligne.chiffres[n] for ligne in lignes]) if base.catalogue.indicateur(code).unite.additive else None,
        )
        for n, (titre, code, ou) in enumerate(colonnes)
    )
    # Un quartier à cheval sur deux agglomérations n'est au tableau que de celle dont le document imprime le total.
    return Tableau(decrites, tuple(lignes) if any(c.imprime for c in decrites) else ())


def _au_plus_pres(chiffres: Sequence[Observation], annee: int | None) -> Observation | None:
    """Le parc social daté le plus près de l'édition du document."""
    dates = [o for o in chiffres if o.annee is not None and o.a_une_valeur]
    return min(dates, key=lambda o: (abs((o.annee or 0) - (annee or 0)), o.rang), default=None)


def _somme(chiffres: Sequence[Observation | None]) -> float | None:
    """La somme de ce qui est imprimé ; un tiret du document ne compte rien. None s'il y a un chiffre douteux."""
    lus = [c for c in chiffres if c is not None]
    if not lus or any(c.douteuse or (c.a_une_valeur and not c.est_ponctuelle) for c in lus):
        return None
    return sum(c.valeur for c in lus if c.valeur is not None)


def _engagements(
    base: Base, energie: Sequence[tuple[Territoire, Observation]]
) -> tuple[tuple[Engagement, tuple[tuple[Territoire, Observation], ...]], ...]:
    lus = [(e, tuple((t, o) for t, o in energie if o.indicateur in e.indicateurs)) for e in questions.engagements(base)]
    return tuple((e, repond) for e, repond in lus if repond)
