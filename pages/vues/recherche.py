"""Ce que trouve la case de l'accueil : chaque lieu avec son chiffre, et le lien vers l'écran qui le montre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indicators.analyse import recherche
from indicators.analyse.portrait import Ligne, Portrait
from indicators.analyse.recherche import AU_PLUS, Comprise, Sujet
from indicators.base.base import Base
from indicators.recit import regroupements
from indicators.recit.page.chiffres import carte
from indicators.recit.page.modele import CarteDeChiffre
from indicators.socle.territoires import Maille, Territoire
from pages.commun.acces import portrait
from pages.commun.exemples import une_commune
from pages.commun.gabarits import lien_vers, rendre
from pages.commun.memoire import garder
from pages.commun.selecteur import precisions
from pages.vues.accueil import ce_qui_ressort

__all__ = ["AU_PLUS", "resultats"]
COMBIEN = 10


@dataclass(frozen=True)
class Resultat:
    """Un lieu trouvé. `precisions` : sa commune, son statut, son code ; `chiffre` : None quand il n'en a pas.

    `sujet` : ce que dit le chiffre, ou ce qui manque ; `adresse` : celle de l'écran qui le montre.
    """

    territoire: Territoire
    precisions: str
    sujet: str
    chiffre: CarteDeChiffre | None
    absence: str
    adresse: str

    @property
    def agglomeration(self) -> bool:
        """Vrai d'une agglomération : on peut en faire la sienne."""
        return self.territoire.maille is Maille.EPCI


@garder(300)
def resultats(base: Base, texte: str, chez_soi: Sequence[str]) -> str:
    """La liste de ce que l'on a trouvé ; vide quand rien n'est cherché. `chez_soi` : les agglomérations d'ici."""
    if not texte:
        return ""
    proches = {t.territoire for code in chez_soi for t in base.fiche(code).quartiers}
    proches.update(commune for code in chez_soi for commune in base.communes_de(code))
    comprise = recherche.comprendre(base, texte, (*chez_soi, *proches), COMBIEN)
    lieux = [_resultat(base, t, comprise.sujet) for t in comprise.lieux]
    return str(
        rendre(
            "recherche.html",
            texte=texte,
            comprise=comprise,
            # Un sujet demandé : ceux qui en ont un chiffre d'abord, dans le même ordre.
            lieux=sorted(lieux, key=lambda r: comprise.sujet is not None and r.chiffre is None),
            ailleurs=_partout(base, comprise, chez_soi),
            commune=une_commune(base, chez_soi),
        )
    )


def _resultat(base: Base, territoire: Territoire, sujet: Sujet | None) -> Resultat:
    vue = portrait(base, territoire.territoire, None)
    ligne = _ligne(vue, sujet)
    adresse = {"territoire": territoire.territoire}
    chiffre = carte(ligne, vue, base.catalogue) if ligne is not None and ligne.chiffre is not None else None
    ecran = "portrait"
    if sujet is not None and chiffre is not None and ligne is not None and chiffre.courbe is not None:
        ecran, adresse = "evolution", adresse | {"indicateur": ligne.indicateur.indicateur}
    nom = ligne.indicateur.libelle_court if ligne is not None else sujet.libelle if sujet else ""
    absence = (regroupements.absence(ligne) if ligne is not None else "") or (
        "non disponible pour ce territoire" if nom else ""
    )
    return Resultat(territoire, precisions(base, territoire), nom, chiffre, absence, lien_vers(ecran, **adresse))


def _ligne(vue: Portrait, sujet: Sujet | None) -> Ligne | None:
    """La ligne du sujet ; sans sujet, le premier chiffre clé connu."""
    if sujet is None:
        return next((li for li in vue.tete if li.chiffre is not None), None)
    if sujet.famille is not None:
        return next((li for li in vue.tete if li.famille == sujet.famille), None)
    return next((li for li in vue.lignes if li.indicateur == sujet.indicateur), None)


def _partout(base: Base, comprise: Comprise, chez_soi: Sequence[str]) -> list[tuple[Territoire, str, str, str]]:
    """Un sujet sans lieu : ce qui ressort de chaque agglomération d'ici, et l'écran qui les range."""
    if comprise.sujet is None or comprise.lieux:
        return []
    trouves = []
    for code in chez_soi:
        for famille, vue, texte in ce_qui_ressort(base, code, comprise.sujet.indicateur):
            if comprise.sujet.famille is None or famille == comprise.sujet.famille:
                adresse = lien_vers("comparer", groupe=f"{code}-QPV2015", indicateur=vue.indicateur)
                trouves.append((base.territoire(code), vue.libelle_court, texte, adresse))
    return trouves
