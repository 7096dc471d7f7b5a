"""Les vues de l'écran Comparer : classement, essaim, deux indicateurs face à face, tableau croisé."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from indicators import phrases
from indicators.catalogue import Catalogue, Indicateur
from indicators.comparatif import Comparatif, confronter, couples, croiser
from indicators.entrepot import Entrepot
from indicators.tableur import csv_francais
from indicators.territoires import Territoire

from . import etat, groupes, papier, tableaux
from .affichage import afficher

VUES = {
    "classement": "Classement",
    "essaim": "Essaim (tous sur une ligne)",
    "nuage": "Deux indicateurs",
    "tableau": "Tableau croisé",
}


def tableau(
    base: Entrepot, groupe: groupes.Groupe, territoires: Sequence[Territoire], connus: Mapping[str, int]
) -> None:
    """Territoires × indicateurs ; d'abord les chiffres clés, complétés par les indicateurs les plus répandus."""
    catalogue = base.catalogue
    choisis = etat.choix_multiple(
        "indicateurs",
        "Indicateurs",
        [c for c in catalogue.indicateurs if c in connus],
        defaut=groupes.indicateurs_du_tableau(catalogue, connus),
        nommer=lambda c: groupes.libelle_indicateur(catalogue.indicateurs[c], connus[c]),
        invite="Choisir des indicateurs",
        selon=groupe.code,
    )
    reference = groupes.references(base, groupe)[0]
    colonnes = croiser(base, [catalogue.indicateur(c) for c in choisis], territoires, reference)
    chiffres = [ligne.chiffre for colonne in colonnes for ligne in colonne.cases.values()]
    afficher(
        papier.entete(
            "Comparer",
            territoire=groupe.libelle,
            annee=papier.annees(chiffres),
            filtres=f"tableau croisé, face à {reference.nom}",
            chiffres=chiffres,
            catalogue=catalogue,
        )
    )
    afficher(tableaux.matrice(colonnes, territoires, reference))


def nuage(
    base: Entrepot, groupe: groupes.Groupe, indicateur: Indicateur, second: Indicateur, membres: Sequence[Territoire]
) -> None:
    """Deux indicateurs face à face, leur tableau et leur image."""
    from . import graphiques  # Plotly n'est chargé que s'il y a un graphique à tracer

    x, y = (confronter(base, i, membres, []) for i in (indicateur, second))
    points = couples(x, y)
    chiffres = [o for _, *deux in points for o in deux]
    titre = f"{indicateur.libelle} et {second.libelle}"
    afficher(
        papier.entete(
            "Comparer",
            territoire=groupe.libelle,
            annee=papier.annees(chiffres),
            filtres=titre,
            chiffres=chiffres,
            catalogue=base.catalogue,
        )
    )
    afficher(tableaux.titre_nuage(x, y, len(points), len(membres)))
    if not points:
        return
    st.plotly_chart(
        graphiques.nuage(points, indicateur, second),
        config=graphiques.REGLAGES,
        theme=None,
        alt=f"{titre}, {len(points)} territoires",
    )
    afficher(graphiques.image(f"{titre}, {groupe.libelle}", papier.sources(chiffres, base.catalogue)))
    with st.container(key="au_papier"), st.expander("Voir le tableau"):
        afficher(tableaux.couples(points, indicateur, second))


def classement(
    vue: Comparatif,
    groupe: groupes.Groupe,
    ouvert: str | None,
    lieux: dict[str, tuple[str, ...]],
    catalogue: Catalogue,
    *,
    en_essaim: bool,
) -> None:
    """Un indicateur : le graphique, ceux qui n'y sont pas, le tableau, l'image et le fichier."""
    indicateur = vue.indicateur
    chiffres = [ligne.chiffre for ligne in vue.lignes] + [o for _, o in vue.references]
    noms = ", ".join(t.nom for t, _ in vue.references)
    afficher(
        papier.entete(
            "Comparer",
            territoire=groupe.libelle,
            annee=groupes.libelle_periode(vue.periode),
            filtres=indicateur.libelle + (f", face à {noms}" if noms else ""),
            chiffres=chiffres,
            catalogue=catalogue,
        )
    )
    afficher(tableaux.titre_comparatif(vue))
    if vue.lignes:
        from . import graphiques

        dessiner: Callable[..., object] = graphiques.essaim if en_essaim else graphiques.classement
        st.plotly_chart(
            dessiner(vue, ouvert),
            config=graphiques.REGLAGES,
            theme=None,
            alt=phrases.lecture_classement(vue.classement, [li.territoire for li in vue.lignes]),
        )
        titre = f"{indicateur.libelle}, {groupe.libelle}, {groupes.libelle_periode(vue.periode)}"
        afficher(graphiques.image(titre, papier.sources(chiffres, catalogue)))
    afficher(tableaux.sans_rang(vue))
    with st.container(key="au_papier"), st.expander("Voir le tableau"):
        afficher(tableaux.comparatif(vue, lieux))
    st.download_button(
        "Télécharger ce tableau (CSV pour Excel)",
        csv_francais(vue, catalogue.sources),
        file_name=f"{indicateur.indicateur}_{vue.periode or 'sans-annee'}.csv",
        mime="text/csv",
    )
