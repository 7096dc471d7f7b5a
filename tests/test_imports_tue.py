"""Un ajout tué net (kill -9) à n'importe quelle étape : la base d'avant sert, rien à moitié, le suivant réussit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from depots import depot, pauvrete, rapport_de

from indicators.construction import VARIABLE_LOCALES, assurer, empreinte, imports_appliques
from indicators.entrepot import Entrepot
from indicators.imports.ajout import annuler, appliquer, journal

RACINE = Path(__file__).resolve().parent.parent
# Dans le processus enfant, une fonction de l'étape visée est remplacée par une qui tue le processus.
TUER = """
import os, re, signal, sys
from pathlib import Path
from indicators import entrepot_schema
from indicators.imports import ajout
from indicators.__main__ import main

def mourir(*_a, **_k):
    os.kill(os.getpid(), signal.SIGKILL)

def a_moitie(chemin, *_a, **_k):
    Path(chemin).write_bytes(b"une base a moitie ecrite")
    mourir()

vrai = os.replace
def au_renommage(motif, avant):
    def renommer(source, cible):
        vise = re.match(motif, Path(cible).name)
        if vise and avant:
            mourir()
        vrai(source, cible)
        if vise:
            mourir()
    os.replace = renommer

etape, commande = sys.argv[1], sys.argv[2:]
if etape == "avant l'écriture":
    ajout._ecrire = mourir
elif etape == "pendant l'écriture":
    ajout._csv = a_moitie
elif etape == "pendant la construction":
    entrepot_schema.ecrire = a_moitie
elif etape == "base construite":
    au_renommage("observatoire-", avant=False)
elif etape == "juste avant la mise en service":
    au_renommage("[0-9]{4}-", avant=True)
elif etape == "juste après la mise en service":
    au_renommage("[0-9]{4}-", avant=False)
main(commande)
"""
ETAPES = (
    "avant l'écriture", "pendant l'écriture", "pendant la construction", "base construite",
    "juste avant la mise en service", "juste après la mise en service",
)  # fmt: skip


def tuer(etape: str, locales: Path, *commande: str) -> None:
    """Joue la commande dans un processus qui se tue à cette étape."""
    fini = subprocess.run(
        [sys.executable, "-c", TUER, etape, *commande], cwd=RACINE, env={**os.environ, VARIABLE_LOCALES: str(locales)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert fini.returncode == -signal.SIGKILL, fini.stderr


def annees(dossier: Path) -> set[int | None]:
    entrepot = Entrepot(assurer(dossier).chemin)
    try:
        return {o.annee for o in entrepot.observations(["QP001001"], ["taux_pauvrete"])}
    finally:
        entrepot.fermer()


def ajouter(dossier: Path, texte: str) -> int:
    entrepot = Entrepot(assurer(dossier).chemin)
    try:
        return appliquer(rapport_de(entrepot, depot("m.csv", texte)), dossier).numero
    finally:
        entrepot.fermer()


@pytest.mark.parametrize("etape", ETAPES)
def test_un_ajout_tue(etape, dossier, locales, tmp_path):
    assurer(dossier)
    avant = empreinte(dossier)
    fichier = tmp_path / "m.csv"
    fichier.write_text(pauvrete("44,5"), "utf-8")
    tuer(etape, locales, "importer", str(fichier), "--donnees", str(dossier))
    if etape == "juste après la mise en service":
        assert annees(dossier) == {2018, 2021}
        assert [e.numero for e in journal(dossier)] == [1]
    else:
        assert (empreinte(dossier), annees(dossier)) == (avant, {2018})
        assert journal(dossier) == []
    suivant = ajouter(dossier, pauvrete("43,5", annee=2022))
    assert suivant == 1 + (etape == "juste après la mise en service")
    assert 2022 in annees(dossier)
    assert list(locales.glob(".ajout-*")) == [], "le brouillon de l'ajout tué est effacé par le suivant"
    assert all((ajout / "import.json").exists() for ajout in imports_appliques(dossier))


@pytest.mark.parametrize("etape", ETAPES[2:])
def test_une_annulation_tuee(etape, dossier, locales):
    ajouter(dossier, pauvrete("44,5"))
    tuer(etape, locales, "annuler", "1", "--donnees", str(dossier))
    faite = etape == "juste après la mise en service"
    assert annees(dossier) == ({2018} if faite else {2018, 2021})
    assert [e.en_service for e in journal(dossier)] == [not faite]
    if not faite:
        annuler(dossier)
    assert annees(dossier) == {2018}
    assert ajouter(dossier, pauvrete("44,5")) == 2
