"""Les identifiants de la compilation terribot : « 1001 », « 200072460 », « D62 », « R32 », « FR »."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from indicators.imports.moteur.releve import Chiffre, Referentiel, Releve, constat
from indicators.imports.moteur.sommes import d_autres_communes
from indicators.socle.codes import REGIONS_D_UN_DEPARTEMENT, identifiant
from indicators.socle.territoires import Maille


def territoire_de(code: str) -> str | None:
    """Le territoire d'un code de la compilation ; None pour la France, dont le champ change d'une table à l'autre.

    « R97 » et « R97B », qu'aucun code officiel ne porte, sont laissés.
    """
    if code.startswith("D"):
        return identifiant(code[1:], Maille.DEPARTEMENT)
    if code.startswith("R"):
        return None if code.startswith("R97") else identifiant(code[1:], Maille.REGION)
    return identifiant(code)


def des_regions_d_un_departement(chiffres: Iterable[Chiffre]) -> list[Chiffre]:
    """Les chiffres des régions d'outre-mer, que la compilation ne donne que sous le code de leur seul département."""
    note = "Région d’un seul département : ce chiffre est celui du département."
    return [
        replace(c, territoire=REGIONS_D_UN_DEPARTEMENT[c.territoire], note=note)
        for c in chiffres
        if c.territoire in REGIONS_D_UN_DEPARTEMENT
    ]


def laisser_autres_perimetres(releve: Releve, referentiel: Referentiel) -> None:
    """Retire du relevé les agglomérations que la compilation ne compte pas sur leurs communes d'aujourd'hui, et le dit.

    Elle y range la seule ville de Paris sous le code de sa métropole, et suit d'autres dates que la liste des EPCI. Un
    effectif plus petit que la somme de ses communes connues, ou plus grand quand toutes le sont, retire toute sa série.
    """
    connus = {(c.territoire, c.annee): c.nombre for c in releve.chiffres if c.lecture.valeur}
    communes = referentiel.membres()
    laisses: set[str] = set()
    for chiffre in releve.chiffres:
        if not chiffre.lecture.valeur or chiffre.territoire in laisses:
            continue
        membres = communes.get(chiffre.territoire, [])
        siens = [connus[commune, chiffre.annee] for commune in membres if (commune, chiffre.annee) in connus]
        if siens and d_autres_communes(chiffre.nombre, siens, len(membres)):
            laisses.add(chiffre.territoire)
            releve.constats.append(
                constat(
                    chiffre.ligne or 0, chiffre.colonne,
                    f"{chiffre.lecture.valeur} n’est pas la somme des communes de {chiffre.territoire} "
                    f"({sum(siens, Decimal(0))} pour {len(siens)} sur {len(membres)}) : la compilation compte d’autres "
                    "communes que les siennes, agglomération laissée",
                )
            )  # fmt: skip
    releve.chiffres = [c for c in releve.chiffres if c.territoire not in laisses]
