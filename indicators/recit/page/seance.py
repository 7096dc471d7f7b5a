"""La séance d'un territoire : ouvrir, une famille par diapositive, le bilan, les thèmes, les mots, les sources."""

from __future__ import annotations

from indicators.analyse.comparaison import Jugement
from indicators.analyse.portrait import Portrait
from indicators.base.base import Base
from indicators.recit import phrases, resume
from indicators.recit.page import portrait, projet
from indicators.recit.page.chiffres import carte
from indicators.recit.page.diapositives import Diapositive, Liste, Ouverture, Seance, Situation
from indicators.recit.page.familles import familles
from indicators.recit.page.membres import membres
from indicators.recit.page.modele import a_dire
from indicators.recit.page.pied import des_lignes, pied
from indicators.recit.page.themes import ecarts, themes
from indicators.socle.nombres import INSECABLE, accord, capitale, cardinal, minuscule

SAILLANTS_AU_PLUS = 5


def composer(base: Base, vue: Portrait, situation: Situation | None) -> Seance:
    """La séance entière de ce portrait ; `situation` : sa carte, s'il se situe.

    Aucune diapositive n'est vide : ce qui n'existe pas n'en a pas. `Seance.choisir` en retire ou réordonne.
    """
    territoire, catalogue = vue.territoire, base.catalogue
    diapositives = [
        _ouverture(vue, base, situation),
        *familles(base, vue),
        *membres(vue, catalogue),
        *_saillants(vue, base),
        *themes(base, vue),
        *ecarts(base, vue),
        *projet.projet(base, vue),
        *projet.engagements(base, vue),
        *projet.limites(vue, catalogue),
        *projet.sources(vue, catalogue),
    ]
    lieux = ", ".join(c.nom for c in vue.fiche.communes)
    morceaux = (territoire.nom, lieux if lieux not in territoire.nom else "", territoire.perimetre)
    return Seance(territoire, a_dire([m for m in morceaux if m]), tuple(diapositives))


def _ouverture(vue: Portrait, base: Base, situation: Situation | None) -> Diapositive:
    """Un nom, un lieu, une phrase, la carte et les familles connues."""
    i = portrait.identite(vue)
    connues = [li for li in vue.tete if li.chiffre is not None]
    absentes = ", ".join(
        minuscule(li.indicateur.libelle_court) for li in vue.tete if li.chiffre is None and not li.etendue
    )
    quoi = [i.quoi, vue.territoire.perimetre, *i.taille]
    ou = [", ".join(c.nom for c in i.communes), *(a.nom for a in i.agglomerations)]
    bloc = Ouverture(
        tuple(a_dire([m for m in morceaux if m]) for morceaux in (ou, quoi) if any(morceaux)),
        i.chapeau,
        situation,
        tuple(carte(li, vue, base.catalogue) for li in connues),
        f"Sans chiffre dans les documents lus{INSECABLE}: {absentes}." if absentes and connues else "",
    )
    return Diapositive(
        "ouverture", "En un coup d’œil", vue.territoire.nom, (bloc,), pied(des_lignes(connues), base.catalogue)
    )


def _saillants(vue: Portrait, base: Base) -> list[Diapositive]:
    """Ce qui va mieux et ce qui va moins bien, en phrases ; rien si rien n'est jugé."""
    groupes = portrait.saillants(vue, base.catalogue, SAILLANTS_AU_PLUS)
    montrees = [
        li for s in groupes for li, _ in resume.points_saillants(vue, s.jugement, base.catalogue, SAILLANTS_AU_PLUS)
    ]
    if not montrees:
        return []
    mieux, moins = (len(vue.jugees(j)) for j in (Jugement.FAVORABLE, Jugement.DEFAVORABLE))
    titre = (
        f"{capitale(cardinal(mieux))} {accord(mieux, 'indicateur favorable', 'indicateurs favorables')}, "
        f"{cardinal(moins)} {accord(moins, 'défavorable')} {phrases.face_a(vue.references[0])}"
    )
    listes = tuple(Liste(s.en_phrases(), s.titre, s.jugement) for s in groupes)
    au_pied = pied(des_lignes(montrees), base.catalogue)
    return [Diapositive("mieux-moins", "Ce qui va mieux, ce qui va moins bien", titre, listes, au_pied)]
