"""L'unité d'un indicateur : comment elle s'écrit, si elle se compare, en quoi se dit un écart (`data/unites.csv`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Self

from indicators.socle.nombres import INSECABLE


class Unite(str):
    """Le code d'une unité (« % », « habitants »), et ce que la table en dit.

    `singulier`, `pluriel` : ce qui suit un nombre de moins de deux, ou de deux et plus ; vides, rien ne s'écrit.
    `libelle` : en toutes lettres. `comparable` : se compare entre territoires de tailles différentes ; sinon c'est un
    nombre absolu. `ecart` : l'unité d'une différence. `decimales` : au plus, pour un indicateur de cette unité.
    `rapport` : deux valeurs se divisent (« 2,5 fois ») ; pas un indice, dont le zéro est conventionnel. `milliers` :
    les milliers se séparent ; pas ceux d'une année.
    """

    singulier: str
    pluriel: str
    libelle: str
    comparable: bool
    ecart: Unite
    decimales: int
    rapport: bool
    milliers: bool

    def __new__(cls, code: str, ligne: Mapping[str, Any] | None = None) -> Self:
        """L'unité de ce code ; sans sa ligne, seulement le code (une copie la retrouve par ses attributs)."""
        unite = super().__new__(cls, code)
        if ligne is not None:
            unite.singulier, unite.pluriel, unite.libelle = ligne["singulier"], ligne["pluriel"], ligne["libelle"]
            unite.comparable, unite.rapport, unite.milliers = (
                ligne[champ] == "oui" for champ in ("comparable", "rapport", "milliers")
            )
            unite.decimales, unite.ecart = ligne["decimales"], unite
        return unite

    @property
    def additive(self) -> bool:
        """Vrai pour un nombre absolu, qui s'additionne d'un lieu à l'autre ; une année, un rang, n'en est pas."""
        return not self.comparable and self.rapport

    def apres(self, titre: str) -> str:
        """Le titre et son unité : « Population (habitants) ».

        Rien de plus si elle ne s'écrit pas, ou si le titre la dit déjà : « Taux de pauvreté (seuil à 60 %) ».
        """
        deja = re.search(rf"(?<!\w){re.escape(self)}(?!\w)", titre, re.IGNORECASE)
        return f"{titre} ({self})" if self.pluriel and not deja else titre


def table(lignes: Iterable[Mapping[str, Any]]) -> dict[str, Unite]:
    """Les unités de `unites.csv`, par code ; une ligne a les colonnes de la feuille, `ecart` vide vaut l'unité même."""
    lues = list(lignes)
    unites = {ligne["unite"]: Unite(ligne["unite"], ligne) for ligne in lues}
    for ligne in lues:
        if ligne["ecart"]:
            unites[ligne["unite"]].ecart = unites[ligne["ecart"]]
    return unites


def avec_unite(texte: str, unite: str, n: float = 2) -> str:
    """Un nombre déjà écrit et son unité : « 46,7 % », « 10 920 € par an », « 1 habitant », « 79 » (indice).

    Une unité hors de la table, celle d'une cible telle qu'un document l'imprime, s'écrit telle quelle.
    """
    mots: str = unite
    if isinstance(unite, Unite):
        mots = unite.singulier if abs(n) < 2 else unite.pluriel
        texte = texte if unite.milliers else "".join(texte.split())
    return f"{texte}{INSECABLE}{mots}" if mots else texte
