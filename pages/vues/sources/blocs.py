"""Les blocs de l'écran « Sources et méthode » : fiches, sources, douteux, couverture, règles, glossaire."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from indicators.recit import methode
from indicators.socle.catalogue import Catalogue, Indicateur, Source, Theme
from indicators.socle.methode import Compte, Presence, Section, Terme
from indicators.socle.observations import Observation, Statut
from indicators.socle.projets import grouper
from indicators.socle.territoires import Territoire
from pages.commun import adresse
from pages.commun.choix import porter, verifier
from pages.commun.gabarits import rendre
from pages.parametres import RUBRIQUE


def choisir_rubrique(rubriques: Mapping[str, str]) -> str:
    """La rubrique ouverte (code → libellé), portée par l'adresse ; un code inconnu laisse la première."""
    courante = verifier(RUBRIQUE, list(rubriques), RUBRIQUE.defaut, rubriques.__getitem__) or ""
    cle = porter(RUBRIQUE, courante)
    st.segmented_control(
        "Rubrique",
        list(rubriques),
        key=cle,
        required=True,
        format_func=rubriques.__getitem__,
        label_visibility="collapsed",
        on_change=lambda: adresse.changer({RUBRIQUE: st.session_state[cle]}),
    )
    return courante


def _remplir(part: str, **contexte: Any) -> str:
    return str(rendre("sources.html", part=part, methode=methode, **contexte))


def liste_indicateurs(themes: Sequence[tuple[Theme, Sequence[Indicateur]]], connus: Mapping[str, int]) -> str:
    """Tous les indicateurs, par thème, avec le nombre de territoires où chacun est connu."""
    return _remplir("liste", themes=themes, connus=connus)


def fiche(
    indicateur: Indicateur,
    catalogue: Catalogue,
    presences: Sequence[Presence],
    comptes: Mapping[str, Compte],
) -> str:
    """La fiche d'un indicateur : ce qu'il mesure, comment il se lit, où il existe, d'où il vient."""
    return _remplir(
        "fiche",
        i=indicateur,
        catalogue=catalogue,
        quotient=methode.formule(indicateur),
        origine=catalogue.indicateurs.get(indicateur.evolution_de),
        variations=catalogue.evolutions_de(indicateur),
        voisins=[catalogue.indicateurs[v] for v in indicateur.voisins],
        presences=grouper(presences, lambda p: p.famille),
        provenances=[(catalogue.sources[code], compte) for code, compte in comptes.items()],
    )


def sources(catalogue: Catalogue, comptes: Mapping[str, Compte], documents: Mapping[str, str]) -> str:
    """Les sources par document lu ; `documents` : le nom de chaque document, à défaut « autres publications »."""

    def document(source: Source) -> str:
        return documents.get(source.document, "Publications reprises hors des contrats")

    groupes = []
    for titre, liste in grouper(list(catalogue.sources.values()), document):
        siennes = [(s, comptes.get(s.source, Compte())) for s in liste]
        groupes.append((titre, siennes, sum(compte.chiffres for _, compte in siennes)))
    return _remplir("sources", groupes=groupes, licences=Counter(s.licence for s in catalogue.sources.values()))


def introduction_des_douteux() -> str:
    """Ce qu'est un chiffre douteux."""
    return _remplir("introduction_des_douteux")


def douteuses(
    chiffres: Sequence[Observation],
    combien: int,
    catalogue: Catalogue,
    territoires: Mapping[str, Territoire],
    communes: Mapping[str, Sequence[str]],
    *,
    fiche: bool = False,
) -> str:
    """Chaque chiffre douteux, sa raison et sa source, et `combien` il y en a en tout.

    `fiche` : sous la fiche de l'indicateur, sans le redire.
    """
    if not chiffres:
        return ""
    indicateur = () if fiche else ("Indicateur",)
    lignes = [
        (
            o,
            territoires[o.territoire],
            communes.get(o.territoire, ()),
            catalogue.indicateurs[o.indicateur],
            catalogue.sources[o.source],
        )
        for o in chiffres
    ]
    return _remplir(
        "douteuses",
        lignes=lignes,
        combien=combien,
        fiche=fiche,
        colonnes=("Territoire", *indicateur, "Imprimé", "Pourquoi il est douteux, et sa source"),
    )


def absences(
    lignes: Sequence[tuple[str, str, list[str]]],
    statuts: Mapping[Statut, int],
    catalogue: Catalogue,
    territoires: Mapping[str, Territoire],
) -> str:
    """Ce que disent les cases imprimées, puis les lignes que certaines fiches n'impriment pas."""
    return _remplir("absences", lignes=lignes, statuts=statuts, catalogue=catalogue, territoires_cites=territoires)


def couverture(sections: Sequence[Section]) -> str:
    """Un document, section par section : ce qui a été lu, et chaque passage laissé avec sa raison."""
    passages = [p for s in sections for p in s.ecartes]
    return _remplir(
        "couverture",
        sections=sections,
        passages=len(passages),
        raisons=methode.categories(passages),
        total_chiffres=sum(s.compte.chiffres for s in sections),
        total_faits=sum(s.compte.faits for s in sections),
    )


def regles() -> str:
    """Ce que veulent dire les mots de la comparaison, en français courant."""
    return _remplir("regles", chapitres=methode.chapitres())


def glossaire(termes: Sequence[Terme]) -> str:
    """Les mots employés, définis en une ou deux phrases."""
    return _remplir("glossaire", termes=termes) if termes else ""
