"""Ce que l'on dit d'un IRIS : ce qu'il est, ce qu'il partage avec un quartier, où est la pauvreté hors d'eux."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from indicators.analyse.poches import Poches
from indicators.analyse.recouvrements import Recouvrement
from indicators.socle.nombres import INSECABLE, nombre
from indicators.socle.territoires import Maille, Territoire

PRESQUE_TOUT = 0.9
"""À partir de cette part de sa surface, un IRIS est presque tout entier dans un quartier."""


def definition(lieux: Collection[Territoire], recouvrements: Collection[Recouvrement]) -> str:
    """Ce qu'est un IRIS, que ce n'est pas un quartier, et combien y sont presque tout entiers ici."""
    iris = [lieu for lieu in lieux if lieu.maille is Maille.IRIS]
    entieres = len(lieux) - len(iris)
    dedans = {r.lieu.territoire for r in recouvrements if r.du_lieu >= PRESQUE_TOUT}
    return (
        "Un IRIS est un découpage de l’Insee pour ses statistiques, d’environ 2 000 habitants, dans les communes de "
        f"5 000 habitants et plus{INSECABLE}: ce n’est pas un quartier. Ici, {_combien(len(dedans), len(lieux))} à "
        f"90{INSECABLE}% ou plus de sa surface dans un quartier prioritaire. {entieres} communes que l’Insee ne "
        f"découpe pas sont leur propre IRIS ({len(iris)} IRIS et {entieres} communes entières)."
    )


def _combien(n: int, total: int) -> str:
    return f"aucun des {total} n’est" if n == 0 else f"{n} sur {total} {'est' if n == 1 else 'sont'}"


def lecture_des_poches(poches: Poches) -> str:
    """La phrase de la liste : combien, parmi combien, et ce qui n'a pas pu être compté."""
    n, m, sans = len(poches.hors), len(poches.avec), poches.lieux_en_tout - poches.lieux
    sujet = f"{nombre(n)} IRIS sans quartier prioritaire {'ont' if n > 1 else 'a'}" if n else (
        "aucun IRIS sans quartier prioritaire n’a"
    )  # fmt: skip
    phrases = [
        f"En {poches.periode}, {sujet} un taux de pauvreté plus élevé que celui de la moitié des quartiers "
        f"prioritaires de l’agglomération ({poches.quartiers} taux connus sur {poches.quartiers_en_tout}, périmètre "
        f"{poches.geographie})."
    ]
    if m:
        verbes = ("dépassent", "contiennent") if m > 1 else ("dépasse", "contient")
        phrases.append(f"{nombre(m)} le {verbes[0]} et {verbes[1]} tout ou une part d’un quartier.")
    if sans:
        phrases.append(
            f"{nombre(sans)} IRIS ou communes entières sur {nombre(poches.lieux_en_tout)} n’ont pas de taux "
            f"publié{INSECABLE}: rien n’en est dit."
        )
    return " ".join(phrases)


def part(valeur: float) -> str:
    """Une part de surface, au centième : « 76 % » ; sous un pour cent, « moins de 1 % »."""
    return f"{nombre(round(100 * valeur))}{INSECABLE}%" if valeur >= 0.01 else f"moins de 1{INSECABLE}%"


def nom_du_lieu(lieu: Territoire) -> str:
    """« Mont Liebaut (Béthune) » ; une commune entière le dit."""
    return f"{lieu.nom} (commune entière)" if lieu.maille is Maille.COMMUNE else lieu.nom


def lecture_du_quartier(recouvrements: Sequence[Recouvrement]) -> str:
    """La phrase du panneau d'un quartier : combien d'IRIS, et qu'une part de surface n'est pas une part d'habitants."""
    n, premier = len(recouvrements), recouvrements[0]
    ou = f"«{INSECABLE}{nom_du_lieu(premier.lieu)}{INSECABLE}»"
    tete = (
        f"Le périmètre rencontre {nombre(n)} IRIS{INSECABLE}; {part(premier.du_quartier)} de sa surface est dans {ou}."
    )
    if n == 1 and premier.du_quartier >= PRESQUE_TOUT:
        tete = f"Le périmètre est tout entier dans {ou}."
    return f"{tete} Ce sont des parts de surface, non d’habitants{INSECABLE}: aucun chiffre du quartier n’en est tiré."


def lecture_de_l_iris(iris: Territoire, recouvrements: Sequence[Recouvrement]) -> str:
    """La phrase du panneau d'un IRIS : ce qu'il n'est pas, et ce qu'il partage avec les quartiers prioritaires."""
    tete = f"Un IRIS est un découpage de l’Insee pour ses statistiques{INSECABLE}: ce n’est pas un quartier."
    if not recouvrements:
        return f"{tete} «{INSECABLE}{iris.nom}{INSECABLE}» n’en rencontre aucun qui soit prioritaire."
    dans = " et ".join(
        f"{part(r.du_lieu)} de sa surface dans «{INSECABLE}{r.quartier.nom}{INSECABLE}»" for r in recouvrements
    )
    return f"{tete} «{INSECABLE}{iris.nom}{INSECABLE}» a {dans}{INSECABLE}: de la surface, non des habitants."
