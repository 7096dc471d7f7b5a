"""`python -m benchmarks.rivaux [base]` : les mêmes questions à DuckDB, à pandas et à SQLite, sur une base inventée.

DuckDB est l'entrepôt tel qu'il sert, objets du domaine et textes compris ; pandas et SQLite n'ont que les nombres, et
ne rendent que des lignes. pandas a toute la table en mémoire, en entiers ; SQLite a ses deux index. Les réponses sont
comparées : des valeurs différentes arrêtent la mesure.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import pandas as pd

from indicators.base import methode
from indicators.base.base import Base
from indicators.socle.observations import Observation
from indicators.socle.territoires import Maille, Territoire

from .mesures import Tableau, chronometrer, mo, ms, virgule
from .nationale import base

NOMBRES = "t, i, annee, valeur, borne_inf, borne_sup, statut::VARCHAR AS statut"
ANNEE, INDICATEUR = 2020, "taux_pauvrete"
TOURS = 9
Valeurs = list[float]


def _sqlite(nom: str) -> Path:
    """La base SQLite de cette base inventée, faite une fois : une table, un index par ordre de lecture."""
    origine = base(nom)
    chemin = origine.with_suffix(".sqlite")
    if chemin.exists():
        return chemin
    brouillon = chemin.with_suffix(".brouillon")
    brouillon.unlink(missing_ok=True)
    with duckdb.connect(str(origine), read_only=True) as lue, closing(sqlite3.connect(brouillon)) as ecrite:
        ecrite.execute("PRAGMA journal_mode = OFF")
        ecrite.execute("PRAGMA synchronous = OFF")
        ecrite.execute("CREATE TABLE mesures (t INT, i INT, annee INT, valeur REAL, borne_inf REAL, borne_sup REAL,"
                       " statut TEXT)")  # fmt: skip
        lignes = lue.execute(f"SELECT {NOMBRES} FROM mesures_par_territoire")
        while lot := lignes.fetchmany(200_000):
            ecrite.executemany("INSERT INTO mesures VALUES (?, ?, ?, ?, ?, ?, ?)", lot)
        ecrite.execute("CREATE INDEX par_territoire ON mesures (t, i, annee)")
        ecrite.execute("CREATE INDEX par_indicateur ON mesures (i, annee, t)")
        ecrite.commit()
    brouillon.rename(chemin)
    return chemin


def _pandas(nom: str) -> pd.DataFrame:
    with duckdb.connect(str(base(nom)), read_only=True) as lue:
        cadre = lue.execute(f"SELECT {NOMBRES} FROM mesures_par_territoire").df()
    return cadre.astype({"t": "int32", "i": "int32", "annee": "int16", "statut": "category"})


def _questions(
    ouverte: Base, cadre: pd.DataFrame, lite: sqlite3.Connection
) -> dict[str, tuple[Callable[[int], Valeurs], ...]]:
    """Chaque question, posée de trois façons ; elles rendent toutes les mêmes valeurs, triées."""
    quartiers = [t for t in ouverte.territoires(ouverte.nombres_de_chiffres())
                 if t.maille is Maille.QUARTIER and t.geographie == 2015]  # fmt: skip
    i = ouverte.cle_indicateur(INDICATEUR)

    def trois(n: int) -> list[str]:
        t = quartiers[n * 97 % len(quartiers)]
        return [t.territoire, *(r.territoire for r in ouverte.fiche(t.territoire).references[:2])]

    def communes(n: int) -> list[str]:
        return ouverte.communes_de(ouverte.fiche(trois(n)[0]).agglomerations[0].territoire)

    def marques(cles: list[int]) -> str:
        return ", ".join("?" * len(cles))

    def lire(requete: str, *valeurs: int) -> Valeurs:
        return sorted(v for (v,) in lite.execute(requete, valeurs) if v is not None)

    def portrait_sqlite(n: int) -> Valeurs:
        cles = ouverte.cles(trois(n))
        lues = lite.execute(f"SELECT * FROM mesures WHERE t IN ({marques(cles)})", cles).fetchall()
        return sorted(ligne[3] for ligne in lues if ligne[3] is not None)

    def classement_sqlite(n: int) -> Valeurs:
        cles = ouverte.cles(communes(n))
        requete = f"SELECT valeur FROM mesures WHERE i = ? AND annee = ? AND t IN ({marques(cles)})"
        return lire(requete, i, ANNEE, *cles)

    tous = ouverte.cles(q.territoire for q in quartiers)
    premier, dernier = min(tous), max(tous)
    indicateurs = sorted(ouverte.cle_indicateur(c) for c in ouverte.indicateurs_connus([quartiers[0].territoire]))

    def montres(n: int) -> tuple[Territoire, list[Observation]]:
        quartier = ouverte.territoire(trois(n)[0])
        return quartier, [o for o in ouverte.observations([quartier.territoire]) if o.annee == ANNEE]

    def medianes_sqlite(_: int) -> Valeurs:
        par_indicateur: dict[int, Valeurs] = {}
        for cle in indicateurs:
            par_indicateur[cle] = lire(
                "SELECT valeur FROM mesures WHERE i = ? AND annee = ? AND t BETWEEN ? AND ?",
                cle,
                ANNEE,
                premier,
                dernier,
            )
        return _valeurs(statistics.median(v) for v in par_indicateur.values() if v)

    temoin = [o for o in ouverte.observations([quartiers[0].territoire], [INDICATEUR]) if o.annee == ANNEE]

    return {
        "un territoire et deux références, tous les indicateurs": (
            lambda n: _valeurs(o.valeur for code in trois(n) for o in ouverte.observations([code])),
            lambda n: _valeurs(cadre.loc[cadre["t"].isin(ouverte.cles(trois(n))), "valeur"].dropna()),
            portrait_sqlite,
        ),
        "un indicateur et une année, les communes d’une agglomération": (
            lambda n: _valeurs(
                o.valeur for o in ouverte.observations_indicateur(INDICATEUR, communes(n)) if o.annee == ANNEE
            ),
            lambda n: _valeurs(
                cadre.loc[
                    (cadre["i"] == i) & (cadre["annee"] == ANNEE) & cadre["t"].isin(ouverte.cles(communes(n))),
                    "valeur",
                ].dropna()
            ),
            classement_sqlite,
        ),
        "la série d’un territoire pour un indicateur": (
            lambda n: _valeurs(o.valeur for o in ouverte.observations(trois(n)[:1], [INDICATEUR])),
            lambda n: _valeurs(
                cadre.loc[(cadre["t"] == ouverte.cles(trois(n)[:1])[0]) & (cadre["i"] == i), "valeur"].dropna()
            ),
            lambda n: lire("SELECT valeur FROM mesures WHERE t = ? AND i = ?", *ouverte.cles(trois(n)[:1]), i),
        ),
        "tous les quartiers, un indicateur et une année": (
            lambda n: _valeurs(
                o.valeur
                for o in ouverte.observations_de_meme_periode([q.territoire for q in quartiers], temoin)
            ),
            lambda n: _valeurs(
                cadre.loc[
                    (cadre["i"] == i) & (cadre["annee"] == ANNEE) & cadre["t"].between(premier, dernier), "valeur"
                ].dropna()
            ),
            lambda n: lire(
                "SELECT valeur FROM mesures WHERE i = ? AND annee = ? AND t BETWEEN ? AND ?", i, ANNEE, premier, dernier
            ),
        ),
        "la médiane de ses semblables, pour chaque indicateur d’un quartier": (
            lambda n: _valeurs(
                statistics.median(r.valeurs.tolist())  # type: ignore[attr-defined]
                for r in ouverte.repartitions(*montres(n)).values()
                if len(r.valeurs)
            ),
            lambda n: _valeurs(
                cadre.loc[(cadre["annee"] == ANNEE) & cadre["t"].between(premier, dernier)]
                .groupby("i")["valeur"].median().dropna()
            ),
            medianes_sqlite,
        ),
        "combien d’observations de chaque statut, toute la base": (
            lambda n: _valeurs(methode.statuts(ouverte).values()),
            lambda n: _valeurs(cadre["statut"].value_counts()),
            lambda n: lire("SELECT count(*) FROM mesures GROUP BY statut"),
        ),
    }  # fmt: skip


def _valeurs(lues) -> Valeurs:  # type: ignore[no-untyped-def]
    return sorted(v for v in lues if v is not None)


def mesurer(nom: str = "nationale ÷ 10") -> list[Tableau]:
    """Les médianes des trois, question par question, en alternant ; leurs réponses doivent être les mêmes."""
    chemin_sqlite, cadre = _sqlite(nom), _pandas(nom)
    ouverte = Base(base(nom))  # en dernier : DuckDB n'ouvre pas deux fois un fichier avec d'autres réglages
    with closing(sqlite3.connect(f"file:{chemin_sqlite}?mode=ro", uri=True)) as lite:
        questions = _questions(ouverte, cadre, lite)
        temps: dict[str, list[list[float]]] = {q: [[], [], []] for q in questions}
        for question, facons in questions.items():
            reponses = [facon(0) for facon in facons]
            if not reponses[0] or any(r != reponses[0] for r in reponses):
                raise SystemExit(f"« {question} » : DuckDB, pandas et SQLite ne répondent pas la même chose.")
            for n in range(1, TOURS + 1):
                for rang, facon in enumerate(facons):
                    temps[question][rang].append(chronometrer(lambda f=facon, n=n: f(n)))
    medianes = {q: [statistics.median(t) for t in trois] for q, trois in temps.items()}
    somme = [sum(m[rang] for m in medianes.values()) for rang in range(3)]
    return [
        Tableau(
            "À côté de pandas et de SQLite",
            f"Base {nom}, médianes à chaud en millisecondes, posées à tour de rôle. DuckDB rend des observations "
            "complètes, textes compris ; pandas et SQLite, des nombres seuls. « × » : combien de fois plus long que "
            "DuckDB. Un index rend SQLite imbattable pour quelques lignes ; dès qu’il faut une répartition ou un "
            "décompte, il relit tout.",
            ("question (ms)", "DuckDB", "pandas", "SQLite", "pandas ×", "SQLite ×"),
            (
                *(
                    (q, *(ms(t) for t in m), virgule(m[1] / m[0]), virgule(m[2] / m[0]))
                    for q, m in medianes.items()
                ),
                ("toutes", *(ms(t) for t in somme), virgule(somme[1] / somme[0]), virgule(somme[2] / somme[0])),
                ("sur le disque ou en mémoire (Mo)", mo(base(nom).stat().st_size),
                 mo(cadre.memory_usage(deep=True).sum()), mo(chemin_sqlite.stat().st_size), "", ""),
            ),
        )
    ]  # fmt: skip


if __name__ == "__main__":
    for tableau in mesurer(*sys.argv[1:]):
        print(tableau.markdown())
        print(tableau.buts)
