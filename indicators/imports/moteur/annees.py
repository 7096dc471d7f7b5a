"""L'année mesurée d'un fichier qui ne l'écrit pas : prouvée par ses valeurs, connue par son empreinte, ou demandée.

Le millésime du nom n'est jamais pris pour l'année des données. Trois preuves sont admises : le fichier est, à l'octet
près, un fichier déjà étudié ; ses valeurs sont celles qu'une autre source de la base date ; la personne le dit.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from indicators.base.imports import Connues
from indicators.imports.moteur.cellules import en_nombre, s_accordent
from indicators.imports.moteur.releve import ANNEE, Releve
from indicators.socle.erreurs import ErreurImport

ACCORDS_MIN = 8
PART_MIN = 0.95
"""Il faut au moins huit valeurs rapprochées, dont 95 % égales, pour qu'un recoupement prouve une année."""
_EXEMPLES = 3


@dataclass(frozen=True)
class Etude:
    """L'année d'un groupe de colonnes d'un fichier étudié, ce qui l'établit, et ce que chaque chiffre doit en dire."""

    annee: int
    preuve: str
    note: str = ""


def _deduite(edition: int, annee: int) -> Etude:
    """L'année d'un taux du recensement dans une édition « Insertion professionnelle » : déduite, jamais imprimée."""
    return Etude(
        annee,
        f"fichier IPRO_{edition} étudié : recensement {annee}, déduit de la règle édition − 4",
        f"Année déduite, le fichier ne l’imprime pas : l’édition {edition} porte le recensement {annee}. La population "
        "de l’édition 2022 est celle du recensement 2018 (1 400 quartiers sur 1 400), les taux changent d’une collecte "
        "à chaque édition, et les revenus suivent la même règle, prouvée valeur par valeur (édition − 4).",
    )


ETUDIES: Mapping[str, Mapping[str, Etude]] = {
    "212da10f89a0bb0a88ef802481d233a4c55a188e7cdc0d05a95693712ddd5ef3": {
        "filosofi": Etude(
            2018, "fichier REVN_2022 étudié : 1 347 taux de pauvreté sur 1 347 sont ceux de Filosofi 2018"
        )
    },
    "48f14bc5774407ae6f3c586ceed002bbaf7e108c6cf8dc71ef9fbf1ed7bcd835": {"rp": _deduite(2019, 2015)},
    "2dca9bdcec8f1d9a4f6296b5f58b6047f9c5ad3b88148afb14221bd8982cb1e7": {"rp": _deduite(2021, 2017)},
    "b36f7bd7d16d380613fb4fd5e5f9d8c0f930773ab57398d9a8cf6bbd6f1baac2": {"rp": _deduite(2022, 2018)},
    "8d189bc087e8ea72d4e0b9f7ea05d5b44cabc567b9d67ba89d25456be2d09344": {
        "rpls": Etude(
            2022,
            "fichier rpls_qpv étudié : la série par IRIS du même dépôt est celle du 1er janvier 2022",
            "Année très probable, le fichier ne l’imprime pas : le fichier par IRIS de la même série a les sommes "
            "communales de RPLS 2022 dans 1 016 communes sur 1 089 (239 pour 2023, 215 pour 2021).",
        )
    },
    "430a05b5a26f9f3ebbc407b1807fc49932a99ee59a4364660aa6473718ab7a1b": {
        "rpls": Etude(
            2022,
            "fichier rpls_iris étudié : les sommes de ses IRIS sont RPLS 2022 dans 1 016 communes sur 1 089",
            "Année prouvée par les sommes, le fichier ne l’imprime pas : celles des IRIS sont RPLS 2022 dans 1 016 "
            "communes sur 1 089 (239 pour 2023, 215 pour 2021).",
        )
    },
    "721597b02e4d29fd3f4a6a2ff2c5a26b2c72b32bc7771b49cc01cb4c7fcb7d9f": {
        "cnaf": Etude(
            2020,
            "fichier data_CAF_2020_IRIS étudié : dans 485 communes entières sur 568, la somme des IRIS est à moins de "
            "2 % des allocataires de 2020 (354 pour 2019, 351 pour 2021)",
            "Année du nom du fichier, que les sommes appuient : dans 485 communes sur 568, celle des IRIS est à moins "
            "de 2 % des allocataires de 2020 (354 pour 2019, 351 pour 2021).",
        )
    },
    "6cafec09b4e127d08edc47f366b28261bee70cca323fbfcb957dd169fcad9284": {
        "population": Etude(
            2023,
            "fichier communes.json 6.0.0 étudié : les populations sont celles du recensement 2023 (Béthune : 25 224)",
        )
    },
}
"""Par empreinte SHA-256 : l'année de groupes de colonnes, et ce qui l'établit."""


@dataclass(frozen=True)
class Demande:
    """Ce que dit la personne : une année par groupe (clé vide : le seul), l'édition, et si elle se passe d'année."""

    annees: Mapping[str, int] = field(default_factory=dict)
    edition: int | None = None
    sans_annee: bool = False

    @classmethod
    def lire(cls, textes: list[str], edition: int | None = None, sans_annee: bool = False) -> Demande:
        """Lit « 2018 » ou « rp=2018,cnaf=2020 » ; lève `ErreurImport` pour le reste."""
        annees: dict[str, int] = {}
        for morceau in (m.strip() for texte in textes for m in texte.split(",")):
            groupe, _, annee = morceau.rpartition("=")
            if not re.fullmatch(ANNEE, annee.strip()):
                raise ErreurImport(f"« {morceau} » n'est pas une année : écrivez 2018, ou rp=2018,cnaf=2020.")
            annees[groupe.strip()] = int(annee)
        if edition is not None and not re.fullmatch(ANNEE, str(edition)):
            raise ErreurImport(f"« {edition} » n'est pas une édition : écrivez une année, comme --edition 2022.")
        return cls(annees, edition, sans_annee)


