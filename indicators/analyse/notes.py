"""Noter, ordonner, éprouver : l'ordre des quartiers du Baromètre, ce qui le fait bouger, et l'étendue des besoins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from indicators.analyse.barometre import MINI_INDICATEURS, MINI_MEMBRES, Barometre, Chapitre, Methode
from indicators.analyse.comparaison import Jugement, Motif, Position
from indicators.socle.catalogue import Sens
from indicators.socle.nombres import INSECABLE, capitale
from indicators.socle.territoires import Territoire

POIDS = (0, 1, 2, 3)
"""Les poids possibles d'un thème ; 0 le retire du total, 1 est le défaut."""
PLACES_TOLEREES = 2
"""« L'ordre tient » si aucun quartier ne bouge de plus de places que cela, quel que soit le réglage."""
PART_GENERALE, PART_CONCENTREE = 0.75, 0.5
"""Besoin général à partir des trois quarts des quartiers ; concentré jusqu'à la moitié ; répandu entre les deux."""


class Niveau(StrEnum):
    """Le tiers de l'échelle où tombe une note ; relatif aux quartiers du groupe."""

    FORT = "fort"
    MOYEN = "moyen"
    FAIBLE = "faible"


def niveau(note: float) -> Niveau:
    """Le mot d'une note telle qu'elle est écrite, arrondie : « fort » dès 67, « faible » jusqu'à 33."""
    return Niveau.FORT if round(note) >= 67 else Niveau.FAIBLE if round(note) <= 33 else Niveau.MOYEN


@dataclass(frozen=True)
class NoteDeMembre:
    """Un quartier ou une commune. `themes` : sa note par thème noté ; `total`, `rang` : None si trop peu est connu."""

    territoire: Territoire
    themes: Mapping[str, float]
    total: float | None
    rang: int | None = None


def noter(barometre: Barometre, poids: Mapping[str, int], methode: Methode) -> tuple[NoteDeMembre, ...]:
    """Les quartiers, du plus grand besoin au plus petit ; ceux sans total à la fin, par nom. Ex æquo, même rang."""
    par_theme = {c.thematique.code: _notes_du_theme(c, methode) for c in barometre.connus}
    return _ranger(barometre, par_theme, poids)


def _notes_du_theme(chapitre: Chapitre, methode: Methode) -> dict[str, float]:
    """La moyenne des indicateurs connus ; un membre qui n'en a qu'un n'a pas de note."""
    reunies: dict[str, list[float]] = defaultdict(list)
    for mesure in chapitre.utiles:
        for code, note in mesure.notes(methode).items():
            reunies[code].append(note)
    return {code: sum(notes) / len(notes) for code, notes in reunies.items() if len(notes) >= MINI_INDICATEURS}


def _ranger(
    barometre: Barometre, par_theme: Mapping[str, Mapping[str, float]], poids: Mapping[str, int]
) -> tuple[NoteDeMembre, ...]:
    comptes = [code for code in par_theme if poids.get(code, 1)]
    notes = []
    for membre in barometre.membres:
        siennes = {code: n[membre.territoire] for code, n in par_theme.items() if membre.territoire in n}
        connus = [code for code in comptes if code in siennes]
        total = None
        if barometre.suffit and connus and len(connus) >= len(comptes) / 2:
            total = sum(poids.get(c, 1) * siennes[c] for c in connus) / sum(poids.get(c, 1) for c in connus)
        notes.append(NoteDeMembre(membre, siennes, total))
    # Arrondi : deux totaux égaux au bruit binaire près sont ex æquo.
    totaux = [round(n.total, 6) for n in notes if n.total is not None]
    rangs = [
        NoteDeMembre(
            n.territoire, n.themes, n.total, None if n.total is None else 1 + sum(t > round(n.total, 6) for t in totaux)
        )
        for n in notes
    ]
    return tuple(sorted(rangs, key=lambda n: (n.rang is None, n.rang or 0, n.territoire.nom_court)))


@dataclass(frozen=True)
class Variante:
    """Un autre réglage : combien de quartiers changent de place, et de combien de places au plus."""

    libelle: str
    deplaces: int
    ecart_maximal: int


@dataclass(frozen=True)
class Sensibilite:
    """Ce que devient l'ordre sous tous les réglages. `etendues` : meilleure et pire place, par quartier classé."""

    variantes: tuple[Variante, ...]
    etendues: Mapping[str, tuple[int, int]]
    deplacements: Mapping[str, int]

    @property
    def tient(self) -> bool:
        """Vrai si aucun quartier ne bouge de plus de `PLACES_TOLEREES` places."""
        return all(places <= PLACES_TOLEREES for places in self.deplacements.values())

    def toujours_parmi(self, places: int) -> frozenset[str]:
        """Les quartiers qui restent dans les premières places sous tous les réglages."""
        return frozenset(code for code, (_, pire) in self.etendues.items() if pire <= places)


