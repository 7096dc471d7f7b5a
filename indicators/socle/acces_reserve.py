"""Qui peut mettre les données à jour : un mot de passe dont seule l'empreinte est connue.

Rien n'est ouvert par défaut. L'empreinte se fait par `python -m indicators mot-de-passe` et se donne au serveur par la
variable `OBSERVATOIRE_MOT_DE_PASSE`. Une connexion par OIDC passe par `st.login` : `OBSERVATOIRE_COURRIELS` en donne la
liste (le reste est dans `.streamlit/secrets.toml`, comme Streamlit le demande).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets

from indicators.socle.erreurs import ErreurObservatoire

VARIABLE_MOT_DE_PASSE = "OBSERVATOIRE_MOT_DE_PASSE"
VARIABLE_COURRIELS = "OBSERVATOIRE_COURRIELS"
LONGUEUR_MIN = 12
_N, _R, _P = 2**15, 8, 1
_MEMOIRE = 64 * 1024 * 1024


class AccesRefuse(ErreurObservatoire):
    """Le mot de passe n'est pas le bon."""


def hacher(mot: str) -> str:
    """L'empreinte d'un mot de passe, à donner au serveur ; lève `ErreurObservatoire` s'il est trop court."""
    if len(mot) < LONGUEUR_MIN:
        raise ErreurObservatoire(f"Le mot de passe doit avoir au moins {LONGUEUR_MIN} caractères.")
    sel = secrets.token_bytes(16)
    return f"scrypt:{_N}:{_R}:{_P}:{sel.hex()}:{_deriver(mot, sel, _N, _R, _P).hex()}"


def verifier(mot: str, condense: str) -> bool:
    """Vrai si le mot de passe a cette empreinte ; lève `ErreurObservatoire` si l'empreinte elle-même est mal écrite."""
    try:
        nom, n, r, p, sel, attendu = condense.strip().split(":")
        if nom != "scrypt":
            raise ValueError(nom)
        derive = _deriver(mot, bytes.fromhex(sel), int(n), int(r), int(p))
        return hmac.compare_digest(derive, bytes.fromhex(attendu))
    except ValueError:
        raise ErreurObservatoire(
            f"La variable {VARIABLE_MOT_DE_PASSE} n'est pas une empreinte : refaites-la par "
            "« python -m indicators mot-de-passe »."
        ) from None


def _deriver(mot: str, sel: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(mot.encode(), salt=sel, n=n, r=r, p=p, maxmem=_MEMOIRE, dklen=32)


def empreinte_du_serveur() -> str:
    """L'empreinte donnée au serveur, vide si l'accès par mot de passe n'est pas ouvert."""
    return os.environ.get(VARIABLE_MOT_DE_PASSE, "").strip()


def courriels_admis() -> frozenset[str]:
    """Les adresses admises par OIDC, vide si cet accès n'est pas ouvert."""
    return frozenset(c.strip().casefold() for c in os.environ.get(VARIABLE_COURRIELS, "").split(",") if c.strip())
