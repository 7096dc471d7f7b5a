"""L'entrée par pilier et par thème (Hauban), la même sur chaque écran qui montre des indicateurs."""

from __future__ import annotations

from collections.abc import Collection

from indicators.analyse.hauban import TOUT, Entree, entrees
from indicators.base.base import Base
from indicators.socle.nombres import INSECABLE
from pages.commun.choix import choix_unique
from pages.commun.memoire import garder
from pages.parametres import HAUBAN


@garder(2)
def de(base: Base) -> dict[str, Entree]:
    """Les entrées de cette base, par code."""
    return entrees(base.catalogue)


def choisir(base: Base, connus: Collection[str], *, etiquette_visible: bool = True) -> Entree | None:
    """La liste des piliers et de leurs thèmes ; None quand rien n'est retiré.

    `connus` : les indicateurs que l'écran peut montrer ; leur nombre est dit avant le clic.
    """
    toutes = {c: e for c, e in de(base).items() if e.indicateurs & set(connus)}

    def nommer(code: str) -> str:
        if code == TOUT:
            return "Tous les piliers et thèmes"
        entree = toutes[code]
        combien = len(entree.indicateurs & set(connus))
        tete = f"Thème{INSECABLE}: " if entree.theme else f"Pilier{INSECABLE}: "
        return f"{tete}{entree.libelle}{INSECABLE}· {combien}"

    choisi = choix_unique(
        HAUBAN, "Pilier ou thème", [TOUT, *toutes], nommer=nommer, etiquette_visible=etiquette_visible
    )
    return toutes.get(choisi or TOUT)
