"""La porte de l'écran « Mettre à jour » : fermée tant que le serveur n'a pas reçu de quoi l'ouvrir.

La preuve d'être entré est un jeton signé et daté, qui vaut pour cette session, dans ce navigateur, avec le mot de passe
du moment : ni le numéro de session, que les journaux de nginx gardent, ni un état forcé n'y suffisent.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from importlib.util import find_spec

import streamlit as st
from starlette.datastructures import Headers
from streamlit.runtime.scriptrunner import get_script_run_ctx

from indicators.socle.acces_reserve import AccesRefuse, courriels_admis, empreinte_du_serveur
from indicators.suivi import porte as compte
from indicators.suivi.refus import ErreurSuivi
from pages.commun import visiteur

_CLE = "mise_a_jour_autorisee"
DUREE = 12 * 3600
"""Une journée de travail, en secondes ; ensuite, le mot de passe se redemande."""
_SECRET = secrets.token_bytes(32)
"""De ce processus : une session ne lui survit pas."""
_entrees: dict[str, str] = {}
"""Le jeton de chaque session entrée : elle seule peut déposer un fichier (`intergiciels.DepotsReserves`)."""


def ouverte() -> bool:
    """Vrai si le serveur admet quelqu'un : sinon l'écran n'est pas même dans le menu."""
    return bool(empreinte_du_serveur() or courriels_admis())


def signer(session: str, navigateur: str, maintenant: float | None = None) -> str:
    """La preuve que cette session est entrée de ce navigateur, à cet instant."""
    date = f"{int(time.time() if maintenant is None else maintenant)}"
    dit = "|".join((date, session, navigateur, empreinte_du_serveur()))
    return f"{date}.{hmac.new(_SECRET, dit.encode(errors='replace'), hashlib.sha256).hexdigest()}"


def vaut(jeton: object, session: str, navigateur: str) -> bool:
    """Vrai si ce jeton est le sien, et n'a pas vieilli."""
    date, _, _ = str(jeton).partition(".")
    if not date.isascii() or not date.isdecimal() or not 0 <= time.time() - int(date[:12]) < DUREE:
        return False
    return hmac.compare_digest(str(jeton).encode(errors="replace"), signer(session, navigateur, int(date)).encode())


def est_entree(session: str, entetes: Headers) -> bool:
    """Vrai si cette session de Streamlit est entrée, de ce navigateur, et ne s'est pas refermée."""
    return vaut(_entrees.get(session), session, visiteur.temoin_de(entetes))


def qui() -> str | None:
    """La personne autorisée (son courriel, ou « mot de passe »), ou None si elle ne l'est pas encore."""
    personne, session = _qui(), _session()
    if personne:
        _entrees[session] = signer(session, visiteur.temoin())
    else:
        _entrees.pop(session, None)
    return personne


def _session() -> str:
    contexte = get_script_run_ctx(suppress_warning=True)
    return contexte.session_id if contexte else ""


def _qui() -> str | None:
    if not ouverte():
        return None
    if (courriel := visiteur.courriel()) and courriel in courriels_admis():
        return courriel
    # L'autorisation vaut pour le mot de passe du moment : en changer la retire aux sessions ouvertes.
    if empreinte_du_serveur() and vaut(st.session_state.get(_CLE), _session(), visiteur.temoin()):
        return "mot de passe"
    return None


def demander() -> None:
    """Le formulaire d'entrée."""
    if courriels_admis():
        _par_compte()
    if not empreinte_du_serveur():
        return
    with st.form("entree", border=True):
        mot = st.text_input("Mot de passe", type="password", autocomplete="current-password")
        if st.form_submit_button("Entrer", type="primary"):
            try:
                _essayer(str(mot))  # un message forgé peut y mettre autre chose qu'un texte
            except (AccesRefuse, ErreurSuivi) as erreur:
                st.error(str(erreur))
            else:
                st.session_state[_CLE] = signer(_session(), visiteur.temoin())
                st.rerun()


def _essayer(mot: str) -> None:
    if visiteur.est_un_navigateur() and not visiteur.temoin():
        raise AccesRefuse(
            "Ce navigateur n'a pas gardé le témoin de la page : rechargez-la, et admettez les témoins (« cookies »)."
        )
    magasin = compte.ouvrir_le_compte()
    try:
        compte.essayer(magasin, mot, empreinte_du_serveur(), visiteur.adresse())
    finally:
        magasin.fermer()


def _par_compte() -> None:
    if find_spec("authlib") is None:
        st.error(
            "La connexion par compte (OIDC) demande le paquet Authlib, qui n’est pas installé sur ce serveur : "
            "`pip install Authlib`, puis redémarrez l’observatoire."
        )
        return
    st.button("Se connecter", type="primary", on_click=st.login)
    if getattr(st.user, "is_logged_in", False):
        st.error(
            "Cette adresse n’est pas admise à mettre les données à jour."
            if visiteur.courriel()
            else "Votre fournisseur de compte ne dit pas que cette adresse est vérifiée (« email_verified ») : "
            "elle ne peut pas servir à entrer."
        )


def sortir() -> None:
    """Referme la porte pour cette session ; `qui`, au passage suivant, lui retire le droit de déposer."""
    st.session_state.pop(_CLE, None)
    if courriels_admis() and getattr(st.user, "is_logged_in", False):
        st.logout()
