"""Comparer, le tableau croisé : choisir ses colonnes une à une, le lire, le ranger, l'emporter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from indicators.analyse.comparatif import IndicateurCroise, croiser
from indicators.base.base import Base
from indicators.publications.croise import classeur_du_croise, csv_du_croise
from indicators.publications.exports import TYPES_MIME
from indicators.recit import tableau_croise
from indicators.recit.tableau_croise import NOM, TableauCroise
from indicators.socle.catalogue import Indicateur
from indicators.socle.nombres import INSECABLE, compter
from indicators.socle.territoires import Territoire
from pages.commun import adresse, groupes, hauban, papier
from pages.commun.affichage import afficher, en_clair
from pages.commun.blocs import petit
from pages.commun.choix import choix_multiple, choix_unique, verifier_liste
from pages.commun.emporter import cote_a_cote
from pages.commun.gabarits import rendre
from pages.commun.memoire import garder
from pages.parametres import ANNEE, INDICATEURS, REFERENCES, TRI

LIGNES_AU_PLUS, COLONNES_AU_PLUS, REFERENCES_AU_PLUS = 40, 20, 4
RECENTE = "recente"
"""La date qui laisse à chaque indicateur la sienne : la plus récente qui se compare."""


def montrer(
    base: Base,
    groupe: groupes.Groupe,
    territoires: Sequence[Territoire],
    connus: Mapping[str, int],
    bloc: DeltaGenerator,
) -> None:
    """L'écran : les colonnes, la date, l'ordre et les références (dans `bloc`), puis le tableau et ses fichiers."""
    date, ordre, face, colonnes = bloc.columns([3, 3, 4, 3], gap="small")
    with colonnes:
        choisis = _colonnes(base, connus)
    tous = groupes.references(base, groupe)
    noms = {t.territoire: t for t in tous}
    with face:
        codes = choix_multiple(
            REFERENCES,
            f"Références, {REFERENCES_AU_PLUS} au plus (la première juge)",
            list(noms),
            defaut=groupes.par_defaut(tous),
            nommer=lambda c: noms[c].nom_court,
            invite="Choisir des références",
            etiquette_visible=False,
        )
    references = [noms[c] for c in codes[:REFERENCES_AU_PLUS]]
    croisees = _croiser(base, choisis, territoires, references, None)
    periodes = sorted({p for c in croisees for p in c.periodes}, key=_recence, reverse=True)
    with date:
        voulue = choix_unique(
            ANNEE,
            "Date",
            [RECENTE, *periodes],
            defaut=RECENTE,
            nommer=lambda p: "La plus récente comparable" if p == RECENTE else groupes.libelle_periode(p),
            etiquette_visible=False,
        )
    if voulue and voulue != RECENTE:
        croisees = _croiser(base, choisis, territoires, references, voulue)
    with ordre:
        tri = choix_unique(
            TRI,
            "Ordre",
            tableau_croise.tris(choisis),
            defaut=NOM,
            nommer=lambda t: f"Ordre{INSECABLE}: {tableau_croise.nommer_le_tri(t, base.catalogue.indicateur)}",
            etiquette_visible=False,
        )
    ecrit = _ecrire(base, croisees, territoires, references, tri or NOM)
    entete = papier.entete(
        "Comparer",
        territoire=groupe.libelle,
        annee=ecrit.annee,
        filtres=f"tableau croisé, face à {references[0].nom if references else 'aucune référence'}",
        documents=papier.enumerer(ecrit.sources),
    )
    afficher(entete)
    afficher(ecrit.html)
    if choisis and territoires:
        _emporter(base, ecrit, groupe)


def _colonnes(base: Base, connus: Mapping[str, int]) -> list[str]:
    """Les indicateurs du tableau : un à la fois, cherchés par mot, thème ou pilier ; un clic les retire."""
    catalogue = base.catalogue
    options = [c for c in catalogue.indicateurs if c in connus]
    defaut = [c for c in groupes.indicateurs_du_tableau(catalogue, connus) if c in connus]
    choisis = verifier_liste(INDICATEURS, options, defaut, lambda c: catalogue.indicateurs[c].libelle)[
        :COLONNES_AU_PLUS
    ]
    tiroir = st.popover(f"Colonnes{INSECABLE}: {len(choisis)} sur {COLONNES_AU_PLUS} au plus", width="stretch")
    with tiroir:
        entree = hauban.choisir(base, options)
    restants = [c for c in options if c not in choisis and (entree is None or c in entree.indicateurs)]
    cle = f"ajout_{len(choisis)}_{entree.code if entree else ''}"

    def ajouter() -> None:
        if (choisi := st.session_state.get(cle)) in restants:
            adresse.changer({INDICATEURS: [*choisis, choisi]})

    plein = len(choisis) >= COLONNES_AU_PLUS
    with tiroir:
        st.selectbox(
            "Ajouter une colonne",
            restants,
            index=None,
            key=cle,
            format_func=lambda c: _libelle(base, catalogue.indicateurs[c], connus[c]),
            placeholder=f"{COLONNES_AU_PLUS} colonnes au plus" if plein else "Un mot, un thème, un pilier",
            on_change=ajouter,
            disabled=plein or not restants,
        )
    cle_des_choisis = "colonnes_" + "_".join(choisis)

    def retirer() -> None:
        gardes = [c for c in choisis if c in (st.session_state.get(cle_des_choisis) or ())]
        adresse.changer({INDICATEURS: None if gardes == defaut else gardes})

    tiroir.pills(
        "Colonnes du tableau : un clic en retire une",
        choisis,
        selection_mode="multi",
        default=choisis,
        key=cle_des_choisis,
        format_func=lambda c: en_clair(catalogue.indicateurs[c].libelle_court),
        on_change=retirer,
    )
    return choisis


def _libelle(base: Base, indicateur: Indicateur, combien: int) -> str:
    """« Taux de pauvreté · Revenus et pauvreté · Cohésion sociale · 13 territoires » : tout ce qui se cherche."""
    theme = base.catalogue.themes[indicateur.theme].libelle
    morceaux = (indicateur.libelle, theme, indicateur.pilier, compter(combien, "territoire"))
    return f"{INSECABLE}· ".join(m for m in morceaux if m)


def _recence(periode: str) -> tuple[int, str]:
    chiffres = [int(m) for m in periode.replace("ed", "").split("-") if m.isdigit()]
    return max(chiffres, default=0), periode


@garder(60)
def _croiser(
    base: Base,
    indicateurs: Sequence[str],
    territoires: Sequence[Territoire],
    references: Sequence[Territoire],
    periode: str | None,
) -> tuple[IndicateurCroise, ...]:
    mesures = [base.catalogue.indicateur(c) for c in indicateurs]
    return tuple(croiser(base, mesures, territoires, references, periode))


@dataclass(frozen=True)
class Ecrit:
    """Le tableau entier, ce qu'il cite, et sa page ; `codes_cites` : les sources, par code."""

    tableau: TableauCroise
    annee: str
    sources: tuple[str, ...]
    codes_cites: frozenset[str]
    html: str