NOMS_METHODES = {Methode.RANG: "rang", Methode.ECART: "écart réduit"}


def eprouver(barometre: Barometre, poids: Mapping[str, int], methode: Methode) -> Sensibilite:
    """Refait l'ordre sous les deux méthodes en donnant à chaque thème, un à la fois, tous les poids (0 : retiré)."""
    depart = {n.territoire.territoire: n.rang for n in noter(barometre, poids, methode) if n.rang is not None}
    etendues = {code: (rang, rang) for code, rang in depart.items()}
    deplacements = dict.fromkeys(depart, 0)
    variantes = []
    for essai in (methode, *(m for m in Methode if m is not methode)):
        notes = {c.thematique.code: _notes_du_theme(c, essai) for c in barometre.connus}
        for libelle, reglage in _reglages(barometre, poids, essai, essai is methode):
            bouges = []
            for note in _ranger(barometre, notes, reglage):
                code = note.territoire.territoire
                if note.rang is not None and code in depart:
                    basse, haute = etendues[code]
                    etendues[code] = min(basse, note.rang), max(haute, note.rang)
                    bouges.append(abs(note.rang - depart[code]))
                    deplacements[code] = max(deplacements[code], bouges[-1])
            if bouges:
                variantes.append(Variante(libelle, sum(b > 0 for b in bouges), max(bouges)))
    return Sensibilite(tuple(variantes), etendues, deplacements)


def _reglages(
    barometre: Barometre, poids: Mapping[str, int], methode: Methode, de_depart: bool
) -> list[tuple[str, dict[str, int]]]:
    suite = "" if de_depart else f", méthode {NOMS_METHODES[methode]}"
    reglages = [] if de_depart else [(f"Mêmes poids{suite}", dict(poids))]
    for chapitre in barometre.connus:
        code, libelle = chapitre.thematique.code, capitale(chapitre.thematique.libelle)
        for autre in POIDS:
            if autre != poids.get(code, 1):
                mots = f"{libelle}{INSECABLE}: thème retiré" if autre == 0 else f"{libelle}{INSECABLE}: poids {autre}"
                reglages.append((mots + suite, {**poids, code: autre}))
    return reglages


class Etendue(StrEnum):
    """Ce qu'est le besoin d'un thème, face à l'agglomération."""

    GENERAL = "général"
    REPANDU = "répandu"
    CONCENTRE = "concentré"
    AUCUN = "aucun"
    INCONNU = "indéterminé"


@dataclass(frozen=True)
class RepartitionDuBesoin:
    """Un thème face à l'agglomération : `touches` quartiers sur `situes` qui ont une comparaison entière.

    `juge` : faux quand seuls des indicateurs sans jugement existent ; `touches` compte alors une position, un fait.
    """

    touches: tuple[str, ...]
    situes: int
    juge: bool

    @property
    def etendue(self) -> Etendue:
        """Général, répandu, concentré ; indéterminé sous `MINI_MEMBRES` quartiers situés."""
        if self.situes < MINI_MEMBRES:
            return Etendue.INCONNU
        part = len(self.touches) / self.situes
        if part >= PART_GENERALE:
            return Etendue.GENERAL
        return Etendue.AUCUN if not part else Etendue.CONCENTRE if part <= PART_CONCENTREE else Etendue.REPANDU


def repartir(chapitre: Chapitre) -> RepartitionDuBesoin:
    """Les quartiers défavorables pour la moitié au moins des comparaisons jugées du thème.

    Sans indicateur jugé, la position du côté du besoin en tient lieu, et `juge` est faux.
    """
    entieres = [(m.signal, c) for m in chapitre.utiles for c in m.comparaisons if c.motif is Motif.AUCUN]
    jugees = [(s, c) for s, c in entieres if c.jugement is not Jugement.NEUTRE]
    votes: dict[str, list[bool]] = defaultdict(list)
    for signal, comparaison in jugees or entieres:
        cote = Position.PLUS_ELEVE if signal.besoin is Sens.HAUSSE else Position.PLUS_FAIBLE
        du_cote_du_besoin = comparaison.position is cote
        moins_bien = comparaison.jugement is Jugement.DEFAVORABLE if jugees else du_cote_du_besoin
        votes[comparaison.observation.territoire].append(moins_bien)
    touches = tuple(code for code, v in votes.items() if 2 * sum(v) >= len(v))
    return RepartitionDuBesoin(touches, len(votes), bool(jugees))


def par_etendue(barometre: Barometre) -> dict[Etendue, tuple[Chapitre, ...]]:
    """Les thèmes notés, par étendue de leur besoin face à l'agglomération ; seulement ceux qui se jugent."""
    rangees: dict[Etendue, tuple[Chapitre, ...]] = {}
    for chapitre in barometre.connus:
        repartition = repartir(chapitre)
        etendue = repartition.etendue if repartition.juge else Etendue.INCONNU
        rangees[etendue] = (*rangees.get(etendue, ()), chapitre)
    return rangees
