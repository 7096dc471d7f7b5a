"""Ce que les écrans gardent : la bonne réponse à la bonne question, jamais celle d'une autre."""

from __future__ import annotations

import gc
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl
from weakref import ref

import pytest
from ecrans import ADRESSES, ouvrir

from indicators.base.base import Base
from indicators.base.construction import BaseEnService, assurer
from pages.commun import acces
from pages.commun.memoire import garder
from pages.vues.portrait.ecran import rendre

RACINE = Path(__file__).resolve().parents[2]


def test_une_reponse_gardee_n_est_pas_refaite_et_une_autre_question_l_est(petite):
    appels: list[object] = []

    @garder(10)
    def doubler(base: Base, n: int, *, sens: str = "haut") -> list[int]:
        appels.append((n, sens))
        return [2 * n]

    assert doubler(petite, 2) is doubler(petite, 2)
    assert (doubler(petite, 3), doubler(petite, 2, sens="bas")) == ([2 * 3], [2 * 2])
    assert appels == [(2, "haut"), (3, "haut"), (2, "bas")]


def test_deux_fonctions_ne_se_repondent_pas_l_une_l_autre(petite):
    @garder(10)
    def carre(base: Base, n: int) -> int:
        return n * n

    @garder(10)
    def cube(base: Base, n: int) -> int:
        return n * n * n

    assert (carre(petite, 3), cube(petite, 3)) == (3 * 3, 3 * 3 * 3)


def test_une_erreur_n_est_pas_gardee(petite):
    pannes = [ValueError("une fois")]

    @garder(10)
    def fragile(base: Base, n: int) -> int:
        if pannes:
            raise pannes.pop()
        return n

    with pytest.raises(ValueError, match="une fois"):
        fragile(petite, 1)
    assert fragile(petite, 1) == 1


def test_une_liste_ou_un_dictionnaire_se_reconnait_a_ce_qu_il_contient(petite):
    @garder(10)
    def dire(base: Base, codes: Sequence[str], poids: Mapping[str, int]) -> list[str]:
        return [f"{code}:{poids.get(code, 1)}" for code in codes]

    assert dire(petite, ["a", "b"], {"a": 2}) is dire(petite, ("a", "b"), {"a": 2})
    assert dire(petite, ["a", "b"], {"a": 3}) == ["a:3", "b:1"]
    assert dire(petite, ["b", "a"], {"a": 2}) == ["b:1", "a:2"]
    with pytest.raises(TypeError, match="unhashable"):
        dire(petite, {"a"}, {})


def test_ce_qui_est_garde_part_avec_sa_base(petite, tmp_path):
    class Lourd:
        """Ce qu'une fonction gardée a rendu."""

    @garder(10)
    def lourd(base: Base) -> Lourd:
        return Lourd()

    autre = Base(shutil.copy(petite.chemin, tmp_path / "observatoire-autre.duckdb"))
    rendu = ref(lourd(autre))
    assert lourd(autre) is rendu()
    assert lourd(autre) is not lourd(petite)
    autre.fermer()
    del autre
    gc.collect()
    assert rendu() is None


def test_apres_tous_les_ecrans_une_base_remplacee_disparait(monkeypatch):
    """Rien de ce qu'un écran garde ne la retient : chaque ajout laisserait sinon cent mégaoctets derrière lui."""
    base = Base(assurer().chemin)
    with monkeypatch.context() as pendant:
        pendant.setattr(acces, "_servie", partial(tuple, (base, BaseEnService(base.chemin))))
        for adresse in ADRESSES:
            chemin, _, choix = adresse[1:].partition("?")
            ouvrir(chemin or None, **dict(parse_qsl(choix)))
    faible = ref(base)
    base.fermer()
    del base
    gc.collect()
    assert faible() is None


def test_un_portrait_se_garde_et_se_refait_des_que_la_base_change(petite, tmp_path):
    autre = Base(shutil.copy(petite.chemin, tmp_path / "observatoire-autre.duckdb"))
    assert rendre(petite, "QP001001", None) is rendre(petite, "QP001001", None)
    assert rendre(petite, "QP001001", None) is not rendre(petite, "QP001002", None)
    assert rendre(petite, "QP001001", None) is not rendre(autre, "QP001001", None)
    autre.fermer()


def test_un_ecran_ne_peut_pas_garder_lui_meme():
    programme = "from pages.commun.memoire import garder\n@garder(1)\ndef ecran(base) -> int:\n    return 1\n"
    essai = subprocess.run([sys.executable, "-c", programme], cwd=RACINE, capture_output=True, text=True, check=False)
    assert essai.returncode == 1
    assert "pages/commun" in essai.stderr
