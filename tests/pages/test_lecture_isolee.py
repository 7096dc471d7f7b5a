"""Pendant qu'un fichier piégé se lit, les autres sont servis : l'ordre des réponses le dit, aucune horloge."""

from __future__ import annotations

import io
import os
import pickle
import signal
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from depots import JEUNES, releve
from ecrans import ouvrir, texte

from indicators.imports.moteur import isole
from indicators.imports.moteur.lecteur import lire_onglets
from indicators.socle.erreurs import ErreurImport


def _piege() -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr("xl/workbook.xml", b"<workbook")
    return sortie.getvalue()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="ce système n'a pas de tube nommé")
def test_un_fichier_qui_n_en_finit_pas_n_arrete_ni_un_portrait_ni_un_autre_depot(tmp_path: Path, monkeypatch):
    tube, retenu = tmp_path / "tube", tmp_path / "python-retenu"
    os.mkfifo(tube)
    # le lecteur à part n'avance que lorsque le tube s'ouvre : un fichier aussi long à lire que l'on veut
    retenu.write_text(f'#!/bin/sh\n: < "{tube}"\nexec "{sys.executable}" "$@"\n')
    retenu.chmod(0o755)
    monkeypatch.setattr(isole.sys, "executable", str(retenu))
    monkeypatch.setattr(isole, "PATIENCE", 1_000)
    reponses: list[str] = []

    def deposer() -> None:
        try:
            lire_onglets(_piege(), "piege.xlsx")
        except ErreurImport as erreur:
            reponses.append(str(erreur))

    fil = threading.Thread(target=deposer)
    fil.start()
    try:
        assert "Bruay-la-Buissière" in texte(ouvrir("portrait", territoire="QP062011"))
        reponses.append("portrait")
        assert releve("neet.csv", JEUNES).chiffres
        reponses.append("autre dépôt")
    finally:
        monkeypatch.undo()
        os.close(os.open(tube, os.O_RDWR))  # ne bloque pas, même si plus personne ne lit
        fil.join(60)
    assert reponses[:2] == ["portrait", "autre dépôt"]
    assert "« piege.xlsx » n'est pas un classeur lisible" in reponses[2]


def test_un_grand_fichier_arrive_au_serveur_par_blocs(monkeypatch):
    """Entre deux blocs le serveur répond à d'autres ; les lignes d'une table et de son onglet restent les mêmes."""
    monkeypatch.setattr(isole, "_BLOC", 10)
    lus = isole.ici(b"codgeo;an\n" + b"".join(b"%05d;2018\n" % n for n in range(95)), "f.csv")
    sortie = io.BytesIO()
    isole.envoyer(lus, sortie)
    lecteur = pickle.Unpickler(io.BytesIO(sortie.getvalue()))
    blocs = [lecteur.load() for _ in range(lecteur.load())]
    assert [len(bloc) for bloc in blocs] == [10] * 9 + [6] + [10] * 9 + [5]
    recus = isole.recevoir(sortie.getvalue())
    assert recus == lus and recus.lus[""].premiere == lus.lus[""].premiere
    assert recus.lus[""].lignes[1] is recus.lus[""].premiere.lignes[0]


def _a_part(suite: str, depot: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    code = f"from indicators.imports.moteur import isole\n{suite}"
    return subprocess.run(
        [sys.executable, "-c", code], input=depot, capture_output=True, cwd=isole._RACINE, check=False,
        env=os.environ | isole.SOBRE,
    )  # fmt: skip


def _borne(suite: str) -> subprocess.CompletedProcess[bytes]:
    return _a_part(f"isole.borner(1_000)\n{suite}")


@pytest.mark.skipif(not hasattr(signal, "SIGPROF"), reason="ce système ne sait pas borner un processus")
def test_le_processus_a_part_est_borne_en_memoire_et_en_temps():
    """Ses bornes sont posées avant qu'il ne déplie rien, à la mesure du fichier ; le serveur garde les siennes."""
    import resource

    assert isole.bornes(1_000) == (2, 300_000_000)
    assert b"MemoryError" in _borne("bytearray(300_000_000)").stderr
    assert _borne("bytearray(50_000_000)").returncode == 0
    assert _borne("while True: pass").returncode == -signal.SIGPROF
    assert resource.getrlimit(resource.RLIMIT_DATA)[0] == resource.RLIM_INFINITY
    assert isole.bornes(30_000_000) == (302, 1_800_000_000)  # un grand fichier de producteur


def test_un_fichier_lu_n_est_pas_refuse_pour_ce_qui_arrive_en_fermant():
    """Un fil de bibliothèque arrête parfois Python pendant qu'il se ferme : la réponse, elle, est entière."""
    joue = _a_part("import atexit, os\natexit.register(os.abort)\nisole.main('neet.csv')", JEUNES.encode())
    assert joue.returncode == 0
    assert isole.recevoir(joue.stdout) == isole.ici(JEUNES.encode(), "neet.csv")


@pytest.mark.parametrize(
    ("arret", "phrase"),
    [
        (subprocess.TimeoutExpired("lire", 1), "n'a pas pu être lu en 2 secondes"),
        (isole._TUE_PAR_LE_TEMPS, "n'a pas pu être lu en 2 secondes"),
        (-9, "demande trop de mémoire pour être lu"),
        ((1, b"Traceback\nMemoryError\n"), "demande trop de mémoire pour être lu"),
        ((-6, b"terminate called after throwing an instance of 'std::bad_alloc'"), "demande trop de mémoire"),
        ((-6, b"terminate called without an active exception"), "n'a pas pu être lu, sa lecture s'est arrêtée"),
        (-11, "n'a pas pu être lu, sa lecture s'est arrêtée sans rien rendre : redéposez-le"),
    ],
)
def test_ce_qui_s_arrete_est_une_phrase_qui_ne_dit_que_ce_qu_on_sait(arret, phrase, monkeypatch):
    sortie, plainte = arret if isinstance(arret, tuple) else (arret, b"")

    def jouer(*_a, **_k):
        if isinstance(arret, Exception):
            raise arret
        return subprocess.CompletedProcess([], sortie, b"", plainte)

    monkeypatch.setattr(isole.subprocess, "run", jouer)
    with pytest.raises(ErreurImport, match=phrase):
        lire_onglets(_piege(), "piege.xlsx")
