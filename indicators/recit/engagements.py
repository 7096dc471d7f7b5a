"""Les engagements des partenaires : les filtrer, les compter, dire où ils en sont, les rendre à un tableur.

Un engagement n'est rapproché d'un chiffre que si le fichier nomme l'indicateur ; la distance à la cible n'est dite que
si le départ imprimé figure parmi les chiffres de cet indicateur : c'est la preuve que les deux comptent la même chose
(« 5 logements G à réhabiliter » n'est pas « 5 logements classés G »). Les lignes viennent d'`entrepot_engagements`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indicators.analyse.engagements import Rapprochement, SituationMesuree
from indicators.analyse.regroupements import Etendue
from indicators.recit import phrases
from indicators.socle.catalogue import Catalogue
from indicators.socle.engagements import FACETTES, Engagement
from indicators.socle.nombres import INSECABLE, capitale, decimales_utiles, lire, nombre
from indicators.socle.territoires import Territoire, cle_de_recherche
from indicators.socle.unites import Unite, avec_unite

_AUTRES_THEMES = {
    "culture_sport": "Culture et sport",
    "enfance_famille": "Enfance et famille",
    "citoyennete": "Citoyenneté",
    "tranquillite": "Tranquillité publique",
    "transition_ecologique": "Transition écologique",
    "cadre_de_vie": "Cadre de vie",
    "financement": "Financement",
    "gouvernance": "Gouvernance",
}
_SUIVIS = {
    "mesure": "La base mesure un indicateur",
    "cible": "Une cible chiffrée",
    "abimee": "Lecture abîmée",
}


def nommer_theme(code: str, catalogue: Catalogue) -> str:
    """Le libellé d'un thème : celui du catalogue, ou celui d'un thème propre aux engagements."""
    return catalogue.themes[code].libelle if code in catalogue.themes else _AUTRES_THEMES.get(code, code)


def libelles(
    facette: str, engagements: Sequence[Engagement], catalogue: Catalogue, territoires: Mapping[str, Territoire]
) -> dict[str, str]:
    """Les codes d'une facette et leur libellé, dans l'ordre où les proposer."""
    codes = {code for e in engagements for code in FACETTES[facette](e)}
    if facette == "suivi":
        return {code: mot for code, mot in _SUIVIS.items() if code in codes}
    if facette == "echeance":
        mots = {"duree": "Une durée, sans date", "aucune": "Non écrite"}
        return {code: mots.get(code, code) for code in sorted(codes, key=lambda c: (c in mots, c == "aucune", c))}
    noms = {
        "partenaire": {e.partenaire_code: e.partenaire for e in engagements},
        "theme": {code: nommer_theme(code, catalogue) for code in codes},
        "territoire": {code: territoires[code].nom if code in territoires else code for code in codes},
    }[facette]
    return dict(sorted(noms.items(), key=lambda paire: cle_de_recherche(paire[1])))


def aucun_engagement(lieu: Territoire, agglomeration: Territoire | None) -> str:
    """Ce qui se dit d’un lieu sans aucun engagement lu ; `agglomeration` : la sienne, si c’en est une autre."""
    suite = f", ni pour son agglomération ({agglomeration.nom})" if agglomeration else ""
    return f"Aucun engagement lu n’est pris pour «{INSECABLE}{lieu.nom}{INSECABLE}»{suite}."


# --- où en est-on ------------------------------------------------------------------------------------------


def _quantite(valeur: float, unite: str) -> str:
    return avec_unite(nombre(valeur, decimales_utiles(valeur)), unite, valeur) if unite else nombre(valeur, 2)


def cible_en_mots(e: Engagement) -> str:
    """« au moins 15 QPV », « 5 % de places de crèche en QPV (variation) » ; « sans cible chiffrée » sinon."""
    if e.cible is None:
        return "sans cible chiffrée"
    statut = {"environ": "environ ", "au_moins": "au moins ", "au_plus": "au plus "}.get(e.cible_statut, "")
    suite = " (variation)" if e.type == "evolution" else ""
    return f"{statut}{_quantite(e.cible, e.unite)}{suite}"


def depart_en_mots(e: Engagement) -> str:
    """« 34,5 % (2023) », « 1,5 % (année non imprimée) » ; chaîne vide si le départ n'est pas imprimé."""
    if not e.depart:
        return f"valeur non imprimée ({e.depart_annee})" if e.depart_annee else ""
    lu = lire(e.depart)
    valeur = float(lu) if lu is not None else 0.0
    if lu is None:
        texte = e.depart
    elif e.cible is None:
        texte = _quantite(valeur, e.unite)
    else:
        # L'unité d'une cible dit aussi « supplémentaires » ou « à démolir » : seul son signe vaut pour le départ.
        texte = _quantite(valeur, "%") if e.unite.startswith("%") else nombre(valeur, decimales_utiles(valeur))
    return f"{texte} ({e.depart_annee or 'année non imprimée'})"


def situation_en_mots(situation: SituationMesuree, territoire: Territoire) -> str:
    """« 1,5 % (édition 2024), 7,5 points de moins que la cible. … », ou pourquoi la distance ne se dit pas."""
    chiffre, unite = situation.chiffre, situation.indicateur.unite
    if situation.etendue is not None:
        return _etendue_en_mots(situation.etendue, unite)
    if chiffre is None:
        texte = f"aucun chiffre pour «{INSECABLE}{territoire.nom_court}{INSECABLE}»"
        if situation.ailleurs:
            n = len(situation.ailleurs)
            noms = ", ".join(situation.ailleurs[:3]) + ("…" if n > 3 else "")
            texte += f"{INSECABLE}; connu pour {noms}" if n < 4 else f"{INSECABLE}; connu pour {n} autres ({noms})"
        return f"{texte}."
    fait = f"{phrases.chiffre(chiffre, unite)} ({phrases.date_complete(chiffre)})"
    if situation.comparaison is not None:
        ecart = phrases.ecart(situation.comparaison)
        if not ecart:
            return f"{fait}. {capitale(phrases.motif_entier(situation.comparaison))}."
        suite = ""
        if situation.rapprochement is Rapprochement.DEPART:
            suite = " C’est la situation de départ, seule connue : le chemin parcouru ne peut pas encore être dit."
        return f"{fait}, {ecart} que la cible.{suite}"
    return (
        fait
        + {
            Rapprochement.SANS_CIBLE: ". L’engagement n’a pas de cible à laquelle le comparer.",
            Rapprochement.VARIATION: ". La cible est une variation : elle ne se compare pas à un niveau.",
            Rapprochement.AUTRE_QUANTITE: ". Non comparé à la cible : l’engagement n’imprime pas de départ, rien ne "
            "prouve que les deux comptent la même chose.",
        }[situation.rapprochement]
    )


def _etendue_en_mots(e: Etendue, unite: Unite) -> str:
    """« De 28,3 % à 52,1 % selon le quartier (2018, 19 sur 21). Un taux d'ensemble ne se déduit pas de taux. »"""
    quand = phrases.periode(e.bas)
    sur = f"{quand}, {len(e.connues)} membres connus sur {e.membres}"
    if e.somme is not None:
        somme = avec_unite(nombre(e.somme, e.bas.decimales), unite, e.somme)
        return f"{somme} au total ({sur}), somme de ses membres. La cible ne s’y compare pas sans point de départ."
    bas, haut = phrases.chiffre(e.bas, unite), phrases.chiffre(e.haut, unite)
    fait = bas if len(e.connues) == 1 else f"de {bas} à {haut} selon ses membres"
    return f"{fait} ({sur}). Pas de valeur d’ensemble : elle ne se déduit pas de celles des membres."
