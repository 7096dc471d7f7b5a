"""Les engagements des partenaires : les filtrer, les compter, dire où ils en sont, les rendre à un tableur.

Un engagement n'est rapproché d'un chiffre que si le fichier nomme l'indicateur ; la distance à la cible n'est dite que
si le départ imprimé figure parmi les chiffres de cet indicateur : c'est la preuve que les deux comptent la même chose
(« 5 logements G à réhabiliter » n'est pas « 5 logements classés G »). Les lignes viennent d'`entrepot_engagements`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from . import phrases
from .catalogue import Catalogue, Indicateur, Source
from .comparaison import Comparaison, comparer
from .nombres import INSECABLE, avec_unite, nombre
from .observations import Fiabilite, Observation, Origine, Statut, retenue
from .tableur import cellule, octets_csv
from .territoires import Territoire, cle_de_recherche


@dataclass(frozen=True)
class Engagement:
    """Une ligne d'`engagements.csv` (clé : `id`).

    `cible` : nombre visé, None s'il n'y en a pas (zéro est une cible) ; `type` : valeur, evolution ou aucune ;
    `depart` et `depart_annee` : situation imprimée, vides si elle ne l'est pas ; `indicateurs` : ceux qui mesurent la
    cible, aucun si `raison` dit pourquoi.
    """

    id: str
    partenaire: str
    territoire: str
    objectif: str
    action: str
    cible: float | None
    cible_statut: str
    unite: str
    type: str
    depart: str
    depart_annee: str
    echeance: str
    operateur: str
    theme: str
    indicateurs: tuple[str, ...]
    raison: str
    abimee: bool
    note: str
    source: str
    ligne: int | None
    passage: str

    @property
    def echeance_code(self) -> str:
        """La dernière année écrite dans l'échéance ; « duree » si elle n'en dit pas, « aucune » si rien n'est écrit."""
        annees = re.findall(r"\b20\d\d\b", self.echeance)
        return max(annees) if annees else ("duree" if self.echeance else "aucune")

    @property
    def partenaire_code(self) -> str:
        """Le partenaire pour une adresse : « etat-nord »."""
        return cle_de_recherche(self.partenaire).replace(" ", "-")


def _suivis(e: Engagement) -> tuple[str, ...]:
    marques = (("mesure", bool(e.indicateurs)), ("cible", e.cible is not None), ("abimee", e.abimee))
    return tuple(code for code, vrai in marques if vrai)


FACETTES: dict[str, Callable[[Engagement], tuple[str, ...]]] = {
    "partenaire": lambda e: (e.partenaire_code,),
    "theme": lambda e: (e.theme,),
    "echeance": lambda e: (e.echeance_code,),
    "territoire": lambda e: (e.territoire,),
    "suivi": _suivis,
}
"""Ce par quoi un engagement se filtre : pour chacun, les codes qu'il porte."""

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


def filtrer(engagements: Iterable[Engagement], choix: Mapping[str, str | None], mots: str = "") -> list[Engagement]:
    """Ceux qui portent chaque code choisi et contiennent tous les mots tapés (sans accents ni casse)."""
    cherches = cle_de_recherche(mots).split()

    def convient(e: Engagement) -> bool:
        if any(code and code not in FACETTES[facette](e) for facette, code in choix.items()):
            return False
        if not cherches:
            return True
        texte = cle_de_recherche(" ".join((e.partenaire, e.objectif, e.action, e.unite, e.operateur, e.passage)))
        return all(mot in texte for mot in cherches)

    return [e for e in engagements if convient(e)]


def compter(
    engagements: Sequence[Engagement], facette: str, choix: Mapping[str, str | None], mots: str = ""
) -> Counter[str]:
    """Combien d'engagements porterait chaque code de la facette, les autres filtres gardés."""
    autres = {f: code for f, code in choix.items() if f != facette}
    return Counter(code for e in filtrer(engagements, autres, mots) for code in FACETTES[facette](e))


# --- où en est-on ------------------------------------------------------------------------------------------


class Rapprochement(StrEnum):
    """Ce que le chiffre connu permet de dire de la cible."""

    DISTANCE = "distance"
    DEPART = "depart"
    SANS_CIBLE = "sans_cible"
    VARIATION = "variation"
    AUTRE_QUANTITE = "autre_quantite"
    ABSENT = "absent"


@dataclass(frozen=True)
class Situation:
    """Un engagement devant un indicateur : le chiffre retenu du territoire et, si elle a un sens, la comparaison.

    `chiffre` est None si la base n'a rien pour ce territoire ; `ailleurs` nomme alors ceux qui en ont.
    `comparaison` n'est remplie que pour DISTANCE et DEPART (le chiffre retenu est la situation de départ elle-même).
    """

    indicateur: Indicateur
    rapprochement: Rapprochement
    chiffre: Observation | None = None
    comparaison: Comparaison | None = None
    ailleurs: tuple[str, ...] = ()


