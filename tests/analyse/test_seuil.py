"""Le seuil de bas revenu : sur les quartiers dont la fiche l'imprime, et nulle part ailleurs."""

from __future__ import annotations

from indicators.analyse.seuil import seuil_de
from indicators.base.base import Base
from pages.vues.portrait import seuil


def test_le_seuil_est_sur_les_vingt_et_une_fiches_et_pas_ailleurs(trois: Base):
    quartiers = trois.fiche("EPCI246200364").quartiers
    portent = [q for q in quartiers if seuil_de(trois, q.territoire) is not None]
    assert len(portent) == 21 and all(q.geographie == 2015 for q in portent)
    for autre in ("FR", "EPCI246200364", "QN05950M", "COM62498"):
        assert seuil_de(trois, autre) is None and seuil.bloc(trois, autre) == ""


def test_il_est_dit_avec_sa_ligne_et_ne_juge_rien(trois: Base):
    texte = seuil.bloc(trois, "QP062019").replace("\u202f", " ").replace("\xa0", " ")
    assert "11 250 €" in texte and "7 700 €" in texte and "637" in texte
    assert "défavorable" not in texte
