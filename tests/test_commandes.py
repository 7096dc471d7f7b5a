"""`python -m indicators …` et le README : chaque commande existe, et est écrite."""

from __future__ import annotations

from pathlib import Path

import pytest

from indicators.__main__ import main

RACINE = Path(__file__).resolve().parent.parent


def test_construire(dossier, capsys):
    assert main(["construire", "--donnees", str(dossier)]) == 0
    assert "observatoire-" in capsys.readouterr().out


def test_controler_les_donnees_embarquees(capsys):
    assert main(["controler"]) == 0
    sortie = capsys.readouterr().out
    assert "0 erreurs, 0 à vérifier" in sortie
    assert "observations/000_houdain.csv, ligne" in sortie


def test_controler_dit_tout_et_rend_un(dossier, capsys):
    chemin = dossier / "observations" / "essai.csv"
    texte = chemin.read_text("utf-8-sig").replace("46,7;;;exact", "46,8;;;exact").replace("18,8;;;exact", "188;;;exact")
    chemin.write_text(texte, "utf-8-sig")
    assert main(["controler", "--donnees", str(dossier)]) == 1
    sortie = capsys.readouterr().out
    assert "46,8 ne se lit pas dans « 46,7 % »" in sortie
    assert "188 est hors des bornes" in sortie


def test_construire_en_erreur_parle_francais(dossier, capsys):
    (dossier / "sources.csv").unlink()
    assert main(["construire", "--donnees", str(dossier)]) == 1
    assert "sources.csv : fichier absent" in capsys.readouterr().err


@pytest.mark.parametrize("commande", ["construire", "controler", "couverture", "exporter", "publier"])
def test_chaque_commande_est_dans_le_readme(commande):
    assert f"python -m indicators {commande}" in (RACINE / "README.md").read_text("utf-8")


def test_couverture_par_document_et_section(capsys):
    assert main(["couverture"]) == 0
    sortie = capsys.readouterr().out
    assert "documents/004_51a140851bffbc08.txt :" in sortie
    assert "passages laissés avec leur raison" in sortie
    assert sortie.rstrip().splitlines()[-1].startswith("Ensemble : ")


def test_couverture_en_detail_donne_chaque_passage(capsys):
    main(["couverture", "--detail"])
    assert capsys.readouterr().out.count(" « ") > 500


@pytest.mark.parametrize(
    ("document", "suffixe", "debut"),
    [("fiche", "pdf", b"%PDF"), ("atlas", "pdf", b"%PDF"), ("diaporama", "pptx", b"PK"), ("classeur", "xlsx", b"PK")],
)
def test_publier_ecrit_chaque_document(tmp_path, capsys, document, suffixe, debut):
    sortie = tmp_path / f"document.{suffixe}"
    assert main(["publier", document, "--territoire", "EPCI200072460", "--sortie", str(sortie)]) == 0
    assert sortie.read_bytes().startswith(debut)
    assert f"Document écrit : {sortie}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        (["fiche", "--territoire", "QP999999", "--sortie", "x.pdf"], "Aucun territoire ne porte le code"),
        (["fiche", "--territoire", "QP062011", "--sortie", "x.docx"], "doit finir par .pdf"),
        (["atlas", "--territoire", "QP062011", "--sortie", "x.pdf"], "Un atlas se fait pour une agglomération"),
        (["classeur", "--territoire", "QP062011", "--sortie", "absent/x.xlsx"], "ne peut pas être écrit"),
    ],
)
def test_publier_mal_demande_le_dit_et_n_ecrit_rien(tmp_path, monkeypatch, capsys, arguments, phrase):
    monkeypatch.chdir(tmp_path)
    assert main(["publier", *arguments]) == 1
    assert phrase in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
