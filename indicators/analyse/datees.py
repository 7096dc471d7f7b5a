"""Les chiffres datés d'une seule année : ceux qui sont imprimés, et ceux que donne une variation imprimée."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from indicators.base.base import Base
from indicators.socle.catalogue import Catalogue, Indicateur
from indicators.socle.nombres import INSECABLE, nombre
from indicators.socle.observations import Fiabilite, Observation, Origine, Statut

_Series = dict[tuple[str, str], list[Observation]]
"""Les chiffres datés d'une seule année, par (territoire, indicateur) ; les variations n'y sont pas."""


def lire_datees(base: Base, codes: Sequence[str], indicateurs: Sequence[str] | None = None) -> _Series:
    """Les chiffres datés d'une seule année, par (territoire, indicateur).

    Ceux que donne une variation imprimée en sont. `indicateurs` : tous par défaut. Un couple sans chiffre n'y est pas.
    """
    lues = base.observations(codes, indicateurs)
    rangees: _Series = defaultdict(list)
    for o in (*lues, *deduire(lues, base.catalogue)):
        if o.annee is not None and o.annee_debut is None and not base.catalogue.indicateur(o.indicateur).evolution_de:
            rangees[o.territoire, o.indicateur].append(o)
    return rangees


def avec_variations(base: Base, indicateur: Indicateur) -> list[str]:
    """Le code de l'indicateur et ceux de ses variations imprimées, dont se déduit une valeur de départ."""
    return [indicateur.indicateur, *(i.indicateur for i in base.catalogue.evolutions_de(indicateur))]


def deduire(observations: Iterable[Observation], catalogue: Catalogue) -> list[Observation]:
    """Les valeurs de départ que donne « valeur − variation », dans un même territoire et une même source.

    Rien si la variation est un pourcentage (la division ne rend pas la valeur imprimée), si le document a déjà une
    case à l'année de départ (même secrète ou vide), si l'année manque, ou si le résultat sort des bornes possibles.
    Le résultat est `calculee`, sa formule dans la note ; douteux dès que l'un des deux chiffres l'est.
    """
    lues = list(observations)
    existantes = {(o.territoire, o.indicateur, o.annee) for o in lues if o.annee_debut is None}
    fins = {
        (o.territoire, o.indicateur, o.annee, o.source): o
        for o in lues
        if o.annee_debut is None and o.annee is not None and o.est_ponctuelle
    }
    trouvees = {}
    for variation in lues:
        mesure = catalogue.indicateur(variation.indicateur)
        if not mesure.evolution_de or mesure.unite == "%" or not variation.est_ponctuelle:
            continue
        if variation.annee is None or variation.annee_debut is None:
            continue
        fin = fins.get((variation.territoire, mesure.evolution_de, variation.annee, variation.source))
        cle = (variation.territoire, mesure.evolution_de, variation.annee_debut)
        if fin is None or cle in existantes:
            continue
        depart = _depart(fin, variation)
        indicateur = catalogue.indicateur(mesure.evolution_de)
        assert depart.valeur is not None
        if indicateur.mini is not None and depart.valeur < indicateur.mini:
            continue
        if indicateur.maxi is not None and depart.valeur > indicateur.maxi:
            continue
        trouvees[(*cle, variation.source)] = depart
    return list(trouvees.values())


def _depart(fin: Observation, variation: Observation) -> Observation:
    assert fin.valeur is not None and variation.valeur is not None
    decimales = max(fin.decimales, variation.decimales)
    valeur = round(fin.valeur - variation.valeur, decimales)
    retranchee = nombre(variation.valeur, variation.decimales)
    if variation.valeur < 0:
        retranchee = f"({retranchee})"
    formule = (
        f"{nombre(fin.valeur, fin.decimales)} − {retranchee} = {nombre(valeur, decimales)}"
        f"{INSECABLE}: valeur de {fin.annee} moins variation {variation.annee_debut}-{variation.annee}, "
        "à l’arrondi près."
    )
    douteuses = [o for o in (fin, variation) if o.douteuse]
    environ = Statut.ENVIRON in {fin.statut, variation.statut}
    return Observation(
        territoire=fin.territoire,
        indicateur=fin.indicateur,
        annee_debut=None,
        annee=variation.annee_debut,
        millesime=variation.millesime,
        valeur=valeur,
        borne_inf=None,
        borne_sup=None,
        statut=Statut.ENVIRON if environ else Statut.EXACT,
        fiabilite=Fiabilite.DOUTEUSE if douteuses else Fiabilite.SURE,
        note=" ".join([formule, *dict.fromkeys(o.note for o in douteuses if o.note)]),
        source=variation.source,
        ligne=variation.ligne,
        passage=variation.passage,
        imprime="",
        origine=Origine.CALCULEE,
        decimales=decimales,
        rang=variation.rang,
    )
