"""Ce que la carte peut montrer : les groupes de Comparer, les communes d'un département, les EPCI d'une région."""

from __future__ import annotations

from collections.abc import Sequence

from indicators import entrepot_carte
from indicators.catalogue import Indicateur
from indicators.comparaison import Motif
from indicators.comparatif import confronter
from indicators.entrepot import Entrepot
from indicators.nombres import INSECABLE
from indicators.projection import Emprise
from indicators.territoires import Maille, Territoire

from . import groupes
from .groupes import Groupe

TROP_DE_LIEUX = 2000
"""Au-delà, ni la carte ni le tableau ne se lisent : on choisit un département ou une agglomération."""
TOUT = "tout"


def groupes_de_carte(base: Entrepot, ouvert: str | None) -> dict[str, Groupe]:
    """Les groupes de Comparer, puis les communes de chaque département et les agglomérations de chaque région."""
    tous = groupes.groupes_pour(base, ouvert)
    for membres_de, suffixe, mot in (
        (entrepot_carte.par_departement(base, Maille.COMMUNE), "COMMUNES", "communes connues"),
        (entrepot_carte.par_region(base, Maille.EPCI), "EPCI", "agglomérations connues"),
    ):
        for parent in base.territoires(membres_de):
            membres = membres_de[parent.territoire]
            if len(membres) > 2:
                code = f"{parent.territoire}-{suffixe}"
                libelle = f"{parent.nom_court}{INSECABLE}: les {len(membres)} {mot}"
                tous[code] = Groupe(code, libelle, tuple(membres), parent)
    return tous


def repere(groupe: Groupe) -> str | None:
    """L'agglomération dont les communes servent de repères, si le groupe en est une."""
    code = groupe.agglomeration.territoire
    return code if groupe.agglomeration.maille is Maille.EPCI and groupe.code.startswith(code) else None


def references_comparables(
    base: Entrepot,
    indicateur: Indicateur,
    territoires: Sequence[Territoire],
    candidates: Sequence[Territoire],
    periode: str,
) -> list[Territoire]:
    """Les références auxquelles au moins un de ces chiffres se compare, dans l'ordre proposé."""
    vue = confronter(base, indicateur, territoires, candidates, periode)
    return [
        reference
        for rang, (reference, _) in enumerate(vue.references)
        if any(ligne.comparaisons[rang].motif is Motif.AUCUN for ligne in vue.lignes)
    ]


def cadrages(base: Entrepot, territoires: Sequence[Territoire]) -> dict[str, tuple[str, Emprise | None]]:
    """Ce sur quoi la carte peut se resserrer : tout, ou une commune dont un contour est connu."""
    choix: dict[str, tuple[str, Emprise | None]] = {TOUT: ("Tout le groupe", None)}
    quartiers = [t.territoire for t in territoires if t.maille is Maille.QUARTIER]
    par_commune = entrepot_carte.par_commune(base, quartiers)
    for commune in base.territoires(par_commune):
        emprise = entrepot_carte.emprise_des_contours(base, [commune.territoire, *par_commune[commune.territoire]])
        if emprise is not None:
            choix[commune.territoire] = (commune.nom, emprise)
    return choix
