"""`python -m indicators embarquer DOSSIER` : refait `data/france/` des fichiers des producteurs, et dit tout."""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from indicators.base import ecriture
from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES
from indicators.donnees.dictionnaire import option_donnees
from indicators.donnees.lecture import contours_embarques, lire_donnees
from indicators.imports.embarquement import contours, services
from indicators.imports.embarquement.composition import Composition, composer
from indicators.imports.embarquement.ecriture import ecrire
from indicators.imports.embarquement.positions import positions
from indicators.socle.erreurs import DonneesInvalides, ErreurImport

_EXEMPLES = 12


def declarer(commandes: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Ajoute la commande à l'analyseur."""
    embarquer = commandes.add_parser("embarquer", help="refait data/france/ des fichiers des producteurs d'un dossier")
    embarquer.add_argument("dossier", type=Path, metavar="DOSSIER", help="dossier des fichiers des producteurs")
    option_donnees(embarquer, DOSSIER_DONNEES)
    embarquer.set_defaults(executer=_embarquer)


def _embarquer(options: argparse.Namespace) -> int:
    donnees = lire_donnees(options.donnees, nationales=False)
    if donnees.constats:
        raise DonneesInvalides(donnees.constats)
    with tempfile.TemporaryDirectory() as brouillon:
        chemin = Path(brouillon) / "csv.duckdb"
        ecriture.ecrire(chemin, donnees)
        base = Base(chemin)
        gc.disable()  # des millions de chiffres vivent jusqu'à la fin : les parcourir sans cesse ne libère rien
        try:
            composition = composer(options.dossier, base, _avancer)
            embarques = {t.territoire for t in base.territoires()}
        finally:
            gc.enable()
            base.fermer()
    cible = ecrire(composition, embarques, options.donnees, positions(options.dossier))
    if composition.services:
        services.ecrire(composition.services, options.donnees)
    print("\n".join(rapport(composition)))
    print(f"Écrit : {cible}")
    print(_contours(options.dossier, cible))
    return 0


def _contours(dossier: Path, cible: Path) -> str:
    """Refait les contours si le dossier les donne ; sinon ceux d'avant restent, et c'est dit."""
    try:
        lus = contours.lire(dossier)
        parents = contours.contenants(dossier, lus.communes)
    except ErreurImport as erreur:
        return f"Contours gardés tels quels : {erreur}"
    _avancer("contours")
    nombre = contours.ecrire(lus, parents, contours_embarques(cible.parent))
    sans = f" ; sans contour, rétablies depuis 2018 : {', '.join(lus.sans_contour)}" if lus.sans_contour else ""
    laisses = f" ; de 2018, sans suite connue : {', '.join(lus.absorbees)}" if lus.absorbees else ""
    return f"{nombre} contours{sans}{laisses}"


def rapport(composition: Composition) -> Iterator[str]:
    """Ce qui est entré, fichier par fichier, et tout ce qui ne l'est pas, avec la raison."""
    total = 0
    for fichier in composition.fichiers:
        total += int(fichier["chiffres"])
        parue = fichier["edition"] or "non dite"
        yield f"{fichier['fichier']} : {fichier['format']}, édition {parue}, {fichier['chiffres']} chiffres"
    france = composition.france
    lieux, liens = len(france.lieux), len(france.liens)
    yield f"{total} chiffres, {lieux} territoires, {liens} liens, {len(composition.sources)} sources"
    vie = composition.vie
    yield (
        f"{len(vie.ruptures)} lieux dont le périmètre a changé, {len(vie.perimetres)} périmètres de sources, "
        f"{len(vie.cessees)} appartenances qui ont cessé"
    )
    yield f"{len(composition.services)} lieux ouverts au public"
    for titre, compte in (
        ("territoires hors des listes officielles, laissés", composition.hors_liste),
        ("chiffres impossibles, laissés", composition.hors_bornes),
        ("indicateurs absents du catalogue, laissés", composition.hors_catalogue),
        ("chiffres de communes agrandies ou réduites depuis, laissés", composition.agrandies),
        ("chiffres d'une compilation incomplète ou d'un autre périmètre, laissés", composition.lacunes),
        ("chiffres d'une reprise que le producteur donne déjà, laissés", composition.reprises),
        ("chiffres déjà donnés par un autre fichier de la même source, laissés", composition.doubles),
    ):
        if compte:
            tete = ", ".join(f"{quoi} ({n})" for quoi, n in compte.most_common(_EXEMPLES))
            yield f"{sum(compte.values())} {titre} : {tete}{'…' if len(compte) > _EXEMPLES else ''}"
    for titre, choses in (
        ("quartiers sans commune", france.constats),
        ("contradictions entre fichiers d'une même source", composition.contradictions),
        ("fichiers laissés", [f"{nom} : {raison}" for nom, raison in composition.laisses]),
        (
            "colonnes non reprises",
            [
                f"{nom} : inconnues {', '.join(i) or 'aucune'} ; connues {', '.join(c) or 'aucune'}"
                for nom, i, c in composition.colonnes_laissees
                if i or c
            ],
        ),
    ):
        if choses:
            yield f"{len(choses)} {titre} :"
            yield from (f"  - {chose}" for chose in choses)


def _avancer(quoi: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{quoi[:110]:<110}", end="", file=sys.stderr, flush=True)
