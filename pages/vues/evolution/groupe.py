"""L'écran Évolution, tout un groupe : la réponse, le tableau territoires × années, ses trois fichiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from streamlit.delta_generator import DeltaGenerator

from indicators.analyse import groupe as analyse
from indicators.analyse.groupe import MEDIANE, GroupeSuivi
from indicators.base.annees import annees_connues
from indicators.base.base import Base
from indicators.publications.exports import TYPES_MIME
from indicators.publications.groupe import classeur_du_groupe, csv_du_groupe, image_du_groupe
from indicators.recit import groupe as mots
from indicators.recit import tableau_du_groupe
from indicators.recit.dessins import groupe as dessins
from indicators.recit.tableau_du_groupe import ECARTS, VALEURS
from indicators.socle.catalogue import Indicateur
from indicators.socle.nombres import INSECABLE
from pages.commun import adresse, groupes, papier
from pages.commun.affichage import afficher
from pages.commun.blocs import petit
from pages.commun.choix import choix_unique
from pages.commun.emporter import cote_a_cote
from pages.commun.gabarits import rendre
from pages.commun.groupes import Groupe
from pages.commun.memoire import garder
from pages.parametres import ECART_AVEC, GROUPE, INDICATEUR, MONTRER, TRI

CASES = {VALEURS: "La valeur", ECARTS: "L’écart à la référence"}
AU_PLUS = 160
"""Au-delà de ce nombre de membres, le tableau ne se lit plus ; la plus grande agglomération de communes en a 158."""


@dataclass(frozen=True)
class Choix:
    """Ce que l'on regarde : un groupe, un indicateur, une référence, et comment le montrer."""

    groupe: Groupe
    indicateur: Indicateur
    avec: str | None
    montrer: str
    tri: str


@garder(100)
def _annees(base: Base, codes: Sequence[str]) -> dict[str, tuple[int, ...]]:
    return annees_connues(base, codes)


@garder(120)
def _suivre(base: Base, groupe: Groupe, indicateur: Indicateur, avec: str | None) -> GroupeSuivi:
    membres = base.territoires(groupe.membres)
    return analyse.suivre_le_groupe(base, indicateur, membres, groupes.references(base, groupe), avec)


def montrer(
    base: Base, choix: Mapping[str, Groupe], depart: str, gauche: DeltaGenerator, droite: DeltaGenerator
) -> None:
    """L'écran : choisir le groupe et l'indicateur, lire la réponse, ranger le tableau, l'emporter.

    `gauche`, `droite` : où posent leurs listes le groupe et l'indicateur.
    """
    petits = {code: g for code, g in choix.items() if len(g.membres) <= AU_PLUS}
    if not petits:
        groupes.arreter_sans_groupe()
    depart = depart if depart in petits else next(iter(petits))
    with gauche:
        code = choix_unique(
            GROUPE,
            "Quels territoires ?",
            list(petits),
            defaut=depart,
            nommer=lambda c: petits[c].libelle,
            etiquette_visible=False,
        )
    retenu = petits[code or depart]
    suivis = {c: a for c, a in _annees(base, retenu.membres).items() if len(a) > 1}
    suivis = {c: a for c, a in suivis.items() if not base.catalogue.indicateurs[c].evolution_de}
    if not suivis:
        afficher(_rien(base, retenu))
        return
    maille = base.territoires(retenu.membres[:1])[0].maille
    cles = [i.indicateur for i in base.catalogue.cles(maille) if i.indicateur in suivis]
    options = list(dict.fromkeys([*cles, *suivis]))
    indicateurs, reglages = droite.columns([5, 2], gap="small")
    with indicateurs:
        choisi = choix_unique(
            INDICATEUR,
            "Indicateur connu à plusieurs dates",
            options,
            defaut=options[0],
            nommer=lambda c: _libelle(base.catalogue.indicateurs[c], suivis[c]),
            etiquette_visible=False,
        )
    indicateur = base.catalogue.indicateur(choisi or options[0])
    _montrer(base, retenu, indicateur, reglages.popover("Réglages", icon=":material/tune:", width="stretch"))


def _libelle(indicateur: Indicateur, annees: Sequence[int]) -> str:
    """« Taux de pauvreté · 10 années, de 2012 à 2021 » : ce qui existe est dit avant le clic."""
    return f"{indicateur.libelle}{INSECABLE}· {len(annees)} années, de {annees[0]} à {annees[-1]}"


