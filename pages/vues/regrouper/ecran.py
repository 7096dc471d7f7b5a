"""Faire un regroupement depuis « Mettre à jour » : chercher des lieux, ou déposer un tracé, puis leur donner un nom."""

from __future__ import annotations

import streamlit as st

from indicators.analyse import trace
from indicators.base.base import Base
from indicators.base.regroupements import composition, regroupements_a_soi
from indicators.imports.moteur.regroupement import Regroupement, preparer, regrouper
from indicators.recit.iris import part
from indicators.socle.erreurs import ErreurImport
from indicators.socle.nombres import compter
from indicators.socle.territoires import Maille, Territoire
from pages.commun.affichage import afficher, en_clair
from pages.commun.gabarits import rendre
from pages.commun.selecteur import libelle
from pages.serveur import depots
from pages.vues.regrouper import carte as carte_vue

_MEMBRES = "regrouper_membres"
_TROUVES = 60
"""Combien de lieux trouvés la liste propose ; un mot de plus la resserre."""


def montrer(base: Base, personne: str) -> None:
    """Les regroupements déjà faits, et de quoi en faire un ; celui qui est fait se dit après le rechargement."""
    siens = regroupements_a_soi(base)
    afficher(
        str(rendre("ajout.html", part="regroupements", lignes=[(t, composition(base, t.territoire)) for t in siens]))
    )
    # Après un ajout, des champs neufs : le nom et les membres du précédent n'y sont plus.
    n = st.session_state.get("regroupements_faits", 0)
    if not st.toggle("Réunir des IRIS, des communes ou des quartiers sous un nom", key=f"regrouper_{n}"):
        return
    cle = f"{_MEMBRES}_{n}"
    liste, carte = st.columns([2, 3])
    with liste:
        trouves = _lister(base, cle, n)
        _nommer(base, cle, n, personne)
    with carte:
        carte_vue.choisir(base, cle, trouves)


def _nommer(base: Base, cle: str, n: int, personne: str) -> None:
    """Le nom, ce que serait le regroupement ou ce qui l'empêche, et le bouton qui le fait."""
    choisis = st.session_state.get(cle)
    nom = st.text_input("Nom du regroupement", placeholder="Quartier vécu du Centre", key=f"regrouper_nom_{n}")
    if not nom.strip() or not choisis:
        return
    try:
        pret = preparer(base, nom, choisis)
    except ErreurImport as erreur:
        st.error(en_clair(str(erreur)))
        return
    afficher(str(rendre("ajout.html", part="regroupement", dit=_dire(base, pret))))
    if st.button("Faire ce regroupement", type="primary"):
        with st.spinner("Construction de la base…"):
            entree = regrouper(pret, auteur=personne)
        st.session_state["regroupements_faits"] = n + 1
        st.session_state["dernier_ajout"] = f"Ajout n° {entree.numero} en service : {entree.resume}."
        st.rerun()


def _lister(base: Base, cle: str, n: int) -> list[Territoire]:
    """Chercher, déposer un tracé, choisir dans la liste ; rend ce qui a été trouvé."""
    cherche = st.text_input(
        "Chercher des lieux", key=f"regrouper_cherche_{n}", placeholder="Un quartier, une commune et ses IRIS, un code"
    )
    depose = None
    if st.checkbox("Partir d’un polygone dessiné (GeoJSON)", key=f"regrouper_dessin_{n}"):
        depose = st.file_uploader("Les IRIS qu’il couvre à moitié ou plus sont proposés", key=f"regrouper_trace_{n}")
    if depose is not None:
        try:
            _proposer(cle, trace.couverts(base, trace.lire(depots.octets(depose))))
        except ErreurImport as erreur:
            st.error(en_clair(str(erreur)))
    deja = st.session_state.get(cle, [])
    trouves = _trouver(base, cherche)
    noms = {t.territoire: libelle(base, t) for t in (*base.territoires(deja), *trouves)}
    st.multiselect(
        "Membres",
        list(noms),
        key=cle,
        format_func=noms.__getitem__,
        placeholder=f"Choisir ({len(trouves)} trouvés)" if trouves else "Cherchez des lieux, ou cliquez la carte",
        select_all=False,
    )
    return trouves


def _proposer(cle: str, couverts: list[tuple[Territoire, float]]) -> None:
    """Les IRIS d'un tracé et leur part, et le bouton qui les prend : rien n'est membre avant lui."""
    afficher(str(rendre("ajout.html", part="couverts", lignes=[(t.nom, part(p)) for t, p in couverts])))
    codes = [t.territoire for t, _ in couverts]

    def prendre() -> None:
        st.session_state[cle] = list(dict.fromkeys([*st.session_state.get(cle, ()), *codes]))

    st.button(f"Prendre {compter(len(codes), 'IRIS', 'IRIS')}", on_click=prendre)


def _trouver(base: Base, cherche: str) -> list[Territoire]:
    """Les quartiers et les communes de ce nom, et les IRIS de ces communes."""
    lieux: dict[str, Territoire] = {}
    for t in base.chercher(cherche, _TROUVES):
        if t.maille in {Maille.QUARTIER, Maille.COMMUNE, Maille.IRIS}:
            lieux[t.territoire] = t
        if t.maille is Maille.COMMUNE:
            lieux |= {iris.territoire: iris for iris in base.iris_ou_commune(t)}
    return list(lieux.values())[:_TROUVES]


def _dire(base: Base, pret: Regroupement) -> str:
    dans = ", ".join(base.territoire(code).nom for _, code in pret.contenants)
    membres = compter(len(pret.membres), "membre")
    return f"{pret.nom} : {membres}. " + (
        f"Contenu dans : {dans}." if dans else "Aucun lieu plus grand ne les contient tous."
    )
