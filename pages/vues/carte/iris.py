"""La maille fine sur l'écran Carte : passer des quartiers aux communes et aux IRIS, et la liste des IRIS pauvres."""

from __future__ import annotations

from collections.abc import Mapping

from indicators.analyse import poches as analyse
from indicators.analyse import recouvrements
from indicators.base.base import Base
from indicators.recit import iris as recit
from indicators.socle.territoires import Maille
from pages.commun.gabarits import rendre
from pages.commun.groupes import Groupe, code_des_iris
from pages.commun.memoire import garder

SUIVANTS = 10
"""Combien d'IRIS sans quartier on montre après ceux qui dépassent la moitié des quartiers."""


def mailles(choix: Mapping[str, Groupe], retenu: Groupe, indicateur: str | None) -> str:
    """Les liens « quartiers · communes · IRIS » d'une agglomération ; vide s'il n'y a qu'une maille."""
    agglomeration = retenu.agglomeration
    siens = {code: g for code, g in choix.items() if g.agglomeration == agglomeration}
    prefixes = (("quartiers", f"{agglomeration.territoire}-QPV"), ("communes", f"{agglomeration.territoire}-COMMUNES"))
    proposes = [(mot, next((c for c in siens if c.startswith(debut)), "")) for mot, debut in prefixes]
    proposes.append(("IRIS", next((c for c in siens if c == code_des_iris(agglomeration.territoire)), "")))
    liens = [
        (
            mot,
            {"groupe": code} | ({"indicateur": indicateur} if indicateur else {}),
            retenu.code.startswith(code) and retenu.code in siens,
        )
        for mot, code in proposes
        if code
    ]
    sans_iris = code_des_iris(agglomeration.territoire) not in siens
    return "" if agglomeration.maille is not Maille.EPCI or sans_iris else rendre_mailles(liens)


def rendre_mailles(liens: list[tuple[str, dict[str, str], bool]]) -> str:
    """La rangée de liens ; celui de la maille montrée n'en est pas un."""
    return str(rendre("iris.html", part="mailles", mailles=liens))


def poches(base: Base, groupe: Groupe, indicateur: str, periode: str) -> str:
    """Sous la carte des IRIS : ce qu'est un IRIS et, si elle montre leur taux, les pauvres hors des quartiers."""
    if groupe.code != code_des_iris(groupe.agglomeration.territoire):
        return ""
    return _liste(base, groupe.agglomeration.territoire, periode if indicateur == analyse.INDICATEUR else "")


@garder(60)
def _liste(base: Base, agglomeration: str, periode: str) -> str:
    communs = recouvrements.de_l_agglomeration(base, agglomeration)
    trouvees = analyse.chercher(base, agglomeration, periode) if periode else None
    definition = recit.definition(base.maille_fine(agglomeration), communs)
    if trouvees is None:
        return str(rendre("iris.html", part="definition", definition=definition))
    return str(
        rendre(
            "iris.html",
            part="poches",
            phrase=recit.lecture_des_poches(trouvees),
            definition=definition,
            annee=periode,
            quartiers=trouvees.quartiers,
            lignes=[*trouvees.hors, *trouvees.avec, *trouvees.suivants[:SUIVANTS]],
            reste=len(trouvees.suivants[SUIVANTS:]),
            surface=recit.part,
        )
    )
