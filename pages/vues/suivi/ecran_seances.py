"""Les séances passées, leurs décisions et ce qu'elles sont devenues."""

from __future__ import annotations

import streamlit as st

from indicators.base.base import Base
from indicators.socle.erreurs import TerritoireInconnu
from indicators.suivi import seances
from indicators.suivi.auteurs import Auteur, Role
from pages.commun import adresse, blocs, papier, suivi
from pages.commun.acces import portrait
from pages.commun.affichage import afficher
from pages.commun.choix import choix_unique
from pages.commun.gabarits import rendre
from pages.parametres import OBJET, TERRITOIRE
from pages.vues.suivi import decisions, en_seance


def montrer(base: Base, qui: Auteur | None) -> None:
    """Le sujet « séances » : celles du territoire de la barre, ou toutes."""
    anime = qui is not None and qui.role is Role.ANIMATEUR
    ou = adresse.lire(TERRITOIRE)
    toutes = suivi.lire(lambda m: seances.seances(m, ou, publiees=not anime), [])
    nom = base.territoire(ou).nom if ou else "tous les territoires"
    afficher(papier.entete("Suivi : séances", territoire=nom, documents="ce qui a été noté en séance"))
    if not toutes:
        phrase = f"Aucune séance n’a été {'tenue' if anime else 'publiée'} pour {nom}."
        afficher(rendre("suivi.html", part="message", titre="Séances", texte=phrase))
        afficher(blocs.pied())
        return
    par_id = {s.id: s for s in toutes}

    def nommer(code: str) -> str:
        s = par_id[code]
        return f"{s.jour:%d/%m/%Y} — {s.titre} — {_nom(base, s.territoire)}"

    choisie = choix_unique(OBJET, "Séance", list(par_id), defaut=toutes[0].id, nommer=nommer, invite="Choisir")
    if choisie is not None:
        _une(base, par_id[choisie], qui if anime else None)
    ids = set(par_id)
    ouvertes = [
        d for d in suivi.lire(seances.decisions, [])
        if d.seance in ids and d.seance != choisie and d.saisie.etat not in seances.CLOSES
    ]  # fmt: skip
    if ouvertes:
        decisions.tableau(ouvertes, "Des autres séances, ce qui reste ouvert")
    afficher(blocs.pied())


def _nom(base: Base, code: str) -> str:
    try:
        return base.territoire(code).nom
    except TerritoireInconnu:
        return code


def _une(base: Base, seance: seances.Seance, qui: Auteur | None) -> None:
    notes = suivi.lire(lambda m: seances.notes(m, seance.id), {})
    titres = {cle: cle for cle in seance.diapositives}
    afficher(
        rendre(
            "suivi_seances.html", part="seance", titre=seance.titre, lieu=_nom(base, seance.territoire),
            jour=f"{seance.jour:%d/%m/%Y}", publiee=seance.publiee,
            notes=[{"titre": titres.get(cle, cle), "texte": n.texte} for cle, n in notes.items() if n.texte],
        )
    )  # fmt: skip
    prises = suivi.lire(lambda m: seances.decisions(m, seance.id), [])
    decisions.tableau(prises)
    try:
        vue = portrait(base, seance.territoire, None)
    except TerritoireInconnu:
        return
    if qui is not None:
        with st.expander("Suivre les décisions, publier"):
            decisions.modifier(prises, qui, {x.indicateur.indicateur: x.indicateur.libelle for x in vue.lignes})
            en_seance.publier(seance, qui)
    decisions.emporter(seance, vue, titres, notes=True)
