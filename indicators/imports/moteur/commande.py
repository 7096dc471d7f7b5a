"""Les commandes d'ajout : `importer`, `regrouper`, `annuler`, `journal`, `modele`, `mot-de-passe`."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Iterable
from pathlib import Path

from indicators.analyse import trace
from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES, assurer
from indicators.base.imports import lignes_ecartees
from indicators.donnees.dictionnaire import option_donnees
from indicators.imports.formats.modele import modele_csv, modele_xlsx
from indicators.imports.moteur import regroupement
from indicators.imports.moteur.ajout import annuler, appliquer, essayer
from indicators.imports.moteur.annees import Demande
from indicators.imports.moteur.journal import Entree, journal
from indicators.imports.moteur.lot import preparer
from indicators.imports.moteur.rapport import rapporter
from indicators.imports.moteur.reconnaissance import Fichier
from indicators.imports.moteur.tableau import TAILLE_MAX
from indicators.socle.acces_reserve import VARIABLE_MOT_DE_PASSE, hacher
from indicators.socle.erreurs import Constat, ErreurImport, ErreurObservatoire
from indicators.socle.sortie import ecrire, verifier
from indicators.socle.territoires import Maille


def declarer(commandes: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Ajoute les commandes d'import à l'analyseur."""
    importer = commandes.add_parser("importer", help="ajoute les fichiers d'un producteur, ou notre modèle rempli")
    importer.add_argument("fichiers", nargs="+", type=Path, metavar="FICHIER", help="fichiers, ou un dossier entier")
    importer.add_argument(
        "--annee", action="append", default=[], help="année mesurée : 2018, ou par groupe rp=2018,cnaf=2020"
    )
    importer.add_argument("--edition", type=int, help="édition de la publication, quand le fichier ne la dit pas")
    importer.add_argument("--sans-annee", action="store_true", help="garder sans année ce que rien ne date")
    importer.add_argument(
        "--territoires", default="connus", help="connus (défaut), tous, ou des codes : DEP62,EPCI200072460"
    )
    importer.add_argument("--maille", type=Maille, choices=(Maille.DEPARTEMENT, Maille.REGION), help="codes ambigus")
    importer.add_argument(
        "--mouvements", action="store_true",
        help="appliquer ce que les listes officielles changent : communes fusionnées, renommées, d’un autre EPCI",
    )  # fmt: skip
    importer.add_argument("--essai", action="store_true", help="montre le rapport, n'ajoute rien")
    importer.set_defaults(executer=_importer)
    reunir = commandes.add_parser("regrouper", help="réunit des IRIS, des communes ou des quartiers sous un nom")
    reunir.add_argument("nom", help="« Quartier vécu du Centre »")
    reunir.add_argument("codes", nargs="*", metavar="CODE", help="IRIS621190101, 62119, QN06205M…")
    reunir.add_argument(
        "--trace", type=Path, help="un polygone dessiné (GeoJSON) : les IRIS qu'il couvre à moitié ou plus"
    )
    reunir.add_argument("--essai", action="store_true", help="dit ce qui serait réuni, n'ajoute rien")
    reunir.set_defaults(executer=_regrouper)
    retirer = commandes.add_parser("annuler", help="annule le dernier ajout, ou celui de ce numéro")
    retirer.add_argument("numero", nargs="?", type=int)
    retirer.set_defaults(executer=_annuler)
    commandes.add_parser("journal", help="la liste des ajouts").set_defaults(executer=_journal)
    modele = commandes.add_parser("modele", help="écrit le modèle vide pour des chiffres locaux (.xlsx ou .csv)")
    modele.add_argument("sortie", type=Path)
    modele.set_defaults(executer=_modele)
    commandes.add_parser("mot-de-passe", help="fait l'empreinte du mot de passe de « Mettre à jour »").set_defaults(
        executer=_mot_de_passe
    )
    for commande in (importer, reunir, retirer, commandes.choices["journal"], modele):
        option_donnees(commande, DOSSIER_DONNEES)


def _importer(options: argparse.Namespace) -> int:
    chemins = list(_deplies(options.fichiers))
    base = Base(assurer(options.donnees).chemin)
    try:
        lot = preparer(
            list(map(_fichier, chemins)),
            base,
            demande=Demande.lire(options.annee, options.edition, options.sans_annee),
            territoires=options.territoires,
            maille=options.maille,
            ecarter_inconnus=any(chemin.is_dir() for chemin in options.fichiers),
            mouvements=options.mouvements,
            avancer=_avancer,
        )
        rapport = rapporter(lot, base.catalogue)
    finally:
        _avancer(1.0, "")
        base.fermer()
    print(rapport.texte())
    if options.essai:
        essayer(rapport, options.donnees)
        print("Essai : rien n'a été ajouté.")
        return 0
    entree = appliquer(rapport, options.donnees)
    print(f"Ajout n° {entree.numero} en service. Pour l'annuler : python -m indicators annuler {entree.numero}")
    return 0


