"""Les engagements et l'évaluation à l'écran : filtres dans l'adresse, tableaux, arbre, orientations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from markupsafe import Markup

from indicators.analyse.engagements import SituationMesuree
from indicators.base.engagements import IndicateurEvaluation, Noeud, Orientation
from indicators.recit import engagements as en_mots
from indicators.socle.catalogue import Catalogue
from indicators.socle.engagements import Engagement
from indicators.socle.nombres import INSECABLE, compter
from indicators.socle.projets import grouper
from indicators.socle.territoires import Territoire
from pages.commun import adresse, choix
from pages.commun.blocs import lien
from pages.commun.gabarits import rendre
from pages.parametres import ENGAGEMENT_MOTS, ENGAGEMENTS

_QUESTIONS = {
    "partenaire": ("Partenaire", "Tous les partenaires"),
    "theme": ("Thème", "Tous les thèmes"),
    "echeance": ("Échéance", "Toutes les échéances"),
    "territoire": ("Territoire de l’engagement", "Tous les territoires"),
    "suivi": ("Ce qu’on en sait", "Tous"),
}


def _avec_compte(noms: Mapping[str, str], comptes: Mapping[str, int], code: str) -> str:
    return f"{noms[code]}{INSECABLE}· {comptes[code]}"


def choisir(
    noms: Mapping[str, Mapping[str, str]],
    denombrer: Callable[[str, Mapping[str, str | None], str], Mapping[str, int]],
) -> tuple[dict[str, str | None], str, str]:
    """Les filtres, chacun dans l'adresse, leurs comptes à jour ; rend les codes choisis, les mots tapés et la phrase.

    `noms` : les codes de chaque facette ; `denombrer` : ce que chacun compterait, selon la facette, les choix et les
    mots. Un code d'adresse inconnu est dit.
    """
    lus = {f: adresse.lire(p) for f, p in ENGAGEMENTS.items()}
    choisis = {f: code if code in noms[f] else None for f, code in lus.items()}
    mots = (adresse.lire(ENGAGEMENT_MOTS) or "")[:200]
    colonnes = st.columns(3, gap="medium") + st.columns(3, gap="medium")
    for colonne, (facette, (question, invite)) in zip(colonnes, _QUESTIONS.items(), strict=False):
        comptes = denombrer(facette, choisis, mots)
        proposes = noms[facette]
        with colonne:
            choisis[facette] = choix.choix_unique(
                ENGAGEMENTS[facette],
                question,
                list(proposes),
                nommer=partial(_avec_compte, proposes, comptes),
                invite=invite,
            )
    with colonnes[-1]:
        mots = choix.texte_libre(ENGAGEMENT_MOTS, "Mots", invite="crèche, RSA, vélo, rénovation…", au_plus=200)
    retenus = [f"{_QUESTIONS[f][0]}{INSECABLE}: {noms[f][code]}" for f, code in choisis.items() if code]
    retenus += [f"Mots{INSECABLE}: {mots.strip()}"] if mots.strip() else []
    return choisis, mots, f"{'. '.join(retenus)}." if retenus else "Aucun filtre."


def _remplir(part: str, **contexte: Any) -> str:
    return str(rendre("engagements.html", part=part, mots=en_mots, **contexte))


@dataclass(frozen=True)
class Bilan:
    """Les comptes de ce qui est montré ; `mesures` : ceux que la base peut suivre, dont `chiffres` et `distances`."""

    montres: int
    total: int
    cibles: int
    departs: int
    echeances: int
    mesures: int
    chiffres: int
    distances: int
    abimees: int


def bilan(montres: Sequence[Engagement], total: int, situations: Mapping[str, Sequence[SituationMesuree]]) -> str:
    """Les comptes de ce qui est montré : cibles, départs, échéances, ce que la base mesure, lectures abîmées."""
    mesures = [situations[e.id] for e in montres if e.id in situations]
    comptes = Bilan(
        len(montres),
        total,
        sum(e.cible is not None for e in montres),
        sum(bool(e.depart) for e in montres),
        sum(bool(e.echeance) for e in montres),
        len(mesures),
        sum(any(s.chiffre is not None for s in siennes) for siennes in mesures),
        sum(any(s.comparaison is not None for s in siennes) for siennes in mesures),
        sum(e.abimee for e in montres),
    )
    return _remplir("bilan", b=comptes)


def mesures(
    montres: Sequence[Engagement],
    situations: Mapping[str, Sequence[SituationMesuree]],
    territoires: Mapping[str, Territoire],
    catalogue: Catalogue,
) -> str:
    """Les engagements que la base peut suivre, avec le chiffre d'aujourd'hui et sa distance à la cible."""
    suivis = [e for e in montres if e.id in situations]
    if not suivis:
        return ""
    return _remplir("mesures", suivis=suivis, situations=situations, territoires=territoires, catalogue=catalogue)


def par_partenaire(
    montres: Sequence[Engagement],
    situations: Mapping[str, Sequence[SituationMesuree]],
    territoires: Mapping[str, Territoire],
    catalogue: Catalogue,
) -> str:
    """Les autres engagements, un groupe replié par partenaire ; ouverts quand il y en a peu."""
    autres = [e for e in montres if e.id not in situations]
    if not autres:
        return ""
    groupes = sorted(grouper(autres, lambda e: e.partenaire), key=lambda g: -len(g[1]))
    return _remplir(
        "par_partenaire",
        titre="Les autres engagements" if len(autres) < len(montres) else "Les engagements",
        groupes=groupes,
        ouvert=len(groupes) == 1 or len(autres) <= 25,
        territoires=territoires,
        catalogue=catalogue,
    )


# --- l'évaluation ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BrancheEvaluee:
    """Un enjeu, un axe ou un objectif, les indicateurs qui en dépendent sans intermédiaire, et ce que la base en sait.

    `reponses` : celles de toute la branche, en mots.
    """

    noeud: Noeud
    enfants: tuple[BrancheEvaluee, ...]
    siens: tuple[IndicateurEvaluation, ...]
    reponses: str


def evaluation(
    agglomeration: Territoire,
    indicateurs: Sequence[IndicateurEvaluation],
    arbre: Sequence[Noeud],
    adresses: Mapping[str, Markup],
    catalogue: Catalogue,
) -> str:
    """Ce à quoi la base répond, puis tout l'arbre, replié. `adresses` : un lien tout fait par indicateur mesuré."""
    hors = grouper([i for i in indicateurs if not i.objectif], lambda i: i.groupe)
    return _remplir(
        "evaluation",
        agglomeration=agglomeration,
        total=len(indicateurs),
        oui=[i for i in indicateurs if i.mesurable == "oui"],
        partie=[i for i in indicateurs if i.mesurable == "en partie"],
        arbre=[_brancher(noeud, indicateurs) for noeud in arbre],
        hors=[(groupe, siens, _reponses(siens)) for groupe, siens in hors],
        adresses=adresses,
        catalogue=catalogue,
    )


