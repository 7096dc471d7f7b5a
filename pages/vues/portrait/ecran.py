"""Le portrait en HTML, gardé en mémoire : revenir sur un territoire ne refait ni ses comparaisons, ni ses dessins."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.analyse.portrait import Portrait
from indicators.base.base import Base
from indicators.base.projets import reunir
from pages.commun import blocs, papier
from pages.commun.memoire import garder
from pages.commun.selecteur import libelle
from pages.vues.portrait import tableaux
from pages.vues.portrait.projet import projet


@dataclass(frozen=True)
class Rendu:
    """Les blocs d'un portrait, dans l'ordre de l'écran, entre lesquels se posent les boutons ; et son en-tête."""

    entete: papier.Entete
    identite: str
    chiffres: str
    suite: str


@garder(400)
def rendre(vue: Portrait, base: Base) -> Rendu:
    """Ce portrait, dessiné."""
    catalogue = base.catalogue
    parents = {t for f in vue.fiche.filiations for t in (f.ancien, f.nouveau)}
    return Rendu(
        entete=papier.preparer(
            "Portrait",
            territoire=libelle(base, vue.territoire),
            annee=papier.annees(ligne.chiffre for ligne in vue.lignes),
            filtres=f"face à {', '.join(t.nom for t in vue.references)}" if vue.references else "",
            chiffres=[ligne.chiffre for ligne in vue.lignes if ligne.chiffre is not None],
            catalogue=catalogue,
        ),
        identite=blocs.identite(vue, {t.territoire: t for t in base.territoires(parents)}),
        chiffres="".join(
            (
                blocs.cartes(vue, catalogue),
                blocs.doutes(vue, catalogue),
                blocs.saillants(vue),
                blocs.quartiers_du_territoire(vue, base.nombres_de_chiffres()),
            )
        ),
        suite="".join(
            (
                *(tableaux.theme(theme, lignes, vue, catalogue) for theme, lignes in vue.themes),
                projet(reunir(base, vue.fiche), catalogue),
                blocs.manquants(vue),
                tableaux.provenances(vue, catalogue),
                blocs.pied(),
            )
        ),
    )
