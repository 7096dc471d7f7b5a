"""La largeur d'un texte est celle de la police embarquée, pas un nombre de lettres."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.recit.dessins.mesure import largeur, lignes, raccourci

PHRASES = st.lists(st.text("abcdéWil’–0123456789", min_size=1, max_size=14), min_size=1, max_size=12).map(" ".join)


def test_deux_mots_d_autant_de_lettres_n_ont_pas_la_meme_largeur():
    assert largeur("illi", 20) < largeur("WMWM", 20) / 2
    assert largeur("Liévin", 20) < largeur("Liévin", 20, gras=True)


@given(PHRASES, st.integers(8, 40))
def test_la_largeur_suit_la_taille(phrase, taille):
    assert largeur(phrase, 2 * taille) == pytest.approx(2 * largeur(phrase, taille))


@given(PHRASES, st.floats(20, 400))
def test_les_lignes_tiennent_et_rien_ne_se_perd(phrase, place):
    faites = lignes(phrase, 12, place)
    assert " ".join(faites) == phrase
    assert all(largeur(ligne, 12) <= place for ligne in faites if " " in ligne)


@given(PHRASES, st.floats(20, 400), st.booleans())
def test_un_texte_raccourci_tient_et_le_dit(phrase, place, gras):
    """Entier s'il tient ; sinon son début, et « … »."""
    court = raccourci(phrase, 13, place, gras=gras)
    assert largeur(court, 13, gras=gras) <= place
    if largeur(phrase, 13, gras=gras) <= place:
        assert court == phrase
    else:
        assert court.endswith("…") and phrase.startswith(court[:-1])


@pytest.mark.parametrize("texte", ["\u202ezz\u200f", "zz 😀 中 \ud7ff \x85 \u2028", "a\nb\tc", ""])
def test_un_texte_piege_se_mesure_aussi(texte):
    assert largeur(texte, 12) >= 0
    assert " ".join(lignes(texte, 12, 40)) == texte
