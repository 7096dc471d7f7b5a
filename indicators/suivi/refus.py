"""Ce que le suivi refuse, et pourquoi : chaque refus est une phrase pour la personne qui écrit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime

from indicators.socle.erreurs import ErreurObservatoire


class ErreurSuivi(ErreurObservatoire):
    """Une saisie, un droit ou un réglage du suivi n'est pas recevable ; rien n'a été écrit."""


class SuiviIndisponible(ErreurSuivi):
    """Le magasin ne répond pas, ou n'a pas la place d'écrire : ce qui était écrit est intact."""


class SuiviTropRecent(ErreurSuivi):
    """Le magasin a été écrit par une version plus récente de l'observatoire."""


LECTURE_SEULE = "Votre lien permet de lire, non d’écrire : demandez un lien de partenaire."


class EcritureRefusee(ErreurSuivi):
    """Cette personne n'a pas le droit d'écrire cela."""


class EcritureCroisee(ErreurSuivi):
    """Quelqu'un d'autre a écrit entre-temps ; rien n'a été remplacé.

    `actuelle` : ce qui est écrit maintenant (colonne → valeur), vide si l'objet a disparu ; `version` : celle à
    reprendre pour écrire par-dessus en connaissance de cause.
    """

    def __init__(self, actuelle: Mapping[str, object], version: int, par: str, moment: datetime | None) -> None:
        self.actuelle = dict(actuelle)
        self.version = version
        self.par = par
        self.moment = moment
        quand = f" le {moment.astimezone():%d/%m/%Y à %H:%M}" if moment else ""
        super().__init__(
            f"Entre-temps, {par or 'quelqu’un'} a écrit ici{quand}. Rien n’a été remplacé : "
            "relisez ce qui est écrit maintenant, puis enregistrez à nouveau si vous voulez le changer."
        )


class TropDEssais(ErreurSuivi):
    """Trop de secrets essayés (`quoi`) : il faut attendre `attendre` secondes."""

    def __init__(self, attendre: float, quoi: str = "un lien inconnu") -> None:
        self.attendre = max(1, math.ceil(attendre))
        unite = "seconde" if self.attendre == 1 else "secondes"
        super().__init__(f"Trop d’essais avec {quoi}. Recommencez dans {self.attendre} {unite}.")
