"""Les exemples des cases de recherche sont ceux de l'agglomération ouverte, et la recherche les comprend."""

from __future__ import annotations

import pytest
from ecrans import blocs, ouvrir

from indicators.analyse.recherche import comprendre
from indicators.base.base import Base
from indicators.socle.reglages import PAR_DEFAUT
from pages.commun import exemples

NICE, MARSEILLE = "EPCI200030195", "EPCI200054807"


def cites(invite: str) -> list[str]:
    return invite.removeprefix(f"{exemples.NEUTRE} : ").rstrip("…").split(", ")


@pytest.mark.parametrize("code", [*PAR_DEFAUT, NICE, MARSEILLE])
def test_les_lieux_donnes_en_exemple_sont_de_l_agglomeration_ouverte(vraie: Base, code: str):
    fiche = vraie.fiche(code)
    siens = {t.territoire for t in fiche.quartiers} | set(vraie.communes_de(code))
    for ouvert in (code, fiche.quartiers[0].territoire, vraie.communes_de(code)[0]):
        for exemple in cites(exemples.du_territoire(vraie, ouvert)):
            assert siens & {t.territoire for t in vraie.chercher(exemple, 50)}, exemple


@pytest.mark.parametrize("codes", [PAR_DEFAUT, PAR_DEFAUT[2:], (NICE,), (MARSEILLE, NICE)])
def test_la_case_de_l_accueil_comprend_ses_propres_exemples(vraie: Base, codes: tuple[str, ...]):
    siens = {t.territoire for code in codes for t in vraie.fiche(code).quartiers}
    siens |= {commune for code in codes for commune in vraie.communes_de(code)}
    avec, avec_aussi, nom, code = cites(exemples.avec_sujet(vraie, codes))
    for exemple, sujet in ((avec, True), (avec_aussi, True), (nom, False), (code, False)):
        comprise = comprendre(vraie, exemple, (*codes, *siens))
        assert (comprise.sujet is not None) is sujet, exemple
        assert siens & {t.territoire for t in comprise.lieux}, exemple


@pytest.mark.parametrize("ouvert", ["FR", "DEP64", "REG32"])
def test_sans_agglomeration_l_exemple_n_est_d_aucune(vraie: Base, ouvert: str):
    assert exemples.du_territoire(vraie, ouvert) == exemples.NEUTRE
    assert exemples.avec_sujet(vraie, []) == exemples.NEUTRE_AVEC_SUJET


def test_les_ecrans_les_montrent(vraie: Base):
    assert f'placeholder="{exemples.du_territoire(vraie, NICE)}"' in blocs(ouvrir("portrait", territoire="QP006012"))[0]
    case = ouvrir("accueil", chez_moi=NICE).text_input(key="accueil_cherche")
    assert case.placeholder == exemples.avec_sujet(vraie, [NICE])


def test_une_agglomeration_inconnue_ne_donne_pas_d_exemple(vraie: Base):
    assert exemples.une_commune(vraie, ["EPCI000000000"]) == ""
    assert exemples.une_commune(vraie, [NICE]) in {vraie.territoire(c).nom for c in vraie.communes_de(NICE)}
