"""Mettre à jour : déposer un fichier, lire ce qui changerait, l'ajouter ou le laisser, annuler un ajout."""

from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from indicators.base.imports import lignes_ecartees
from indicators.imports.formats.modele import modele_csv, modele_xlsx
from indicators.imports.moteur.ajout import annuler, appliquer, essayer
from indicators.imports.moteur.annees import Demande
from indicators.imports.moteur.journal import journal
from indicators.imports.moteur.lot import preparer
from indicators.imports.moteur.rapport import Rapport, rapporter
from indicators.imports.moteur.reconnaissance import Fichier
from indicators.socle.erreurs import DonneesInvalides, ErreurImport
from pages.commun.acces import en_service
from pages.commun.affichage import afficher, en_clair
from pages.commun.blocs import copier, pied, titre
from pages.serveur import depots
from pages.serveur import porte as autorisation
from pages.vues import accueil, manques
from pages.vues import mettre_a_jour as rapport_vue
from pages.vues.regrouper import ecran as regrouper

_PORTEES = {
    "connus": "Seulement les territoires déjà connus",
    "tous": "Tous ceux que le fichier nomme",
    "codes": "Ceux d’un département, d’un EPCI…",
}

afficher(titre("Mettre à jour", "Déposez un fichier : rien ne change avant que vous n’ayez lu ce qui changerait."))
personne = autorisation.qui()
if personne is None:
    st.write("Cet écran est réservé aux personnes qui tiennent les données.")
    autorisation.demander()
    st.stop()


def preparer_le_rapport(deposes: list[UploadedFile], demande: Demande, portee: str, mouvements: bool) -> Rapport:
    """Le rapport de ces fichiers, gardé le temps de la session tant que rien n'a changé."""
    base = en_service()
    cle = (tuple(depose.file_id for depose in deposes), repr(demande), portee, mouvements, base.chemin.name)
    garde = st.session_state.get("rapport_en_cours")
    if garde is None or garde[0] != cle:
        barre = st.progress(0.0, "Lecture…")

        def avancer(part: float, quoi: str) -> None:
            barre.progress(part, quoi)

        fichiers = [Fichier(depose.name, partial(depots.octets, depose)) for depose in deposes]
        lot = preparer(fichiers, base, demande=demande, territoires=portee, mouvements=mouvements, avancer=avancer)
        rapport = rapporter(lot, base.catalogue)
        if not rapport.est_vide:
            essayer(rapport)
        garde = st.session_state["rapport_en_cours"] = (cle, rapport)
        barre.empty()
    if (
        st.session_state.get("rapport_montre", cle)[:-1] == cle[:-1]
        and st.session_state.get("rapport_montre", cle) != cle
    ):
        st.warning("La base a changé depuis le rapport que vous lisiez : voici le nouveau. Rien n’a été ajouté.")
    st.session_state["rapport_montre"] = cle
    return garde[1]


def proposer() -> None:
    """Le dépôt, les réglages, le rapport, la décision."""
    deposes = st.file_uploader(
        "Fichiers d’un producteur (Insee, DEPP, ANCT, DGCL) ou modèle rempli : CSV, XLSX, Parquet ; contours : GeoJSON",
        accept_multiple_files=True,
        key=f"depot_{st.session_state.get('depots', 0)}",
    )
    with st.expander("Réglages : année, édition, territoires"):
        annee = st.text_input(
            "Année mesurée, si le fichier ne la dit pas",
            help="2018 ; ou par groupe de colonnes : rp=2018,cnaf=2020. Le millésime du nom n’est pas cette année.",
        )
        edition = st.number_input("Édition, si le fichier ne la dit pas", 1990, 2100, value=None, step=1)
        sans_annee = st.checkbox("Garder sans année ce que rien ne date")
        choix = st.radio("Quels territoires ?", list(_PORTEES), format_func=_PORTEES.__getitem__)
        codes = st.text_input("Codes", placeholder="DEP62,EPCI200072460") if choix == "codes" else ""
        mouvements = st.checkbox(
            "Appliquer les mouvements des lieux : communes fusionnées, nouvelles ou renommées, EPCI redessinés",
            help="Le rapport les dit toujours. Appliqués, les liens d’avant gardent leurs dates, et les chiffres d’un "
            "ancien périmètre ne se comparent plus à ceux du nouveau. S’annule comme tout ajout.",
        )
    if not deposes:
        return
    demande = Demande.lire([annee] if annee.strip() else [], edition, sans_annee)
    rapport = preparer_le_rapport(deposes, demande, codes or ("connus" if choix == "codes" else choix), mouvements)
    for bloc in (rapport_vue.bilan, rapport_vue.fichiers, rapport_vue.alertes):
        afficher(bloc(rapport))
    st.space("small")
    with st.container(horizontal=True):
        # Un bouton par rapport : accepter celui que l'on a lu n'accepte pas celui qui l'a remplacé entre-temps.
        bouton = f"accepter {hash(st.session_state['rapport_montre'])}"
        accepte = not rapport.est_vide and st.button("Ajouter ces valeurs", type="primary", key=bouton)
        st.download_button("Télécharger le rapport", rapport.texte(), "rapport-d-ajout.txt", "text/plain")
    if accepte:
        with st.spinner("Construction de la base…"):
            entree = appliquer(rapport, auteur=personne or "")
        depots.oublier(deposes)
        del st.session_state["rapport_en_cours"]
        st.session_state["depots"] = st.session_state.get("depots", 0) + 1
        st.session_state["dernier_ajout"] = f"Ajout n° {entree.numero} en service : {entree.resume}."
        st.rerun()


def defaire() -> None:
    """Le journal, et l'annulation du dernier ajout en service."""
    entrees = journal(ecartees=lignes_ecartees(en_service()))
    afficher(rapport_vue.historique(entrees))
    st.space("small")
    derniere = next((entree for entree in entrees if entree.en_service), None)
    if derniere is not None and st.button(f"Annuler l’ajout n° {derniere.numero}"):
        entree = annuler(numero=derniere.numero)
        st.session_state["dernier_ajout"] = f"Ajout n° {entree.numero} annulé : la base est celle d’avant."
        st.rerun()


if message := st.session_state.pop("dernier_ajout", None):
    st.success(message)
try:
    proposer()
    regrouper.montrer(en_service(), personne)
    defaire()
except DonneesInvalides as erreur:
    st.error(en_clair(f"L’ajout a été refusé, rien n’a changé : {erreur.constats[0]}"))
except ErreurImport as erreur:
    st.error(en_clair(str(erreur)))
    defaire()
afficher(manques.de_l_installation(en_service(), [t.territoire for t in accueil.agglomerations(en_service())[0]]))
afficher(rapport_vue.modele())
st.space("small")
with st.container(horizontal=True):
    st.download_button("Modèle XLSX", lambda: modele_xlsx(en_service().catalogue), "modele-observatoire.xlsx")
    st.download_button("Modèle CSV", modele_csv, "modele-observatoire.csv", "text/csv")
    st.button("Fermer la session", on_click=autorisation.sortir)
afficher(pied() + copier())
