"""`python -m indicators …` et le README : chaque commande existe, et est écrite."""

from __future__ import annotations

import argparse
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from indicators.__main__ import MODULES, main

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


@pytest.mark.parametrize("module", MODULES)
def test_chaque_commande_est_declaree_par_son_module(module):
    commandes = argparse.ArgumentParser().add_subparsers()
    import_module(module).declarer(commandes)
    assert tuple(commandes.choices) == MODULES[module]


def test_une_commande_ne_charge_que_ses_bibliotheques():
    code = (
        "import sys\nfrom indicators.__main__ import main\nmain(['journal'])\n"
        "print(sorted({'alembic', 'pptx', 'sqlalchemy', 'typst', 'xlsxwriter'} & {*sys.modules}))"
    )
    jouee = subprocess.run([sys.executable, "-c", code], cwd=RACINE, capture_output=True, text=True, check=True)
    assert jouee.stdout.splitlines()[-1] == "[]"


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
    # Calais, quatre quartiers : la commande n'apprend rien de plus d'un atlas de trente-trois.
    assert main(["publier", document, "--territoire", "EPCI200090751", "--sortie", str(sortie)]) == 0
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


HOSTILES = {
    "../../etc/passwd": "doit finir par .pdf",
    "/etc/passwd": "doit finir par .pdf",
    "absent/../../x/fiche.pdf": "n'existe pas",
    "/proc/fiche.pdf": "ne peut pas être écrit",
    "fiche.pdf\0.txt": "caractère invisible",
    "fi\nche.pdf": "caractère invisible",
    "fi\x1b[2Jche.pdf": "caractère invisible",
    "nul.pdf": "est un nom que Windows réserve",
    "CON.pdf": "est un nom que Windows réserve",
    "com1.annexe.pdf": "est un nom que Windows réserve",
    "dossier.pdf": "c'est un dossier",
    ".pdf/..": "doit finir par .pdf",
    "x" * 300 + ".pdf": "est trop long",
    "": "doit finir par .pdf",
}


@pytest.mark.parametrize("sortie", HOSTILES, ids=ascii)
def test_une_sortie_hostile_est_refusee_d_une_phrase_et_rien_n_est_ecrit(tmp_path, monkeypatch, capsys, sortie):
    ici = tmp_path / "a" / "b"
    (ici / "dossier.pdf").mkdir(parents=True)
    monkeypatch.chdir(ici)
    avant = sorted(tmp_path.rglob("*"))
    assert main(["publier", "fiche", "--territoire", "QP062011", "--sortie", sortie]) == 1
    dit = capsys.readouterr().err
    assert HOSTILES[sortie] in dit and dit.count("\n") == 1 and "\x1b" not in dit
    assert sorted(tmp_path.rglob("*")) == avant


@pytest.mark.parametrize("document", ["fiche", "atlas", "diaporama", "classeur"])
@pytest.mark.parametrize(
    "code", ["../../etc/passwd", "/etc/passwd", "QP062011\0", "' OR 1=1 --", "%", "", "x" * 100_000, "NUL", "..\\.."]
)
def test_un_territoire_hostile_n_est_celui_de_personne(tmp_path, monkeypatch, capsys, document, code):
    monkeypatch.chdir(tmp_path)
    suffixe = {"diaporama": "pptx", "classeur": "xlsx"}.get(document, "pdf")
    assert main(["publier", document, "--territoire", code, "--sortie", f"x.{suffixe}"]) == 1
    assert "Aucun territoire ne porte le code" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_un_document_qui_ne_tient_pas_laisse_celui_d_avant(tmp_path, monkeypatch, capsys):
    """Le disque se remplit au milieu de l'écriture : l'édition d'avant est intacte, et rien ne traîne."""
    sortie = tmp_path / "fiche.pdf"
    sortie.write_bytes(b"l'edition d'avant")

    def plein(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("indicators.socle.sortie.os.replace", plein)
    assert main(["publier", "fiche", "--territoire", "QP062011", "--sortie", str(sortie)]) == 1
    assert "ne peut pas être écrit : No space left on device" in capsys.readouterr().err
    assert [(chemin.name, chemin.read_bytes()) for chemin in tmp_path.iterdir()] == [
        ("fiche.pdf", b"l'edition d'avant")
    ]


def test_un_lien_est_remplace_pas_suivi(tmp_path):
    cible, lien = tmp_path / "important", tmp_path / "fiche.pdf"
    cible.write_text("à garder")
    lien.symlink_to(cible)
    assert main(["publier", "fiche", "--territoire", "QP062011", "--sortie", str(lien)]) == 0
    assert (cible.read_text(), lien.is_symlink(), lien.read_bytes()[:4]) == ("à garder", False, b"%PDF")


@pytest.mark.parametrize(("nom", "debut"), [("m.csv", b"\xef\xbb\xbf"), ("m.XLSX", b"PK")])
def test_le_modele_s_ecrit(tmp_path, nom, debut):
    assert main(["modele", str(tmp_path / nom)]) == 0
    assert (tmp_path / nom).read_bytes().startswith(debut)


@pytest.mark.parametrize("nom", ["m.txt", "nul.csv", "absent/m.csv"])
def test_un_modele_mal_nomme_est_refuse(tmp_path, capsys, nom):
    assert main(["modele", str(tmp_path / nom)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
