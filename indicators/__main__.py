"""`python -m indicators …` : construire, contrôler, documenter, ajouter, publier, exporter, suivre."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from indicators.socle import interruption

if __name__ == "__main__":
    interruption.pendant_le_chargement()

from indicators.base import familles
from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES, assurer, cause, construire, imports_appliques
from indicators.donnees import couverture, dictionnaire, locales
from indicators.donnees.controles import calcul as controles_calcul
from indicators.donnees.controles import structure as controles
from indicators.donnees.controles.france import relire
from indicators.donnees.dictionnaire import option_donnees
from indicators.donnees.lecture import lire_donnees
from indicators.donnees.lignes import Donnees
from indicators.imports.embarquement import commande as embarquement
from indicators.imports.moteur import commande as commande_import
from indicators.imports.moteur.journal import journal
from indicators.publications import commande as publication
from indicators.publications import paquet
from indicators.socle.erreurs import Constat, DonneesInvalides, ErreurObservatoire
from indicators.suivi import commande as commande_suivi


def main(arguments: list[str] | None = None) -> int:
    """Exécute une commande ; rend 0 si tout va bien, 1 si les données ont une erreur ; Ctrl-C en sort par 130."""
    with interruption.ecouter():
        return _executer(arguments)


def _executer(arguments: list[str] | None) -> int:
    analyseur = argparse.ArgumentParser(prog="python -m indicators", description="L'observatoire des quartiers.")
    commandes = analyseur.add_subparsers(dest="commande", required=True)
    for nom, aide in (
        ("construire", "construit la base DuckDB à partir des CSV"),
        ("controler", "vérifie les données : structure, fidélité aux documents, arithmétique"),
        ("couverture", "dit, par document et section, ce qui a été lu, ce qui est douteux et ce qui est laissé"),
    ):
        commande = commandes.add_parser(nom, help=aide)
        option_donnees(commande, DOSSIER_DONNEES)
        if nom != "construire":
            commande.add_argument(
                "--documents", type=Path, default=controles.DOSSIER_PARTAGE, help="dossier des documents sources"
            )
        if nom == "couverture":
            commande.add_argument("--detail", action="store_true", help="écrit chaque passage laissé")
            commande.add_argument(
                "--familles",
                action="store_true",
                help="dit plutôt, par maille et famille, ce que les chiffres couvrent",
            )
            commande.add_argument(
                "--agglomerations", default="", help="s'en tenir à ces EPCI, séparés par des virgules"
            )
    dictionnaire.declarer(commandes, DOSSIER_DONNEES)
    commande_import.declarer(commandes)
    embarquement.declarer(commandes)
    paquet.declarer(commandes)
    publication.declarer(commandes)
    commande_suivi.declarer(commandes)
    options = analyseur.parse_args(arguments)
    try:
        if "executer" in options:
            return int(options.executer(options))
        if options.commande == "construire":
            print(f"Base construite : {construire(options.donnees)}")
            return 0
        if options.commande == "couverture" and options.familles:
            base = Base(assurer(options.donnees).chemin)
            print(familles.rapport(familles.couvrir(base, [c for c in options.agglomerations.split(",") if c])))
            base.fermer()
            return 0
        if options.commande == "couverture":
            sections = couverture.couvrir(_lues(options.donnees), options.documents)
            print(couverture.rapport(sections, detail=options.detail))
            return 1 if any(section.inexpliquees for section in sections) else 0
        return controler(options.donnees, options.documents)
    except ErreurObservatoire as erreur:
        print(erreur, file=sys.stderr)
        return 1
    except OSError as erreur:
        ou = f" « {erreur.filename} »" if erreur.filename else ""
        print(f"Lecture ou écriture impossible{ou} : {cause(erreur)}. Rien n'a changé.", file=sys.stderr)
        return 1


def _lues(dossier: Path) -> Donnees:
    donnees = lire_donnees(dossier)
    if donnees.constats:
        raise DonneesInvalides(donnees.constats)
    return donnees


def controler(dossier: Path, documents: Path) -> int:
    """Écrit tous les constats, les erreurs d'abord, puis les fautes des documents ; rend 1 s'il y a une erreur."""
    donnees = lire_donnees(dossier)
    constats: list[Constat] = list(donnees.constats)
    if not constats:
        constats += controles.verifier_structure(donnees)
        constats += controles.verifier_transcription(donnees, documents)
        constats += controles_calcul.verifier_arithmetique(donnees)
        constats += controles.a_signaler(donnees)
    relecture = relire(dossier, donnees, documents) if donnees.nationaux and not donnees.constats else None
    constats += relecture.constats if relecture else []
    constats += _des_ajouts(dossier, donnees)
    titres = {
        "erreur": "Erreurs, à corriger dans data/",
        "a_verifier": "À vérifier : un calcul ne retombe pas sur le chiffre imprimé, sans que les données le disent",
        "document": "Chiffres des documents, marqués dans les données",
        "ecartee": "Ajouts locaux : ce que cette version n'a pas pu prendre, ou qui a changé depuis l'ajout",
    }
    for gravite, titre in titres.items():
        choisis = sorted(c for c in constats if c.gravite == gravite)
        if choisis:
            print(f"\n{titre} ({len(choisis)})")
            print("\n".join(f"  - {constat}" for constat in choisis))
    compte = Counter(c.gravite for c in constats)
    presents = controles.documents_presents(donnees, documents)
    print(
        f"\n{len(donnees['observations'])} observations lues ; {controles_calcul.nombre_de_calculs(donnees)} calculs "
        f"refaits ; {presents[True]} documents relus, {presents[False]} absents. "
        f"{compte['erreur']} erreurs, {compte['a_verifier']} à vérifier, {compte['document']} marqués."
    )
    if relecture:
        print(relecture.phrase)
    return 1 if compte["erreur"] or compte["a_verifier"] else 0


def _des_ajouts(dossier: Path, donnees: Donnees) -> list[Constat]:
    """Les lignes d'ajouts locaux qui ne vont plus avec ces données, et les fichiers d'ajouts que l'on a changés."""
    ecartees = locales.reunir(donnees, imports_appliques(dossier)).ecartees
    changes = [Constat(e.dossier.name, 0, "", phrase, "ecartee") for e in journal(dossier) for phrase in e.constats]
    return [*ecartees, *changes]


if __name__ == "__main__":
    raise SystemExit(main())
