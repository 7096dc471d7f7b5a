"""Un indicateur que l'on a défini soi-même est sur chaque écran, marqué « local », et dans ce qu'on emporte."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import openpyxl
import pytest
from depots import depot, modele, rapport_de
from ecrans import ouvrir, texte
from hostile import servie

from indicators.analyse.portrait import dresser
from indicators.base.base import Base
from indicators.base.construction import (
    DOSSIER_DONNEES,
    VARIABLE_BASE,
    VARIABLE_LOCALES,
    assurer,
    empreinte,
    nom_de_base,
)
from indicators.donnees import france
from indicators.imports.moteur.ajout import appliquer
from indicators.publications.classeur import classeur_xlsx
from indicators.publications.paquet import exporter

LIEUX = ("QP062011", "QP062012", "QP062017", "EPCI200072460")
DEFINI = (
    "indicateur;nom;nom_court;unite;definition;sens;theme;pilier\n"
    "part_jardins;Ménages avec jardin partagé;Jardins partagés;%;Ménages inscrits, sur tous.;hausse;{theme};{pilier}\n"
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """La base des trois agglomérations, avec deux années de « jardins partagés » pour trois quartiers et leur EPCI."""
    ou = tmp_path_factory.mktemp("local")
    nationaux = ("chiffres", *(f"{feuille}.parquet" for feuille in france.LIEUX))
    donnees = Path(
        shutil.copytree(
            DOSSIER_DONNEES, ou / "data", ignore=shutil.ignore_patterns("*.duckdb*", ".construction-*", *nationaux)
        )
    )
    with pytest.MonkeyPatch.context() as ici:
        ici.setenv(VARIABLE_LOCALES, str(ou / "locales"))
        ici.setenv(VARIABLE_BASE, str(ou))
        avant = Base(assurer(donnees).chemin)
        modeles = next(iter(avant.catalogue.indicateurs.values()))
        definition = DEFINI.format(theme=modeles.theme, pilier=modeles.pilier)
        chiffres = modele(
            *(
                f"{lieu};part_jardins;{an};;{10 + n + an - 2018},5;;;;"
                for n, lieu in enumerate(LIEUX)
                for an in (2018, 2023)
            )
        )
        appliquer(rapport_de(avant, depot("indicateurs.csv", definition), depot("chiffres.csv", chiffres)), donnees)
        avant.fermer()
        apres = assurer(donnees).chemin
    # sous le nom de la base embarquée, les écrans la prennent pour elle
    (ou / "servie").mkdir()
    return Path(shutil.copy(apres, ou / "servie" / nom_de_base(empreinte(DOSSIER_DONNEES, []))))


@pytest.mark.parametrize(
    ("ecran", "choix"),
    [
        ("portrait", {"territoire": "QP062011"}),
        ("comparer", {"territoire": "QP062011", "indicateur": "part_jardins"}),
        ("carte", {"territoire": "QP062011", "indicateur": "part_jardins"}),
        ("evolution", {"territoire": "QP062011", "indicateur": "part_jardins"}),
        ("explorer", {"indicateur": "part_jardins"}),
        ("sources", {"rubrique": "indicateurs"}),
    ],
)
def test_il_est_sur_cet_ecran_marque(base, ecran, choix):
    with servie(base):
        essai = ouvrir(ecran, **choix)
        lu = texte(essai)
    assert "(local)" in lu and "ardin" in lu
    if "indicateur" in choix:
        assert "10,5" in lu or "15,5" in lu


def test_il_est_dans_ce_qu_on_emporte(base, tmp_path):
    ouverte = Base(base)
    classeur = openpyxl.load_workbook(
        io.BytesIO(classeur_xlsx(dresser(ouverte, "QP062011"), ouverte.catalogue)), read_only=True
    )
    assert any("(local)" in str(case) for rangee in classeur["Indicateurs"].values for case in rangee)
    exporter(ouverte, tmp_path / "paquet", ["EPCI200072460"])
    ouverte.fermer()
    assert "part_jardins" in (tmp_path / "paquet" / "csv" / "indicateurs.csv").read_text("utf-8-sig")
    observations = (tmp_path / "paquet" / "csv" / "observations.csv").read_text("utf-8-sig")
    assert sum("part_jardins" in ligne for ligne in observations.splitlines()) == 2 * len(LIEUX)
