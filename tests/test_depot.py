"""Ce que le dépôt promet de lui-même : une version racontée, des relectures sans réseau, des outils épinglés."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

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


def test_les_types_et_les_etages_sont_relus_par_l_integration():
    fait = (RACINE / ".ci/run").read_text("utf-8").split("\n")
    assert {"mypy", "lint-imports", "pytest"} <= set(fait)
    assert PROJET["tool"]["mypy"]["strict"] is True
    assert not any("ignore_errors" in regle for regle in PROJET["tool"]["mypy"]["overrides"])
    assert len(PROJET["tool"]["importlinter"]["contracts"]) >= 5
