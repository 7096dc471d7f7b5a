"""Les vues de l'écran Comparer : classement, essaim, deux indicateurs face à face, tableau croisé.

Chaque vue est faite une fois par question et gardée ; le passage ne fait que la montrer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from indicators.analyse.comparatif import Comparatif, couples
from indicators.base.base import Base
from indicators.publications.tableur import csv_francais
from indicators.recit import phrases
from indicators.socle.catalogue import Indicateur
from indicators.socle.territoires import Territoire
from pages.commun import groupes, papier
from pages.commun.affichage import afficher, tableau_csv
from pages.commun.blocs import comment_lire
from pages.commun.gabarits import rendre
from pages.commun.memoire import communes_par_quartier, confronter, garder

if TYPE_CHECKING:
    import plotly.graph_objects as go

VUES = {
    "classement": "Classement",
    "essaim": "Essaim (tous sur une ligne)",
    "nuage": "Deux indicateurs",
    "tableau": "Tableau croisé (plusieurs indicateurs)",
}


@dataclass(frozen=True)
class Comparaisons:
    """Une vue prête à montrer : ce qu'en dit le papier, puis ses morceaux de haut en bas ; vide, rien à montrer.

    `figure` est partagée entre les sessions : personne ne la modifie.
    """

    annee: str
    documents: str
    titre: str
    figure: go.Figure | None = None
    alt: str = ""
    image: str = ""
    reperes: str = ""
    hors_rang: str = ""
    tableau: str = ""
    csv: bytes = b""


def nuage(
    base: Base, groupe: groupes.Groupe, indicateur: Indicateur, second: Indicateur, membres: Sequence[Territoire]
) -> None:
    """Deux indicateurs face à face, leur tableau et leur image."""
    from pages.commun import graphiques  # Plotly n'est chargé que s'il y a un graphique à tracer

    montree = _nuage(base, groupe.libelle, indicateur, second, membres, graphiques.encre())
    _papier(groupe, montree, montree.annee, f"{indicateur.libelle} et {second.libelle}")
    afficher(montree.titre)
    if montree.figure is None:
        return
    st.plotly_chart(montree.figure, config=graphiques.REGLAGES, theme=None, alt=montree.alt)
    afficher(comment_lire("nuage"))
    afficher(montree.image)
    with st.container(key="au_papier"), st.expander("Voir le tableau"):
        afficher(montree.tableau)


@garder(60)
def _nuage(
    base: Base, lieu: str, indicateur: Indicateur, second: Indicateur, membres: Sequence[Territoire], _teinte: str
) -> Comparaisons:
    """`_teinte` : celle que la figure lit dans le thème de la personne ; elle distingue les claires des sombres."""
    from pages.commun import graphiques

    x, y = (confronter(base, i, membres, []) for i in (indicateur, second))
    points = couples(x, y)
    chiffres = [o for _, *deux in points for o in deux]
    sources = papier.sources(chiffres, base.catalogue)
    annee, documents = papier.annees(chiffres), papier.enumerer(sources)
    titre = f"{indicateur.libelle} et {second.libelle}"
    annonce = str(rendre("comparer.html", part="annonce_du_nuage", x=x, y=y, communs=len(points), total=len(membres)))
    if not points:
        return Comparaisons(annee, documents, annonce)
    return Comparaisons(
        annee,
        documents,
        annonce,
        graphiques.nuage(points, indicateur, second),
        f"{titre}, {len(points)} territoires",
        graphiques.image(f"{titre}, {lieu}", sources),
        tableau=str(rendre("comparer.html", part="couples", points=points, abscisse=indicateur, ordonnee=second)),
    )


def classement(
    base: Base,
    groupe: groupes.Groupe,
    vue: Comparatif,
    references: Sequence[Territoire],
    membres: Sequence[Territoire],
    ouvert: str | None,
    *,
    en_essaim: bool,
) -> None:
    """Un indicateur : le graphique, ceux qui n'y sont pas, le tableau, l'image et le fichier."""
    indicateur, teinte = vue.indicateur, ""
    if vue.lignes:
        from pages.commun import graphiques

        teinte = graphiques.encre()
    present = ouvert if any(t.territoire == ouvert for t in membres) else None
    montree = _classer(
        base, groupe.libelle, indicateur, membres, references, vue.periode, present, teinte, en_essaim=en_essaim
    )
    noms = ", ".join(t.nom for t, _ in vue.references)
    _papier(
        groupe,
        montree,
        groupes.libelle_periode(vue.periode),
        indicateur.libelle + (f", face à {noms}" if noms else ""),
    )
    afficher(montree.titre)
    if montree.figure is not None:
        st.plotly_chart(montree.figure, config=graphiques.REGLAGES, theme=None, alt=montree.alt, key="classement")
        afficher(montree.reperes)
        afficher(comment_lire("essaim" if en_essaim else "classement"))
        afficher(montree.image)
    afficher(montree.hors_rang)
    with st.container(key="au_papier"), st.expander("Voir le tableau"):
        afficher(montree.tableau)
    fichier = f"{indicateur.indicateur}_{vue.periode or 'sans-annee'}"
    tableau_csv(montree.csv, fichier, f"{indicateur.libelle}, {groupe.libelle}")


def tableau_du_classement(vue: Comparatif, lieux: Mapping[str, Sequence[str]]) -> str:
    """Le tableau derrière le graphique : rang, territoire, valeur, écart avec chaque référence, source."""
    faces = [f"Face à {t.nom_court}" for t, _ in vue.references]
    colonnes = [("Rang (1 : le plus élevé)", "n"), "Territoire", ("Valeur", "n"), *faces]
    return str(rendre("comparer.html", part="classement", vue=vue, lieux=lieux, colonnes=colonnes))


@garder(120)
def _classer(
    base: Base,
    lieu: str,
    indicateur: Indicateur,
    membres: Sequence[Territoire],
    references: Sequence[Territoire],
    periode: str,
    ouvert: str | None,
    _teinte: str,
    *,
    en_essaim: bool,
) -> Comparaisons:
    """`_teinte` : celle que la figure lit dans le thème de la personne ; elle distingue les claires des sombres."""
    catalogue = base.catalogue
    vue = confronter(base, indicateur, membres, references, periode)
    chiffres = [ligne.chiffre for ligne in vue.lignes] + [o for _, o in vue.references]
    sources = papier.sources(chiffres, catalogue)
    figure, alt, image, reperes = None, "", "", ""
    if vue.lignes:
        from pages.commun import graphiques

        dessiner: Callable[..., go.Figure] = graphiques.essaim if en_essaim else graphiques.classement
        figure = dessiner(vue, ouvert)
        alt = phrases.lecture_classement(vue.classement, [li.territoire for li in vue.lignes])
        titre = f"{indicateur.libelle}, {lieu}, {groupes.libelle_periode(vue.periode)}"
        image = graphiques.image(titre, sources)
        reperes = str(rendre("comparer.html", part="reperes", phrase=graphiques.reperes(vue)))
    return Comparaisons(
        groupes.libelle_periode(vue.periode),
        papier.enumerer(sources),
        str(rendre("comparatif.html", vue=vue)),
        figure,
        alt,
        image,
        reperes,
        str(rendre("comparer.html", part="sans_rang", vue=vue)),
        tableau_du_classement(vue, communes_par_quartier(base)),
        csv_francais(vue, catalogue.sources),
    )


def _papier(groupe: groupes.Groupe, montree: Comparaisons, annee: str, filtres: str) -> None:
    """L'en-tête imprimé : il porte la date et l'adresse, il n'est donc jamais gardé."""
    entete = papier.entete(
        "Comparer", territoire=groupe.libelle, annee=annee, filtres=filtres, documents=montree.documents
    )
    afficher(entete)
