"""L'écran « Mettre à jour » : fermé par défaut, fermé sans le secret, et rien n'y change sans qu'on l'ait lu."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from indicators import acces_reserve
from indicators.acces_reserve import AccesRefuse, Portier, hacher, verifier
from indicators.erreurs import ErreurObservatoire
from tests.ecrans import NAVIGATION, texte

ECRAN = NAVIGATION.parent / "mettre_a_jour.py"
"""Joué seul : sans réglage, le menu ne le contient pas."""
MOT = "un mot de passe assez long"


@pytest.fixture(scope="module")
def condense() -> str:
    return hacher(MOT)


def test_une_empreinte_ne_reconnait_que_son_mot(condense):
    assert verifier(MOT, condense)
    assert not verifier(MOT + " ", condense)
    assert MOT not in condense
    assert hacher(MOT) != condense  # le sel change


@pytest.mark.parametrize("ecrite", ["", "scrypt:1:2", "md5:1:8:1:00:00", MOT, "scrypt:x:8:1:00:00"])
def test_une_empreinte_mal_ecrite_n_ouvre_rien_et_le_dit(ecrite):
    with pytest.raises(ErreurObservatoire, match="mot-de-passe"):
        verifier(MOT, ecrite)


def test_un_mot_trop_court_est_refuse():
    with pytest.raises(ErreurObservatoire, match="12 caractères"):
        hacher("court")


def test_la_porte_se_ferme_apres_cinq_echecs_puis_se_rouvre(condense):
    heure = [0.0]
    portier = Portier(horloge=lambda: heure[0])
    for _ in range(5):
        with pytest.raises(AccesRefuse, match="pas le bon"):
            portier.ouvrir("faux", condense)
    with pytest.raises(AccesRefuse, match="Trop d'essais"):
        portier.ouvrir(MOT, condense)
    heure[0] = 301
    portier.ouvrir(MOT, condense)


def test_sans_reglage_l_ecran_n_existe_pas(monkeypatch):
    monkeypatch.delenv(acces_reserve.VARIABLE_MOT_DE_PASSE, raising=False)
    monkeypatch.delenv(acces_reserve.VARIABLE_COURRIELS, raising=False)
    essai = AppTest.from_file(str(ECRAN), default_timeout=60).run()
    assert not essai.text_input
    assert not essai.get("file_uploader")
    assert "Journal" not in texte(essai)


def test_sans_le_mot_de_passe_rien_ne_se_voit(monkeypatch, condense):
    monkeypatch.setenv(acces_reserve.VARIABLE_MOT_DE_PASSE, condense)
    essai = AppTest.from_file(str(ECRAN), default_timeout=60).run()
    essai.text_input[0].set_value("faux")
    essai.button[0].click().run()
    assert not essai.get("file_uploader")
    assert any("pas le bon" in erreur.value for erreur in essai.error)


def test_avec_le_mot_de_passe_l_ecran_s_ouvre_et_changer_le_mot_le_referme(monkeypatch, condense):
    monkeypatch.setenv(acces_reserve.VARIABLE_MOT_DE_PASSE, condense)
    essai = AppTest.from_file(str(ECRAN), default_timeout=60).run()
    essai.text_input[0].set_value(MOT)
    essai.button[0].click().run()
    assert "Journal des ajouts" in texte(essai)
    monkeypatch.setenv(acces_reserve.VARIABLE_MOT_DE_PASSE, hacher("un autre mot de passe"))
    assert "Journal des ajouts" not in texte(essai.run())
