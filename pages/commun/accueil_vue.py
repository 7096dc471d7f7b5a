"""L'accueil : les trois agglomérations et ce qui y ressort, faits une fois par base."""

from __future__ import annotations

from indicators.comparatif import confronter
from indicators.entrepot import Entrepot
from indicators.methode import JOURNAL, Parution, journal

from . import blocs
from .memoire import communes_par_quartier, fiche, garder, nombres_de_chiffres

AGGLOMERATIONS = ("EPCI200072460", "EPCI200042190", "EPCI246200364")


def noms(base: Entrepot) -> str:
    """Les agglomérations montrées, pour le papier."""
    return ", ".join(fiche(base, code).territoire.nom for code in AGGLOMERATIONS)


@garder(6)
def agglomeration(base: Entrepot, code: str) -> str:
    """Une agglomération : ses quartiers, et ce qui ressort de ceux de 2015 sur les chiffres clés."""
    sienne = fiche(base, code)
    quartiers = [t for t in sienne.quartiers if (t.statut, t.geographie) == ("QPV", 2015)]
    vues = [confronter(base, indicateur, quartiers, [sienne.territoire]) for indicateur in base.catalogue.tete]
    return blocs.agglomeration(sienne, communes_par_quartier(base), nombres_de_chiffres(base), vues)


def parutions() -> tuple[Parution, ...]:
    """Le journal des chiffres, relu seulement quand son fichier change."""
    return _parutions(JOURNAL.stat().st_mtime_ns if JOURNAL.exists() else 0)


@garder(2)
def _parutions(date: int) -> tuple[Parution, ...]:
    return journal()
