"""La base se construit à côté et se renomme : jamais à moitié, même à plusieurs (tuée : `test_tue.py`)."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from indicators import construction
from indicators.construction import DOSSIER_DONNEES, assurer, construire
from indicators.entrepot import Entrepot
from indicators.erreurs import BaseIndisponible


def bases(dossier: Path) -> list[Path]:
    return sorted(dossier.glob("observatoire-*.duckdb"))


def test_deux_fois_les_memes_donnees_font_la_meme_base(dossier):
    assert construire(dossier) == construire(dossier)
    assert len(bases(dossier)) == 1
    assert not list(dossier.glob(".construction-*"))


def test_un_csv_change_fait_une_autre_base_et_un_lecteur_garde_la_sienne(dossier):
    premiere = construire(dossier)
    lecteur = Entrepot(premiere)
    chemin = dossier / "observations" / "essai.csv"
    chemin.write_text(chemin.read_text("utf-8-sig").replace("46,7", "47,7"), "utf-8-sig")
    seconde = assurer(dossier).chemin
    assert seconde != premiere
    assert lecteur.observations(["QP001001"], ["taux_pauvrete"])[0].valeur == 46.7
    neuf = Entrepot(seconde)
    assert neuf.observations(["QP001001"], ["taux_pauvrete"])[0].valeur == 47.7
    lecteur.fermer()
    neuf.fermer()


def test_ne_garde_que_la_base_actuelle_et_la_precedente(dossier):
    for k in range(4):
        chemin = dossier / "observations" / "essai.csv"
        chemin.write_text(chemin.read_text("utf-8-sig").replace("46,7", f"46,7{k}"), "utf-8-sig")
        os.utime(construire(dossier), (1_000_000 + k, 1_000_000 + k))
    assert len(bases(dossier)) == 2


def _construire_et_lire(dossier: str) -> int:
    entrepot = Entrepot(assurer(Path(dossier)).chemin)
    return len(entrepot.observations(["QP001001", "EPCI200000001"]))


def test_plusieurs_processus_demarrent_en_meme_temps(dossier):
    contexte = multiprocessing.get_context("spawn")
    with contexte.Pool(4) as groupe:
        lus = groupe.map(_construire_et_lire, [str(dossier)] * 8)
    assert set(lus) == {5}
    assert len(bases(dossier)) == 1


def test_un_dossier_sans_ecriture_dit_quoi_faire(dossier, monkeypatch, tmp_path):
    fichier = tmp_path / "pas-un-dossier"
    fichier.write_text("")
    monkeypatch.setenv(construction.VARIABLE_BASE, str(fichier))
    with pytest.raises(BaseIndisponible, match="OBSERVATOIRE_BASE"):
        assurer(dossier)
    ailleurs = tmp_path / "ailleurs"
    monkeypatch.setenv(construction.VARIABLE_BASE, str(ailleurs))
    assert assurer(dossier).chemin.parent == ailleurs
    assert not bases(dossier)


@pytest.mark.parametrize("contenu", [b"", b"ceci n'est pas une base", b"\x00" * 5000])
def test_une_base_abimee_se_dit_en_une_phrase(tmp_path, contenu):
    chemin = tmp_path / "observatoire-abimee.duckdb"
    chemin.write_bytes(contenu)
    with pytest.raises(BaseIndisponible, match="Supprimez ce fichier"):
        Entrepot(chemin)


def test_la_signature_change_avec_les_fichiers_sans_les_lire(copie_des_donnees):
    avant = construction.signature(copie_des_donnees)
    assert avant == construction.signature(copie_des_donnees)
    (copie_des_donnees / "observations" / "ajout.csv").write_text("x")
    assert construction.signature(copie_des_donnees) != avant


def test_les_donnees_embarquees_sont_celles_du_projet():
    assert (DOSSIER_DONNEES / "territoires.csv").exists()
