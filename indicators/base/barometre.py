"""Les questions que le Baromètre pose à la base : ses neuf thématiques, telles que le contrat les nomme."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.base.base import Base


@dataclass(frozen=True)
class Thematique:
    """Une thématique du Baromètre de la Cohésion Sociale (clé : `id`).

    `theme` : le thème du catalogue, vide quand le catalogue n'en a pas ; `source` et `ligne` : où elle est nommée.
    """

    id: str
    libelle: str
    ordre: int
    theme: str
    source: str
    ligne: int

    @property
    def code(self) -> str:
        """Le nom court qui sert dans l'adresse : « bcs-emploi » → « emploi »."""
        return self.id.removeprefix("bcs-")


def thematiques(base: Base) -> list[Thematique]:
    """Les thématiques, dans l'ordre du document ; liste vide si la base n'en a pas."""
    lignes = base._toutes("SELECT id, libelle, ordre, theme, source, ligne FROM barometre ORDER BY ordre")
    return [Thematique(*ligne) for ligne in lignes]
