"""Construire, importer, annuler, tués net (kill -9) avant chacun de leurs pas sur le disque : rien de perdu, rien à
moitié, et la commande suivante réussit."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from depots import depot, pauvrete, rapport_de

from indicators.base.base import Base
from indicators.base.construction import VARIABLE_LOCALES, assurer, construire, empreinte, imports_appliques
from indicators.imports.moteur.ajout import annuler, appliquer
from indicators.imports.moteur.journal import journal

RACINE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Mort:
    """Un essai : ce qu'il reste sur le disque, et le pas devant lequel la commande est morte (vide : allée au bout)."""

    ici: Path
    pas: str

    @property
    def donnees(self) -> Path:
        return self.ici / "data"


def mourir_a_chaque_pas(modele: Path, essais: Path, *commande: str, ordres: int = 0) -> list[Mort]:
    """Un essai par pas de la commande ; le dernier va au bout."""
    joue = subprocess.run(
        [sys.executable, "tests/mourir.py", str(modele), str(essais), str(ordres), *commande, "--donnees", "data"],
        cwd=RACINE, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert joue.returncode == 0, joue.stderr
    restes = sorted(essais.iterdir(), key=lambda chemin: int(chemin.name))
    morts = [Mort(ici, (ici / "mort.txt").read_text("utf-8") if (ici / "mort.txt").exists() else "") for ici in restes]
    assert [bool(mort.pas) for mort in morts] == [True] * (len(morts) - 1) + [False]
    return morts


def annees(dossier: Path) -> set[int | None]:
    return {o.annee for o in lues(assurer(dossier).chemin)}


def valeurs(base: Path) -> set[float | None]:
    return {o.valeur for o in lues(base)}


def lues(base: Path) -> list:
    ouverte = Base(base)
    try:
        return ouverte.observations(["QP001001"], ["taux_pauvrete"])
    finally:
        ouverte.fermer()


def ajouter(dossier: Path, texte: str) -> int:
    ouverte = Base(assurer(dossier).chemin)
    try:
        return appliquer(rapport_de(ouverte, depot("m.csv", texte)), dossier).numero
    finally:
        ouverte.fermer()


def changer(dossier: Path, ancien: str, nouveau: str) -> None:
    chemin = dossier / "observations" / "essai.csv"
    texte = chemin.read_text("utf-8-sig")
    assert ancien in texte
    chemin.write_text(texte.replace(ancien, nouveau), "utf-8-sig")


@pytest.fixture
def modele(dossier: Path, locales: Path) -> Path:
    """Ce dont part chaque essai : les données, leur base, un fichier à ajouter."""
    construire(dossier)
    (dossier.parent / "m.csv").write_text(pauvrete("44,5"), "utf-8")
    return dossier.parent


def test_construire_tue_a_chaque_pas(modele, tmp_path_factory):
    """Deux bases sont là (l'actuelle, la précédente) ; la nouvelle vient, la plus ancienne s'en va."""
    changer(modele / "data", ";46,7;", ";47,7;")
    os.utime(construire(modele / "data"))
    changer(modele / "data", ";47,7;", ";48,7;")
    morts = mourir_a_chaque_pas(modele, tmp_path_factory.mktemp("essais"), "construire", ordres=5)
    assert len(morts) > 20
    gestes = " ".join(mort.pas for mort in morts)
    assert all(geste in gestes for geste in ("os.mkdir", "ordre à la base", "fermeture", "os.rename", "os.remove"))
    anciennes = {base.name: base.read_bytes() for base in (modele / "data").glob("observatoire-*.duckdb")}
    assert len(anciennes) == 2
    faites = []
    for mort in morts:
        nouvelle = mort.donnees / f"observatoire-{empreinte(mort.donnees)}.duckdb"
        faites.append(nouvelle.exists())
        restes = {b.name: b.read_bytes() for b in mort.donnees.glob("observatoire-*.duckdb") if b != nouvelle}
        # Tant que la nouvelle n'y est pas, les deux d'avant y sont, intactes ; ensuite, au moins une.
        assert restes == anciennes or (nouvelle.exists() and restes and restes.items() <= anciennes.items()), mort.pas
        assert not nouvelle.exists() or valeurs(nouvelle) == {48.7, 39.3}, mort.pas
        for brouillon in mort.donnees.glob(".construction-*"):
            os.utime(brouillon, (0, 0))
        (mort.donnees / nouvelle.name).unlink(missing_ok=True)
        assert valeurs(assurer(mort.donnees).chemin) == {48.7, 39.3}
        assert list(mort.donnees.glob(".construction-*")) == [], mort.pas
    assert faites == sorted(faites) and faites.count(True) > 1


def test_importer_tue_a_chaque_pas(modele, monkeypatch, tmp_path_factory):
    avant = empreinte(modele / "data")
    morts = mourir_a_chaque_pas(modele, tmp_path_factory.mktemp("essais"), "importer", "m.csv")
    # La construction est éprouvée ci-dessus, un ordre sur cinq ; ici, les deux renommages de la mise en service y sont.
    construite, servie = (mort.pas for mort in morts if mort.pas.startswith("os.rename"))
    assert re.search(r"\.construction-\w+/observatoire-", construite) and re.search(r"\.ajout-\w+/0001-", servie)
    faits = []
    for mort in morts:
        monkeypatch.setenv(VARIABLE_LOCALES, str(mort.ici / "locales"))
        fait = bool(journal(mort.donnees))
        faits.append(fait)
        assert annees(mort.donnees) == ({2018, 2021} if fait else {2018}), mort.pas
        assert fait or empreinte(mort.donnees) == avant, mort.pas
        assert ajouter(mort.donnees, pauvrete("43,5", annee=2022)) == 1 + fait, mort.pas
        assert 2022 in annees(mort.donnees)
        assert list((mort.ici / "locales").glob(".ajout-*")) == [], "le suivant efface le brouillon"
        assert all((ajout / "import.json").exists() for ajout in imports_appliques(mort.donnees))
    assert faits == sorted(faits) and faits.count(True) > 1


@pytest.mark.parametrize("refaite", [True, False])
def test_annuler_tue_a_chaque_pas(modele, monkeypatch, tmp_path_factory, refaite):
    """La base d'avant l'ajout est refaite, ou encore là et remise en service."""
    avant, d_avant = empreinte(modele / "data"), assurer(modele / "data").chemin
    ajouter(modele / "data", pauvrete("44,5"))
    if refaite:
        d_avant.unlink()
    morts = mourir_a_chaque_pas(modele, tmp_path_factory.mktemp("essais"), "annuler", "1")
    assert len(morts) > 3
    assert any(mort.pas.startswith("fermeture") for mort in morts) is refaite
    faits = []
    for mort in morts:
        monkeypatch.setenv(VARIABLE_LOCALES, str(mort.ici / "locales"))
        (entree,) = journal(mort.donnees)
        faits.append(not entree.en_service)
        assert annees(mort.donnees) == ({2018, 2021} if entree.en_service else {2018}), mort.pas
        if entree.en_service:
            annuler(mort.donnees)
        assert (empreinte(mort.donnees), annees(mort.donnees)) == (avant, {2018}), mort.pas
        assert ajouter(mort.donnees, pauvrete("44,5")) == 2
    assert faits == sorted(faits) and faits.count(True) >= 1
