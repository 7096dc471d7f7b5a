"""`python -m indicators …` : construire, contrôler, documenter, ajouter, publier, exporter, suivre."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from indicators.socle import interruption

if __name__ == "__main__":
    interruption.pendant_le_chargement()

from indicators.base.construction import cause
from indicators.socle.erreurs import ErreurObservatoire

MODULES = {
    "indicators.commande": ("construire", "controler", "couverture", "documenter"),
    "indicators.imports.moteur.commande": ("importer", "regrouper", "annuler", "journal", "modele", "mot-de-passe"),
    "indicators.imports.embarquement.commande": ("embarquer",),
    "indicators.publications.paquet": ("exporter",),
    "indicators.publications.commande": ("publier",),
    "indicators.suivi.commande": ("suivi",),
}
"""Ce qui déclare chaque commande : elle ne charge que ses bibliothèques, l'aide générale les charge toutes."""


def main(arguments: list[str] | None = None) -> int:
    """Exécute une commande ; rend 0 si tout va bien, 1 si les données ont une erreur ; Ctrl-C en sort par 130."""
    recus = sys.argv[1:] if arguments is None else arguments
    analyseur = argparse.ArgumentParser(prog="python -m indicators", description="L'observatoire des quartiers.")
    commandes = analyseur.add_subparsers(dest="commande", required=True)
    demandee = recus[0] if recus else ""
    for module in [nom for nom, siennes in MODULES.items() if demandee in siennes] or MODULES:
        import_module(module).declarer(commandes)
    with interruption.ecouter():
        return _executer(analyseur.parse_args(recus))


def _executer(options: argparse.Namespace) -> int:
    try:
        return int(options.executer(options))
    except ErreurObservatoire as erreur:
        print(erreur, file=sys.stderr)
        return 1
    except OSError as erreur:
        ou = f" « {erreur.filename} »" if erreur.filename else ""
        print(f"Lecture ou écriture impossible{ou} : {cause(erreur)}. Rien n'a changé.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
