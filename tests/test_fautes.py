"""Ce qui arrive aux machines : octets perdus, disque plein, autre langue, base remplacée. Rien de perdu, une phrase."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest
from depots import depot, pauvrete, rapport_de

from indicators.__main__ import main
from indicators.construction import VARIABLE_BASE, assurer, construire, empreinte
from indicators.entrepot import Entrepot
from indicators.erreurs import BaseIndisponible, ErreurImport
from indicators.imports.ajout import appliquer, journal

RACINE = Path(__file__).resolve().parent.parent


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
    assert dites and all("Supprimez ce fichier" in phrase for phrase in dites)


def _lus(base: Path) -> list[tuple[object, ...]]:
    entrepot = Entrepot(base)
    try:
        codes = [t.territoire for t in entrepot.territoires()]
        return [(o.territoire, o.indicateur, o.annee, o.valeur, o.passage) for o in entrepot.observations(codes)]
    finally:
        entrepot.fermer()


def test_une_base_d_une_version_plus_ancienne(dossier):
    base = construire(dossier)
    with duckdb.connect(str(base)) as connexion:
        connexion.execute("UPDATE schema SET version = 1")
    with pytest.raises(BaseIndisponible, match=r"schéma 1, le programme attend"):
        Entrepot(base)


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
    assert "Lecture ou écriture impossible" in capsys.readouterr().err
    assert not list(petit_disque.iterdir())


def test_disque_plein_pendant_un_ajout(dossier, locales, petit_disque, monkeypatch):
    avant = assurer(dossier).chemin
    entrepot = Entrepot(avant)
    rapport = rapport_de(entrepot, depot("m.csv", pauvrete("44,5")))
    monkeypatch.setenv(VARIABLE_BASE, str(petit_disque))
    with pytest.raises(ErreurImport, match="Rien n'a changé"):
        appliquer(rapport, dossier)
    monkeypatch.delenv(VARIABLE_BASE)
    assert (assurer(dossier).chemin, journal(dossier)) == (avant, [])
    entrepot.fermer()


@pytest.mark.parametrize(("langue", "fuseau"), [("C", "Pacific/Kiritimati"), ("fr_FR.ISO-8859-1", "America/St_Johns")])
def test_ni_la_langue_ni_le_fuseau_ne_changent_la_base(dossier, langue, fuseau):
    code = "import sys; from pathlib import Path; from indicators.construction import construire\n"
    code += "print(construire(Path(sys.argv[1])).name)"
    reglages = os.environ | {"LC_ALL": langue, "TZ": fuseau, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    jouee = subprocess.run(
        [sys.executable, "-c", code, str(dossier)], cwd=RACINE, env=reglages, capture_output=True, text=True, check=True
    )
    assert jouee.stdout.strip() == f"observatoire-{empreinte(dossier)}.duckdb"
    assert ("QP001001", "taux_pauvrete", 2018, 46.7, "46,7 %") in _lus(construire(dossier))


def test_cinquante_lecteurs_pendant_que_la_base_est_remplacee(dossier):
    """Chacun lit un état entier, d'avant ou d'après ; aucun ne tombe."""
    lecteur = Entrepot(construire(dossier))
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
