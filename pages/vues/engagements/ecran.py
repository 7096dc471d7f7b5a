"""Engagements et évaluation, fait une fois par filtre et gardé : le passage ne fait que le montrer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indicators.analyse.contrats import contrats, documents
from indicators.analyse.engagements import situations as situer
from indicators.base import engagements as dossier
from indicators.base.base import Base
from indicators.publications.engagements import csv_engagements
from indicators.recit.engagements import aucun_engagement, libelles
from indicators.socle import engagements
from indicators.socle.engagements import Engagement
from indicators.socle.territoires import Territoire
from pages.commun import groupes, papier
from pages.commun.memoire import garder
from pages.vues.engagements import blocs


@dataclass(frozen=True)
class Selection:
    """Ce qu'un filtre montre, de haut en bas ; `nombre` : combien d'engagements."""

    nombre: int
    territoire: str
    annee: str
    documents: str
    bilan: str
    csv: bytes
    mesures: str
    par_partenaire: str


@garder(2)
def tous(base: Base) -> tuple[Engagement, ...]:
    """Tous les engagements, dans l'ordre des documents."""
    return tuple(dossier.engagements(base))


@garder(2)
def territoires(base: Base) -> dict[str, Territoire]:
    """Les territoires des engagements, par code."""
    return {t.territoire: t for t in base.territoires({e.territoire for e in tous(base)})}


@garder(2)
def noms(base: Base) -> dict[str, dict[str, str]]:
    """Pour chaque facette, le nom de chacun de ses codes."""
    return {f: libelles(f, tous(base), base.catalogue, territoires(base)) for f in engagements.FACETTES}


@garder(100)
def qui_concernent(base: Base, code: str) -> frozenset[str]:
    """Les identifiants des engagements du contrat de l'agglomération ouverte, et de ceux pris pour ce lieu même."""
    agglomeration = _agglomeration(base, code)
    siens = {d for d, a in _contrats(base).items() if a.territoire == agglomeration}
    sources = documents(base)
    return frozenset(e.id for e in tous(base) if sources[e.source] in siens or e.territoire == code)


def sans_engagement(base: Base, ouvert: str) -> str:
    """Ce qui est dit d'un territoire que ne concerne aucun engagement."""
    agglomeration = _agglomeration(base, ouvert)
    autre = base.territoire(agglomeration) if agglomeration not in ("", ouvert) else None
    return aucun_engagement(base.territoire(ouvert), autre)


def _agglomeration(base: Base, code: str) -> str:
    """L'agglomération ouverte, ou celle du territoire ouvert ; vide s'il n'en a pas."""
    ouverte = base.fiche(code).agglomeration_ouverte
    return ouverte.territoire if ouverte is not None else ""


@garder(2)
def _contrats(base: Base) -> dict[str, Territoire]:
    """L'agglomération de chaque document où des engagements sont pris ; absent, celui qu'aucune ne prend."""
    return contrats(base, tous(base))


def _ouverts(base: Base, ouvert: str) -> list[Engagement]:
    return [e for e in tous(base) if not ouvert or e.id in qui_concernent(base, ouvert)]


@garder(100)
def comptes(base: Base, ouvert: str, facette: str, choix: Mapping[str, str | None], mots: str) -> Mapping[str, int]:
    """Combien d'engagements sous chaque code de cette facette, les autres filtres tenus."""
    return engagements.compter(_ouverts(base, ouvert), facette, choix, mots)


@garder(20)
def filtrer(base: Base, choix: Mapping[str, str | None], mots: str, phrase: str, ouvert: str) -> Selection:
    """Les engagements qui passent ce filtre ; `phrase` : en clair ; `ouvert` : le territoire de la barre, ou vide."""
    catalogue, lieux = base.catalogue, territoires(base)
    montres = engagements.filtrer(_ouverts(base, ouvert), choix, mots)
    situations = situer(base, montres)
    csv = csv_engagements(montres, catalogue, lieux, situations, catalogue.sources, phrase)
    return Selection(
        len(montres),
        papier.enumerer(lieux[e.territoire].nom for e in montres),
        papier.enumerer(sorted({f"échéance {e.echeance}" for e in montres if e.echeance})),
        papier.enumerer(catalogue.sources[e.source].titre for e in montres),
        blocs.bilan(montres, len(tous(base)), situations),
        csv if montres else b"",
        blocs.mesures(montres, situations, lieux, catalogue),
        blocs.par_partenaire(montres, situations, lieux, catalogue),
    )


@garder(100)
def evaluation(base: Base, autour: Sequence[str], ouvert: str) -> tuple[str, ...]:
    """L'arbre d'évaluation et les orientations du contrat de l'agglomération ouverte ; sans territoire, de tous.

    `autour` : les agglomérations où mènent les liens (voir `groupes`). Une agglomération ne montre pas le contrat
    d'une autre : sans document lu, l'écran le dit.
    """
    indicateurs, orientations = dossier.indicateurs_evaluation(base), dossier.orientations(base)
    blocs_lus: list[str] = []
    if sien := contrat(base, [i.source for i in indicateurs], ouvert):
        connus = {code: dossier.connus(base, code) for code in sorted({code for i in indicateurs for code in i.codes})}
        membres = {g.code: g.membres for g in groupes.groupes(base, autour).values()}
        adresses = blocs.adresses(connus, membres, base.catalogue)
        blocs_lus.append(blocs.evaluation(sien, indicateurs, dossier.arbre(base), adresses, base.catalogue))
    if sien := contrat(base, [o.source for o in orientations], ouvert):
        blocs_lus.append(blocs.orientations(sien, orientations, base.catalogue))
    if not blocs_lus and ouvert:
        return (blocs.sans_contrat(base.territoire(_agglomeration(base, ouvert) or ouvert)),)
    return tuple(blocs_lus)


def contrat(base: Base, sources: Sequence[str], ouvert: str) -> Territoire | None:
    """L'agglomération de ces sources, si c'est celle du territoire ouvert ou si aucun ne l'est."""
    sienne = _contrats(base).get(documents(base)[sources[0]]) if sources else None
    return sienne if sienne is not None and (not ouvert or sienne.territoire == _agglomeration(base, ouvert)) else None
