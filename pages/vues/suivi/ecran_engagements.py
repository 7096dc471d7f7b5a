"""Les engagements : où l'on en est, la revue de qui y est invité, puis les engagements eux-mêmes et l'évaluation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from indicators.base.base import Base
from indicators.socle import engagements as socle
from indicators.socle.engagements import Engagement
from indicators.socle.nombres import compter
from indicators.suivi import engagements as dits
from indicators.suivi.auteurs import Auteur, Role
from pages.commun import adresse, groupes, papier, suivi
from pages.commun.affichage import afficher
from pages.parametres import TERRITOIRE
from pages.vues.engagements import blocs, ecran
from pages.vues.suivi import engagements as vue
from pages.vues.suivi.commun import message


def montrer(base: Base, qui: Auteur | None) -> None:
    """Le sujet « engagements »."""
    tous = ecran.tous(base)
    ouvert = adresse.lire(TERRITOIRE)
    points = suivi.lire(dits.points, [])
    if qui is not None and qui.role is not Role.LECTEUR:
        if qui.role is Role.ANIMATEUR:
            vue.a_valider(tous, points, qui)
        vue.revue(base, tous, points, qui)
    if ouvert and not ecran.qui_concernent(base, ouvert):
        afficher(papier.entete("Suivi", territoire=base.territoire(ouvert).nom))
        message("", ecran.sans_engagement(base, ouvert))
    else:
        _montrer(base, tous, points, qui, ouvert)
    for bloc in ecran.evaluation(base, groupes.autour(base, ouvert), ouvert or ""):
        afficher(bloc)
    afficher(blocs.pied())


def _montrer(
    base: Base, tous: Sequence[Engagement], points: Sequence[dits.Point], qui: Auteur | None, ouvert: str | None
) -> None:
    """Les engagements du territoire ouvert, ou tous : leurs filtres, où l'on en est, puis chacun."""
    noms = ecran.noms(base)
    with st.expander("Filtrer les engagements"):
        choix, mots, phrase = blocs.choisir(noms, partial(ecran.comptes, base, ouvert or ""))
    planche = ecran.filtrer(base, choix, mots, phrase, ouvert or "")
    lieu = base.territoire(ouvert).nom if ouvert else planche.territoire
    afficher(
        papier.entete("Suivi", territoire=lieu, annee=planche.annee, filtres=phrase,
                      documents=planche.documents)
    )  # fmt: skip
    montres = socle.filtrer(tous, choix, mots)
    if ouvert:
        montres = [e for e in montres if e.id in ecran.qui_concernent(base, ouvert)]
        message(
            "",
            f"{lieu} : {compter(len(montres), 'engagement', zero='aucun')} sur {len(tous)} lus.",
        )
    publies = qui is None or qui.role is Role.LECTEUR
    situations = dits.situations(montres, points, suivi.aujourdhui(), publies=publies)
    if montres and points:
        vue.ou_en_est_on(montres, situations, noms)
        vue.tableau(montres, situations, publies)
        publiees = dits.situations(montres, points, suivi.aujourdhui())
        vue.emporter(montres, publiees, phrase, base)
    afficher(planche.bilan)
    if planche.nombre:
        st.download_button(
            f"Télécharger ces engagements ({planche.nombre}, CSV pour Excel)",
            planche.csv,
            file_name="engagements.csv",
            mime="text/csv",
        )
    afficher(planche.mesures)
    afficher(planche.par_partenaire)
