"""La petite base des tests : une commune au code à zéro initial, un secret, un intervalle, un seuil, un vrai zéro,
une valeur douteuse, un quartier né d'une fusion."""

from __future__ import annotations

import gc
import os
import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import streamlit as st
from hypothesis import settings
from unites import LIGNES as LIGNES_UNITES
from unites import UNITES

from indicators.base import ecriture
from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES, VARIABLE_LOCALES, assurer, construire
from indicators.donnees import france
from indicators.donnees.lecture import lire_donnees
from indicators.donnees.schema import COLONNES, FICHIERS
from indicators.socle.catalogue import Indicateur, Sens
from indicators.socle.observations import Fiabilite, Observation, Origine, Statut
from indicators.socle.territoires import Territoire

pytest_plugins = ["deux_editions"]

# Une machine chargée n'est pas une faute ; `.ci/run` rejoue les mêmes exemples, un poste en cherche de nouveaux.
settings.register_profile("maison", deadline=None, derandomize=os.environ.get("EXIGER_NAVIGATEUR") == "1")
settings.load_profile("maison")


def pytest_sessionstart(session: pytest.Session) -> None:
    """La base embarquée se construit une fois, avant que les tests ne se répartissent : tous la trouvent prête."""
    if not hasattr(session.config, "workerinput"):
        with pytest.MonkeyPatch.context() as sans_ajouts:
            sans_ajouts.setenv(VARIABLE_LOCALES, str(Path(__file__).with_name("aucun_ajout")))
            assurer()


