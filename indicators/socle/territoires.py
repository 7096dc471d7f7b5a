"""Les lieux : quartiers, communes, agglomérations… et leurs liens."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

PREFIXE_A_SOI = "RGT-"
"""Ce par quoi commence l'identifiant d'un regroupement que l'on a fait soi-même, dans les ajouts locaux."""


class Maille(StrEnum):
    """Le niveau d'un territoire, du plus petit au plus grand."""

    QUARTIER = "quartier"
    IRIS = "iris"
    COMMUNE = "commune"
    EPCI = "epci"
    UNITE_URBAINE = "unite_urbaine"
    DEPARTEMENT = "departement"
    REGION = "region"
    PAYS = "pays"
    REGROUPEMENT = "regroupement"

    @property
    def libelle(self) -> str:
        """Le niveau en toutes lettres, au singulier."""
        return _LIBELLES[self]


_LIBELLES = {
    Maille.QUARTIER: "quartier",
    Maille.IRIS: "IRIS",
    Maille.COMMUNE: "commune",
    Maille.EPCI: "agglomération",
    Maille.UNITE_URBAINE: "unité urbaine",
    Maille.DEPARTEMENT: "département",
    Maille.REGION: "région",
    Maille.PAYS: "pays",
    Maille.REGROUPEMENT: "ensemble de territoires",
}


@dataclass(frozen=True)
class Territoire:
    """Un lieu à l'identifiant stable (clé : `territoire`).

    `geographie` vaut 2015 ou 2024 pour un quartier (ou un ensemble de quartiers), None sinon : un quartier de
    2015 et son successeur de 2024 sont deux territoires. `superficie_ha`, `latitude` et `longitude` : None quand
    aucun document ne les donne ; la position est indicative.
    """

    territoire: str
    maille: Maille
    geographie: int | None
    statut: str
    nom: str
    nom_court: str
    variantes: tuple[str, ...] = ()
    code_officiel: str = ""
    superficie_ha: float | None = None
    latitude: float | None = None
    longitude: float | None = None

    @property
    def est_a_soi(self) -> bool:
        """Vrai pour un regroupement fait ici, et non lu dans un document."""
        return self.territoire.startswith(PREFIXE_A_SOI)

    @property
    def perimetre(self) -> str:
        """Quel périmètre, en toutes lettres, ou chaîne vide hors des quartiers."""
        return {2015: "périmètre 2015-2023", 2024: "périmètre 2024-2030"}.get(self.geographie or 0, "")


@dataclass(frozen=True)
class Filiation:
    """Le lien entre un quartier de 2015 et un quartier de 2024 (clé : `ancien`, `nouveau`)."""

    ancien: str
    nouveau: str
    nature: str
    source: str
    note: str = ""


@dataclass(frozen=True)
class Fiche:
    """Un territoire et ses liens : communes, agglomération, quartiers, références possibles, filiations.

    `suite` : le lieu où il est entré quand il n'existe plus, et depuis quand ; `absorbees` : ceux entrés en lui.
    """

    territoire: Territoire
    communes: tuple[Territoire, ...] = ()
    agglomerations: tuple[Territoire, ...] = ()
    quartiers: tuple[Territoire, ...] = ()
    references: tuple[Territoire, ...] = ()
    filiations: tuple[Filiation, ...] = ()
    suite: tuple[Territoire, int] | None = None
    absorbees: tuple[tuple[Territoire, int], ...] = ()

    @property
    def agglomeration(self) -> Territoire | None:
        """L'agglomération de référence : celle du contrat de ville pour un quartier."""
        return self.agglomerations[0] if self.agglomerations else None

    @property
    def agglomeration_ouverte(self) -> Territoire | None:
        """L'agglomération elle-même si c'en est la fiche, sinon celle de référence."""
        return self.territoire if self.territoire.maille is Maille.EPCI else self.agglomeration

    @property
    def autres_perimetres(self) -> frozenset[str]:
        """Les codes du même quartier sur un autre périmètre : ses prédécesseurs et ses successeurs."""
        codes = {code for f in self.filiations for code in (f.ancien, f.nouveau) if code}
        return frozenset(codes - {self.territoire.territoire})


_PONCTUATION = re.compile(r"[\W_]")
"""Ce qui n'est ni une lettre ni un chiffre."""


def cle_de_recherche(texte: str) -> str:
    """Le texte sans accents, ligatures, casse ni ponctuation : « L’Épinette » et « epinette » se retrouvent."""
    texte = texte.replace("œ", "oe").replace("Œ", "Oe")
    decompose = unicodedata.normalize("NFKD", texte.casefold())
    if not decompose.isascii():
        decompose = "".join(c for c in decompose if not unicodedata.combining(c))
    return " ".join(_PONCTUATION.sub(" ", decompose).split())
