"""Les diapositives des mots : le projet, les engagements, ce que les chiffres ne disent pas, les sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indicators.analyse.contrats import pour_le_lieu
from indicators.analyse.engagements import SituationMesuree
from indicators.analyse.engagements import situations as situer
from indicators.analyse.portrait import Portrait
from indicators.base import engagements as questions
from indicators.base.base import Base
from indicators.base.projets import reunir
from indicators.recit.engagements import cible_en_mots, situation_en_mots
from indicators.recit.page import portrait
from indicators.recit.page.diapositives import PLACE_DENSE, Diapositive, Liste, Texte, paginer
from indicators.recit.phrases import typographie
from indicators.socle.catalogue import Catalogue
from indicators.socle.engagements import Engagement
from indicators.socle.nombres import INSECABLE, accord, capitale, cardinal
from indicators.socle.projets import Element, Projet
from indicators.socle.territoires import Maille, Territoire

_NATURES = {
    "enjeu": ("enjeux", "enjeu"),
    "objectif_strategique": ("objectifs stratégiques", "objectif stratégique"),
    "irritant": ("irritants", "irritant"),
    "opportunite": ("opportunités", "opportunité"),
    "atout": ("atouts", "atout"),
    "faiblesse": ("faiblesses", "faiblesse"),
    "perspective": ("perspectives", "perspective"),
}


def projet(base: Base, vue: Portrait) -> list[Diapositive]:
    """Une diapositive par nature d'élément du projet, avec les mots du document ; le reste est compté."""
    projets = reunir(base, vue.fiche)
    if not projets:
        return []
    p = projets[0]
    diapositives = []
    for nature, (pluriel, singulier) in _NATURES.items():
        elements = [e for e in p.elements if e.nature == nature]
        if elements:
            nom = pluriel if len(elements) > 1 else singulier
            titre = f"{capitale(cardinal(len(elements), feminin=nom.endswith(('é', 'e', 'es'))))} {nom}"
            diapositives.append(_elements(nature, titre, elements, p, vue, base.catalogue))
    return diapositives


def _rubrique(vue: Portrait) -> str:
    return "Projet du quartier" if vue.territoire.maille is Maille.QUARTIER else "Projet du territoire"


def _elements(
    nature: str, titre: str, elements: Sequence[Element], p: Projet, vue: Portrait, catalogue: Catalogue
) -> Diapositive:
    items = [capitale(typographie(e.texte)) + (" (lecture abîmée)" if e.abimee else "") for e in elements]
    blocs = _une_page(items, "l’écran Portrait")
    titres = ", ".join(dict.fromkeys(catalogue.sources[e.source].titre for e in elements))
    lignes = [e.ligne for e in elements]
    ou = f"l.{INSECABLE}{min(lignes)}" + (f" à {max(lignes)}" if max(lignes) > min(lignes) else "")
    perimetre = f"{p.territoire.nom}, {p.territoire.perimetre}{INSECABLE}· " if p.autre_perimetre else ""
    return Diapositive(f"projet-{nature}", _rubrique(vue), titre, blocs, f"{perimetre}{titres}, {ou}")


def _une_page(items: Sequence[str], ailleurs: str) -> tuple[Liste | Texte, ...]:
    """Ce qui tient sur une diapositive, sans rien couper, et combien il en reste."""
    pages = paginer(items)
    dense = len(pages) > 1
    premiere = paginer(items, PLACE_DENSE)[0] if dense else pages[0]
    reste = len(items) - len(premiere)
    if not reste:
        return (Liste(premiere, dense=dense),)
    return Liste(premiere, dense=dense), Texte(f"… {reste} {accord(reste, 'autre')}{INSECABLE}: voir {ailleurs}.")


def engagements(base: Base, vue: Portrait) -> list[Diapositive]:
    """Les engagements du territoire et de ce qui le contient ; d'abord ceux dont la base mesure l'avancement.

    Le contrat d'une autre agglomération n'y est pas, même quand il engage le département ou la France.
    """
    fiche = vue.fiche
    lieux = {t.territoire: t for t in (vue.territoire, *fiche.communes, *fiche.references)}
    lieux |= {t.territoire: t for t in base.territoires(fiche.autres_perimetres)}
    tous = pour_le_lieu(base, fiche, questions.engagements(base))
    rubrique = "Engagements"
    if not tous:
        return []
    situations = situer(base, tous)
    proches = list(lieux)
    tous.sort(key=lambda e: (e.id not in situations, e.cible is None, proches.index(e.territoire)))
    items = [_engagement(e, lieux[e.territoire], situations) for e in tous]
    n, cibles = len(tous), sum(e.cible is not None for e in tous)
    titre = f"{capitale(cardinal(n))} {accord(n, 'engagement')}, dont {cardinal(cibles)} avec une cible chiffrée"
    titres = ", ".join(dict.fromkeys(base.catalogue.sources[e.source].titre for e in tous))
    blocs = _une_page(items, "l’écran Engagements et évaluation")
    return [Diapositive("engagements", rubrique, titre, blocs, titres)]


def _engagement(e: Engagement, lieu: Territoire, situations: Mapping[str, Sequence[SituationMesuree]]) -> str:
    texte = f"{e.partenaire}, {lieu.nom_court}{INSECABLE}: {typographie(e.action).rstrip('.')}. Cible{INSECABLE}: "
    texte += cible_en_mots(e) + (f", {e.echeance}" if e.echeance else "") + "."
    for situation in situations.get(e.id, ())[:1]:
        texte += f" Aujourd’hui{INSECABLE}: {situation_en_mots(situation, lieu)}"
    return typographie(texte)


def limites(vue: Portrait, catalogue: Catalogue) -> list[Diapositive]:
    """Les chiffres douteux et les sources qui se contredisent ; ce qui manque est dit à l'ouverture."""
    doutes = portrait.doutes(vue, catalogue)
    pages = paginer((typographie(f"{nom}{INSECABLE}: {texte}") for nom, texte in doutes.items), PLACE_DENSE)
    return [
        Diapositive(
            f"doutes-{rang}",
            "Ce que ces chiffres ne disent pas",
            doutes.titre + (f" ({rang} sur {len(pages)})" if len(pages) > 1 else ""),
            (Liste(page, dense=True),),
        )
        for rang, page in enumerate(pages, start=1)
    ]


def sources(vue: Portrait, catalogue: Catalogue) -> list[Diapositive]:
    """Toutes les sources des chiffres, sur autant de diapositives qu'il en faut."""
    citees = list(dict.fromkeys(typographie(s.nom) for s in portrait.sources(vue, catalogue)))
    pages = paginer(citees, PLACE_DENSE)
    return [
        Diapositive(
            f"sources-{rang}",
            "Sources",
            "D’où viennent ces chiffres" + (f" ({rang} sur {len(pages)})" if len(pages) > 1 else ""),
            (Liste(page, dense=True),),
            "Données sous Licence Ouverte 2.0 sauf mention contraire",
        )
        for rang, page in enumerate(pages, start=1)
    ]
