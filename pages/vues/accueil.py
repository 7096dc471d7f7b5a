"""L'accueil : les trois agglomérations et ce qui y ressort, faits une fois par base."""

from __future__ import annotations

from indicators.analyse.comparatif import confronter
from indicators.base.base import Base
from indicators.recit.methode import JOURNAL, Parution, journal
from indicators.socle.territoires import Territoire
from pages.commun import blocs
from pages.commun.memoire import garder

TROP = 12
"""Au-delà de ce nombre d'agglomérations, l'accueil ne les montre plus une à une : on cherche la sienne."""


def agglomerations(base: Base) -> list[Territoire]:
    """Celles que l'accueil montre : toutes celles qui ont un contrat de ville, si elles ne sont pas trop nombreuses."""
    toutes = base.agglomerations()
    return toutes if len(toutes) <= TROP else []


@garder(6)
def agglomeration(base: Base, code: str) -> str:
    """Une agglomération : ses quartiers, et ce qui ressort de ceux de 2015 sur les chiffres clés."""
    sienne = base.fiche(code)
    quartiers = [t for t in sienne.quartiers if (t.statut, t.geographie) == ("QPV", 2015)]
    vues = [confronter(base, indicateur, quartiers, [sienne.territoire]) for indicateur in base.catalogue.tete]
    return blocs.agglomeration(
        sienne, base.communes_par_quartier(t.territoire for t in sienne.quartiers), base.nombres_de_chiffres(), vues
    )


def parutions() -> tuple[Parution, ...]:
    """Le journal des chiffres, relu seulement quand son fichier change."""
    return _parutions(JOURNAL.stat().st_mtime_ns if JOURNAL.exists() else 0)


@garder(2)
def _parutions(date: int) -> tuple[Parution, ...]:
    return journal()
