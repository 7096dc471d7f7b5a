"""Plus de quarante agglomérations : chacun voit les groupes de la sienne, quoi qu'ait demandé le visiteur d'avant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ecrans import avis, blocs, ouvrir
from hostile import servie
from streamlit.testing.v1 import AppTest

from indicators.base.base import Base
from indicators.socle.territoires import Maille
from pages.commun import groupes

HAINAUT, BETHUNE, LENS = "EPCI200042190", "EPCI200072460", "EPCI246200364"
VISITEURS = (("QP059050", HAINAUT), ("QP062011", BETHUNE))


@pytest.fixture(scope="module")
def nationale(vraie: Base) -> Path:
    """La base embarquée : elle a bien plus d'agglomérations que l'on n'en montre d'un coup."""
    assert vraie.combien_de(Maille.EPCI) > groupes.TROP_D_AGGLOMERATIONS
    return vraie.chemin


@pytest.fixture
def ecrans(nationale: Path) -> Iterator[None]:
    with servie(nationale):
        yield


def agglomerations(essai: AppTest) -> set[str]:
    """Celles des groupes où mènent les liens de l'écran."""
    return set(re.findall(r"comparer\?groupe=(EPCI\d+)-", " ".join(blocs(essai))))


def test_les_liens_du_suivi_sont_ceux_de_l_agglomeration_ouverte(ecrans):
    # Seul le contrat de Lens-Liévin décrit son évaluation : les autres agglomérations ne la montrent pas.
    for code, siennes in (("QP062019", {LENS}), ("QP059050", set()), ("QP062011", set()), (LENS, {LENS})):
        assert agglomerations(ouvrir("suivi", territoire=code)) == siennes


@pytest.mark.parametrize("ecran", ["comparer", "carte", "barometre"])
def test_les_groupes_sont_ceux_de_l_agglomeration_ouverte(ecrans, ecran, vraie):
    for code, sienne in VISITEURS:
        essai = ouvrir(ecran, territoire=code)
        groupe = essai.selectbox(key="choix_groupe")
        assert groupe.value.startswith(f"{sienne}-QPV")
        debuts = {option.partition("\u00a0: quartiers")[0] for option in groupe.options if ": quartiers p" in option}
        assert debuts == {vraie.territoire(sienne).nom_court}


@pytest.mark.parametrize("ecran", ["comparer", "carte", "barometre"])
def test_un_groupe_demande_s_ouvre_sans_territoire_et_avec_celui_d_un_autre(ecrans, ecran):
    for territoire in ({}, {"territoire": "QP059050"}):
        essai = ouvrir(ecran, groupe=f"{LENS}-QPV2015", **territoire)
        assert essai.selectbox(key="choix_groupe").value == f"{LENS}-QPV2015"
        assert avis(essai) == ""


def test_s_en_tenir_a_une_agglomeration_ne_depend_que_des_arguments(nationale, petite):
    base = Base(nationale)
    assert groupes.autour(base, "QP059050") == (HAINAUT,)
    assert groupes.autour(base, "QP059050", f"{LENS}-QPV2015") == (HAINAUT, LENS)
    assert groupes.autour(base, None) == groupes.autour(base, "inconnu") == ()
    assert {g.agglomeration.territoire for g in groupes.groupes(base, (HAINAUT,)).values()} == {HAINAUT}
    assert {g.agglomeration.territoire for g in groupes.groupes(base).values()} >= {HAINAUT, BETHUNE, LENS}
    assert groupes.autour(petite, "QP001001") == (), "une agglomération se montre toujours"
    base.fermer()
