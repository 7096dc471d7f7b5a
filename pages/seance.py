"""La séance : les diapositives d'un territoire, projetées au clavier ; notes et décisions partent avec le diaporama."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.commun import adresse, avis, blocs, mots, papier, suivi, tableaux
from pages.commun.acces import en_service, portrait
from pages.commun.affichage import afficher
from pages.commun.choix import choix_multiple, choix_unique, verifier, verifier_liste
from pages.ecrans import PAR_CODE
from pages.parametres import DIAPO, ORDRE, REFERENCE, TERRITOIRE
from pages.vues.seance import etat as seance_etat
from pages.vues.seance.projection import diapositive, sortes_de_dessins
from pages.vues.suivi import en_seance

demande = adresse.lire(TERRITOIRE)
if demande is None:
    afficher(blocs.invitation("Séance", "sa séance"))
    st.stop()
base = en_service()
fiche = base.fiche(demande)
code = fiche.territoire.territoire
references = {t.territoire: t.nom for t in fiche.references}
seconde = verifier(REFERENCE, list(references), None, references.__getitem__)
vue = portrait(base, code, seconde)
with st.spinner("Préparation de la séance…"):
    entiere = en_seance.avec_depuis(seance_etat.seance(base, code, seconde), vue)
qui = suivi.anime()
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
    adresse.ouvrir(PAR_CODE["seance"], en_service().catalogue.renommages)
    mots.commencer()
    tableaux.commencer(PAR_CODE["seance"])
    avis.preparer()
    ordre = verifier_liste(ORDRE, list(entiere.cles), entiere.cles, seance_etat.nommer(entiere))
    projetee = entiere.choisir(ordre)
    rang = seance_etat.position(projetee)
    courante = projetee.diapositives[rang]
    afficher(diapositive(courante, projetee, rang))
    with st.container(key="seance_outils"):
        cle_du_champ = seance_etat.cle_du_champ if qui is None else en_seance.cle_de_la_note
        seance_etat.clavier(projetee, rang, cle_du_champ(code, courante))
        avant, ou, apres = st.columns([1, 3, 1], gap="small", vertical_alignment="bottom")
        avant.button(
            "← Précédente",
            on_click=seance_etat.aller,
            args=(projetee, rang - 1),
            disabled=rang == 0,
            width="stretch",
        )
        with ou:
            choix_unique(
                DIAPO,
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
        afficher(blocs.comment_lire(*sortes_de_dessins(courante)))
    with st.container(key="seance_notes"):
        if qui is None:
            seance_etat.noter(code, courante)
            en_seance.avertir()
        else:
            en_seance.noter(entiere, vue, courante, qui)
            en_seance.decider(vue, entiere, qui)
    with (
        st.container(key="seance_preparation"),
        st.expander(f"Préparer : {len(projetee.cles)} diapositives sur {len(entiere.cles)}, leur ordre"),
    ):
        choix_multiple(
            ORDRE,
            "Diapositives projetées, dans cet ordre",
            list(entiere.cles),
            defaut=entiere.cles,
            nommer=seance_etat.nommer(entiere),
            invite="Ajouter une diapositive",
        )
        boutons: tuple[tuple[str, Callable[..., None], tuple[Any, ...], bool], ...] = (
            ("Placer celle-ci avant", seance_etat.deplacer, (entiere, projetee, rang, -1), rang > 0),
            (
                "Placer celle-ci après",
                seance_etat.deplacer,
                (entiere, projetee, rang, 1),
                rang < len(projetee.cles) - 1,
            ),
            ("Retirer celle-ci", seance_etat.retirer, (entiere, projetee, rang), len(projetee.cles) > 1),
            ("Tout remettre", seance_etat.remettre, (), True),
        )
        for colonne, (libelle, geste, args, possible) in zip(st.columns(4), boutons, strict=True):
            colonne.button(libelle, on_click=geste, args=args, disabled=not possible, width="stretch")

    with st.container(key="seance_emporter"):
        seance_etat.emporter(projetee, None if qui is None else en_seance.prises(code))


projeter()
with st.container(key="seance_pied"):
    afficher(blocs.pied())
