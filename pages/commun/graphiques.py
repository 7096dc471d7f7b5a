"""Les figures Plotly, là où l'on explore. Elles montrent une comparaison déjà faite, elles n'en font pas."""

from __future__ import annotations

import math

import plotly.graph_objects as go
import streamlit as st

from indicators import phrases
from indicators.comparaison import Jugement
from indicators.comparatif import Comparatif, LigneComparee
from indicators.dessins import COULEURS, ENCRE, GRIS

REGLAGES = {"displayModeBar": False, "scrollZoom": False, "displaylogo": False, "locale": "fr"}
"""La barre d'outils de Plotly est en anglais : le tableau et le fichier CSV la remplacent."""

_SYMBOLES = {Jugement.DEFAVORABLE: "diamond", Jugement.FAVORABLE: "circle"}


def encre() -> str:
    """La couleur du texte d'une figure, selon le thème de la personne."""
    return "#e7ecf1" if st.context.theme.type == "dark" else ENCRE


def classement(comparatif: Comparatif, mis_en_avant: str | None = None) -> go.Figure:
    """Un point par territoire, du plus élevé au plus faible ; références en traits, seuils et intervalles en barres."""
    couleur = encre()
    unite = comparatif.indicateur.unite
    figure = go.Figure()
    lignes = comparatif.lignes[::-1]
    noms = [f"{ligne.territoire.nom_court}  <b>{phrases.chiffre(ligne.chiffre, unite)}</b>" for ligne in lignes]
    bornes = [b for ligne in lignes for b in ligne.chiffre.etendue or () if math.isfinite(b)]
    bornes += [o.valeur for _, o in comparatif.references if o.valeur is not None]
    if not comparatif.indicateur.est_effectif and bornes and min(bornes) > 0 and comparatif.indicateur.unite == "%":
        bornes.append(0.0)
    mini, maxi = (min(bornes), max(bornes)) if bornes else (0.0, 1.0)
    marge = (maxi - mini) * 0.08 or 1.0
    for ligne, nom in zip(lignes, noms, strict=True):
        if not ligne.chiffre.est_ponctuelle and ligne.chiffre.etendue is not None:
            bas, haut = ligne.chiffre.etendue
            debut, fin = max(bas, mini - marge), min(haut, maxi + marge)
            figure.add_trace(
                go.Scatter(
                    x=[debut, fin], y=[nom, nom], mode="lines", line={"color": GRIS, "width": 6}, hoverinfo="skip"
                )
            )
    figure.add_trace(
        go.Scatter(
            x=[ligne.chiffre.valeur for ligne in lignes],
            y=noms,
            mode="markers",
            cliponaxis=False,
            marker={
                "size": [15 if ligne.territoire.territoire == mis_en_avant else 11 for ligne in lignes],
                "color": [COULEURS.get(_jugement(ligne), GRIS) for ligne in lignes],
                "symbol": [
                    _SYMBOLES.get(_jugement(ligne), "circle") + ("-open" if ligne.chiffre.douteuse else "")
                    for ligne in lignes
                ],
                "opacity": 1,
                "line": {"width": 1.5, "color": [COULEURS.get(_jugement(ligne), GRIS) for ligne in lignes]},
            },
            hovertext=[_survol(ligne) for ligne in lignes],
            hoverinfo="text",
        )
    )
    if comparatif.indicateur.est_effectif:
        references = []
    else:
        references = sorted(
            ((t, o) for t, o in comparatif.references if o.est_ponctuelle), key=lambda p: p[1].valeur or 0
        )
    for etage, (territoire, chiffre) in enumerate(references):
        figure.add_vline(x=chiffre.valeur, line={"color": couleur, "width": 1.5, "dash": "dot"})
        figure.add_annotation(
            x=chiffre.valeur,
            y=1.0,
            yref="paper",
            yshift=8 + 16 * etage,
            text=f"{territoire.nom_court} {phrases.chiffre(chiffre, unite)}"
            + ("" if phrases.periode(chiffre) == _periode(comparatif) else f" ({phrases.periode(chiffre)})"),
            showarrow=False,
            yanchor="bottom",
            xanchor="right" if (chiffre.valeur or 0) > (mini + maxi) / 2 else "left",
            font={"size": 12, "color": couleur},
        )
    figure.update_layout(
        height=max(190, 70 + 30 * len(lignes) + 16 * len(references)),
        margin={"l": 8, "r": 16, "t": 24 + 16 * len(references), "b": 28},
        showlegend=False,
        plot_bgcolor="rgba(0,0,0,0)",
        paper_bgcolor="rgba(0,0,0,0)",
        font={"color": couleur, "size": 14, "family": "Source Sans, Source Sans Pro, sans-serif"},
        separators=", ",
        hoverlabel={"align": "left"},
        dragmode=False,
    )
    figure.update_xaxes(
        range=[mini - marge if mini < 0 else mini, maxi + marge],
        gridcolor="rgba(128,140,152,0.3)",
        zeroline=False,
        fixedrange=True,
    )
    figure.update_yaxes(gridcolor="rgba(128,140,152,0.15)", fixedrange=True, automargin=True, ticks="")
    return figure


def _jugement(ligne: LigneComparee) -> Jugement:
    return ligne.comparaisons[0].jugement if ligne.comparaisons else Jugement.NEUTRE


def _periode(comparatif: Comparatif) -> str:
    return phrases.periode(comparatif.lignes[0].chiffre) if comparatif.lignes else ""


def _survol(ligne: LigneComparee) -> str:
    unite = ligne.comparaisons[0].indicateur.unite if ligne.comparaisons else ""
    morceaux = [f"<b>{ligne.territoire.nom}</b>", phrases.chiffre(ligne.chiffre, unite)]
    if ligne.comparaisons and (texte := phrases.ecart(ligne.comparaisons[0])):
        morceaux.append(f"{texte}, {phrases.verdict(ligne.comparaisons[0])}")
    if ligne.chiffre.douteuse:
        morceaux.append("chiffre douteux")
    return "<br>".join(morceaux)
