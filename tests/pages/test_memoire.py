"""Ce que les écrans gardent : la bonne réponse à la bonne question, jamais celle d'une autre."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from indicators.analyse.portrait import dresser
from indicators.base.base import Base
from indicators.carte.decoupage import Methode
from pages.commun import groupes, memoire
from pages.commun.memoire import cle, garder
from pages.vues.portrait.ecran import rendre

RACINE = Path(__file__).resolve().parents[2]


def test_une_reponse_gardee_n_est_pas_refaite_et_une_autre_question_l_est():
    appels: list[object] = []

    @garder(10)
    def doubler(n: int, *, sens: str = "haut") -> list[int]:
        appels.append((n, sens))
        return [2 * n]

    assert doubler(2) is doubler(2)
    assert (doubler(3), doubler(2, sens="bas")) == ([2 * 3], [2 * 2])
    assert appels == [(2, "haut"), (3, "haut"), (2, "bas")]


def test_deux_fonctions_ne_se_repondent_pas_l_une_l_autre():
    @garder(10)
    def carre(n: int) -> int:
        return n * n

    @garder(10)
    def cube(n: int) -> int:
        return n * n * n

    assert (carre(3), cube(3)) == (3 * 3, 3 * 3 * 3)


def test_une_erreur_n_est_pas_gardee():
    pannes = [ValueError("une fois")]

    @garder(10)
    def fragile(n: int) -> int:
        if pannes:
            raise pannes.pop()
        return n

    with pytest.raises(ValueError, match="une fois"):
        fragile(1)
    assert fragile(1) == 1


def test_la_question_distingue_ce_qui_se_ressemble(petite, vraie):
    questions = [
        None, "None", 1, "1", 1.5, True, ("a", "b"), ("a,b",), ("a", ("b",)), (("a",), "b"), "['a','b']", {"a": "b"},
        {"a": None}, {}, (), petite, vraie, petite.territoire("QP001001"), petite.territoire("QP001002"), "QP001001",
        petite.catalogue.indicateur("taux_pauvrete"), "taux_pauvrete", petite.fiche("QP001001"), Methode.QUANTILES,
        Methode.RUPTURES, dresser(petite, "QP001001"), dresser(petite, "QP001002"), dresser(vraie, "QP062011"),
        dresser(vraie, "QP062011", "DEP62"),
    ]  # fmt: skip
    cles = [cle(question) for question in questions]
    assert len(set(cles)) == len(cles)


def test_un_portrait_se_garde_et_se_refait_des_que_la_base_change(petite, tmp_path):
    vue = dresser(petite, "QP001001")
    autre = Base(shutil.copy(petite.chemin, tmp_path / "observatoire-autre.duckdb"))
    assert rendre(vue, petite) is rendre(vue, petite)
    assert rendre(vue, petite) is not rendre(vue, autre)
    autre.fermer()


def test_une_vue_se_distingue_par_sa_periode_ses_references_et_ses_lieux(vraie):
    base = vraie
    groupe = next(g for g in groupes.groupes(base).values() if len(g.membres) > 8)
    lieux = base.territoires(groupe.membres)
    autour = groupes.references(base, groupe)
    taux = base.catalogue.indicateur("taux_pauvrete")
    periodes = memoire.confronter(base, taux, lieux, autour).periodes
    assert len(periodes) > 1
    vues = [memoire.confronter(base, taux, lieux, autour, p) for p in periodes]
    vues += [memoire.confronter(base, taux, lieux, []), memoire.confronter(base, taux, lieux[:4], autour)]
    assert len({cle(vue) for vue in vues}) == len(vues)


def test_ce_qui_n_a_pas_de_cle_sure_echoue_bruyamment():
    with pytest.raises(TypeError, match="object"):
        cle(object())
    with pytest.raises(TypeError, match="set"):
        cle(({"a"},))


def test_un_ecran_ne_peut_pas_garder_lui_meme():
    programme = "from pages.commun.memoire import garder\n@garder(1)\ndef ecran() -> int:\n    return 1\n"
    essai = subprocess.run([sys.executable, "-c", programme], cwd=RACINE, capture_output=True, text=True, check=False)
    assert essai.returncode == 1
    assert "pages/commun" in essai.stderr
