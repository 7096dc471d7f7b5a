"""Masquer les petits effectifs : ce qui part d'une cohorte ne permet pas de retrouver un nombre de moins de cinq.

Un effectif de 0 à 4 est masqué, zéro compris (« personne n'a trouvé d'emploi » se dit alors de chacun). Le masquer
seul ne suffit pas : le total moins les autres le rendrait. On masque donc aussi d'autres cases (secret complémentaire)
jusqu'à ce que chaque somme connue laisse à chaque petit effectif toutes les valeurs de 0 à 4. Rien ne distingue, dans
ce qui part, une case masquée parce qu'elle est petite d'une case masquée pour en protéger une autre.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SEUIL = 5
"""Le plus petit effectif qui se dit."""


@dataclass(frozen=True)
class VaguePubliee:
    """Une vague telle qu'elle part : chaque effectif, ou None s'il est masqué."""

    suivis: int | None
    perdus: int | None
    issues: tuple[int | None, ...]


def publier_vague(effectif: int, suivis: int, perdus: int, issues: Sequence[int]) -> VaguePubliee:
    """Les effectifs d'une vague qui peuvent partir, l'effectif d'entrée étant publié s'il atteint le seuil.

    `suivis + perdus` vaut `effectif` ; la somme des `issues` vaut `suivis` (ou il n'y a pas d'issue). Lève ValueError
    sinon : le secret se calcule sur ces égalités.
    """
    if suivis + perdus != effectif or (issues and sum(issues) != suivis) or min(suivis, perdus, *issues, 0) < 0:
        raise ValueError(f"vague incohérente : {effectif} = {suivis} + {perdus} ; issues {list(issues)}")
    if effectif < SEUIL:
        return VaguePubliee(None, None, (None,) * len(issues))
    cachees = {k for k, n in enumerate(issues) if n < SEUIL}
    if min(suivis, perdus) >= SEUIL:
        # Le nombre de suivis se dit : les issues masquées ont pour somme suivis moins celles qui se disent.
        _proteger(cachees, issues, None)
        return VaguePubliee(suivis, perdus, _voiles(issues, cachees))
    # Suivis et perdus se cachent l'un par l'autre ; les issues ne doivent pas rendre les suivis par leur somme.
    if issues and not cachees:
        cachees = {0}
    _proteger(cachees, issues, perdus)
    return VaguePubliee(None, None, _voiles(issues, cachees))


def _proteger(cachees: set[int], issues: Sequence[int], perdus: int | None) -> None:
    """Cache d'autres issues, dans leur ordre, tant que ce qui se dit rend l'une des masquées.

    `perdus` : l'effectif des perdus quand il est masqué lui aussi (il entre dans la même somme), None s'il se dit.
    """
    for k in range(len(issues)):
        inconnues = len(cachees) + (perdus is not None)
        somme = sum(issues[i] for i in cachees) + (perdus or 0)
        if not cachees or (inconnues > 1 and somme >= SEUIL):
            return
        cachees.add(k)


def _voiles(issues: Sequence[int], cachees: set[int]) -> tuple[int | None, ...]:
    return tuple(None if k in cachees else n for k, n in enumerate(issues))
