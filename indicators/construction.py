"""De `data/*.csv` à la base DuckDB : lire, contrôler, écrire à côté, renommer.

La base s'appelle `observatoire-<empreinte>.duckdb`, l'empreinte étant celle du contenu des CSV et du schéma.
Une base n'est donc jamais modifiée : un lecteur garde la sienne, deux constructions simultanées écrivent la même,
un arrêt brutal ne laisse qu'un fichier temporaire, une donnée invalide laisse l'ancienne en service.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from . import entrepot_schema
from .controles import verifier_structure
from .erreurs import BaseIndisponible, DonneesInvalides
from .lecture import fichiers, fichiers_contours, fichiers_locaux, lire_donnees

DOSSIER_DONNEES = Path(__file__).resolve().parent.parent / "data"
VARIABLE_BASE = "OBSERVATOIRE_BASE"
"""Variable d'environnement : dossier où écrire la base quand `data/` n'est pas accessible en écriture."""

VARIABLE_LOCALES = "OBSERVATOIRE_DONNEES_LOCALES"
"""Variable d'environnement : dossier des ajouts locaux (défaut : `donnees_locales/`, à côté de `data/`)."""

journal = logging.getLogger(__name__)


@dataclass(frozen=True)
class Base:
    """Une base prête : son fichier, et l'erreur qui empêche d'en faire une plus récente, s'il y en a une."""

    chemin: Path
    erreur: str = ""


def dossier_locales(dossier: Path = DOSSIER_DONNEES) -> Path:
    """Où vivent les ajouts locaux : hors de `data/`, pour survivre à une mise à jour du projet."""
    return Path(os.environ.get(VARIABLE_LOCALES) or dossier.parent / "donnees_locales")


def imports_appliques(dossier: Path = DOSSIER_DONNEES) -> list[Path]:
    """Les dossiers des imports en service, du plus ancien au plus récent."""
    return sorted(chemin for chemin in (dossier_locales(dossier) / "imports").glob("[0-9]*") if chemin.is_dir())


def _contenus(dossier: Path, locaux: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Tous les fichiers qui font la base, chacun sous le nom qu'il y porte."""
    for _, chemin in fichiers(dossier):
        if chemin.exists():
            yield chemin.relative_to(dossier).as_posix(), chemin
    for chemin in fichiers_contours(dossier):
        yield chemin.relative_to(dossier).as_posix(), chemin
    for local in locaux:
        for chemin in (*(chemin for _, chemin in fichiers_locaux(local)), *fichiers_contours(local)):
            yield f"{local.name}/{chemin.relative_to(local).as_posix()}", chemin


def signature(dossier: Path = DOSSIER_DONNEES) -> tuple[tuple[str, int, int], ...]:
    """Noms, tailles et dates des fichiers : change dès qu'un fichier change, sans en lire le contenu."""
    etats = ((nom, chemin.stat()) for nom, chemin in _contenus(dossier, imports_appliques(dossier)))
    return tuple((nom, etat.st_size, etat.st_mtime_ns) for nom, etat in etats)


def empreinte(dossier: Path = DOSSIER_DONNEES, locaux: Sequence[Path] | None = None) -> str:
    """Les douze premiers caractères du SHA-256 du contenu des fichiers et de la version du schéma."""
    condense = hashlib.sha256(f"schema {entrepot_schema.VERSION}".encode())
    for nom, chemin in _contenus(dossier, imports_appliques(dossier) if locaux is None else locaux):
        condense.update(nom.encode() + b"\0" + chemin.read_bytes() + b"\0")
    return condense.hexdigest()[:12]


def dossier_base(dossier: Path) -> Path:
    """Où vit la base : à côté des données, ou dans le dossier que donne `OBSERVATOIRE_BASE`."""
    return Path(os.environ.get(VARIABLE_BASE) or dossier)


def construire(dossier: Path = DOSSIER_DONNEES, locaux: Sequence[Path] | None = None) -> Path:
    """Construit la base des données de `dossier` et rend son chemin ; lève `DonneesInvalides` sans rien toucher.

    `locaux` : les imports à y ajouter, par défaut tous ceux qui sont en service.
    """
    locaux = imports_appliques(dossier) if locaux is None else locaux
    donnees = lire_donnees(dossier, locaux)
    constats = donnees.constats or [c for c in verifier_structure(donnees) if c.gravite == "erreur"]
    if constats:
        raise DonneesInvalides(constats)
    ou = dossier_base(dossier)
    cible = ou / f"observatoire-{empreinte(dossier, locaux)}.duckdb"
    ou.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".construction-", dir=ou, ignore_cleanup_errors=True) as brouillon:
        provisoire = Path(brouillon) / cible.name
        entrepot_schema.ecrire(provisoire, donnees)
        try:
            os.replace(provisoire, cible)
        except PermissionError:
            # Windows : un autre processus a déjà écrit et ouvert la même base, au contenu identique.
            if not cible.exists():
                raise
    _oublier_les_anciennes(ou, cible)
    return cible


def assurer(dossier: Path = DOSSIER_DONNEES) -> Base:
    """La base de ces données, construite si elle manque ; à défaut la plus récente, avec l'erreur à montrer."""
    ou = dossier_base(dossier)
    cible = ou / f"observatoire-{empreinte(dossier)}.duckdb"
    if cible.exists():
        return Base(cible)
    try:
        return Base(construire(dossier))
    except (DonneesInvalides, OSError, duckdb.Error) as erreur:
        journal.error("%s", erreur)
        anciennes = sorted(ou.glob("observatoire-*.duckdb"), key=lambda p: p.stat().st_mtime)
        if not anciennes:
            if isinstance(erreur, DonneesInvalides):
                raise
            raise BaseIndisponible(
                f"La base ne peut pas être écrite dans « {ou} » ({getattr(erreur, 'strerror', None) or erreur}). "
                f"Donnez un dossier accessible en écriture par la variable {VARIABLE_BASE}."
            ) from erreur
        return Base(anciennes[-1], str(erreur))


def _oublier_les_anciennes(ou: Path, actuelle: Path) -> None:
    """Garde la base actuelle et la précédente ; efface les autres et les brouillons d'une construction tuée."""
    bases = sorted(ou.glob("observatoire-*.duckdb"), key=lambda p: p.stat().st_mtime, reverse=True)
    for chemin in [b for b in bases if b != actuelle][1:]:
        try:
            chemin.unlink()
        except OSError:
            journal.info("%s est encore ouverte : gardée", chemin.name)
    for brouillon in ou.glob(".construction-*"):
        try:
            if time.time() - brouillon.stat().st_mtime > 3600:
                for reste in brouillon.iterdir():
                    reste.unlink()
                brouillon.rmdir()
        except OSError:
            journal.info("%s est encore utilisé : gardé", brouillon.name)
