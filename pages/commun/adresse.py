"""L'état des écrans vit dans l'adresse : lue une fois par passage, vérifiée, écrite une fois au plus.

L'adresse commande. Un lien collé n'est pas réécrit ; un choix fait à l'écran l'écrit en une fois, sans les défauts.
D'un écran à l'autre par le menu, ce qui suit la personne est reporté, et chaque écran retrouve ses propres réglages ;
un retour en arrière, lui, ne reporte rien. Ce que porte l'adresse d'un écran est déclaré dans `pages/ecrans.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.commun import avis
from pages.ecrans import ECRANS, Ecran
from pages.parametres import INDICATEUR, INDICATEURS, SECOND, Genre, Parametre

Valeur = str | Sequence[str] | None
_ETAT = "adresse"
SUIVI_DES_CLICS = ("utm_", "fbclid", "gclid", "mtm_", "pk_")
"""Ce que des messageries et des sites ajoutent aux liens : ce n'est pas un réglage, il n'y a rien à en dire."""


@dataclass
class _Etat:
    """Ce que la session sait de l'adresse.

    `valeurs` : ce que l'adresse dit, sous les noms d'aujourd'hui ; `inconnus` : les noms que l'écran ne lit pas ;
    `lues`, `ecrites` : la dernière reçue et la dernière envoyée, telles quelles ; `changements` : ce que viennent de
    faire les composants, pas encore écrit ; `suivis` : ce qui suit la personne ; `par_ecran` : les réglages de chacun.
    """

    ecran: Ecran | None = None
    valeurs: dict[str, str] = field(default_factory=dict)
    inconnus: tuple[str, ...] = ()
    lues: dict[str, str] = field(default_factory=dict)
    ecrites: dict[str, str] | None = None
    changements: dict[str, str] = field(default_factory=dict)
    suivis: dict[str, str] = field(default_factory=dict)
    par_ecran: dict[str, dict[str, str]] = field(default_factory=dict)

    def changer(self, choix: Mapping[Parametre, Valeur]) -> None:
        """Retient ces choix, et l'oubli de ce qui en dépendait."""
        for parametre, valeur in choix.items():
            texte = valeur if isinstance(valeur, str) else ",".join(valeur or ())
            self.changements[parametre.nom] = "" if texte == parametre.defaut else texte
            for dependant in self.ecran.oublis.get(parametre.nom, ()) if self.ecran else ():
                self.changements.setdefault(dependant, "")


def _etat() -> _Etat:
    if _ETAT not in st.session_state:
        st.session_state[_ETAT] = _Etat()
    etat: _Etat = st.session_state[_ETAT]
    return etat


def ouvrir(ecran: Ecran, renommages: Mapping[tuple[str, str], str]) -> None:
    """Lit l'adresse, y reporte ce qui suit la personne, écrit ce qui a changé ; une fois par passage ou par fragment.

    Deux gestes rapides : le second arrive avec l'adresse d'avant le premier. Il ne l'annule pas ; seul un retour en
    arrière ramène une adresse déjà vue. `renommages` : par (feuille, identifiant d'avant), celui d'aujourd'hui.
    """
    etat = _etat()
    recue = st.query_params.to_dict()
    retour = bool(getattr(get_script_run_ctx(), "is_history_navigation", False))
    arrive = etat.ecran is None or etat.ecran.code != ecran.code
    if arrive and etat.ecran is not None and etat.changements:
        etat.valeurs = _appliquer(etat)
        _retenir(etat, etat.ecran)
    if arrive or retour or recue not in (etat.lues, etat.ecrites):
        etat.valeurs, etat.lues, etat.ecrites = _traduire(ecran, recue, renommages), recue, None
    elif recue == etat.ecrites:
        etat.lues = recue
    lues, etat.ecran = etat.valeurs, ecran
    if arrive:
        etat.changements = {}
        etat.valeurs = lues if retour else _reporter(etat, ecran) | lues
    else:
        etat.valeurs = _appliquer(etat)
    etat.inconnus = tuple(nom for nom in recue if nom not in ecran.par_nom and nom not in ecran.anciens_parametres)
    _retenir(etat, ecran)
    if etat.valeurs != lues:
        etat.ecrites = {nom: etat.valeurs[nom] for nom in ecran.par_nom if nom in etat.valeurs}
        st.query_params.from_dict(etat.ecrites)


def _appliquer(etat: _Etat) -> dict[str, str]:
    """Ce que dit l'adresse, une fois faits les changements en attente."""
    faits, etat.changements = etat.changements, {}
    return {nom: valeur for nom, valeur in (etat.valeurs | faits).items() if valeur}


