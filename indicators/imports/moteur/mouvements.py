"""Ce que la vie des lieux a changé depuis la base : communes fusionnées, nouvelles, renommées, EPCI redessinés.

Une liste officielle déposée est confrontée aux communes et aux liens de la base, et chaque différence est une phrase.
Rien n'est appliqué ici : `passages` le fait, sur demande. Une commune absente n'est « plus dans la liste » que d'une
liste qui couvre son département ; où elle est entrée, et quand, ne se dit que si le fichier le dit.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from indicators.base.base import Base
from indicators.imports.moteur.monde import Monde
from indicators.imports.moteur.releve import Evenement, Releve, mots
from indicators.socle.codes import commune_entiere, departement_de
from indicators.socle.territoires import Maille, Territoire

OFFICIELS = frozenset(
    {"insee_populations", "dgcl_epci", "insee_appartenance", "cog_communes", "cog_mouvements", "etalab_communes"}
)
"""Les formats dont la liste et les noms font foi."""
_COUVERT = 0.5
"""La part des communes connues d'un département qu'une liste nomme pour le couvrir."""


class Nature(StrEnum):
    """Ce qui est arrivé à un lieu."""

    FUSION = "fusion"
    CODE = "code"
    DISPARITION = "disparition"
    CREATION = "creation"
    RETABLISSEMENT = "retablissement"
    RENOMMAGE = "renommage"
    EPCI = "epci"
    SORTIE_EPCI = "sortie_epci"
    EPCI_DISPARU = "epci_disparu"
    EPCI_NOUVEAU = "epci_nouveau"


@dataclass(frozen=True)
class Mouvement:
    """Un fait de la vie d'un lieu. `phrase` le dit ; `de`, `vers` : les lieux qu'il quitte et rejoint.

    `annee` : la première année, au 1er janvier, où il vaut, celle de l'édition à défaut d'une date ; None si le fichier
    ne la dit pas. `avant` : la dernière où il ne vaut pas encore, None si elle n'est pas connue. `ancien` : vrai si le
    fichier est d'avant la base : dit, jamais appliqué.
    """

    nature: Nature
    territoire: str
    phrase: str
    de: str = ""
    vers: str = ""
    nom: str = ""
    annee: int | None = None
    avant: int | None = None
    source: str = ""
    ancien: bool = False


@dataclass(frozen=True)
class Liste:
    """Une liste déposée : son relevé, le nom de son fichier, son édition, et celle de la base (None : inconnue)."""

    releve: Releve
    fichier: str
    edition: int | None
    base: int | None

    @property
    def ancienne(self) -> bool:
        """Vrai si elle est d'avant la base."""
        return self.edition is not None and self.base is not None and self.edition < self.base

    @property
    def quand(self) -> str:
        """Entre quelles éditions le fait s'est produit, quand elles sont connues."""
        if self.edition is None or self.ancienne or self.edition == self.base:
            return ""
        if self.base is not None:
            return f", entre le 1er janvier {self.base} et le 1er janvier {self.edition}"
        return f", au plus tard le 1er janvier {self.edition}"

    def noter(self, nature: Nature, territoire: str, phrase: str, **reste: str) -> Mouvement:
        """Un mouvement que cette liste fait connaître, daté de son édition."""
        suite = f" (liste de {self.edition}, antérieure à celle de la base, {self.base})" if self.ancienne else ""
        return Mouvement(
            nature, territoire, f"{phrase}{'' if self.ancienne else self.quand}{suite}", annee=self.edition,
            avant=self.base, source=f"{self.releve.titre}, {self.fichier}", ancien=self.ancienne, **reste,
        )  # fmt: skip


def observer(releve: Releve, fichier: str, edition: int | None, monde: Monde) -> list[Mouvement]:
    """Tout ce que cette liste change à la vie des lieux de la base ; rien d’un format qui n’est pas officiel."""
    if releve.format not in OFFICIELS:
        return []
    if releve.format == "insee_populations" and (edition or 0) <= (monde.edition or 0):
        edition = None  # l'année de ses populations n'est pas celle de sa liste
    liste, base = Liste(releve, fichier, edition, monde.edition), monde.base
    communes, epci_de = monde.communes_actuelles, monde.epci_embarques
    trouves: list[Mouvement] = []
    if releve.evenements:
        trouves += _evenements(liste, base, communes)
    else:
        trouves += _fusions(liste, base, communes)
        parties = {m.territoire for m in trouves}
        trouves += _listees(liste, base, communes, epci_de, parties)
    trouves += _renommages(liste, base)
    trouves += _epci(liste, base, communes, epci_de)
    return trouves


