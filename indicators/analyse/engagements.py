"""Où en est un engagement d’après les chiffres : ce que la base permet de dire de sa cible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from indicators.analyse.comparaison import Comparaison, comparer
from indicators.base.base import Base
from indicators.base.engagements import connus
from indicators.socle.catalogue import Indicateur
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
class Etendue:
    """Ce que donnent les membres d'un regroupement qui n'a pas de chiffre : du plus faible au plus élevé.

    `somme` : le total, quand l'indicateur s'additionne et que chaque membre a sa valeur ; None sinon. `connus` sur
    `membres` : ceux qui ont une valeur exacte et sûre à la même période.
    """

    bas: Observation
    haut: Observation
    connus: int
    membres: int
    somme: float | None = None


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
    engagement: Engagement, indicateur: Indicateur, chiffres: Sequence[Observation], ailleurs: Sequence[str] = ()
) -> SituationMesuree:
    """Où en est un engagement d'après les chiffres de son territoire pour cet indicateur."""
    chiffre = retenue(chiffres)
    if chiffre is None:
        return SituationMesuree(indicateur, Rapprochement.ABSENT, ailleurs=tuple(ailleurs))
    if engagement.type == "evolution":
        return SituationMesuree(indicateur, Rapprochement.VARIATION, chiffre)
    if engagement.cible is None:
        return SituationMesuree(indicateur, Rapprochement.SANS_CIBLE, chiffre)
    lu = lire(engagement.depart)
    depart = None if lu is None else float(lu)
    if depart is None or all(o.valeur != depart for o in chiffres):
        return SituationMesuree(indicateur, Rapprochement.AUTRE_QUANTITE, chiffre)
    comparaison = comparer(chiffre, _cible(engagement, chiffre), indicateur, meme_maille=True)
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
            siens.append(situer(e, indicateur, chiffres, ailleurs))
        trouvees[e.id] = tuple(siens)
    return trouvees


def etendre(base: Base, regroupement: str, indicateur: Indicateur) -> Etendue | None:
    """Ce que donnent les membres d'un regroupement pour cet indicateur ; None si aucun n'a de valeur sûre.

    Une seule période : celle que connaissent le plus de membres, la plus récente à égalité. Un taux ne s'additionne pas
    et ne se moyenne pas : seule son étendue se dit. Un nombre absolu s'additionne quand aucun membre ne manque.
    """
    lieux = base.territoires(base.codes(base.cles_des_membres(regroupement, {"regroupement"})))
    lieux = [t for t in lieux if t.territoire != regroupement]
    # Un même quartier existe en 2015 et en 2024 : un seul périmètre, sinon il compterait deux fois.
    perimetres = {t.geographie for t in lieux if t.geographie}
    if len(perimetres) > 1:
        voulu = base.territoire(regroupement).geographie or min(perimetres)
        lieux = [t for t in lieux if t.geographie == voulu]
    membres = [t.territoire for t in lieux]
    if not membres:
        return None
    par_periode: dict[tuple[int, int], dict[str, Observation]] = {}
    for o in base.observations_indicateur(indicateur.indicateur, membres):
        if o.statut is Statut.EXACT and o.valeur is not None and not o.douteuse and o.annee_debut is None:
            par_periode.setdefault((o.annee or 0, o.millesime or 0), {}).setdefault(o.territoire, o)
    if not par_periode:
        return None
    _, connues = max(par_periode.items(), key=lambda p: (len(p[1]), p[0]))
    valeurs = sorted(connues.values(), key=lambda o: o.valeur or 0.0)
    somme = None
    if indicateur.est_effectif and len(connues) == len(membres):
        somme = sum(o.valeur or 0.0 for o in valeurs)
    return Etendue(valeurs[0], valeurs[-1], len(connues), len(membres), somme)
