"""L'image d'une carte pour un papier : titre, légende, date et source compris, sans lien ni fond."""

from __future__ import annotations

from indicators.analyse.comparatif import confronter
from indicators.base.base import Base
from indicators.carte.classement import Carte, dresser
from indicators.carte.decoupage import decouper, methodes
from indicators.carte.dessin import Reglages, dater, dessiner
from indicators.carte.plan import dresser_plan
from indicators.socle.emprise import Emprise
from indicators.socle.erreurs import ErreurObservatoire
from indicators.socle.territoires import Fiche, Maille


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
        base, territoires, reglages.largeur_carte, hauteur, agglomeration=agglomeration, emprise=emprise
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

    Lève `ErreurObservatoire` si ce territoire n'est ni un quartier ni une commune d'une agglomération connue.
    """
    fiche = base.fiche(code)
    territoire, agglomeration = fiche.territoire, fiche.agglomeration
    if agglomeration is None or not se_situe(fiche):
        raise ErreurObservatoire(
            f"« {territoire.nom} » ne se situe pas sur la carte d’une agglomération : seuls un quartier ou une commune "
            "d’une agglomération connue s’y placent."
        )
    if territoire.maille is Maille.COMMUNE:
        semblables = base.territoires(base.communes_de(agglomeration.territoire))
    else:
        genre = (territoire.statut, territoire.geographie)
        quartiers = base.fiche(agglomeration.territoire).quartiers
        semblables = [t for t in quartiers if (t.statut, t.geographie) == genre]
    vue = confronter(base, base.catalogue.indicateur(indicateur), semblables, [agglomeration], periode)
    return carte_statique(
        base,
        dresser(vue, decouper(methodes(vue)[0], vue)),
        largeur=largeur,
        hauteur=hauteur,
        mis_en_avant=territoire.territoire,
        agglomeration=agglomeration.territoire,
    )


def se_situe(fiche: Fiche) -> bool:
    """Vrai pour un quartier ou une commune d'une agglomération connue : ce que `carte_de_situation` sait placer."""
    return fiche.agglomeration is not None and fiche.territoire.maille in {Maille.QUARTIER, Maille.COMMUNE}
