"""L'image d'une carte pour un papier : titre, légende, date et source compris, sans lien ni fond."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.analyse.comparatif import confronter
from indicators.base.base import Base
from indicators.base.regroupements import composition
from indicators.carte.classement import Carte, dresser
from indicators.carte.decoupage import decouper, methodes
from indicators.carte.dessin import Reglages, dessiner
from indicators.carte.notes import dater
from indicators.carte.plan import de_pres, dresser_plan
from indicators.socle.emprise import Emprise
from indicators.socle.erreurs import ErreurObservatoire
from indicators.socle.territoires import Fiche, Maille, Territoire

_MARGE = 0.15
"""Ce que l'on montre autour d'un regroupement, en part de son côté."""


def carte_statique(
    base: Base,
    carte: Carte,
    *,
    largeur: int = 1040,
    hauteur: int = 600,
    mis_en_avant: str | None = None,
    agglomeration: str | None = None,
    emprise: Emprise | None = None,
) -> str:
    """L'image d'une carte pour une fiche, un atlas ou une séance : sans lien ni fond, titre, date et source compris."""
    indicateur = carte.comparatif.indicateur
    reglages = Reglages(
        largeur,
        hauteur,
        mis_en_avant=mis_en_avant,
        prefixe=f"carte-{indicateur.indicateur}-{largeur}",
        titre=f"{indicateur.unite.apres(indicateur.libelle)}{dater(carte)}",
    )
    territoires = [lieu.territoire for lieu in carte.lieux]
    plan = dresser_plan(
        base,
        territoires,
        reglages.largeur_carte,
        hauteur,
        agglomeration=agglomeration,
        emprise=emprise,
        ouvert=mis_en_avant,
    )
    return dessiner(carte, plan, reglages, base.catalogue.sources)


def carte_de_situation(
    base: Base,
    code: str,
    indicateur: str,
    *,
    periode: str | None = None,
    largeur: int = 1040,
    hauteur: int = 600,
) -> str:
    """L'image qui situe un quartier ou une commune parmi ses semblables de la même agglomération, lui mis en avant.

    Un regroupement fait ici : ses membres, de près, et son contour. Lève `ErreurObservatoire` pour un autre territoire,
    ou d'une agglomération qui n'est pas connue.
    """
    fiche = base.fiche(code)
    semblables = _semblables(base, fiche)
    face_a = fiche.references[:1]
    vue = confronter(base, base.catalogue.indicateur(indicateur), semblables, face_a, periode)
    return carte_statique(
        base,
        dresser(vue, decouper(methodes(vue)[0], vue)),
        largeur=largeur,
        hauteur=hauteur,
        mis_en_avant=code,
        agglomeration=fiche.agglomeration.territoire if fiche.agglomeration else None,
        emprise=de_pres(base, semblables, _MARGE) if fiche.territoire.est_a_soi else None,
    )


def _semblables(base: Base, fiche: Fiche) -> Sequence[Territoire]:
    """Ceux que montre la carte : les membres d'un regroupement, ou les semblables d'une même agglomération."""
    territoire, agglomeration = fiche.territoire, fiche.agglomeration
    if territoire.est_a_soi:
        return composition(base, territoire.territoire).membres
    if agglomeration is None or not se_situe(fiche):
        raise ErreurObservatoire(
            f"« {territoire.nom} » ne se situe pas sur la carte d’une agglomération : seuls un quartier ou une commune "
            "d’une agglomération connue s’y placent, ou un regroupement fait ici."
        )
    if territoire.maille is Maille.COMMUNE:
        return base.territoires(base.communes_de(agglomeration.territoire))
    genre = (territoire.statut, territoire.geographie)
    return [t for t in base.fiche(agglomeration.territoire).quartiers if (t.statut, t.geographie) == genre]


def se_situe(fiche: Fiche) -> bool:
    """Vrai pour ce que `carte_de_situation` sait placer.

    Un quartier ou une commune d'une agglomération connue, ou un regroupement fait ici.
    """
    territoire = fiche.territoire
    dans_la_sienne = fiche.agglomeration is not None and territoire.maille in {Maille.QUARTIER, Maille.COMMUNE}
    return dans_la_sienne or territoire.est_a_soi