def _reponses(indicateurs: Sequence[IndicateurEvaluation]) -> str:
    n = sum(i.mesurable != "non" for i in indicateurs)
    if not indicateurs:
        return "aucun indicateur"
    return f"{compter(len(indicateurs), 'indicateur')}, {f'réponse à {n}' if n else 'sans réponse'}"


def _sous(noeud: Noeud) -> set[str]:
    return {noeud.id}.union(*(_sous(enfant) for enfant in noeud.enfants))


def _brancher(noeud: Noeud, indicateurs: Sequence[IndicateurEvaluation]) -> BrancheEvaluee:
    dessous = _sous(noeud)
    return BrancheEvaluee(
        noeud,
        tuple(_brancher(enfant, indicateurs) for enfant in noeud.enfants),
        tuple(i for i in indicateurs if i.objectif == noeud.id),
        _reponses([i for i in indicateurs if i.objectif in dessous]),
    )


def sans_contrat(territoire: Territoire) -> str:
    """Ce que l'écran dit d'une agglomération dont aucun document lu ne donne ni les orientations ni l'évaluation."""
    return _remplir("sans_contrat", nom=territoire.nom)


def orientations(agglomeration: Territoire, liste: Sequence[Orientation], catalogue: Catalogue) -> str:
    """Les orientations, principes et outils de suivi du contrat de cette agglomération."""
    titres = {
        "orientation": ("orientation", "Les orientations"),
        "principe_transversal": ("principe", "Les principes transversaux"),
        "suivi": ("outil", "Le suivi et l’évaluation prévus"),
    }
    groupes = [
        (f"{titres[genre][1]}{INSECABLE}· {compter(len(siennes), titres[genre][0])}", siennes)
        for genre, siennes in grouper(liste, lambda o: o.type)
    ]
    return _remplir(
        "orientations",
        agglomeration=agglomeration,
        groupes=groupes,
        source=catalogue.sources[liste[0].source].titre if liste else "",
    )


def adresses(
    connus: Mapping[str, Sequence[str]], groupes: Mapping[str, Sequence[str]], catalogue: Catalogue
) -> dict[str, Markup]:
    """Un lien par indicateur : Comparer là où le plus de territoires d'un même groupe le connaissent, sinon Portrait.

    `groupes` : les membres de chaque groupe de Comparer. Un indicateur que personne ne connaît n'a pas de lien.
    """
    liens = {}
    for code, territoires in connus.items():
        libelle, siens = catalogue.indicateur(code).libelle_court, set(territoires)
        places = {g: len(siens.intersection(membres)) for g, membres in groupes.items()}
        meilleur = max(places, key=places.__getitem__, default=None)
        if meilleur is not None and places[meilleur]:
            liens[code] = Markup(lien("comparer", libelle, groupe=meilleur, indicateur=code))
        elif territoires:
            liens[code] = Markup(lien("portrait", libelle, territoire=min(territoires)))
    return liens


def pied() -> str:
    """La règle de lecture, en bas de l'écran."""
    return _remplir("pied")