def _traduire(ecran: Ecran, recue: Mapping[str, str], renommages: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """Les paramètres de l'écran et ce qu'ils nomment, d'aujourd'hui ; le nom d'aujourd'hui l'emporte sur l'ancien."""
    lus = {nouveau: recue[ancien] for ancien, nouveau in ecran.anciens_parametres.items() if recue.get(ancien)}
    lus |= {nom: recue[nom] for nom in ecran.par_nom if recue.get(nom)}
    mesures = {
        p.nom: ",".join(renommages.get(("indicateurs", code), code) for code in lus[p.nom].split(","))
        for p in (INDICATEUR, SECOND, INDICATEURS)
        if p.nom in lus
    }
    return lus | mesures


def _reporter(etat: _Etat, ecran: Ecran) -> dict[str, str]:
    """Ce que la personne retrouve en arrivant par le menu : ses propres réglages, puis ce qui la suit."""
    siens = etat.par_ecran.get(ecran.code, {})
    reglages = {p.nom: siens[p.nom] for p in ecran.parametres if not p.suit and p.nom in siens}
    return reglages | {p.nom: etat.suivis[p.nom] for p in ecran.parametres if p.suit and p.nom in etat.suivis}


def _retenir(etat: _Etat, ecran: Ecran) -> None:
    """Retient l'état de cet écran ; ce qui en dépendait sur les autres est oublié s'il a changé."""
    etat.par_ecran[ecran.code] = dict(etat.valeurs)
    for p in ecran.parametres:
        if not p.suit or etat.suivis.get(p.nom) == etat.valeurs.get(p.nom):
            continue
        for autre in ECRANS:
            for dependant in autre.oublis.get(p.nom, ()) if autre.code != ecran.code else ():
                etat.par_ecran.get(autre.code, {}).pop(dependant, None)
                if dependant not in ecran.par_nom:
                    etat.suivis.pop(dependant, None)
        etat.suivis.pop(p.nom, None)
        if p.nom in etat.valeurs:
            etat.suivis[p.nom] = etat.valeurs[p.nom]


def changer(choix: Mapping[Parametre, Valeur]) -> None:
    """Retient des choix faits à l'écran, à n'appeler que d'un composant : le passage qui suit les écrit en une fois.

    Une valeur vide, ou égale au défaut déclaré, quitte l'adresse. Ce qui dépendait d'un choix changé est oublié.
    """
    _etat().changer(choix)


def ecran_ouvert() -> str:
    """Le code de l'écran ouvert ; vide avant qu'il ne le soit."""
    ouvert = _etat().ecran
    return ouvert.code if ouvert is not None else ""


def lire(parametre: Parametre) -> str | None:
    """Ce que l'adresse demande, non vérifié ; à défaut le défaut déclaré, ou None."""
    etat = _etat()
    if etat.ecran is None or parametre.nom not in etat.ecran.par_nom:
        raise KeyError(f"« {parametre.nom} » n'est pas déclaré pour cet écran dans pages/ecrans.py")
    return etat.valeurs.get(parametre.nom) or parametre.defaut


def lire_liste(parametre: Parametre) -> list[str]:
    """Les codes que l'adresse demande, une fois chacun, non vérifiés."""
    if parametre.genre is not Genre.LISTE:
        raise TypeError(f"« {parametre.nom} » n'est pas une liste")
    return list(dict.fromkeys(morceau for morceau in (lire(parametre) or "").split(",") if morceau))


def complete() -> str:
    """L'adresse de l'écran, choix compris : elle rouvre ce qui est montré."""
    etat = _etat()
    page = (st.context.url or "").partition("?")[0]
    choix = {n: etat.valeurs[n] for n in (etat.ecran.par_nom if etat.ecran else ()) if n in etat.valeurs}
    return f"{page}?{urlencode(choix, safe=',')}" if choix else page


def preciser(parametre: Parametre, valeur: str) -> None:
    """La même demande, sous son écriture exacte (« qp062011 » → « QP062011 ») ; l'adresse n'est pas réécrite."""
    _etat().valeurs[parametre.nom] = valeur


def signaler_inconnus() -> None:
    """Dit les noms de l'adresse que cet écran ne lit pas, et à quel écran ils sont."""
    etat = _etat()
    if etat.ecran is None:
        return
    for nom in etat.inconnus:
        if not nom.startswith(SUIVI_DES_CLICS):
            ailleurs = [e.titre for e in ECRANS if nom in e.par_nom or nom in e.anciens_parametres]
            avis.dire(avis.parametre_inconnu(nom, etat.ecran.titre, ailleurs, list(etat.ecran.par_nom)))
