"""De vrais serveurs, et de quoi leur parler comme un navigateur : HTTP brut, et la session Streamlit par websocket."""

from __future__ import annotations

import asyncio
import http.client
import os
import random
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from google.protobuf import text_format
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

T = TypeVar("T")
RACINE = Path(__file__).resolve().parent.parent

MOT = "une phrase de passe bien longue"
"""Celui des serveurs d'essai où « Mettre à jour » s'ouvre par mot de passe."""


def port_libre() -> int:
    """Un port libre, sous ceux que le système prête aux connexions : deux suites ne se le disputent pas."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as prise, suppress(OSError):
            prise.bind(("127.0.0.1", port))
            return port
    pytest.fail("aucun port libre entre 20000 et 32000")


def jouer(coroutine: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Joue une coroutine dans un fil à part : le pilote du navigateur garde une boucle ouverte dans celui-ci."""
    with ThreadPoolExecutor(1) as fil:
        return fil.submit(lambda: asyncio.run(coroutine())).result()


@dataclass(frozen=True)
class Reponse:
    """Ce qu'un serveur a répondu ; `temoins` : les lignes Set-Cookie."""

    statut: int
    entetes: dict[str, str]
    temoins: tuple[str, ...]
    corps: bytes


def demander(port: int, chemin: str, methode: str = "GET", corps: bytes = b"", **entetes: str) -> Reponse:
    """Une requête envoyée telle quelle : le chemin n'est ni nettoyé ni recodé."""
    liaison = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        lus = {nom.replace("_", "-"): valeur for nom, valeur in entetes.items()}
        liaison.request(methode, chemin, body=corps or None, headers=lus)
        recue = liaison.getresponse()
        temoins = tuple(recue.headers.get_all("Set-Cookie", []))
        return Reponse(recue.status, {n.lower(): v for n, v in recue.getheaders()}, temoins, recue.read())
    finally:
        liaison.close()


def attendre(processus: subprocess.Popen[bytes], port: int, chemin: str, journal: Path) -> None:
    """Interroge le serveur jusqu'à ce qu'il réponde 200 ; échoue avec son journal s'il s'arrête ou ne répond pas."""
    for _ in range(600):
        if processus.poll() is not None:
            pytest.fail(f"le serveur s'est arrêté :\n{journal.read_text()}")
        try:
            if demander(port, chemin).statut == 200:
                return
        except OSError:
            try:
                processus.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
    pytest.fail(f"le serveur ne répond pas :\n{journal.read_text()}")


