"""Les figures Plotly, là où l'on explore. Elles montrent une comparaison déjà faite, elles n'en font pas."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise
from textwrap import wrap

import plotly.graph_objects as go
import streamlit as st

from indicators.analyse.comparaison import Jugement
from indicators.analyse.comparatif import Comparatif, LigneComparee
from indicators.recit import phrases
from indicators.recit.dessins.bandes import COULEURS, ENCRE, GRIS
from indicators.socle.catalogue import Indicateur
from indicators.socle.nombres import INSECABLE
from indicators.socle.observations import Observation
from indicators.socle.territoires import Territoire, cle_de_recherche
from pages.commun.gabarits import piece
from pages.commun.papier import enumerer

REGLAGES = {"displayModeBar": False, "scrollZoom": False, "displaylogo": False, "locale": "fr"}
"""La barre d'outils de Plotly est en anglais et muette au clavier : le tableau, le CSV et `image` la remplacent."""

GRILLE = "rgba(128,140,152,0.3)"
"""La couleur d'une grille, lisible sur fond clair comme sur fond sombre."""

FORMAT = ",~f"
"""Les graduations d'un axe : en entier, jamais « 22k » ; `separators` donne la virgule et les milliers."""

POLICE = "Source Sans, Source Sans Pro, sans-serif"

_LIGNE_AU_PLUS = 26
"""Les signes d'une ligne de nom : au-delà, un téléphone couperait le nom et n'aurait plus de place pour le dessin."""

_SYMBOLES = {Jugement.DEFAVORABLE: "diamond", Jugement.FAVORABLE: "circle"}


def image(titre: str, sources: Sequence[str]) -> str:
    """Le bouton qui enregistre en image le graphique au-dessus de lui, avec son titre et ses sources (`page.js`)."""
    fichier = re.sub(r"[^a-z0-9]+", "-", cle_de_recherche(titre)).strip("-")[:80]
    return piece("bouton_image", titre, fichier, enumerer(sources))


def echappe(texte: str) -> str:
    """Un texte des données dans une figure : Plotly y lirait des balises, dont les liens ; il garde les guillemets."""
    return escape(texte, quote=False)


def ecrire_chiffre(chiffre: Observation, unite: str) -> str:
    """Un chiffre et son unité dans une figure : les mots d'une unité viennent de `unites.csv`, comme un nom."""
    return echappe(phrases.chiffre(chiffre, unite))


def _sombre() -> bool:
    return bool(st.context.theme.type == "dark")


def encre() -> str:
    """La couleur du texte d'une figure, selon le thème de la personne."""
    return "#e7ecf1" if _sombre() else ENCRE


_COULEURS_SOMBRES = {Jugement.DEFAVORABLE: "#f2a65a", Jugement.FAVORABLE: "#7cc0f0"}


def _couleur(ligne: LigneComparee) -> str:
    """La teinte du jugement d'un point, lisible sur le fond de la personne : celles de la feuille de style."""
    couleurs, sinon = (_COULEURS_SOMBRES, "#a9b5c1") if _sombre() else (COULEURS, GRIS)
    return couleurs.get(_jugement(ligne), sinon)


def classement(comparatif: Comparatif, mis_en_avant: str | None = None) -> go.Figure:
    """Un point par territoire, du plus élevé au plus faible ; références en traits, seuils et intervalles en barres."""
    couleur = encre()
    unite = comparatif.indicateur.unite
    figure = go.Figure()
    lignes = comparatif.lignes[::-1]
    noms = [_nommer(ligne, unite) for ligne in lignes]
    hauts = [1, *(nom.count("<br>") + 1 for nom in noms)]
    pas = max([30, *(9 * (un + autre) for un, autre in pairwise(hauts))])
    bornes = [b for ligne in lignes for b in ligne.chiffre.etendue or () if math.isfinite(b)]
    references = _tracees(comparatif)
    bornes += [o.valeur for _, o in references if o.valeur is not None]
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
                "color": [_couleur(ligne) for ligne in lignes],
                "symbol": [
                    _SYMBOLES.get(_jugement(ligne), "circle") + ("-open" if ligne.chiffre.douteuse else "")
                    for ligne in lignes
                ],
                "opacity": 1,
                "line": {"width": 1.5, "color": [_couleur(ligne) for ligne in lignes]},
            },
            hovertext=[_survol(ligne) for ligne in lignes],
            hoverinfo="text",
        )
    )
    _reperes(figure, references, unite, couleur, _periode(comparatif), (mini + maxi) / 2)
    _habiller(figure, couleur, max(190, 70 + pas * len(lignes) + 16 * len(references)))
    figure.update_layout(margin={"l": 8, "r": 16, "t": 24 + 16 * len(references), "b": 28})
    figure.update_xaxes(range=[mini - marge if mini < 0 else mini, maxi + marge])
    figure.update_yaxes(gridcolor="rgba(128,140,152,0.15)", fixedrange=True, automargin=True, ticklabelstandoff=12)
    return figure


