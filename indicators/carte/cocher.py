"""Une carte où l'on coche des lieux : leurs contours, sans aucun chiffre. L'écran dit lesquels sont cochés.

Chaque lieu est une case (`role="checkbox"`) qui porte son code et son nom ; sa coche est dessinée, cachée tant qu'il
n'est pas choisi.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from indicators.base.base import Base
from indicators.carte.classement import sans_chiffre
from indicators.carte.dessin import CONTOUR, PAPIER, SOL, echelle, fond, perimetres
from indicators.carte.noms import noms
from indicators.carte.plan import Plan, de_pres, dresser_plan
from indicators.socle.nombres import compter
from indicators.socle.territoires import Territoire

_COCHE = '<path id="coche" d="M-6 0L-2 4.5L6.5 -5" fill="none" stroke-width="3" class="dc-coche"/>'
_TRAIT = f'fill="{PAPIER}" stroke="{CONTOUR}" stroke-width="0.8" fill-rule="evenodd"'
_AUTOUR = 0.5
"""Ce que l'on voit autour d'un lieu, en part de son côté."""
_BOUTONS = 66
"""Le côté du coin que les boutons d'agrandissement occupent."""


def carte_a_cocher(
    base: Base,
    lieux: Sequence[Territoire],
    largeur: int,
    hauteur: int,
    agglomeration: str | None,
    autour: Territoire | None = None,
) -> str:
    """Le dessin ; `agglomeration` : celle dont les communes servent de repères ; `autour` : le lieu à voir de près."""
    emprise = de_pres(base, [autour], _AUTOUR) if autour is not None else None
    plan = dresser_plan(base, lieux, largeur, hauteur, agglomeration=agglomeration, emprise=emprise)
    places = [t for t in lieux if t.territoire in plan.centres]
    terrain = "".join(_surface(t, plan) for t in places)
    points = "".join(_point(t, plan) for t in places)
    coches = "".join(_coche(t, plan) for t in places)
    ecrits = noms([sans_chiffre(t) for t in places], plan, None, nombreux=True, coin=_BOUTONS, cacher=True)
    titre = f"Carte où choisir parmi {compter(len(places), 'lieu', 'lieux')}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {largeur} {hauteur}" role="group" '
        f'class="dq dc dc-a-cocher" aria-label="{escape(titre)}"><defs>{_COCHE}</defs>'
        f'<g class="dc-terrain"><rect width="{largeur}" height="{hauteur}" fill="{SOL}" class="dc-sol"/>'
        f"{''.join(fond(plan))}<g {_TRAIT}>{terrain}</g>{perimetres(plan, 'a-cocher')}</g>"
        f'<g class="dc-dessus"><g {_TRAIT} class="dc-reperes">{points}</g><g class="dc-reperes">{coches}</g>'
        f"{''.join(ecrits)}</g>{echelle(plan)}</svg>"
    )


def _case(territoire: Territoire, dessin: str) -> str:
    nom = escape(f"{territoire.nom} ({territoire.territoire.removeprefix('IRIS').removeprefix('COM')})")
    return (
        f'<g role="checkbox" aria-checked="false" aria-label="{nom}" tabindex="-1" class="dc-case" '
        f'data-code="{escape(territoire.territoire)}"><title>{nom}</title>{dessin}</g>'
    )


def _surface(territoire: Territoire, plan: Plan) -> str:
    """La case d'un lieu dont le contour est connu."""
    trace = plan.traces.get(territoire.territoire)
    if trace is None:
        return ""
    return _case(territoire, f'<path d="{trace}" class="dc-zone"/>')


def _point(territoire: Territoire, plan: Plan) -> str:
    """Le rond d'un lieu sans contour, qui est sa case, ou trop petit pour être visé, qui redit la sienne."""
    symbole = plan.symboles.get(territoire.territoire)
    if symbole is None:
        return ""
    rond = f'<circle cx="{symbole.x:g}" cy="{symbole.y:g}" r="{plan.rayon:g}" class="dc-zone"/>'
    if territoire.territoire in plan.traces:
        return f'<g class="dc-case" data-code="{escape(territoire.territoire)}">{rond}</g>'
    return _case(territoire, rond)


def _coche(territoire: Territoire, plan: Plan) -> str:
    symbole = plan.symboles.get(territoire.territoire)
    x, y = (symbole.x, symbole.y) if symbole else plan.centres[territoire.territoire]
    code = escape(territoire.territoire)
    return f'<use href="#coche" x="{x:.0f}" y="{y:.0f}" data-coche="{code}" pointer-events="none"/>'
