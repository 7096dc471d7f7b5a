"""Écrire un fichier que l'on nous demande (un document, le modèle) : en entier ou pas du tout, et là où l'on a dit.

L'ancien fichier reste tant que le nouveau n'est pas écrit ; un nom que Windows réserve est refusé, il y perdrait tout.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from indicators.socle.erreurs import ErreurObservatoire
from indicators.socle.interruption import d_un_geste

_RESERVES = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{p}{n}" for p in ("com", "lpt") for n in "123456789¹²³"
}


def ecrire(sortie: Path, octets: bytes, suffixes: tuple[str, ...]) -> None:
    """Écrit ces octets dans ce fichier ; lève `ErreurObservatoire`, sans rien toucher, s'il ne peut pas l'être."""
    verifier(sortie, suffixes)
    brouillon = ""
    try:
        with tempfile.NamedTemporaryFile(dir=sortie.parent, prefix=".ecriture-", delete=False) as provisoire:
            brouillon = provisoire.name
            provisoire.write(octets)
        # Un fichier provisoire n'est lisible que de son auteur ; celui-ci a les droits d'un fichier ordinaire.
        os.chmod(brouillon, sortie.stat().st_mode & 0o777 if sortie.exists() else 0o666 & ~_masque())
        # Un lien est remplacé, non suivi : ce qu'il désigne n'est pas touché.
        with d_un_geste(f"« {sortie} » est écrit"):
            os.replace(brouillon, sortie)
    except OSError as erreur:
        raise ErreurObservatoire(f"« {sortie} » ne peut pas être écrit : {erreur.strerror}.") from erreur
    finally:  # renommé, il n'y est plus
        with suppress(OSError):
            os.unlink(brouillon)


def verifier(sortie: Path, suffixes: tuple[str, ...]) -> None:
    """Lève `ErreurObservatoire` si ce nom ne peut pas être celui d'un tel fichier : à faire avant un long travail."""
    nom = sortie.name
    if any(ord(lettre) < 32 for lettre in str(sortie)):
        raise ErreurObservatoire(f"Le nom {str(sortie)!a} a un caractère invisible : donnez-en un autre.")
    if len(nom.encode()) > 255:
        raise ErreurObservatoire(f"Le nom « {nom[:40]}… » est trop long : 255 octets au plus.")
    if not nom.lower().endswith(tuple(f".{suffixe}" for suffixe in suffixes)):
        raise ErreurObservatoire(f"Le fichier « {nom} » doit finir par {' ou '.join(f'.{s}' for s in suffixes)}.")
    if nom.partition(".")[0].strip().lower() in _RESERVES:
        raise ErreurObservatoire(f"« {nom} » est un nom que Windows réserve : donnez-en un autre.")
    if not sortie.parent.is_dir():
        raise ErreurObservatoire(f"« {sortie} » ne peut pas être écrit : le dossier « {sortie.parent} » n'existe pas.")
    if sortie.is_dir():
        raise ErreurObservatoire(f"« {sortie} » ne peut pas être écrit : c'est un dossier.")


def _masque() -> int:
    masque = os.umask(0)
    os.umask(masque)
    return masque