PETITE_BASE: dict[str, list[dict[str, str]]] = {
    "territoires": [
        {"territoire": "QP001001", "maille": "quartier", "geographie": "2015", "statut": "QPV", "nom": "La Gare",
         "nom_court": "La Gare", "code_officiel": "QP001001", "superficie_ha": "12"},
        {"territoire": "QP001002", "maille": "quartier", "geographie": "2015", "statut": "QPV", "nom": "L’Épinette",
         "nom_court": "Épinette", "variantes": "Epinettes | L'Epinette", "code_officiel": "QP001002"},
        {"territoire": "QP001003", "maille": "quartier", "geographie": "2015", "statut": "QPV", "nom": "Le Port",
         "nom_court": "Le Port", "code_officiel": "QP001003"},
        {"territoire": "QN00101M", "maille": "quartier", "geographie": "2024", "statut": "QPV",
         "nom": "La Gare – L’Épinette", "nom_court": "Gare-Épinette", "code_officiel": "QN00101M"},
        {"territoire": "COM01004", "maille": "commune", "nom": "Ambérieu", "nom_court": "Ambérieu",
         "code_officiel": "01004"},
        {"territoire": "EPCI200000001", "maille": "epci", "nom": "CA des Essais", "nom_court": "Essais",
         "code_officiel": "200000001"},
        {"territoire": "DEP01", "maille": "departement", "nom": "Ain", "nom_court": "Ain", "code_officiel": "01"},
        {"territoire": "REG84", "maille": "region", "nom": "Auvergne-Rhône-Alpes", "nom_court": "AURA",
         "code_officiel": "84"},
    ],
    "appartenances": [
        {"territoire": q, "parent": p, "nature": n}
        for q in ("QP001001", "QP001002", "QP001003", "QN00101M")
        for p, n in (("COM01004", "commune"), ("EPCI200000001", "contrat"), ("DEP01", "departement"))
    ]
    + [
        {"territoire": "COM01004", "parent": "EPCI200000001", "nature": "epci"},
        {"territoire": "COM01004", "parent": "DEP01", "nature": "departement"},
        {"territoire": "EPCI200000001", "parent": "DEP01", "nature": "departement"},
        {"territoire": "DEP01", "parent": "REG84", "nature": "region"},
    ],
    "filiations": [
        {"ancien": "QP001001", "nouveau": "QN00101M", "nature": "fusion", "source": "essai"},
        {"ancien": "QP001002", "nouveau": "QN00101M", "nature": "fusion", "source": "essai"},
    ],
    "themes": [
        {"theme": "revenus", "libelle": "Revenus", "ordre": "1"},
        {"theme": "population", "libelle": "Population", "ordre": "2"},
    ],
    "unites": [ligne.textes for ligne in LIGNES_UNITES],
    "indicateurs": [
        {"indicateur": "taux_pauvrete", "libelle": "Taux de pauvreté", "libelle_court": "Pauvreté", "theme": "revenus",
         "pilier": "Cohésion sociale", "unite": "%", "decimales": "1", "sens": "baisse", "bande_proche": "1",
         "mini": "0", "maxi": "100", "definition": "Part des habitants sous le seuil."},
        {"indicateur": "population", "libelle": "Population", "libelle_court": "Habitants", "theme": "population",
         "pilier": "Cohésion sociale", "unite": "habitants", "decimales": "0", "sens": "neutre", "mini": "0",
         "definition": "Nombre d’habitants."},
    ],
    "familles": [
        {"famille": "pauvrete", "libelle": "Pauvreté", "maille": m, "ordre": "1", "indicateur": "taux_pauvrete"}
        for m in ("quartier", "commune", "epci", "departement", "region")
    ],
    "sources": [
        {"source": "insee", "producteur": "Insee", "titre": "Fichier", "licence": "Licence Ouverte 2.0", "rang": "1"},
        {"source": "convention", "producteur": "Ville", "titre": "Convention", "licence": "document public",
         "rang": "3"},
    ],
    "observations": [
        {"territoire": t, "indicateur": i, "annee": a, "valeur": v, "borne_inf": b, "borne_sup": h, "statut": s,
         "fiabilite": f, "note": n, "source": o, "ligne": "1", "passage": p, "imprime": m, "origine": "publiee"}
        for t, i, a, v, b, h, s, f, n, o, p, m in (
            ("QP001001", "taux_pauvrete", "2018", "46,7", "", "", "exact", "sure", "", "insee", "46,7 %", "46,7 %"),
            ("QP001001", "taux_pauvrete", "2018", "39,3", "", "", "exact", "douteuse", "contredit par l’Insee",
             "convention", "Taux : 39,3 %", "39,3 %"),
            ("QP001002", "taux_pauvrete", "2018", "", "25", "30", "intervalle", "sure", "", "insee", "25 à 30%",
             "25 à 30%"),
            ("QP001003", "taux_pauvrete", "2018", "", "", "", "secret", "sure", "", "insee", "s", "s"),
            ("QN00101M", "taux_pauvrete", "2021", "44,0", "", "", "exact", "sure", "", "insee", "44,0", "44,0"),
            ("EPCI200000001", "taux_pauvrete", "2018", "18,8", "", "", "exact", "sure", "", "insee", "18,8 %", "18,8"),
            ("REG84", "taux_pauvrete", "2020", "12,5", "", "", "exact", "sure", "", "insee", "12,5", "12,5"),
            ("QP001001", "population", "2018", "1088", "", "", "exact", "sure", "", "insee",
             "1 088 habitants", "1 088"),
            ("QP001002", "population", "2018", "0", "", "", "exact", "sure", "", "insee", "0 habitant", "0"),
            ("QP001003", "population", "2018", "", "500", "", "au_moins", "sure", "", "insee", "plus de 500",
             "plus de 500"),
            ("EPCI200000001", "population", "2018", "50000", "", "", "exact", "sure", "", "insee", "50 000", "50 000"),
        )
    ],
}  # fmt: skip


def ecrire_csv(chemin: Path, feuille: str, lignes: list[dict[str, str]]) -> None:
    """Écrit une feuille au format du projet."""
    colonnes = [colonne.nom for colonne in COLONNES[feuille]]
    chemin.parent.mkdir(parents=True, exist_ok=True)
    texte = [";".join(colonnes)] + [";".join(ligne.get(c, "") for c in colonnes) for ligne in lignes]
    chemin.write_text("\n".join(texte) + "\n", encoding="utf-8-sig")


def ecrire_les_feuilles(ou: Path, feuilles: Mapping[str, list[dict[str, str]]]) -> Path:
    """Un dossier `data/` complet : ces feuilles, les autres vides ; le rend."""
    for feuille, nom in (*FICHIERS.items(), ("observations", "observations/essai.csv")):
        ecrire_csv(ou / nom, feuille, feuilles.get(feuille, []))
    return ou


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


@pytest.fixture(scope="session")
def petite_construite(tmp_path_factory: pytest.TempPathFactory, sans_ajouts_de_la_machine: None) -> Path:
    """Le fichier de la petite base, construit une fois : chaque test en ouvre une copie."""
    return construire(ecrire_les_feuilles(tmp_path_factory.mktemp("petite") / "data", PETITE_BASE))


@pytest.fixture(scope="session")
def vraie() -> Iterator[Base]:
    """La base embarquée."""
    base = Base(assurer().chemin)
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
