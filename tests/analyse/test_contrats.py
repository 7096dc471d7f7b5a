"""Les engagements d'un lieu : ceux de son contrat et les siens, jamais ceux du contrat d'une autre agglomération."""

from __future__ import annotations

import pytest

from indicators.analyse.contrats import contrats, documents, pour_le_lieu
from indicators.analyse.portrait import dresser
from indicators.base import engagements as dossier
from indicators.base.base import Base
from indicators.recit.page.projet import engagements as diapositives
from indicators.socle.engagements import Engagement


@pytest.fixture(scope="module")
def tous(vraie: Base) -> list[Engagement]:
    return dossier.engagements(vraie)


def pris(vraie: Base, code: str, tous: list[Engagement]) -> set[tuple[str, str]]:
    return {(e.territoire, e.source) for e in pour_le_lieu(vraie, vraie.fiche(code), tous)}


@pytest.mark.parametrize("code", ["QPV-EPCI200072460", "QP062017", "EPCI200072460", "QP006012", "COM13055", "REG32"])
def test_une_seance_ne_montre_pas_ce_que_le_contrat_d_une_autre_prend_pour_la_france(vraie, code):
    assert diapositives(vraie, dresser(vraie, code)) == []


def test_ni_ce_qu_il_prend_pour_le_departement(vraie, tous):
    # Lille est du Nord : ce contrat, et le rapport du Département qui lui est joint, sont de la Porte du Hainaut.
    assert pris(vraie, "EPCI200093201", tous) == set()
    assert {"contrat_caph_2024", "rapport_dep59_2024"} <= {source for _, source in pris(vraie, "DEP59", tous)}


def test_le_contrat_d_une_agglomeration_garde_ce_qu_il_prend_plus_largement(vraie, tous):
    lieux = {lieu for lieu, source in pris(vraie, "QN05950M", tous) if source == "contrat_caph_2024"}
    assert {"FR", "DEP59", "EPCI200042190", "QN05950M"} <= lieux


def test_un_engagement_pris_pour_une_commune_voisine_est_le_sien_quel_que_soit_le_document(vraie, tous):
    sienne = contrats(vraie, tous)[documents(vraie)["call_cv2015_maisons_cites"]]
    assert sienne.territoire == "EPCI246200364"
    assert pris(vraie, "COM62048", tous) == {("COM62048", "call_cv2015_maisons_cites")}


def test_un_lieu_sans_contrat_a_ceux_pris_pour_lui(vraie, tous):
    assert pris(vraie, "FR", tous) == {("FR", "contrat_caph_2024")}
