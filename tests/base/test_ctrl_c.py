"""Un Ctrl-C : une phrase qui dit vrai, le code 130, rien à moitié ; à chaque pas, et sur un vrai processus."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from depots import pauvrete
from paquets import fautes

from indicators.__main__ import main
from indicators.base.construction import VARIABLE_LOCALES, assurer, construire, empreinte
from indicators.imports.moteur.journal import journal
from indicators.publications import paquet as publication
from indicators.socle import mise_en_place

RACINE = Path(__file__).resolve().parents[2]
RIEN = "Interrompu : rien n'a été changé.\n"


def interrompre_a_chaque_pas(modele: Path, essais: Path, *commande: str) -> list[tuple[Path, str, str]]:
    """Un essai par pas : son dossier, le pas devant lequel le signal est venu, ce qui en est dit."""
    joue = subprocess.run(
        [sys.executable, "tests/mourir.py", str(modele), str(essais), "0", *commande, "--donnees", "data"],
        cwd=RACINE, capture_output=True, text=True, check=False, env=os.environ | {"CTRL_C": "1"},
    )  # fmt: skip
    assert joue.returncode == 0, joue.stderr
    restes = sorted(essais.iterdir(), key=lambda chemin: int(chemin.name))
    *interrompus, entier = restes
    assert not (entier / "mort.txt").exists() and (entier / "dit.txt").read_text("utf-8") == ""
    return [(ici, (ici / "mort.txt").read_text("utf-8"), (ici / "dit.txt").read_text("utf-8")) for ici in interrompus]


@pytest.fixture(autouse=True)
def _ecoute() -> Iterator[None]:
    """Une suite lancée en arrière-plan n'entend pas Ctrl-C, ni ce qu'elle lance : ces essais, si."""
    avant = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, avant)


@pytest.fixture
def modele(dossier: Path, locales: Path) -> Path:
    construire(dossier)
    (dossier.parent / "m.csv").write_text(pauvrete("44,5"), "utf-8")
    return dossier.parent


def test_importer_interrompu_dit_si_l_ajout_est_en_service(modele, monkeypatch, tmp_path_factory):
    avant = empreinte(modele / "data")
    dits = []
    for ici, pas, dit in interrompre_a_chaque_pas(modele, tmp_path_factory.mktemp("essais"), "importer", "m.csv"):
        monkeypatch.setenv(VARIABLE_LOCALES, str(ici / "locales"))
        en_service = bool(journal(ici / "data"))
        fait = "Interrompu. Déjà fait, en entier : l'ajout n° 1 est en service. Rien d'autre n'a été changé.\n"
        assert dit == (fait if en_service else RIEN), pas
        assert en_service or empreinte(ici / "data") == avant, pas
        assert assurer(ici / "data").erreur == "", pas
        dits.append(dit)
    assert len(dits) > 10 and len(set(dits)) == 2


@pytest.mark.parametrize(("geste", "neuf"), [("_ecrire", False), ("_garder", True), ("_echanger", True)])
def test_exporter_interrompu_laisse_un_paquet_entier(modele, monkeypatch, capsys, geste, neuf):
    """Pendant l'écriture, l'ancien reste ; pendant la mise en place, elle se finit, et c'est dit."""
    commande = ["exporter", "--sortie", str(modele / "paquet"), "--donnees", str(modele / "data"), "--formats"]
    assert main([*commande, "csv"]) == 0
    capsys.readouterr()
    ou = publication if geste == "_ecrire" else mise_en_place
    vrai = getattr(ou, geste)

    def interrompre(*arguments):
        signal.raise_signal(signal.SIGINT)
        return vrai(*arguments)

    monkeypatch.setattr(ou, geste, interrompre)
    with pytest.raises(SystemExit) as sortie:
        main([*commande, "csv,parquet", "--remplacer"])
    fait = (
        f"Interrompu. Déjà fait, en entier : le paquet est dans « {modele / 'paquet'} ». Rien d'autre n'a été changé.\n"
    )
    assert (sortie.value.code, capsys.readouterr().err) == (130, fait if neuf else RIEN)
    assert (fautes(modele / "paquet"), (modele / "paquet" / "parquet").exists()) == ([], neuf)
    assert list(modele.glob(".paquet*")) == []


def lancer(*commande: str, **options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *commande], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=RACINE,
        env=os.environ | options, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip


def test_un_vrai_ctrl_c_pendant_la_construction(dossier, locales):
    with lancer("-m", "indicators", "construire", "--donnees", str(dossier)) as processus:
        while processus.poll() is None and not any(dossier.glob(".construction-*/*.duckdb")):
            pass
        processus.send_signal(signal.SIGINT)
        sortie, dit = processus.communicate()
    assert (processus.returncode, sortie, dit) == (130, "", RIEN)
    assert [
        chemin.name for chemin in dossier.iterdir() if "duckdb" in chemin.name or "construction" in chemin.name
    ] == []


def test_un_vrai_ctrl_c_pendant_le_chargement():
    """Les bibliothèques se chargent encore : Python dit ce qu'il importe, une ligne chacune."""
    with lancer("-X", "importtime", "-m", "indicators", "journal") as processus:
        for ligne in processus.stderr:
            if ligne.endswith("| duckdb\n") or ligne.endswith(" duckdb\n"):
                break
        processus.send_signal(signal.SIGINT)
        sortie, suite = processus.communicate()
    assert (processus.returncode, sortie, suite.splitlines()[-1:]) == (130, "", RIEN.splitlines())
    assert "Traceback" not in suite


def test_une_commande_en_arriere_plan_n_entend_toujours_pas_ctrl_c(dossier, locales, capsys):
    avant = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert main(["construire", "--donnees", str(dossier)]) == 0
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, avant)
    assert "Base construite" in capsys.readouterr().out