@contextmanager
def streamlit(journal: Path, script: str = "app.py", **variables: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`streamlit run app.py`, comme un utilisateur, sur un port libre ; son journal va dans ce fichier."""
    port = port_libre()
    options = ["--server.headless", "true", "--server.port", str(port)]
    commande = [sys.executable, "-m", "streamlit", "run", script, *options]
    with journal.open("w") as sortie:
        processus = subprocess.Popen(
            commande, cwd=RACINE, stdout=sortie, stderr=subprocess.STDOUT, env=os.environ | variables
        )
    try:
        attendre(processus, port, "/_stcore/health", journal)
        yield processus, port
    finally:
        processus.terminate()
        processus.wait(20)


DEPLOIEMENT = RACINE / "deploiement"
CONFIGURATION = DEPLOIEMENT / "nginx.conf"


def trouver_nginx() -> str | None:
    """Le nginx de cette machine, ou None."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def configurer(ou: Path, port: int, ports: list[int]) -> Path:
    """La configuration du dépôt, ses adresses et ses dossiers remplacés, dans un nginx à part."""
    texte = CONFIGURATION.read_text("utf-8")
    for ancien, nouveau in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("127.0.0.1:8501", f"127.0.0.1:{ports[0]}"),
        ("127.0.0.1:8502", f"127.0.0.1:{ports[1]}"),
        ("/usr/share/observatoire/secours/", f"{DEPLOIEMENT}/secours/"),
        ("/var/log/nginx/observatoire.log", f"{ou}/acces.log"),
    ):
        assert ancien in texte, ancien
        texte = texte.replace(ancien, nouveau)
    (ou / "observatoire.conf").write_text(texte, "utf-8")
    temporaires = "".join(
        f"{nom}_temp_path {ou}/{nom};" for nom in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    racine = ou / "nginx.conf"
    racine.write_text(
        f"daemon off; worker_processes 1; pid {ou}/pid; error_log {ou}/erreurs.log;"
        f" events {{}} http {{ {temporaires} include /etc/nginx/mime.types; include {ou}/observatoire.conf; }}",
        "utf-8",
    )
    return racine


@contextmanager
def mandataire(nginx: str, ou: Path, ports: list[int]) -> Iterator[int]:
    """Le nginx du dépôt devant ces deux répliques ; rend son port. Ses fichiers vont dans `ou`."""
    ou.chmod(0o755)
    port = port_libre()
    options = [nginx, "-e", str(ou / "erreurs.log"), "-c", str(configurer(ou, port, ports))]
    essai = subprocess.run([*options, "-t"], capture_output=True, text=True, check=False)
    assert essai.returncode == 0, essai.stderr
    processus = subprocess.Popen(options)
    try:
        attendre(processus, port, "/_stcore/health", ou / "erreurs.log")
        yield port
    finally:
        processus.terminate()
        processus.wait(20)


def temoin_du_navigateur(port: int) -> str:
    """Le témoin que reçoit un navigateur neuf avec sa première page, tel qu'il le renverra."""
    poses = demander(port, "/mettre_a_jour").temoins
    (notre,) = [temoin.partition(";")[0] for temoin in poses if temoin.startswith("observatoire_navigateur=")]
    return notre


def composants(recus: list[ForwardMsg], genre: str) -> list[Any]:
    """Les éléments de ce genre reçus par le navigateur."""
    elements = [m.delta.new_element for m in recus if m.WhichOneof("type") == "delta"]
    return [getattr(e, genre) for e in elements if e.WhichOneof("type") == genre]


def textes(recus: list[ForwardMsg]) -> str:
    """Le texte de tout ce qui a été reçu."""
    return "\n".join(text_format.MessageToString(m.delta, as_utf8=True) for m in recus)


def identite(recus: list[ForwardMsg]) -> str:
    """L'identifiant de la session qui a reçu ces messages."""
    (trouve,) = {m.new_session.initialize.session_id for m in recus if m.WhichOneof("type") == "new_session"}
    return trouve


class Session:
    """Un navigateur sans écran : une session Streamlit, de l'ouverture de son websocket à ce qu'elle affiche."""

    def __init__(self, port: int, temoin: str = "", origine: str | None = None, reprendre: str = "") -> None:
        """`reprendre` : le numéro d'une session quittée, que le navigateur redonne quand il se reconnecte."""
        entetes = {"Cookie": temoin} if temoin else {}
        protocoles = ["streamlit", *(["x", reprendre] if reprendre else [])]
        # Sans battement de notre part, comme un navigateur : ne pas lire une session un moment ne la coupe pas.
        self.prise: ClientConnection = connect(
            f"ws://127.0.0.1:{port}/_stcore/stream", origin=origine or f"http://127.0.0.1:{port}",  # type: ignore[arg-type]
            subprotocols=protocoles, additional_headers=entetes, max_size=None, proxy=None, ping_interval=None,  # type: ignore[list-item]
        )  # fmt: skip

    @property
    def temoins(self) -> tuple[str, ...]:
        """Les témoins posés par la réponse qui a ouvert le websocket."""
        return tuple(self.prise.response.headers.get_all("Set-Cookie")) if self.prise.response else ()

    def demander(self, page: str = "", adresse: str = "", preparer: Callable[[BackMsg], None] = lambda _: None) -> None:
        """Demande cet écran, sans lire ce qui vient."""
        demande = BackMsg()
        demande.rerun_script.page_name = page
        demande.rerun_script.query_string = adresse
        preparer(demande)
        self.prise.send(demande.SerializeToString())

    def messages(
        self, page: str = "", adresse: str = "", preparer: Callable[[BackMsg], None] = lambda _: None
    ) -> list[ForwardMsg]:
        """Joue cet écran, et rend tout ce qui est reçu jusqu'à ce que le script ait fini."""
        self.demander(page, adresse, preparer)
        recus: list[ForwardMsg] = []
        while not recus or recus[-1].WhichOneof("type") != "script_finished":
            recus.append(ForwardMsg.FromString(self.prise.recv(timeout=60)))  # type: ignore[arg-type]
        return recus

    def jouer(self, page: str = "", adresse: str = "", preparer: Callable[[BackMsg], None] = lambda _: None) -> str:
        """Joue cet écran, et rend le texte de tout ce qu'il affiche."""
        return textes(self.messages(page, adresse, preparer))

    def essayer_le_mot(self, mot: str, attendu: str) -> list[ForwardMsg]:
        """Tape ce mot à la porte, et rejoue l'écran jusqu'à y lire ce qui est attendu ; rend tout ce qui a été reçu.

        Entrer rejoue l'écran de lui-même : notre demande suivante peut interrompre ce passage, le suivant dira tout.
        """
        recus = self.messages("mettre_a_jour")
        (champ,) = composants(recus, "text_input")
        (bouton,) = [b for b in composants(recus, "button") if b.is_form_submitter]

        def saisir(demande: BackMsg) -> None:
            etats = demande.rerun_script.widget_states.widgets
            etats.add(id=champ.id, string_value=mot)
            etats.add(id=bouton.id, trigger_value=True)

        recus += self.messages("mettre_a_jour", preparer=saisir)
        for _ in range(5):
            if attendu in textes(recus):
                return recus
            recus += self.messages("mettre_a_jour")
        pytest.fail(f"« {attendu} » n'est pas venu")

    def attendre_la_coupure(self) -> None:
        """Lit ce qui reste jusqu'à ce que le serveur disparaisse ; `TimeoutError` s'il reste muet."""
        with suppress(ConnectionClosed):
            while True:
                self.prise.recv(timeout=60)

    def fermer(self) -> None:
        """Ferme le websocket."""
        self.prise.close()


def deposer(port: int, nom: str, octets: bytes) -> str:
    """Entre dans « Mettre à jour », y dépose ce fichier, et rend ce que l'écran en dit."""
    navigateur = temoin_du_navigateur(port)
    session = Session(port, navigateur)
    recus = session.essayer_le_mot(MOT, "Journal des ajouts")
    depot = composants(recus, "file_uploader")[-1]
    jeton = demander(port, "/_stcore/health").temoins[0].partition(";")[0]
    entetes = {
        "Cookie": f"{jeton}; {navigateur}",
        "X_Xsrftoken": jeton.partition("=")[2],
        "Content_Type": "multipart/form-data; boundary=B",
    }
    debut = f'--B\r\nContent-Disposition: form-data; name="f"; filename="{nom}"\r\n\r\n'.encode()
    corps = debut + octets + b"\r\n--B--\r\n"
    assert demander(port, f"/_stcore/upload_file/{identite(recus)}/1", "PUT", corps, **entetes).statut == 204

    def choisir(demande: BackMsg) -> None:
        etat = demande.rerun_script.widget_states.widgets.add(id=depot.id)
        etat.file_uploader_state_value.uploaded_file_info.add(name=nom, size=len(octets), file_id="1")

    dit = textes(session.messages("mettre_a_jour", preparer=choisir))
    session.fermer()
    return dit