def situer(
    engagement: Engagement, indicateur: Indicateur, chiffres: Sequence[Observation], ailleurs: Sequence[str] = ()
) -> Situation:
    """Où en est un engagement d'après les chiffres de son territoire pour cet indicateur."""
    chiffre = retenue(chiffres)
    if chiffre is None:
        return Situation(indicateur, Rapprochement.ABSENT, ailleurs=tuple(ailleurs))
    if engagement.type == "evolution":
        return Situation(indicateur, Rapprochement.VARIATION, chiffre)
    if engagement.cible is None:
        return Situation(indicateur, Rapprochement.SANS_CIBLE, chiffre)
    depart = _nombre(engagement.depart)
    if depart is None or all(o.valeur != depart for o in chiffres):
        return Situation(indicateur, Rapprochement.AUTRE_QUANTITE, chiffre)
    comparaison = comparer(chiffre, _cible(engagement, chiffre), indicateur, meme_maille=True)
    est_depart = chiffre.valeur == depart and len([o for o in chiffres if o.a_une_valeur]) == 1
    return Situation(
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
        statut, Fiabilite.SURE, "", e.source, e.ligne, e.passage, "", Origine.PUBLIEE, _decimales(e.cible), 9,
    )  # fmt: skip


def _nombre(texte: str) -> float | None:
    try:
        return float(texte.replace(",", "."))
    except ValueError:
        return None


def _decimales(valeur: float) -> int:
    return len(f"{valeur:.6f}".rstrip("0").partition(".")[2])


def _quantite(valeur: float, unite: str) -> str:
    return avec_unite(nombre(valeur, _decimales(valeur)), unite, valeur) if unite else nombre(valeur, 2)


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
    valeur = _nombre(e.depart)
    if valeur is None:
        texte = e.depart
    elif e.cible is None:
        texte = _quantite(valeur, e.unite)
    else:
        # L'unité d'une cible dit aussi « supplémentaires » ou « à démolir » : seul son signe vaut pour le départ.
        texte = _quantite(valeur, "%") if e.unite.startswith("%") else nombre(valeur, _decimales(valeur))
    return f"{texte} ({e.depart_annee or 'année non imprimée'})"


def situation_en_mots(situation: Situation, territoire: Territoire) -> str:
    """« 1,5 % (édition 2024), 7,5 points de moins que la cible. … », ou pourquoi la distance ne se dit pas."""
    chiffre, unite = situation.chiffre, situation.indicateur.unite
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
            return f"{fait}. {phrases.motif(situation.comparaison).capitalize()}."
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


# --- le fichier --------------------------------------------------------------------------------------------

_ENTETE = (
    "identifiant;partenaire;code du territoire;territoire;thème;objectif;action;cible;précision de la cible;unité;"
    "type de cible;départ;année du départ;échéance;opérateur;indicateurs;situation connue;pourquoi non mesuré;"
    "lecture;note;source;ligne;passage"
)


def csv_engagements(
    engagements: Sequence[Engagement],
    catalogue: Catalogue,
    territoires: Mapping[str, Territoire],
    situations: Mapping[str, Sequence[Situation]],
    sources: Mapping[str, Source],
    filtre: str,
) -> bytes:
    """Les engagements montrés, leur filtre en première ligne ; CSV pour Excel en français, sans formule possible."""
    lignes: list[Sequence[object]] = []
    lignes.append([cellule(f"Engagements des partenaires. {filtre}")])
    lignes.append(_ENTETE.split(";"))
    for e in engagements:
        territoire = territoires.get(e.territoire)
        connues = situations.get(e.id, ())
        dites = [
            f"{s.indicateur.libelle}{INSECABLE}: {situation_en_mots(s, territoire)}" for s in connues if territoire
        ]
        cible = "" if e.cible is None else f"{e.cible:.{_decimales(e.cible)}f}".replace(".", ",")
        valeurs = (
            e.id, e.partenaire, e.territoire, territoire.nom if territoire else "", nommer_theme(e.theme, catalogue),
            e.objectif, e.action, cible, e.cible_statut, e.unite, e.type, e.depart, e.depart_annee, e.echeance,
            e.operateur, ", ".join(catalogue.indicateur(i).libelle for i in e.indicateurs), " ".join(dites), e.raison,
            "abîmée" if e.abimee else "lisible", e.note, sources[e.source].titre, str(e.ligne or ""), e.passage,
        )  # fmt: skip
        lignes.append([cellule(v) for v in valeurs])
    return octets_csv(lignes)
