"""La séance : les diapositives d'un territoire, projetées au clavier ; notes et décisions partent avec le diaporama."""

import streamlit as st

from indicators.socle.erreurs import TerritoireInconnu
from pages.commun import adresse as etat
from pages.commun import blocs, papier
from pages.commun.acces import en_service
from pages.commun.affichage import afficher
from pages.commun.selecteur import signaler_inconnu
from pages.vues.seance import etat as seance_etat
from pages.vues.seance.projection import diapositive

demande = etat.lire("territoire")
if demande is None:
    afficher(blocs.invitation("sa séance"))
    st.stop()
try:
    fiche = en_service().fiche(demande)
except TerritoireInconnu:
    signaler_inconnu(demande)
    st.stop()
code = fiche.territoire.territoire
etat.ecrire("territoire", code)
if st.session_state.setdefault("seance_de", code) != code:
    st.session_state["seance_de"] = code
    etat.ecrire("ordre", None)
    etat.ecrire("diapo", None)
seconde = etat.lire("reference")
entiere = seance_etat.seance(code, seconde if seconde in {t.territoire for t in fiche.references} else None)
afficher(
    papier.entete(
        "Séance",
        territoire=fiche.territoire.nom,
        filtres="la diapositive montrée ; le diaporama à télécharger les a toutes",
        documents="au pied de la diapositive",
    )
)


@st.fragment
def projeter() -> None:
    """La diapositive et tout ce qui en dépend : changer de diapositive ne rejoue que cela."""
    projetee = entiere.choisir(etat.lire_liste("ordre"))
    rang = seance_etat.position(projetee)
    courante = projetee.diapositives[rang]
    afficher(diapositive(courante, projetee, rang))
    with st.container(key="seance_outils"):
        seance_etat.clavier(projetee, rang)
        avant, ou, apres = st.columns([1, 3, 1], gap="small", vertical_alignment="bottom")
        avant.button(
            "← Précédente",
            on_click=seance_etat.aller,
            args=(projetee, rang - 1),
            disabled=rang == 0,
            width="stretch",
        )
        with ou:
            etat.choix_unique(
                "diapo",
                "Aller à la diapositive",
                list(projetee.cles),
                defaut=projetee.cles[0],
                nommer=seance_etat.nommer(projetee),
            )
        apres.button(
            "Suivante →",
            on_click=seance_etat.aller,
            args=(projetee, rang + 1),
            disabled=rang == len(projetee.cles) - 1,
            width="stretch",
        )
    with st.container(key="seance_notes"):
        seance_etat.noter(code, courante)
    with (
        st.container(key="seance_preparation"),
        st.expander(f"Préparer : {len(projetee.cles)} diapositives sur {len(entiere.cles)}, leur ordre"),
    ):
        etat.choix_multiple(
            "ordre",
            "Diapositives projetées, dans cet ordre",
            list(entiere.cles),
            defaut=entiere.cles,
            nommer=seance_etat.nommer(entiere),
            invite="Ajouter une diapositive",
            selon=code,
        )
        boutons = (
            ("Placer celle-ci avant", seance_etat.deplacer, (projetee, rang, -1), rang > 0),
            ("Placer celle-ci après", seance_etat.deplacer, (projetee, rang, 1), rang < len(projetee.cles) - 1),
            ("Retirer celle-ci", seance_etat.retirer, (projetee, rang), len(projetee.cles) > 1),
            ("Tout remettre", seance_etat.remettre, (), True),
        )
        for colonne, (libelle, geste, args, possible) in zip(st.columns(4), boutons, strict=True):
            colonne.button(libelle, on_click=geste, args=args, disabled=not possible, width="stretch")

    with st.container(key="seance_emporter"):
        seance_etat.emporter(projetee)


projeter()
with st.container(key="seance_pied"):
    afficher(blocs.pied())
