"""L'écran Évolution, fait une fois par question et gardé : ce qui est suivi, un indicateur, sa courbe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicators.analyse import series
from indicators.analyse.evolution import Evolution
from indicators.analyse.portrait import references_par_defaut
from indicators.analyse.series import Serie, Suivi
from indicators.base.base import Base
from indicators.socle.catalogue import Indicateur
from indicators.socle.territoires import Territoire
from pages.commun import papier
from pages.commun.memoire import garder
from pages.vues.evolution import blocs

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True)
class Chronologie:
    """Un indicateur suivi, prêt à montrer : ce qu'en dit le papier, puis ses blocs ; `suite` : ceux du bas."""

    suivi: Suivi
    annee: str
    sources: tuple[str, ...]
    reponse: str
    lecture: str
    tableau: str
    suite: tuple[str, ...]


@dataclass(frozen=True)
class Courbe:
    """La courbe, partagée entre les sessions (personne ne la modifie), et comment la lire."""

    figure: go.Figure
    legende: str


@garder(120)
def suivis_de(base: Base, code: str) -> tuple[tuple[Serie, Evolution], ...]:
    """Les indicateurs de ce territoire connus à deux dates."""
    references = references_par_defaut(base.fiche(code))
    return series.indicateurs_suivis(base, [code], references).get(code, ())


def par_defaut(base: Base, code: str | None, possibles: Sequence[str]) -> str:
    """La vue qui s'ouvre : le groupe des membres d'un regroupement où rien n'est suivi, sinon la première possible."""
    territoire = base.trouver(code or "")
    if territoire is not None and territoire.est_a_soi and "groupe" in possibles and not suivis_de(base, code or ""):
        return "groupe"
    return possibles[0]


@garder(200)
def sans_suivi(base: Base, code: str) -> str:
    """L'écran d'un territoire où rien n'est suivi."""
    fiche = base.fiche(code)
    proches = blocs.autour(fiche, base)
    suivis = series.indicateurs_suivis(base, [t.territoire for t in proches])
    connus = base.nombres_de_chiffres().get(code, 0)
    return blocs.rien_a_suivre(fiche, connus, blocs.compter(proches, suivis))


@garder(400)
def references_connues(base: Base, code: str, indicateur: Indicateur) -> dict[str, tuple[int, ...]]:
    """Les références qui ont cet indicateur, et leurs années."""
    return series.references_connues(base, base.fiche(code), indicateur)


@garder(120)
def chronologie(base: Base, code: str, indicateur: Indicateur, references: Sequence[Territoire]) -> Chronologie:
    """Un indicateur de ce territoire face à ces références."""
    suivi = series.suivre(base, base.fiche(code), indicateur, references)
    return Chronologie(
        suivi,
        papier.annees(suivi.chiffres),
        tuple(papier.sources(suivi.chiffres, base.catalogue)),
        blocs.reponse(suivi),
        blocs.lecture(suivi),
        blocs.toutes_les_annees(suivi, base.catalogue),
        (
            blocs.perimetres(suivi),
            blocs.ecarts(suivi),
            blocs.autres_indicateurs(suivis_de(base, code), indicateur.indicateur),
        ),
    )


@garder(120)
def dessin(base: Base, code: str, indicateur: Indicateur, references: Sequence[Territoire], _teinte: str) -> Courbe:
    """`_teinte` : celle que la courbe lit dans le thème de la personne ; elle distingue les claires des sombres."""
    from pages.vues.evolution import courbes  # Plotly n'est chargé que s'il y a une courbe à tracer

    suivi = chronologie(base, code, indicateur, references).suivi
    return Courbe(courbes.courbe(suivi), courbes.legende(suivi))
