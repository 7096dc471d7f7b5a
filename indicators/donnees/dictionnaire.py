"""`data/LISEZ-MOI.md` : les règles s'y écrivent à la main, les feuilles y sont récrites d'après le schéma."""

from __future__ import annotations

import argparse
from pathlib import Path

from indicators.donnees.schema import CHAPITRES, FEUILLES, Colonne, Feuille
from indicators.socle.erreurs import ErreurObservatoire

NOM = "LISEZ-MOI.md"
MARQUE = "<!-- La suite est écrite par « python -m indicators documenter » d’après indicators/donnees/schema/. -->"
"""Tout ce qui suit cette ligne est récrit ; ce qui la précède reste tel quel."""

_REGLES = "## Ce qui vaut partout"


def titre(feuille: Feuille, nom: str) -> str:
    """« ### territoires.csv — un lieu · clé : `territoire` »."""
    cle = f"clé : {' + '.join(f'`{colonne}`' for colonne in feuille.cle)}" if feuille.cle else "pas de clé"
    return f"### {nom} — {feuille.ligne} · {cle}"


def corps(feuille: Feuille) -> str:
    """Ce qui se dit d'une feuille : son texte, puis une ligne par colonne."""
    tableau = ["| colonne | genre | contenu | vide |", "|---|---|---|---|"]
    tableau += [_rangee(colonne) for colonne in feuille.colonnes]
    return "\n\n".join(filter(None, (feuille.avant, "\n".join(tableau), feuille.apres)))


def _rangee(colonne: Colonne) -> str:
    genre = "année" if colonne.genre == "annee" else str(colonne.genre)
    lien = ""
    if colonne.lien:
        codes = "codes séparés par des virgules" if colonne.plusieurs else "code"
        lien = f" ({codes} de `{FEUILLES[colonne.lien].fichier}`)"
    cellules = (f"`{colonne.nom}`", genre, colonne.contenu + lien, "jamais" if colonne.vide is None else colonne.vide)
    return f"| {' | '.join(cellule.replace('|', chr(92) + '|') for cellule in cellules)} |"


def a_jour(texte: str) -> str:
    """Le dictionnaire que veut le schéma, les règles de `texte` gardées ; lève si sa marque manque."""
    debut, marque, _ = texte.partition(MARQUE)
    if not marque:
        raise ErreurObservatoire(f"La ligne « {MARQUE} » manque dans {NOM} : remettez-la après les règles.")
    morceaux = [debut + marque]
    for chapitre in CHAPITRES:
        morceaux.append(f"## {chapitre.titre}")
        morceaux += [f"{titre(feuille, feuille.fichier)}\n\n{corps(feuille)}" for feuille in chapitre.feuilles]
        morceaux += filter(None, (chapitre.apres,))
    return "\n\n".join(morceaux) + "\n"


def regles(texte: str) -> list[str]:
    """Les règles qui valent partout, écrites à la main, une par ligne."""
    return texte.partition(_REGLES)[2].partition("\n## ")[0].strip().splitlines()


def option_donnees(commande: argparse.ArgumentParser, defaut: Path) -> None:
    """Ajoute à une commande le dossier des données qu'elle lit."""
    commande.add_argument("--donnees", type=Path, default=defaut, help="dossier des CSV (défaut : data/)")


def declarer(commandes: argparse._SubParsersAction[argparse.ArgumentParser], donnees: Path) -> None:
    """Ajoute la commande `documenter` à l'analyseur."""
    commande = commandes.add_parser("documenter", help="récrit data/LISEZ-MOI.md d'après le schéma")
    option_donnees(commande, donnees)
    commande.set_defaults(executer=_documenter)


def _documenter(options: argparse.Namespace) -> int:
    chemin: Path = options.donnees / NOM
    texte = chemin.read_text("utf-8")
    voulu = a_jour(texte)
    if voulu == texte:
        print(f"{NOM} est à jour.")
    else:
        chemin.write_text(voulu, "utf-8", newline="\n")
        print(f"{NOM} récrit.")
    return 0
