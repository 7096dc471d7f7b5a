"""Les sites qui peuvent montrer un écran dans un cadre : ceux que nomme le serveur, et l'observatoire lui-même."""

from __future__ import annotations

import os
import re

from indicators.socle.erreurs import ErreurObservatoire

VARIABLE = "OBSERVATOIRE_CADRES"
_SITE = re.compile(r"https?://(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?", re.IGNORECASE)


class CadreRefuse(ErreurObservatoire):
    """Un nom de site qui n'en est pas un : le serveur ne démarre pas, plutôt que d'ouvrir à n'importe qui."""

    def __init__(self, site: str) -> None:
        super().__init__(
            f"{VARIABLE} nomme « {site} », qui n'est pas un site. Attendu : « https:// » puis un nom (« www.agglo.fr » "
            "ou « *.agglo.fr » pour tous ceux d'un domaine), sans chemin ; plusieurs sites se séparent d'une virgule."
        )


def sites() -> list[str]:
    """Ceux que nomme `OBSERVATOIRE_CADRES`, aucun par défaut. Lève `CadreRefuse`."""
    nommes = [s.rstrip("/") for s in re.split(r"[\s,]+", os.environ.get(VARIABLE, "")) if s]
    for site in nommes:
        if not _SITE.fullmatch(site):
            raise CadreRefuse(site)
    return nommes
