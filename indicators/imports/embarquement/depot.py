"""Lire un dossier de fichiers de producteurs, dans un ordre qui ne dépend que de leurs noms."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indicators.imports.moteur.archives import membres
from indicators.socle.erreurs import ErreurImport

_LUS = (".csv", ".parquet", ".xlsx", ".json", ".zip", ".tgz", ".gz")
_SANS_CHIFFRE = "contours"
"""Un dossier de contours n'a pas de chiffre : la carte a sa propre commande."""


@dataclass(frozen=True)
class Depose:
    """Un fichier du dossier, ou un membre d'une archive : `nom` est son chemin dans le dossier.

    `empreinte` et `taille` sont celles du fichier du dossier, archive comprise : c'est lui que l'on saura retrouver.
    """

    nom: str
    octets: bytes
    empreinte: str
    taille: int


def deposes(dossier: Path) -> Iterator[Depose]:
    """Les fichiers que l'on sait ouvrir, archives dépliées, par ordre de nom."""
    if not dossier.is_dir():
        raise ErreurImport(f"« {dossier} » n'est pas un dossier : donnez celui des fichiers des producteurs.")
    for chemin in sorted(dossier.rglob("*"), key=lambda c: c.relative_to(dossier).as_posix()):
        nom = chemin.relative_to(dossier).as_posix()
        if not chemin.is_file() or not nom.lower().endswith(_LUS) or nom.startswith(f"{_SANS_CHIFFRE}/"):
            continue
        octets = chemin.read_bytes()
        empreinte = hashlib.sha256(octets).hexdigest()
        for membre, contenu in membres(octets, nom):
            yield Depose(nom if membre == nom else f"{nom}/{membre}", contenu, empreinte, len(octets))