@dataclass(frozen=True)
class Dates:
    """L'année de chaque groupe (None : gardé sans année, avec son édition), comment on la sait, et l'édition."""

    annees: dict[str, int | None] = field(default_factory=dict)
    preuves: dict[str, str] = field(default_factory=dict)
    laisses: tuple[str, ...] = ()
    edition: int | None = None
    notes: dict[str, str] = field(default_factory=dict)


def dater(releve: Releve, connues: Connues, demande: Demande, nom: str, empreinte: str) -> Dates:
    """Établit l'année de chaque groupe ; lève `ErreurImport`, en disant quoi écrire, si aucune ne peut l'être."""
    edition = releve.edition or demande.edition or edition_du_nom(nom)
    inconnus = sorted(g for g in demande.annees if g and g not in releve.groupes)
    if inconnus and not set(demande.annees) & ({""} | set(releve.groupes)):
        siens = ", ".join(releve.groupes) or "aucun"
        raise ErreurImport(f"« {nom} » n'a pas de groupe « {', '.join(inconnus)} » ; les siens : {siens}.")
    dates = Dates({}, {}, (), edition)
    manquants: list[str] = []
    for groupe in releve.groupes:
        dite = demande.annees.get(groupe, demande.annees.get("") if len(releve.groupes) == 1 else None)
        if dite is not None:
            dates.annees[groupe], dates.preuves[groupe] = dite, "année donnée à l’import"
        elif connue := ETUDIES.get(empreinte, {}).get(groupe):
            dates.annees[groupe], dates.preuves[groupe] = connue.annee, connue.preuve
            if connue.note:
                dates.notes[groupe] = connue.note
        elif preuve := _recoupement(releve, groupe, connues):
            dates.annees[groupe], dates.preuves[groupe] = preuve
        elif demande.sans_annee and edition is not None:
            dates.annees[groupe], dates.preuves[groupe] = None, f"année non établie : gardé avec l’édition {edition}"
        else:
            manquants.append(groupe)
    if manquants and not any(dates.annees.values()):
        detail = " ; ".join(f"{g} : {releve.groupes[g]}" for g in manquants)
        exemple = ",".join(f"{g}=2018" for g in manquants) if len(releve.groupes) > 1 else "2018"
        raise ErreurImport(
            f"« {nom} » ne dit pas l'année de ses données, et rien dans la base ne la prouve ({detail}). Donnez-la "
            f"(--annee {exemple}), ou gardez les chiffres sans année (--sans-annee --edition {edition or 2022})."
        )
    if releve.source is not None and "{edition}" in releve.source.source and edition is None:
        connues_ = [a for a in dates.annees.values() if a]
        edition = max(connues_, default=None)
        if not releve.chiffres:
            laissees = [f"ligne {c.ligne}, {c.message}" for c in releve.constats if c.ligne][:_EXEMPLES]
            raison = " ; ".join(laissees) or "ses colonnes sont vides, ou ses codes inconnus"
            raise ErreurImport(f"« {nom} » n'a aucun chiffre à lire : {raison}.")
        if edition is None:
            raise ErreurImport(f"« {nom} » ne dit pas son édition : donnez-la (--edition 2022).")
    return Dates(dates.annees, dates.preuves, tuple(manquants), edition, dates.notes)


def edition_du_nom(nom: str) -> int | None:
    """L'édition qu'annonce le nom du fichier, s'il n'en annonce qu'une : jamais l'année des données."""
    trouvees = set(re.findall(r"(?<!\d)(20\d{2})(?!\d)", nom))
    return int(trouvees.pop()) if len(trouvees) == 1 else None


def _recoupement(releve: Releve, groupe: str, connues: Connues) -> tuple[int, str] | None:
    """L'année pour laquelle une autre source donne les mêmes valeurs ; None si aucune, ou si plusieurs conviennent."""
    egales: dict[tuple[str, int], Counter[bool]] = defaultdict(Counter)
    for chiffre in releve.chiffres:
        if chiffre.groupe != groupe or not chiffre.lecture.valeur:
            continue
        valeur = en_nombre(chiffre.lecture.valeur)
        decimales = len(chiffre.lecture.valeur.partition(",")[2])
        deja: set[int] = set()
        for connue in connues.get((chiffre.territoire, chiffre.indicateur), []):
            if connue.valeur is None or connue.annee is None or connue.annee_debut or connue.fiabilite != "sure":
                continue
            if connue.annee not in deja:
                deja.add(connue.annee)
                precision = min(decimales, connue.decimales)
                egales[chiffre.indicateur, connue.annee][s_accordent(valeur, connue.valeur, precision)] += 1
    probantes = [
        (annee, indicateur, compte)
        for (indicateur, annee), compte in egales.items()
        if compte.total() >= ACCORDS_MIN and compte[True] >= PART_MIN * compte.total()
    ]
    if len({annee for annee, _, _ in probantes}) != 1:
        return None
    annee, indicateur, compte = max(probantes, key=lambda p: p[2].total())
    return (
        annee,
        f"{compte[True]} valeurs sur {compte.total()} de « {indicateur} » sont celles que la base date de {annee}",
    )
