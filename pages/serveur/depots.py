"""Les fichiers déposés vont sur le disque, non en mémoire, et leur somme est bornée.

Streamlit garde en mémoire chaque fichier déposé tant que dure la session : dix de 79 Mo en prenaient 792. Ici, chacun
est un fichier sans nom du disque, que le système reprend de lui-même quand le processus s'arrête, fût-il tué ; il est
relu quand un écran le demande (`octets`), et rien ne le garde ensuite.
"""

from __future__ import annotations

import errno
import logging
import tempfile
from collections.abc import Sequence
from typing import IO

from starlette.exceptions import HTTPException
from streamlit.runtime import memory_uploaded_file_manager as de_streamlit
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec

from indicators.base.construction import dossier_locales
from indicators.socle.erreurs import ErreurImport

journal = logging.getLogger(__name__)
OCTETS_AU_PLUS = 1_000_000_000
"""De quoi déposer une douzaine des plus gros fichiers admis ; toutes sessions ensemble."""
FICHIERS_AU_PLUS = 200
_EN_MEMOIRE = de_streamlit.MemoryUploadedFileManager


class _Ailleurs(bytes):
    """Aucun octet, mais la taille de ceux qui sont sur le disque : Streamlit ne lit que leur nombre."""

    taille: int

    def __len__(self) -> int:
        return self.taille


class DepotsSurDisque(_EN_MEMOIRE):
    """Le gestionnaire de Streamlit, moins les octets : `file_storage` ne garde que les noms, les types et les tailles.

    Une session qui finit, un fichier retiré ou remplacé ferme le sien : sa place est rendue aussitôt.
    """

    def __init__(self, upload_endpoint: str) -> None:
        super().__init__(upload_endpoint)
        self._ouverts: dict[tuple[str, str], IO[bytes]] = {}

    def add_file(self, session_id: str, file: UploadedFileRec) -> None:
        """Écrit un fichier sur le disque ; au-delà de la borne, ou s'il n'y a plus de place, répond 507."""
        if self._total_bytes + len(file.data) > OCTETS_AU_PLUS or self._file_count >= FICHIERS_AU_PLUS:
            raise HTTPException(507, "Trop de fichiers déposés et pas encore traités : réessayez plus tard.")
        try:
            sur_disque = _sans_nom()
            sur_disque.write(file.data)
            sur_disque.flush()
        except OSError as erreur:
            plein = erreur.errno in {errno.ENOSPC, errno.EDQUOT}
            journal.error("Un fichier déposé n'a pas pu être écrit : %s", erreur)
            raise HTTPException(507, "Le disque est plein." if plein else "Le dépôt n'a pas pu être écrit.") from erreur
        absents = _Ailleurs()
        absents.taille = len(file.data)
        super().add_file(session_id, file._replace(data=absents))
        self._fermer(session_id, file.file_id)
        self._ouverts[session_id, file.file_id] = sur_disque

    def remove_file(self, session_id: str, file_id: str) -> None:
        """Retire un fichier, et rend sa place."""
        super().remove_file(session_id, file_id)
        self._fermer(session_id, file_id)

    def remove_session_files(self, session_id: str) -> None:
        """Retire tous ceux d'une session qui finit."""
        super().remove_session_files(session_id)
        for cle in [cle for cle in self._ouverts if cle[0] == session_id]:
            self._fermer(*cle)

    def lire(self, session_id: str, file_id: str) -> bytes:
        """Les octets d'un fichier déposé ; lève `ErreurImport` s'il a été retiré entre-temps."""
        with self._lock:
            sur_disque = self._ouverts.get((session_id, file_id))
            if sur_disque is None:
                raise ErreurImport("Ce fichier n'est plus déposé : déposez-le à nouveau.")
            sur_disque.seek(0)
            return sur_disque.read()

    def _fermer(self, session_id: str, file_id: str) -> None:
        with self._lock:
            sur_disque = self._ouverts.pop((session_id, file_id), None)
            if sur_disque is not None:
                sur_disque.close()


def _sans_nom() -> IO[bytes]:
    """Un fichier sans nom, à côté des ajouts : `/tmp` est souvent de la mémoire. À défaut, celui du système."""
    try:
        return tempfile.TemporaryFile(dir=dossier_locales(), buffering=0)
    except OSError:  # pas encore de dossier, ou un que l'on ne peut que lire
        return tempfile.TemporaryFile(buffering=0)


def sur_le_disque() -> None:
    """Fait de `DepotsSurDisque` le gestionnaire du serveur ; à appeler avant qu'il ne démarre.

    `st.App` n'a pas de réglage pour le choisir : il l'importe de ce module au moment de démarrer.
    """
    de_streamlit.MemoryUploadedFileManager = DepotsSurDisque  # type: ignore[misc]


def octets(depose: UploadedFile) -> bytes:
    """Le contenu d'un fichier déposé dans cette session."""
    contexte = get_script_run_ctx()
    gestionnaire = contexte.uploaded_file_mgr if contexte else None
    if contexte is None or not isinstance(gestionnaire, DepotsSurDisque):
        return depose.getvalue()
    return gestionnaire.lire(contexte.session_id, depose.file_id)


def oublier(deposes: Sequence[UploadedFile]) -> None:
    """Rend la place de fichiers dont cette session n'a plus besoin."""
    contexte = get_script_run_ctx()
    if contexte is not None and isinstance(contexte.uploaded_file_mgr, DepotsSurDisque):
        for depose in deposes:
            contexte.uploaded_file_mgr.remove_file(contexte.session_id, depose.file_id)
