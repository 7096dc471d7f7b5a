"""Ce que l'on dit des lieux autour d'un quartier : leur distance, l'indice d'une école, son classement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from indicators.analyse.autour import RAYON, Proche
from indicators.socle.nombres import INSECABLE, accord, nombre
from indicators.socle.services import GENRES, Service

PLURIELS = {"france_services": "France services", "ecole": "écoles", "college": "collèges", "lycee": "lycées"}


def distance(metres: float) -> str:
    """« dans le quartier », « 350 m », « 4,2 km » : à dix mètres près, les contours ne disent pas mieux."""
    if metres == 0:
        return "dans le quartier"
    if metres < 1000:
        return f"{nombre(max(10, round(metres, -1)))}{INSECABLE}m"
    return f"{nombre(metres / 1000, 1)}{INSECABLE}km"


def details(service: Service) -> str:
    """« public, IPS 78,6 (rentrée 2023), REP+ (2020) » ; ce qui n'est pas connu n'est pas dit."""
    dits = [service.precision]
    if service.ips is not None:
        dits.append(f"IPS {nombre(service.ips, 1)} (rentrée {service.rentree})")
    if service.education_prioritaire in {"REP", "REP+"}:
        dits.append(f"{service.education_prioritaire} ({service.annee_classement})")
    elif service.education_prioritaire:
        dits.append(f"hors éducation prioritaire ({service.annee_classement})")
    return ", ".join(dit for dit in dits if dit)


def lecture(proches: Sequence[Proche]) -> str:
    """Combien de lieux de chaque sorte, et où est la France services la plus proche."""
    pres = Counter(p.service.genre for p in proches if p.metres <= RAYON)
    dits = [f"{n} {accord(n, GENRES[genre], PLURIELS[genre])}" for genre in GENRES if (n := pres[genre])]
    tete = f"À moins d’un kilomètre du périmètre{INSECABLE}: {', '.join(dits) or 'aucun lieu connu'}."
    service = next((p for p in proches if p.service.genre == "france_services"), None)
    if service is not None and service.metres > RAYON:
        tete += f" La France services la plus proche est à {distance(service.metres)}, à vol d’oiseau."
    return tete
