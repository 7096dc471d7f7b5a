"""Sources et méthode : ce que mesure chaque indicateur, d'où il vient, ce qui est douteux, ce qui n'a pas été lu."""

import streamlit as st

from pages.commun import papier
from pages.commun.acces import en_service
from pages.commun.affichage import afficher
from pages.commun.blocs import pied, sous_titre, titre
from pages.commun.choix import choix_unique
from pages.parametres import DOCUMENT, DOUTES_DE, INDICATEUR, THEME_DES_FICHES
from pages.vues import accueil as accueil_vue
from pages.vues.sources import blocs
from pages.vues.sources import ecran as rubriques

base = en_service()
catalogue = base.catalogue


def indicateurs() -> None:
    """La fiche de l'indicateur demandé, ou la liste de tous."""
    colonne_theme, colonne_indicateur = st.columns([1, 2], gap="medium")
    noms = rubriques.noms_des_themes(base)
    with colonne_theme:
        choisi = choix_unique(THEME_DES_FICHES, "Pilier ou thème", list(noms), nommer=noms.__getitem__)
    options = [i.indicateur for _, liste in rubriques.themes(base, choisi) for i in liste]
    with colonne_indicateur:
        code = choix_unique(
            INDICATEUR,
            "Chercher un indicateur",
            options,
            nommer=lambda c: catalogue.indicateurs[c].libelle,
            invite="Tapez un mot : pauvreté, emploi, logement…",
        )
    if code is None:
        afficher(rubriques.liste_indicateurs(base, choisi))
        return
    for bloc in rubriques.fiche(base, code):
        afficher(bloc)


def douteux() -> None:
    """Les chiffres douteux, tous ou d'une agglomération."""
    noms = rubriques.noms_des_douteux(base)
    choisie = choix_unique(DOUTES_DE, "Agglomération", list(noms), nommer=noms.__getitem__)
    afficher(blocs.introduction_des_douteux())
    afficher(rubriques.douteux(base, choisie or rubriques.TOUTES))


def couverture() -> None:
    """Un document lu, section par section."""
    documents = rubriques.documents(base)
    if not documents:
        st.info("Aucun document n’a encore été découpé en sections.")
        return
    choisi = choix_unique(
        DOCUMENT, "Document", documents, defaut=documents[0], nommer=lambda c: catalogue.sources[c].titre
    )
    afficher(rubriques.couverture(base, choisi))


def parutions() -> None:
    """Le journal des chiffres ; rien s'il n'y en a pas."""
    for parution in accueil_vue.parutions():
        afficher(sous_titre(parution.titre))
        st.markdown(parution.texte)


RUBRIQUES = {
    "indicateurs": ("Indicateurs", indicateurs),
    "sources": ("Sources et licences", lambda: afficher(rubriques.sources(base))),
    "douteux": ("Chiffres douteux", douteux),
    "absences": ("Ce qui manque", lambda: afficher(rubriques.absences(base))),
    "couverture": ("Documents lus", couverture),
    "guide": ("Guide", lambda: afficher(rubriques.guide(base))),
    "regles": ("Règles de lecture", lambda: afficher(rubriques.regles())),
    "glossaire": ("Glossaire", lambda: afficher(rubriques.glossaire(base))),
    "journal": ("Journal", parutions),
}

afficher(titre("Sources et méthode"))
ouverte = blocs.choisir_rubrique({code: nom for code, (nom, _) in RUBRIQUES.items()})
afficher(papier.entete("Sources et méthode", territoire="tous les territoires", filtres=RUBRIQUES[ouverte][0]))
RUBRIQUES[ouverte][1]()
afficher(pied())
