"""Ce que les écrans gardent d'un passage à l'autre : des résultats purs, retrouvés par la base et par la question.

Un passage rejoue tout l'écran : sans mémoire, les mêmes requêtes et les mêmes tableaux seraient refaits à chaque geste
de chaque personne. Une base ouverte ne change jamais : elle et les arguments déterminent le résultat. Ce qui est gardé
est partagé entre les sessions : personne ne le modifie ; il disparaît avec sa base.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary, ref

from indicators.analyse import comparatif
from indicators.analyse.comparatif import Comparatif
from indicators.base import homonymes
from indicators.base.base import Base
from indicators.socle.catalogue import Indicateur
from indicators.socle.territoires import Territoire

P = ParamSpec("P")
R = TypeVar("R")


def garder(entrees: int) -> Callable[[Callable[Concatenate[Base, P], R]], Callable[Concatenate[Base, P], R]]:
    """Garde, pour chaque base, les `entrees` derniers résultats d'une fonction pure, que ses arguments déterminent.

    C'est `functools.lru_cache`, une par base : un argument se reconnaît à sa valeur, il doit donc être hachable ; une
    liste ou un dictionnaire le deviennent. Une erreur n'est jamais gardée. Rien ici ne connaît la session : une
    fonction gardée reçoit tout ce dont elle dépend.
    """

    def habiller(fonction: Callable[Concatenate[Base, P], R]) -> Callable[Concatenate[Base, P], R]:
        if fonction.__module__ == "__main__":
            # Streamlit exécute chaque écran sous ce nom, et le refait à chaque passage : rien n'y serait gardé.
            raise TypeError(f"« {fonction.__qualname__} » doit être dans pages/vues ou pages/commun, pas dans un écran")
        par_base: WeakKeyDictionary[Base, Callable[..., R]] = WeakKeyDictionary()

        @wraps(fonction)
        def appeler(base: Base, /, *args: P.args, **kwargs: P.kwargs) -> R:
            gardee = par_base.get(base)
            if gardee is None:
                gardee = par_base.setdefault(base, lru_cache(entrees)(_sans_la_retenir(fonction, base)))
            return gardee(*map(_figer, args), **{nom: _figer(valeur) for nom, valeur in kwargs.items()})

        return appeler

    return habiller


def _sans_la_retenir(fonction: Callable[..., R], base: Base) -> Callable[..., R]:
    """La fonction pour cette base, sans l'empêcher de disparaître quand une autre la remplace."""
    faible = ref(base)

    def repondre(*args: Any, **kwargs: Any) -> R:
        return fonction(faible(), *args, **kwargs)

    return repondre


class _Dictionnaire(dict[Any, Any]):
    """Un dictionnaire que personne ne modifie : il peut reconnaître une question."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


def _figer(valeur: Any) -> Any:
    if isinstance(valeur, list):
        return tuple(valeur)
    if isinstance(valeur, Mapping) and not isinstance(valeur, _Dictionnaire):
        return _Dictionnaire(valeur)
    return valeur


@garder(200)
def territoires(base: Base, codes: Sequence[str]) -> tuple[Territoire, ...]:
    """Les territoires de ces codes, du plus petit au plus grand puis par nom."""
    return homonymes.d_une_liste(base.territoires(codes))


@garder(200)
def indicateurs_connus(base: Base, codes: Sequence[str]) -> dict[str, int]:
    """Pour chaque indicateur, le nombre de ces territoires qui en ont un chiffre."""
    return base.indicateurs_connus(codes)


@garder(2)
def communes_par_quartier(base: Base) -> dict[str, tuple[str, ...]]:
    """Le nom des communes de chaque quartier."""
    return base.communes_par_quartier()


@garder(200)
def confronter(
    base: Base,
    indicateur: Indicateur,
    lieux: Sequence[Territoire],
    references: Sequence[Territoire],
    periode: str | None = None,
    ouvert: str | None = None,
) -> Comparatif:
    """Un indicateur sur ces territoires, comme `indicators.analyse.comparatif.confronter`."""
    return comparatif.confronter(base, indicateur, lieux, references, periode, ouvert)
