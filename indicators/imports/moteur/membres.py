"""Ce qu'un fichier change aux communes, agglomérations et contrats d'un quartier : ajouté, absent, sans lieu connu."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from indicators.imports.moteur.releve import Releve

_NATURES = {"commune": "commune", "epci": "agglomération", "contrat": "contrat de ville", "departement": "département"}


@dataclass(frozen=True)
class Membres:
    """Les liens d'un quartier, écrits en une phrase chacun ; `inchanges` : combien la base avait déjà.

    `absents` : ceux de la base que le fichier n'a plus, quoiqu'il donne cette nature pour ce quartier ; ils restent.
    `sans_lieu` : ceux dont le quartier ou le lieu n'est pas dans la base ; ils ne sont pas écrits.
    """

    ajoutes: tuple[str, ...] = ()
    absents: tuple[str, ...] = ()
    sans_lieu: tuple[str, ...] = ()
    inchanges: int = 0


def changements(
    releves: Iterable[Releve], connus: Collection[tuple[str, str, str]], territoires: Collection[str]
) -> Membres:
    """`connus` : les liens de la base ; `territoires` : les lieux de la base et ceux que l'ajout fait entrer."""
    dits: dict[tuple[str, str], set[str]] = defaultdict(set)
    for releve in releves:
        for territoire, parent, nature in releve.liens:
            if territoire.startswith("Q") and nature in _NATURES:
                dits[territoire, nature].add(parent)
    deja: dict[tuple[str, str], set[str]] = defaultdict(set)
    for territoire, parent, nature in connus:
        deja[territoire, nature].add(parent)
    ajoutes, absents, sans_lieu = [], [], []
    inchanges = 0
    for (territoire, nature), parents in sorted(dits.items()):
        mot, siens = _NATURES[nature], deja[territoire, nature]
        inchanges += len(parents & siens)
        for parent in sorted(parents - siens):
            lien = f"{territoire}, {mot} {parent}"
            if territoire in territoires and parent in territoires:
                avant = f" (la base a {', '.join(sorted(siens))})" if siens else ""
                ajoutes.append(lien + avant)
            else:
                inconnus = ", ".join(t for t in (territoire, parent) if t not in territoires)
                sans_lieu.append(f"{lien} : {inconnus} inconnu de la base")
        absents += [f"{territoire}, {mot} {parent}" for parent in sorted(siens - parents)]
    return Membres(tuple(ajoutes), tuple(absents), tuple(sans_lieu), inchanges)


def epci_des_quartiers(releve: Releve, liens: Iterable[tuple[str, str, str]]) -> Iterable[tuple[str, str]]:
    """L'EPCI d'un quartier : celui de toutes ses communes, quand c'est le même."""
    epci_de = {t: p for t, p, nature in liens if nature == "epci" and t.startswith("COM")}
    communes: dict[str, set[str | None]] = defaultdict(set)
    for territoire, parent, nature in releve.liens:
        if nature == "commune":
            communes[territoire].add(epci_de.get(parent))
    for quartier, epcis in communes.items():
        if len(epcis) == 1 and (epci := next(iter(epcis))) is not None:
            yield quartier, epci
