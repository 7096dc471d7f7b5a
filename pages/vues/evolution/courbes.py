"""L'écran Évolution, le dessin : une courbe Plotly, ses noms au bout des lignes, et comment la lire."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import plotly.graph_objects as go

from indicators.analyse.series import Serie, Suivi
from indicators.recit.dessins.bandes import GRIS
from indicators.socle import nombres
from indicators.socle.nombres import INSECABLE
from indicators.socle.observations import Observation, Origine
from pages.commun.blocs import petit
from pages.commun.graphiques import FORMAT, GRILLE, POLICE, echappe, ecrire_chiffre, encre

_TRAITS = ((GRIS, "dash"), (GRIS, "dot"), ("#76828f", "dashdot"), ("#76828f", "longdash"))
_HAUTEUR, _HAUT, _BAS, _LIGNE, _MARGE_DES_NOMS = 380, 34, 40, 16, 150


def courbe(suivi: Suivi) -> go.Figure:
    """Un point par année mesurée, droit d'une année à l'autre ; creux si calculé ou douteux ; noms au bout des lignes.

    Un nombre absolu est tracé seul : ses références, bien plus grandes, l'écraseraient.
    """
    unite, teinte = suivi.indicateur.unite, encre()
    references = [] if suivi.indicateur.est_effectif else [r.serie for r in suivi.references if r.serie.points]
    styles = [_TRAITS[n % len(_TRAITS)] for n in range(len(references))]
    figure = go.Figure()
    for serie, (couleur, trait) in zip(references, styles, strict=True):
        figure.add_trace(_trace(serie, unite, couleur, trait, 8, 1.8))
    figure.add_trace(_trace(suivi.serie, unite, teinte, "solid", 12, 3.2, ecrire=True))
    valeurs = [o.valeur or 0.0 for s in (suivi.serie, *references) for o in s.points]
    marge = (max(valeurs) - min(valeurs)) * 0.14 or max(abs(max(valeurs)) * 0.1, 1.0)
    bas, haut = min(valeurs) - marge, max(valeurs) + marge
    annees = sorted({o.annee or 0 for s in (suivi.serie, *references) for o in s.points})
    hauteur = _HAUTEUR - _HAUT - _BAS
    noms = [(suivi.serie, teinte), *((s, c) for s, (c, _) in zip(references, styles, strict=True))]
    textes = [_nom(serie, unite, suivi.serie.points[-1].annee) for serie, _ in noms]
    places = [(haut - (s.points[-1].valeur or 0.0)) / (haut - bas) * hauteur for s, _ in noms]
    for (serie, couleur), texte, place, ecartee in zip(
        noms, textes, places, ecarter(places, [t.count("<br>") + 1 for t in textes], hauteur), strict=True
    ):
        figure.add_annotation(
            x=1, xref="paper", xanchor="left", xshift=6, y=serie.points[-1].valeur, yshift=place - ecartee, text=texte,
            showarrow=False, align="left", font={"size": 13, "color": couleur},
        )  # fmt: skip
    figure.update_layout(
        height=_HAUTEUR,
        margin={"l": 8, "r": _MARGE_DES_NOMS, "t": _HAUT, "b": _BAS},
        showlegend=False,
        plot_bgcolor="rgba(0,0,0,0)",
        paper_bgcolor="rgba(0,0,0,0)",
        font={"color": teinte, "size": 14, "family": POLICE},
        separators=f",{nombres.FINE}",
        hoverlabel={"align": "left"},
        dragmode=False,
    )
    etendue = max(annees[-1] - annees[0], 1)
    # Chaque année a son étiquette : debout quand la place manque (un téléphone), jamais omise.
    figure.update_xaxes(
        range=[annees[0] - 0.12 * etendue, annees[-1] + 0.05 * etendue], tickvals=annees,
        ticktext=[str(a) for a in annees], autotickangles=[0, 90], automargin="height", gridcolor=GRILLE,
        zeroline=False, fixedrange=True,
    )  # fmt: skip
    figure.update_yaxes(range=[bas, haut], gridcolor=GRILLE, zeroline=False, fixedrange=True, automargin=True, nticks=6)
    figure.update_yaxes(tickformat=FORMAT)
    return figure


def _trace(
    serie: Serie, unite: str, couleur: str, trait: str, taille: int, largeur: float, *, ecrire: bool = False
) -> go.Scatter:
    # Un vide entre deux morceaux : aucun trait ne traverse une rupture.
    points = [o for segment in serie.segments for o in (*segment, None)][:-1]
    textes = [ecrire_chiffre(o, unite) if o is not None else "" for o in points]
    return go.Scatter(
        x=[o.annee if o is not None else None for o in points],
        y=[o.valeur if o is not None else None for o in points],
        name=echappe(serie.territoire.nom_court),
        mode=("lines+markers" if len(points) > 1 else "markers") + ("+text" if ecrire else ""),
        line={"color": couleur, "width": largeur, "dash": trait, "shape": "linear"},
        marker={
            "size": taille,
            "color": ["rgba(255,255,255,0.9)" if o is not None and creux(o) else couleur for o in points],
            "line": {"color": couleur, "width": 2},
            "opacity": 1,
        },
        text=[f"<b>{t}</b>" if t else "" for t in textes[:-1]] + [""],
        textposition="top center",
        hovertext=[
            f"<b>{echappe(serie.territoire.nom)}</b><br>{t} en {o.annee}{_qualites(o)}" if o is not None else ""
            for t, o in zip(textes, points, strict=True)
        ],
        hoverinfo="text",
        cliponaxis=False,
    )


def creux(chiffre: Observation) -> bool:
    """Vrai pour un point à contour seul : valeur calculée ou douteuse."""
    return chiffre.douteuse or chiffre.origine is Origine.CALCULEE


def _qualites(chiffre: Observation) -> str:
    mots = ["calculé"] * (chiffre.origine is Origine.CALCULEE) + ["douteux"] * chiffre.douteuse
    return f"<br>chiffre {' et '.join(mots)}" if mots else ""


def _nom(serie: Serie, unite: str, derniere: int | None) -> str:
    """Le nom au bout de la ligne, coupé pour tenir dans la marge ; l'année si elle n'est pas celle du territoire."""
    point = serie.points[-1]
    date = "" if point.annee == derniere else f" ({point.annee})"
    lignes = [echappe(m) for m in textwrap.wrap(serie.territoire.nom_court, 19)]
    return "<br>".join([*lignes, f"<b>{ecrire_chiffre(point, unite)}</b>{date}"])


def ecarter(places: Sequence[float], lignes: Sequence[int], hauteur: float) -> list[float]:
    """Les noms poussés pour ne pas se toucher, en pixels depuis le haut ; l'ordre des valeurs est gardé."""
    rangs = sorted(range(len(places)), key=lambda n: places[n])
    posees = list(places)
    limite = -float(_HAUT)
    for n in rangs:
        demi = lignes[n] * _LIGNE / 2 + 3
        posees[n] = max(posees[n], limite + demi)
        limite = posees[n] + demi
    limite = hauteur + _BAS
    for n in reversed(rangs):
        demi = lignes[n] * _LIGNE / 2 + 3
        posees[n] = min(posees[n], limite - demi)
        limite = posees[n] - demi
    return posees


def legende(suivi: Suivi) -> str:
    """Comment lire le dessin : axe, points creux, ce qui n'y est pas."""
    series = (suivi.serie, *(r.serie for r in suivi.references))
    phrases_utiles = ["Un point par année mesurée, rien n’est supposé entre deux. L’axe vertical ne part pas de zéro."]
    if any(len(s.segments) > 1 for s in series):
        phrases_utiles.append("Le trait s’interrompt là où l’indicateur change de calcul.")
    if any(creux(o) for s in series for o in s.points):
        phrases_utiles.append(f"Point creux{INSECABLE}: valeur calculée ou douteuse.")
    if suivi.indicateur.est_effectif and suivi.references:
        phrases_utiles.append("Les références, d’une autre taille, sont dans le tableau.")
    if any(s.hors_courbe for s in series):
        phrases_utiles.append("Seuils, intervalles et chiffres secrets sont dans le tableau, pas sur la courbe.")
    return petit(" ".join(phrases_utiles))
