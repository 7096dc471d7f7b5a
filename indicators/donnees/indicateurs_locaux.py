"""Les indicateurs que des ajouts définissent : marqués « (local) », et jamais confondus avec ceux du catalogue.

Une version suivante peut apporter un indicateur de même identifiant. Ce sont deux mesures : celui de l'ajout prend
alors un autre identifiant, garde ses chiffres, et ses précautions le disent ; rien n'est caché.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from indicators.donnees.lignes import Ligne
from indicators.socle.catalogue import MARQUE_LOCALE

_CITANTS = ("observations", "retraits")


def sans_marque(libelle: str) -> str:
    """Le nom tel que la personne l'a écrit."""
    return libelle.removesuffix(MARQUE_LOCALE)


def renomme(code: str) -> str:
    """L'identifiant que prend un indicateur local quand le catalogue a pris le sien."""
    return f"{code}_local"


def accorder(lues: Mapping[str, Sequence[Ligne]], connus: Iterable[Ligne]) -> dict[str, list[Ligne]]:
    """Les feuilles d'un ajout, ses indicateurs marqués, et renommés si le catalogue a pris leur code.

    `connus` : les indicateurs déjà réunis, ceux d'autres ajouts compris.
    """
    feuilles = {feuille: list(lignes) for feuille, lignes in lues.items()}
    if not feuilles.get("indicateurs"):
        return feuilles
    embarques = {ligne["indicateur"] for ligne in connus if not ligne["libelle"].endswith(MARQUE_LOCALE)}
    renommes = {
        ligne["indicateur"]: renomme(ligne["indicateur"])
        for ligne in feuilles["indicateurs"]
        if ligne["indicateur"] in embarques
    }
    feuilles["indicateurs"] = [_marquer(ligne, renommes) for ligne in feuilles["indicateurs"]]
    for feuille in _CITANTS:
        feuilles[feuille] = [
            _changer(ligne, indicateur=renommes[ligne["indicateur"]]) if ligne["indicateur"] in renommes else ligne
            for ligne in feuilles.get(feuille, [])
        ]
    return feuilles


def _marquer(ligne: Ligne, renommes: Mapping[str, str]) -> Ligne:
    code = ligne["indicateur"]
    noms = {nom: f"{sans_marque(ligne[nom])}{MARQUE_LOCALE}" for nom in ("libelle", "libelle_court")}
    if code not in renommes:
        return _changer(ligne, **noms)
    avis = (
        f"Cet indicateur local portait l’identifiant « {code} », que le catalogue de l’observatoire a pris depuis : "
        "ce sont deux mesures, aucune ne remplace l’autre."
    )
    precautions = " ".join(filter(None, (ligne["precautions"], avis)))
    return _changer(ligne, indicateur=renommes[code], precautions=precautions, **noms)


def _changer(ligne: Ligne, **valeurs: str) -> Ligne:
    return replace(ligne, valeurs=ligne.valeurs | valeurs, textes=ligne.textes | valeurs)
