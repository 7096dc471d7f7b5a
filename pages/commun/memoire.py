"""Ce que les écrans gardent d'un passage à l'autre : des résultats purs, retrouvés par la base et par la question.

Un passage rejoue tout l'écran : sans mémoire, les mêmes requêtes et les mêmes tableaux seraient refaits à chaque geste
de chaque personne. La base ne change jamais (son nom est l'empreinte de ses données), donc son nom et les arguments
suffisent à reconnaître un résultat. Ce qui est gardé est partagé entre les sessions : personne ne le modifie.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from indicators.analyse import comparatif
from indicators.analyse.comparatif import Comparatif
from indicators.analyse.portrait import Portrait
from indicators.base.base import Base
from indicators.socle.catalogue import Indicateur
from indicators.socle.territoires import Fiche, Territoire

P = ParamSpec("P")
R = TypeVar("R")


def garder(entrees: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Garde les `entrees` derniers résultats d'une fonction pure, que ses arguments déterminent.

    Pourquoi pas `st.cache_resource` seul : il parcourt chaque argument objet par objet (1,3 ms pour 150 territoires),
    là où leurs codes suffisent. Une erreur n'est jamais gardée.
    """

    def habiller(fonction: Callable[P, R]) -> Callable[P, R]:
        if fonction.__module__ == "__main__":
            # Streamlit exécute chaque écran sous ce nom : deux écrans y auraient des fonctions homonymes.
            raise TypeError(f"« {fonction.__qualname__} » doit être dans pages/vues ou pages/commun, pas dans un écran")

        def gardee(question: str, _repondre: Callable[[], R]) -> R:
            return _repondre()

        # Streamlit reconnaît un cache au nom de sa fonction : deux homonymes se répondraient l'un l'autre.
        gardee.__module__, gardee.__qualname__ = fonction.__module__, fonction.__qualname__
        cache = st.cache_resource(show_spinner=False, max_entries=entrees)(gardee)

        @wraps(fonction)
        def appeler(*args: P.args, **kwargs: P.kwargs) -> R:
            return cache(cle((args, kwargs)), lambda: fonction(*args, **kwargs))

        return appeler

    return habiller


def cle(valeur: Any) -> str:
    """Ce qui distingue un argument, en texte : la base par son nom, un territoire ou un indicateur par son code.

    Lève `TypeError` pour ce qui n'a pas de clé sûre : mieux vaut un échec bruyant que la réponse d'une autre question.
    """
    match valeur:
        case None | str() | int() | float():
            return repr(valeur)
        case Base():
            return repr(valeur.chemin.name)
        case Territoire():
            return f"T{valeur.territoire!r}"
        case Indicateur():
            return f"I{valeur.indicateur!r}"
        case Fiche():
            return f"F{valeur.territoire.territoire!r}"
        case Portrait():
            return f"P{cle((valeur.territoire, valeur.references))}"
        case Comparatif():
            # Dans une base donnée, ce qui est demandé et qui est là déterminent tout le reste.
            qui = (valeur.secretes, valeur.absentes, valeur.autre_periode, valeur.sans_chiffre)
            lignes, references = [li.territoire for li in valeur.lignes], [t for t, _ in valeur.references]
            return f"C{cle((valeur.indicateur, valeur.periode, references, lignes, *qui))}"
        case Mapping():
            return f"{{{','.join(f'{cle(n)}:{cle(v)}' for n, v in valeur.items())}}}"
        case Sequence():
            return f"[{','.join(map(cle, valeur))}]"
    if is_dataclass(valeur) and not isinstance(valeur, type):
        return f"{type(valeur).__name__}({','.join(cle(getattr(valeur, champ.name)) for champ in fields(valeur))})"
    raise TypeError(f"« {type(valeur).__name__} » ne peut pas reconnaître une question gardée en mémoire")


@garder(200)
def territoires(base: Base, codes: Sequence[str]) -> tuple[Territoire, ...]:
    """Les territoires de ces codes, du plus petit au plus grand puis par nom."""
    return tuple(base.territoires(codes))


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
) -> Comparatif:
    """Un indicateur sur ces territoires, comme `indicators.analyse.comparatif.confronter`."""
    return comparatif.confronter(base, indicateur, lieux, references, periode)
