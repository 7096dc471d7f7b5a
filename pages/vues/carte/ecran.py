"""L'écran Carte : le dessin, pour deux largeurs, son tableau, qui est la même sélection, et les fichiers à emporter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from indicators.base.base import Base
from indicators.carte import dessin as dessins_carte
from indicators.carte import legende as legendes_carte
from indicators.carte import marques as formes
from indicators.carte.classement import Carte, dresser
from indicators.carte.decoupage import Methode, decouper, methodes
from indicators.carte.dessin import Etroite, Reglages
from indicators.carte.image import carte_statique
from indicators.carte.notes import dater, notes_de
from indicators.carte.plan import dresser_plan, recadrer
from indicators.publications.exports import TYPES_MIME
from indicators.publications.montre import classeur_du_csv
from indicators.publications.tableur import csv_francais
from indicators.socle.catalogue import Indicateur, Source
from indicators.socle.emprise import Emprise
from indicators.socle.nombres import INSECABLE
from indicators.socle.territoires import Territoire
from pages.commun import papier
from pages.commun.affichage import afficher
from pages.commun.gabarits import rendre
from pages.commun.memoire import communes_par_quartier, confronter, garder
from pages.vues.carte import marques as vue_des_marques

LONG = 60
"""Au-delà de ce nombre de lignes, le tableau se déplie."""
ANCRE = "tableau-de-la-carte"
DEBORD = (0.2, 0.1)
"""Ce que le fond montre au-delà du cadre, en part de sa taille : la carte emplit l'écran, plus large ou plus haut."""
_SEULE, _A_DEUX = (940, 600), (620, 500)
"""Le cadre d'une carte sur un écran large, et de deux côte à côte."""
_ETROITE = (400, 430)
"""Celui d'un téléphone : la feuille de style en a le rapport."""


@dataclass(frozen=True)
class Fichiers:
    """Ce qui s’emporte d’une carte : nom des fichiers, mots des boutons, tableau CSV, image SVG faite au clic."""

    nom: str
    dit: str
    csv: bytes
    image: Callable[[Base], str]


@dataclass(frozen=True)
class Demande:
    """Une carte à faire : cet indicateur, sur ces territoires, devant ces références, à cette période.

    `periode` : None pour celle que le plus de territoires connaissent.
    """

    indicateur: Indicateur
    territoires: tuple[Territoire, ...]
    references: tuple[Territoire, ...]
    periode: str | None = None


@dataclass(frozen=True)
class Montage:
    """L'écran prêt à montrer : ce qu'en dit le papier, les cartes, leur tableau, les fichiers de chacune."""

    annee: str
    filtres: str
    documents: str
    cartes: str
    tableau: str
    fichiers: tuple[Fichiers, ...]


@garder(80)
def monter(
    base: Base,
    demandes: Sequence[Demande],
    methode: Methode,
    *,
    classes_communes: bool,
    agglomeration: str | None,
    emprise: Emprise | None,
    ouvert: str | None,
    fond: bool,
    marques: Sequence[str] = (),
) -> Montage:
    """Classe et dessine ce qui est demandé, avec les mêmes classes ou chacun les siennes ; gardé en mémoire."""
    vues = [confronter(base, d.indicateur, d.territoires, d.references, d.periode) for d in demandes]
    if classes_communes:
        decoupage = decouper(methode, *vues)
        dressees = [dresser(vue, decoupage) for vue in vues]
    else:
        possibles = methodes(vues[1])
        seconde = methode if methode in possibles else possibles[0]
        dressees = [dresser(vue, decouper(m, vue)) for vue, m in zip(vues, (methode, seconde), strict=True)]
    catalogue = base.catalogue
    montres = [lieu.chiffre for carte in dressees for lieu in carte.lieux if lieu.chiffre is not None]
    dessin, figures = cartes(
        base, dressees, agglomeration=agglomeration, emprise=emprise, ouvert=ouvert, fond=fond, marques=marques
    )
    return Montage(
        papier.annees(montres),
        " ; ".join(f"{c.comparatif.indicateur.libelle}, classes : {c.decoupage.methode.libelle}" for c in dressees),
        papier.enumerer(papier.sources(montres, catalogue)),
        dessin,
        tableau(dressees, communes_par_quartier(base), figures),
        tuple(
            _fichiers(
                carte,
                partial(
                    carte_statique,
                    carte=carte,
                    mis_en_avant=ouvert,
                    agglomeration=agglomeration,
                    emprise=emprise,
                ),
                catalogue.sources,
            )
            for carte in dressees
        ),
    )


def montrer(base: Base, montage: Montage, libelle: str) -> None:
    """L'en-tête du papier, qui porte la date et l'adresse et n'est donc jamais gardé, puis la montage."""
    afficher(
        papier.entete(
            "Carte",
            territoire=libelle,
            annee=montage.annee,
            filtres=montage.filtres,
            documents=montage.documents,
        )
    )
    afficher(montage.cartes)
    afficher(montage.tableau)
    telechargements(base, montage.fichiers)


