"""Comparer : un indicateur sur plusieurs territoires, puis plusieurs indicateurs côte à côte."""

import streamlit as st

from indicators import phrases
from indicators.comparatif import confronter, croiser
from indicators.tableur import csv_francais
from pages.commun import etat, groupes, tableaux
from pages.commun.acces import entrepot
from pages.commun.affichage import afficher
from pages.commun.blocs import cadre, pied
from pages.commun.selecteur import libelles

base = entrepot()
catalogue = base.catalogue
noms = libelles(base)
afficher(cadre("<h1>Comparer</h1>"))

etat.ecrire("territoire", etat.lire("territoire"))
choix = groupes.groupes(base)
depart = groupes.groupe_du_territoire(base, etat.lire("territoire"))
colonne_groupe, colonne_indicateur = st.columns(2, gap="medium")
with colonne_groupe:
    groupe = etat.choix_unique(
        "groupe", "Quels territoires ?", list(choix), defaut=depart, nommer=lambda c: choix[c].libelle
    )
retenu = choix[groupe or depart]
with st.expander("Ajouter ou retirer des territoires"):
    membres = etat.choix_multiple(
        "territoires",
        "Territoires comparés",
        list(noms),
        defaut=retenu.membres,
        nommer=noms.__getitem__,
        invite="Tapez un nom, une commune ou un code",
        selon=retenu.code,
    )
territoires = base.territoires(membres)
connus = base.indicateurs_connus(membres)
options = [i.indicateur for i in (*catalogue.tete, *catalogue.indicateurs.values()) if i.indicateur in connus]
options = list(dict.fromkeys(options))
if not options:
    st.info("Aucun indicateur n’est connu pour ces territoires. Choisissez-en d’autres, ou un autre périmètre.")
    st.stop()
with colonne_indicateur:
    code = etat.choix_unique(
        "indicateur",
        "Quel indicateur ?",
        options,
        defaut=groupes.indicateur_par_defaut(options, connus),
        nommer=lambda c: groupes.libelle_indicateur(catalogue.indicateurs[c], connus[c]),
    )
indicateur = catalogue.indicateur(code or options[0])
candidates = groupes.references(base, retenu)
gauche, droite = st.columns([3, 1], gap="medium")
with gauche:
    refs = etat.choix_multiple(
        "references",
        "Références",
        [t.territoire for t in candidates],
        defaut=[t.territoire for t in candidates[:3]],
        nommer={t.territoire: t.nom for t in candidates}.__getitem__,
        invite="Choisir des références",
        selon=retenu.code,
    )
par_code = {t.territoire: t for t in candidates}
vue = confronter(base, indicateur, territoires, [par_code[r] for r in refs], etat.lire("annee"))
if len(vue.periodes) > 1:
    with droite:
        annee = etat.choix_unique(
            "annee", "Année", list(vue.periodes), defaut=vue.periode, nommer=groupes.libelle_periode
        )
    vue = confronter(base, indicateur, territoires, [par_code[r] for r in refs], annee)

afficher(tableaux.titre_comparatif(vue))
if vue.lignes:
    from pages.commun import graphiques

    st.plotly_chart(
        graphiques.classement(vue, etat.lire("territoire")),
        config=graphiques.REGLAGES,
        theme=None,
        alt=phrases.lecture_classement(vue.classement, [li.territoire for li in vue.lignes]),
    )
afficher(tableaux.sans_rang(vue))
lieux = base.communes_par_quartier()
with st.expander("Voir le tableau"):
    afficher(tableaux.comparatif(vue, lieux))
st.download_button(
    "Télécharger ce tableau (CSV pour Excel)",
    csv_francais(vue, catalogue.sources),
    file_name=f"{indicateur.indicateur}_{vue.periode or 'sans-annee'}.csv",
    mime="text/csv",
)

afficher(cadre("<h2>Plusieurs indicateurs, côte à côte</h2>"))
choisis = etat.choix_multiple(
    "indicateurs",
    "Indicateurs",
    options,
    defaut=[i.indicateur for i in catalogue.tete if i.indicateur in connus] or options[:5],
    nommer=lambda c: catalogue.indicateurs[c].libelle_court,
    invite="Choisir des indicateurs",
    selon=retenu.code,
)
colonnes = [*territoires[:6], *(t for t, _ in vue.references[:2])]
lignes = croiser(base, [catalogue.indicateur(c) for c in choisis], colonnes)
afficher(tableaux.cote_a_cote(lignes, colonnes, len(territoires)))
afficher(pied())
