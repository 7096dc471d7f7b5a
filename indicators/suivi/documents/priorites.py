"""« Priorités communales » : le document du dialogue de projets, prêt à être complété avec la commune.

Les rubriques sont celles que le contrat énumère. Ce que la base et le suivi savent y est ; ce que personne n'a écrit
dit « À compléter. », une fois, à sa place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from indicators.analyse.portrait import Portrait
from indicators.base.base import Base
from indicators.base.projets import reunir
from indicators.carte.situation import decrire, situer
from indicators.publications.composition import date_en_lettres
from indicators.recit import phrases, resume
from indicators.recit.engagements import cible_en_mots, nommer_theme
from indicators.socle.engagements import Engagement
from indicators.socle.nombres import INSECABLE, capitale, nombre
from indicators.socle.unites import avec_unite
from indicators.suivi.documents.ecrit import A_COMPLETER, Ecrit, Rubrique
from indicators.suivi.engagements import MOTS, SituationDite
from indicators.suivi.programme import MOTS as MOTS_PROGRAMME
from indicators.suivi.programme import ActionProgrammee
from indicators.suivi.socle import TITRES, LigneDeSocle, SectionDuSocle, TexteDeSection

_ENGAGEMENTS_MAX, _EQUIPEMENTS_MAX = 25, 40


def priorites(
    base: Base,
    vue: Portrait,
    sections: Mapping[SectionDuSocle, TexteDeSection],
    lignes: Sequence[LigneDeSocle],
    programmation: Sequence[ActionProgrammee],
    engagements: Sequence[Engagement],
    situations: Mapping[str, SituationDite],
    jour: date,
) -> Ecrit:
    """Le document d'une commune ; `engagements` : ceux qui la concernent, avec leur situation."""
    rubriques = [
        _diagnostic(vue, sections),
        *_carte(base, vue),
        _equipements(base, vue, sections),
        _ecrite(SectionDuSocle.DISPOSITIFS, sections),
        _ecrite(SectionDuSocle.PRIORITES, sections),
        _programmation(base, programmation, sections),
        _ecrite(SectionDuSocle.TFPB, sections),
        _engagements(engagements, situations),
        socle(base, vue, lignes),
        *(
            _ecrite(s, sections)
            for s in (SectionDuSocle.PARTICIPATION, SectionDuSocle.PILOTAGE, SectionDuSocle.INGENIERIE)
        ),
    ]
    return Ecrit(
        f"Priorités communales — {vue.territoire.nom}",
        f"Contrat Quartiers 2030, dialogue de projets. État au {date_en_lettres(jour)}.",
        tuple(rubriques),
        "Observatoire des quartiers. Sources des chiffres : écran « Sources et méthode ».",
    )


def _texte(section: SectionDuSocle, sections: Mapping[SectionDuSocle, TexteDeSection]) -> tuple[str, ...]:
    ecrit = sections.get(section)
    return tuple(ecrit.texte.split("\n")) if ecrit else ()


def _ecrite(section: SectionDuSocle, sections: Mapping[SectionDuSocle, TexteDeSection]) -> Rubrique:
    return Rubrique(TITRES[section], _texte(section, sections) or (A_COMPLETER,))


def _diagnostic(vue: Portrait, sections: Mapping[SectionDuSocle, TexteDeSection]) -> Rubrique:
    lignes = tuple(
        (
            x.indicateur.libelle,
            phrases.chiffre(x.chiffre, x.indicateur.unite) + (" (douteux)" if x.chiffre.douteuse else ""),
            phrases.date_complete(x.chiffre),
            phrases.ecart(c) + f" que {phrases.nommer(vue.references[0])}"
            if x.comparaisons and (c := x.comparaisons[0]) and phrases.ecart(c)
            else "",
        )
        for x in vue.tete
        if x.chiffre is not None
    )
    quartiers = ", ".join(q.nom for q in vue.fiche.quartiers)
    return Rubrique(
        TITRES[SectionDuSocle.DIAGNOSTIC],
        (
            resume.chapeau(vue),
            resume.bilan(vue),
            f"Quartiers{INSECABLE}: {quartiers}." if quartiers else "Aucun quartier prioritaire connu dans la commune.",
            *(_texte(SectionDuSocle.DIAGNOSTIC, sections) or (A_COMPLETER,)),
        ),
        entetes=("Indicateur", "Valeur", "Année", "Écart") if lignes else (),
        lignes=lignes,
        largeurs=(6, 3, 3, 5),
    )


