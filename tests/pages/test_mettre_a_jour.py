"""L'écran « Mettre à jour » : fermé par défaut, fermé sans le secret, et rien n'y change sans qu'on l'ait lu."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st
from ecrans import NAVIGATION, texte
from streamlit.testing.v1 import AppTest

from indicators.socle import acces_reserve
from indicators.socle.acces_reserve import AccesRefuse, Portier, hacher, verifier
from indicators.socle.erreurs import ErreurObservatoire

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


@pytest.fixture
def porte_neuve() -> Iterator[None]:
    """Le compte des échecs est celui du serveur, toutes sessions ensemble : remis à zéro, avant et après."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def entrer(mot: str) -> AppTest:
    """Une session neuve, où l'on essaie ce mot."""
    essai = AppTest.from_file(str(ECRAN), default_timeout=60).run()
    essai.text_input[0].set_value(mot)
    return essai.button[0].click().run()


def test_cinq_echecs_ferment_la_porte_a_toutes_les_sessions(monkeypatch, condense, porte_neuve):
    """Ouvrir une nouvelle session ne donne pas cinq essais de plus, et le bon mot n'entre pas non plus."""
    monkeypatch.setenv(acces_reserve.VARIABLE_MOT_DE_PASSE, condense)
    for rang in range(5):
        assert "pas le bon" in entrer(f"un mauvais mot {rang}").error[0].value
    for mot in ("encore un mauvais", MOT):
        refusee = entrer(mot)
        assert "Trop d'essais" in refusee.error[0].value
        assert "Journal" not in texte(refusee) and not refusee.get("file_uploader")


@pytest.mark.parametrize("mot", ["", " ", "\0", "é" * 100_000, "' OR 1=1 --", "scrypt:1:1:1:00:00", "<b>"])
def test_un_mot_quelconque_n_ouvre_rien(monkeypatch, condense, porte_neuve, mot):
    monkeypatch.setenv(acces_reserve.VARIABLE_MOT_DE_PASSE, condense)
    refusee = entrer(mot)
    assert "pas le bon" in refusee.error[0].value
    assert "Journal" not in texte(refusee)


def test_l_empreinte_elle_meme_n_est_pas_un_mot_de_passe(monkeypatch, condense, porte_neuve):
    monkeypatch.setenv(acces_reserve.VARIABLE_MOT_DE_PASSE, condense)
    assert "pas le bon" in entrer(condense).error[0].value


@pytest.mark.parametrize("force", [True, "oui", MOT, "scrypt:32768:8:1:00:00"])
def test_un_etat_de_session_force_n_ouvre_rien(monkeypatch, condense, force):
    monkeypatch.setenv(acces_reserve.VARIABLE_MOT_DE_PASSE, condense)
    essai = AppTest.from_file(str(ECRAN), default_timeout=60)
    essai.session_state["mise_a_jour_autorisee"] = force
    essai.query_params["mise_a_jour_autorisee"] = condense
    assert "Journal" not in texte(essai.run())


def test_fermer_la_session_la_referme(monkeypatch, condense, porte_neuve):
    monkeypatch.setenv(acces_reserve.VARIABLE_MOT_DE_PASSE, condense)
    essai = entrer(MOT)
    (fermer,) = [bouton for bouton in essai.button if bouton.label == "Fermer la session"]
    assert "Journal" not in texte(fermer.click().run())
