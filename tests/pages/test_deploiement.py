"""Le déploiement du dépôt, en marche : son nginx devant deux vraies répliques qui lisent la même base."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from serveurs import CONFIGURATION, DEPLOIEMENT, RACINE, Session, demander, mandataire, streamlit, trouver_nginx
from websockets.exceptions import InvalidStatus

from indicators.base.construction import VARIABLE_BASE, assurer
from pages.serveur.intergiciels import ENTETES


@dataclass
class Ensemble:
    """Le port du mandataire et ses répliques (« 1 », « 2 »)."""

    port: int
    repliques: dict[str, subprocess.Popen[bytes]]


def exiger_nginx() -> str:
    nginx = trouver_nginx()
    if nginx is None:
        raison = "nginx absent (paquet nginx-light) : le déploiement n'est pas éprouvé"
        if os.environ.get("EXIGER_NAVIGATEUR") == "1":
            pytest.fail(raison)
        pytest.skip(raison)
    return nginx


@pytest.fixture(scope="module")
def dossier_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Une copie de la base embarquée, dans un dossier que les répliques ne peuvent que lire."""
    ou = tmp_path_factory.mktemp("base")
    shutil.copy(assurer().chemin, ou)
    return ou


@pytest.fixture
def ensemble(tmp_path: Path, dossier_base: Path) -> Iterator[Ensemble]:
    nginx = exiger_nginx()
    with ExitStack() as pile:
        lancees = [
            pile.enter_context(streamlit(tmp_path / f"replique{k}.txt", **{VARIABLE_BASE: str(dossier_base)}))
            for k in (1, 2)
        ]
        port = pile.enter_context(mandataire(nginx, tmp_path, [p for _, p in lancees]))
        processus = {str(k): p for k, (p, _) in enumerate(lancees, start=1)}
        yield Ensemble(port, processus)


def temoin(temoins: tuple[str, ...]) -> str:
    """Le nom de la réplique que pose le témoin ; vide s'il n'est pas posé."""
    return next((t.partition("=")[2].partition(";")[0] for t in temoins if t.startswith("oq_replique=")), "")


def test_deux_repliques_une_session_qui_reste_et_une_replique_tuee(ensemble):
    # La page et ses en-têtes passent par le mandataire, le témoin est posé.
    page = demander(ensemble.port, "/portrait?territoire=QP062011")
    assert page.statut == 200
    assert "Observatoire des quartiers" in page.corps.decode()
    for nom, valeur in ENTETES.items():
        assert page.entetes[nom.lower()] == valeur
    assert "nginx/" not in page.entetes["server"]
    choisie = temoin(page.temoins)
    (pose,) = (t for t in page.temoins if t.startswith("oq_replique="))
    assert "HttpOnly" in pose and "SameSite=Lax" in pose

    # Le websocket et tout ce qui suit restent sur cette réplique ; le témoin, juste, n'est plus reposé.
    biscuit = f"oq_replique={choisie}"
    session = Session(ensemble.port, biscuit)
    assert temoin(session.temoins) == ""
    assert "46,7" in session.jouer("portrait", "territoire=QP062011")
    for _ in range(6):
        reponse = demander(ensemble.port, "/_stcore/health", Cookie=biscuit)
        assert (reponse.statut, temoin(reponse.temoins)) == (200, "")

    # Ceux qui n'ont pas de témoin se répartissent : sinon la seconde réplique ne servirait à rien.
    assert {temoin(demander(ensemble.port, "/_stcore/health").temoins) for _ in range(8)} == {"1", "2"}

    # kill -9 : la session tombe, le navigateur revient avec son vieux témoin, l'autre réplique rouvre le même écran.
    autre = "2" if choisie == "1" else "1"
    ensemble.repliques[choisie].kill()
    ensemble.repliques[choisie].wait()
    session.attendre_la_coupure()
    reprise = Session(ensemble.port, biscuit)
    assert temoin(reprise.temoins) == autre
    assert "46,7" in reprise.jouer("portrait", "territoire=QP062011")
    reponse = demander(ensemble.port, "/portrait?territoire=QP062011", Cookie=biscuit)
    assert (reponse.statut, temoin(reponse.temoins)) == (200, autre)
    reprise.fermer()

    # Plus aucune réplique : la page de secours, en français, et rien d'autre.
    ensemble.repliques[autre].kill()
    ensemble.repliques[autre].wait()
    secours = demander(ensemble.port, "/")
    assert secours.statut == 502
    assert "L’observatoire redémarre" in secours.corps.decode()
    assert secours.entetes["content-security-policy"].startswith("default-src 'none'")
    assert demander(ensemble.port, "/_secours/secours.html").statut == 404