def _carte(base: Base, vue: Portrait) -> list[Rubrique]:
    dessin = situer(base, vue, 960, 420)
    if not dessin:
        return [Rubrique("Carte de la commune et de ses périmètres", (A_COMPLETER,))]
    return [Rubrique("Carte de la commune et de ses périmètres", dessin=dessin, alt=decrire(dessin))]


def _equipements(base: Base, vue: Portrait, sections: Mapping[SectionDuSocle, TexteDeSection]) -> Rubrique:
    points = []
    for quartier in vue.fiche.quartiers:
        for projet in reunir(base, base.fiche(quartier.territoire))[:1]:
            points += [
                f"{quartier.nom}{INSECABLE}: {e.equipement}{f', {e.adresse}' if e.adresse else ''}."
                for e in projet.equipements
            ]
    ecrits = _texte(SectionDuSocle.EQUIPEMENTS, sections)
    return Rubrique(
        TITRES[SectionDuSocle.EQUIPEMENTS],
        ecrits or (() if points else (A_COMPLETER,)),
        points=tuple(points[:_EQUIPEMENTS_MAX]),
    )


def _programmation(
    base: Base, programmation: Sequence[ActionProgrammee], sections: Mapping[SectionDuSocle, TexteDeSection]
) -> Rubrique:
    lignes = tuple(
        (
            a.saisie.titre,
            a.saisie.porteur,
            nommer_theme(a.saisie.theme, base.catalogue) if a.saisie.theme else "",
            MOTS_PROGRAMME[a.saisie.etat],
            _euros(a.montant("accorde")),
        )
        for a in programmation
    )
    ecrits = _texte(SectionDuSocle.PROGRAMME, sections)
    return Rubrique(
        TITRES[SectionDuSocle.PROGRAMME],
        ecrits or (() if lignes else (A_COMPLETER,)),
        entetes=("Action", "Organisation", "Thème", "État", "Accordé") if lignes else (),
        lignes=lignes,
        largeurs=(5, 4, 3, 2, 2),
    )


def _engagements(engagements: Sequence[Engagement], situations: Mapping[str, SituationDite]) -> Rubrique:
    lignes = tuple(
        (
            e.partenaire,
            capitale(e.action),
            cible_en_mots(e) if e.cible is not None else "",
            MOTS[situations[e.id].etat] + (", en retard" if situations[e.id].en_retard else ""),
        )
        for e in engagements[:_ENGAGEMENTS_MAX]
    )
    reste = len(engagements) - _ENGAGEMENTS_MAX
    suite = (f"… et {reste} autres, à l’écran « Suivi ».",) if reste > 0 else ()
    return Rubrique(
        "Engagements des partenaires",
        suite if lignes else ("Aucun engagement lu ne concerne cette commune.",),
        entetes=("Partenaire", "Engagement", "Cible", "Où en est-on") if lignes else (),
        lignes=lignes,
        largeurs=(3, 7, 3, 3),
    )


def socle(base: Base, vue: Portrait, lignes: Sequence[LigneDeSocle]) -> Rubrique:
    """Le socle d'indicateurs : départ, dernière valeur de la base, cible."""
    par_code = {x.indicateur.indicateur: x for x in vue.lignes}
    rangees = []
    for ligne in lignes:
        if ligne.indicateur not in base.catalogue.indicateurs:
            continue
        i = base.catalogue.indicateurs[ligne.indicateur]
        x = par_code.get(ligne.indicateur)
        connue = (
            f"{phrases.chiffre(x.chiffre, i.unite)} ({phrases.date_complete(x.chiffre)})"
            if x is not None and x.chiffre is not None
            else "pas de chiffre"
        )
        rangees.append((i.libelle, _fixe(ligne.saisie.base, ligne.saisie.base_annee, i.unite, i.decimales), connue,
                        _fixe(ligne.saisie.cible, ligne.saisie.cible_annee, i.unite, i.decimales)))  # fmt: skip
    return Rubrique(
        "Socle d’indicateurs-clés de suivi",
        () if rangees else (A_COMPLETER,),
        entetes=("Indicateur", "Départ", "Dernière valeur", "Cible") if rangees else (),
        lignes=tuple(rangees),
        largeurs=(6, 3, 4, 3),
    )


def _fixe(valeur: float | None, annee: int | None, unite: str, decimales: int) -> str:
    if valeur is None:
        return A_COMPLETER
    lu = avec_unite(nombre(valeur, decimales), unite, valeur)
    return f"{lu} ({annee})" if annee else lu


def _euros(centimes: int | None) -> str:
    return "non renseigné" if centimes is None else f"{nombre(centimes / 100, 0)}{INSECABLE}€"
