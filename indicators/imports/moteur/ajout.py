"""Appliquer un lot, l'annuler : tout ou rien, sans jamais toucher à ce qui sert.

Un ajout est un dossier de `donnees_locales/imports/`, numéroté. Il est écrit à côté, la base qui le contient est
construite et contrôlée, puis un seul renommage le met en service : tué avant, rien n'a changé ; tué après, tout y est.
L'annuler est le renommage inverse, vers `annules/`.
"""

from __future__ import annotations

import csv
import getpass
import itertools
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from indicators.base.construction import (
    DOSSIER_DONNEES,
    ERREURS_D_ECRITURE,
    VARIABLE_BASE,
    BaseNonEcrite,
    cause,
    construire,
    dossier_locales,
    empreinte,
    imports_appliques,
    nom_de_base,
    reprendre,
    verifier,
)
from indicators.donnees import locales as ajouts
from indicators.donnees import perimetres
from indicators.donnees.lecture import INTERDITS, lire_donnees
from indicators.donnees.perimetres import Contour
from indicators.donnees.schema import COLONNES, FEUILLES_LOCALES
from indicators.imports.moteur import journal as fiches
from indicators.imports.moteur import refus
from indicators.imports.moteur.journal import Entree
from indicators.imports.moteur.lot import Lot
from indicators.imports.moteur.rapport import Rapport
from indicators.socle.erreurs import Constat, DonneesInvalides, ErreurImport
from indicators.socle.interruption import d_un_geste
from indicators.socle.nombres import compter

_RAPPORT = "rapport.txt"
_A_LA_LIGNE = re.compile(r"\r\n?|\n")


@dataclass(frozen=True)
class Depot:
    """Ce qu'un ajout écrit : ses feuilles, ses contours, et ce que sa fiche et son rapport en disent.

    `court` : la fin du nom de son dossier ; `base` : le fichier de la base pour laquelle il a été préparé ;
    `fichiers` : ce dont il vient (nom, empreinte, format).
    """

    court: str
    base: str
    feuilles: Mapping[str, Sequence[Mapping[str, str]]]
    resume: str
    rapport: str
    fichiers: Sequence[Mapping[str, str]]
    contours: Sequence[Contour] = ()


def appliquer(rapport: Rapport, dossier: Path = DOSSIER_DONNEES, auteur: str = "") -> Entree:
    """Met le lot en service et rend son entrée au journal.

    Lève `ErreurImport` ou `DonneesInvalides` ; rien n'a alors changé.
    """
    with _a_la_place_de_la_personne(rapport):
        return poser(_du_rapport(rapport), dossier, auteur)


def essayer(rapport: Rapport, dossier: Path = DOSSIER_DONNEES) -> None:
    """Lève ce que lèverait `appliquer`, sans construire la base ni rien changer."""
    with _a_la_place_de_la_personne(rapport), tempfile.TemporaryDirectory(prefix="essai-") as brouillon:
        provisoire = _provisoire(Path(brouillon), _du_rapport(rapport), _numero_suivant(dossier), "")
        verifier(dossier, [*imports_appliques(dossier), provisoire], provisoire)


@contextmanager
def _a_la_place_de_la_personne(rapport: Rapport) -> Iterator[None]:
    """Un refus cite le fichier, l'onglet et la ligne déposés, jamais ceux que nous écrivons."""
    if rapport.est_vide:
        raise ErreurImport(rapport.pourquoi_rien)
    try:
        yield
    except DonneesInvalides as erreur:
        lot = rapport.lot
        siens = [c for c in erreur.constats if c.gravite == "ecartee"]
        if not siens:  # les données embarquées elles-mêmes
            raise
        refus.lever([_deplace(constat, lot) for constat in siens])


def _deplace(constat: Constat, lot: Lot) -> Constat:
    noms = ", ".join(dict.fromkeys(lu.fichier.nom for lu in lot.lus))
    if not constat.fichier.endswith("/observations.csv"):
        return replace(constat, fichier=noms, ligne=0, colonne="")
    # une note de plusieurs lignes décale celles d'après
    hauteurs = (1 + sum(len(_A_LA_LIGNE.findall(v)) for v in li.values()) for li in lot.feuilles["observations"])
    rang = list(itertools.accumulate(hauteurs, initial=2)).index(constat.ligne)
    lu, chiffre = lot.chiffres[rang]
    return replace(constat, fichier=refus.place(lu.fichier.nom, lu.releve.feuille), ligne=chiffre.ligne or 0)


