"""L'écran « Mettre à jour » : fermé par défaut, fermé sans le secret, et rien n'y change sans qu'on l'ait lu."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from depots import depot, pauvrete, rapport_de
from ecrans import NAVIGATION, texte
from streamlit.testing.v1 import AppTest

from indicators.__main__ import main
from indicators.base import construction
from indicators.base.base import Base
from indicators.imports.moteur.ajout import appliquer
from indicators.imports.moteur.journal import journal
from indicators.socle import acces_reserve
from indicators.socle.acces_reserve import hacher, verifier
from indicators.socle.erreurs import ErreurObservatoire
from indicators.suivi import porte
from indicators.suivi.frein import Frein
from pages.serveur import porte as autorisation

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


def test_sans_reglage_l_ecran_n_existe_pas(monkeypatch):
    monkeypatch.delenv(acces_reserve.VARIABLE_MOT_DE_PASSE, raising=False)
    monkeypatch.delenv(acces_reserve.VARIABLE_COURRIELS, raising=False)
    essai = AppTest.from_file(str(ECRAN), default_timeout=60).run()
    assert not essai.text_input
    assert not essai.get("file_uploader")
    assert "Journal" not in texte(essai)


def test_sans_le_mot_de_passe_rien_ne_se_voit(monkeypatch, condense, locales):
    monkeypatch.setenv(acces_reserve.VARIABLE_MOT_DE_PASSE, condense)
    essai = AppTest.from_file(str(ECRAN), default_timeout=60).run()
    essai.text_input[0].set_value("faux")
    essai.button[0].click().run()
    assert not essai.get("file_uploader")
    assert any("pas le bon" in erreur.value for erreur in essai.error)


def test_avec_le_mot_de_passe_l_ecran_s_ouvre_et_changer_le_mot_le_referme(monkeypatch, condense, locales):
    monkeypatch.setenv(acces_reserve.VARIABLE_MOT_DE_PASSE, condense)
    essai = AppTest.from_file(str(ECRAN), default_timeout=60).run()
    essai.text_input[0].set_value(MOT)
    essai.button[0].click().run()
    assert "Journal des ajouts" in texte(essai)
    monkeypatch.setenv(acces_reserve.VARIABLE_MOT_DE_PASSE, hacher("un autre mot de passe"))
    assert "Journal des ajouts" not in texte(essai.run())


def entrer(mot: str) -> AppTest:
    """Une session neuve, où l'on essaie ce mot."""
    essai = AppTest.from_file(str(ECRAN), default_timeout=60).run()
    essai.text_input[0].set_value(mot)
    return essai.button[0].click().run()


def test_les_echecs_ralentissent_toutes_les_sessions_et_un_cache_vide_n_y_change_rien(monkeypatch, condense, locales):
    """Ouvrir une nouvelle session ne donne pas quatre essais de plus, et le bon mot attend aussi son tour."""
    monkeypatch.setenv(acces_reserve.VARIABLE_MOT_DE_PASSE, condense)
    for rang in range(4):
        assert "pas le bon" in entrer(f"un mauvais mot {rang}").error[0].value
    st.cache_resource.clear()
    st.cache_data.clear()
    compte = porte.ouvrir_le_compte()
    with compte.transaction() as cx:  # un échec de plus, daté d'après : l'attente n'a pas pu finir
        Frein.de(cx, "local", "porte|").compter(cx, compte.horloge() + timedelta(seconds=30))
    compte.fermer()
    for mot in ("encore un mauvais", MOT):
        refusee = entrer(mot)
        assert "Trop d’essais avec un mauvais mot de passe. Recommencez dans" in refusee.error[0].value
        assert "Journal" not in texte(refusee) and not refusee.get("file_uploader")


@pytest.mark.parametrize("mot", ["", " ", "\0", "é" * 100_000, "' OR 1=1 --", "scrypt:1:1:1:00:00", "<b>"])
def test_un_mot_quelconque_n_ouvre_rien(monkeypatch, condense, locales, mot):
    monkeypatch.setenv(acces_reserve.VARIABLE_MOT_DE_PASSE, condense)
    refusee = entrer(mot)
    assert "pas le bon" in refusee.error[0].value
    assert "Journal" not in texte(refusee)


