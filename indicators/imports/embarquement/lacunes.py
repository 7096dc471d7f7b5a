"""Ce que la compilation terribot ne compte pas : des communes absentes, et les totaux qui ne les ont pas.

Ses populations sont celles de l’Insee, à toutes les mailles : la liste officielle de la même année dit donc, commune
par commune puis somme par somme, où elle est incomplète et sur quelles communes elle compte une agglomération.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from indicators.imports.moteur.releve import Referentiel, Releve
from indicators.socle.codes import REGION_DE, departement_de

_FORMATS = ("terribot_population", "terribot_rpls")
_MEME_PERIMETRE = Decimal("0.001")
"""L'écart admis entre la population d'un territoire et la somme de ses communes : ce sont les mêmes nombres."""
_MEME_RAPPORT = Decimal("0.01")
"""De même pour un département ou une région dont on ne tire qu'un rapport."""


def retirer(releves: Sequence[Releve], su: Referentiel) -> Counter[str]:
    """Retire des relevés de la compilation ce qui n'est pas entier, et rend combien de chiffres, et pourquoi.

    Orée d'Anjou (16 709 habitants) y change de code et n'y a plus ni habitants ni logements : son parc de 0 est une
    lacune, et les totaux de son agglomération, de son département et de sa région ne la comptent pas.
    """
    siens = {r.format: r for r in releves if r.format in _FORMATS}
    officielle = next((r for r in releves if r.format == "insee_populations"), None)
    laisses: Counter[str] = Counter()
    if officielle is None or "terribot_population" not in siens:
        return laisses
    habitants = _habitants(officielle, su)
    compiles = _de_la_meme_annee(habitants, siens["terribot_population"])
    ecarts = {t: abs(compiles[t] - n) / n for t, n in habitants.items() if n and compiles.get(t)}
    autres = {t for t, ecart in ecarts.items() if ecart > _MEME_PERIMETRE and not t.startswith("COM")}
    sans_rapport = {t for t in autres if t.startswith("EPCI") or ecarts[t] > _MEME_RAPPORT}
    vides = _jamais_comptees(siens["terribot_rpls"], releves, compiles) if "terribot_rpls" in siens else set()
    for releve in siens.values():
        for chiffre in releve.chiffres:
            t = chiffre.territoire
            if t in vides:
                laisses[f"{releve.format}, {t} : 0 toujours, et sans habitants dans la compilation"] += 1
            elif t in autres:
                laisses[f"{releve.format}, {t} : {compiles[t]} habitants, {habitants[t]} dans ses communes"] += 1
        releve.chiffres = [c for c in releve.chiffres if c.territoire not in vides | autres]
        releve.quantites = {
            cle: {t: n for t, n in valeurs.items() if t not in vides | sans_rapport}
            for cle, valeurs in releve.quantites.items()
        }
    return laisses


def _habitants(officielle: Releve, su: Referentiel) -> dict[str, Decimal]:
    """Les populations officielles des communes d'aujourd'hui, et leurs sommes."""
    habitants: dict[str, Decimal] = defaultdict(Decimal)
    for chiffre in officielle.chiffres:
        commune = su.commune(chiffre.territoire)
        departement = departement_de(commune) or ""
        for territoire in {commune, *su.groupements(commune), departement, REGION_DE.get(departement, "")}:
            habitants[territoire] += chiffre.nombre
    return habitants


def _de_la_meme_annee(habitants: Mapping[str, Decimal], population: Releve) -> Mapping[str, Decimal]:
    """Les populations compilées de l'année dont la plupart des communes sont les mêmes ; vides s'il n'y en a pas."""
    communes = {t: n for t, n in habitants.items() if t.startswith("COM")}
    for _, compiles in sorted(population.quantites.items(), reverse=True):
        if 2 * sum(compiles.get(t) == n for t, n in communes.items()) > len(communes):
            return compiles
    return {}


def _jamais_comptees(rpls: Releve, releves: Sequence[Releve], compiles: Mapping[str, Decimal]) -> set[str]:
    """Les communes toujours à zéro, sans habitants dans la compilation alors que l'Insee leur en connaît."""
    habitees = {
        c.territoire for r in releves for c in r.chiffres
        if c.indicateur == "population" and c.territoire.startswith("COM") and c.nombre
    }  # fmt: skip
    baties = {c.territoire for c in rpls.chiffres if c.nombre}
    return {
        t for t in habitees & {c.territoire for c in rpls.chiffres}
        if t not in baties and not compiles.get(t) and compiles.get(departement_de(t) or "")
    }  # fmt: skip
