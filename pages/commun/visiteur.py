"""Le navigateur qui est au bout de la liaison : d'où il vient, et les témoins qui le distinguent d'un autre."""

from __future__ import annotations

import ipaddress
import re
from http.cookies import CookieError, SimpleCookie

import streamlit as st
from starlette.datastructures import Headers

TEMOIN = "observatoire_navigateur"
"""Celui que donne `serveur/temoins.py` : un hasard propre à ce navigateur."""
INVITATION = "suivi_invitation"
"""Celui que donne `serveur/invitation.py` : le jeton d'un lien du suivi."""
REPLIES = "choix_replies"
"""La clé du bloc qui est replié sur un téléphone, ouvert ailleurs."""
_VALEUR = re.compile(r"[A-Za-z0-9_-]{43}")


def temoin_de(entetes: Headers) -> str:
    """Le témoin que porte une requête ; vide s'il n'y en a pas, ou s'il n'est pas des nôtres."""
    try:
        lus = SimpleCookie(entetes.get("cookie", ""))
    except CookieError:
        return ""
    valeur = lus[TEMOIN].value if TEMOIN in lus else ""
    return valeur if _VALEUR.fullmatch(valeur) else ""


def temoin() -> str:
    """Le témoin du navigateur de cette session."""
    valeur = st.context.cookies.get(TEMOIN)
    return valeur if isinstance(valeur, str) and _VALEUR.fullmatch(valeur) else ""


def est_un_navigateur() -> bool:
    """Faux quand l'écran est joué sans liaison, par un essai : ses en-têtes n'en sont pas."""
    return isinstance(st.context.headers.get("Host"), str)


def au_telephone() -> bool:
    """Vrai si le navigateur se dit celui d'un téléphone."""
    return est_un_telephone(st.context.headers.get("User-Agent"))


def est_un_telephone(navigateur: object) -> bool:
    """Vrai si ce nom de navigateur est celui d'un téléphone."""
    return isinstance(navigateur, str) and "Mobi" in navigateur


def adresse() -> str:
    """D'où vient la visite : le navigateur lui-même, ou ce qu'en dit le serveur mandataire placé devant."""
    dite_par_la_prise = st.context.ip_address  # None : la machine elle-même
    directe = dite_par_la_prise if isinstance(dite_par_la_prise, str) else None
    dite = st.context.headers.get("X-Forwarded-For")
    annoncee = dite.split(",")[-1].strip() if isinstance(dite, str) else ""
    return annoncee if annoncee and _du_reseau_interne(directe) else directe or "local"


def courriel() -> str:
    """L'adresse du compte connecté (OIDC), si son fournisseur l'a vérifiée ; vide sinon."""
    if not getattr(st.user, "is_logged_in", False):
        return ""
    verifiee = str(getattr(st.user, "email_verified", "")).casefold() == "true"
    return str(getattr(st.user, "email", "") or "").strip().casefold() if verifiee else ""


def _du_reseau_interne(adresse: str | None) -> bool:
    """Vrai pour cette machine ou une adresse privée : c'est là que se tient un serveur mandataire."""
    try:
        return adresse is None or ipaddress.ip_address(adresse).is_private
    except ValueError:
        return False
