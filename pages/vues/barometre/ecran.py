"""Le Baromètre, fait une fois par groupe et par réglage, et gardé : le passage ne fait que le montrer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indicators.analyse.barometre import Methode
from indicators.analyse.notes import eprouver, noter
from indicators.base.base import Base
from indicators.publications.barometre import csv_francais
from pages.commun import papier
from pages.commun.memoire import communes_par_quartier, garder
from pages.vues.barometre import blocs as barometre_vue
from pages.vues.barometre.choix import barometres, libelle


@dataclass(frozen=True)
class Presentation:
    """Ce qui ne dépend d'aucun réglage ; `manque` et `connus` : ce que dit l'écran quand il n'y a pas de baromètre."""

    territoire: str
    annee: str
    documents: str
    introduction: str
    methode: str
    manque: str
    connus: str


@dataclass(frozen=True)
class Classement:
    """L'ordre sous un réglage : la phrase, le tableau, son fichier, l'étendue des besoins, les réglages essayés."""

    lecture: str
    chaleur: str
    csv: bytes
    etendues: str
    variantes: str


@garder(60)
def presenter(base: Base, autour: Sequence[str], code: str) -> Presentation:
    """Un groupe, avant tout réglage."""
    barometre, catalogue = barometres(base, autour)[code], base.catalogue
    chiffres = barometre.chiffres
    return Presentation(
        libelle(base, autour, code),
        papier.annees(chiffres),
        papier.enumerer(papier.sources(chiffres, catalogue)),
        barometre_vue.introduction(barometre, catalogue),
        barometre_vue.methode(barometre, catalogue),
        "" if barometre.suffit else barometre_vue.manquant(base, autour, barometre),
        "" if barometre.suffit else barometre_vue.etendues(barometre),
    )


@garder(60)
def regler(base: Base, autour: Sequence[str], code: str, methode: Methode, poids: Mapping[str, int]) -> Classement:
    """Le classement d'un groupe sous ce réglage."""
    barometre = barometres(base, autour)[code]
    notes = noter(barometre, poids, methode)
    sensibilite = eprouver(barometre, poids, methode)
    return Classement(
        barometre_vue.lecture(barometre, notes, sensibilite),
        barometre_vue.chaleur(barometre, notes, sensibilite, poids, communes_par_quartier(base)),
        csv_francais(barometre, notes, sensibilite, poids, methode, base.catalogue.sources),
        barometre_vue.etendues(barometre, notes),
        barometre_vue.variantes(sensibilite),
    )