def test_l_empreinte_elle_meme_n_est_pas_un_mot_de_passe(monkeypatch, condense, locales):
    monkeypatch.setenv(acces_reserve.VARIABLE_MOT_DE_PASSE, condense)
    assert "pas le bon" in entrer(condense).error[0].value


@pytest.mark.parametrize("force", [True, "oui", MOT, "scrypt:32768:8:1:00:00"])
def test_un_etat_de_session_force_n_ouvre_rien(monkeypatch, condense, force):
    monkeypatch.setenv(acces_reserve.VARIABLE_MOT_DE_PASSE, condense)
    essai = AppTest.from_file(str(ECRAN), default_timeout=60)
    essai.session_state["mise_a_jour_autorisee"] = force
    essai.query_params["mise_a_jour_autorisee"] = condense
    assert "Journal" not in texte(essai.run())


def test_fermer_la_session_la_referme(monkeypatch, condense, locales):
    monkeypatch.setenv(acces_reserve.VARIABLE_MOT_DE_PASSE, condense)
    essai = entrer(MOT)
    (fermer,) = [bouton for bouton in essai.button if bouton.label == "Fermer la session"]
    assert "Journal" not in texte(fermer.click().run())


def test_la_preuve_est_signee_datee_et_ne_vaut_que_pour_sa_session_et_son_navigateur(monkeypatch, condense):
    monkeypatch.setenv(acces_reserve.VARIABLE_MOT_DE_PASSE, condense)
    jeton = autorisation.signer("s", "n")
    assert autorisation.vaut(jeton, "s", "n")
    assert not autorisation.vaut(jeton, "autre", "n") and not autorisation.vaut(jeton, "s", "autre")
    vieux = autorisation.signer("s", "n", time.time() - autorisation.DUREE)
    assert not autorisation.vaut(vieux, "s", "n")
    date, _, signature = vieux.partition(".")
    rajeuni = f"{int(date) + 60}.{signature}"
    for faux in (rajeuni, "", ".", "1", f"{date}.", "²." + signature, "9" * 5000 + ".x", None, True, "s"):
        assert not autorisation.vaut(faux, "s", "n")
    monkeypatch.setenv(acces_reserve.VARIABLE_MOT_DE_PASSE, hacher("un autre mot de passe"))
    assert not autorisation.vaut(jeton, "s", "n")


def test_un_compte_sans_authlib_dit_quoi_installer(monkeypatch, locales):
    monkeypatch.setenv(acces_reserve.VARIABLE_COURRIELS, "a@exemple.fr")
    monkeypatch.setattr(autorisation, "find_spec", lambda _nom: None)
    essai = AppTest.from_file(str(ECRAN), default_timeout=60).run()
    assert "pip install Authlib" in essai.error[0].value and not essai.button


@pytest.mark.parametrize(("verifiee", "entre"), [(True, True), ("true", True), (False, False), (None, False)])
def test_une_adresse_non_verifiee_n_entre_pas(monkeypatch, locales, verifiee, entre):
    monkeypatch.setenv(acces_reserve.VARIABLE_COURRIELS, "a@exemple.fr")
    monkeypatch.setattr(autorisation, "find_spec", lambda _nom: True)
    compte = SimpleNamespace(is_logged_in=True, email="A@exemple.fr", email_verified=verifiee)
    monkeypatch.setattr(st, "user", compte)
    essai = AppTest.from_file(str(ECRAN), default_timeout=60).run()
    assert ("Journal des ajouts" in texte(essai)) is entre
    assert entre or "email_verified" in essai.error[0].value


@pytest.mark.parametrize(("entree", "code"), [
    (f"{MOT}\n", 0), (f"{MOT}\r\n", 0), (f"{MOT}\n{MOT}\n", 0), ("court\n", 1), ("", 1), (f"{MOT}\n{MOT}x\n", 1),
])  # fmt: skip
def test_l_empreinte_se_fait_sans_terminal(monkeypatch, capsys, entree, code):
    monkeypatch.setattr("sys.stdin", io.StringIO(entree))
    assert main(["mot-de-passe"]) == code
    dit = capsys.readouterr()
    if code == 0:
        assert verifier(MOT, dit.out.partition('"')[2].rstrip('"\n'))
    else:
        assert ("deux lignes données diffèrent" if entree.count("\n") == 2 else "12 caractères") in dit.err


