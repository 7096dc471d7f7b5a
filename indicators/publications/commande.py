"""`python -m indicators publier …` : les mêmes documents qu'à l'écran, dans un fichier, sans navigateur."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from indicators.analyse.portrait import dresser
from indicators.analyse.reste import restes
from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES, assurer
from indicators.donnees.dictionnaire import option_donnees
from indicators.publications.atlas import atlas_pdf
from indicators.publications.classeur import classeur_xlsx
from indicators.publications.diaporama import diaporama_pptx
from indicators.publications.fiche import fiche_pdf
from indicators.publications.seance import preparer
from indicators.socle.sortie import ecrire, verifier

ADRESSE = "OBSERVATOIRE_ADRESSE"
"""La variable qui dit où est l'observatoire (« https://observatoire.exemple.fr ») : le code QR des fiches y mène."""


def _fiche(base: Base, code: str) -> bytes:
    return fiche_pdf(base, dresser(base, code), adresse=os.environ.get(ADRESSE, ""))


def _classeur(base: Base, code: str) -> bytes:
    return classeur_xlsx(dresser(base, code), base.catalogue, restes=restes(base, code))


def _diaporama(base: Base, code: str) -> bytes:
    return diaporama_pptx(preparer(base, dresser(base, code)))


def _atlas(base: Base, code: str) -> bytes:
    return atlas_pdf(
        base,
        code,
        lambda fait, total, etape: print(f"{100 * fait // total} %  {etape}"),
        adresse=os.environ.get(ADRESSE, ""),
    )


DOCUMENTS: dict[str, tuple[str, Callable[[Base, str], bytes]]] = {
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
    option_donnees(commande, DOSSIER_DONNEES)
    commande.set_defaults(executer=publier)


def publier(options: argparse.Namespace) -> int:
    """Écrit le document demandé et dit où ; lève `ErreurObservatoire` si le fichier ne peut pas être écrit."""
    suffixe, faire = DOCUMENTS[options.document]
    verifier(options.sortie, (suffixe,))
    base = Base(assurer(options.donnees).chemin)
    try:
        octets = faire(base, options.territoire)
    finally:
        base.fermer()
    ecrire(options.sortie, octets, (suffixe,))
    print(f"Document écrit : {options.sortie}")
    return 0
