"""Pendant qu'un fichier piégé se lit, les autres sont servis : l'ordre des réponses le dit, aucune horloge."""

from __future__ import annotations

import io
import os
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
        tube.open("w").close()
        fil.join(60)
    assert reponses[:2] == ["portrait", "autre dépôt"]
    assert "« piege.xlsx » n'est pas un classeur lisible" in reponses[2]


def test_le_processus_a_part_est_borne_en_memoire_et_en_temps(monkeypatch):
    """Ses bornes sont posées avant qu'il ne lise : ce qui les dépasse est une phrase, jamais une trace."""
    import resource
    import subprocess

    lu = subprocess.run(
        [sys.executable, "-c", "import resource\nfrom indicators.imports.moteur import isole\nisole._borner()\n"
         "print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0])"],
        capture_output=True, text=True, check=True, cwd=isole._RACINE,
    )  # fmt: skip
    assert lu.stdout.split() == [str(isole.MEMOIRE), str(isole.SECONDES)]
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != isole.MEMOIRE  # celles du serveur restent les siennes
    for arret, phrase in (
        (subprocess.TimeoutExpired("lire", 1), "n'a pas pu être lu en"), (None, "demande trop de mémoire pour être lu"),
    ):  # fmt: skip

        def jouer(*_a, arret=arret, **_k):
            if arret is not None:
                raise arret
            return subprocess.CompletedProcess([], -9, b"", b"")

        monkeypatch.setattr(isole.subprocess, "run", jouer)
        with pytest.raises(ErreurImport, match=phrase):
            lire_onglets(_piege(), "piege.xlsx")
