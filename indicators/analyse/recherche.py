"""Comprendre ce que l'on tape dans une seule case : un lieu, un sujet, ou les deux, accents et fautes pardonnés.

« neet auchel », « parc social lens », « grande résidence » : le sujet se reconnaît aux mots du catalogue, le lieu à
ceux de son nom, de sa commune ou de son code. Un lieu dont le nom contient tous les mots passe avant un sujet.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from weakref import WeakKeyDictionary

from indicators.base.base import Base
from indicators.socle.catalogue import Famille, Indicateur
from indicators.socle.territoires import Territoire, cle_de_recherche

AU_PLUS = 80
"""Caractères lus : une adresse fabriquée ne coûte pas une recherche sans fin."""
_MOTS_AU_PLUS = 8
_PREFIXE = 4
"""Lettres à partir desquelles un sujet se reconnaît à son début, pendant qu'on le tape."""
_RESSEMBLANCE = 0.8

MOTS_DES_FAMILLES = {
    "pauvrete": ("pauvrete", "pauvre", "pauvres", "taux de pauvrete"),
    "emploi": ("emploi", "travail", "taux d emploi"),
    "ips": ("ips", "ecole", "ecoles", "indice de position sociale"),
    "neet": ("neet", "jeunes", "ni en emploi ni scolarises", "sans emploi ni ecole", "decrocheurs"),
    "parc_social": ("parc social", "logement social", "logements sociaux", "hlm"),
}
"""Les mots par lesquels on demande une famille, en plus de son nom ; une famille sans entrée garde le sien."""
_TETES = ("taux de ", "taux d ", "part de ", "part des ", "part du ", "part d ", "nombre de ", "nombre d ")


@dataclass(frozen=True)
class Sujet:
    """Ce dont on parle : une famille, ou un seul indicateur."""

    famille: Famille | None = None
    indicateur: Indicateur | None = None

    @property
    def libelle(self) -> str:
        """« Parc social », « Taux de chômage (recensement) »."""
        if self.famille is not None:
            return self.famille.libelle
        return self.indicateur.libelle_court if self.indicateur is not None else ""


@dataclass(frozen=True)
class Comprise:
    """Ce que l'on a compris. `compris` : les mots retenus quand ils ne sont pas ceux que l'on a tapés, vide sinon.

    `lieux` : les plus proches d'abord, au plus ce que l'appelant a demandé.
    """

    sujet: Sujet | None
    lieux: tuple[Territoire, ...]
    compris: str = ""


def comprendre(base: Base, texte: str, chez_soi: Collection[str] = (), limite: int = 8) -> Comprise:
    """Le sujet et les lieux de ce texte ; `chez_soi` : les lieux à montrer d'abord, à nom égal."""
    mots = cle_de_recherche(texte[:AU_PLUS]).split()[:_MOTS_AU_PLUS]
    if not mots:
        return Comprise(None, ())
    if all(_commence(base, mot) for mot in mots) and (lieux := _lieux(base, mots, chez_soi, limite)):
        return Comprise(None, lieux)
    sujets = _sujets(base)

    def presque(phrase: str) -> Sujet | None:
        return _au_plus_pres(phrase, sujets)

    seul = None
    for trouver in (sujets.get, presque):
        for sujet, reste in _couper(mots, trouver):
            if not reste:
                seul = seul or sujet
            elif lieux := _lieux(base, reste, chez_soi, limite):
                return Comprise(sujet, lieux)
        if seul is not None and trouver == sujets.get:
            return Comprise(seul, ())
    lectures: list[tuple[Sujet | None, list[str]]] = [(None, mots), *_couper(mots, presque)]
    for lu, reste in lectures:
        if reste and (corriges := _corriger(base, reste)) and (lieux := _lieux(base, corriges, chez_soi, limite)):
            return Comprise(lu, lieux, " ".join(corriges))
    return Comprise(seul, () if seul else _lieux(base, mots, chez_soi, limite))


