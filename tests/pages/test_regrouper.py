"""Choisir les membres d'un regroupement : la carte suit la liste, et ce qu'envoie le navigateur est relu."""

from __future__ import annotations

from datetime import date

import pytest
from ecrans import NAVIGATION
from streamlit.testing.v1 import AppTest

from indicators.base.base import Base
from indicators.base.construction import assurer
from indicators.imports.moteur.regroupement import preparer, regrouper
from indicators.socle import acces_reserve
from indicators.socle.acces_reserve import hacher
from pages.vues.evolution import ecran as evolution
from pages.vues.regrouper import carte

ECRAN = NAVIGATION.parent / "mettre_a_jour.py"
MOT = "un mot de passe assez long"


@pytest.fixture
def essai(monkeypatch, locales) -> AppTest:
    """L'écran ouvert, la fabrique de regroupements dépliée."""
    monkeypatch.setenv(acces_reserve.VARIABLE_MOT_DE_PASSE, hacher(MOT))
    ecran = AppTest.from_file(str(ECRAN), default_timeout=60).run()
    ecran.text_input[0].set_value(MOT)
    ecran.button[0].click().run()
    return ecran.toggle(key="regrouper_0").set_value(True).run()


def sur_la_carte(essai: AppTest):
    return essai.selectbox(key="regrouper_membres_0_groupe")


def test_la_carte_s_ouvre_sur_les_iris_d_ici_puis_sur_le_lieu_cherche(essai):
    assert not essai.exception
    assert sur_la_carte(essai).value == "EPCI200072460-IRIS"
    essai.text_input(key="regrouper_cherche_0").set_value("Liévin").run()
    assert sur_la_carte(essai).value == "EPCI246200364-IRIS"
    assert all("Lens" in option or "Liévin" in option for option in sur_la_carte(essai).options)


def test_un_membre_choisi_dans_la_liste_garde_sa_carte_quand_on_cherche_ailleurs(essai):
    essai.text_input(key="regrouper_cherche_0").set_value("QN06229M").run()
    essai.multiselect(key="regrouper_membres_0").set_value(["QN06229M"]).run()
    assert not essai.exception
    assert sur_la_carte(essai).value == "EPCI246200364-QPV2024"
    essai.text_input(key="regrouper_cherche_0").set_value("Denain").run()
    groupes = sur_la_carte(essai).options
    assert any("Lens" in groupe for groupe in groupes) and any("Hainaut" in groupe for groupe in groupes)
    assert essai.multiselect(key="regrouper_membres_0").value == ["QN06229M"]


def test_evolution_s_ouvre_sur_les_membres_d_un_regroupement_ou_rien_n_est_suivi(dossier, locales):
    """Deux quartiers de la petite base : leur population n'est connue qu'à une date."""
    vues = ["territoire", "groupe"]
    avant = Base(assurer(dossier).chemin)
    regrouper(preparer(avant, "Quartier vécu", ("QP001001", "QP001002")), dossier, "essai", date(2026, 11, 29))
    avant.fermer()
    base = Base(assurer(dossier).chemin)
    assert evolution.par_defaut(base, "RGT-QUARTIER-VECU", vues) == "groupe"
    assert evolution.par_defaut(base, "RGT-QUARTIER-VECU", vues[:1]) == "territoire"
    assert [evolution.par_defaut(base, code, vues) for code in ("QP001001", None)] == ["territoire"] * 2
    base.fermer()


@pytest.mark.parametrize(
    ("envoye", "lu"),
    [
        (None, {"n": 0, "choisis": []}),
        ("tout", {"n": 0, "choisis": []}),
        ({"n": 3}, {"n": 0, "choisis": []}),
        ({"n": "<b>", "choisis": ["A"]}, {"n": 0, "choisis": ["A"]}),
        ({"n": 2, "choisis": ["A", 1, None, ["B"], "B", "A"]}, {"n": 2, "choisis": ["A", "B"]}),
    ],
)
def test_un_geste_mal_forme_ne_choisit_rien_d_autre(envoye, lu):
    assert carte._lire(envoye) == lu