def _regrouper(options: argparse.Namespace) -> int:
    base = Base(assurer(options.donnees).chemin)
    try:
        codes = list(options.codes)
        if options.trace is not None:
            couverts = trace.couverts(base, trace.lire(_fichier(options.trace).octets))
            codes += [lieu.territoire for lieu, _ in couverts]
        pret = regroupement.preparer(base, options.nom, codes)
    finally:
        base.fermer()
    print(f"« {pret.nom} » ({pret.code}) : {len(pret.membres)} membres.")
    print("\n".join(f"  {t.territoire}  {t.nom}" for t in pret.membres))
    if options.essai:
        print("Essai : rien n'a été ajouté.")
        return 0
    entree = regroupement.regrouper(pret, options.donnees)
    print(f"Ajout n° {entree.numero} en service. Pour l'annuler : python -m indicators annuler {entree.numero}")
    return 0


def _fichier(chemin: Path) -> Fichier:
    """Le fichier, dont on ne lit jamais plus que ce qui peut être admis."""
    try:
        with chemin.open("rb") as entree:
            return Fichier(chemin.name, entree.read(TAILLE_MAX + 1))
    except OSError as erreur:
        raise ErreurImport(f"« {chemin} » ne peut pas être lu ({erreur.strerror}).") from erreur


def _deplies(chemins: Iterable[Path]) -> Iterable[Path]:
    """Les fichiers ; un dossier donne tous les siens, un motif (que Windows ne déplie pas) ce qu'il désigne."""
    for chemin in chemins:
        if chemin.is_dir():
            yield from sorted(f for f in chemin.rglob("*") if f.is_file() and not f.name.startswith("."))
        elif chemin.is_file():
            yield chemin
        elif trouves := sorted(chemin.parent.glob(chemin.name)):
            yield from trouves
        else:
            raise ErreurImport(f"« {chemin} » n'existe pas.")


def _annuler(options: argparse.Namespace) -> int:
    entree = annuler(options.donnees, options.numero)
    print(f"Ajout n° {entree.numero} annulé ({entree.resume}). Ses fichiers sont gardés dans « {entree.dossier} ».")
    return 0


def _journal(options: argparse.Namespace) -> int:
    entrees = journal(options.donnees, _ecartees(options.donnees))
    print("\n".join(map(_ligne, entrees)) if entrees else "Aucun ajout.")
    return 0


def _ecartees(donnees: Path) -> list[Constat]:
    """Ce que la base n'a pas pu prendre ; le journal se lit même quand il n'y a pas de base."""
    try:
        base = Base(assurer(donnees).chemin)
    except ErreurObservatoire as erreur:
        print(f"La base ne peut pas être lue : {erreur}", file=sys.stderr)
        return []
    try:
        return lignes_ecartees(base)
    finally:
        base.fermer()


def _ligne(entree: Entree) -> str:
    etat = "" if entree.en_service else " — annulé"
    noms = ", ".join(f"{fichier['nom']} ({fichier['empreinte'][:12]})" for fichier in entree.fichiers)
    lignes = (f"{entree.numero:>4}  {entree.quand}  {entree.auteur}{etat}", entree.resume, noms)
    return "\n      ".join(filter(None, (*lignes, *(f"/!\\ {constat}" for constat in entree.constats))))


def _modele(options: argparse.Namespace) -> int:
    verifier(options.sortie, ("xlsx", "csv"))
    if options.sortie.suffix.lower() == ".csv":
        octets = modele_csv()
    else:
        base = Base(assurer(options.donnees).chemin)
        octets = modele_xlsx(base.catalogue)
        base.fermer()
    ecrire(options.sortie, octets, ("xlsx", "csv"))
    print(f"Modèle écrit : {options.sortie}")
    return 0


def _mot_de_passe(_options: argparse.Namespace) -> int:
    if sys.stdin.isatty():
        mot = getpass.getpass("Mot de passe : ")
        if getpass.getpass("Encore une fois : ") != mot:
            raise ErreurObservatoire("Les deux saisies diffèrent : rien n'a été fait. Recommencez.")
    else:  # un script, un conteneur : la première ligne de l'entrée, et la même si une seconde est donnée
        mot, encore = (sys.stdin.readline().rstrip("\r\n") for _ in range(2))
        if encore not in ("", mot):
            raise ErreurObservatoire("Les deux lignes données diffèrent : rien n'a été fait. Recommencez.")
    condense = hacher(mot)
    print(f'{VARIABLE_MOT_DE_PASSE}="{condense}"')
    return 0


def _avancer(part: float, quoi: str) -> None:
    """Une barre sur la sortie d'erreur, quand c'est un terminal qui la montre."""
    if sys.stderr.isatty():
        barre = "█" * round(30 * part)
        print(f"\r{barre:<30} {part:4.0%} {quoi[:60]:<60}", end="\n" if part >= 1 else "", file=sys.stderr, flush=True)
