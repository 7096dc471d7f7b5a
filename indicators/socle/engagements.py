"""Un engagement de partenaire tel qu’il est imprimé, et ce par quoi il se filtre."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from indicators.socle.territoires import cle_de_recherche


@dataclass(frozen=True)
class Engagement:
    """Une ligne d'`engagements.csv` (clé : `id`).

    `cible` : nombre visé, None s'il n'y en a pas (zéro est une cible) ; `type` : valeur, evolution ou aucune ;
    `depart` et `depart_annee` : situation imprimée, vides si elle ne l'est pas ; `indicateurs` : ceux qui mesurent la
    cible, aucun si `raison` dit pourquoi.
    """

    id: str
    partenaire: str
    territoire: str
    objectif: str
    action: str
    cible: float | None
    cible_statut: str
    unite: str
    type: str
    depart: str
    depart_annee: str
    echeance: str
    operateur: str
    theme: str
    indicateurs: tuple[str, ...]
    raison: str
    abimee: bool
    note: str
    source: str
    ligne: int | None
    passage: str

    @property
    def echeance_code(self) -> str:
        """La dernière année écrite dans l'échéance ; « duree » si elle n'en dit pas, « aucune » si rien n'est écrit."""
        annees = re.findall(r"\b20\d\d\b", self.echeance)
        return max(annees) if annees else ("duree" if self.echeance else "aucune")

    @property
    def partenaire_code(self) -> str:
        """Le partenaire pour une adresse : « etat-nord »."""
        return cle_de_recherche(self.partenaire).replace(" ", "-")


def _suivis(e: Engagement) -> tuple[str, ...]:
    marques = (("mesure", bool(e.indicateurs)), ("cible", e.cible is not None), ("abimee", e.abimee))
    return tuple(code for code, vrai in marques if vrai)


FACETTES: dict[str, Callable[[Engagement], tuple[str, ...]]] = {
    "partenaire": lambda e: (e.partenaire_code,),
    "theme": lambda e: (e.theme,),
    "echeance": lambda e: (e.echeance_code,),
    "territoire": lambda e: (e.territoire,),
    "suivi": _suivis,
}
"""Ce par quoi un engagement se filtre : pour chacun, les codes qu'il porte."""


def filtrer(engagements: Iterable[Engagement], choix: Mapping[str, str | None], mots: str = "") -> list[Engagement]:
    """Ceux qui portent chaque code choisi et contiennent tous les mots tapés (sans accents ni casse)."""
    cherches = cle_de_recherche(mots).split()

    def convient(e: Engagement) -> bool:
        if any(code and code not in FACETTES[facette](e) for facette, code in choix.items()):
            return False
        if not cherches:
            return True
        texte = cle_de_recherche(" ".join((e.partenaire, e.objectif, e.action, e.unite, e.operateur, e.passage)))
        return all(mot in texte for mot in cherches)

    return [e for e in engagements if convient(e)]


def compter(
    engagements: Sequence[Engagement], facette: str, choix: Mapping[str, str | None], mots: str = ""
) -> Counter[str]:
    """Combien d'engagements porterait chaque code de la facette, les autres filtres gardés."""
    autres = {f: code for f, code in choix.items() if f != facette}
    return Counter(code for e in filtrer(engagements, autres, mots) for code in FACETTES[facette](e))
