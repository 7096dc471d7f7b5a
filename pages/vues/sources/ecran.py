"""Sources et méthode, fait une fois par question et gardé : chaque rubrique, prête à montrer."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from indicators.analyse.hauban import code_du_pilier
from indicators.base import methode as questions
from indicators.base.base import Base
from indicators.socle.catalogue import Indicateur, Theme
from indicators.socle.nombres import INSECABLE, compter
from indicators.socle.territoires import Territoire
from pages.commun.blocs import sous_titre
from pages.commun.groupes import TROP_D_AGGLOMERATIONS
from pages.commun.memoire import communes_par_quartier, garder
from pages.vues.sources import blocs
from pages.vues.sources import guide as guide_de_lecture

TOUTES = "toutes"
"""Les chiffres douteux de toutes les agglomérations."""


def themes(base: Base, choisi: str | None) -> list[tuple[Theme, list[Indicateur]]]:
    """Les indicateurs du thème ou du pilier choisi, par thème ; de tous sinon."""
    retenus = ((t, [i for i in liste if _dans(i, t, choisi)]) for t, liste in base.catalogue.par_theme())
    return [(theme, liste) for theme, liste in retenus if liste]


def _dans(indicateur: Indicateur, theme: Theme, choisi: str | None) -> bool:
    return choisi in ("tous", theme.theme, code_du_pilier(indicateur.pilier))


@garder(2)
def noms_des_themes(base: Base) -> dict[str, str]:
    """Ce par quoi on cherche une fiche : tout, un pilier du contrat, ou un thème."""
    piliers = dict.fromkeys(i.pilier for i in base.catalogue.indicateurs.values() if i.pilier)
    return (
        {"tous": "Tous les piliers et thèmes"}
        | {code_du_pilier(pilier): f"Pilier{INSECABLE}: {pilier}" for pilier in piliers}
        | {theme.theme: theme.libelle for theme, _ in base.catalogue.par_theme()}
    )


@garder(40)
def liste_indicateurs(base: Base, choisi: str | None) -> str:
    """Les indicateurs d'un thème, ou de tous."""
    return blocs.liste_indicateurs(themes(base, choisi), questions.territoires_par_indicateur(base))


@garder(200)
def fiche(base: Base, code: str) -> tuple[str, ...]:
    """La fiche d'un indicateur, puis, s'il en a, le titre et le tableau de ses valeurs douteuses."""
    catalogue = base.catalogue
    presente = blocs.fiche(
        catalogue.indicateur(code), catalogue, questions.presences(base, code), questions.comptes(base, code)
    )
    siens = questions.douteuses(base, indicateur=code)
    if not siens:
        return (presente,)
    combien = questions.combien_de_douteuses(base, indicateur=code)
    tableau = blocs.douteuses(
        siens, combien, catalogue, _lieux(base, (o.territoire for o in siens)), communes_par_quartier(base), fiche=True
    )
    return presente, sous_titre("Valeurs douteuses"), tableau


@garder(2)
def sources(base: Base) -> str:
    """Chaque source, rangée sous le document où elle a été lue."""
    lues = base.catalogue.sources
    titres = {lues[code].document: lues[code].titre for code in documents(base)}
    return blocs.sources(base.catalogue, questions.comptes(base), titres)


@garder(2)
def noms_des_douteux(base: Base) -> dict[str, str]:
    """« La Porte du Hainaut (12 chiffres) » : toutes les agglomérations, puis celles qui en ont."""
    noms = {TOUTES: "Tous les territoires"} | {t.territoire: t.nom for t in _agglomerations(base)}
    nombres = {c: _combien_de_douteux(base, c) for c in noms}
    return {c: f"{noms[c]} ({compter(n, 'chiffre', zero='aucun')})" for c, n in nombres.items() if n or c == TOUTES}


@garder(20)
def douteux(base: Base, agglomeration: str) -> str:
    """Les chiffres douteux de cette agglomération, ou de `TOUTES`."""
    chiffres = questions.douteuses(base, None if agglomeration == TOUTES else agglomeration)
    lieux = _lieux(base, (o.territoire for o in chiffres))
    combien = _combien_de_douteux(base, agglomeration)
    return blocs.douteuses(chiffres, combien, base.catalogue, lieux, communes_par_quartier(base))


def _combien_de_douteux(base: Base, agglomeration: str) -> int:
    return questions.combien_de_douteuses(base, None if agglomeration == TOUTES else agglomeration)


def _agglomerations(base: Base) -> list[Territoire]:
    """Celles dont les chiffres douteux se lisent à part ; aucune quand il y en a trop pour une liste."""
    toutes = base.agglomerations()
    return toutes if len(toutes) <= TROP_D_AGGLOMERATIONS else []


@garder(2)
def absences(base: Base) -> str:
    """Ce que disent les cases, et les lignes que des fiches n'impriment pas."""
    lignes = questions.absences(base)
    noms = _lieux(base, (code for code, *_ in lignes))
    return blocs.absences(lignes, questions.statuts(base), base.catalogue, noms)


@garder(2)
def documents(base: Base) -> tuple[str, ...]:
    """Les documents découpés en sections, dans leur ordre."""
    return tuple(dict.fromkeys(s.document for s in questions.sections(base)))


@garder(40)
def couverture(base: Base, document: str | None) -> str:
    """Un document lu, section par section."""
    return blocs.couverture([s for s in questions.sections(base) if s.document == document])


@garder(2)
def glossaire(base: Base) -> str:
    """Les mots employés."""
    return blocs.glossaire(questions.glossaire(base))


@garder(2)
def guide(base: Base) -> str:
    """Le guide, une page par personne."""
    return guide_de_lecture.guide(questions.glossaire(base))


@cache
def regles() -> str:
    """Ce que veulent dire les mots de la comparaison."""
    return blocs.regles()


def _lieux(base: Base, codes: Iterable[str]) -> dict[str, Territoire]:
    return {t.territoire: t for t in base.territoires(codes)}
