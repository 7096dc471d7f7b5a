"""Le journal des ajouts : qui, quand, de quels fichiers, et si leur dossier est encore tel qu'il a été écrit.

Chaque ajout a sa fiche, `import.json`, qui donne l'empreinte de chacun de ses fichiers. Une fiche perdue ou abîmée, un
fichier effacé, vidé ou retouché se disent sur la ligne de cet ajout ; ni les autres, ni la base n'en souffrent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from indicators.base.construction import DOSSIER_DONNEES, dossier_locales, imports_appliques
from indicators.donnees.lecture import fichiers_contours
from indicators.donnees.locales import fichiers_locaux
from indicators.socle.erreurs import Constat
from indicators.socle.nombres import compter

FICHE = "import.json"


@dataclass(frozen=True)
class Entree:
    """Une ligne du journal : un ajout, qui l'a fait, quand, de quels fichiers, et s'il est encore en service.

    `date` : au format ISO, telle que la fiche la garde ; vide si la fiche est perdue. `constats` : ce qui n'est plus
    comme l'ajout l'a écrit, et ce que cette version n'a pas pu prendre.
    """

    numero: int
    date: str
    auteur: str
    fichiers: tuple[dict[str, str], ...]
    resume: str
    dossier: Path
    en_service: bool
    constats: tuple[str, ...] = ()

    @property
    def titre(self) -> str:
        """Ce que l'ajout apporte, en quelques mots."""
        return ", ".join(dict.fromkeys(fichier["format"] for fichier in self.fichiers))

    @property
    def quand(self) -> str:
        """Sa date, à l'heure d'ici : « 28/11/2026 à 19:26 »."""
        try:
            return f"{datetime.fromisoformat(self.date).astimezone():%d/%m/%Y à %H:%M}"
        except ValueError:
            return self.date or "date inconnue"


def journal(dossier: Path = DOSSIER_DONNEES, ecartees: Iterable[Constat] = ()) -> list[Entree]:
    """Tous les ajouts, annulés compris, du plus récent au plus ancien.

    `ecartees` : les lignes que la base en service n'a pas pu prendre (`base.imports.lignes_ecartees`).
    """
    laissees: dict[str, list[Constat]] = {}
    for constat in ecartees:
        laissees.setdefault(constat.fichier.partition("/")[0], []).append(constat)
    annules = sorted((dossier_locales(dossier) / "annules").glob("[0-9][0-9][0-9][0-9]-*"))
    entrees = [
        _avec_ce_qui_est_laisse(lire(chemin, en_service=True), laissees.get(chemin.name, []))
        for chemin in imports_appliques(dossier)
    ]
    entrees += [lire(chemin, en_service=False) for chemin in annules if chemin.is_dir()]
    return sorted(entrees, key=lambda entree: -entree.numero)


def lire(chemin: Path, en_service: bool) -> Entree:
    """L'entrée d'un dossier d'ajout, quoi qu'il reste de sa fiche ; son numéro est celui du dossier."""
    numero = int(chemin.name.partition("-")[0])
    try:
        fiche = json.loads((chemin / FICHE).read_text(encoding="utf-8"))
        fichiers = tuple(dict(fichier) for fichier in fiche["fichiers"])
        if any({"nom", "empreinte", "format"} - fichier.keys() for fichier in fichiers):
            raise ValueError("un fichier sans nom, empreinte ou format")
        contenu = dict(fiche.get("contenu", {}))
        dits = tuple(fiche[nom] for nom in ("date", "auteur", "resume"))
        textes = (*dits, *contenu.values(), *(texte for fichier in fichiers for texte in fichier.values()))
        if not all(isinstance(texte, str) for texte in textes):
            raise TypeError("autre chose que du texte")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        phrase = (
            f"sa fiche ({FICHE}) manque ou est abîmée : ses chiffres restent en service, il s'annule comme un autre"
        )
        return Entree(numero, "", "inconnu", (), "fiche illisible", chemin, en_service, (phrase,))
    constats = _verifier(chemin, contenu) if contenu and en_service else ()
    return Entree(numero, dits[0], dits[1], fichiers, dits[2], chemin, en_service, constats)


def contenu(chemin: Path) -> dict[str, str]:
    """Les fichiers qu'un ajout donne à la base, et leur empreinte SHA-256 : ce que garde sa fiche."""
    presents = (*(fichier for _, fichier in fichiers_locaux(chemin)), *fichiers_contours(chemin))
    return {fichier.relative_to(chemin).as_posix(): _de_fichier(fichier) for fichier in presents}


def ecrire(chemin: Path, fiche: dict[str, Any]) -> None:
    """Écrit la fiche d'un ajout, empreintes comprises ; à appeler quand ses autres fichiers y sont tous."""
    complete = fiche | {"contenu": contenu(chemin)}
    (chemin / FICHE).write_text(json.dumps(complete, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _verifier(chemin: Path, attendu: dict[str, str]) -> tuple[str, ...]:
    """Ce qui n'est plus comme la fiche le dit."""
    try:
        present = contenu(chemin)
    except OSError as erreur:
        return (f"un de ses fichiers ne peut pas être lu ({erreur.strerror})",)
    constats = []
    for nom in sorted(attendu.keys() | present.keys()):
        if nom not in present:
            constats.append(f"« {nom} » a été effacé depuis l'ajout : ce qu'il apportait n'est plus dans la base")
        elif nom not in attendu:
            constats.append(f"« {nom} » n'y était pas à l'ajout : ce qu'il porte est dans la base")
        elif present[nom] != attendu[nom]:
            vide = (chemin / nom).stat().st_size == 0
            constats.append(
                f"« {nom} » a été vidé depuis l'ajout : ce qu'il apportait n'est plus dans la base"
                if vide
                else f"« {nom} » a été modifié à la main depuis l'ajout : la base a ce qu'il dit aujourd'hui"
            )
    return tuple(constats)


def _avec_ce_qui_est_laisse(entree: Entree, laissees: list[Constat]) -> Entree:
    if not laissees:
        return entree
    phrase = f"{compter(len(laissees), 'ligne')} que cette version ne prend pas ; la première : {laissees[0]}"
    return replace(entree, constats=(*entree.constats, phrase))


def _de_fichier(chemin: Path) -> str:
    etat = chemin.stat()
    return _empreinte(chemin, etat.st_size, etat.st_mtime_ns, etat.st_ino)


@lru_cache(maxsize=4096)
def _empreinte(chemin: Path, *_etat: int) -> str:
    """Relue seulement quand le fichier a changé : l'écran redemande le journal à chaque geste."""
    with chemin.open("rb") as fichier:
        return hashlib.file_digest(fichier, "sha256").hexdigest()
