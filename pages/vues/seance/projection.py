"""La projection : une diapositive en HTML, dont la taille suit celle du cadre. Les mêmes blocs que le diaporama."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from indicators.analyse.comparaison import Jugement
from indicators.publications.diapositives import (
    Barres,
    Bloc,
    Carte,
    Cartes,
    Diapositive,
    Liste,
    Seance,
    Situation,
    Tableau,
    Texte,
)
from indicators.recit.dessins.barres import barres as dessiner
from indicators.socle.nombres import INSECABLE
from pages.commun.blocs import cadre

_TITRE_LONG = 75
_CLASSES = (Jugement.FAVORABLE, Jugement.DEFAVORABLE)


def diapositive(d: Diapositive, seance: Seance, position: int) -> str:
    """La diapositive entière : où l'on est, le message, ce qui le montre, les années et les sources."""
    long = " long" if len(d.titre) > _TITRE_LONG else ""
    return cadre(
        f'<div class="diapo-cadre"><section class="diapo" aria-label="Diapositive {position + 1}">'
        f'<p class="surtitre">{escape(seance.entete)} — {escape(d.rubrique)}</p>'
        f'<h1 class="message{long}">{escape(d.titre)}</h1>'
        f'<div class="corps{_colonnes(d.blocs)}">{"".join(_bloc(b) for b in d.blocs)}</div>'
        f'<p class="pied"><span>{escape(d.pied)}</span>'
        f"<span>{position + 1}{INSECABLE}/{INSECABLE}{len(seance.diapositives)}</span></p></section></div>"
    )


def _colonnes(blocs: Sequence[Bloc]) -> str:
    genres = [type(b) for b in blocs]
    return " duo" if genres.count(Liste) == 2 or {Barres, Tableau} <= set(genres) else ""


def _bloc(bloc: Bloc) -> str:
    match bloc:
        case Texte(texte):
            classe = "petit" if texte.startswith("…") else "annonce"
            return f'<p class="{classe}">{escape(texte)}</p>'
        case Liste(items, titre, jugement, dense):
            entete = f'<h2 class="{_classe(jugement)}">{escape(titre)}</h2>' if titre else ""
            puces = "".join(f"<li>{escape(item)}</li>" for item in items)
            return f'<div class="points{" dense" if dense else ""}">{entete}<ul>{puces}</ul></div>'
        case Cartes(cartes):
            return f'<div class="cles">{"".join(_carte(c) for c in cartes)}</div>'
        case Barres():
            return _barres(bloc)
        case Tableau():
            return _tableau(bloc)
        case Situation(ample, etroit):
            return (
                f'<figure class="situation"><div class="dc-ample">{ample}</div>'
                f'<div class="dc-etroite">{etroit}</div></figure>'
            )


def _classe(jugement: Jugement | None) -> str:
    return jugement.value if jugement in _CLASSES else ""


def _carte(carte: Carte) -> str:
    doute = '<span class="drapeau">douteux</span>' if carte.douteux else ""
    mots = "" if len(carte.valeur) < 12 else " mots"
    suite = f'<p class="{_classe(carte.jugement)}"><b>{escape(carte.verdict)}</b></p>' if carte.verdict else ""
    return (
        f'<div class="cle"><h2>{escape(carte.titre)}</h2><p class="grand{mots}">{escape(carte.valeur)}{doute}</p>'
        f'<p>{escape(carte.fait)}</p>{suite}<p class="petit">{escape(carte.date)}</p></div>'
    )


def _barres(bloc: Barres) -> str:
    lignes = [(b.nom, b.chiffre, b.role) for b in bloc.barres]
    dessin = dessiner(lignes, bloc.indicateur.libelle, bloc.indicateur.unite, bloc.jugement)
    note = f'<p class="petit">Sans barre{INSECABLE}: {escape(bloc.sans_barre)}.</p>' if bloc.sans_barre else ""
    return f'<figure class="barres">{dessin}{note}</figure>'


def _tableau(bloc: Tableau) -> str:
    entetes = "".join(f'<th scope="col">{escape(nom)}</th>' for nom in bloc.entetes)
    corps = "".join(
        f'<tr><th scope="row">{escape(nom)}</th>'
        + "".join(
            f'<td data-nom="{escape(colonne)}">{escape(texte)}</td>'
            for colonne, texte in zip(bloc.entetes[1:], suite, strict=True)
        )
        + "</tr>"
        for nom, *suite in bloc.lignes
    )
    return f'<table class="souple"><thead><tr>{entetes}</tr></thead><tbody>{corps}</tbody></table>'
