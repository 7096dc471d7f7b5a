"""Ce qu'un ajout refuserait, dit dès l'essai et à sa place dans le fichier de la personne."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence

from indicators.base.imports import Connues
from indicators.donnees.controles.structure import statut_et_nombres
from indicators.donnees.lecture import Ligne
from indicators.donnees.schema import FEUILLES
from indicators.imports.moteur.cellules import en_nombre
from indicators.imports.moteur.releve import Chiffre
from indicators.socle.catalogue import Catalogue
from indicators.socle.erreurs import Constat, ErreurImport
from indicators.socle.nombres import accord, ecrire

_DITS = 20
_POUR_CENT = 5.0
"""Un indicateur dont les chiffres connus dépassent cette médiane n'a pas toute une colonne sous 1 %."""


def lever(refus: Sequence[Constat]) -> None:
    """Lève une seule `ErreurImport` pour tous les refus ; rien s'il n'y en a pas."""
    if refus:
        suite = f"\n  … et {len(refus) - _DITS} autres" if len(refus) > _DITS else ""
        dits = "".join(f"\n  - {constat}" for constat in refus[:_DITS])
        cases = accord(len(refus), "une case", "des cases")
        raise ErreurImport(f"Rien n'est ajouté : {cases} à corriger.{dits}{suite}")


def place(fichier: str, onglet: str) -> str:
    """Le fichier et l'onglet d'une case, tels que la personne les nomme."""
    return f"{fichier}, onglet « {onglet} »" if onglet else fichier


def de_la_ligne(ligne: Mapping[str, str], fichier: str, onglet: str, numero: int | None) -> list[Constat]:
    """Ce qui ne va pas dans cette ligne d'observations, aux fichier, onglet et ligne de la personne."""
    colonnes = FEUILLES["observations"].colonnes
    lue = Ligne(
        place(fichier, onglet),
        numero or 0,
        {colonne.nom: colonne.lire(ligne.get(colonne.nom, "")) for colonne in colonnes},
        {colonne.nom: ligne.get(colonne.nom, "") for colonne in colonnes},
    )
    return list(statut_et_nombres(lue))


def fractions(chiffres: Sequence[tuple[str, Chiffre]], connus: Connues, catalogue: Catalogue) -> list[Constat]:
    """Un pourcentage écrit en fraction (« 0,467 ») : rien ne le dit dans un CSV, les chiffres connus le montrent.

    `chiffres` : chacun avec le nom de son fichier.
    """
    par_colonne: dict[tuple[str, str], list[tuple[Chiffre, float]]] = defaultdict(list)
    for nom, chiffre in chiffres:
        if catalogue.indicateurs[chiffre.indicateur].unite == "%" and chiffre.lecture.valeur:
            par_colonne[nom, chiffre.indicateur].append((chiffre, en_nombre(chiffre.lecture.valeur)))
    trouvees = []
    for (nom, indicateur), lus in par_colonne.items():
        if not all(0 <= valeur <= 1 for _, valeur in lus) or all(valeur in (0, 1) for _, valeur in lus):
            continue
        siens = (connus.get((chiffre.territoire, indicateur), []) for chiffre, _ in lus)
        valeurs = [connue.valeur for connues in siens for connue in connues if connue.valeur is not None]
        if valeurs and statistics.median(valeurs) >= _POUR_CENT:
            premier, valeur = lus[0]
            cent_fois = ecrire(valeur * 100, 1)
            phrase = f"« {premier.brut} » est une fraction, « {indicateur} » est en pour cent : écrivez {cent_fois}"
            trouvees.append(Constat(nom, premier.ligne or 0, premier.colonne, phrase))
    return trouvees