def _nommer(ligne: LigneComparee, unite: str) -> str:
    """Le nom devant un point et sa valeur, sur autant de lignes qu'il faut pour tenir sur un téléphone."""
    morceaux = wrap(ligne.territoire.nom_court, _LIGNE_AU_PLUS)
    valeur = phrases.chiffre(ligne.chiffre, unite)
    avant = "  " if len(morceaux[-1]) + len(valeur) <= _LIGNE_AU_PLUS + 6 else "<br>"
    return f"{'<br>'.join(map(echappe, morceaux))}{avant}<b>{echappe(valeur)}</b>"


def _jugement(ligne: LigneComparee) -> Jugement:
    return ligne.comparaisons[0].jugement if ligne.comparaisons else Jugement.NEUTRE


def _periode(comparatif: Comparatif) -> str:
    return phrases.periode(comparatif.lignes[0].chiffre) if comparatif.lignes else ""


def _survol(ligne: LigneComparee) -> str:
    unite = ligne.comparaisons[0].indicateur.unite if ligne.comparaisons else ""
    morceaux = [f"<b>{echappe(ligne.territoire.nom)}</b>", ecrire_chiffre(ligne.chiffre, unite)]
    if ligne.comparaisons and (texte := phrases.ecart(ligne.comparaisons[0])):
        morceaux.append(echappe(f"{texte}, {phrases.verdict(ligne.comparaisons[0])}"))
    if ligne.chiffre.douteuse:
        morceaux.append("chiffre douteux")
    return "<br>".join(morceaux)


def essaim(comparatif: Comparatif, mis_en_avant: str | None = None) -> go.Figure:
    """Un point par territoire sur une seule ligne, décalé juste assez pour ne pas en cacher un autre."""
    unite, couleur = comparatif.indicateur.unite, encre()
    lignes = [ligne for ligne in comparatif.lignes if ligne.chiffre.est_ponctuelle]
    valeurs = [ligne.chiffre.valeur or 0.0 for ligne in lignes]
    hauteurs = _decaler(valeurs)
    choisie = [ligne.territoire.territoire == mis_en_avant for ligne in lignes]
    figure = go.Figure(
        go.Scatter(
            x=valeurs,
            y=hauteurs,
            mode="markers",
            marker={
                "size": [16 if oui else 10 for oui in choisie],
                "color": [_couleur(ligne) for ligne in lignes],
                "symbol": ["diamond" if oui else "circle" for oui in choisie],
                "line": {"width": 1, "color": "rgba(255,255,255,0.7)"},
            },
            hovertext=[_survol(ligne) for ligne in lignes],
            hoverinfo="text",
        )
    )
    if mis_en_avant and any(choisie):
        rang = choisie.index(True)
        _montrer_du_doigt(figure, lignes[rang].territoire, valeurs[rang], hauteurs[rang], valeurs, couleur)
    references = _tracees(comparatif)
    _reperes(figure, references, unite, couleur, _periode(comparatif), _milieu(valeurs, references))
    _habiller(figure, couleur, 320)
    figure.update_layout(margin={"l": 8, "r": 24, "t": 24 + 16 * len(references), "b": 28})
    figure.update_yaxes(visible=False, range=[-1.4, 2.0])
    return figure


def _montrer_du_doigt(
    figure: go.Figure, territoire: Territoire, valeur: float, hauteur: float, valeurs: Sequence[float], couleur: str
) -> None:
    """Le nom d'un point, au-dessus de tous les autres au bout d'un fil : sur l'essaim, ses voisins le cacheraient."""
    a_droite = 2 * valeur < min(valeurs) + max(valeurs)
    figure.add_trace(
        go.Scatter(
            x=[valeur, valeur],
            y=[hauteur, 1.1],
            mode="lines+text",
            text=["", "<br>".join(map(echappe, wrap(territoire.nom_court, 22)))],
            textposition="top right" if a_droite else "top left",
            textfont={"size": 14, "color": couleur},
            line={"color": couleur, "width": 1},
            cliponaxis=False,
            hoverinfo="skip",
        )
    )


def _milieu(valeurs: Sequence[float], references: Sequence[tuple[Territoire, Observation]]) -> float:
    tous = [*valeurs, *(o.valeur for _, o in references if o.valeur is not None)]
    return (min(tous) + max(tous)) / 2 if tous else 0.0


def _reperes(
    figure: go.Figure,
    references: Sequence[tuple[Territoire, Observation]],
    unite: str,
    couleur: str,
    periode: str,
    milieu: float,
) -> None:
    """Les références : un trait pointillé chacune, son nom à un étage à lui ; deux voisines ne se recouvrent pas."""
    for etage, (territoire, chiffre) in enumerate(_rangees(references)):
        figure.add_vline(x=chiffre.valeur, line={"color": couleur, "width": 1.5, "dash": "dot"})
        figure.add_annotation(
            x=chiffre.valeur,
            y=1.0,
            yref="paper",
            yshift=8 + 16 * etage,
            text=echappe(_nommer_repere(territoire, chiffre, unite, periode)),
            showarrow=False,
            yanchor="bottom",
            xanchor="right" if (chiffre.valeur or 0) > milieu else "left",
            font={"size": 12, "color": couleur},
        )


