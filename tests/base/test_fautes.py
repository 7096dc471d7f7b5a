"""Ce qui arrive aux machines : octets perdus, disque plein, autre langue, base remplacée. Rien de perdu, une phrase."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest
from depots import depot, pauvrete, rapport_de

from indicators.__main__ import main
from indicators.base.base import Base
from indicators.base.construction import VARIABLE_BASE, VARIABLE_LOCALES, assurer, construire, empreinte, signature
from indicators.imports.moteur.ajout import appliquer
from indicators.imports.moteur.journal import journal
from indicators.socle.erreurs import BaseIndisponible, DonneesInvalides, ErreurImport
from pages.commun import acces

RACINE = Path(__file__).resolve().parents[2]


def test_un_bloc_abime_se_dit_quand_on_le_lit(dossier):
    """Une base qui s'ouvre mais dont des octets ont changé : une phrase, ou les vrais chiffres ; jamais de faux."""
    base = construire(dossier)
    brut = base.read_bytes()
    attendus = _lus(base)
    dites = []
    for debut in range(12_288, len(brut), max(4096, len(brut) // 24)):
        abimee = dossier / f"abimee-{debut}.duckdb"
        abimee.write_bytes(brut[:debut] + b"\xa5" * 2048 + brut[debut + 2048 :])
        try:
            assert _lus(abimee) == attendus
        except BaseIndisponible as erreur:
            dites.append(str(erreur))
    assert dites and all("mise de côté" in phrase or "Supprimez ce fichier" in phrase for phrase in dites)


def test_une_seule_base_abimee_reste_de_cote(dossier):
    construire(dossier)
    for rang in range(3):
        (dossier / f"observatoire-{rang}.abimee").write_bytes(b"x")
        os.utime(dossier / f"observatoire-{rang}.abimee", (100 + rang, 100 + rang))
    construire(dossier)
    assert [chemin.name for chemin in dossier.glob("*.abimee")] == ["observatoire-2.abimee"]


def _lus(base: Path) -> list[tuple[object, ...]]:
    ouverte = Base(base)
    try:
        codes = [t.territoire for t in ouverte.territoires()]
        return [(o.territoire, o.indicateur, o.annee, o.valeur, o.passage) for o in ouverte.observations(codes)]
    finally:
        ouverte.fermer()


def test_une_base_d_une_version_plus_ancienne(dossier):
    base = construire(dossier)
    with duckdb.connect(str(base)) as connexion:
        connexion.execute("UPDATE schema SET version = 1")
    with pytest.raises(BaseIndisponible, match=r"schéma 1, le programme attend"):
        Base(base)


def test_des_donnees_invalides_ne_font_pas_servir_la_base_d_une_autre_version(dossier):
    """Une mise à niveau à moitié faite : c'est la faute des données qui se dit, non « supprimez cette base »."""
    with duckdb.connect(str(construire(dossier))) as connexion:
        connexion.execute("UPDATE schema SET version = 1")
    (dossier / "territoires.csv").write_text("n'importe quoi", "utf-8")
    with pytest.raises(DonneesInvalides, match=r"territoires\.csv"):
        assurer(dossier)


@pytest.fixture
def petit_disque(tmp_path: Path) -> Iterator[Path]:
    """Un vrai disque, trop petit pour la petite base."""
    ou = tmp_path / "disque"
    ou.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", ou], check=False).returncode:
        pytest.skip("il faut pouvoir monter un disque (root)")
    yield ou
    subprocess.run(["umount", "-l", ou], check=True)


def test_disque_plein_pendant_la_construction(dossier, petit_disque, monkeypatch, capsys):
    monkeypatch.setenv(VARIABLE_BASE, str(petit_disque))
    with pytest.raises(BaseIndisponible, match="OBSERVATOIRE_BASE"):
        assurer(dossier)
    assert main(["construire", "--donnees", str(dossier)]) == 1
    dit = capsys.readouterr().err
    assert dit.startswith(f"Lecture ou écriture impossible « {petit_disque} » : le disque est plein, No space left")
    assert dit.endswith("Rien n'a changé.\n") and dit.count("\n") == 1 and "DuckDB" not in dit and "Error" not in dit
    assert not list(petit_disque.iterdir())


def test_disque_plein_pendant_un_ajout(dossier, locales, petit_disque, monkeypatch):
    avant = assurer(dossier).chemin
    ouverte = Base(avant)
    rapport = rapport_de(ouverte, depot("m.csv", pauvrete("44,5")))
    monkeypatch.setenv(VARIABLE_BASE, str(petit_disque))
    with pytest.raises(ErreurImport, match="Rien n'a changé"):
        appliquer(rapport, dossier)
    monkeypatch.delenv(VARIABLE_BASE)
    assert (assurer(dossier).chemin, journal(dossier)) == (avant, [])
    ouverte.fermer()


@pytest.fixture
def disque_fige(dossier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Un vrai disque en lecture seule : les données, leur base, et un ajout en service."""
    monkeypatch.setenv(VARIABLE_LOCALES, str(dossier.parent / "locales"))
    ouverte = Base(assurer(dossier).chemin)
    appliquer(rapport_de(ouverte, depot("m.csv", pauvrete("44,5"))), dossier)
    ouverte.fermer()
    ou = tmp_path / "disque"
    ou.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", ou], check=False).returncode:
        pytest.skip("il faut pouvoir monter un disque (root)")
    shutil.copytree(dossier, ou / "data")
    shutil.copytree(dossier.parent / "locales", ou / "locales")
    subprocess.run(["mount", "-o", "remount,ro", ou], check=True)
    monkeypatch.setenv(VARIABLE_LOCALES, str(ou / "locales"))
    yield ou
    subprocess.run(["umount", "-l", ou], check=True)


def test_un_disque_en_lecture_seule_sert_et_refuse_d_une_phrase(disque_fige, tmp_path, capsys):
    donnees = disque_fige / "data"
    (tmp_path / "m.csv").write_text(pauvrete("43,5", annee=2022), "utf-8")
    avant = {chemin: chemin.stat().st_mtime_ns for chemin in disque_fige.rglob("*")}
    for commande, phrase in (
        (["construire"], "le disque est en lecture seule, Read-only file system. Rien n'a changé."),
        (["importer", str(tmp_path / "m.csv")], "L'ajout n'a pas pu être écrit dans"),
        (["annuler", "1"], "L'ajout n'a pas pu être écrit dans"),
    ):
        assert main([*commande, "--donnees", str(donnees)]) == 1
        dit = capsys.readouterr().err
        assert phrase in dit and "Read-only file system" in dit and dit.count("\n") == 1
    assert {chemin: chemin.stat().st_mtime_ns for chemin in disque_fige.rglob("*")} == avant
    assert {o[2] for o in _lus(assurer(donnees).chemin) if o[:2] == ("QP001001", "taux_pauvrete")} == {2018, 2021}
    assert [entree.numero for entree in journal(donnees)] == [1]


def test_une_base_sur_un_disque_en_lecture_seule_dont_les_csv_changent_ailleurs(disque_fige, dossier, monkeypatch):
    """L'ancienne base sert, l'erreur à montrer dit le disque ; sans base du tout, quoi faire."""
    monkeypatch.setenv(VARIABLE_BASE, str(disque_fige / "data"))
    essai = dossier / "observations" / "essai.csv"
    essai.write_text(essai.read_text("utf-8-sig").replace(";46,7;", ";47,7;"), "utf-8-sig")
    base = assurer(dossier)
    assert base.chemin.parent == disque_fige / "data" and "Read-only" in base.erreur
    assert ("QP001001", "taux_pauvrete", 2018, 46.7, "46,7 %") in _lus(base.chemin)
    monkeypatch.setenv(VARIABLE_BASE, str(disque_fige / "locales"))
    with pytest.raises(BaseIndisponible, match="Donnez un dossier accessible en écriture"):
        assurer(dossier)


def test_une_base_abimee_pendant_qu_elle_sert(dossier):
    """Le fichier change sous un lecteur : les vrais chiffres, ou une phrase ; effacé, il est refait."""
    base = construire(dossier)
    attendus = _lus(base)
    ouvert = Base(base)
    brut = base.read_bytes()
    dites = []
    for octets in (brut[: len(brut) // 2], b"\xa5" * len(brut), b""):
        base.write_bytes(octets)
        try:
            codes = [t.territoire for t in ouvert.territoires()]
            lues = ouvert.observations(codes)
            assert [(o.territoire, o.indicateur, o.annee, o.valeur, o.passage) for o in lues] == attendus
        except BaseIndisponible as erreur:
            dites.append(str(erreur))
    ouvert.fermer()
    assert all("mise de côté" in phrase or "Supprimez ce fichier" in phrase for phrase in dites)
    base.write_bytes(b"")
    with pytest.raises(BaseIndisponible, match="Supprimez ce fichier"):
        Base(base)
    assert _lus(assurer(dossier).chemin) == attendus, "personne n'a rien eu à supprimer"


def test_sans_place_ou_deborder_la_base_reste_ou_elle_est(dossier, tmp_path):
    chemin = construire(dossier)
    ouverte = Base(chemin)
    (tmp_path / "fichier").touch()
    ouverte._toutes("SET memory_limit = '20MB'")
    ouverte._toutes(f"SET temp_directory = '{tmp_path / 'fichier' / 'debord'}'")
    with pytest.raises(BaseIndisponible, match=r"ne se lit pas pour l'instant .*Recommencez"):
        ouverte._toutes("SELECT n FROM (SELECT range AS n, hash(n) AS h FROM range(5000000) ORDER BY h) OFFSET 4999999")
    ouverte.fermer()
    assert assurer(dossier).chemin == chemin


def test_une_panne_a_l_ouverture_n_efface_pas_la_base(dossier, monkeypatch):
    """La cause est dite ; elle passe, et la même base sert."""
    chemin = construire(dossier)

    def connecter(*_: object, **__: object) -> None:
        raise duckdb.IOException(f'IO Error: Cannot open file "{chemin}": Too many open files')

    with monkeypatch.context() as panne:
        panne.setattr(duckdb, "connect", connecter)
        for ouvrir in (lambda: assurer(dossier), lambda: Base(chemin)):
            with pytest.raises(BaseIndisponible, match=r"pour l'instant .*Too many open files.*Recommencez"):
                ouvrir()
    assert assurer(dossier).chemin == chemin
    assert ("QP001001", "taux_pauvrete", 2018, 46.7, "46,7 %") in _lus(chemin)


def test_une_base_tenue_par_un_autre_programme_est_dite_et_n_est_pas_supprimee(dossier):
    base = construire(dossier)
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('tenue', flush=True); input()"
    options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code, str(base)], **options) as autre:
        assert autre.stdout.readline() == "tenue\n"
        with pytest.raises(BaseIndisponible, match=rf"tenue ouverte par un autre programme.*processus {autre.pid}"):
            assurer(dossier)
        autre.communicate("\n")
    assert assurer(dossier).chemin == base


def test_une_panne_du_disque_passe_quand_elle_a_passe(dossier, monkeypatch):
    """La cause est nommée, les données n'y sont pour rien ; la place revenue, la nouvelle base sert."""
    ancienne = construire(dossier)
    essai = dossier / "observations" / "essai.csv"
    essai.write_text(essai.read_text("utf-8-sig").replace(";46,7;", ";47,7;"), "utf-8-sig")
    monkeypatch.setattr(acces, "assurer", lambda **suivi: assurer(dossier, **suivi))
    monkeypatch.setattr(acces, "RETENTER", 0.0)
    etat = signature(dossier)
    with monkeypatch.context() as panne:
        panne.setattr("indicators.base.ecriture.ecrire", _plein)
        base, servie = acces._tenter(etat, hash(etat))
    assert (base.chemin, servie.passagere) == (ancienne, "le disque est plein, No space left on device")
    assert "OBSERVATOIRE_BASE" in servie.erreur and "fichiers de données" not in servie.erreur
    base, servie = acces._tenter(etat, hash(etat))
    assert (base.chemin.name, servie.erreur) == (f"observatoire-{empreinte(dossier)}.duckdb", "")


def _plein(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_les_brouillons_des_morts_s_en_vont_et_celui_d_un_vivant_reste(dossier):
    code = (
        "import sys; from pathlib import Path; from indicators.socle.brouillons import brouillon\n"
        "with brouillon('.construction-', Path(sys.argv[1])) as ici: print(ici.name, flush=True); input()"
    )
    options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": RACINE}
    with subprocess.Popen([sys.executable, "-c", code, str(dossier)], **options) as autre:
        nom = autre.stdout.readline().strip()
        assurer(dossier)
        assert (dossier / nom).is_dir()
        autre.kill()
        autre.wait()
    assurer(dossier)
    assert not list(dossier.glob(".construction-*"))


@pytest.mark.parametrize(("langue", "fuseau"), [("C", "Pacific/Kiritimati"), ("fr_FR.ISO-8859-1", "America/St_Johns")])
def test_ni_la_langue_ni_le_fuseau_ne_changent_la_base(dossier, langue, fuseau):
    code = "import sys; from pathlib import Path; from indicators.base.construction import construire\n"
    code += "print(construire(Path(sys.argv[1])).name)"
    reglages = os.environ | {"LC_ALL": langue, "TZ": fuseau, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    jouee = subprocess.run(
        [sys.executable, "-c", code, str(dossier)], cwd=RACINE, env=reglages, capture_output=True, text=True, check=True
    )
    assert jouee.stdout.strip() == f"observatoire-{empreinte(dossier)}.duckdb"
    assert ("QP001001", "taux_pauvrete", 2018, 46.7, "46,7 %") in _lus(construire(dossier))


def test_cinquante_lecteurs_pendant_que_la_base_est_remplacee(dossier):
    """Chacun lit un état entier, d'avant ou d'après ; aucun ne tombe."""
    lecteur = Base(construire(dossier))
    essai = dossier / "observations" / "essai.csv"

    def lire(_rang: int) -> set[float | None]:
        return {o.valeur for _ in range(20) for o in lecteur.observations(["EPCI200000001"], ["taux_pauvrete"])}

    with ThreadPoolExecutor(50) as fils:
        lectures = [fils.submit(lire, rang) for rang in range(50)]
        for valeur in ("18,9", "19,0", "19,1"):
            texte = essai.read_text("utf-8-sig")
            essai.write_text(texte.replace("18,8 %", f"{valeur} %").replace(";18,8;", f";{valeur};"), "utf-8-sig")
            construire(dossier)
    assert [lecture.result() for lecture in lectures] == [{18.8}] * 50
    lecteur.fermer()
