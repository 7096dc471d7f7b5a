"""Des effectifs par commune aux rapports : somme sur somme, jamais une moyenne de taux.

Une agglomération n'est sommée que si toutes ses communes ont leurs effectifs ; un département, une région et la France
métropolitaine, que si le fichier est national et qu'il ne manque l'effectif d'aucune de leurs communes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import count

from indicators.imports.moteur.cellules import CelluleLue
from indicators.imports.moteur.releve import DEPARTEMENTS_MIN, Chiffre, Referentiel
from indicators.socle.codes import METROPOLE, METROPOLITAINES, REGION_DE, departement_de
from indicators.socle.observations import Origine, Statut

Effectifs = tuple[Decimal, ...]
_RETABLIES_MAX = 3
"""Une commune rétablie depuis est, dans un fichier national, comptée dans celle qu'elle a quittée."""


@dataclass(frozen=True)
class Somme:
    """Les effectifs d'un territoire, et de combien de communes ; `note` : ce qu'il faut savoir de cette somme."""

    effectifs: Effectifs
    communes: int
    note: str = ""


def sommer(
    par_commune: Mapping[str, Effectifs], sans: Collection[str], referentiel: Referentiel, annee: int | None = None
) -> dict[str, Somme]:
    """Les sommes par EPCI, département, région, métropole ; `sans` : les communes du fichier sans effectif.

    `annee` : celle des effectifs ; une commune qui a changé d'EPCI compte dans celui qu'elle avait alors.
    """
    membres = referentiel.membres(annee)
    departements = {departement_de(commune) for commune in par_commune}
    national = len(departements) >= DEPARTEMENTS_MIN
    presentes: dict[str, list[str]] = defaultdict(list)
    incomplets = referentiel.indecis(annee)
    for commune in (*par_commune, *sans):
        ou = referentiel.groupements(commune, annee)
        departement = departement_de(commune)
        if national and departement in REGION_DE:
            region = REGION_DE[departement]
            ou += [departement, region, *([METROPOLE] if region in METROPOLITAINES else [])]
        for territoire in ou:
            if commune in par_commune:
                presentes[territoire].append(commune)
            else:
                incomplets.add(territoire)
    sommes = {}
    for territoire, communes in presentes.items():
        absentes = sorted(set(membres[territoire]) - set(communes)) if territoire in membres else []
        retablies = national and len(absentes) <= min(_RETABLIES_MAX, len(communes) - 1)
        if territoire in incomplets or (absentes and not retablies):
            continue
        note = ""
        if absentes:
            codes = ", ".join(code.removeprefix("COM") for code in absentes)
            note = (
                f" Commune absente de cette édition : {codes} ; si elle a été rétablie depuis, elle y est dans celle "
                "qu’elle a quittée."
            )
        sommes[territoire] = Somme(
            tuple(sum(colonne, Decimal(0)) for colonne in zip(*(par_commune[c] for c in communes), strict=True)),
            len(communes),
            note,
        )
    return sommes


_ARRONDI = Decimal("0.01")


def d_autres_communes(effectif: Decimal, siens: Collection[Decimal], membres: int) -> bool:
    """Vrai si cet effectif n'est pas celui de ces communes : plus petit qu'elles, ou plus grand quand toutes sont là.

    `siens` : les effectifs connus, parmi `membres` communes ; au centième près.
    """
    trop = sum(siens, Decimal(0)) - effectif
    return trop > _ARRONDI * effectif or (len(siens) == membres and -trop > _ARRONDI * effectif)


def part(
    territoire: str, indicateur: str, annee: int, haut: Decimal, bas: Decimal, phrase: str, *,
    ligne: int | None = None, colonne: str = "", passage: str = "", note: str = "", facteur: int = 100,
    statut: Statut = Statut.EXACT,
) -> Chiffre | None:  # fmt: skip
    """Le rapport de deux effectifs, à une décimale, avec sa division dans la note ; None si le second est nul.

    Le rapport est celui des effectifs entiers ; la note les écrit avec ce qu'il faut de décimales pour le retrouver.
    """
    if not bas.quantize(_ARRONDI, ROUND_HALF_UP):
        return None
    rapport = _au_dixieme(facteur * haut / bas)
    haut, bas = next(
        (h, b) for n in count(2)
        for h, b in [(_a_n_decimales(haut, n), _a_n_decimales(bas, n))]
        if (h, b) == (haut, bas) or (b and _au_dixieme(facteur * h / b) == rapport)
    )  # fmt: skip
    valeur = str(rapport).replace(".", ",")
    fois = f"{facteur} × " if facteur != 1 else ""
    division = f"{fois}{ecrit(haut)} ÷ {ecrit(bas)} = {valeur}"
    return Chiffre(
        territoire, indicateur, "", annee, CelluleLue(statut, valeur), "", colonne, ligne,
        f"{phrase} : {division}.{note}", Origine.CALCULEE, passage=passage,
    )  # fmt: skip


def _au_dixieme(rapport: Decimal) -> Decimal:
    return rapport.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _a_n_decimales(effectif: Decimal, n: int) -> Decimal:
    return effectif.quantize(Decimal(1).scaleb(-n), ROUND_HALF_UP)


def ecrit(nombre: Decimal) -> str:
    """Un nombre à la française, sans zéro inutile : « 344,47 », « 12 »."""
    texte = f"{nombre:f}"
    return (texte.rstrip("0").rstrip(".") if "." in texte else texte).replace(".", ",")
