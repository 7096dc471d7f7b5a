"""De `data/*.csv` à la base DuckDB : lire, contrôler, écrire à côté, renommer.

La base s'appelle `observatoire-<empreinte>.duckdb`, l'empreinte étant celle du contenu des CSV et du schéma.
Une base n'est donc jamais modifiée : un lecteur garde la sienne, deux constructions simultanées écrivent la même,
un arrêt brutal ne laisse qu'un fichier temporaire, une donnée invalide laisse l'ancienne en service.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from indicators.base import ecriture, fautes
from indicators.donnees import france, locales
from indicators.donnees.controles.structure import verifier_structure
from indicators.donnees.lecture import contours_embarques, fichiers, fichiers_contours, lire_donnees
from indicators.donnees.lignes import Donnees
from indicators.donnees.locales import fichiers_locaux
from indicators.socle.avancement import Avancement, muet
from indicators.socle.brouillons import balayer, brouillon
from indicators.socle.erreurs import BaseIndisponible, Constat, DonneesInvalides

DOSSIER_DONNEES = Path(__file__).resolve().parents[2] / "data"
VARIABLE_BASE = "OBSERVATOIRE_BASE"
"""Variable d'environnement : dossier où écrire la base quand `data/` n'est pas accessible en écriture."""

VARIABLE_LOCALES = "OBSERVATOIRE_DONNEES_LOCALES"
"""Variable d'environnement : dossier des ajouts locaux (défaut : `donnees_locales/`, à côté de `data/`)."""

ERREURS_D_ECRITURE = (OSError, duckdb.Error)
"""Ce que lève une construction que le disque refuse ; les autres fautes restent bruyantes."""

_LECTURES = 5
"""Combien de fois relire des fichiers qui changent pendant qu'on les lit, avant de le dire."""

_LUES = 0.1
"""La part du travail, à peu près, qui revient à lire et à contrôler les fichiers."""

_BROUILLON = ".construction-"

journal = logging.getLogger(__name__)


class BaseNonEcrite(OSError):
    """La base n'a pas pu être écrite : le disque ou ses droits, non les données."""


@dataclass(frozen=True)
class BaseEnService:
    """Une base prête : son fichier, et l'erreur qui empêche d'en faire une plus récente, s'il y en a une."""

    chemin: Path
    erreur: str = ""
    passagere: str = ""
    """La cause, si l'erreur peut passer d'elle-même (disque plein, droits) : à retenter."""


def dossier_locales(dossier: Path = DOSSIER_DONNEES) -> Path:
    """Où vivent les ajouts locaux : hors de `data/`, pour survivre à une mise à jour du projet."""
    return Path(os.environ.get(VARIABLE_LOCALES) or dossier.parent / "donnees_locales")


def imports_appliques(dossier: Path = DOSSIER_DONNEES) -> list[Path]:
    """Les dossiers des imports en service, du plus ancien au plus récent."""
    numerotes = (dossier_locales(dossier) / "imports").glob("[0-9][0-9][0-9][0-9]-*")
    return sorted(chemin for chemin in numerotes if chemin.is_dir())


