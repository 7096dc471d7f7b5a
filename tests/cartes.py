"""De quoi dresser une carte dans les tests."""

from __future__ import annotations

import re

from indicators.analyse.comparatif import Comparatif, confronter
from indicators.base.base import Base
from indicators.carte.classement import Carte, dresser
from indicators.carte.decoupage import Methode, decouper

HAINAUT, LENS = "EPCI200042190", "EPCI246200364"


def sans_blancs(texte: str) -> str:
    return re.sub(r"\s", " ", texte)


def quartiers(base: Base, agglomeration: str, geographie: int = 2015) -> list:
    return [t for t in base.fiche(agglomeration).quartiers if (t.statut, t.geographie) == ("QPV", geographie)]


def comparer_quartiers(base: Base, agglomeration: str, indicateur: str, periode: str | None = None) -> Comparatif:
    territoires = quartiers(base, agglomeration)
    reference = base.territoire(agglomeration)
    return confronter(base, base.catalogue.indicateur(indicateur), territoires, [reference], periode)


def carte(vue: Comparatif, methode: Methode = Methode.QUANTILES) -> Carte:
    return dresser(vue, decouper(methode, vue))


def par_code(une: Carte) -> dict:
    return {lieu.territoire.territoire: lieu for lieu in une.lieux}
