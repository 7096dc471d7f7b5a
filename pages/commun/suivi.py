"""Le suivi vu des écrans : le magasin s'il y en a un, qui écrit, et ce qu'un refus laisse à l'écran.

Sans suivi commencé, tout se lit comme avant : `magasin()` rend None et rien n'est créé.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from indicators.suivi import acces, adresses, demonstration
from indicators.suivi.auteurs import Auteur, Role
from indicators.suivi.magasin import Magasin, adresse_du_magasin
from indicators.suivi.refus import ErreurSuivi, SuiviIndisponible, TropDEssais
from pages.commun import visiteur
from pages.commun.affichage import en_clair

_QUI, _REFUS = "suivi_auteur", "suivi_refus"
_verrou = threading.Lock()
_ouverts: dict[str, Magasin] = {}
_animateurs: set[str] = set()
"""Les sessions d'animateurs : elles peuvent déposer un questionnaire ou une programmation."""

_T = TypeVar("_T")
_D = TypeVar("_D")


def magasin() -> Magasin | None:
    """Le magasin du suivi, gardé ouvert ; None si aucun suivi n'a été commencé."""
    adresse = adresse_du_magasin()
    cle = adresse.render_as_string(hide_password=False)
    with _verrou:
        ouvert = _ouverts.get(cle)
        if ouvert is not None and ouvert.fichier is not None and not ouvert.fichier.exists():
            _ouverts.pop(cle).fermer()  # mis de côté par une restauration
            ouvert = None
        if ouvert is None and Magasin.existe(adresse):
            ouvert = _ouverts[cle] = Magasin.ouvrir(adresse)
        return ouvert


def marque() -> object:
    """Ce qui change quand quelqu'un écrit dans le suivi ; sur PostgreSQL, ce qui change toutes les dix secondes."""
    adresse = adresse_du_magasin()
    if adresse.get_backend_name() != "sqlite":
        return int(time.time() // 10)
    fichier = Path(str(adresse.database))
    etats = (f.stat() for f in (fichier, fichier.with_name(f"{fichier.name}-wal")) if f.exists())
    return tuple((etat.st_mtime_ns, etat.st_size) for etat in etats)


def lire(question: Callable[[Magasin], _T], defaut: _D) -> _T | _D:
    """Ce que répond le magasin ; `defaut` s'il n'y en a pas, ou s'il ne répond pas (une phrase le dit)."""
    try:
        ouvert = magasin()
        return defaut if ouvert is None else question(ouvert)
    except SuiviIndisponible as panne:
        st.warning(en_clair(str(panne)))
        return defaut


def auteur() -> Auteur | None:
    """Qui écrit dans cette session, d'après son lien ; None pour qui lit seulement."""
    personne = _par_compte() or _reconnaitre()
    if contexte := get_script_run_ctx(suppress_warning=True):
        anime = personne is not None and personne.role is Role.ANIMATEUR
        (_animateurs.add if anime else _animateurs.discard)(contexte.session_id)
    return personne


def par_compte() -> bool:
    """Vrai si la personne est connectée par son compte (OIDC), et que le serveur donne des rôles aux comptes."""
    return adresses.reglees() and bool(getattr(st.user, "is_logged_in", False))


def _par_compte() -> Auteur | None:
    if not par_compte():
        return None
    try:
        return adresses.auteur_de(visiteur.courriel())
    except ErreurSuivi as refus:
        st.session_state[_REFUS] = str(refus)
        return None


def _reconnaitre() -> Auteur | None:
    jeton = st.context.cookies.get(visiteur.INVITATION)
    if not jeton:
        return None
    connu = st.session_state.get(_QUI)
    if connu is not None and connu[0] == jeton:
        reconnu: Auteur | None = connu[1]
        return reconnu
    try:
        ouvert = magasin()
        if ouvert is None:
            return None
        personne = acces.reconnaitre(ouvert, jeton, visiteur.adresse())
    except (TropDEssais, SuiviIndisponible) as refus:
        st.session_state[_REFUS] = str(refus)
        return None
    except ErreurSuivi as refus:
        st.session_state[_REFUS] = str(refus)
        # Retenu : un mauvais témoin ne compte qu'un échec par visite, non un par geste.
        st.session_state[_QUI] = (jeton, None)
        return None
    st.session_state.pop(_REFUS, None)
    st.session_state[_QUI] = (jeton, personne)
    return personne


def anime() -> Auteur | None:
    """L'animateur, si c'est lui ; None sinon."""
    personne = auteur()
    return personne if personne is not None and personne.role is Role.ANIMATEUR else None


def peut_deposer(session: str) -> bool:
    """Vrai si cette session est celle d'un animateur : elle seule dépose un fichier."""
    return session in _animateurs


def refus() -> str:
    """Pourquoi le lien de cette personne n'ouvre rien ; vide sinon."""
    return str(st.session_state.get(_REFUS, ""))


def est_une_demonstration() -> bool:
    """Vrai si tout ce que montre le suivi est inventé."""
    return lire(demonstration.est_une_demonstration, False)


def maintenant() -> datetime:
    """L'heure du serveur, celle qui date ce qui s'écrit."""
    return lire(lambda m: m.horloge(), datetime.now(UTC))


def aujourdhui() -> date:
    """Le jour, d'où se calcule « en retard »."""
    return maintenant().date()


def geste(ecriture: Callable[[Magasin], object]) -> Callable[[], None]:
    """Ce que fait un bouton : écrire, ou dire le refus."""

    def faire() -> None:
        tenter(ecriture)

    return faire


def tenter(geste: Callable[[Magasin], object]) -> bool:
    """Écrit ; un refus reste à l'écran jusqu'au geste suivant, et rend False."""
    try:
        ouvert = magasin()
        if ouvert is None:
            raise ErreurSuivi("Aucun suivi n’est commencé sur ce serveur : rien n’a été écrit.")
        geste(ouvert)
    except ErreurSuivi as erreur:
        st.session_state["suivi_erreur"] = str(erreur)
        return False
    st.session_state.pop("suivi_erreur", None)
    return True


def dire_le_refus() -> None:
    """Affiche une fois le refus de l'écriture précédente."""
    if phrase := st.session_state.pop("suivi_erreur", ""):
        st.error(en_clair(phrase))