def nommer(base: Base, releve: Releve, code: str) -> str:
    """« Béthune (62119) » : le nom de la base, à défaut celui du fichier, et le code officiel."""
    connu, lu = base.trouver(code), releve.lieux.get(code)
    officiel = re.sub("^(COM|EPCI|DEP)", "", code)
    nom = connu.nom if connu is not None else lu.nom if lu is not None and lu.nom else ""
    return f"{nom} ({officiel})" if nom else officiel


def _fusions(liste: Liste, base: Base, communes: Mapping[str, Territoire]) -> Iterator[Mouvement]:
    """Une commune de la base que la liste range dans une autre : déléguée, associée, ancien code."""
    releve = liste.releve
    rangees = {ancienne: actuelle for ancienne, (_, actuelle) in releve.anciennes.items()} | releve.fusions
    for ancienne, actuelle in sorted(rangees.items()):
        si_commune = ancienne in communes and commune_entiere(ancienne) == ancienne
        if si_commune and ancienne != actuelle and ancienne not in releve.lieux:
            phrase = f"{nommer(base, releve, ancienne)} a fusionné dans {nommer(base, releve, actuelle)}"
            yield liste.noter(Nature.FUSION, ancienne, phrase, vers=actuelle)


def _couverts(releve: Releve, communes: Mapping[str, Territoire]) -> set[str]:
    """Les départements dont la liste nomme au moins la moitié des communes connues."""
    connues = Counter(departement_de(code) for code in communes)
    nommees = Counter(departement_de(code) for code in releve.lieux if code in communes)
    return {dep for dep, n in nommees.items() if dep is not None and n >= _COUVERT * connues[dep]}


def _listees(
    liste: Liste, base: Base, communes: Mapping[str, Territoire], epci_de: Mapping[str, str], parties: Collection[str]
) -> Iterator[Mouvement]:
    """Les communes que la liste n'a plus, et celles qu'elle a de plus."""
    releve = liste.releve
    couverts = _couverts(releve, communes)
    for code in sorted(communes):
        if code in releve.lieux or code in parties or departement_de(code) not in couverts:
            continue
        if releve.format == "dgcl_epci" and code not in epci_de:
            continue  # une commune sans EPCI n'est jamais dans cette liste
        yield liste.noter(Nature.DISPARITION, code, f"{nommer(base, releve, code)} n’est plus dans la liste")
    for code, lieu in sorted(releve.lieux.items()):
        if lieu.maille is Maille.COMMUNE and code not in communes and departement_de(code) in couverts:
            if code in base.fusionnees:
                quittee = base.fusionnees[code][0]
                phrase = f"{nommer(base, releve, code)} est rétablie : elle était dans {nommer(base, releve, quittee)}"
                yield liste.noter(Nature.RETABLISSEMENT, code, phrase, de=quittee)
            else:
                phrase = f"{nommer(base, releve, code)} est nouvelle dans la liste"
                yield liste.noter(Nature.CREATION, code, phrase)


_FUSIONS = {"31", "32", "33"}
_CODES = {"41", "50"}


def _evenements(liste: Liste, base: Base, communes: Mapping[str, Territoire]) -> Iterator[Mouvement]:
    """Les mouvements que le fichier de l'Insee date : ceux d'avant la base n'y touchent plus rien."""
    dernier: dict[tuple[str, str], Evenement] = {}
    for evenement in sorted(liste.releve.evenements, key=lambda e: e.date):
        dernier[evenement.avant, evenement.apres] = evenement
    for e in dernier.values():
        dit = f" au {_jour(e.date)}"
        de, vers = nommer(base, liste.releve, e.avant), nommer(base, liste.releve, e.apres)
        if e.mod in _FUSIONS and e.avant in communes and e.avant != e.apres:
            fait = Mouvement(Nature.FUSION, e.avant, f"{de} a fusionné dans {vers}{dit}", vers=e.apres)
        elif e.mod in _CODES and e.avant in communes and e.avant != e.apres:
            fait = Mouvement(Nature.CODE, e.avant, f"{de} a changé de code{dit} : {vers}", vers=e.apres)
        elif e.mod == "21" and e.apres not in communes and e.avant in communes and _apres_la_base(e, liste):
            fait = Mouvement(Nature.RETABLISSEMENT, e.apres, f"{vers} est rétablie{dit}, hors de {de}", de=e.avant)
        elif e.mod == "30" and e.avant in communes and e.avant == e.apres:
            fait = Mouvement(Nature.DISPARITION, e.avant, f"{de} est supprimée{dit}")
        else:
            continue
        annee = _premiere_annee(e.date)
        yield replace(fait, annee=annee, avant=annee - 1, source=f"{liste.releve.titre}, {liste.fichier}")


def _apres_la_base(evenement: Evenement, liste: Liste) -> bool:
    return liste.base is not None and _premiere_annee(evenement.date) > liste.base


