"""Ce que le dépôt promet de lui-même : une version racontée, des relectures sans réseau, des outils épinglés."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

RACINE = Path(__file__).resolve().parents[1]
PROJET = tomllib.loads((RACINE / "pyproject.toml").read_text("utf-8"))


def test_la_version_est_racontee_la_premiere():
    titres = re.findall(r"^## (\d+\.\d+\.\d+) — ", (RACINE / "docs/journal-du-code.md").read_text("utf-8"), re.M)
    assert titres[0] == PROJET["project"]["version"]
    assert titres == sorted(titres, key=lambda v: [int(n) for n in v.split(".")], reverse=True)


def test_pre_commit_ne_telecharge_rien():
    texte = (RACINE / ".pre-commit-config.yaml").read_text("utf-8")
    assert set(re.findall(r"repo: (\S+)", texte)) == {"local"}
    assert set(re.findall(r"language: (\S+)", texte)) == {"system"}


def test_chaque_dependance_est_epinglee():
    lignes = (RACINE / "requirements.txt").read_text("utf-8").splitlines()
    for ligne in filter(None, lignes):
        assert ligne.startswith("#") or re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+", ligne), ligne


def verrouilles(ou: str = "requirements.lock") -> dict[str, list[tuple[str, str]]]:
    """Par paquet, les versions du verrou et la condition de chacune ; chacune a au moins un condensat."""
    trouves: dict[str, list[tuple[str, str]]] = {}
    for bloc in re.split(r"\n(?=\S)", (RACINE / ou).read_text("utf-8")):
        if not bloc.startswith("#"):
            tete, *condensats = bloc.replace("\\\n", "\n").split("\n")
            exigence = Requirement(tete)
            assert condensats and all(re.fullmatch(r"\s+--hash=sha256:[0-9a-f]{64}\s*|", li) for li in condensats), tete
            version = str(exigence.specifier).removeprefix("==")
            trouves.setdefault(canonicalize_name(exigence.name), []).append((version, str(exigence.marker or "")))
    return trouves


def test_le_verrou_dit_ce_que_demande_requirements():
    """Une version changée dans l'un doit l'être dans l'autre : la commande est en tête de requirements.lock."""
    verrou = verrouilles()
    lignes = (RACINE / "requirements.txt").read_text("utf-8").splitlines()
    demandes = [Requirement(ligne) for ligne in lignes if ligne[:1] not in "#"]
    assert len(demandes) > 30
    for demande in demandes:
        assert verrou.get(canonicalize_name(demande.name)) == [(str(demande.specifier).removeprefix("=="), "")], demande


def test_le_verrou_contient_tout_ce_que_ses_paquets_amenent():
    """`pip install --require-hashes` refuserait ce qui n'y est pas."""
    verrou, manquent = verrouilles(), []
    for nom in verrou:
        try:
            amenes = distribution(nom).requires or []
        except PackageNotFoundError:
            continue  # d'un autre système
        exigences = [e for e in map(Requirement, amenes) if not (e.marker and not e.marker.evaluate({"extra": ""}))]
        manquent += [f"{nom} → {e.name}" for e in exigences if canonicalize_name(e.name) not in verrou]
    assert manquent == []


def test_le_verrou_de_l_image_est_une_part_de_l_autre():
    """L'image n'a pas les outils de test : la part que demande l'application, aux mêmes condensats."""
    tout, image = ((RACINE / ou).read_text("utf-8") for ou in ("requirements.lock", "deploiement/requirements.lock"))
    blocs = [bloc.strip() for bloc in re.split(r"\n(?=\S)", image) if not bloc.startswith("#")]
    assert len(blocs) > 30 and [bloc.partition(" ")[0] for bloc in blocs if bloc not in tout] == []
    application = (RACINE / "requirements.txt").read_text("utf-8").partition("# Les tests")[0].splitlines()
    demandes = {canonicalize_name(Requirement(ligne).name) for ligne in application if ligne[:1] not in "#"}
    assert demandes <= verrouilles("deploiement/requirements.lock").keys()
    assert not {"pytest", "ruff", "playwright"} & verrouilles("deploiement/requirements.lock").keys()


def test_l_integration_et_l_image_installent_du_verrou():
    for ou in (".ci/run", "deploiement/Dockerfile"):
        lignes = [li for li in (RACINE / ou).read_text("utf-8").splitlines() if "--require-hashes" in li]
        assert lignes and all("requirements.lock" in ligne for ligne in lignes), ou


def test_les_types_et_les_etages_sont_relus_par_l_integration():
    fait = [ligne.strip() for ligne in (RACINE / ".ci/run").read_text("utf-8").splitlines()]
    assert {"mypy", "lint-imports"} <= set(fait)
    assert any(ligne.split()[:1] == ["pytest"] for ligne in fait), "toute la suite, sans choix"
    assert PROJET["tool"]["mypy"]["strict"] is True
    assert not any("ignore_errors" in regle for regle in PROJET["tool"]["mypy"]["overrides"])
    assert len(PROJET["tool"]["importlinter"]["contracts"]) >= 5


def test_deux_fichiers_de_tests_n_ont_pas_le_meme_nom():
    """Pytest range un module sous son seul nom : le second n'est pas lu, et toute la suite est en erreur."""
    noms = [chemin.name for chemin in (RACINE / "tests").rglob("test_*.py")]
    assert sorted(noms) == sorted(set(noms))
