"""Un dépôt hostile dans « Mettre à jour » : une phrase le refuse, et pendant ce temps le portrait d'un autre est servi.

Par un vrai serveur. C'est l'ordre des réponses qui le dit ; la borne de temps, large, ne juge qu'un serveur figé.
"""

from __future__ import annotations

import io
import os
import select
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from serveurs import MOT, Session, demander, deposer, streamlit

from indicators.base.construction import VARIABLE_LOCALES
from indicators.imports.moteur.lecteur import COURT
from indicators.socle.acces_reserve import VARIABLE_MOT_DE_PASSE, hacher

FIGE = 20.0
"""Secondes au-delà desquelles un portrait n'est pas lent, même sur une machine chargée : il attend l'autre."""
pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="ce système n'a pas de tube nommé")


@dataclass(frozen=True)
class Retenu:
    """Un serveur dont la lecture à part annonce qu'elle commence (`commence`), puis attend que l'on ouvre `tube`."""

    port: int
    commence: Path
    tube: Path


@pytest.fixture(scope="module")
def serveur(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retenu]:
    ou = tmp_path_factory.mktemp("hostile")
    lu = Retenu(0, ou / "commence", ou / "tube")
    os.mkfifo(lu.commence)
    os.mkfifo(lu.tube)
    lecteur = ou / "lecteur"
    lecteur.write_text(f'#!/bin/sh\necho > "{lu.commence}"\n: < "{lu.tube}"\nexec "{sys.executable}" "$@"\n')
    lecteur.chmod(0o755)
    # le serveur lance sa lecture à part par `sys.executable` : celui-ci attend notre signal
    (ou / "sitecustomize.py").write_text(f"import sys\nsys.executable = {str(lecteur)!r}\n")
    variables = {VARIABLE_MOT_DE_PASSE: hacher(MOT), VARIABLE_LOCALES: str(ou / "locales"), "PYTHONPATH": str(ou)}
    with streamlit(ou / "journal.txt", **variables) as (_, port):
        yield Retenu(port, lu.commence, lu.tube)


def en_meme_temps(port: int, nom: str, octets: bytes, pendant: Callable[[list[str]], None]) -> list[str]:
    """Dépose ce fichier dans un fil, et joue `pendant` tant que l'écran n'a pas répondu ; les réponses en ordre."""
    with ThreadPoolExecutor(1) as fil:
        reponses: list[str] = []
        depot = fil.submit(lambda: reponses.append(deposer(port, nom, octets)))
        while not depot.done():
            pendant(reponses)
        depot.result()
    return reponses


def portrait(session: Session) -> str:
    """Le portrait du Centre, demandé par quelqu'un d'autre ; échoue s'il attend le dépôt."""
    debut = time.monotonic()
    dit = session.jouer("portrait", "territoire=QP062011")
    assert "Bruay-la-Buissière" in dit and time.monotonic() - debut < FIGE
    return "portrait"


def large() -> bytes:
    """Un classeur dont la première ligne a neuf millions de cases."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook")
        archive.writestr("xl/worksheets/sheet1.xml", b"<row>" + b"<c/>" * 9_000_000)
    return sortie.getvalue()


@pytest.mark.parametrize(
    ("faire", "phrase"), [(large, "a plus de 2000 colonnes"), (lambda: b"a;" * COURT + b"a", f"a {COURT + 1} colonnes")]
)
def test_pendant_qu_un_fichier_hostile_se_lit_un_autre_a_son_portrait(serveur, faire, phrase):
    """La lecture est retenue tant que le portrait n'est pas servi : aussi longue que le pire des fichiers."""
    autre = Session(serveur.port)
    commence = os.open(serveur.commence, os.O_RDWR)

    def pendant(reponses: list[str]) -> None:
        try:
            if not reponses:
                assert select.select([commence], [], [], 120)[0], "la lecture à part n'a pas commencé"
                reponses.append(portrait(autre))
                reponses.append(demander(serveur.port, "/portrait?territoire=QP062011").corps.decode())
        finally:
            os.close(os.open(serveur.tube, os.O_RDWR))

    dits = en_meme_temps(serveur.port, "hostile", faire(), pendant)
    os.close(commence)
    autre.fermer()
    assert dits[0] == "portrait" and "Bruay-la-Buissière" in dits[1]
    assert f"« hostile » {phrase}" in dits[2]