def test_au_terminal_le_mot_se_tape_deux_fois(monkeypatch, capsys):
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    tapes = iter([MOT, MOT + "x", MOT, MOT])
    monkeypatch.setattr("getpass.getpass", lambda _invite: next(tapes))
    assert main(["mot-de-passe"]) == 1
    assert "Les deux saisies diffèrent" in capsys.readouterr().err
    assert main(["mot-de-passe"]) == 0


@pytest.fixture
def servi(monkeypatch, dossier, locales, condense) -> Iterator[Path]:
    """Le dossier que sert l'écran : la petite base, et la porte à ce mot de passe."""
    for fonction in (construction.signature, construction.assurer):
        monkeypatch.setattr(fonction, "__defaults__", (dossier, *(fonction.__defaults__ or ())[1:]))
    monkeypatch.setattr(journal, "__defaults__", (dossier, ()))
    monkeypatch.setattr(appliquer, "__defaults__", (dossier, ""))
    monkeypatch.setenv(acces_reserve.VARIABLE_MOT_DE_PASSE, condense)
    st.cache_resource.clear()
    yield dossier
    st.cache_resource.clear()


def test_le_rapport_applique_est_celui_qui_a_ete_lu(servi):
    """Je lis « 1 ajoutée » ; un collègue importe ; mon clic ne remplace pas sa valeur, le nouveau rapport se montre."""
    essai = entrer(MOT)
    essai.file_uploader[0].set_value(("m.csv", pauvrete("45,5").encode(), "text/csv")).run()
    assert "valeur ajoutée" in texte(essai)
    (ajouter,) = [bouton for bouton in essai.button if bouton.label == "Ajouter ces valeurs"]
    ouverte = Base(construction.assurer(servi).chemin)
    appliquer(rapport_de(ouverte, depot("autre.csv", pauvrete("44,5"))), servi, "collègue")
    ouverte.fermer()
    del essai.session_state["etat_des_donnees"]  # ce que fait la navigation, à chaque geste
    essai = ajouter.click().run()
    assert [e.numero for e in journal(servi)] == [1], "rien n'a été ajouté"
    assert "La base a changé depuis le rapport que vous lisiez" in essai.warning[0].value
    assert "valeur changée" in texte(essai)
    (ajouter,) = [bouton for bouton in essai.button if bouton.label == "Ajouter ces valeurs"]
    ajouter.click().run()
    assert [e.numero for e in journal(servi)] == [2, 1], "relu, il s'applique"


LISTE_2026 = "TYPECOM,COM,REG,DEP,LIBELLE,COMPARENT\nCOM,01004,84,01,Ambérieu,\nCOM,01999,84,01,Neuve-en-Bugey,\n"


def test_les_mouvements_des_lieux_ne_s_appliquent_que_case_cochee(servi):
    """Une commune nouvelle dans la liste : dite d'abord, rien à ajouter ; case cochée, elle entre."""
    essai = entrer(MOT)
    essai.file_uploader[0].set_value(("v_commune_2026.csv", LISTE_2026.encode(), "text/csv")).run()
    assert "Neuve-en-Bugey (01999) est nouvelle dans la liste" in texte(essai)
    assert "Mouvements de communes et d’EPCI, non appliqués" in texte(essai)
    assert not [bouton for bouton in essai.button if bouton.label == "Ajouter ces valeurs"]
    (case,) = [c for c in essai.checkbox if c.label.startswith("Appliquer les mouvements des lieux")]
    essai = case.check().run()
    assert "Mouvements de communes et d’EPCI, appliqués" in texte(essai)
    (ajouter,) = [bouton for bouton in essai.button if bouton.label == "Ajouter ces valeurs"]
    ajouter.click().run()
    base = Base(construction.assurer(servi).chemin)
    assert base.territoire("COM01999").nom == "Neuve-en-Bugey"
    base.fermer()
