"""La vie des lieux de France, des listes datées que l'on a : communes réunies, agglomérations redessinées.

Deux listes datées encadrent un changement, rien de plus précis n'est écrit. Une commune absorbée dont un fichier de
chiffres a encore la ligne y laisse l'ancien périmètre de celle où elle est entrée ; les autres fichiers suivent le
nouveau. Une agglomération que nous sommons sur ses communes d'aujourd'hui est sur son périmètre d'aujourd'hui.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from indicators.imports.embarquement.lieux import France, Source
from indicators.imports.moteur.passages import raison, rupture
from indicators.imports.moteur.releve import Releve
from indicators.imports.moteur.sommes import d_autres_communes
from indicators.imports.moteur.suivis import Absorption, perimetres
from indicators.socle.codes import commune_entiere, departement_de
from indicators.socle.observations import Origine


@dataclass
class Vie:
    """Les lignes à écrire de `ruptures` et de `perimetres`, et les appartenances qui ont cessé."""

    ruptures: list[dict[str, str]] = field(default_factory=list)
    perimetres: list[dict[str, str]] = field(default_factory=list)
    cessees: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Listes:
    """L'ancienne liste datée des communes et de leurs EPCI, la nouvelle, et ce que chaque ancienne est devenue."""

    avant: Source
    apres: Source
    rangees: Mapping[str, str]

    @property
    def entre(self) -> str:
        return f"entre le 1er janvier {self.avant.edition} et le 1er janvier {self.apres.edition}"

    @property
    def depuis(self) -> int:
        return self.avant.edition + 1

    @property
    def source(self) -> str:
        return f"{self.avant.releve.titre}, {self.avant.edition} ; {self.apres.releve.titre}, {self.apres.edition}"


def observer(
    france: France, sources: Sequence[Source], fichiers: Iterable[tuple[str, Releve]], noms: Mapping[str, str]
) -> Vie:
    """La vie des lieux entre la plus ancienne et la plus récente liste d'EPCI du dossier ; rien s'il n'y en a qu'une.

    `fichiers` : chaque relevé de chiffres avec sa source ; `noms` : ceux des territoires.
    """
    vie = Vie()
    datees = [s for s in sources if s.edition and s.releve.format in {"dgcl_epci", "insee_appartenance"}]
    if len({s.edition for s in datees}) < 2:
        return vie
    rangees = {
        ancienne: actuelle
        for s in sources
        if s.releve.format == "cog_communes"
        for ancienne, (_, actuelle) in s.releve.anciennes.items()
        if commune_entiere(ancienne) == ancienne and ancienne not in france.lieux
    }
    listes = _Listes(min(datees, key=_edition), max(datees, key=_edition), rangees)
    lus = list(fichiers)
    _communes(vie, listes, lus, france, noms)
    _retablies(vie, listes, lus, france, noms)
    _agglomerations(vie, listes, lus, france, noms)
    return vie


def _edition(source: Source) -> int:
    return source.edition


def _communes(
    vie: Vie, listes: _Listes, lus: Sequence[tuple[str, Releve]], france: France, noms: Mapping[str, str]
) -> None:
    """Les communes qui en ont absorbé d'autres depuis l'ancienne liste, quand un fichier en a encore la ligne."""
    nommes: dict[str, set[str]] = defaultdict(set)
    for source, releve in lus:
        nommes[source] |= {c.territoire for c in releve.chiffres}
    separees = set().union(*nommes.values()) if nommes else set()
    absorbees: dict[str, set[str]] = defaultdict(set)
    for ancienne, actuelle in listes.rangees.items():
        if ancienne in listes.avant.releve.lieux and ancienne in separees:
            absorbees[actuelle].add(ancienne)
    changees = [Absorption(c, frozenset(siennes), listes.depuis) for c, siennes in sorted(absorbees.items())]
    for a in changees:
        faits = [f"{listes.avant.releve.lieux[code].nom} y est entrée" for code in sorted(a.absorbees)]
        dite = f"{raison(noms.get(a.commune, a.commune), a.depuis, faits)}, {listes.entre}"
        vie.ruptures.append(rupture(a.commune, a.depuis, dite, listes.source))
    communes = {code for code in france.lieux if code.startswith("COM")}
    for source, siens in sorted(nommes.items()):
        vie.perimetres += perimetres(source, siens, communes, changees)


_MEMES_HABITANTS = Decimal("0.1")
"""L'écart admis entre les habitants d'une commune rétablie et ceux que perd celle qu'elle quitte."""


