"""35 000 communes inventées, en grille, aux limites partagées et dentelées : de quoi mesurer ce que pèse une carte."""

from __future__ import annotations

import json
import math
from pathlib import Path

COLONNES, LIGNES, COTE = 200, 175, 0.05
POINTS_PAR_COTE = 12


def ajouter(dossier: Path) -> None:
    """Ajoute aux CSV d'un dossier de données 35 000 communes, leur population, leurs départements, leurs contours."""
    communes = [(k, k % COLONNES, k // COLONNES) for k in range(COLONNES * LIGNES)]
    departements = {k: departement(i, j) for k, i, j in communes}
    _completer(
        dossier / "territoires.csv",
        [
            *(
                {"territoire": code(k), "maille": "commune", "nom": f"Commune {k}", "nom_court": f"C{k}"}
                for k, _, _ in communes
            ),
            *(
                {"territoire": f"DEP{d}", "maille": "departement", "nom": f"Département {d}", "nom_court": f"D{d}"}
                for d in sorted(set(departements.values()) - {"01"})
            ),
        ],
    )
    _completer(
        dossier / "appartenances.csv",
        [
            {"territoire": code(k), "parent": f"DEP{departements[k]}", "nature": "departement"}
            for k, _, _ in communes
        ],
    )  # fmt: skip
    chiffre = {"indicateur": "population", "annee": "2021", "statut": "exact", "fiabilite": "sure"}
    chiffre |= {"source": "insee", "ligne": "1", "origine": "publiee"}
    _completer(
        dossier / "observations" / "essai.csv",
        [
            chiffre | {"territoire": code(k)} | dict.fromkeys(("valeur", "passage", "imprime"), str(k))
            for k, _, _ in communes
        ],
    )
    entites = (
        {"type": "Feature", "properties": {"code": code(k)[3:]}, "geometry": contour(i, j)} for k, i, j in communes
    )
    (dossier / "contours").mkdir()
    collection = {"type": "FeatureCollection", "features": list(entites)}
    (dossier / "contours" / "communes.geojson").write_text(json.dumps(collection))


def _completer(chemin: Path, lignes: list[dict[str, str]]) -> None:
    texte = chemin.read_text("utf-8-sig")
    colonnes = texte.partition("\n")[0].split(";")
    suite = "".join(";".join(ligne.get(c, "") for c in colonnes) + "\n" for ligne in lignes)
    chemin.write_text(texte + suite, "utf-8-sig")


def code(k: int) -> str:
    """Le code de la k-ième commune."""
    return f"COM{10000 + k}"


def departement(i: int, j: int) -> str:
    """Des blocs de 10 × 35 = 350 communes ; « 01 » en réunit sept, 2 450 communes : trop pour une carte."""
    bloc = i // 10 + COLONNES // 10 * (j // 35)
    return "01" if bloc < 7 else f"{bloc:02}"


def contour(i: int, j: int) -> dict[str, object]:
    """Un carré de la grille, chaque côté ondulé comme le voit aussi son voisin."""

    def point(x: float, y: float, debout: bool) -> list[float]:
        onde = 0.08 * math.sin(7 * (x + 3 * y)) * math.sin(math.pi * ((y if debout else x) % 1))
        x, y = (x + onde, y) if debout else (x, y + onde)
        return [round(-4 + COTE * x, 6), round(42 + COTE * y, 6)]

    pas = [n / POINTS_PAR_COTE for n in range(POINTS_PAR_COTE)]
    bas = [point(i + p, j, False) for p in pas]
    droite = [point(i + 1, j + p, True) for p in pas]
    haut = [point(i + 1 - p, j + 1, False) for p in pas]
    gauche = [point(i, j + 1 - p, True) for p in pas]
    anneau = [*bas, *droite, *haut, *gauche]
    return {"type": "Polygon", "coordinates": [[*anneau, anneau[0]]]}
