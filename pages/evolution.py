"""Évolution : un indicateur dans le temps, pour un territoire et ses références, ou pour tout un groupe."""

import streamlit as st

from indicators.analyse.series import references_montrees
from pages.commun import adresse, groupes, papier
from pages.commun.acces import en_service
from pages.commun.affichage import afficher
from pages.commun.blocs import comment_lire, pied
from pages.commun.choix import choix_multiple, choix_unique, replies
from pages.commun.selecteur import libelle
from pages.parametres import GROUPE, INDICATEUR, REFERENCES, SUIVRE, TERRITOIRE
from pages.vues.evolution import blocs
from pages.vues.evolution import ecran as evolution_vue
from pages.vues.evolution import groupe as vue_du_groupe

VUES = {"territoire": "Ce territoire", "groupe": "Tout un groupe"}

base = en_service()
catalogue = base.catalogue
demande = adresse.lire(TERRITOIRE)
autour = groupes.autour(base, demande, adresse.lire(GROUPE))
choix = groupes.groupes_pour(base, demande, autour)
possibles = [vue for vue in VUES if (demande if vue == "territoire" else choix)]
if not possibles:
    afficher(blocs.invitation())
    st.stop()
etroite, gauche, droite = replies("Changer l’indicateur, les territoires").columns([2, 4, 5], gap="small")
with etroite:
    vue = choix_unique(
        SUIVRE,
        "Suivre",
        possibles,
        defaut=evolution_vue.par_defaut(base, demande, possibles),
        nommer=VUES.__getitem__,
        etiquette_visible=False,
    )
if vue == "groupe" or demande is None:
    depart = groupes.du_lieu_ouvert(base, demande, choix) or groupes.groupe_du_territoire(base, demande, autour)
    vue_du_groupe.montrer(base, choix, depart, gauche, droite)
    afficher(pied())
    st.stop()

fiche = base.fiche(demande)
code = fiche.territoire.territoire
siens = evolution_vue.suivis_de(base, code)
if not siens:
    afficher(evolution_vue.sans_suivi(base, code))
    afficher(pied())
    st.stop()

series = {e.indicateur.indicateur: (s, e.indicateur) for s, e in siens}
cles = [i.indicateur for i in catalogue.cles(fiche.territoire.maille) if i.indicateur in series]
options = list(dict.fromkeys([*cles, *series]))
voulu = adresse.lire(INDICATEUR)
with gauche:
    choisi = choix_unique(
        INDICATEUR,
        "Indicateur connu à plusieurs dates",
        options,
        defaut=options[0],
        nommer=lambda c: blocs.libelle(*series[c]),
        dire=voulu not in catalogue.indicateurs,
        etiquette_visible=False,
    )
indicateur = catalogue.indicateur(choisi or options[0])
connues = evolution_vue.references_connues(base, code, indicateur)
par_code = {t.territoire: t for t in fiche.references}
with droite:
    refs = choix_multiple(
        REFERENCES,
        "Références",
        list(connues),
        defaut=references_montrees(fiche, connues),
        nommer=lambda c: blocs.libelle_reference(par_code[c], connues[c]),
        invite="Choisir des références" if connues else "Aucune référence n’a cet indicateur",
        etiquette_visible=False,
    )
references = [par_code[c] for c in refs]
suivie = evolution_vue.chronologie(base, code, indicateur, references)

if voulu in catalogue.indicateurs and voulu not in series:
    afficher(blocs.pas_suivi(catalogue.indicateur(voulu), fiche))
afficher(
    papier.entete(
        "Évolution",
        territoire=libelle(base, fiche.territoire),
        annee=suivie.annee,
        filtres=f"{indicateur.libelle}, face à {', '.join(par_code[c].nom for c in refs)}"
        if refs
        else indicateur.libelle,
        documents=papier.enumerer(suivie.sources),
    )
)
afficher(suivie.reponse)
from pages.commun import graphiques  # noqa: E402 — Plotly n'est chargé que s'il y a une courbe à tracer

dessin = evolution_vue.dessin(base, code, indicateur, references, graphiques.encre())
st.plotly_chart(dessin.figure, config=graphiques.REGLAGES, theme=None, alt=suivie.lecture, key="courbe")
afficher(dessin.legende)
afficher(comment_lire("evolution"))
legende = f"{indicateur.libelle}, {fiche.territoire.nom}"
afficher(graphiques.image(legende, suivie.sources))
with st.container(key="au_papier"), st.expander("Voir le tableau, année par année"):
    afficher(suivie.tableau)
for bloc in suivie.suite:
    afficher(bloc)
afficher(pied())
