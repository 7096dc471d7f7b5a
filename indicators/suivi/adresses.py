"""Qui écrit d'après son compte (OIDC) : un fichier du serveur donne à chaque adresse son rôle.

`OBSERVATOIRE_SUIVI_ADRESSES` nomme un CSV (`;`, UTF-8) aux colonnes `adresse`, `role`, `organisation`, `fonction`,
`partenaires` (codes séparés par des virgules). Les adresses restent dans ce fichier : le magasin n'en garde aucune. Le
fichier est relu quand il change : en retirer une adresse ferme la porte aussitôt.
"""

from __future__ import annotations

import csv
import os
from functools import lru_cache
from pathlib import Path

from indicators.suivi import saisie
from indicators.suivi.auteurs import Auteur, Role
from indicators.suivi.refus import ErreurSuivi

VARIABLE = "OBSERVATOIRE_SUIVI_ADRESSES"
COLONNES = ("adresse", "role", "organisation", "fonction", "partenaires")


def reglees() -> bool:
    """Vrai si le serveur reconnaît des comptes."""
    return bool(os.environ.get(VARIABLE, "").strip())


def auteur_de(adresse: str) -> Auteur | None:
    """L'auteur qu'est cette adresse, sans égard à la casse ; None si le fichier ne la nomme pas.

    Lève `ErreurSuivi` si le fichier ne peut pas être lu, ou si une ligne n'est pas recevable.
    """
    chemin = Path(os.environ.get(VARIABLE, "").strip())
    try:
        etat = chemin.stat()
        return _lire(chemin, etat.st_mtime_ns, etat.st_size).get(adresse.strip().casefold())
    except OSError as erreur:
        raise ErreurSuivi(f"Le fichier que nomme {VARIABLE} ne peut pas être lu ({erreur.strerror}).") from erreur


@lru_cache(4)
def _lire(chemin: Path, _date: int, _taille: int) -> dict[str, Auteur]:
    auteurs: dict[str, Auteur] = {}
    with chemin.open(encoding="utf-8-sig", newline="") as fichier:
        lignes = csv.DictReader(fichier, delimiter=";")
        if manquantes := [nom for nom in COLONNES if nom not in (lignes.fieldnames or ())]:
            raise ErreurSuivi(f"Il manque au fichier de {VARIABLE} : {', '.join(manquantes)}.")
        for numero, ligne in enumerate(lignes, start=2):
            try:
                # L'adresse elle-même n'est jamais répétée dans un message : il peut aller au journal.
                auteurs[ligne["adresse"].strip().casefold()] = Auteur(
                    saisie.choix(ligne["role"].strip(), Role, "role"),
                    saisie.fonction(ligne["fonction"]),
                    saisie.texte(ligne["organisation"], "organisation", obligatoire=True),
                    frozenset(code.strip() for code in (ligne["partenaires"] or "").split(",") if code.strip()),
                )
            except (ErreurSuivi, AttributeError) as erreur:
                raise ErreurSuivi(f"Ligne {numero} du fichier de {VARIABLE} : {erreur}") from erreur
    auteurs.pop("", None)
    return auteurs
