"""Évolution : un indicateur dans le temps, pour un territoire et ses références ; l'écart se creuse-t-il ?"""

import streamlit as st

from indicators.erreurs import TerritoireInconnu
from indicators.series import indicateurs_suivis, references_connues, references_montrees, suivre
from pages.commun import chronologie, etat, papier
from pages.commun.acces import entrepot
from pages.commun.affichage import afficher
from pages.commun.blocs import cadre, pied
from pages.commun.selecteur import libelle, signaler_inconnu

base = entrepot()
catalogue = base.catalogue
demande = etat.lire("territoire")
if demande is None:
    tous = base.territoires(base.nombres_de_chiffres())
    suivis = indicateurs_suivis(base, [t.territoire for t in tous])
    afficher(chronologie.invitation())
    afficher(chronologie.liste_des_suivis("Territoires suivis", chronologie.compter(tous, suivis)))
    st.stop()
try:
    fiche = base.fiche(demande)
except TerritoireInconnu:
    signaler_inconnu(demande)
    st.stop()
code = fiche.territoire.territoire
etat.ecrire("territoire", code)

siens = indicateurs_suivis(base, [code]).get(code, ())
if not siens:
    proches = chronologie.autour(fiche, base)
    suivis = indicateurs_suivis(base, [t.territoire for t in proches])
    connus = base.nombres_de_chiffres().get(code, 0)
    afficher(chronologie.rien_a_suivre(fiche, connus, chronologie.compter(proches, suivis)))
    afficher(pied())
    st.stop()

afficher(cadre("<h1>Évolution</h1>"))
series = {e.indicateur.indicateur: (s, e.indicateur) for s, e in siens}
cles = [i.indicateur for i in catalogue.tete if i.indicateur in series]
options = list(dict.fromkeys([*cles, *series]))
voulu = etat.lire("indicateur")
choisi = etat.choix_unique(
    "indicateur",
    "Indicateur connu à plusieurs dates",
    options,
    defaut=options[0],
    nommer=lambda c: chronologie.libelle(*series[c]),
)
indicateur = catalogue.indicateur(choisi or options[0])
connues = references_connues(base, fiche, indicateur)
par_code = {t.territoire: t for t in fiche.references}
refs = etat.choix_multiple(
    "references",
    "Références",
    list(connues),
    defaut=references_montrees(fiche, connues),
    nommer=lambda c: chronologie.libelle_reference(par_code[c], connues[c]),
    invite="Choisir des références" if connues else "Aucune référence n’a cet indicateur",
    selon=code,
)
suivi = suivre(base, fiche, indicateur, [par_code[c] for c in refs])

if voulu in catalogue.indicateurs and voulu not in series:
    afficher(chronologie.pas_suivi(catalogue.indicateur(voulu), fiche))
montres = suivi.chiffres
afficher(
    papier.entete(
        "Évolution",
        territoire=libelle(base, fiche.territoire),
        annee=papier.annees(montres),
        filtres=f"{indicateur.libelle}, face à {', '.join(par_code[c].nom for c in refs)}"
        if refs
        else indicateur.libelle,
        chiffres=montres,
        catalogue=catalogue,
    )
)
afficher(chronologie.reponse(suivi))
from pages.commun import courbes, graphiques  # noqa: E402 — Plotly n'est chargé que s'il y a une courbe à tracer

st.plotly_chart(
    courbes.courbe(suivi), config=graphiques.REGLAGES, theme=None, alt=chronologie.lecture(suivi), key="courbe"
)
afficher(courbes.legende(suivi))
titre = f"{indicateur.libelle}, {fiche.territoire.nom}"
afficher(graphiques.image(titre, papier.sources(montres, catalogue)))
with st.container(key="au_papier"), st.expander("Voir le tableau, année par année"):
    afficher(chronologie.toutes_les_annees(suivi, catalogue))
afficher(chronologie.perimetres(suivi))
afficher(chronologie.ecarts(suivi))
afficher(chronologie.autres_indicateurs(siens, indicateur.indicateur))
afficher(pied())
