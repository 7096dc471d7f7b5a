"""Les agglomérations qui ouvrent l'accueil : la variable, le fichier, les trois ; et l'accueil qui les montre."""

from __future__ import annotations

from pathlib import Path

import pytest
from ecrans import avis, ouvrir, texte

from indicators.base.construction import VARIABLE_LOCALES
from indicators.socle.erreurs import ErreurObservatoire
from indicators.socle.reglages import FICHIER, PAR_DEFAUT, VARIABLE_AGGLOMERATIONS, agglomerations_d_accueil

AIX, CINOR = "EPCI200054807", "EPCI249740119"


def regler(dossier: Path, ecrit: str) -> Path:
    (dossier / FICHIER).write_text(ecrit, "utf-8")
    return dossier


def test_sans_reglage_ce_sont_les_trois(tmp_path):
    assert agglomerations_d_accueil(tmp_path) == PAR_DEFAUT
    assert agglomerations_d_accueil(regler(tmp_path, "autre = 1\n")) == PAR_DEFAUT


def test_le_fichier_choisit_et_la_variable_l_emporte(tmp_path, monkeypatch):
    regler(tmp_path, f'agglomerations = ["{AIX}", "249740119"]\n')
    assert agglomerations_d_accueil(tmp_path) == (AIX, CINOR)
    # un code nu, des blancs, une casse, un doublon
    monkeypatch.setenv(VARIABLE_AGGLOMERATIONS, " 249740119, epci249740119 ,,")
    assert agglomerations_d_accueil(tmp_path) == (CINOR,)


@pytest.mark.parametrize("ecrit", ["agglomerations = [", 'agglomerations = "EPCI1"', "agglomerations = [200072460]"])
def test_un_fichier_de_reglages_fautif_est_dit(tmp_path, ecrit):
    with pytest.raises(ErreurObservatoire, match=FICHIER):
        agglomerations_d_accueil(regler(tmp_path, ecrit))


def test_l_accueil_s_ouvre_sur_celles_que_l_on_a_choisies(monkeypatch):
    monkeypatch.setenv(VARIABLE_AGGLOMERATIONS, f"{AIX},{CINOR},EPCI999999999")
    essai = ouvrir()
    lu = texte(essai)
    assert "Aix-Marseille" in lu and "CINOR" in lu
    assert not [nom for nom in ("Béthune", "Hainaut", "Lens-Liévin") if nom in lu]
    assert "«\u00a0EPCI999999999\u00a0»" in avis(essai)


def test_l_accueil_s_ouvre_sur_celles_du_fichier(tmp_path, monkeypatch):
    regler(tmp_path, f'agglomerations = ["{CINOR}"]\n')
    monkeypatch.setenv(VARIABLE_LOCALES, str(tmp_path))
    lu = texte(ouvrir())
    assert "CINOR" in lu and "Lens-Liévin" not in lu
