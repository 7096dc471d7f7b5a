"""La case de l'accueil : un lieu, un sujet, ou les deux ; une faute ne ferme pas la porte."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.analyse.recherche import comprendre
from indicators.base.base import Base


@pytest.mark.parametrize(
    ("texte", "famille", "lieu"),
    [
        ("neet auchel", "neet", "Auchel"),
        ("Auchel NEET", "neet", "Auchel"),
        ("parc social lens", "parc_social", "Lens"),
        ("parc socail lens", "parc_social", "Lens"),
        ("pauvreté à Denain", "pauvrete", "Denain"),
        ("pauvrte liévin", "pauvrete", "Liévin"),
        ("ips écoles béthune", "ips", "Béthune"),
        ("grande résidence", None, "Grande Résidence"),
        ("grande residance", None, "Grande Résidence"),
        ("auchell", None, "Auchel"),
        ("haut d'houdain", None, "Le Haut d’Houdain"),
        ("QP062011", None, "Le Centre"),
    ],
)
def test_un_lieu_un_sujet_ou_les_deux(vraie: Base, texte: str, famille: str | None, lieu: str):
    comprise = comprendre(vraie, texte)
    trouve = comprise.sujet.famille.famille if comprise.sujet and comprise.sujet.famille else None
    assert trouve == famille
    assert comprise.lieux[0].nom == lieu


@pytest.mark.parametrize("texte", ["emploi", "neet", "logement social"])
def test_un_sujet_seul(vraie: Base, texte: str):
    comprise = comprendre(vraie, texte)
    assert comprise.sujet is not None and comprise.sujet.famille is not None
    assert comprise.lieux == ()


def test_un_indicateur_qui_n_est_d_aucune_famille(vraie: Base):
    comprise = comprendre(vraie, "chomage lens")
    assert comprise.sujet is not None and comprise.sujet.indicateur is not None
    assert "chômage" in comprise.sujet.libelle
    assert comprise.lieux[0].nom == "Lens"


def test_ce_qui_est_corrige_est_dit(vraie: Base):
    assert comprendre(vraie, "auchell").compris == "auchel"
    assert comprendre(vraie, "auchel").compris == ""


def test_a_nom_egal_ceux_d_ici_d_abord(vraie: Base):
    ailleurs = comprendre(vraie, "le centre").lieux
    ici = comprendre(vraie, "le centre", ["QP062011"]).lieux
    assert ici[0].territoire == "QP062011"
    assert {t.nom for t in ailleurs} and len(ailleurs) <= 8


def test_rien_ne_ressemble(vraie: Base):
    comprise = comprendre(vraie, "xyzzyq")
    assert (comprise.sujet, comprise.lieux) == (None, ())


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=string.printable + "éèœ’%_\\", max_size=90))
def test_aucune_frappe_n_est_une_panne(vraie: Base, texte: str):
    assert len(comprendre(vraie, texte).lieux) <= 8
