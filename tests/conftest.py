"""Ce que trouve tout essai : la petite base (`feuilles.py`), la base embarquée, celle des trois agglomérations."""

from __future__ import annotations

import gc
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from feuilles import PETITE_BASE, ecrire_les_feuilles
from hypothesis import settings
from unites import UNITES

from indicators.base import ecriture
from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES, VARIABLE_LOCALES, assurer, construire
from indicators.donnees import france
from indicators.donnees.lecture import lire_donnees
from indicators.publications.paquet import exporter
from indicators.socle.catalogue import Indicateur, Sens
from indicators.socle.observations import Fiabilite, Observation, Origine, Statut
from indicators.socle.territoires import Territoire

pytest_plugins = ["deux_editions"]

# Une machine chargée n'est pas une faute ; `.ci/run` rejoue les mêmes exemples, un poste en cherche de nouveaux.
settings.register_profile("maison", deadline=None, derandomize=os.environ.get("EXIGER_NAVIGATEUR") == "1")
settings.load_profile("maison")


# Un essai fait beaucoup d'objets et s'en va : les parcourir tous les sept cents prenait le quart de certains fichiers.
gc.set_threshold(50_000, 20, 50)


def pytest_sessionstart(session: pytest.Session) -> None:
    """La base embarquée se construit une fois, avant que les tests ne se répartissent : tous la trouvent prête."""
    if not hasattr(session.config, "workerinput"):
        with pytest.MonkeyPatch.context() as sans_ajouts:
            sans_ajouts.setenv(VARIABLE_LOCALES, str(Path(__file__).with_name("aucun_ajout")))
            assurer()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Les fichiers d'ici d'abord : `controler` relit toutes les données, et finirait seul après tous les autres."""
    items.sort(key=lambda essai: essai.path.parent != Path(__file__).parent)


@pytest.fixture(scope="session", autouse=True)
def sans_ajouts_de_la_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Des ajouts faits en essayant l'application sur cette machine ne doivent rien changer aux tests."""
    with pytest.MonkeyPatch.context() as seance:
        seance.setenv(VARIABLE_LOCALES, str(tmp_path_factory.mktemp("sans_ajouts")))
        yield


@pytest.fixture
def locales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Un dossier d'ajouts locaux à ce seul test."""
    monkeypatch.setenv(VARIABLE_LOCALES, str(tmp_path / "locales"))
    return tmp_path / "locales"


@pytest.fixture(scope="session", autouse=True)
def oublier_les_bases() -> Iterator[None]:
    """Rend ce que les écrans gardent ouvert et figé : à la sortie, DuckDB s'en plaindrait après le bilan de pytest."""
    yield
    st.cache_resource.clear()
    st.cache_data.clear()
    gc.unfreeze()
    gc.collect()


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    """Un dossier `data/` complet, à la petite base, que le test peut abîmer."""
    return ecrire_les_feuilles(tmp_path / "data", PETITE_BASE)


@pytest.fixture
def petite(dossier: Path, petite_construite: Path) -> Iterator[Base]:
    """La petite base, ouverte, dans le dossier de ses données."""
    base = Base(Path(shutil.copy(petite_construite, dossier)))
    yield base
    base.fermer()


@pytest.fixture
def paquet(petite: Base, tmp_path: Path) -> Path:
    """Le paquet de la petite base, exporté."""
    exporter(petite, tmp_path / "paquet")
    return tmp_path / "paquet"


@pytest.fixture(scope="session")
def petite_construite(tmp_path_factory: pytest.TempPathFactory, sans_ajouts_de_la_machine: None) -> Path:
    """Le fichier de la petite base, construit une fois : chaque test en ouvre une copie."""
    return construire(ecrire_les_feuilles(tmp_path_factory.mktemp("petite") / "data", PETITE_BASE))


@pytest.fixture(scope="session")
def vraie() -> Iterator[Base]:
    """La base embarquée, figée comme par le serveur (`acces`) : le ramasse-miettes n'a plus à la parcourir."""
    base = Base(assurer().chemin)
    gc.collect()
    gc.freeze()
    yield base
    base.fermer()


@pytest.fixture(scope="session")
def lieux_eprouves(vraie: Base) -> list[Territoire]:
    """Tous les territoires des trois agglomérations, leurs références, et cent du reste de la France, tirés au sort.

    La base a 37 000 territoires : une propriété se vérifie sur ceux-ci, les mêmes à chaque fois.
    """
    proches: dict[str, Territoire] = {}
    for agglomeration in vraie.territoires(["EPCI200072460", "EPCI200042190", "EPCI246200364"]):
        fiche = vraie.fiche(agglomeration.territoire)
        communes = vraie.territoires(vraie.communes_de(agglomeration.territoire))
        for t in (agglomeration, *fiche.references, *fiche.quartiers, *communes):
            proches[t.territoire] = t
    autres = [t for t in vraie.territoires() if t.territoire not in proches]
    return [*proches.values(), *random.Random(14).sample(autres, min(100, len(autres)))]


@pytest.fixture(scope="session")
def trois(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    """La base des seuls CSV : les trois agglomérations et leurs documents, que l'on peut exporter en entier."""
    chemin = tmp_path_factory.mktemp("trois") / "observatoire-trois.duckdb"
    ecriture.ecrire(chemin, lire_donnees(DOSSIER_DONNEES, nationales=False))
    base = Base(chemin)
    yield base
    base.fermer()


@pytest.fixture
def copie_des_donnees(tmp_path: Path) -> Path:
    """Une copie des données embarquées, sans les nationales (dix secondes à construire), que le test peut abîmer."""
    nationaux = ("chiffres", *(f"{feuille}.parquet" for feuille in france.LIEUX))
    ecartes = shutil.ignore_patterns("*.duckdb*", ".construction-*", *nationaux)
    return Path(shutil.copytree(DOSSIER_DONNEES, tmp_path / "donnees", ignore=ecartes))


@pytest.fixture
def indicateur() -> Indicateur:
    """Une part dont la baisse est bonne, bande de proximité d'un point."""
    return Indicateur(
        "taux_pauvrete", "Taux de pauvreté", "Taux de pauvreté", "revenus", "", UNITES["%"], 1, Sens.BAISSE, 1.0
    )


@pytest.fixture
def chiffre() -> Callable[..., Observation]:
    """De quoi écrire un chiffre en une ligne : `chiffre(46.7)`, `chiffre(statut="secret")`, `chiffre(inf=25)`."""

    def ecrire(
        valeur: float | None = None,
        *,
        inf: float | None = None,
        sup: float | None = None,
        statut: str | None = None,
        annee: int | None = 2018,
        millesime: int | None = None,
        debut: int | None = None,
        territoire: str = "QP001001",
        indicateur: str = "taux_pauvrete",
        source: str = "insee",
        rang: int = 1,
        decimales: int = 1,
        fiabilite: str = "sure",
    ) -> Observation:
        if statut is None:
            bornes = (inf is not None, sup is not None)
            statut = {(False, False): "exact", (True, False): "au_moins", (False, True): "au_plus"}.get(
                bornes, "intervalle"
            )
        return Observation(
            territoire, indicateur, debut, annee, millesime, valeur, inf, sup, Statut(statut), Fiabilite(fiabilite),
            "", source, 1, "", "", Origine.PUBLIEE, decimales, rang,
        )  # fmt: skip

    return ecrire
