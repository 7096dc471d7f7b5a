"""Les chiffres qui demandent deux fichiers : logements sociaux rapportés aux résidences principales, aux habitants.

Chacun garde sa division dans sa note. Les deux côtés sont de la même année quand une part est en cause ; l'indicateur
pour 100 habitants prend les mêmes deux années pour tous les territoires.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from indicators.imports.moteur.releve import Chiffre, Referentiel, Releve, SourceLue
from indicators.imports.moteur.sommes import part, sommer

Quantites = Mapping[tuple[str, int], Mapping[str, Decimal]]
_ANNEE_RPLS, _ANNEE_POPULATION = 2022, 2018


def calculer(releves: Sequence[Releve], referentiel: Referentiel) -> list[Releve]:
    """Les relevés de ces calculs : parts de 2018 et 2021, et pour 100 habitants."""
    quantites: dict[tuple[str, int], dict[str, Decimal]] = {}
    for releve in releves:
        for cle, valeurs in releve.quantites.items():
            quantites.setdefault(cle, {}).update(valeurs)
    return [_parts(quantites, referentiel), _pour_cent_habitants(releves, quantites, referentiel)]


def _parts(quantites: Quantites, referentiel: Referentiel) -> Releve:
    releve = Releve(
        "calcul_parc_social", "Parc social (RPLS) rapporté aux résidences principales",
        SourceLue("calcul_parc_social_rpls", "Observatoire, d’après SDES et Insee",
                  "Calcul : logements sociaux (SDES, RPLS, compilation terribot) rapportés aux résidences principales "
                  "(Insee, recensement de la même année)", rang=2),
    )  # fmt: skip
    for annee in sorted(annee for nom, annee in quantites if nom == "RP" and ("RPLS", annee) in quantites):
        rpls, residences = quantites["RPLS", annee], quantites["RP", annee]
        releve.chiffres += _rapports(
            "part_parc_social_rpls", annee, rpls, residences, referentiel,
            f"Logements sociaux (RPLS, 1er janvier {annee}) sur résidences principales (recensement {annee})",
        )  # fmt: skip
    return releve


def _pour_cent_habitants(releves: Sequence[Releve], quantites: Quantites, referentiel: Referentiel) -> Releve:
    """RPLS 2022 pour 100 habitants de 2018 : le quartier comme ses références, avec les mêmes deux années."""
    releve = Releve(
        "calcul_rpls_habitants", "Parc social (RPLS) pour 100 habitants",
        SourceLue("calcul_rpls_habitants", "Observatoire, d’après SDES et Insee",
                  f"Calcul : logements sociaux au 1er janvier {_ANNEE_RPLS} (SDES, RPLS) pour 100 habitants "
                  f"(Insee, populations municipales {_ANNEE_POPULATION})", rang=2),
    )  # fmt: skip
    logements = dict(quantites.get(("RPLS", _ANNEE_RPLS), {}))
    habitants: dict[str, Decimal] = {}
    for lu in releves:
        for chiffre in lu.chiffres:
            if not chiffre.lecture.valeur:
                continue
            if lu.format == "sdes_rpls" and chiffre.indicateur == "nb_logements_sociaux":
                logements[chiffre.territoire] = chiffre.nombre
            if chiffre.indicateur == "population" and chiffre.annee == _ANNEE_POPULATION:
                habitants.setdefault(chiffre.territoire, chiffre.nombre)
    phrase = f"Logements sociaux (RPLS, 1er janvier {_ANNEE_RPLS}) sur habitants ({_ANNEE_POPULATION})"
    releve.chiffres += _rapports("nb_logements_sociaux_100_hab", _ANNEE_RPLS, logements, habitants, referentiel, phrase)
    return releve


def _rapports(
    indicateur: str, annee: int, hauts: Mapping[str, Decimal], bas: Mapping[str, Decimal], referentiel: Referentiel,
    phrase: str,
) -> Iterator[Chiffre]:  # fmt: skip
    """Le rapport de chaque commune et quartier, puis somme sur somme au-dessus."""
    communes = {t for t in hauts if t.startswith("COM")} & set(bas)
    paires = {t: (hauts[t], bas[t]) for t in sorted(communes)}
    quartiers = {t: (hauts[t], bas[t]) for t in sorted(hauts) if t.startswith("Q") and t in bas}
    for territoire, (haut, denominateur) in (paires | quartiers).items():
        if chiffre := part(territoire, indicateur, annee, haut, denominateur, phrase, colonne="calcul", passage=phrase):
            yield chiffre
    seuls = {t for t in {*hauts, *bas} - communes if t.startswith("COM") and t in referentiel.territoires}
    for territoire, somme in sommer(paires, seuls, referentiel).items():
        haut, denominateur = somme.effectifs
        if chiffre := part(territoire, indicateur, annee, haut, denominateur,
                           f"{phrase}, somme de {somme.communes} communes", colonne="calcul", passage=phrase,
                           note=somme.note):  # fmt: skip
            yield chiffre
