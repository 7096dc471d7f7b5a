"""La porte de l'écran « Mettre à jour » : fermée tant que le serveur n'a pas reçu de quoi l'ouvrir."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from indicators.socle.acces_reserve import AccesRefuse, Portier, courriels_admis, empreinte_du_serveur

_CLE = "mise_a_jour_autorisee"
_entrees: set[str] = set()
"""Les sessions entrées : elles seules peuvent déposer un fichier (`serveur.DepotsReserves`)."""


def ouverte() -> bool:
    """Vrai si le serveur admet quelqu'un : sinon l'écran n'est pas même dans le menu."""
    return bool(empreinte_du_serveur() or courriels_admis())


@st.cache_resource(show_spinner=False)
def _portier() -> Portier:
    return Portier()


def est_entree(session: str) -> bool:
    """Vrai si cette session de Streamlit est entrée, et ne s'est pas refermée."""
    return session in _entrees


def qui() -> str | None:
    """La personne autorisée (son courriel, ou « mot de passe »), ou None si elle ne l'est pas encore."""
    personne = _qui()
    if contexte := get_script_run_ctx(suppress_warning=True):
        (_entrees.add if personne else _entrees.discard)(contexte.session_id)
    return personne


def _qui() -> str | None:
    if not ouverte():
        return None
    courriel = str(getattr(st.user, "email", "") or "").casefold() if courriels_admis() else ""
    if courriel and courriel in courriels_admis() and st.user.is_logged_in:
        return courriel
    # L'autorisation vaut pour le mot de passe du moment : en changer la retire aux sessions ouvertes.
    autorisee = st.session_state.get(_CLE)
    return "mot de passe" if autorisee and autorisee == empreinte_du_serveur() else None


def demander() -> None:
    """Le formulaire d'entrée."""
    if courriels_admis():
        st.button("Se connecter", type="primary", on_click=st.login)
        if getattr(st.user, "is_logged_in", False):
            st.error("Cette adresse n’est pas admise à mettre les données à jour.")
    if not empreinte_du_serveur():
        return
    with st.form("entree", border=True):
        mot = st.text_input("Mot de passe", type="password", autocomplete="current-password")
        if st.form_submit_button("Entrer", type="primary"):
            try:
                _portier().ouvrir(mot, empreinte_du_serveur())
            except AccesRefuse as erreur:
                st.error(str(erreur))
            else:
                st.session_state[_CLE] = empreinte_du_serveur()
                st.rerun()


def sortir() -> None:
    """Referme la porte pour cette session ; `qui`, au passage suivant, lui retire le droit de déposer."""
    st.session_state.pop(_CLE, None)
    if courriels_admis() and getattr(st.user, "is_logged_in", False):
        st.logout()