def _commence(base: Base, mot: str) -> bool:
    """Ce mot commence un mot d'un nom de lieu, ou est un code : sinon, ce n'est peut-être qu'une faute de frappe."""
    return any(
        t.territoire.casefold().endswith(mot) or any(m.startswith(mot) for m in cle_de_recherche(t.nom).split())
        for t in base.chercher(mot, 100)
    )


def _lieux(base: Base, mots: Sequence[str], chez_soi: Collection[str], limite: int) -> tuple[Territoire, ...]:
    """Les lieux qui ont tous ces mots : le nom exact, puis ceux d'ici, puis l'ordre de la recherche."""
    phrase = " ".join(mots)
    trouves = base.chercher(phrase, 200)
    trouves.sort(
        key=lambda t: (
            cle_de_recherche(t.nom) != phrase,
            phrase not in map(cle_de_recherche, _noms(t)),
            t.territoire not in chez_soi,
            t.statut == "partie de quartier",
        )
    )
    return tuple(trouves[:limite])


def _noms(t: Territoire) -> tuple[str, ...]:
    """Son nom ; celui d'un homonyme, que suit sa commune ou son département, vaut aussi sans eux."""
    return t.nom, *(n for n in t.variantes if t.nom.startswith(f"{n} ("))


def _couper(mots: Sequence[str], trouver: Callable[[str], Sujet | None]) -> Iterator[tuple[Sujet, list[str]]]:
    """Chaque façon de lire un sujet dans ces mots, les plus longues d'abord, et les mots qui restent."""
    for longueur in range(len(mots), 0, -1):
        for debut in range(len(mots) - longueur + 1):
            sujet = trouver(" ".join(mots[debut : debut + longueur]))
            if sujet is not None:
                # « ips écoles béthune » : un second mot du même sujet n'est pas un lieu.
                autour = (*mots[:debut], *mots[debut + longueur :])
                yield sujet, [m for m in autour if m not in _LIAISONS and trouver(m) != sujet]


_LIAISONS = {"a", "au", "aux", "de", "d", "des", "du", "en", "et", "la", "le", "les", "l", "dans", "pour", "sur"}
_vocabulaires: WeakKeyDictionary[Base, dict[str, Sujet]] = WeakKeyDictionary()


def _sujets(base: Base) -> dict[str, Sujet]:
    """Les phrases par lesquelles un sujet se demande ; une famille l'emporte sur un indicateur du même nom."""
    if base not in _vocabulaires:
        phrases: dict[str, Sujet] = {}
        catalogue = base.catalogue
        for indicateur in catalogue.indicateurs.values():
            for nom in (indicateur.libelle_court, indicateur.libelle, indicateur.libelle_court.partition("(")[0]):
                phrase = cle_de_recherche(nom)
                for debut in ("", *_TETES):
                    if phrase.startswith(debut) and len(phrase) > len(debut):
                        phrases.setdefault(phrase.removeprefix(debut), Sujet(indicateur=indicateur))
        for famille in catalogue.familles:
            for mot in (*MOTS_DES_FAMILLES.get(famille.famille, ()), cle_de_recherche(famille.libelle)):
                phrases[mot] = Sujet(famille=famille)
        _vocabulaires[base] = phrases
    return _vocabulaires[base]


def _au_plus_pres(phrase: str, sujets: dict[str, Sujet]) -> Sujet | None:
    """Le sujet que cette phrase commence, ou auquel elle ressemble."""
    if len(phrase) < _PREFIXE:
        return None
    debuts = [p for p in sujets if p.startswith(phrase)]
    if debuts:
        return sujets[min(debuts, key=lambda p: (sujets[p].famille is None, len(p)))]
    proches = get_close_matches(phrase, sujets, n=1, cutoff=_RESSEMBLANCE)
    return sujets[proches[0]] if proches else None


def _corriger(base: Base, mots: Sequence[str]) -> list[str]:
    """Chaque mot, ou le mot d'un nom de lieu qui lui ressemble le plus ; vide si un mot ne ressemble à rien."""
    corriges = []
    for mot in mots:
        proches = [mot] if _commence(base, mot) else base.mots_proches(mot, 1)
        if not proches:
            return []
        corriges.append(proches[0])
    return corriges