def poser(depot: Depot, dossier: Path = DOSSIER_DONNEES, auteur: str = "") -> Entree:
    """Met ce dépôt en service, tout ou rien, et rend son entrée au journal ; lève comme `appliquer`."""
    locales = dossier_locales(dossier)
    with _verrou(locales):
        _verifier_la_base(depot.base, dossier)
        with tempfile.TemporaryDirectory(prefix=".ajout-", dir=locales, ignore_cleanup_errors=True) as brouillon:
            provisoire = _provisoire(Path(brouillon), depot, _numero_suivant(dossier), auteur or _auteur())
            _sur_le_disque(provisoire)
            construire(dossier, [*imports_appliques(dossier), provisoire], entier=provisoire)
            definitif = locales / "imports" / provisoire.name
            definitif.parent.mkdir(exist_ok=True)
            with d_un_geste(f"l'ajout n° {int(definitif.name[:4])} est en service"):
                os.replace(provisoire, definitif)
        return fiches.lire(definitif, en_service=True)


def annuler(dossier: Path = DOSSIER_DONNEES, numero: int | None = None) -> Entree:
    """Retire un ajout, le dernier par défaut ; lève `ErreurImport` s'il n'existe pas ou si un autre en dépend."""
    locales = dossier_locales(dossier)
    with _verrou(locales):
        appliques = imports_appliques(dossier)
        if not appliques:
            raise ErreurImport("Aucun ajout à annuler : la base n'a que les données embarquées.")
        choisi = appliques[-1]
        if numero is not None:
            choisis = [chemin for chemin in appliques if chemin.name.startswith(f"{numero:04d}-")]
            if not choisis:
                connus = ", ".join(str(int(chemin.name[:4])) for chemin in appliques)
                raise ErreurImport(f"Aucun ajout en service ne porte le numéro {numero}. En service : {connus}.")
            choisi = choisis[0]
        _verifier_que_rien_n_en_depend(dossier, appliques, choisi)
        reprendre(dossier, [chemin for chemin in appliques if chemin != choisi])
        annule = locales / "annules" / choisi.name
        annule.parent.mkdir(exist_ok=True)
        while annule.exists():  # déjà annulé une fois, puis remis à la main
            annule = annule.with_name(f"{annule.name}-bis")
        with d_un_geste(f"l'ajout n° {int(choisi.name[:4])} est annulé"):
            os.replace(choisi, annule)
        return fiches.lire(annule, en_service=False)


def _verifier_que_rien_n_en_depend(dossier: Path, appliques: list[Path], choisi: Path) -> None:
    """Lève `ErreurImport` si sans cet ajout un autre perd une ligne qu'il a aujourd'hui.

    Ce qui manque déjà ne compte pas : un ajout que la version n'admet plus n'empêche d'en annuler aucun. Un ajout ne
    s'appuie que sur de plus anciens : le dernier s'annule toujours.
    """
    embarquees = lire_donnees(dossier)
    if embarquees.constats:
        raise DonneesInvalides(embarquees.constats)
    avant = ajouts.reunir(embarquees, appliques).ecartees
    apres = ajouts.reunir(embarquees, [chemin for chemin in appliques if chemin != choisi]).ecartees
    deja = {(constat.fichier, constat.ligne) for constat in avant}
    perdues = [constat for constat in apres if (constat.fichier, constat.ligne) not in deja]
    if perdues:
        dependants = sorted({int(constat.fichier.partition("-")[0]) for constat in perdues}, reverse=True)
        numeros = ", ".join(map(str, dependants))
        qui, quoi_faire = ("l'ajout n° {} s'appuie", "Annulez-le")
        if len(dependants) > 1:
            qui, quoi_faire = ("les ajouts n° {} s'appuient", "Annulez-les")
        raise ErreurImport(
            f"L'ajout n° {int(choisi.name[:4])} ne peut pas être annulé seul : "
            f"{qui.format(numeros)} sur ce qu'il apporte ({perdues[0]}). {quoi_faire} d'abord."
        )


def _verifier_la_base(base: str, dossier: Path) -> None:
    """Ce qu'a dit le rapport doit être ce qui va changer : lève `ErreurImport` si la base n'est plus la même."""
    if base != nom_de_base(empreinte(dossier)):
        construire(dossier)  # une faute dans les CSV se dit d'abord
        raise ErreurImport(
            "La base n'est plus celle de ce rapport : un autre ajout, ou un fichier de données, l'a changée depuis. "
            "Rien n'a été ajouté ; refaites le rapport, relisez-le, puis recommencez."
        )


def _sur_le_disque(dossier: Path) -> None:
    """Attend que ces fichiers soient vraiment écrits : une coupure de courant les viderait après la mise en service."""
    for chemin in dossier.rglob("*"):
        if chemin.is_file():
            with chemin.open("r+b") as fichier:
                os.fsync(fichier.fileno())


