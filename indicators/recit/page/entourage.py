"""Un chiffre au milieu des autres : ses références, ses voisins de l'agglomération, ses comparables."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from indicators.analyse.comparaison import Jugement
from indicators.analyse.comparatif import cle_de_periode, confronter, de_population_proche
from indicators.analyse.portrait import Ligne, Portrait
from indicators.analyse.profil import de_profil_proche
from indicators.base.base import Base
from indicators.recit import phrases
from indicators.recit.page.diapositives import Barre, Barres
from indicators.socle.nombres import INSECABLE, accord, cardinal
from indicators.socle.territoires import Maille, Territoire

PROCHES_AU_PLUS = 6
"""Voisins dessinés : les plus proches ; les autres sont comptés."""
NOMMES_AU_PLUS = 4
"""Au-delà, une liste de noms couverts par le secret ne se lit plus d'un mur."""


def voisins(ligne: Ligne, vue: Portrait, base: Base) -> Barres:
    """Le territoire, ses références de la même période, et ses voisins les plus proches de l'agglomération."""
    agglomeration = vue.fiche.agglomeration
    autres = list(_de_l_agglomeration(vue, base))
    if ligne.indicateur.est_effectif and vue.territoire.maille is not Maille.QUARTIER:
        autres = []
    if vue.territoire.maille is Maille.EPCI:
        ou = "de ses quartiers"
    else:
        ou = f"de {agglomeration.nom_court}, plus loin" if agglomeration else "connus, plus loin"
    return _barres(ligne, vue, base, autres, ou, au_plus=PROCHES_AU_PLUS)


def comparables(base: Base, vue: Portrait) -> tuple[str, tuple[Territoire, ...]]:
    """Qui ressemble au territoire par ses habitants, et la phrase qui le dit ; personne si trop peu est connu."""
    profil = de_profil_proche(base, vue.territoire)
    if profil is not None:
        return (
            f"Les {cardinal(len(profil.voisins))} qui lui ressemblent le plus par leurs habitants",
            tuple(t for t, _ in profil.voisins),
        )
    proches = de_population_proche(base, vue.territoire)[:PROCHES_AU_PLUS]
    if proches:
        return "Ceux qui ont à peu près autant d’habitants, à un quart près", tuple(proches)
    return "", ()


def face_aux(ligne: Ligne, vue: Portrait, base: Base, autres: Sequence[Territoire]) -> Barres:
    """Le territoire, ses références et ceux-ci."""
    return _barres(ligne, vue, base, list(autres), "", au_plus=len(autres))


def _barres(ligne: Ligne, vue: Portrait, base: Base, autres: list[Territoire], ou: str, *, au_plus: int) -> Barres:
    o = ligne.chiffre
    assert o is not None
    barres = [Barre(vue.territoire.nom_court, o, "territoire")]
    for reference, comparaison in zip(vue.references, ligne.comparaisons, strict=True):
        if comparaison.reference is not None and phrases.ecart(comparaison) and comparaison.reference.a_une_valeur:
            annee = f" ({phrases.periode(comparaison.reference)})" if comparaison.des_annees_differentes else ""
            barres.append(Barre(reference.nom_court + annee, comparaison.reference, "reference"))
    confrontes = confronter(base, ligne.indicateur, autres, [], cle_de_periode(o))
    sans: list[str] = []
    if confrontes.periode == cle_de_periode(o):
        rangs = {t.territoire: rang for rang, t in enumerate(autres)}
        connus = sorted(confrontes.lignes, key=lambda li: rangs[li.territoire.territoire])
        gardes = {li.territoire.territoire for li in connus[:au_plus]}
        barres += [
            Barre(li.territoire.nom_court, li.chiffre, "semblable")
            for li in confrontes.lignes
            if li.territoire.territoire in gardes
        ]
        if len(connus) > au_plus:
            reste = len(connus) - au_plus
            sans.append(f"{reste} {accord(reste, 'autre')} {ou}")
        sans += _couverts(confrontes.secretes)
    jugement = ligne.comparaisons[0].jugement if ligne.comparaisons else Jugement.NEUTRE
    return Barres(ligne.indicateur, tuple(barres), jugement, ", ".join(sans))


def _couverts(secretes: Sequence[Territoire]) -> list[str]:
    """Ceux que le secret couvre : nommés s'ils sont peu, comptés sinon."""
    if len(secretes) > NOMMES_AU_PLUS:
        return [f"{len(secretes)} couverts par le secret"]
    return [f"{t.nom_court} (secret)" for t in secretes]


def _de_l_agglomeration(vue: Portrait, base: Base) -> Sequence[Territoire]:
    """Les territoires avec lesquels un dessin situe celui-ci, les plus proches d'abord ; les siens s'il en a."""
    territoire, agglomeration = vue.territoire, vue.fiche.agglomeration
    if territoire.maille is Maille.QUARTIER and agglomeration is not None:
        famille = (territoire.statut, territoire.geographie)
        trouves = [q for q in base.fiche(agglomeration.territoire).quartiers if (q.statut, q.geographie) == famille]
    elif territoire.maille is Maille.EPCI:
        trouves = [q for q in vue.fiche.quartiers if (q.statut, q.geographie) == ("QPV", 2015)]
    elif territoire.maille in {Maille.COMMUNE, Maille.IRIS}:
        trouves = base.semblables(territoire)
    else:
        return ()
    autres = [t for t in trouves if t.territoire != territoire.territoire]
    return sorted(autres, key=lambda t: (_distance(t, territoire), t.nom_court))


def _distance(a: Territoire, b: Territoire) -> float:
    """La distance de deux positions, en degrés de latitude ; infinie si l'une n'est pas connue."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return math.inf
    largeur = math.cos(math.radians(b.latitude))
    return math.hypot(a.latitude - b.latitude, (a.longitude - b.longitude) * largeur)


def en_phrase(barres: Barres, roles: Collection[str] = ("territoire", "semblable")) -> str:
    """« Le plus élevé : Cité 10 (51,6 %) ; le plus faible : La Gare (29,1 %). » ; vide si un seul a un nombre.

    `roles` : ceux que l'on range ; une agglomération ne l'est pas parmi ses quartiers.
    """
    ponctuelles = [b for b in barres.barres if b.role in roles and b.chiffre.est_ponctuelle]
    if len(ponctuelles) < 2:
        return ""
    unite = barres.indicateur.unite
    rangees = sorted(ponctuelles, key=lambda b: -(b.chiffre.valeur or 0.0))
    (haut, h), (bas, b) = ((x.nom, phrases.chiffre(x.chiffre, unite)) for x in (rangees[0], rangees[-1]))
    return f"Le plus élevé{INSECABLE}: {haut} ({h}){INSECABLE}; le plus faible{INSECABLE}: {bas} ({b})."
