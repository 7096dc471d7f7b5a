"""Les chiffres qui demandent deux fichiers : logements sociaux rapportés aux résidences principales, aux habitants.

Chacun garde sa division dans sa note. Les deux côtés sont de la même année quand une part est en cause ; l'indicateur
pour 100 habitants prend les mêmes deux années pour tous les territoires.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from indicators.imports.moteur.releve import Chiffre, Referentiel, Releve, SourceLue
from indicators.imports.moteur.sommes import part, sommer
from indicators.socle.codes import METROPOLE, METROPOLITAINES

Quantites = Mapping[tuple[str, int], Mapping[str, Decimal]]
_ANNEE_RPLS, _ANNEE_POPULATION = 2022, 2018


def calculer(releves: Sequence[Releve], referentiel: Referentiel) -> list[Releve]:
    """Les relevés de ces calculs : parts de 2018 et 2021, et pour 100 habitants."""
    quantites: dict[tuple[str, int], dict[str, Decimal]] = {}
    for releve in releves:
        for cle, valeurs in releve.quantites.items():
            quantites.setdefault(cle, {}).update(valeurs)
    return [_parts(quantites, referentiel), _pour_cent_habitants(releves, quantites)]


def _parts(quantites: Quantites, referentiel: Referentiel) -> Releve:
    releve = Releve(
        "calcul_parc_social", "Parc social (RPLS) rapporté aux résidences principales",
        SourceLue("calcul_parc_social_rpls", "Observatoire, d’après SDES et Insee",
                  "Calcul : logements sociaux (SDES, RPLS, compilation terribot) rapportés aux résidences principales "
                  "(Insee, recensement de la même année)", rang=2),
    )  # fmt: skip
    for annee in sorted(annee for nom, annee in quantites if nom == "RP" and ("RPLS", annee) in quantites):
        rpls = _avec_la_metropole(quantites["RPLS", annee])
        residences = _partout(quantites["RP", annee], referentiel, annee)
        releve.chiffres += _rapports(
            "part_parc_social_rpls", annee, rpls, residences,
            f"Logements sociaux (RPLS, 1er janvier {annee}) sur résidences principales (recensement {annee})",
        )  # fmt: skip
    return releve


def _pour_cent_habitants(releves: Sequence[Releve], quantites: Quantites) -> Releve:
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
    habitants = {**quantites.get(("PMUN", _ANNEE_POPULATION), {}), **habitants}
    phrase = f"Logements sociaux (RPLS, 1er janvier {_ANNEE_RPLS}) sur habitants ({_ANNEE_POPULATION})"
    hauts, bas = _avec_la_metropole(logements), _avec_la_metropole(habitants)
    releve.chiffres += _rapports("nb_logements_sociaux_100_hab", _ANNEE_RPLS, hauts, bas, phrase)
    return releve


def _rapports(
    indicateur: str, annee: int, hauts: Mapping[str, Decimal], bas: Mapping[str, Decimal], phrase: str
) -> Iterator[Chiffre]:
    """Le rapport de chaque territoire qui a les deux effectifs."""
    for territoire in sorted(set(hauts) & set(bas)):
        if chiffre := part(
            territoire, indicateur, annee, hauts[territoire], bas[territoire], phrase, colonne="calcul", passage=phrase
        ):
            yield chiffre


def _partout(par_commune: Mapping[str, Decimal], referentiel: Referentiel, annee: int) -> dict[str, Decimal]:
    """Des effectifs de communes, et leurs sommes par EPCI, département, région et France métropolitaine."""
    communes = {t: (v,) for t, v in par_commune.items() if t.startswith("COM")}
    sommes = sommer(communes, (), referentiel, annee)
    return {t: v for t, (v,) in communes.items()} | {t: somme.effectifs[0] for t, somme in sommes.items()}


def _avec_la_metropole(par_territoire: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Ajoute la France métropolitaine : la somme de ses treize régions, si toutes sont là."""
    regions = [par_territoire[region] for region in sorted(METROPOLITAINES) if region in par_territoire]
    somme = {METROPOLE: sum(regions, Decimal(0))} if len(regions) == len(METROPOLITAINES) else {}
    return {**par_territoire, **somme}