def reperes(comparatif: Comparatif) -> str:
    """Les références tracées, de gauche à droite : sur un téléphone leurs noms n'ont pas la place ; puis les autres."""
    unite, periode = comparatif.indicateur.unite, _periode(comparatif)
    noms = [_nommer_repere(t, o, unite, periode) for t, o in _rangees(_tracees(comparatif))]
    dits = [f"Les traits pointillés, de gauche à droite{INSECABLE}: {f'{INSECABLE}; '.join(noms)}."] if noms else []
    sans_trait = (f"Sans trait, {phrases.motif_long(c, t)}." for t, c in comparatif.separees)
    return " ".join((*dits, *sans_trait))


def _tracees(comparatif: Comparatif) -> Sequence[tuple[Territoire, Observation]]:
    """Les références d'un dessin, sans celles qu'une rupture sépare des points.

    Un effectif se trace seul : celui de la France écraserait les autres contre l'axe.
    """
    separees = {t.territoire for t, _ in comparatif.separees}
    toutes = () if comparatif.indicateur.est_effectif else comparatif.references
    return [(t, o) for t, o in toutes if t.territoire not in separees]


def _rangees(references: Sequence[tuple[Territoire, Observation]]) -> list[tuple[Territoire, Observation]]:
    return sorted(((t, o) for t, o in references if o.est_ponctuelle), key=lambda p: p[1].valeur or 0)


def _nommer_repere(territoire: Territoire, chiffre: Observation, unite: str, periode: str) -> str:
    quand = "" if phrases.periode(chiffre) == periode else f" ({phrases.periode(chiffre)})"
    return f"{territoire.nom_court} {phrases.chiffre(chiffre, unite)}{_doute(chiffre)}{quand}"


def _decaler(valeurs: list[float], rangs: int = 9) -> list[float]:
    """À chaque point la hauteur la plus proche de l'axe où aucun voisin ne le touche."""
    if not valeurs:
        return []
    pas = (max(valeurs) - min(valeurs)) / 60 or 1.0
    hauteurs: list[float] = []
    choix = sorted((k / rangs for k in range(-rangs, rangs + 1)), key=abs)
    for position, valeur in enumerate(valeurs):
        occupees = {hauteurs[k] for k in range(position) if abs(valeurs[k] - valeur) < pas}
        hauteurs.append(next((h for h in choix if h not in occupees), 0.0))
    return hauteurs


def nuage(
    points: list[tuple[Territoire, Observation, Observation]], abscisse: Indicateur, ordonnee: Indicateur
) -> go.Figure:
    """Deux indicateurs face à face, un point nommé par territoire."""
    couleur = encre()
    figure = go.Figure(
        go.Scatter(
            x=[x.valeur for _, x, _ in points],
            y=[y.valeur for _, _, y in points],
            mode="markers+text",
            text=[echappe(t.nom_court) for t, _, _ in points],
            textposition="top center",
            textfont={"size": 12, "color": couleur},
            cliponaxis=False,
            marker={
                "size": 11,
                "color": GRIS,
                "symbol": ["circle-open" if x.douteuse or y.douteuse else "circle" for _, x, y in points],
            },
            hovertext=[
                f"<b>{echappe(t.nom)}</b><br>{echappe(abscisse.libelle_court)} {ecrire_chiffre(x, abscisse.unite)}"
                f"<br>{echappe(ordonnee.libelle_court)} {ecrire_chiffre(y, ordonnee.unite)}"
                for t, x, y in points
            ],
            hoverinfo="text",
        )
    )
    _habiller(figure, couleur, 520)
    figure.update_xaxes(title=_titre(abscisse), automargin=True)
    figure.update_yaxes(title=_titre(ordonnee), automargin=True, gridcolor=GRILLE, zeroline=False, tickformat=FORMAT)
    return figure


def _titre(indicateur: Indicateur) -> str:
    return echappe(indicateur.unite.apres(indicateur.libelle_court))


def _habiller(figure: go.Figure, couleur: str, hauteur: int) -> None:
    figure.update_layout(
        height=hauteur,
        margin={"l": 8, "r": 24, "t": 40, "b": 28},
        showlegend=False,
        plot_bgcolor="rgba(0,0,0,0)",
        paper_bgcolor="rgba(0,0,0,0)",
        font={"color": couleur, "size": 14, "family": POLICE},
        separators=", ",
        hoverlabel={"align": "left"},
        dragmode=False,
    )
    figure.update_xaxes(gridcolor=GRILLE, zeroline=False, fixedrange=True, tickformat=FORMAT)
    figure.update_yaxes(fixedrange=True)


def _doute(chiffre: Observation) -> str:
    """La marque d'une référence douteuse, à côté de sa valeur."""
    return ", douteux" if chiffre.douteuse else ""