@contextmanager
def _verrou(locales: Path) -> Iterator[None]:
    """Un seul ajout à la fois ; le verrou tombe avec le processus, même tué."""
    try:
        locales.mkdir(parents=True, exist_ok=True)
        with FileLock(locales / ".verrou", timeout=0):
            for reste in locales.glob(".ajout-*"):  # sous le verrou, un brouillon est celui d'un ajout tué
                shutil.rmtree(reste, ignore_errors=True)
            yield
    except Timeout:
        raise ErreurImport("Un autre ajout est en cours : attendez qu'il finisse, puis recommencez.") from None
    except BaseNonEcrite as erreur:
        raise ErreurImport(
            f"L'ajout n'a pas pu être mis en service : la base ne peut pas être écrite dans « {erreur.filename} » "
            f"({cause(erreur)}). Rien n'a changé. La variable {VARIABLE_BASE} peut donner un autre dossier, où il y a "
            "de la place."
        ) from erreur
    except ERREURS_D_ECRITURE as erreur:
        detail = getattr(erreur, "strerror", None) or str(erreur).splitlines()[0]
        raise ErreurImport(
            f"L'ajout n'a pas pu être écrit dans « {locales} » ({detail}). Rien n'a changé. La variable "
            "OBSERVATOIRE_DONNEES_LOCALES peut donner un autre dossier, où il y a de la place."
        ) from erreur


def _court(rapport: Rapport) -> str:
    formats = "-".join(dict.fromkeys(lu.releve.format for lu in rapport.lot.lus))
    return re.sub(r"[^a-z0-9_-]", "", formats)[:60]


def _auteur() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # conteneur sans compte nommé
        return "inconnu"


def _du_rapport(rapport: Rapport) -> Depot:
    feuilles: dict[str, Sequence[Mapping[str, str]]] = dict(rapport.lot.feuilles)
    feuilles["retraits"] = [
        {"territoire": territoire, "indicateur": indicateur, "source": connue.source}
        | {c: str(getattr(connue, c) or "") for c in ("annee_debut", "annee", "millesime")}
        for territoire, indicateur, connue in rapport.retirees
    ]
    return Depot(
        _court(rapport),
        rapport.lot.base,
        feuilles,
        ", ".join(
            compter(n, *mots)
            for n, mots in (
                (rapport.ajoutees, ("valeur ajoutée", "valeurs ajoutées")),
                (len(rapport.changees), ("changée",)),
                (len(rapport.retirees), ("retirée",)),
                (len(rapport.lot.nouveaux), ("territoire nouveau", "territoires nouveaux")),
                (len(rapport.lot.contours), ("contour",)),
            )
        ),
        rapport.texte(),
        [
            {"nom": lu.fichier.nom, "empreinte": lu.fichier.empreinte, "format": lu.releve.titre}
            for lu in rapport.lot.lus
        ],
        tuple(rapport.lot.contours.values()),
    )


def _numero_suivant(dossier: Path) -> int:
    return 1 + max((entree.numero for entree in fiches.journal(dossier)), default=0)


def _provisoire(brouillon: Path, depot: Depot, numero: int, auteur: str) -> Path:
    """Le dossier de l'ajout tel qu'il sera, écrit dans ce brouillon."""
    ou = brouillon / f"{numero:04d}-{depot.court}"
    ou.mkdir()
    for feuille in FEUILLES_LOCALES:
        if lignes := depot.feuilles.get(feuille):
            _csv(ou / f"{feuille}.csv", feuille, lignes)
    if depot.contours:
        perimetres.ranger(depot.contours, ou / "contours")
    (ou / _RAPPORT).write_text(depot.rapport + "\n", encoding="utf-8")
    fiche: dict[str, Any] = {
        "numero": numero,
        "date": datetime.now().astimezone().isoformat(timespec="seconds"),
        "auteur": auteur,
        "resume": depot.resume,
        "fichiers": [dict(fichier) for fichier in depot.fichiers],
    }
    fiches.ecrire(ou, fiche)
    return ou


def _csv(chemin: Path, feuille: str, lignes: Sequence[Mapping[str, str]]) -> None:
    colonnes = [colonne.nom for colonne in COLONNES[feuille]]
    with chemin.open("w", encoding="utf-8-sig", newline="") as sortie:
        ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\n")
        ecrivain.writerow(colonnes)
        ecrivain.writerows([INTERDITS.sub(" ", ligne.get(colonne, "")) for colonne in colonnes] for ligne in lignes)
