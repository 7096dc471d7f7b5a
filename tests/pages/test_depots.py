"""Les fichiers déposés sont sur le disque, leur somme est bornée, et une session qui finit rend sa place."""

from __future__ import annotations

import errno
import gc
import os
from pathlib import Path

import pytest
import streamlit as st
from starlette.exceptions import HTTPException
from streamlit import runtime
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime import memory_uploaded_file_manager
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec

from indicators.socle.erreurs import ErreurImport
from pages.serveur import depots
from pages.serveur.depots import DepotsSurDisque

TAILLE = 1_000_000
RACINE = Path(__file__).resolve().parents[2]


@pytest.fixture
def gestionnaire(locales: Path, monkeypatch: pytest.MonkeyPatch) -> DepotsSurDisque:
    locales.mkdir()
    monkeypatch.setattr(depots, "OCTETS_AU_PLUS", 3 * TAILLE)
    return DepotsSurDisque("/depots")


def fichier(file_id: str, octet: bytes = b"a", taille: int = TAILLE) -> UploadedFileRec:
    return UploadedFileRec(file_id, f"{file_id}.csv", "text/csv", octet * taille)


def ouverts_dans(dossier: Path) -> int:
    """Les fichiers sans nom que ce processus tient dans ce dossier."""
    liens = (
        os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd") if os.path.lexists(f"/proc/self/fd/{n}")
    )
    return sum(lien.startswith(str(dossier)) and lien.endswith("(deleted)") for lien in liens)


def test_les_octets_sont_sur_le_disque_et_se_relisent(gestionnaire: DepotsSurDisque, locales: Path):
    gestionnaire.add_file("s", fichier("1", b"a"))
    gestionnaire.add_file("s", fichier("2", b"b"))
    garde = gestionnaire.get_files("s", ["1", "2", "absent"])
    assert [(f.name, len(f.data), bytes(memoryview(f.data))) for f in garde] == [
        ("1.csv", TAILLE, b""),
        ("2.csv", TAILLE, b""),
    ]
    assert [UploadedFile(f, FileURLs()).size for f in garde] == [TAILLE, TAILLE]
    assert gestionnaire.lire("s", "2") == b"b" * TAILLE
    assert gestionnaire.lire("s", "2") == b"b" * TAILLE, "une seconde lecture rend la même chose"
    assert not [o for o in gc.get_objects() if type(o) is bytes and len(o) == TAILLE and o[:1]]
    assert (ouverts_dans(locales), os.listdir(locales)) == (2, [])


def test_la_somme_est_bornee_et_la_place_se_rend(gestionnaire: DepotsSurDisque, locales: Path):
    for session, file_id in (("s", "1"), ("s", "2"), ("t", "1")):
        gestionnaire.add_file(session, fichier(file_id))
    with pytest.raises(HTTPException) as refus:
        gestionnaire.add_file("u", fichier("1", taille=1))
    assert refus.value.status_code == 507 and "Trop de fichiers" in refus.value.detail
    gestionnaire.remove_file("s", "1")
    gestionnaire.add_file("u", fichier("1"))
    gestionnaire.remove_session_files("s")
    gestionnaire.remove_session_files("t")
    assert ouverts_dans(locales) == 1
    with pytest.raises(ErreurImport, match="plus déposé"):
        gestionnaire.lire("s", "2")


def test_le_meme_fichier_remplace_ne_prend_qu_une_place(gestionnaire: DepotsSurDisque, locales: Path):
    for octet in (b"a", b"b", b"c"):
        gestionnaire.add_file("s", fichier("1", octet))
    assert gestionnaire.lire("s", "1")[:1] == b"c" and ouverts_dans(locales) == 1


def test_un_disque_plein_le_dit_et_ne_compte_rien(gestionnaire: DepotsSurDisque, monkeypatch: pytest.MonkeyPatch):
    def plein() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as cas:
        cas.setattr(depots, "_sans_nom", plein)
        with pytest.raises(HTTPException) as refus:
            gestionnaire.add_file("s", fichier("1"))
    assert (refus.value.status_code, refus.value.detail) == (507, "Le disque est plein.")
    assert gestionnaire.get_files("s", ["1"]) == []
    for rang in range(3):
        gestionnaire.add_file("s", fichier(str(rang)))


def test_c_est_le_gestionnaire_du_serveur(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(memory_uploaded_file_manager, "MemoryUploadedFileManager", object)
    monkeypatch.setattr(runtime, "Runtime", lambda reglages: reglages)
    depots.sur_le_disque()
    assert isinstance(
        st.App(RACINE / "pages" / "navigation.py")._create_runtime().uploaded_file_manager, DepotsSurDisque
    )
    application = (RACINE / "app.py").read_text("utf-8")
    assert 0 < application.index("\ndepots.sur_le_disque()\n") < application.index("\napp = st.App(")
