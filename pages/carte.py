"""Carte : où est-ce ? Un indicateur sur les quartiers ou les communes d'une agglomération, une carte ou deux."""

from functools import partial

import streamlit as st

from indicators.carte.decoupage import Methode, methodes
from indicators.recit import phrases
from pages.commun import adresse, groupes
from pages.commun.acces import en_service
from pages.commun.affichage import afficher
from pages.commun.blocs import petit, pied, titre
from pages.commun.choix import choix_unique, replies_sous
from pages.commun.memoire import confronter, indicateurs_connus
from pages.commun.memoire import territoires as lieux
from pages.parametres import ANNEE, ANNEE2, AUTOUR, CADRAGE, CLASSES, DEUX, GROUPE, INDICATEUR, SECOND, TERRITOIRE
from pages.vues.carte import choix as carte_choix
from pages.vues.carte import ecran as carte_vue
from pages.vues.carte import iris as carte_iris
from pages.vues.carte import marques as carte_marques
from pages.vues.carte.ecran import Demande

NOMBRE = {"non": "Une seule carte", "annee": "Deux années", "indicateur": "Deux indicateurs"}

base = en_service()
catalogue = base.catalogue
ouvert = adresse.lire(TERRITOIRE)

agglomerations = groupes.autour(base, ouvert, adresse.lire(GROUPE))
choix = carte_choix.groupes_de_carte(base, ouvert, agglomerations)
if not choix and not ouvert:
    afficher(titre("Carte"))
    groupes.arreter_sans_groupe()
depart = (
    next((code for code, g in carte_choix.grands_groupes(base).items() if g.agglomeration.territoire == ouvert), "")
    or groupes.du_lieu_ouvert(base, ouvert, choix)
    or groupes.groupe_du_territoire(base, ouvert, agglomerations)
)
if not depart and ouvert and adresse.lire(GROUPE) not in choix:
    afficher(titre("Carte"))
    afficher(groupes.sans_groupe(base, ouvert, "carte", "aucun groupe de territoires à mettre sur une carte."))
    afficher(pied())
    st.stop()
# Un groupe demandé qui n'existe pas resserre les choix sur son agglomération : le départ en est un.
depart = depart if depart in choix else next(iter(choix))
choisir = partial(choix_unique, etiquette_visible=False)
ligne = replies_sous(GROUPE, choix, depart, lambda c: choix[c].libelle).container(key="carte_choix")
des_lieux, des_indicateurs, des_annees, des_references, des_reglages = ligne.columns(
    [3.1, 2.6, 0.95, 1.75, 1.2], gap="small", vertical_alignment="center"
)
with des_lieux:
    groupe = choisir(GROUPE, "Quels territoires ?", list(choix), defaut=depart, nommer=lambda c: choix[c].libelle)
retenu = choix[groupe or depart]
afficher(carte_iris.mailles(choix, retenu, adresse.lire(INDICATEUR)))
if len(retenu.membres) > carte_choix.TROP_DE_LIEUX:
    afficher(titre("Carte") + carte_vue.trop(len(retenu.membres), retenu.libelle) + pied())
    st.stop()
territoires = lieux(base, retenu.membres)
connus = indicateurs_connus(base, retenu.membres)
cles = [i.indicateur for i in catalogue.cles(territoires[0].maille if territoires else None)]
options = [c for c in dict.fromkeys((*cles, *catalogue.indicateurs)) if c in connus]
if not options:
    afficher(titre("Carte"))
    groupes.arreter_sans_indicateur()
choisir_indicateur = partial(groupes.choisir_indicateur, catalogue, connus, options)

with des_indicateurs:
    indicateur = catalogue.indicateur(
        choisir_indicateur(
            INDICATEUR,
            "Quel indicateur ?",
            groupes.indicateur_par_defaut(options, connus),
            etiquette_visible=False,
        )
    )
if not adresse.lire(GROUPE) and (absent := groupes.hors_du_groupe(base, ouvert, retenu)):
    afficher(petit(absent))
references = groupes.references(base, retenu)
plus_connue = confronter(base, indicateur, territoires, references, None, ouvert).periode or None
tout = confronter(base, indicateur, territoires, references, adresse.lire(ANNEE) or plus_connue, ouvert)
with des_annees:
    choisir(ANNEE, "Année", list(tout.periodes), defaut=plus_connue, nommer=groupes.libelle_periode)
comparables = {t.territoire: t for t in carte_choix.references_comparables(tout)}
# La référence du portrait, ou aucune : une autre se choisit, elle n'est jamais prise à sa place.
reference = comparables.get(references[0].territoire)
possibles = methodes(carte_choix.face_a(tout, reference))
if reference is None and comparables:
    possibles.append(Methode.REFERENCE)
    afficher(petit(carte_choix.sans_reference(references[0])))
reglages = des_reglages.popover("Réglages", icon=":material/tune:", width="stretch")
with reglages:
    noms_des_classes = {str(m): m.libelle for m in possibles}
    choisie = choix_unique(
        CLASSES, "Classes", list(noms_des_classes), defaut=str(possibles[0]), nommer=noms_des_classes.__getitem__
    )
methode = Methode(choisie or possibles[0])
if methode is Methode.REFERENCE:
    with des_references:
        autour = choisir(
            AUTOUR,
            "Face à quel territoire ?",
            list(comparables),
            defaut=next(iter(groupes.par_defaut([reference] if reference else list(comparables.values()))), None),
            nommer=lambda c: phrases.face_a(comparables[c]),
        )
    reference = comparables.get(autour or "", reference)
vue = carte_choix.face_a(tout, reference)
autour_de = tuple(t for t, _ in vue.references)
with reglages:
    deux = choix_unique(
        DEUX,
        "Une carte ou deux",
        [c for c in NOMBRE if c != "annee" or len(vue.periodes) > 1],
        nommer=NOMBRE.__getitem__,
        precision="Les deux années ne se proposent que si l’indicateur en a plusieurs.",
    )
    demandes = [Demande(indicateur, territoires, autour_de, vue.periode)]
    if deux == "annee":
        autres = [p for p in vue.periodes if p != vue.periode]
        annee2 = choix_unique(ANNEE2, "Seconde carte", autres, defaut=autres[0], nommer=groupes.libelle_periode)
        demandes.append(Demande(indicateur, territoires, autour_de, annee2 or autres[0]))
    elif deux == "indicateur":
        autres = [c for c in options if c != indicateur.indicateur] or options
        second = catalogue.indicateur(choisir_indicateur(SECOND, "Seconde carte", autres[0]))
        demandes.append(Demande(second, territoires, autour_de))
    cadrages = carte_choix.cadrages(base, territoires, serre=groupes.est_de_membres(retenu))
    cadrage = choix_unique(CADRAGE, "Cadrer sur", list(cadrages), nommer=lambda c: cadrages[c][0])
    marques = carte_marques.choisir()
    fond = st.toggle(
        "Ajouter le fond de carte de l’IGN",
        key="fond_ign",
        help="Le navigateur demande alors des images à data.geopf.fr. Éteint, rien ne sort de la machine.",
    )

demandes.sort(key=lambda d: d.periode or "" if deux == "annee" else "")
montage = carte_vue.monter(
    base,
    demandes,
    methode,
    classes_communes=deux != "indicateur",
    agglomeration=carte_choix.repere(retenu),
    emprise=cadrages[cadrage or carte_choix.TOUT][1],
    ouvert=ouvert,
    fond=fond,
    marques=marques,
)
carte_vue.montrer(base, montage, retenu.libelle)
afficher(carte_iris.poches(base, retenu, indicateur.indicateur, vue.periode))
afficher(pied())
