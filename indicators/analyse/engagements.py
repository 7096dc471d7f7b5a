"""Où en est un engagement d’après les chiffres : ce que la base permet de dire de sa cible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from indicators.analyse.comparaison import Comparaison, comparer
from indicators.analyse.regroupements import Etendue, etendre
from indicators.base.base import Base
from indicators.base.engagements import connus
from indicators.socle.catalogue import Indicateur, Rupture, separation
from indicators.socle.engagements import Engagement
from indicators.socle.nombres import decimales_utiles, lire
from indicators.socle.observations import Fiabilite, Observation, Origine, Statut, retenue


class Rapprochement(StrEnum):
    """Ce que le chiffre connu permet de dire de la cible."""

    DISTANCE = "distance"
    DEPART = "depart"
    SANS_CIBLE = "sans_cible"
    VARIATION = "variation"
    AUTRE_QUANTITE = "autre_quantite"
    MEMBRES = "membres"
    ABSENT = "absent"


@dataclass(frozen=True)
class SituationMesuree:
    """Un engagement devant un indicateur : le chiffre retenu du territoire et, si elle a un sens, la comparaison.

    `chiffre` est None si la base n'a rien pour ce territoire ; `ailleurs` nomme alors ceux qui en ont.
    `comparaison` n'est remplie que pour DISTANCE et DEPART (le chiffre retenu est la situation de départ elle-même).
    """

    indicateur: Indicateur
    rapprochement: Rapprochement
    chiffre: Observation | None = None
    comparaison: Comparaison | None = None
    ailleurs: tuple[str, ...] = ()
    etendue: Etendue | None = None


def situer(
    engagement: Engagement,
    indicateur: Indicateur,
    chiffres: Sequence[Observation],
    ailleurs: Sequence[str] = (),
    ruptures: Sequence[Rupture] = (),
) -> SituationMesuree:
    """Où en est un engagement d'après les chiffres de son territoire pour cet indicateur, que coupent ces `ruptures`.

    Une cible se lit dans la mesure de son départ : un chiffre qu'une rupture sépare du départ ne s'y compare pas.
    """
    chiffre = retenue(chiffres)
    if chiffre is None:
        return SituationMesuree(indicateur, Rapprochement.ABSENT, ailleurs=tuple(ailleurs))
    if engagement.type == "evolution":
        return SituationMesuree(indicateur, Rapprochement.VARIATION, chiffre)
    if engagement.cible is None:
        return SituationMesuree(indicateur, Rapprochement.SANS_CIBLE, chiffre)
    lu = lire(engagement.depart)
    depart = None if lu is None else float(lu)
    departs = [o for o in chiffres if depart is not None and o.valeur == depart]
    if not departs:
        return SituationMesuree(indicateur, Rapprochement.AUTRE_QUANTITE, chiffre)
    separes = all(separation(o, chiffre, ruptures) is not None for o in departs)
    en_face = departs[-1] if separes else _cible(engagement, chiffre)
    comparaison = comparer(chiffre, en_face, indicateur, meme_maille=True, ruptures=ruptures)
    est_depart = chiffre.valeur == depart and len([o for o in chiffres if o.a_une_valeur]) == 1
    return SituationMesuree(
        indicateur, Rapprochement.DEPART if est_depart else Rapprochement.DISTANCE, chiffre, comparaison=comparaison
    )


def _cible(e: Engagement, chiffre: Observation) -> Observation:
    """La cible écrite comme une observation, pour que l'écart vienne de LA comparaison ; elle n'a pas d'année."""
    assert e.cible is not None
    statut = Statut(e.cible_statut or "exact")
    ponctuelle = statut in {Statut.EXACT, Statut.ENVIRON}
    return Observation(
        chiffre.territoire, chiffre.indicateur, None, None, None,
        e.cible if ponctuelle else None,
        e.cible if statut is Statut.AU_MOINS else None,
        e.cible if statut is Statut.AU_PLUS else None,
        statut, Fiabilite.SURE, "", e.source, e.ligne, e.passage, "", Origine.PUBLIEE,
        max(decimales_utiles(e.cible), chiffre.decimales), 9,
    )  # fmt: skip


def situations(base: Base, suivis: Sequence[Engagement]) -> dict[str, tuple[SituationMesuree, ...]]:
    """Pour chaque engagement qui nomme un indicateur : où en est son territoire. Clé : `id`."""
    trouvees = {}
    for e in suivis:
        if not e.indicateurs:
            continue
        siens = []
        for code in e.indicateurs:
            chiffres = base.observations([e.territoire], [code])
            indicateur = base.catalogue.indicateur(code)
            etendue = None if chiffres else etendre(base, e.territoire, indicateur)
            if etendue is not None:
                siens.append(SituationMesuree(indicateur, Rapprochement.MEMBRES, etendue=etendue))
                continue
            ailleurs = [] if chiffres else [t.nom_court for t in base.territoires(connus(base, code))]
            lieu = base.trouver(e.territoire)
            ruptures = base.catalogue.ruptures_de(code, lieu) if lieu is not None else ()
            siens.append(situer(e, indicateur, chiffres, ailleurs, ruptures))
        trouvees[e.id] = tuple(siens)
    return trouvees
