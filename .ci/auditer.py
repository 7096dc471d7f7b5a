"""Cherche les failles connues des paquets installés (pip-audit), et dit laquelle de ces trois choses est vraie :
une faille est connue (sortie 1), aucune ne l'est (0), ou aucun service n'a répondu (0, en le disant).

Le code de sortie de pip-audit ne suffit pas : il vaut 1 pour une faille comme pour une panne de réseau, et 0 quand un
miroir répond 404 à tout (« No known vulnerabilities found », rien n'ayant été regardé). On lit donc son JSON.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SERVICES = ("pypi", "osv")
# Ce que pip-audit (2.10) et requests écrivent quand le service ne répond pas, ou ne répond pas ce qu'il devrait.
_PANNE = re.compile(
    r"\b(\w*ConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|ServiceError|JSONDecodeError)\b"
    r"|Could not connect to|is not redirecting properly"
)


@dataclass(frozen=True)
class Audit:
    """Ce qu'un service a répondu : les failles, les paquets regardés, ceux qu'il ne connaît pas, ou sa panne."""

    failles: tuple[str, ...] = ()
    regardes: int = 0
    inconnus: tuple[str, ...] = ()
    panne: str = ""


class AuditImpossible(Exception):
    """pip-audit a échoué pour une autre raison que le réseau : c'est la CI qu'il faut réparer."""


def auditer(commande: str, liste: Path, service: str) -> Audit:
    """Joue pip-audit sur cette liste de versions exactes, auprès de ce service."""
    options = ["-r", str(liste), "--no-deps", "--disable-pip", "-s", service, "-f", "json", "--desc", "off"]
    options += ["--timeout", "20", "--progress-spinner", "off"]
    try:
        joue = subprocess.run([commande, *options], capture_output=True, text=True, check=False, timeout=300)
    except subprocess.TimeoutExpired:
        return Audit(panne="pas de réponse en 5 minutes")
    except OSError as erreur:
        raise AuditImpossible(f"pip-audit ne peut pas être lancé ({erreur.strerror})") from erreur
    try:
        paquets = json.loads(joue.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        fin = (joue.stderr.strip() or "rien d'écrit").splitlines()[-1]
        if joue.returncode and _PANNE.search(joue.stderr):
            return Audit(panne=fin.partition(" (Caused by")[0][:200])
        raise AuditImpossible(f"pip-audit a rendu {joue.returncode} sans résultat : {fin}") from None
    failles = tuple(
        f"{p['name']} {p['version']} : {faille['id']}, corrigée par {', '.join(faille['fix_versions']) or '(rien)'}"
        for p in paquets
        for faille in p.get("vulns", ())
    )
    inconnus = tuple(p["name"] for p in paquets if "skip_reason" in p)
    if joue.returncode and not failles:
        raise AuditImpossible(f"pip-audit a rendu {joue.returncode} sans dire de faille")
    if paquets and len(inconnus) == len(paquets):
        return Audit(inconnus=inconnus, panne="il ne connaît aucun de ces paquets (un miroir à sa place ?)")
    return Audit(failles, len(paquets) - len(inconnus), inconnus)


def main(commande: str, liste: Path) -> int:
    """Essaie chaque service jusqu'au premier qui répond ; une ligne de bilan, et le code de sortie."""
    pannes = []
    for service in SERVICES:
        try:
            audit = auditer(commande, liste, service)
        except AuditImpossible as erreur:
            print(f"Failles connues : {erreur}.", file=sys.stderr)
            return 2
        if audit.panne:
            pannes.append(f"{service} : {audit.panne}")
            continue
        for faille in audit.failles:
            print(f"Faille connue ({service}) : {faille}", file=sys.stderr)
        reste = f" ; {len(audit.inconnus)} non regardés ({', '.join(audit.inconnus)})" if audit.inconnus else ""
        print(f"Failles connues : {len(audit.failles)} dans {audit.regardes} paquets regardés ({service}){reste}.")
        return 1 if audit.failles else 0
    print(f"Failles connues : NON CHERCHÉES, aucun service n'a répondu ({' | '.join(pannes)}).")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], Path(sys.argv[2])))