def _premiere_annee(date: str) -> int:
    """La première année qui commence une fois le fait accompli : 2025 pour le 1er janvier 2025, 2026 pour mars 2025."""
    return int(date[:4]) + (date[5:] != "01-01")


_MOIS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


def _jour(date: str) -> str:
    """« 1er janvier 2025 » pour « 2025-01-01 »."""
    annee, mois, jour = (int(morceau) for morceau in date.split("-"))
    return f"{'1er' if jour == 1 else jour} {_MOIS[mois - 1]} {annee}"


def _renommages(liste: Liste, base: Base) -> Iterator[Mouvement]:
    """Les communes et agglomérations qui changent de nom : souvent une fusion, toujours à dire."""
    for nomme in liste.releve.lieux.values():
        connu = base.trouver(nomme.territoire)
        if connu is None or not nomme.nom or nomme.maille not in {Maille.COMMUNE, Maille.EPCI}:
            continue
        if mots(nomme.nom) not in _ecrits(connu):
            phrase = (
                f"{nomme.territoire} : « {connu.nom} » gardé, {liste.fichier} écrit « {nomme.nom} » ; si c’est une "
                "fusion, son périmètre a changé et ses chiffres d’avant ne se comparent plus à ceux d’après"
            )
            yield liste.noter(Nature.RENOMMAGE, nomme.territoire, phrase, nom=nomme.nom)


def _ecrits(connu: Territoire) -> set[str]:
    """Les noms connus d'un lieu, à plat ; un homonyme porte son département entre parenthèses."""
    ecrits = (connu.nom, connu.nom_court, *connu.variantes)
    return {mots(nom) for ecrit in ecrits for nom in (ecrit, re.sub(r" \(\w+\)$", "", ecrit))}


def _epci(
    liste: Liste, base: Base, communes: Mapping[str, Territoire], epci_de: Mapping[str, str]
) -> Iterator[Mouvement]:
    """Les communes qui changent d'EPCI, et les EPCI qui naissent ou disparaissent."""
    releve = liste.releve
    ecrits = {t: p for t, p, nature in releve.liens if nature == "epci" and t.startswith("COM")}
    if not ecrits:
        return
    departs: dict[str, Counter[str]] = defaultdict(Counter)
    arrivees: dict[str, Counter[str]] = defaultdict(Counter)
    for commune, epci in sorted(ecrits.items()):
        actuel = epci_de.get(commune)
        if commune not in communes or actuel in (None, epci):
            continue
        assert actuel is not None
        departs[actuel][epci] += 1
        arrivees[epci][actuel] += 1
        phrase = (
            f"{nommer(base, releve, commune)} passe de l’EPCI {nommer(base, releve, actuel)} "
            f"à l’EPCI {nommer(base, releve, epci)}"
        )
        yield liste.noter(Nature.EPCI, commune, phrase, de=actuel, vers=epci)
    if releve.format == "insee_appartenance":
        for commune in sorted(communes):
            if commune in releve.lieux and commune not in ecrits and (actuel := epci_de.get(commune)):
                phrase = f"{nommer(base, releve, commune)} n’est plus dans l’EPCI {nommer(base, releve, actuel)}"
                yield liste.noter(Nature.SORTIE_EPCI, commune, phrase, de=actuel)
    membres: Counter[str] = Counter(epci_de[c] for c in communes if c in epci_de)
    for epci, suites in sorted(departs.items()):
        if epci not in releve.lieux and sum(suites.values()) == membres[epci]:
            vers = next(iter(suites)) if len(suites) == 1 else ""
            phrase = f"l’EPCI {nommer(base, releve, epci)} n’est plus dans la liste : {_repartis(suites, base, releve)}"
            yield liste.noter(Nature.EPCI_DISPARU, epci, phrase, vers=vers)
    for epci, origines in sorted(arrivees.items()):
        if base.trouver(epci) is None:
            noms = ", ".join(f"{nommer(base, releve, e)} ({n})" for e, n in sorted(origines.items()))
            phrase = f"l’EPCI {nommer(base, releve, epci)} est nouveau ; ses communes viennent de {noms}"
            yield liste.noter(Nature.EPCI_NOUVEAU, epci, phrase)


def _repartis(suites: Counter[str], base: Base, releve: Releve) -> str:
    noms = [f"{nommer(base, releve, epci)} ({n})" for epci, n in sorted(suites.items())]
    return f"ses communes sont passées à {', '.join(noms)}"


def renommees(mouvements: Iterable[Mouvement]) -> list[str]:
    """Les phrases des lieux qui changent de nom."""
    return [m.phrase for m in mouvements if m.nature is Nature.RENOMMAGE]
