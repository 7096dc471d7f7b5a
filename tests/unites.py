"""Les unités du projet, lues de `data/unites.csv` comme la base les lit."""

from __future__ import annotations

from indicators.base.construction import DOSSIER_DONNEES
from indicators.donnees.lecture import lire_fichier
from indicators.socle.unites import table

LIGNES, _constats = lire_fichier(DOSSIER_DONNEES / "unites.csv", "unites", DOSSIER_DONNEES)
assert not _constats, _constats
UNITES = table(ligne.valeurs for ligne in LIGNES)
