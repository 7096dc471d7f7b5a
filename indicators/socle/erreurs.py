"""Les erreurs de l'observatoire : un fait, la valeur reçue, les valeurs admises, quoi faire.

Une `ErreurObservatoire` s'adresse à la personne devant l'écran ; toute autre exception reste bruyante.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


class ErreurObservatoire(Exception):
    """Erreur dont le texte est une phrase française destinée à l'utilisateur."""


class TerritoireInconnu(ErreurObservatoire):
    """Le code demandé n'est celui d'aucun territoire de la base."""

    def __init__(self, code: str, connus: Iterable[str] = ()) -> None:
        self.code = code
        proches = get_close_matches(code.upper(), list(connus), n=3, cutoff=0.75)
        suite = f" Codes proches : {', '.join(proches)}." if proches else ""
        super().__init__(
            f"Aucun territoire ne porte le code « {code} ».{suite} Cherchez-le par son nom ou par sa commune."
        )


class IndicateurInconnu(ErreurObservatoire):
    """L'identifiant demandé n'est pas au catalogue."""

    def __init__(self, code: str, connus: Iterable[str] = ()) -> None:
        self.code = code
        proches = get_close_matches(code.lower(), list(connus), n=3, cutoff=0.6)
        suite = f" Identifiants proches : {', '.join(proches)}." if proches else ""
        super().__init__(f"Aucun indicateur ne porte l’identifiant « {code} ».{suite}")


@dataclass(frozen=True, order=True)
class Constat:
    """Une chose à dire d'un fichier de données : où, quoi, et si elle empêche de construire la base.

    `gravite` vaut « erreur » (la base n'est pas construite), « document » (l'erreur est celle du
    document, elle est marquée dans les données), « a_verifier », ou « ecartee » (une ligne d'un ajout local, laissée).
    """

    fichier: str
    ligne: int
    colonne: str
    message: str
    gravite: str = "erreur"

    def __str__(self) -> str:
        lieu = self.fichier
        if self.ligne:
            lieu += f", ligne {self.ligne}"
        if self.colonne:
            lieu += f", colonne « {self.colonne} »"
        return f"{lieu} : {self.message}"


class DonneesInvalides(ErreurObservatoire):
    """Les fichiers de données ne peuvent pas devenir une base ; tous les constats sont réunis."""

    def __init__(self, constats: Iterable[Constat]) -> None:
        self.constats = sorted(constats)
        nombre = len(self.constats)
        titre = "1 erreur" if nombre == 1 else f"{nombre} erreurs"
        super().__init__(
            f"{titre} dans les fichiers de données.\n" + "\n".join(f"  - {constat}" for constat in self.constats)
        )


class ErreurImport(ErreurObservatoire):
    """Le fichier déposé ne peut pas être lu ou ajouté ; rien n'a changé."""


class BaseIndisponible(ErreurObservatoire):
    """La base n'existe pas, n'est pas lisible, ou a été faite par une autre version."""
