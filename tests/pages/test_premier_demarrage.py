"""Le premier démarrage construit la base : qui l'attend voit où elle en est, puis l'écran."""

from __future__ import annotations

import threading

import pytest
import streamlit as st
from ecrans import ouvrir, texte

from indicators.base.construction import assurer, construire
from pages.commun import acces


def test_la_construction_dit_ce_qu_elle_fait_sans_jamais_reculer(dossier):
    dits: list[tuple[float, str]] = []
    construire(dossier, avancer=lambda part, quoi: dits.append((part, quoi)))
    parts = [part for part, _ in dits]
    assert parts == sorted(set(parts)) and parts[0] == 0 and parts[-1] < 1
    assert [quoi for _, quoi in dits] == [
        "les fichiers de données", "les lieux et le catalogue", "les chiffres, réunis", "les chiffres, rangés par lieu",
        "les chiffres, rangés par indicateur", "les rangs et les répartitions", "les contours",
    ]  # fmt: skip


def test_une_base_deja_la_ne_dit_rien(dossier):
    construire(dossier)
    dits: list[str] = []
    assurer(dossier, avancer=lambda _part, quoi: dits.append(quoi))
    assert dits == []


class _Barre:
    """Ce que voit le visiteur à la place de la barre."""

    def __init__(self) -> None:
        self.dits: list[tuple[float, str]] = []
        self.vue, self.retiree = threading.Event(), False

    def progress(self, part: float, texte: str) -> None:
        self.dits.append((part, texte))
        self.vue.set()

    def empty(self) -> None:
        self.retiree = True


@pytest.fixture
def neuf():
    """Un serveur qui n'a encore ouvert aucune base, puis qui oublie celle de l'essai."""
    st.cache_resource.clear()
    acces._pretes.clear()
    yield
    st.cache_resource.clear()
    acces._pretes.clear()


def test_qui_attend_la_base_voit_une_barre_puis_l_ecran(neuf, monkeypatch):
    barre = _Barre()

    def lente(avancer):
        avancer(0.42, "les chiffres")
        assert barre.vue.wait(30), "le visiteur n'a rien vu"
        return assurer()

    monkeypatch.setattr(acces, "assurer", lente)
    monkeypatch.setattr(acces.st, "empty", lambda: barre)
    ecran = ouvrir("sources", rubrique="glossaire")
    assert barre.dits[0][0] == 0.42 and "les chiffres" in barre.dits[0][1]
    assert barre.retiree
    assert "Sources et méthode" in texte(ecran)


def test_une_base_prete_n_a_pas_de_barre(neuf, monkeypatch):
    monkeypatch.setattr(acces.st, "empty", lambda: pytest.fail("une barre pour une base qui est là"))
    ouvrir("sources", rubrique="glossaire")
