"""Sources et méthode : ce que mesure chaque indicateur, d'où il vient, ce qui est douteux, ce qui n'a pas été lu."""

from collections.abc import Iterable
from html import escape

import streamlit as st

from indicators import entrepot_methode as questions
from indicators.erreurs import IndicateurInconnu
from indicators.methode import journal
from indicators.territoires import Territoire
from pages.commun import etat, methode_vue, papier
from pages.commun.acces import entrepot
from pages.commun.affichage import afficher, en_clair
from pages.commun.blocs import cadre, pied

base = entrepot()
catalogue = base.catalogue


def lieux(codes: Iterable[str]) -> dict[str, Territoire]:
    """Ces territoires, par code."""
    return {t.territoire: t for t in base.territoires(codes)}


def indicateurs() -> None:
    """La fiche de l'indicateur demandé, ou la liste de tous."""
    demande = etat.lire("indicateur")
    if "theme_fiche" not in st.query_params:
        # Un lien vers une fiche ne porte pas de thème : un filtre laissé par une visite précédente la cacherait.
        etat.ecrire("theme_fiche", None)
    colonne_theme, colonne_indicateur = st.columns([1, 2], gap="medium")
    noms = {"tous": "Tous les thèmes"} | {theme.theme: theme.libelle for theme, _ in catalogue.par_theme()}
    with colonne_theme:
        choisi = etat.choix_unique("theme_fiche", "Thème", list(noms), defaut="tous", nommer=noms.__getitem__)
    themes = [(theme, liste) for theme, liste in catalogue.par_theme() if choisi in ("tous", theme.theme)]
    options = [i.indicateur for _, liste in themes for i in liste]
    if demande in catalogue.indicateurs and demande not in options:
        etat.ecrire("indicateur", None)
    with colonne_indicateur:
        code = etat.choix_unique(
            "indicateur",
            "Chercher un indicateur",
            options,
            defaut=None,
            nommer=lambda c: catalogue.indicateurs[c].libelle,
            invite="Tapez un mot : pauvreté, emploi, logement…",
        )
    if code is None:
        if demande is not None and demande not in catalogue.indicateurs:
            st.error(en_clair(str(IndicateurInconnu(demande[:80], catalogue.indicateurs))), icon="🔎")
        afficher(methode_vue.liste_indicateurs(themes, questions.territoires_par_indicateur(base)))
        return
    indicateur = catalogue.indicateur(code)
    afficher(methode_vue.fiche(indicateur, catalogue, questions.presences(base, code), questions.comptes(base, code)))
    douteux = questions.douteuses(base, indicateur=code)
    if douteux:
        afficher(cadre("<h2>Valeurs douteuses</h2>"))
        noms_lieux, communes = lieux(o.territoire for o in douteux), base.communes_par_quartier()
        afficher(methode_vue.douteuses(douteux, catalogue, noms_lieux, communes, fiche=True))


def sources() -> None:
    """Chaque source, rangée sous le document où elle a été lue."""
    lus = [s.document for s in questions.sections(base)]
    documents = {catalogue.sources[code].document: catalogue.sources[code].titre for code in lus}
    afficher(methode_vue.sources(catalogue, questions.comptes(base), documents))


def douteux() -> None:
    """Les chiffres douteux, tous ou d'une agglomération."""
    par_lieu = {"toutes": questions.douteuses(base)}
    noms = {"toutes": "Tous les territoires"}
    for agglomeration in base.agglomerations():
        siens = questions.douteuses(base, agglomeration.territoire)
        if siens:
            par_lieu[agglomeration.territoire] = siens
            noms[agglomeration.territoire] = agglomeration.nom
    choisie = etat.choix_unique(
        "agglomeration",
        "Agglomération",
        list(noms),
        defaut="toutes",
        nommer=lambda c: f"{noms[c]} ({methode_vue.compter(len(par_lieu[c]), 'chiffre')})",
    )
    afficher(
        cadre(
            "<p>Un chiffre douteux est imprimé dans un document mais contredit par un calcul ou par une autre source. "
            "Il est gardé tel qu’imprimé, marqué partout où il paraît, et jamais préféré à un chiffre sûr.</p>"
        )
    )
    chiffres = par_lieu[choisie or "toutes"]
    afficher(
        methode_vue.douteuses(chiffres, catalogue, lieux(o.territoire for o in chiffres), base.communes_par_quartier())
    )


def absences() -> None:
    """Ce que disent les cases, et les lignes que des fiches n'impriment pas."""
    lignes = questions.absences(base)
    noms = lieux(code for code, *_ in lignes)
    afficher(methode_vue.absences(lignes, questions.statuts(base), catalogue, noms))


def couverture() -> None:
    """Un document lu, section par section."""
    toutes = questions.sections(base)
    documents = list(dict.fromkeys(s.document for s in toutes))
    if not documents:
        st.info("Aucun document n’a encore été découpé en sections.")
        return
    choisi = etat.choix_unique(
        "document", "Document", documents, defaut=documents[0], nommer=lambda c: catalogue.sources[c].titre
    )
    afficher(methode_vue.couverture([s for s in toutes if s.document == choisi]))


def parutions() -> None:
    """Le journal des chiffres ; rien s'il n'y en a pas."""
    for parution in journal():
        afficher(cadre(f"<h2>{escape(parution.titre)}</h2>"))
        st.markdown(parution.texte)


RUBRIQUES = {
    "indicateurs": ("Indicateurs", indicateurs),
    "sources": ("Sources et licences", sources),
    "douteux": ("Chiffres douteux", douteux),
    "absences": ("Ce qui manque", absences),
    "couverture": ("Documents lus", couverture),
    "regles": ("Règles de lecture", lambda: afficher(methode_vue.regles())),
    "glossaire": ("Glossaire", lambda: afficher(methode_vue.glossaire(questions.glossaire(base)))),
    "journal": ("Journal", parutions),
}

afficher(cadre("<h1>Sources et méthode</h1>"))
etat.ecrire("territoire", etat.lire("territoire"))
ouverte = methode_vue.choisir_rubrique({code: nom for code, (nom, _) in RUBRIQUES.items()})
afficher(papier.entete("Sources et méthode", territoire="tous les territoires", filtres=RUBRIQUES[ouverte][0]))
RUBRIQUES[ouverte][1]()
afficher(pied())
