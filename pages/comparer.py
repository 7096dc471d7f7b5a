"""Comparer : un indicateur sur plusieurs territoires, deux indicateurs face à face, ou un tableau croisé."""

from functools import partial

import streamlit as st

from pages.commun import adresse, groupes
from pages.commun.acces import en_service
from pages.commun.affichage import afficher
from pages.commun.blocs import petit, pied, titre
from pages.commun.choix import choix_multiple, choix_unique, replies_sous, verifier
from pages.commun.memoire import confronter, indicateurs_connus
from pages.commun.memoire import territoires as lieux
from pages.commun.selecteur import options_de_territoires
from pages.parametres import ANNEE, GROUPE, INDICATEUR, REFERENCES, SECOND, TERRITOIRE, TERRITOIRES, VUE
from pages.vues import comparer as vues_comparer
from pages.vues import tableau_croise

TROP_POUR_UN_CLASSEMENT = 40

base = en_service()
catalogue = base.catalogue
ouvert = adresse.lire(TERRITOIRE)
afficher(titre("Comparer"))

agglomerations = groupes.autour(base, ouvert, adresse.lire(GROUPE))
choix = groupes.groupes_pour(base, ouvert, agglomerations)
if not choix and not ouvert:
    groupes.arreter_sans_groupe()
depart = groupes.du_lieu_ouvert(base, ouvert, choix) or groupes.groupe_du_territoire(base, ouvert, agglomerations)
if not depart and ouvert and adresse.lire(GROUPE) not in choix:
    afficher(groupes.sans_groupe(base, ouvert, "comparer", "aucun groupe de territoires à comparer autour de lui."))
    afficher(pied())
    st.stop()
depart = depart or next(iter(choix))
choisir = partial(choix_unique, etiquette_visible=False)
bloc = replies_sous(GROUPE, choix, depart, lambda c: choix[c].libelle)
colonne_groupe, colonne_indicateur, colonne_vue = bloc.columns([4, 4, 3], gap="small")
with colonne_groupe:
    groupe = choisir(GROUPE, "Quels territoires ?", list(choix), defaut=depart, nommer=lambda c: choix[c].libelle)
with colonne_vue:
    vue_choisie = choisir(VUE, "Quelle vue ?", list(vues_comparer.VUES), nommer=vues_comparer.VUES.__getitem__)
retenu = choix[groupe or depart]
if not adresse.lire(GROUPE) and (absent := groupes.hors_du_groupe(base, ouvert, retenu)):
    afficher(petit(absent))
if retenu.explication:
    afficher(petit(retenu.explication))
gauche, milieu, droite = (colonne_indicateur,) * 3 if vue_choisie == "tableau" else bloc.columns([6, 2, 3], gap="small")
with droite, st.popover("Ajouter ou retirer des territoires", width="stretch"):
    noms = options_de_territoires(base, [*retenu.membres, *adresse.lire_liste(TERRITOIRES)], "comparer")
    membres = choix_multiple(
        TERRITOIRES,
        "Territoires comparés",
        list(noms),
        defaut=retenu.membres,
        nommer=noms.__getitem__,
        invite="Tapez un nom, une commune ou un code",
    )
territoires = lieux(base, membres)
connus = indicateurs_connus(base, membres)
cles = [i.indicateur for i in catalogue.cles(territoires[0].maille if territoires else None)]
options = [c for c in dict.fromkeys((*cles, *catalogue.indicateurs)) if c in connus]
if not options:
    groupes.arreter_sans_indicateur()
candidates = groupes.references(base, retenu)
choisir_indicateur = partial(groupes.choisir_indicateur, catalogue, connus, options, etiquette_visible=False)

if vue_choisie == "tableau":
    tableau_croise.montrer(base, retenu, territoires, connus, bloc)
    afficher(pied())
    st.stop()

with colonne_indicateur:
    indicateur = catalogue.indicateur(
        choisir_indicateur(INDICATEUR, "Quel indicateur ?", groupes.indicateur_par_defaut(options, connus))
    )
if vue_choisie == "nuage":
    autres = [c for c in options if c != indicateur.indicateur] or options
    with gauche:
        second = catalogue.indicateur(choisir_indicateur(SECOND, "Face à quel autre ?", autres[0]))
    vues_comparer.nuage(base, retenu, indicateur, second, territoires)
    afficher(pied())
    st.stop()

with gauche:
    par_code = {t.territoire: t for t in candidates}
    refs = choix_multiple(
        REFERENCES,
        "Références",
        list(par_code),
        defaut=groupes.par_defaut(candidates),
        nommer=lambda c: par_code[c].nom_court,
        invite="Choisir des références",
        etiquette_visible=False,
    )
references = [par_code[r] for r in refs]
plus_connue = confronter(base, indicateur, territoires, references, None, ouvert).periode or None
vue = confronter(base, indicateur, territoires, references, adresse.lire(ANNEE) or plus_connue, ouvert)
if len(vue.periodes) > 1:
    with milieu:
        choisir(ANNEE, "Année", list(vue.periodes), defaut=plus_connue, nommer=groupes.libelle_periode)
else:
    verifier(ANNEE, list(vue.periodes), plus_connue, groupes.libelle_periode)
en_essaim = vue_choisie == "essaim" or len(vue.lignes) > TROP_POUR_UN_CLASSEMENT
vues_comparer.classement(base, retenu, vue, references, territoires, ouvert, en_essaim=en_essaim)
afficher(pied())
