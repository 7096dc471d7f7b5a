"""Le portrait en HTML, gardé en mémoire : revenir sur un territoire ne refait ni ses comparaisons, ni ses dessins."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.base.base import Base
from indicators.base.projets import reunir
from indicators.carte.lieu import carte_du_lieu
from indicators.recit.page.portrait import composer
from pages.commun import papier
from pages.commun.acces import PORTRAITS, portrait
from pages.commun.gabarits import rendre as remplir
from pages.commun.memoire import garder
from pages.commun.selecteur import libelle
from pages.vues.portrait import bailleurs, enquetes, seuil
from pages.vues.portrait.projet import projet


@dataclass(frozen=True)
class Rendu:
    """Les blocs d'un portrait, dans l'ordre de l'écran, entre lesquels se posent les boutons ; et son en-tête."""

    entete: papier.Entete
    identite: str
    chiffres: str
    suite: str


@garder(PORTRAITS)
def rendre(base: Base, code: str, seconde: str | None) -> Rendu:
    """Ce portrait face à cette seconde référence, dessiné."""
    vue, catalogue = portrait(base, code, seconde), base.catalogue
    page = composer(base, vue)
    lieu = carte_du_lieu(base, vue.fiche) if vue.territoire.est_a_soi else ("", "")

    def part(nom: str) -> str:
        return str(remplir("portrait.html", page=page, part=nom, lieu=lieu))

    return Rendu(
        entete=papier.preparer(
            "Portrait",
            territoire=libelle(base, vue.territoire),
            annee=papier.annees(ligne.chiffre for ligne in vue.lignes),
            filtres=f"face à {', '.join(t.nom for t in vue.references)}" if vue.references else "",
            documents="à la fin, une fois chacune" if vue.lignes else "",
        ),
        identite=part("identite"),
        chiffres=part("chiffres"),
        suite="".join(
            (
                part("themes"),
                seuil.bloc(base, code),
                projet(reunir(base, vue.fiche), catalogue),
                enquetes.bloc(base, code),
                bailleurs.bloc(base, vue.territoire),
                part("fin"),
            ),
        ),
    )