def _retablies(
    vie: Vie, listes: _Listes, lus: Sequence[tuple[str, Releve]], france: France, noms: Mapping[str, str]
) -> None:
    """Les communes rétablies depuis l'ancienne liste : celle qu'elles quittent a changé de périmètre.

    Aucune liste ne dit laquelle ; dans leur agglomération, une seule perd autant d'habitants qu'elles en ont, du
    fichier qui ne les connaît pas à celui qui les connaît. Un fichier sans elles mesure encore l'ancien périmètre.
    """
    epci_de = _epci_d_aujourd_hui(france)
    couverts = {departement_de(c) for c in listes.avant.releve.lieux}
    nees: dict[str, set[str]] = defaultdict(set)
    for c in listes.apres.releve.lieux:
        if c.startswith("COM") and c in noms and c not in listes.avant.releve.lieux and departement_de(c) in couverts:
            nees[epci_de.get(c, "")].add(c)
    chiffrees: dict[str, set[str]] = defaultdict(set)
    populations: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for source, releve in lus:
        for chiffre in releve.chiffres:
            if chiffre.lecture.valeur:
                chiffrees[source].add(chiffre.territoire)
                if chiffre.indicateur == "population" and chiffre.nombre:
                    populations[source][chiffre.territoire] = chiffre.nombre
    for epci, filles in sorted(nees.items()):
        quittee = _quittee(filles, {c for c, e in epci_de.items() if e == epci} - filles, populations)
        if quittee is None:
            continue
        faits = [f"{noms[fille]} en est sortie" for fille in sorted(filles)]
        dite = f"{raison(noms[quittee], listes.depuis, faits)}, {listes.entre}"
        vie.ruptures.append(rupture(quittee, listes.depuis, dite, listes.source))
        vie.perimetres += [
            {"territoire": quittee, "source": source, "perimetre": str(listes.depuis - (not filles & siens))}
            for source, siens in sorted(chiffrees.items())
            if quittee in siens
        ]


def _quittee(
    filles: Collection[str], voisines: Collection[str], populations: Mapping[str, Mapping[str, Decimal]]
) -> str | None:
    """La voisine qui perd les habitants de ces communes, d'un fichier sans elles à un fichier avec elles."""
    for avec in (p for _, p in sorted(populations.items()) if all(f in p for f in filles)):
        attendus = sum((avec[f] for f in filles), Decimal(0))
        for sans in (p for _, p in sorted(populations.items()) if not any(f in p for f in filles)):
            pertes = {c: sans[c] - avec[c] for c in sorted(voisines) if c in sans and c in avec}
            quittee = max(pertes, key=pertes.__getitem__, default=None)
            if quittee is not None and abs(pertes[quittee] - attendus) <= _MEMES_HABITANTS * attendus:
                return quittee
    return None


def _agglomerations(
    vie: Vie, listes: _Listes, lus: Sequence[tuple[str, Releve]], france: France, noms: Mapping[str, str]
) -> None:
    """Les agglomérations qui ont gagné ou perdu des communes, et les liens d'alors."""
    actuels = _epci_d_aujourd_hui(france)
    faits: dict[str, list[str]] = defaultdict(list)
    for commune, epci, nature in listes.avant.releve.liens:
        actuelle = listes.rangees.get(commune, commune)
        if nature != "epci" or not commune.startswith("COM") or actuels.get(actuelle, epci) == epci:
            continue
        nom = listes.avant.releve.lieux[commune].nom
        faits[epci].append(f"{nom} en est sortie")
        faits[actuels[actuelle]].append(f"{nom} y est entrée")
        if commune == actuelle and epci in noms:
            vie.cessees.append(
                {"territoire": commune, "parent": epci, "nature": "epci", "source": listes.avant.nom,
                 "jusqu_a": str(listes.avant.edition)}
            )  # fmt: skip
    connues = {epci for _, epci, nature in listes.avant.releve.liens if nature == "epci"}
    changees = {epci for epci in faits if epci in noms and epci in connues}
    for epci in sorted(changees):
        dite = f"{raison(noms[epci], listes.depuis, sorted(faits[epci]))}, {listes.entre}"
        vie.ruptures.append(rupture(epci, listes.depuis, dite, listes.source))
    vie.perimetres += _sommees(lus, changees, listes.depuis)
    vie.perimetres += _d_avant(lus, changees, actuels, listes.depuis)


def _epci_d_aujourd_hui(france: France) -> dict[str, str]:
    return {c: parents[0] for c, parents in france.parents("epci").items() if c.startswith("COM")}


def _sommees(lus: Iterable[tuple[str, Releve]], epcis: Collection[str], depuis: int) -> list[dict[str, str]]:
    """Les sources où ces agglomérations sont sommées ici, sur leurs communes d'aujourd'hui."""
    calculees: dict[tuple[str, str], bool] = {}
    for source, releve in lus:
        for chiffre in releve.chiffres:
            if chiffre.territoire in epcis:
                cle = chiffre.territoire, source
                calculees[cle] = calculees.get(cle, True) and chiffre.origine is Origine.CALCULEE
    return [
        {"territoire": epci, "source": source, "perimetre": str(depuis)}
        for (epci, source), ici in sorted(calculees.items())
        if ici
    ]


def _d_avant(
    lus: Iterable[tuple[str, Releve]], epcis: Collection[str], actuels: Mapping[str, str], depuis: int
) -> Iterable[dict[str, str]]:
    """Les sources dont les personnes disent qu'elles comptent encore ces agglomérations sur leurs communes d'avant."""
    membres: dict[str, list[str]] = defaultdict(list)
    for commune, epci in actuels.items():
        membres[epci].append(commune)
    for source, releve in lus:
        for (nom, _), comptes in releve.quantites.items():
            for epci in sorted(epcis & comptes.keys()) if nom == "PERS" else ():
                siens = [n for commune in membres[epci] if (n := comptes.get(commune))]
                if d_autres_communes(comptes[epci], siens, len(membres[epci])):
                    yield {"territoire": epci, "source": source, "perimetre": str(depuis - 1)}
