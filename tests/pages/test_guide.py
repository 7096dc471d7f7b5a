"""Le guide : chaque mot qu'il promet est au glossaire, chaque écran qu'il ouvre existe, chaque lecteur a sa page."""

from __future__ import annotations

from indicators.base import methode
from indicators.base.base import Base
from pages.ecrans import PAR_CODE
from pages.vues.sources.guide import LECTEURS, guide


def test_chaque_mot_est_defini_et_chaque_ecran_existe(trois: Base):
    definis = {terme.terme for terme in methode.glossaire(trois)}
    for lecteur in LECTEURS:
        assert set(lecteur.mots) <= definis
        for ecran, titre, texte in lecteur.etapes:
            assert PAR_CODE[ecran].titre == titre and texte
    assert len(LECTEURS) == 5


def test_le_guide_definit_ses_mots_la_ou_ils_paraissent(trois: Base):
    termes = methode.glossaire(trois)
    page = guide(termes)
    assert page.count("<details") == len(LECTEURS)
    for lecteur in LECTEURS:
        assert lecteur.qui in page
        assert all(f"<dt>{mot}</dt>" in page for mot in lecteur.mots)
