"""Ce que l'on dit d'un ensemble de territoires : de qui il est fait, ce que disent ses membres, ce qui manque."""

from __future__ import annotations

from indicators.analyse.portrait import Ligne
from indicators.analyse.regroupements import Etendue
from indicators.base.regroupements import Composition
from indicators.recit import phrases
from indicators.socle.nombres import INSECABLE, accord, compter, nombre
from indicators.socle.territoires import Maille, Territoire
from indicators.socle.unites import avec_unite

REGLE = (
    "Un nombre absolu est la somme de ses membres, quand tous l’ont à la même date et de la même source. Un taux, une "
    "médiane ne se moyennent pas : c’est l’étendue de ceux des membres qui est écrite, du plus faible au plus élevé, "
    "avec le nombre de ceux qui manquent."
).replace(" :", f"{INSECABLE}:")


def etendue(e: Etendue) -> str:
    """« de 12,1 à 34,0 % (4 membres sur 5 connus en 2021, 1 sous secret) » ; un seul connu : « 12,1 % (1 membre…) »."""
    return f"{valeurs(e)} ({connus(e)})"


def absence(ligne: Ligne) -> str:
    """Ce qui se dit d'un indicateur sans chiffre : l'étendue des membres d'un ensemble, sinon où il existe."""
    return f"{etendue(ligne.etendue)}." if ligne.etendue is not None else ligne.absence


def valeurs(e: Etendue) -> str:
    """« de 12,1 à 34,0 % » ; une seule valeur s'il n'y en a qu'une ; la somme, quand elle se fait."""
    unite = e.indicateur.unite
    if e.somme is not None:  # un ensemble qu'aucun document ne totalise, et dont chaque membre est connu
        somme = avec_unite(nombre(e.somme, e.bas.decimales), unite, e.somme)
        return f"{somme} en tout, de {phrases.chiffre(e.bas, '')} à {phrases.chiffre(e.haut, '')}"
    if e.bas.valeur == e.haut.valeur:
        return phrases.chiffre(e.bas, unite)
    return f"de {phrases.chiffre(e.bas, '')} à {phrases.chiffre(e.haut, unite)}"


def connus(e: Etendue) -> str:
    """« 4 membres sur 5 connus en 2021, 1 sous secret » ; un effectif dont un membre manque n'a pas de somme."""
    n = len(e.connues)
    periode = phrases.periode(e.bas)
    en = f"en {periode}" if e.bas.annee is not None else f"à l’{periode}" if e.bas.millesime else f"({periode})"
    dits = [f"{nombre(n)}{INSECABLE}{accord(n, 'membre')} sur {nombre(e.membres)} {accord(n, 'connu')} {en}"]
    if e.secrets:
        dits.append(f"{nombre(e.secrets)} sous secret")
    if e.douteux:
        dits.append(f"{nombre(e.douteux)} {accord(e.douteux, 'douteux', 'douteux')}")
    if e.indicateur.unite.additive and not e.complete:
        dits.append("pas de somme")
    return ", ".join(dits)


def lecture(composition: Composition) -> str:
    """De qui l'ensemble est fait, ce que les données n'ont plus, et ce que valent ses chiffres."""
    n = len(composition.membres)
    mailles = [t.maille for t in composition.membres]
    sortes = ", ".join(compter(mailles.count(maille), *mots) for maille, mots in _MOTS.items() if mailles.count(maille))
    tete = f"{composition.origine}{INSECABLE}: {sortes}." if composition.origine else f"{sortes}."
    if perdus := len(composition.manquants):
        tete += (
            f" {compter(perdus, 'membre n’est', 'membres ne sont')} plus dans les données "
            f"({', '.join(composition.manquants)})"
            f"{INSECABLE}: aucune somme n’est faite des {nombre(n)} qui restent."
        )
    return f"{tete} {REGLE}"


_MOTS = {
    Maille.QUARTIER: ("quartier", "quartiers"),
    Maille.IRIS: ("IRIS", "IRIS"),
    Maille.COMMUNE: ("commune", "communes"),
}


def des_membres(e: Etendue, membres: tuple[Territoire, ...]) -> tuple[tuple[str, str], ...]:
    """Chaque membre et sa valeur, de la plus faible à la plus élevée ; puis ceux qui n'en ont pas de sûre."""
    noms = {t.territoire: t.nom for t in membres}
    lues = [(noms.get(o.territoire, o.territoire), phrases.chiffre(o, e.indicateur.unite)) for o in e.connues]
    connues = {o.territoire for o in e.connues}
    return (*lues, *((t.nom, "sans valeur sûre") for t in membres if t.territoire not in connues))
