"""Le français des évolutions : une variation, une tendance, un écart qui se creuse, ou pourquoi on ne sait pas."""

from __future__ import annotations

from indicators.analyse.comparaison import Jugement
from indicators.analyse.evolution import Evolution, EvolutionEcart, MotifEvolution, Tendance
from indicators.analyse.trajectoire import Trajectoire
from indicators.recit import ruptures
from indicators.recit.phrases import MOTS_JUGEMENT, nommer, peu_d_habitants
from indicators.socle.catalogue import Indicateur, Rupture
from indicators.socle.nombres import INSECABLE, nombre, signe
from indicators.socle.territoires import Territoire
from indicators.socle.unites import avec_unite


def evolution(resultat: Evolution, *, court: bool = False) -> str:
    """« +31 de 2011 à 2019 », « stable de 2013 à 2018 », ou la raison de l'absence ; la réserve suit la variation.

    `court` : la réserve en quelques mots, sans la phrase du producteur.
    """
    if resultat.variation is None or resultat.depart is None or resultat.arrivee is None:
        return motif_evolution(resultat.motif, resultat.rupture)
    d = min(resultat.depart.decimales, resultat.arrivee.decimales)
    unite = resultat.indicateur.unite.ecart
    variation = round(resultat.variation, d)
    environ = "environ " if resultat.depart.decimales != resultat.arrivee.decimales else ""
    texte = environ + avec_unite(signe(variation, d), unite, abs(variation))
    if resultat.indicateur.en_euros:
        texte += " en euros courants"
    stable = " (stable)" if resultat.tendance is Tendance.STABLE and resultat.indicateur.bande_proche else ""
    if variation == 0:
        texte, stable = "stable", ""
    return f"{texte} de {resultat.depart.annee} à {resultat.arrivee.annee}{stable}{_reserve(resultat, court)}"


def _reserve(resultat: Evolution, court: bool) -> str:
    """« , sans jugement : les enquêtes se recouvrent » : ce qui prive une variation de jugement ; vide sinon."""
    if resultat.variation is None or resultat.motif is MotifEvolution.AUCUN:
        return ""
    rupture = None if court else resultat.rupture
    return f", sans jugement{INSECABLE}: {motif_evolution(resultat.motif, rupture, resultat.indicateur)}"


def tendance(trajectoire: Trajectoire) -> str:
    """La tendance d'une carte : « +2,1 points de 2012 à 2017, défavorable », ou pourquoi il n'y en a pas.

    Quand le chiffre montré suit une rupture, ce que disait le calcul précédent vient après.
    """
    resultat = trajectoire.evolution
    if resultat.variation is not None:
        texte = _jugee(resultat)
    else:
        raison = motif_evolution(resultat.motif)
        if resultat.rupture is not None and resultat.rupture.depuis is not None:
            raison = ruptures.datee(resultat.rupture)
        texte = f"pas de tendance{INSECABLE}: {raison}"
    if trajectoire.avant is not None and trajectoire.avant.motif is MotifEvolution.AUCUN:
        texte += f"{INSECABLE}; avant, {_jugee(trajectoire.avant)}"
    return texte


def _jugee(resultat: Evolution) -> str:
    juge = {Jugement.FAVORABLE, Jugement.DEFAVORABLE}
    mot = f", {MOTS_JUGEMENT[resultat.jugement]}" if resultat.jugement in juge else ""
    return evolution(resultat, court=True) + mot


def evolution_ecart(resultat: EvolutionEcart, *references: Territoire) -> str:
    """« L’écart avec l’agglomération s’est creusé de 2,1 points entre 2011 et 2019. », ou pourquoi on ne sait pas.

    Plusieurs références : celles dont l'écart ne se suit pas pour la même raison, dite une fois.
    """
    *premieres, derniere = map(nommer, references)
    avec = f"L’écart avec {', '.join(premieres)}{' et ' if premieres else ''}{derniere}"
    if resultat.motif is not MotifEvolution.AUCUN or resultat.variation is None:
        mesure = resultat.depart.indicateur if resultat.depart is not None else None
        raison = motif_evolution(resultat.motif, resultat.rupture, mesure)
        return f"{avec} ne peut pas être suivi{INSECABLE}: {raison}."
    assert resultat.depart is not None and resultat.arrivee is not None
    annees = f"entre {resultat.depart.observation.annee} et {resultat.arrivee.observation.annee}"
    d = min(resultat.depart.decimales, resultat.arrivee.decimales)
    variation = round(abs(resultat.variation), d)
    taille = avec_unite(nombre(variation, d), resultat.depart.indicateur.unite.ecart, variation)
    if resultat.inverse:
        cote = "au-dessus" if (resultat.arrivee.ecart or 0.0) > 0 else "au-dessous"
        return f"{avec} a changé de côté {annees}{INSECABLE}: le territoire est passé {cote} de la référence."
    mots = {
        Tendance.SE_CREUSE: f"s’est creusé de {taille}",
        Tendance.SE_REDUIT: f"s’est réduit de {taille}",
        Tendance.STABLE: "n’a presque pas changé",
    }[resultat.tendance]
    return f"{avec} {mots} {annees}."


def motif_evolution(motif: MotifEvolution, rupture: Rupture | None = None, indicateur: Indicateur | None = None) -> str:
    """La raison d'une évolution impossible ou sans jugement, en quelques mots."""
    if rupture is not None and motif is not MotifEvolution.ARRONDI:
        return rupture.raison
    return {
        MotifEvolution.AUCUN: "",
        MotifEvolution.UNE_SEULE_ANNEE: "une seule année connue",
        MotifEvolution.ANNEE_INCONNUE: "l’année de mesure n’est pas imprimée",
        MotifEvolution.PERIMETRE: "le périmètre a changé entre les deux dates",
        MotifEvolution.PERIMETRE_REFERENCE: "le périmètre de la référence a changé entre les deux dates",
        MotifEvolution.SANS_VALEUR: "la valeur manque à l’une des deux dates",
        MotifEvolution.ANNEES_DIFFERENTES: "la référence n’est pas connue aux mêmes années",
        MotifEvolution.REFERENCE_ABSENTE: "la référence manque à l’une des deux dates",
        MotifEvolution.RUPTURE: "l’indicateur a changé de calcul entre les deux dates",
        MotifEvolution.DOUTEUX: "l’un des chiffres est douteux",
        MotifEvolution.RECOUVREMENT: "les deux enquêtes se recouvrent",
        MotifEvolution.ANNEES_PROCHES: "les deux années sont trop proches",
        MotifEvolution.EUROS_COURANTS: "la hausse des prix n’est pas retirée",
        MotifEvolution.PETIT_TERRITOIRE: peu_d_habitants(indicateur) if indicateur else "trop peu d’habitants",
        MotifEvolution.ARRONDI: "l’un des chiffres est publié à l’unité, la variation est trop petite pour conclure",
    }[motif]
