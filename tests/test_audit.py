"""La CI cherche les failles connues : une faille l'arrête, une panne du service se dit, rien n'est tu."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parent.parent
SAIN = {"name": "alpha", "version": "1.0", "vulns": []}
FAILLE = {"name": "beta", "version": "2.0", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2.1"], "aliases": []}]}
INCONNU = {"name": "gamma", "skip_reason": "Dependency not found on PyPI and could not be audited: gamma (1.0)"}
HORS_LIGNE = """Traceback (most recent call last):
  File "requests/adapters.py", line 729, in send
    raise ConnectionError(e, request=request)
requests.exceptions.ConnectionError: HTTPSConnectionPool(host='api.osv.dev', port=443): Max retries exceeded
"""
REFUS = "Traceback\nrequests.exceptions.HTTPError: 503 Server Error\npip_audit._service.interface.ServiceError\n"


def reponse(*paquets: object) -> str:
    return json.dumps({"dependencies": paquets, "fixes": []})


@pytest.fixture
def jouer(tmp_path: Path):
    """L'audit, pip-audit remplacé par un programme qui rend, par service, (sortie, erreurs, code)."""

    def jouer(**services: tuple[str, str, int]) -> subprocess.CompletedProcess[str]:
        (tmp_path / "reponses.json").write_text(json.dumps(services), "utf-8")
        faux = tmp_path / "pip-audit"
        faux.write_text(
            f"#!{sys.executable}\n"
            "import json, sys, pathlib\n"
            "reponses = json.loads((pathlib.Path(__file__).parent / 'reponses.json').read_text('utf-8'))\n"
            "sortie, erreurs, code = reponses[sys.argv[sys.argv.index('-s') + 1]]\n"
            "print(sortie)\nprint(erreurs, file=sys.stderr)\nsys.exit(code)\n",
            "utf-8",
        )
        faux.chmod(0o755)
        commande = [sys.executable, str(RACINE / ".ci" / "auditer.py"), str(faux), str(tmp_path / "installes.txt")]
        return subprocess.run(commande, capture_output=True, text=True, check=False)

    return jouer


def test_une_faille_arrete_la_ci(jouer):
    joue = jouer(pypi=(reponse(SAIN, FAILLE), "Found 1 known vulnerability in 1 package", 1))
    assert joue.returncode == 1
    assert "beta 2.0 : PYSEC-2026-1, corrigée par 2.1" in joue.stderr
    assert joue.stdout == "Failles connues : 1 dans 2 paquets regardés (pypi).\n"


def test_aucune_faille(jouer):
    joue = jouer(pypi=(reponse(SAIN, SAIN), "No known vulnerabilities found", 0))
    assert (joue.returncode, joue.stderr) == (0, "")
    assert joue.stdout == "Failles connues : 0 dans 2 paquets regardés (pypi).\n"


def test_un_paquet_que_le_service_ne_connait_pas_est_nomme(jouer):
    joue = jouer(pypi=(reponse(SAIN, INCONNU), "No known vulnerabilities found", 0))
    assert joue.returncode == 0
    assert "0 dans 1 paquets regardés (pypi) ; 1 non regardés (gamma)" in joue.stdout


@pytest.mark.parametrize(
    "pypi",
    [
        ("", HORS_LIGNE, 1),
        ("", REFUS, 1),
        ("", "ERROR:pip_audit._cli:Could not connect to PyPI's vulnerability feed", 1),
        (reponse(INCONNU, INCONNU), "No known vulnerabilities found", 0),
    ],
    ids=["hors ligne", "service en panne", "délai passé", "miroir qui répond 404 à tout"],
)
def test_un_service_muet_passe_la_main_puis_se_dit_en_une_ligne(jouer, pypi):
    """Le dernier cas est celui de cette CI : pip-audit y rend 0 et « No known vulnerabilities found »."""
    relais = jouer(pypi=pypi, osv=(reponse(FAILLE), "Found 1 known vulnerability", 1))
    assert relais.returncode == 1 and "PYSEC-2026-1" in relais.stderr
    muet = jouer(pypi=pypi, osv=("", HORS_LIGNE, 1))
    assert (muet.returncode, muet.stderr) == (0, "")
    assert muet.stdout.startswith("Failles connues : NON CHERCHÉES, aucun service n'a répondu (pypi : ")
    assert muet.stdout.count("\n") == 1


@pytest.mark.parametrize(
    "pypi",
    [
        ("", "pip-audit: error: argument -s: invalid choice", 2),
        ("", "", 0),
        ("ceci n'est pas du JSON", "", 1),
        (reponse(SAIN), "", 3),
    ],
)
def test_un_audit_qui_ne_marche_pas_n_est_pas_pris_pour_une_panne_de_reseau(jouer, pypi):
    joue = jouer(pypi=pypi, osv=(reponse(SAIN), "", 0))
    assert joue.returncode == 2
    assert "Failles connues : pip-audit a rendu" in joue.stderr


def test_sans_pip_audit(tmp_path):
    commande = [sys.executable, str(RACINE / ".ci" / "auditer.py"), str(tmp_path / "absent"), "x.txt"]
    joue = subprocess.run(commande, capture_output=True, text=True, check=False)
    assert joue.returncode == 2 and "ne peut pas être lancé" in joue.stderr


def test_la_ci_cherche_les_failles_de_tout_ce_qui_est_installe():
    """Pas seulement des paquets nommés : de ceux qu'ils amènent aussi (`pip freeze` de l'environnement vierge)."""
    ci = (RACINE / ".ci" / "run").read_text("utf-8")
    lignes = [ligne.strip() for ligne in ci.splitlines()]
    debuts = (
        'poser "$environnement/bin/python"',
        "pip freeze",
        "python .ci/auditer.py",
        "pytest",
        "relire >",
        'wait "$relecture"',
        'wait "$essais"',
    )
    rangs = [next(rang for rang, ligne in enumerate(lignes) if ligne.startswith(debut)) for debut in debuts]
    assert rangs == sorted(rangs)
    assert "--require-hashes -r requirements.lock" in lignes[rangs[0]]
