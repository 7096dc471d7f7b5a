"""Ce que l'on dit du reste de la commune ou de l'agglomération : nom, phrase, calcul, ou pourquoi il manque."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.analyse.reste import Effectif, Empechement, Obstacle, Reste
from indicators.recit import phrases
from indicators.socle.nombres import INSECABLE, accord, et_autres, nombre
from indicators.socle.territoires import Territoire

_NOMMES_AU_PLUS = 3
HORS = "hors quartiers prioritaires"


def nom(reste: Reste) -> str:
    """« le reste de Lillers, hors quartiers prioritaires », « le reste de l’agglomération, hors… »."""
    if reste.agglomeration is not None:
        return f"le reste de l’agglomération, {HORS}"
    if len(reste.communes) <= _NOMMES_AU_PLUS:
        return f"le reste {_de(_enumerer(reste.communes))}, {HORS}"
    return f"le reste de {len(reste.communes)} communes, {HORS}"


def lecture(reste: Reste, quartier: Territoire) -> str:
    """« « Regain » : 46,2 pour 100 hab., soit 29,2 de plus que le reste de… (17,0 pour 100 hab.). »"""
    comparee = reste.comparaison
    if comparee is None or comparee.reference is None:
        return pourquoi(reste)
    unite = reste.indicateur.unite
    debut = f"«{INSECABLE}{quartier.nom_court}{INSECABLE}»{INSECABLE}: {phrases.chiffre(comparee.observation, unite)}"
    du_reste = f"{nom(reste)} ({phrases.chiffre(comparee.reference, unite)})"
    ecart = phrases.ecart(comparee)
    return f"{debut}, soit {ecart} que {du_reste}." if ecart else f"{debut}, sans écart certain avec {du_reste}."


def pourquoi(reste: Reste) -> str:
    """Pourquoi ce reste n'est pas fait ; vide s'il l'est."""
    qui = _cites(reste.en_cause)
    return {
        Empechement.AUCUN: "",
        Empechement.DEBORDE: f"Non calculé{INSECABLE}: {qui} {_debordent(reste.en_cause)} de l’agglomération, et l’on "
        "ne sait quelle part en retirer.",
        Empechement.SECRET: f"Non calculé{INSECABLE}: l’effectif de {qui}, à retirer, est couvert par le secret "
        "statistique.",
        Empechement.ABSENT: f"Non calculé{INSECABLE}: aucun fichier ne donne l’effectif de {qui} à cette date.",
        Empechement.TROP: f"Non calculé{INSECABLE}: les quartiers comptent autant que l’ensemble, ou plus.",
    }[reste.empechement]


def obstacle(raison: Obstacle) -> str:
    """Ce qui empêche d'en retirer les quartiers prioritaires, en une phrase."""
    return {
        Obstacle.RAPPORT_SEUL: "Publiés en part, en taux ou en médiane, sans les deux effectifs dont ils viennent"
        f"{INSECABLE}: cela ne se soustrait pas.",
        Obstacle.QUARTIER_SEUL: "Effectifs que les fichiers donnent pour le quartier, non pour ses communes.",
        Obstacle.AUTRE_DATE: "Effectifs connus des deux côtés, mais jamais à la même date.",
    }[raison]


def precision(reste: Reste) -> str:
    """De quelles communes on parle, quand ce n'est pas dit par le nom, ou de quoi vient la fourchette ; vide sinon."""
    if reste.agglomeration is None and (reste.elargi or len(reste.communes) > _NOMMES_AU_PLUS):
        communes = _enumerer(reste.communes)
        raison = (
            "Des quartiers s’étendent d’une commune à l’autre, et aucune ne se soustrait seule"
            if reste.elargi
            else "Le quartier s’étend sur plusieurs communes"
        )
        return f"{raison}{INSECABLE}: {communes}, ensemble."
    if reste.agglomeration is not None and reste.a_cheval and reste.comparaison is not None:
        return (
            f"{_cites(reste.a_cheval)} {_debordent(reste.a_cheval)} de l’agglomération{INSECABLE}: entre rien et tout "
            "en est retiré, d’où la fourchette."
        )
    return ""


def poids(reste: Reste) -> str:
    """« Les quartiers prioritaires y ont 50,6 % des logements locatifs sociaux et 28,2 % des habitants. »"""
    if reste.haut is None or reste.bas is None or reste.a_cheval or reste.haut.indicateur == reste.bas.indicateur:
        return ""
    parts = " et ".join(
        f"{nombre(100 * e.retire / e.total, 1)}{INSECABLE}% des {_quoi(e)}" for e in (reste.haut, reste.bas) if e.total
    )
    n = len(reste.quartiers)
    qui = "Le quartier prioritaire y a" if n == 1 else f"Les {n} quartiers prioritaires y ont"
    return f"{qui} {parts}."


def calcul(reste: Reste) -> str:
    """Les deux soustractions : « 14 357 − 7 259 = 7 098 logements (1er janvier 2022) ; 67 930 − … »."""
    effectifs = [e for e in (reste.haut, reste.bas) if e is not None]
    return f"{INSECABLE}; ".join(_soustraction(e) for e in effectifs)


def _soustraction(e: Effectif) -> str:
    bas, haut = e.reste
    ecrit = nombre(haut) if bas == haut else f"de {nombre(bas)} à {nombre(haut)}"
    partage = f" − (de 0 à {nombre(e.partage)})" if e.partage else ""
    return f"{nombre(e.total)} − {nombre(e.retire)}{partage} = {ecrit} {_quoi(e)} en {e.annee}"


def _quoi(e: Effectif) -> str:
    return {"nb_logements_sociaux": "logements sociaux"}.get(e.indicateur.indicateur, e.indicateur.unite.pluriel)


def _debordent(quartiers: Sequence[Territoire]) -> str:
    return accord(len(quartiers), "déborde", "débordent")


def _cites(quartiers: Sequence[Territoire]) -> str:
    """« A », « A » et « B », « A », « B », « C » et 2 autres ; vide sans quartier."""
    noms = [f"«{INSECABLE}{t.nom_court}{INSECABLE}»" for t in quartiers]
    if len(noms) > _NOMMES_AU_PLUS:
        return ", ".join(noms[:_NOMMES_AU_PLUS]) + et_autres(len(noms) - _NOMMES_AU_PLUS)
    return " et ".join(filter(None, (", ".join(noms[:-1]), *noms[-1:])))


def _enumerer(lieux: Sequence[Territoire]) -> str:
    noms = [t.nom for t in lieux]
    return noms[0] if len(noms) == 1 else f"{', '.join(noms[:-1])} et {noms[-1]}"


def _de(texte: str) -> str:
    """« de Lillers », « d’Auchel », « du Portel »."""
    for article, contracte in (("Le ", "du "), ("Les ", "des ")):
        if texte.startswith(article):
            return contracte + texte.removeprefix(article)
    return f"d’{texte}" if texte[:1].upper() in "AEIOUYÉÈÂÎÔ" else f"de {texte}"
