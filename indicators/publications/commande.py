"""`python -m indicators publier …` : les mêmes documents qu'à l'écran, dans un fichier, sans navigateur."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from ..construction import DOSSIER_DONNEES, assurer
from ..entrepot import Entrepot
from ..portrait import dresser
from ..sortie import ecrire, verifier
from .atlas import atlas_pdf
from .classeur import classeur_xlsx
from .diaporama import diaporama_pptx
from .fiche import fiche_pdf
from .sequence import preparer


def _fiche(entrepot: Entrepot, code: str) -> bytes:
    return fiche_pdf(entrepot, dresser(entrepot, code))


def _classeur(entrepot: Entrepot, code: str) -> bytes:
    return classeur_xlsx(dresser(entrepot, code), entrepot.catalogue)


def _diaporama(entrepot: Entrepot, code: str) -> bytes:
    return diaporama_pptx(preparer(entrepot, dresser(entrepot, code)))


def _atlas(entrepot: Entrepot, code: str) -> bytes:
    return atlas_pdf(entrepot, code, lambda fait, total, etape: print(f"{100 * fait // total} %  {etape}"))


DOCUMENTS: dict[str, tuple[str, Callable[[Entrepot, str], bytes]]] = {
    "fiche": ("pdf", _fiche),
    "atlas": ("pdf", _atlas),
    "diaporama": ("pptx", _diaporama),
    "classeur": ("xlsx", _classeur),
}
"""Chaque document : le suffixe de son fichier, et comment le faire d'un code de territoire."""


def declarer(commandes: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Ajoute `publier` aux commandes."""
    commande = commandes.add_parser("publier", help="écrit un document d'un territoire : " + ", ".join(DOCUMENTS))
    commande.add_argument("document", choices=DOCUMENTS)
    commande.add_argument("--territoire", required=True, help="code du territoire (QP062011, EPCI200072460…)")
    commande.add_argument("--sortie", type=Path, required=True, help="fichier à écrire")
    commande.add_argument("--donnees", type=Path, default=DOSSIER_DONNEES, help="dossier des CSV (défaut : data/)")
    commande.set_defaults(executer=publier)


def publier(options: argparse.Namespace) -> int:
    """Écrit le document demandé et dit où ; lève `ErreurObservatoire` si le fichier ne peut pas être écrit."""
    suffixe, faire = DOCUMENTS[options.document]
    verifier(options.sortie, (suffixe,))
    entrepot = Entrepot(assurer(options.donnees).chemin)
    try:
        octets = faire(entrepot, options.territoire)
    finally:
        entrepot.fermer()
    ecrire(options.sortie, octets, (suffixe,))
    print(f"Document écrit : {options.sortie}")
    return 0
