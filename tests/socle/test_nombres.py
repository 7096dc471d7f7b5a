"""Les nombres : un lecteur, un écrivain."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.socle.nombres import FINE, MOINS, decimales_utiles, ecrire, lire, nombre


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("46,7", "46.7"),
        ("46.7", "46.7"),
        ("18,60", "18.60"),
        ("13 204", "13204"),
        ("13\u202f204,5", "13204.5"),
        ("1'204", "1204"),
        ("−3", "-3"),
        ("+12", "12"),
        ("007", "7"),
        ("1,5e3", "1500"),
    ],
)
def test_lire(texte, attendu):
    lu = lire(texte)
    assert lu == Decimal(attendu)
    if "e" not in texte:
        assert str(lu).partition(".")[2] == attendu.partition(".")[2], "les décimales écrites sont gardées"


@pytest.mark.parametrize("texte", ["", "12 34", "25 à 30", "nan", "inf", "1,2,3", "1 234 56", "٣", "--3", "3 %"])
def test_ce_qui_n_est_pas_un_nombre(texte):
    assert lire(texte) is None


@pytest.mark.parametrize(
    ("valeur", "decimales", "attendu"),
    [(46.7, 1, "46,7"), (-36.8, 1, "-36,8"), (-0.04, 1, "0,0"), (13204.0, 0, "13204"), (2.5, None, "2,5")]
    + [(Decimal("18.60"), None, "18,60"), (Decimal("1E+3"), None, "1000"), (0.1 + 0.2, None, "0,3")],
)
def test_ecrire(valeur, decimales, attendu):
    assert ecrire(valeur, decimales) == attendu


@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_ce_qui_est_ecrit_se_relit(entier, decimales):
    valeur = Decimal(entier).scaleb(-decimales)
    assert lire(ecrire(valeur)) == valeur
    assert lire(nombre(valeur, decimales)) == valeur


def test_un_lecteur_voit_les_milliers_et_le_vrai_moins():
    assert nombre(-10920.0) == f"{MOINS}10{FINE}920"
    assert ecrire(1.25, decimales_utiles(1.25)) == "1,25"