def _contenus(dossier: Path, locaux: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Tous les fichiers qui font la base, chacun sous le nom qu'il y porte."""
    for _, chemin in fichiers(dossier):
        if chemin.exists():
            yield chemin.relative_to(dossier).as_posix(), chemin
    for chemin in (*france.contenus(dossier), *fichiers_contours(dossier), contours_embarques(dossier)):
        if chemin.exists():
            yield chemin.relative_to(dossier).as_posix(), chemin
    for local in locaux:
        for chemin in (*(chemin for _, chemin in fichiers_locaux(local)), *fichiers_contours(local)):
            yield f"{local.name}/{chemin.relative_to(local).as_posix()}", chemin


def signature(dossier: Path = DOSSIER_DONNEES) -> tuple[tuple[str, int, int], ...]:
    """Noms, tailles et dates des fichiers : change dès qu'un fichier change, sans en lire le contenu."""
    for _ in range(_LECTURES):
        # Un fichier peut disparaître entre sa liste et sa lecture : un ajout que l'on annule, Excel qui enregistre.
        with suppress(FileNotFoundError):
            etats = ((nom, chemin.stat()) for nom, chemin in _contenus(dossier, imports_appliques(dossier)))
            return tuple((nom, etat.st_size, etat.st_mtime_ns) for nom, etat in etats)
    raise DonneesInvalides([_INSTABLES])


_INSTABLES = Constat("data/", 0, "", "des fichiers changent pendant qu'ils sont lus ; attendez, puis recommencez")


def empreinte(dossier: Path = DOSSIER_DONNEES, locaux: Sequence[Path] | None = None) -> str:
    """Les douze premiers caractères du SHA-256 du contenu des fichiers et de la version du schéma.

    Lève `DonneesInvalides` si l'un d'eux ne peut pas être lu.
    """
    for _ in range(_LECTURES):
        with suppress(FileNotFoundError):
            condense = hashlib.sha256(f"schema {ecriture.VERSION}".encode())
            for nom, chemin in _contenus(dossier, imports_appliques(dossier) if locaux is None else locaux):
                condense.update(nom.encode() + b"\0" + _octets(nom, chemin) + b"\0")
            return condense.hexdigest()[:12]
    raise DonneesInvalides([_INSTABLES])


def _octets(nom: str, chemin: Path) -> bytes:
    try:
        return chemin.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as erreur:
        quoi_faire = "fermez le programme qui le tient, ou donnez le droit de le lire"
        phrase = f"ce fichier ne peut pas être lu ({erreur.strerror}) ; {quoi_faire}"
        raise DonneesInvalides([Constat(nom, 0, "", phrase)]) from erreur


def dossier_base(dossier: Path) -> Path:
    """Où vit la base : à côté des données, ou dans le dossier que donne `OBSERVATOIRE_BASE`."""
    return Path(os.environ.get(VARIABLE_BASE) or dossier)


def construire(
    dossier: Path = DOSSIER_DONNEES, locaux: Sequence[Path] | None = None, *, entier: Path | None = None,
    avancer: Avancement = muet,
) -> Path:  # fmt: skip
    """Construit la base des données de `dossier` et rend son chemin ; lève `DonneesInvalides` sans rien toucher.

    `locaux` : les imports à y ajouter, par défaut tous ceux qui sont en service ; ce qui n'y va plus avec les données
    est laissé, et la base le dit. `entier` : celui dont rien ne doit être laissé. `avancer` : reçoit ce qui se fait.
    """
    avancer(0.0, "les fichiers de données")
    donnees, nom = verifier(dossier, imports_appliques(dossier) if locaux is None else locaux, entier)
    ou = dossier_base(dossier)
    cible = ou / nom
    try:
        ou.mkdir(parents=True, exist_ok=True)
        with brouillon(_BROUILLON, ou) as ici:
            ecriture.ecrire(ici / cible.name, donnees, lambda part, quoi: avancer(_LUES + (1 - _LUES) * part, quoi))
            try:
                os.replace(ici / cible.name, cible)
            except PermissionError:
                # Windows : un autre processus a déjà écrit et ouvert la même base, au contenu identique.
                if not cible.exists():
                    raise
    except OSError as erreur:
        raise BaseNonEcrite(erreur.errno, erreur.strerror or str(erreur), str(ou)) from erreur
    except (duckdb.IOException, duckdb.FatalException) as erreur:  # disque plein, parfois su à la fin
        if "No space left" in str(erreur):
            raise BaseNonEcrite(errno.ENOSPC, os.strerror(errno.ENOSPC), str(ou)) from erreur
        raise BaseNonEcrite(errno.EIO, str(erreur).splitlines()[0], str(ou)) from erreur
    _mettre_en_tete(ou, cible)
    _oublier_les_anciennes(ou, cible)
    return cible


def reprendre(
    dossier: Path = DOSSIER_DONNEES, locaux: Sequence[Path] | None = None, avancer: Avancement = muet
) -> Path:
    """La base de ces données si elle est encore là, entière ; construite sinon. Lève ce que lève `construire`.

    Son nom dit tout ce dont elle est faite : l'annulation d'un ajout retrouve ainsi la base d'avant, sans la refaire.
    """
    ou = dossier_base(dossier)
    cible = ou / nom_de_base(empreinte(dossier, locaux))
    if not cible.exists() or _ecarter_si_abimee(cible):
        return construire(dossier, locaux, avancer=avancer)
    _mettre_en_tete(ou, cible)
    return cible


def verifier(dossier: Path, locaux: Sequence[Path], entier: Path | None = None) -> tuple[Donnees, str]:
    """Les données dont la base serait faite, et son nom ; lève `DonneesInvalides` si elle ne peut pas l'être.

    `entier` : celui des `locaux` dont rien ne doit être laissé.
    """
    donnees, nom = _lire_sans_qu_elles_changent(dossier, locaux)
    constats = donnees.constats or [c for c in verifier_structure(donnees) if c.gravite == "erreur"]
    if entier is not None:
        constats = constats or [c for c in donnees.ecartees if c.fichier.startswith(f"{entier.name}/")]
    if constats:
        raise DonneesInvalides(constats)
    return donnees, nom


def _lire_sans_qu_elles_changent(dossier: Path, locaux: Sequence[Path]) -> tuple[Donnees, str]:
    """Les données et le nom de leur base : un CSV enregistré pendant la lecture la mettrait sous le nom d'une autre."""
    for _ in range(_LECTURES):
        avant = empreinte(dossier, locaux)
        donnees = locales.reunir(lire_donnees(dossier), locaux)
        if empreinte(dossier, locaux) == avant:
            return donnees, nom_de_base(avant)
    raise DonneesInvalides([_INSTABLES])


def nom_de_base(empreinte_des_donnees: str) -> str:
    """Le fichier de la base qui a cette empreinte."""
    return f"observatoire-{empreinte_des_donnees}.duckdb"


def assurer(dossier: Path = DOSSIER_DONNEES, avancer: Avancement = muet) -> BaseEnService:
    """La base de ces données, construite si elle manque ou est abîmée ; à défaut la plus récente, avec l'erreur.

    Lève `BaseIndisponible` si un autre programme la tient ouverte, ou s'il n'y en a aucune à servir.
    """
    ou = dossier_base(dossier)
    balayer(_BROUILLON, ou)
    try:
        return BaseEnService(reprendre(dossier, avancer=avancer))
    except (DonneesInvalides, OSError) as erreur:
        journal.error("%s", erreur)
        servie = next((base for base in reversed(_par_age(ou)) if not _ecarter_si_abimee(base)), None)
        if servie is None:
            if isinstance(erreur, DonneesInvalides):
                raise
            raise BaseIndisponible(
                f"La base ne peut pas être écrite dans « {ou} » ({cause(erreur)}). "
                f"Donnez un dossier accessible en écriture par la variable {VARIABLE_BASE}."
            ) from erreur
        if isinstance(erreur, DonneesInvalides):
            return BaseEnService(servie, f"La base précédente reste en service.\n{erreur}")
        phrase = (
            f"La base précédente reste en service : la nouvelle ne peut pas être écrite dans « {ou} » "
            f"({cause(erreur)}). Un nouvel essai se fera tout seul ; la variable {VARIABLE_BASE} peut donner un autre "
            "dossier."
        )
        return BaseEnService(servie, phrase, passagere=cause(erreur))


_CAUSES = {
    errno.ENOSPC: "le disque est plein",
    errno.EDQUOT: "le quota est atteint",
    errno.EACCES: "le droit d'écrire manque",
    errno.EPERM: "le droit d'écrire manque",
    errno.EROFS: "le disque est en lecture seule",
}


def cause(erreur: OSError) -> str:
    """Ce qui a manqué, en français quand on le sait, avec les mots du système."""
    dite = erreur.strerror or str(erreur)
    return f"{_CAUSES[erreur.errno]}, {dite}" if erreur.errno in _CAUSES else dite


def _ecarter_si_abimee(base: Path) -> bool:
    """Vrai si ce fichier n'est pas une base que ce programme lise : abîmé, il est retiré, puisqu'elle se refait.

    Lève `BaseIndisponible` si c'est un autre programme qui la tient, ou la machine qui manque.
    """
    try:
        with duckdb.connect(str(base), read_only=True, config={"threads": 1}) as ouverte:
            return ouverte.execute("SELECT version FROM schema").fetchone() != (ecriture.VERSION,)
    except duckdb.Error as erreur:
        if "lock" in str(erreur).lower():
            raise BaseIndisponible(
                f"La base « {base.name} » est tenue ouverte par un autre programme{_lequel(str(erreur))} : fermez-le, "
                "puis recommencez. Rien n'est perdu, ne supprimez rien."
            ) from erreur
        if fautes.est_une_panne(erreur) and base.exists():
            raise fautes.en_panne(base, erreur) from erreur
        journal.warning("%s est abîmée (%s) : elle est refaite des fichiers de données", base.name, erreur)
        base.unlink(missing_ok=True)
        return True


def _lequel(dit: str) -> str:
    tenue = re.search(r"held in (.+?) \(PID (\d+)\)", dit)
    return f" ({Path(tenue[1]).name}, processus {tenue[2]})" if tenue else ""


def _par_age(ou: Path, suffixe: str = ".duckdb") -> list[Path]:
    """Les bases, de la plus ancienne en service à la dernière."""
    dates = []
    for chemin in ou.glob(f"observatoire-*{suffixe}"):
        with suppress(FileNotFoundError):  # un autre processus vient de l'oublier
            dates.append((chemin.stat().st_mtime_ns, chemin))
    return [chemin for _, chemin in sorted(dates)]


def _mettre_en_tete(ou: Path, cible: Path) -> None:
    """Date cette base d'après toutes les autres, même si l'horloge a reculé : la dernière en service se reconnaît."""
    autres = [chemin for chemin in _par_age(ou) if chemin != cible]
    # Un dossier que l'on ne peut que lire garde ses dates : c'est celui qui écrit qui les tient.
    with suppress(OSError):
        if autres and (plus_tard := autres[-1].stat().st_mtime_ns) >= cible.stat().st_mtime_ns:
            os.utime(cible, ns=(plus_tard + 1_000_000_000,) * 2)


def _oublier_les_anciennes(ou: Path, actuelle: Path) -> None:
    """Garde la base actuelle, la précédente et la dernière mise de côté comme abîmée ; efface les autres."""
    for chemin in (*[base for base in _par_age(ou) if base != actuelle][:-1], *_par_age(ou, ecriture.ABIMEE)[:-1]):
        try:
            chemin.unlink(missing_ok=True)
        except OSError:
            journal.info("%s est encore ouverte : gardée", chemin.name)
