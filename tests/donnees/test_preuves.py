"""`docs/preuves.md` : les chiffres relus à l'œil sont toujours dans la base, les fichiers relus toujours embarqués."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path

import pytest

from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES
from indicators.socle.observations import Observation

PREUVES = Path(__file__).resolve().parents[2] / "docs" / "preuves.md"
CHIFFRE = ["source", "territoire", "indicateur", "année", "édition", "base", "relu", "verdict"]
FICHIER = ["source", "fichier", "empreinte"]


def rangees(entete: list[str]) -> list[list[str]]:
    """Les lignes de tous les tableaux qui ont cet en-tête."""
    trouvees, dedans = [], False
    for ligne in PREUVES.read_text("utf-8").splitlines():
        cellules = [c.strip() for c in ligne.strip("|").split("|")] if ligne.startswith("|") else []
        if cellules == entete:
            dedans = True
        elif not cellules:
            dedans = False
        elif dedans and set(cellules) != {"---"}:
            trouvees.append(cellules)
    return trouvees


def embarques() -> list[dict[str, str]]:
    texte = (DOSSIER_DONNEES / "france" / "fichiers.csv").read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(texte), delimiter=";"))


def annee(texte: str) -> int | None:
    return None if texte == "–" else int(texte)


def est_ecrite(observation: Observation, texte: str) -> bool:
    """La colonne « base » : une valeur, « au moins 50 », « au plus 3 », « 60 à 90 »."""
    nombres = [float(mot.replace(",", ".")) for mot in texte.split() if mot[-1].isdigit()]
    ecrits = {"moins": (None, nombres[0], None), "plus": (None, None, nombres[0])}
    valeur, inf, sup = (
        ecrits[texte.split()[1]] if texte.startswith("au ")
        else (None, *nombres) if len(nombres) == 2
        else (nombres[0], None, None)
    )  # fmt: skip
    return (observation.valeur, observation.borne_inf, observation.borne_sup) == (valeur, inf, sup)


def absents(base: Base, lignes: list[list[str]]) -> list[list[str]]:
    """Les lignes dont la base n'a pas, exactement, ce chiffre de cette source à cette année."""
    fautes = []
    for ligne in lignes:
        source, territoire, indicateur, quand, edition, ecrit, *_ = ligne
        debut, _, fin = quand.rpartition(" → ")
        siennes = [
            o for o in base.observations([territoire], [indicateur])
            if o.source == source and o.annee == annee(fin) and o.millesime == annee(edition)
            and o.annee_debut == (int(debut) if debut else None)
        ]  # fmt: skip
        if len(siennes) != 1 or not est_ecrite(siennes[0], ecrit):
            fautes.append(ligne)
    return fautes


def test_chaque_chiffre_relu_est_dans_la_base_tel_quel(vraie):
    lignes = rangees(CHIFFRE)
    assert len(lignes) > 3 * 100
    assert {len(ligne) for ligne in lignes} == {len(CHIFFRE)}
    assert {ligne[-1] for ligne in lignes} == {"conforme"}
    assert absents(vraie, lignes) == []


@pytest.mark.parametrize(("place", "autre"), [(0, "insee_populations_2021"), (1, "COM01001"), (3, "1999"), (5, "81,2")])
def test_un_chiffre_qui_ne_serait_plus_le_meme_se_voit(vraie, place, autre):
    ligne = rangees(CHIFFRE)[0]
    change = [autre if n == place else mot for n, mot in enumerate(ligne)]
    assert absents(vraie, [ligne, change]) == [change]


def test_toute_source_nationale_a_trois_chiffres_relus(vraie):
    """Moins, si elle n'en a pas trois ; ou « À relire : `source` » dans le texte, en attendant."""
    relus = Counter(ligne[0] for ligne in rangees(CHIFFRE))
    attente = set(re.findall(r"À relire : `(\w+)`", PREUVES.read_text("utf-8")))
    chiffres: Counter[str] = Counter()
    for fichier in embarques():
        chiffres[fichier["source"]] += int(fichier["chiffres"])
    manquent = {s for s, n in chiffres.items() if relus[s] < min(3, n)} - attente
    assert manquent == set(), "relisez trois de leurs chiffres (docs/preuves.md), ou nommez-les « À relire »"


def test_les_fichiers_relus_sont_ceux_que_l_on_embarque():
    empreintes = {f["fichier"]: f["empreinte"] for f in embarques()}
    lus = rangees(FICHIER)
    assert {ligne[0] for ligne in rangees(CHIFFRE)} == {ligne[0] for ligne in lus}
    autres = [ligne for ligne in lus if ligne[1] in empreintes and not empreintes[ligne[1]].startswith(ligne[2])]
    assert autres == [], "un fichier a changé depuis la relecture : relisez ses chiffres"
    assert sum(ligne[1] in empreintes for ligne in lus) > 60
