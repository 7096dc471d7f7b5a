"""Les vues de l'écran Comparer : classement, essaim, deux indicateurs face à face, tableau croisé.

Chaque vue est une planche, faite une fois par question et gardée ; le passage ne fait que la montrer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from indicators.analyse.comparatif import Comparatif, couples, croiser
from indicators.base.base import Base
from indicators.publications.tableur import csv_francais
from indicators.recit import phrases
from indicators.socle.catalogue import Indicateur
from indicators.socle.territoires import Territoire
from pages.commun import groupes, papier, tableaux
from pages.commun.affichage import afficher
from pages.commun.choix import choix_multiple
from pages.commun.memoire import communes_par_quartier, confronter, garder
from pages.ecrans import INDICATEURS

if TYPE_CHECKING:
    import plotly.graph_objects as go

VUES = {
    "classement": "Classement",
    "essaim": "Essaim (tous sur une ligne)",
    "nuage": "Deux indicateurs",
    "tableau": "Tableau croisé",
}


@dataclass(frozen=True)
class Planche:
    """Une vue prête à montrer : ce qu'en dit le papier, puis ses morceaux de haut en bas ; vide, rien à montrer.

    `figure` est partagée entre les sessions : personne ne la modifie.
    """

    annee: str
    documents: str
    titre: str
    figure: go.Figure | None = None
    alt: str = ""
    image: str = ""
    hors_rang: str = ""
    tableau: str = ""
    csv: bytes = b""


def tableau(base: Base, groupe: groupes.Groupe, territoires: Sequence[Territoire], connus: Mapping[str, int]) -> None:
    """Territoires × indicateurs ; d'abord les chiffres clés, complétés par les indicateurs les plus répandus."""
    catalogue = base.catalogue
    choisis = choix_multiple(
        INDICATEURS,
        "Indicateurs",
        [c for c in catalogue.indicateurs if c in connus],
        defaut=groupes.indicateurs_du_tableau(catalogue, connus),
        nommer=lambda c: groupes.libelle_indicateur(catalogue.indicateurs[c], connus[c]),
        invite="Choisir des indicateurs",
    )
    reference = groupes.references(base, groupe)[0]
    planche = _croiser(base, choisis, territoires, reference)
    _papier(groupe, planche, planche.annee, f"tableau croisé, face à {reference.nom}")
    afficher(planche.tableau)


@garder(60)
def _croiser(
    base: Base, indicateurs: Sequence[str], territoires: Sequence[Territoire], reference: Territoire
) -> Planche:
    catalogue = base.catalogue
    colonnes = croiser(base, [catalogue.indicateur(c) for c in indicateurs], territoires, reference)
    chiffres = [ligne.chiffre for colonne in colonnes for ligne in colonne.cases.values()]
    documents = papier.enumerer(papier.sources(chiffres, catalogue))
    return Planche(papier.annees(chiffres), documents, "", tableau=tableaux.matrice(colonnes, territoires, reference))


def nuage(
    base: Base, groupe: groupes.Groupe, indicateur: Indicateur, second: Indicateur, membres: Sequence[Territoire]
) -> None:
    """Deux indicateurs face à face, leur tableau et leur image."""
    from pages.commun import graphiques  # Plotly n'est chargé que s'il y a un graphique à tracer

    planche = _nuage(base, groupe.libelle, indicateur, second, membres, graphiques.encre())
    _papier(groupe, planche, planche.annee, f"{indicateur.libelle} et {second.libelle}")
    afficher(planche.titre)
    if planche.figure is None:
        return
    st.plotly_chart(planche.figure, config=graphiques.REGLAGES, theme=None, alt=planche.alt)
    afficher(planche.image)
    with st.container(key="au_papier"), st.expander("Voir le tableau"):
        afficher(planche.tableau)


@garder(60)
def _nuage(
    base: Base, lieu: str, indicateur: Indicateur, second: Indicateur, membres: Sequence[Territoire], _teinte: str
) -> Planche:
    """`_teinte` : celle que la figure lit dans le thème de la personne ; elle distingue les claires des sombres."""
    from pages.commun import graphiques

    x, y = (confronter(base, i, membres, []) for i in (indicateur, second))
    points = couples(x, y)
    chiffres = [o for _, *deux in points for o in deux]
    sources = papier.sources(chiffres, base.catalogue)
    annee, documents = papier.annees(chiffres), papier.enumerer(sources)
    titre = f"{indicateur.libelle} et {second.libelle}"
    annonce = tableaux.titre_nuage(x, y, len(points), len(membres))
    if not points:
        return Planche(annee, documents, annonce)
    return Planche(
        annee,
        documents,
        annonce,
        graphiques.nuage(points, indicateur, second),
        f"{titre}, {len(points)} territoires",
        graphiques.image(f"{titre}, {lieu}", sources),
        tableau=tableaux.couples(points, indicateur, second),
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
    planche = _classer(
        base, groupe.libelle, indicateur, membres, references, vue.periode, present, teinte, en_essaim=en_essaim
    )
    noms = ", ".join(t.nom for t, _ in vue.references)
    _papier(
        groupe,
        planche,
        groupes.libelle_periode(vue.periode),
        indicateur.libelle + (f", face à {noms}" if noms else ""),
    )
    afficher(planche.titre)
    if planche.figure is not None:
        st.plotly_chart(planche.figure, config=graphiques.REGLAGES, theme=None, alt=planche.alt)
        afficher(planche.image)
    afficher(planche.hors_rang)
    with st.container(key="au_papier"), st.expander("Voir le tableau"):
        afficher(planche.tableau)
    st.download_button(
        "Télécharger ce tableau (CSV pour Excel)",
        planche.csv,
        file_name=f"{indicateur.indicateur}_{vue.periode or 'sans-annee'}.csv",
        mime="text/csv",
    )


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
) -> Planche:
    """`_teinte` : celle que la figure lit dans le thème de la personne ; elle distingue les claires des sombres."""
    catalogue = base.catalogue
    vue = confronter(base, indicateur, membres, references, periode)
    chiffres = [ligne.chiffre for ligne in vue.lignes] + [o for _, o in vue.references]
    sources = papier.sources(chiffres, catalogue)
    figure, alt, image = None, "", ""
    if vue.lignes:
        from pages.commun import graphiques

        dessiner: Callable[..., go.Figure] = graphiques.essaim if en_essaim else graphiques.classement
        figure = dessiner(vue, ouvert)
        alt = phrases.lecture_classement(vue.classement, [li.territoire for li in vue.lignes])
        titre = f"{indicateur.libelle}, {lieu}, {groupes.libelle_periode(vue.periode)}"
        image = graphiques.image(titre, sources)
    return Planche(
        groupes.libelle_periode(vue.periode),
        papier.enumerer(sources),
        tableaux.titre_comparatif(vue),
        figure,
        alt,
        image,
        tableaux.sans_rang(vue),
        tableaux.comparatif(vue, communes_par_quartier(base)),
        csv_francais(vue, catalogue.sources),
    )


def _papier(groupe: groupes.Groupe, planche: Planche, annee: str, filtres: str) -> None:
    """L'en-tête imprimé : il porte la date et l'adresse, il n'est donc jamais gardé."""
    entete = papier.entete(
        "Comparer", territoire=groupe.libelle, annee=annee, filtres=filtres, documents=planche.documents
    )
    afficher(entete)