def cartes(
    base: Base,
    vues: Sequence[Carte],
    *,
    agglomeration: str | None,
    emprise: Emprise | None,
    ouvert: str | None,
    fond: bool,
    marques: Sequence[str] = (),
) -> tuple[str, dict[str, str]]:
    """Une carte, ou deux côte à côte sur le même cadre ; une feuille de style la met à la largeur de l'écran.

    Et, par territoire, comment il y est figuré : par son périmètre ou par quel point.
    """
    territoires = [lieu.territoire for lieu in vues[0].lieux]
    sources = base.catalogue.sources
    largeur, hauteur = _SEULE if len(vues) == 1 else _A_DEUX
    plan = dresser_plan(
        base,
        territoires,
        largeur,
        hauteur,
        agglomeration=agglomeration,
        emprise=emprise,
        debord=DEBORD,
        ouvert=ouvert,
        aussi=_ETROITE,
    )
    etroit = recadrer(plan, *_ETROITE)
    marquees, posees = (
        vue_des_marques.dans(base, un.cadre.emprise, marques, agglomeration, ouvert) for un in (plan, etroit)
    )
    dessins, legendes = [], []
    for rang, vue in enumerate(vues):
        reglages = Reglages(
            largeur,
            hauteur,
            liens=True,
            mis_en_avant=ouvert,
            fond=fond,
            seule=True,
            marques=marquees,
            prefixe=f"carte-{rang}",
        )
        dessins.append(dessins_carte.dessiner(vue, plan, reglages, sources, Etroite(etroit, posees)))
        notes = notes_de(vue, plan, sources, devant=ouvert, seule=True, fond=fond)
        legendes.append(_legende(vue, f"legende-{rang}", notes))
        legendes[-1]["filets"] = bool(plan.filets)
        if marques:
            legendes[-1]["notes"] = [formes.note(marquees, marques), *notes]
    montrees = list(zip(vues, dessins, legendes, strict=True))
    rendues = str(rendre("carte.html", part="cartes", ancre=ANCRE, cartes=montrees))
    figures = {t.territoire: plan.figure(t.territoire) for t in territoires}
    return rendues + vue_des_marques.tableau(base, marquees), figures


def _legende(vue: Carte, prefixe: str, notes: Sequence[str]) -> dict[str, Any]:
    """Ce que le panneau dit d'une carte : à quoi elle compare, ses classes et leur nombre, ce qu'elle ne dit pas."""
    effectif = vue.comparatif.indicateur.est_effectif
    lignes = []
    for entree in legendes_carte.entrees(vue):
        forme = legendes_carte.marque(entree.classe, entree.etat, effectif)
        teinte = legendes_carte.motif(entree.etat, forme, prefixe)
        lignes.append((entree, f"<g {legendes_carte.TRAIT}>{forme.dessin(11, 11, 8.5, teinte)}</g>"))
    return {
        "titre": legendes_carte.titre(vue),
        "trames": legendes_carte.definitions(prefixe),
        "lignes": lignes,
        "notes": notes,
    }


def tableau(vues: Sequence[Carte], communes: dict[str, tuple[str, ...]], figures: dict[str, str]) -> str:
    """Tous les lieux de la carte, dans l'ordre de la première : valeur et classe, ou pourquoi il n'y en a pas.

    `figures` : comment chacun est montré sur le dessin.
    """
    noms = [f"{vue.comparatif.indicateur.libelle_court}{dater(vue)}" for vue in vues]
    return str(
        rendre(
            "carte.html",
            part="tableau",
            ancre=ANCRE,
            long=LONG,
            lieux=vues[0].lieux,
            rangs=[{lieu.territoire.territoire: lieu for lieu in vue.lieux} for vue in vues],
            noms=noms,
            colonnes=["Territoire", *(colonne for nom in noms for colonne in ((nom, "n"), "Classe")), "Sur la carte"],
            communes=communes,
            figures=figures,
        )
    )


def _fichiers(carte: Carte, image: Callable[[Base], str], sources: dict[str, Source]) -> Fichiers:
    comparatif = carte.comparatif
    return Fichiers(
        f"{comparatif.indicateur.indicateur}_{comparatif.periode or 'sans-annee'}",
        f"{comparatif.indicateur.libelle_court}{dater(carte)}",
        csv_francais(comparatif, sources),
        image,
    )


def telechargements(base: Base, fichiers: Sequence[Fichiers]) -> None:
    """Pour chaque carte : son tableau en CSV et en classeur, et son image en SVG."""
    for rang, f in enumerate(fichiers):
        gauche, milieu, droite = st.columns(3)
        gauche.download_button(f"Le tableau en CSV{INSECABLE}: {f.dit}", f.csv, f"{f.nom}.csv", key=f"csv{rang}")
        milieu.download_button(
            f"Le tableau en XLSX{INSECABLE}: {f.dit}",
            partial(classeur_du_csv, f.csv, f.dit),
            f"{f.nom}.xlsx",
            TYPES_MIME["xlsx"],
            key=f"xlsx{rang}",
        )
        droite.download_button(
            f"La carte en SVG{INSECABLE}: {f.dit}",
            partial(f.image, base),
            f"carte_{f.nom}.svg",
            "image/svg+xml",
            key=f"svg{rang}",
        )


def trop(nombre: int, libelle: str) -> str:
    """Ce que dit l'écran quand un groupe est trop grand pour une carte."""
    return str(rendre("carte.html", part="trop", combien=nombre, libelle=libelle))