def test_ce_que_le_mandataire_refuse(ensemble):
    for chemin in ("/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent/openapi.json"):
        assert demander(ensemble.port, chemin).statut == 404, chemin
    with pytest.raises(InvalidStatus) as refus:
        Session(ensemble.port, origine="http://ailleurs.example")
    assert refus.value.response.status_code == 403
    trop_gros = demander(ensemble.port, "/_stcore/upload_file/x/y", "PUT", b"x", Content_Length="90000000")
    assert trop_gros.statut == 413


def test_un_serveur_tue_en_plein_travail_et_relance_rend_les_memes_ecrans(tmp_path, dossier_base):
    """kill -9 pendant que vingt sessions rejouent leur écran ; la base et son dossier n'ont pas changé d'un octet."""
    avant = {chemin.name: chemin.read_bytes() for chemin in dossier_base.iterdir()}
    with streamlit(tmp_path / "avant.txt", **{VARIABLE_BASE: str(dossier_base)}) as (processus, port):
        sessions = [Session(port) for _ in range(20)]
        assert "46,7" in sessions[0].jouer("portrait", "territoire=QP062011")
        for session in sessions:
            session.demander("portrait", "territoire=QP062011")
        sessions[-1].prise.recv(timeout=60)  # le travail a commencé, il n'est fini pour personne
        processus.kill()
        processus.wait()
        for session in sessions:
            session.attendre_la_coupure()
    assert {chemin.name: chemin.read_bytes() for chemin in dossier_base.iterdir()} == avant
    with streamlit(tmp_path / "apres.txt", **{VARIABLE_BASE: str(dossier_base)}) as (_, port):
        assert demander(port, "/portrait?territoire=QP062011").statut == 200
        reprise = Session(port)
        assert "46,7" in reprise.jouer("portrait", "territoire=QP062011")
        reprise.fermer()
    assert {chemin.name: chemin.read_bytes() for chemin in dossier_base.iterdir()} == avant


def test_les_fichiers_du_deploiement_disent_la_meme_chose():
    """Le plafond, le port et les variables : un réglage changé d'un côté et pas de l'autre se verrait ici."""
    reglages = (RACINE / ".streamlit" / "config.toml").read_text("utf-8")
    plafond = int(re.search(r"maxUploadSize = (\d+)", reglages)[1])
    assert int(re.search(r"client_max_body_size (\d+)m", CONFIGURATION.read_text("utf-8"))[1]) > plafond
    lisez = (DEPLOIEMENT / "LISEZ-MOI.md").read_text("utf-8")
    for nom in ("Dockerfile", "compose.yaml", "nginx.conf", "observatoire.service", "observatoire@.service"):
        assert (DEPLOIEMENT / nom).exists()
        assert nom in lisez
    cites = " ".join(chemin.read_text("utf-8") for chemin in DEPLOIEMENT.iterdir() if chemin.is_file())
    connues = " ".join(c.read_text("utf-8") for d in ("indicators", "pages") for c in (RACINE / d).rglob("*.py"))
    for variable in set(re.findall(r"OBSERVATOIRE_[A-Z_]+", cites)):
        assert f'"{variable}"' in connues, variable
