"""La projection : une diapositive en HTML, dont la taille suit celle du cadre. Les mêmes blocs que le diaporama."""

from __future__ import annotations

from indicators.analyse.comparaison import Jugement
from indicators.recit.page.diapositives import Barres, Diapositive, Famille, Liste, Seance, Tableau
from pages.commun.gabarits import rendre


def diapositive(d: Diapositive, seance: Seance, position: int) -> str:
    """La diapositive entière : où l'on est, le message, ce qui le montre, les années et les sources."""
    genres = [type(bloc) for bloc in d.blocs]
    return rendre(
        "seance.html",
        d=d,
        seance=seance,
        position=position,
        duo=genres.count(Liste) == 2 or {Barres, Tableau} <= set(genres),
        genre_de=lambda bloc: type(bloc).__name__,
        teinte=_teinte,
    )


def sortes_de_dessins(d: Diapositive) -> tuple[str, ...]:
    """Les sortes de dessins de cette diapositive, dans leur ordre : ce qu'il faut savoir lire dans la salle."""
    sortes: list[str] = []
    for bloc in d.blocs:
        if isinstance(bloc, Famille):
            sortes += ["bande", *(["evolution"] if bloc.courbe else ["barres"] if bloc.voisins else [])]
        elif isinstance(bloc, Barres):
            sortes.append("barres")
    return tuple(dict.fromkeys(sortes))


def _teinte(jugement: Jugement | None) -> str:
    return jugement.value if jugement in {Jugement.FAVORABLE, Jugement.DEFAVORABLE} else ""
