"""Les observations dans Datasette, libellés compris : `python -m benchmarks.temoins.table_datasette PORT`."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from pathlib import Path

import uvicorn
from datasette.app import Datasette

from benchmarks.temoins import contenu


def ecrire(chemin: Path) -> None:
    """La table `observations`, faite de la base en service : une ligne un chiffre, noms en clair."""
    base = contenu.entrepot()
    indicateurs = base.catalogue.indicateurs
    noms = {t.territoire: t.nom for t in base.territoires()}
    chiffres = base.observations(list(noms))
    with sqlite3.connect(chemin) as lien:
        lien.execute(
            "create table observations (territoire text, nom text, indicateur text, libelle text, annee integer, "
            "valeur real, statut text, source text, ligne integer, passage text)"
        )
        lien.executemany(
            "insert into observations values (?,?,?,?,?,?,?,?,?,?)",
            [
                (o.territoire, noms[o.territoire], o.indicateur, indicateurs[o.indicateur].libelle, o.annee, o.valeur,
                 o.statut.value, o.source, o.ligne, o.passage)
                for o in chiffres
            ],
        )  # fmt: skip
        lien.execute("create index par_territoire on observations (territoire)")
    lien.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as dossier:
        chemin = Path(dossier) / "observatoire.db"
        ecrire(chemin)
        uvicorn.run(Datasette([str(chemin)]).app(), host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
