"""Les commandes des données elles-mêmes : `construire`, `controler`, `couverture`, `documenter`."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from indicators.base import familles
from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES, assurer, construire, imports_appliques
from indicators.donnees import couverture, dictionnaire, locales
from indicators.donnees.controles import calcul as controles_calcul
from indicators.donnees.controles import structure as controles
from indicators.donnees.controles.france import relire
from indicators.donnees.dictionnaire import option_donnees
from indicators.donnees.lecture import lire_donnees
from indicators.donnees.lignes import Donnees
from indicators.imports.moteur.journal import journal
from indicators.socle.erreurs import Constat, DonneesInvalides


def declarer(commandes: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Ajoute ces commandes à l'analyseur."""
    construction = commandes.add_parser("construire", help="construit la base DuckDB à partir des CSV")
    option_donnees(construction, DOSSIER_DONNEES)
    construction.set_defaults(executer=_construire)
    controle = commandes.add_parser(
        "controler", help="vérifie les données : structure, fidélité aux documents, arithmétique"
    )
    controle.set_defaults(executer=lambda options: controler(options.donnees, options.documents))
    couvertes = commandes.add_parser(
        "couverture", help="dit, par document et section, ce qui a été lu, ce qui est douteux et ce qui est laissé"
    )
    couvertes.set_defaults(executer=_couvrir)
    for commande in (controle, couvertes):
        option_donnees(commande, DOSSIER_DONNEES)
        commande.add_argument(
            "--documents", type=Path, default=controles.DOSSIER_PARTAGE, help="dossier des documents sources"
        )
    couvertes.add_argument("--detail", action="store_true", help="écrit chaque passage laissé")
    couvertes.add_argument(
        "--familles", action="store_true", help="dit plutôt, par maille et famille, ce que les chiffres couvrent"
    )
    couvertes.add_argument("--agglomerations", default="", help="s'en tenir à ces EPCI, séparés par des virgules")
    dictionnaire.declarer(commandes, DOSSIER_DONNEES)


def _construire(options: argparse.Namespace) -> int:
    print(f"Base construite : {construire(options.donnees)}")
    return 0


def _couvrir(options: argparse.Namespace) -> int:
    if options.familles:
        base = Base(assurer(options.donnees).chemin)
        print(familles.rapport(familles.couvrir(base, [c for c in options.agglomerations.split(",") if c])))
        base.fermer()
        return 0
    donnees = lire_donnees(options.donnees)
    if donnees.constats:
        raise DonneesInvalides(donnees.constats)
    sections = couverture.couvrir(donnees, options.documents)
    print(couverture.rapport(sections, detail=options.detail))
    return 1 if any(section.inexpliquees for section in sections) else 0


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
