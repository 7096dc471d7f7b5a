"""Les premières choses de chaque genre, et combien il y en a : un compte rendu que rien ne fait enfler.

Un fichier d'un million de lignes illisibles fait un million de constats : le compte reste exact, quelques exemples de
chaque genre sont gardés.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Generic, TypeVar

from indicators.socle.erreurs import Constat

T = TypeVar("T")
U = TypeVar("U")
GARDES = 50
"""Exemples gardés de chaque genre."""
GENRES_MAX = 50
"""Genres distingués ; au-delà, tout ce qui reste en fait un seul."""
_CITE = re.compile(r"« [^»]*»|\d+")


def un_seul(_chose: object) -> Hashable:
    """Le genre de ce qui n'en a qu'un."""
    return ""


class Premiers(Generic[T]):
    """Ce qui a été ajouté : combien en tout (`len`), et les premiers de chaque genre (parcourus dans leur ordre).

    `genre` : ce que deux choses du même genre ont en commun.
    """

    def __init__(self, choses: Iterable[T] = (), genre: Callable[[T], Hashable] = un_seul) -> None:
        self._genre = genre
        self._gardes: list[tuple[Hashable, T]] = []
        self._combien: Counter[Hashable] = Counter()
        self += choses

    def append(self, chose: T) -> None:
        """Compte cette chose, et la garde si elle est des premières de son genre."""
        genre = self._genre(chose)
        if genre not in self._combien and len(self._combien) >= GENRES_MAX:
            genre = None
        self._combien[genre] += 1
        if self._combien[genre] <= GARDES:
            self._gardes.append((genre, chose))

    def __iadd__(self, choses: Iterable[T]) -> Premiers[T]:
        for chose in choses:
            self.append(chose)
        if isinstance(choses, Premiers):
            self._compter_le_reste(choses)
        return self

    def _compter_le_reste(self, autres: Premiers[T]) -> None:
        """Ceux que d'autres premiers ont comptés sans les garder."""
        gardes = Counter(genre for genre, _ in autres._gardes)
        for genre, combien in autres._combien.items():
            ici = genre if genre in self._combien else None
            self._combien[ici] += combien - gardes[genre]
        self._combien = +self._combien

    def __len__(self) -> int:
        return self._combien.total()

    def __iter__(self) -> Iterator[T]:
        return (chose for _, chose in self._gardes)

    def __getitem__(self, place: int) -> T:
        return self._gardes[place][1]

    def __eq__(self, autre: object) -> bool:
        """Égal aux mêmes choses, dans le même ordre, quand toutes sont gardées."""
        if isinstance(autre, Premiers | list | tuple):
            return len(self) == len(autre) and list(self) == list(autre)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Premiers({list(self)!r}, {len(self)} en tout)"

    def devenir(self, changer: Callable[[T], U]) -> Premiers[U]:
        """Les mêmes, chacun changé ; leur genre et leur compte restent."""
        autres: Premiers[U] = Premiers()
        autres._gardes = [(genre, changer(chose)) for genre, chose in self._gardes]
        autres._combien = self._combien.copy()
        return autres

    def du_genre(self, genre: Hashable) -> Premiers[T]:
        """Ceux de ce seul genre."""
        siens: Premiers[T] = Premiers(genre=self._genre)
        siens._gardes = [(lu, chose) for lu, chose in self._gardes if lu == genre]
        siens._combien = +Counter({genre: self._combien[genre]})
        return siens

    def par_genre(self) -> Iterator[tuple[list[T], int]]:
        """Pour chaque genre, dans l'ordre où ils sont venus : ceux qui sont gardés, et combien il y en a."""
        gardes: dict[Hashable, list[T]] = {}
        for genre, chose in self._gardes:
            gardes.setdefault(genre, []).append(chose)
        for genre, combien in self._combien.items():
            yield gardes.get(genre, []), combien


def des_constats(choses: Iterable[Constat] = ()) -> Premiers[Constat]:
    """Des constats : deux sont du même genre quand seuls diffèrent la ligne, un nombre ou ce que la phrase cite."""
    return Premiers(choses, _genre_d_un_constat)


def _genre_d_un_constat(dit: Constat) -> Hashable:
    return dit.colonne, dit.gravite, _CITE.sub("", dit.message)