def _ecrire(
    base: Base,
    croisees: Sequence[IndicateurCroise],
    territoires: Sequence[Territoire],
    references: Sequence[Territoire],
    tri: str,
) -> Ecrit:
    chiffres = [ligne.chiffre for c in croisees for ligne in c.cases.values()]
    chiffres += [o for c in croisees for _, o in c.references]
    tableau = tableau_croise.ecrire(croisees, territoires, references, tri)
    montre = replace(tableau, rangees=tableau.rangees[:LIGNES_AU_PLUS])
    sources = tuple(papier.sources(chiffres, base.catalogue))
    html = rendre("tableau_croise.html", tableau=montre, total=len(tableau.rangees), sources=papier.enumerer(sources))
    return Ecrit(tableau, papier.annees(chiffres), sources, frozenset(o.source for o in chiffres), str(html))


def _emporter(base: Base, ecrit: Ecrit, groupe: groupes.Groupe) -> None:
    """Les deux fichiers, faits au clic : le tableau dans son ordre, tous ses territoires."""
    titre, lien = f"Tableau croisé, {groupe.libelle}", adresse.complete()
    nom = f"tableau_{groupe.code}"

    def classeur() -> bytes:
        return classeur_du_croise(ecrit.tableau, titre, base.catalogue, set(ecrit.codes_cites), lien)

    cote_a_cote([
        ("Tableau (CSV pour Excel)", lambda: csv_du_croise(ecrit.tableau, titre, ecrit.sources), f"{nom}.csv",
         "text/csv"),
        ("Classeur (XLSX)", classeur, f"{nom}.xlsx", TYPES_MIME["xlsx"]),
    ])  # fmt: skip
    if len(ecrit.tableau.rangees) > LIGNES_AU_PLUS:
        afficher(petit("Les fichiers ont tous les territoires, dans le même ordre."))
