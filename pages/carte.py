"""Carte : où est-ce ? Un indicateur sur les quartiers ou les communes d'une agglomération, une carte ou deux."""

from functools import partial

import streamlit as st

from indicators.carte.decoupage import Methode, methodes
from pages.commun import adresse, groupes
from pages.commun.acces import en_service
from pages.commun.affichage import afficher
from pages.commun.blocs import petit, pied, titre
from pages.commun.choix import choix_unique, verifier
from pages.commun.memoire import confronter, indicateurs_connus
from pages.commun.memoire import territoires as lieux
from pages.ecrans import ANNEE, ANNEE2, AUTOUR, CADRAGE, CLASSES, DEUX, GROUPE, INDICATEUR, SECOND, TERRITOIRE
from pages.vues.carte import choix as carte_choix
from pages.vues.carte import ecran as carte_vue
from pages.vues.carte.ecran import Demande

NOMBRE = {"non": "Une seule carte", "annee": "Deux années", "indicateur": "Deux indicateurs"}

base = en_service()
catalogue = base.catalogue
ouvert = adresse.lire(TERRITOIRE)
afficher(titre("Carte"))

agglomerations = groupes.autour(base, ouvert, adresse.lire(GROUPE))
choix = carte_choix.groupes_de_carte(base, ouvert, agglomerations)
if not choix and not ouvert:
    groupes.arreter_sans_groupe()
depart = groupes.groupe_du_territoire(base, ouvert, agglomerations)
depart = depart or next((code for code, g in choix.items() if g.agglomeration.territoire == ouvert), "")
if not depart and ouvert and adresse.lire(GROUPE) not in choix:
    afficher(groupes.sans_groupe(base, ouvert, "carte", "aucun groupe de territoires à mettre sur une carte.", choix))
    afficher(pied())
    st.stop()
depart = depart or next(iter(choix))
gauche, droite = st.columns(2, gap="medium")
with gauche:
    groupe = choix_unique(GROUPE, "Quels territoires ?", list(choix), defaut=depart, nommer=lambda c: choix[c].libelle)
retenu = choix[groupe or depart]
if len(retenu.membres) > carte_choix.TROP_DE_LIEUX:
    afficher(carte_vue.trop(len(retenu.membres), retenu.libelle))
    afficher(pied())
    st.stop()
territoires = lieux(base, retenu.membres)
connus = indicateurs_connus(base, retenu.membres)
cles = [i.indicateur for i in catalogue.cles(territoires[0].maille if territoires else None)]
options = [c for c in dict.fromkeys((*cles, *catalogue.indicateurs)) if c in connus]
if not options:
    groupes.arreter_sans_indicateur()
choisir_indicateur = partial(groupes.choisir_indicateur, catalogue, connus, options)

with droite:
    indicateur = catalogue.indicateur(
        choisir_indicateur(INDICATEUR, "Quel indicateur ?", groupes.indicateur_par_defaut(options, connus))
    )
references = groupes.references(base, retenu)
plus_connue = confronter(base, indicateur, territoires, references, None, ouvert).periode or None
tout = confronter(base, indicateur, territoires, references, adresse.lire(ANNEE) or plus_connue, ouvert)
colonnes = iter(st.columns(4, gap="medium"))
if len(tout.periodes) > 1:
    with next(colonnes):
        choix_unique(ANNEE, "Année", list(tout.periodes), defaut=plus_connue, nommer=groupes.libelle_periode)
else:
    verifier(ANNEE, list(tout.periodes), plus_connue, groupes.libelle_periode)
comparables = {t.territoire: t for t in carte_choix.references_comparables(tout)}
# La référence du portrait, ou aucune : une autre se choisit, elle n'est jamais prise à sa place.
reference = comparables.get(references[0].territoire)
possibles = methodes(carte_choix.face_a(tout, reference))
if reference is None and comparables:
    possibles.append(Methode.REFERENCE)
    afficher(petit(carte_choix.sans_reference(references[0])))
with next(colonnes):
    choisie = choix_unique(
        CLASSES,
        "Classes",
        [str(m) for m in possibles],
        defaut=str(possibles[0]),
        nommer=lambda m: Methode(m).libelle,
    )
methode = Methode(choisie or possibles[0])
if methode is Methode.REFERENCE and (len(comparables) > 1 or reference is None):
    with next(colonnes):
        autour = choix_unique(
            AUTOUR,
            "Autour de",
            list(comparables),
            defaut=next(iter(groupes.par_defaut([reference] if reference else list(comparables.values()))), None),
            nommer=lambda c: comparables[c].nom,
        )
    reference = comparables.get(autour or "", reference)
vue = carte_choix.face_a(tout, reference)
autour_de = tuple(t for t, _ in vue.references)
with next(colonnes):
    deux = choix_unique(
        DEUX,
        "Une carte ou deux",
        [c for c in NOMBRE if c != "annee" or len(vue.periodes) > 1],
        nommer=NOMBRE.__getitem__,
        aide="Les deux années ne se proposent que si l’indicateur en a plusieurs.",
    )

demandes = [Demande(indicateur, territoires, autour_de, vue.periode)]
cadrages = carte_choix.cadrages(base, territoires)
cadrage = carte_choix.TOUT
if deux != "non" or len(cadrages) > 1:
    colonnes = iter(st.columns(4, gap="medium"))
if deux == "annee":
    with next(colonnes):
        autres = [p for p in vue.periodes if p != vue.periode]
        annee2 = choix_unique(ANNEE2, "Seconde carte", autres, defaut=autres[0], nommer=groupes.libelle_periode)
    demandes.append(Demande(indicateur, territoires, autour_de, annee2 or autres[0]))
elif deux == "indicateur":
    with next(colonnes):
        autres = [c for c in options if c != indicateur.indicateur] or options
        second = catalogue.indicateur(choisir_indicateur(SECOND, "Seconde carte", autres[0]))
    demandes.append(Demande(second, territoires, autour_de))
if len(cadrages) > 1:
    with next(colonnes):
        cadrage = choix_unique(CADRAGE, "Cadrer sur", list(cadrages), nommer=lambda c: cadrages[c][0]) or cadrage
else:
    verifier(CADRAGE, list(cadrages), carte_choix.TOUT, lambda c: cadrages[c][0])

demandes.sort(key=lambda d: d.periode or "" if deux == "annee" else "")
fond = st.toggle(
    "Ajouter le fond de carte de l’IGN",
    key="fond_ign",
    help="Le navigateur demande alors des images à data.geopf.fr. Éteint, rien ne sort de la machine.",
)
montage = carte_vue.monter(
    base,
    demandes,
    methode,
    classes_communes=deux != "indicateur",
    agglomeration=carte_choix.repere(retenu),
    emprise=cadrages[cadrage or carte_choix.TOUT][1],
    ouvert=ouvert,
    fond=fond,
)
carte_vue.montrer(montage, retenu.libelle)
afficher(pied())
