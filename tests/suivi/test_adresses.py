"""Les rôles par compte : un fichier du serveur, relu quand il change, dont aucune adresse ne sort."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indicators.suivi import adresses
from indicators.suivi.auteurs import Auteur, Role
from indicators.suivi.refus import ErreurSuivi

ENTETE = "adresse;role;organisation;fonction;partenaires\n"


@pytest.fixture
def fichier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    chemin = tmp_path / "adresses.csv"
    monkeypatch.setenv(adresses.VARIABLE, str(chemin))
    return chemin


def test_une_adresse_a_son_role_et_le_perd_quand_on_l_ote(fichier: Path) -> None:
    fichier.write_text(
        f"{ENTETE}Ref@Caf.fr;partenaire;CAF du Nord;référente;caf-du-nord, etat-nord\n"
        "a@b.fr;animateur;CA;animatrice;\n",
        "utf-8-sig",
    )
    assert adresses.reglees()
    assert adresses.auteur_de("ref@caf.FR") == Auteur(
        Role.PARTENAIRE, "référente", "CAF du Nord", frozenset({"caf-du-nord", "etat-nord"})
    )
    assert adresses.auteur_de("autre@caf.fr") is None and adresses.auteur_de("") is None
    fichier.write_text(f"{ENTETE}a@b.fr;animateur;CA;animatrice;\n", "utf-8")
    os.utime(fichier, ns=(1, 1))
    assert adresses.auteur_de("ref@caf.fr") is None


@pytest.mark.parametrize(
    ("contenu", "motif"),
    [
        ("adresse;role\n", "Il manque au fichier de OBSERVATOIRE_SUIVI_ADRESSES : organisation"),
        (f"{ENTETE}secret@b.fr;chef;CA;animatrice;\n", "Ligne 2 .*« chef » n’est pas admis"),
        (f"{ENTETE}secret@b.fr;animateur;CA;Jeanne Martin;\n", "Ligne 2 .*ressemble au nom d’une personne"),
        (f"{ENTETE}secret@b.fr;animateur\n", "Ligne 2"),
    ],
)
def test_un_fichier_fautif_se_dit_sans_repeter_d_adresse(fichier: Path, contenu: str, motif: str) -> None:
    fichier.write_text(contenu, "utf-8")
    with pytest.raises(ErreurSuivi, match=motif) as refus:
        adresses.auteur_de("secret@b.fr")
    assert "secret@b.fr" not in str(refus.value)


def test_un_fichier_absent_se_dit(fichier: Path) -> None:
    with pytest.raises(ErreurSuivi, match="ne peut pas être lu"):
        adresses.auteur_de("a@b.fr")
