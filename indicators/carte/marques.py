"""Les lieux ouverts au public marqués sur une carte : une forme par sorte, ce qu'il est au survol."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

import numpy as np

from indicators.analyse.autour import Place
from indicators.carte.projection import Cadre
from indicators.recit.autour import PLURIELS, distance
from indicators.socle.nombres import INSECABLE, accord, nombre
from indicators.socle.services import GENRES

_ENCRE = "#4a1d6b"
FORMES = {
    "ecole": ("carré", "M-4-4H4V4H-4z"),
    "college": ("losange", "M0-5.6L5.6 0L0 5.6L-5.6 0z"),
    "lycee": ("triangle", "M0-5.6L5.4 4.4H-5.4z"),
    "france_services": ("croix", "M-1.8-5.4H1.8V-1.8H5.4V1.8H1.8V5.4H-1.8V1.8H-5.4V-1.8H-1.8z"),
}
"""La forme de chaque sorte, son nom et son tracé : la couleur est la même, la forme seule les distingue."""


def dessiner(places: Sequence[Place], cadre: Cadre, prefixe: str) -> str:
    """Ces lieux en SVG, chacun avec ce qu'il est ; chaîne vide s'il n'y en a aucun."""
    if not places:
        return ""
    points = cadre.pixels(np.array([(p.service.longitude, p.service.latitude) for p in places]))
    vues = {p.service.genre for p in places}
    formes = "".join(
        f'<path id="{prefixe}{genre[0]}" d="{trace}" fill="{_ENCRE}" stroke="#fff" stroke-width="1.4" '
        'paint-order="stroke"/>'
        for genre, (_, trace) in FORMES.items()
        if genre in vues
    )
    poses = "".join(
        f'<use href="#{prefixe}{p.service.genre[0]}" x="{x:.0f}" y="{y:.0f}"><title>{escape(dire(p))}</title></use>'
        for p, (x, y) in zip(places, points.tolist(), strict=True)
    )
    return f'<defs>{formes}</defs><g class="dc-reperes dc-marques">{poses}</g>'


def dire(place: Place) -> str:
    """« école Jean Macé, IPS 78,6 (2023), REP+ (2020), à 350 m de « Mont-Liébaut » » ; le tableau dit le reste."""
    s = place.service
    nom = s.nom if s.nom.casefold().startswith(GENRES[s.genre].casefold()) else f"{GENRES[s.genre]} {s.nom}"
    dits = [nom]
    if s.ips is not None:
        dits.append(f"IPS {nombre(s.ips, 1)} ({s.rentree})")
    if s.education_prioritaire in {"REP", "REP+"}:
        dits.append(f"{s.education_prioritaire} ({s.annee_classement})")
    return ", ".join(dit for dit in (*dits, loin(place)) if dit)


def loin(place: Place) -> str:
    """« à 350 m de Le Mont-Liébaut », « dans Le Mont-Liébaut » ; vide si aucun périmètre n'est connu."""
    if place.quartier is None or place.metres is None:
        return ""
    nom = f"«{INSECABLE}{place.quartier.nom}{INSECABLE}»"
    return f"dans {nom}" if place.metres == 0 else f"à {distance(place.metres)} de {nom}"


def note(places: Sequence[Place], genres: Sequence[str]) -> str:
    """Ce que veulent dire les formes, et combien la carte en montre : « Marqués : carré, 92 écoles ; croix, 3 … »."""
    comptes = Counter(p.service.genre for p in places)
    dits = [f"{FORMES[g][0]}, {comptes[g]} {accord(comptes[g], GENRES[g], PLURIELS[g])}" for g in FORMES if g in genres]
    return f"Marqués{INSECABLE}: {f'{INSECABLE}; '.join(dits)}." if dits else ""
