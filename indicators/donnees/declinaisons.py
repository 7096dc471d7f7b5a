"""Les mesures qui se déclinent par bailleur : une ligne au catalogue, un indicateur par bailleur dans la base.

Deux bailleurs ne se comparent ni ne s'additionnent : chacun est un indicateur, qu'aucun écran ne peut mêler à un autre.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from indicators.donnees.lignes import Donnees, Ligne
from indicators.socle.observations import declinaison, decliner

_CHIFFREES = ("observations", "retraits")


def nommer(feuille: str, valeurs: dict[str, Any]) -> dict[str, Any]:
    """Les valeurs d'une observation, son indicateur décliné et son bailleur accordés, que l'un ou l'autre le dise."""
    if feuille not in _CHIFFREES:
        return valeurs
    mesure, bailleur = declinaison(valeurs["indicateur"])
    bailleur = valeurs["bailleur"] or bailleur
    return valeurs | {"indicateur": decliner(mesure, bailleur), "bailleur": bailleur} if bailleur else valeurs


def etendre(donnees: Donnees) -> None:
    """Ajoute au catalogue l'indicateur de chaque bailleur dont une observation est lue, à la place de sa mesure.

    Les mesures elles-mêmes passent à la fin : aucun chiffre ne les cite. Refait après un ajout, n'ajoute que ce qui
    manque.
    """
    bailleurs = {ligne["bailleur"]: ligne for ligne in donnees["bailleurs"]}
    cites: dict[str, list[str]] = {}
    for code in dict.fromkeys(ligne["indicateur"] for ligne in donnees["observations"]):
        mesure, bailleur = declinaison(code)
        if bailleur in bailleurs:
            cites.setdefault(mesure, []).append(bailleur)
    connus = {ligne["indicateur"] for ligne in donnees["indicateurs"]}
    rangees: list[Ligne] = []
    mesures: list[Ligne] = []
    for ligne in donnees["indicateurs"]:
        mesure, bailleur = declinaison(ligne["indicateur"])
        if ligne["dimension"] and not bailleur:
            nouveaux = [b for b in sorted(cites.get(mesure, ())) if decliner(mesure, b) not in connus]
            rangees += [_declinee(ligne, bailleurs[b], cites) for b in nouveaux]
            mesures.append(ligne)
        else:
            rangees.append(replace(ligne, valeurs=ligne.valeurs | {"voisins": _voisins(ligne, cites, bailleur)}))
    donnees.lignes["indicateurs"] = rangees + mesures


def _declinee(ligne: Ligne, bailleur: Ligne, cites: dict[str, list[str]]) -> Ligne:
    court = ligne["libelle_court"]
    return replace(
        ligne,
        valeurs=ligne.valeurs
        | {
            "indicateur": decliner(ligne["indicateur"], bailleur["bailleur"]),
            "libelle": f"{ligne['libelle']} : {bailleur['nom']}",
            "libelle_court": f"{bailleur['nom']} : {court[:1].lower()}{court[1:]}",
            "precautions": " ".join(filter(None, (ligne["precautions"], bailleur["precautions"]))),
            "voisins": _voisins(ligne, cites, bailleur["bailleur"]),
        },
    )


def _voisins(ligne: Ligne, cites: dict[str, list[str]], bailleur: str) -> str:
    """Les mesures voisines : celles du même bailleur, ou de chacun pour une mesure qui n'en a pas."""
    codes = []
    for voisin in filter(None, ligne["voisins"].split(",")):
        siens = cites.get(voisin)
        if siens is None:
            codes.append(voisin)
        else:
            codes += [decliner(voisin, b) for b in sorted(siens) if bailleur in ("", b)]
    return ",".join(codes)