def _montrer(base: Base, groupe: Groupe, indicateur: Indicateur, reglages: DeltaGenerator) -> None:
    premiere = _suivre(base, groupe, indicateur, None)
    connues = premiere.references
    noms = {t.territoire: t.nom_court for t in groupes.references(base, groupe)} | {MEDIANE: "Médiane du groupe"}
    with reglages:
        ordres = tableau_du_groupe.tris(premiere)
        tri = choix_unique(
            TRI, "Ordre", ordres, defaut=ordres[0], nommer=lambda c: tableau_du_groupe.nommer_le_tri(c, premiere)
        )
        cases, avec = VALEURS, None
        if connues:
            cases = choix_unique(MONTRER, "Cases", list(CASES), nommer=CASES.__getitem__) or VALEURS
            avec = choix_unique(
                ECART_AVEC,
                "Écart avec",
                list(connues),
                defaut=premiere.reference.territoire.territoire if premiere.reference else None,
                nommer=lambda c: f"{noms[c]}{INSECABLE}· {_courtes(connues[c])}",
            )
    choix = Choix(groupe, indicateur, avec, cases, tri or "")
    ecrit = _ecrire(base, choix)
    suivi = ecrit.tableau.suivi
    afficher(
        papier.entete(
            "Évolution",
            territoire=groupe.libelle,
            annee=ecrit.annees,
            filtres=f"{indicateur.libelle}, face à {mots.nom_de(suivi.reference, suivi) or 'aucune référence'}",
            documents=papier.enumerer(ecrit.sources),
        )
    )
    afficher(ecrit.reponse)
    afficher(ecrit.html)
    _emporter(base, ecrit, choix)


def _courtes(annees: Sequence[int]) -> str:
    """« 2021 », « 2018 et 2021 », « 4 années »."""
    return " et ".join(map(str, annees)) if len(annees) < 3 else f"{len(annees)} années"


@dataclass(frozen=True)
class Ecrit:
    """Le tableau prêt à montrer et à emporter ; `titre` : celui des fichiers."""

    tableau: tableau_du_groupe.Tableau
    titre: str
    annees: str
    sources: tuple[str, ...]
    reponse: str
    html: str


@garder(60)
def _ecrire(base: Base, choix: Choix) -> Ecrit:
    suivi = _suivre(base, choix.groupe, choix.indicateur, choix.avec)
    tableau = tableau_du_groupe.ecrire(suivi, choix.montrer, choix.tri)
    annees = f"{suivi.annees[0]}-{suivi.annees[-1]}"
    entre = dessins.bornes(suivi)
    sources = tuple(papier.sources(suivi.chiffres, base.catalogue))
    html = rendre(
        "evolution_groupe.html",
        part="tableau",
        tableau=tableau,
        suivi=suivi,
        etincelles={
            r.ligne.territoire.territoire: dessins.etincelle(r.ligne.serie, suivi, entre) for r in tableau.rangees
        },
        legende=tableau_du_groupe.legende(suivi, choix.montrer),
        ruptures=mots.ruptures(suivi),
        reserves=mots.reserves(suivi),
        sources=papier.enumerer(sources),
    )
    titre = f"{choix.indicateur.libelle}, {annees}"
    reponse = rendre("evolution_groupe.html", part="reponse", titre=titre, phrases_de_tete=mots.reponse(suivi))
    return Ecrit(tableau, f"{titre}. {choix.groupe.libelle}", annees, sources, str(reponse), str(html))


def _emporter(base: Base, ecrit: Ecrit, choix: Choix) -> None:
    """Les trois fichiers, faits au clic : ce qui est à l'écran, dans son ordre."""
    fichier = f"evolution_{choix.indicateur.indicateur}_{choix.groupe.code}"
    lien = adresse.complete()
    a_dire = (ecrit.tableau, ecrit.titre, base.catalogue)
    cote_a_cote([
        ("Tableau (CSV pour Excel)", lambda: csv_du_groupe(*a_dire), f"{fichier}.csv", "text/csv"),
        ("Classeur (XLSX)", lambda: classeur_du_groupe(*a_dire, lien), f"{fichier}.xlsx", TYPES_MIME["xlsx"]),
        ("Image (PNG)", lambda: image_du_groupe(*a_dire), f"{fichier}.png", "image/png"),
    ])  # fmt: skip


def _rien(base: Base, groupe: Groupe) -> str:
    """Un groupe dont rien n'est connu à deux dates : dit, avec ce qui l'est à une seule."""
    connus = len(base.indicateurs_connus(groupe.membres))
    return petit(
        f"{groupe.libelle}{INSECABLE}: aucun indicateur n’y est connu à deux dates ({connus} le sont à une seule). "
        "Un périmètre récent n’a pas encore d’histoire ; choisissez un autre groupe."
    )
