"""Sources et méthode : ce que mesure chaque indicateur, d'où il vient, ce qui est douteux, ce qui n'a pas été lu."""

from html import escape

import streamlit as st

from pages.commun import papier
from pages.commun.acces import en_service
from pages.commun.affichage import afficher
from pages.commun.blocs import cadre, pied
from pages.commun.choix import choix_unique
from pages.ecrans import DOCUMENT, DOUTES_DE, INDICATEUR, THEME_DES_FICHES
from pages.vues import accueil as accueil_vue
from pages.vues.sources import blocs as methode_vue
from pages.vues.sources import ecran as planches

base = en_service()
catalogue = base.catalogue


def indicateurs() -> None:
    """La fiche de l'indicateur demandé, ou la liste de tous."""
    colonne_theme, colonne_indicateur = st.columns([1, 2], gap="medium")
    noms = {"tous": "Tous les thèmes"} | {theme.theme: theme.libelle for theme, _ in catalogue.par_theme()}
    with colonne_theme:
        choisi = choix_unique(THEME_DES_FICHES, "Thème", list(noms), nommer=noms.__getitem__)
    options = [i.indicateur for _, liste in planches.themes(base, choisi) for i in liste]
    with colonne_indicateur:
        code = choix_unique(
            INDICATEUR,
            "Chercher un indicateur",
            options,
            nommer=lambda c: catalogue.indicateurs[c].libelle,
            invite="Tapez un mot : pauvreté, emploi, logement…",
        )
    if code is None:
        afficher(planches.liste_indicateurs(base, choisi))
        return
    for bloc in planches.fiche(base, code):
        afficher(bloc)


def douteux() -> None:
    """Les chiffres douteux, tous ou d'une agglomération."""
    noms = planches.noms_des_douteux(base)
    choisie = choix_unique(DOUTES_DE, "Agglomération", list(noms), nommer=noms.__getitem__)
    afficher(
        cadre(
            "<p>Un chiffre douteux est imprimé dans un document mais contredit par un calcul ou par une autre source. "
            "Il est gardé tel qu’imprimé, marqué partout où il paraît, et jamais préféré à un chiffre sûr.</p>"
        )
    )
    afficher(planches.douteux(base, choisie or planches.TOUTES))


def couverture() -> None:
    """Un document lu, section par section."""
    documents = planches.documents(base)
    if not documents:
        st.info("Aucun document n’a encore été découpé en sections.")
        return
    choisi = choix_unique(
        DOCUMENT, "Document", documents, defaut=documents[0], nommer=lambda c: catalogue.sources[c].titre
    )
    afficher(planches.couverture(base, choisi))


def parutions() -> None:
    """Le journal des chiffres ; rien s'il n'y en a pas."""
    for parution in accueil_vue.parutions():
        afficher(cadre(f"<h2>{escape(parution.titre)}</h2>"))
        st.markdown(parution.texte)


RUBRIQUES = {
    "indicateurs": ("Indicateurs", indicateurs),
    "sources": ("Sources et licences", lambda: afficher(planches.sources(base))),
    "douteux": ("Chiffres douteux", douteux),
    "absences": ("Ce qui manque", lambda: afficher(planches.absences(base))),
    "couverture": ("Documents lus", couverture),
    "regles": ("Règles de lecture", lambda: afficher(planches.regles())),
    "glossaire": ("Glossaire", lambda: afficher(planches.glossaire(base))),
    "journal": ("Journal", parutions),
}

afficher(cadre("<h1>Sources et méthode</h1>"))
ouverte = methode_vue.choisir_rubrique({code: nom for code, (nom, _) in RUBRIQUES.items()})
afficher(papier.entete("Sources et méthode", territoire="tous les territoires", filtres=RUBRIQUES[ouverte][0]))
RUBRIQUES[ouverte][1]()
afficher(pied())
