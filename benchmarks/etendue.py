"""Quand une machine ne suffit plus : les mêmes questions à la base embarquée et à Spark, sur le Parquet du paquet.

`python -m benchmarks.etendue [BASE.duckdb…]` : la base embarquée, puis les bases inventées (ou celles données). Chaque
réponse de Spark est comparée ligne à ligne à celle de la base embarquée ; à la première différence, tout s'arrête.
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import duckdb

from indicators.base.base import Base
from indicators.base.construction import assurer
from indicators.publications.paquet import exporter
from indicators.socle.erreurs import ErreurObservatoire

from .etendue_questions import BALAYAGE, TABLES, Ligne, Question, choisir, poser, verifier
from .etendue_spark import declarer, demander, grappe, session, verifier_present
from .mesures import But, Tableau, chronometrer, memoire_au_plus_haut, mo, ms, virgule

EMBARQUEE, PARQUET = "base embarquée", "DuckDB, Parquet"
LOCAL, UN, DEUX = "Spark local[2]", "Spark, 1 ouvrier", "Spark, 2 ouvriers"
_BALAYAGE = "tout relire"
_REPETITIONS = 3
_TOURS = 2

Demander = Callable[[Question], list[Ligne]]


@dataclass(frozen=True)
class Export:
    """Ce qu'a coûté le paquet d'une base : observations, secondes, mémoire au plus haut, taille du Parquet."""

    observations: int
    secondes: float
    memoire: int
    octets: int


@dataclass(frozen=True)
class Releve:
    """Les mesures d'une base ; `medianes` : par (question, moteur), en secondes ; `lignes` : celles qui sont égales."""

    nom: str
    export: Export
    medianes: Mapping[tuple[str, str], float]
    lignes: Mapping[str, int]
    demarrage: float


def mesurer(inventees: Mapping[str, Path] | None = None) -> list[Tableau]:
    """Les tableaux ; `inventees` : les bases plus grandes, par nom (par défaut celles de `benchmarks.nationale`)."""
    verifier_present()
    if inventees is None:
        from . import nationale

        inventees = {nom: nationale.base(nom) for nom in list(nationale.TAILLES)[1:2]}  # la nationale : une heure
    for chemin in inventees.values():
        if not chemin.is_file():
            raise ErreurObservatoire(
                f"La base « {chemin} » n'existe pas. Sans argument, les bases inventées sont générées."
            )
    embarquee = relever("embarquée", assurer().chemin, (LOCAL, DEUX))
    # Un puis deux ouvriers, et encore : ce que la machine fait par ailleurs pèse sur les deux.
    return tableaux(embarquee, [relever(nom, chemin, (UN, DEUX) * _TOURS) for nom, chemin in inventees.items()])


def relever(nom: str, base: Path, moteurs: tuple[str, ...]) -> Releve:
    """Exporte la base, pose les questions à chacun de ces moteurs, dans cet ordre, et vérifie chaque réponse."""
    with tempfile.TemporaryDirectory(prefix="etendue-") as dossier:
        paquet = Path(dossier) / "paquet"
        neuf = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=neuf) as processus:
            export = processus.submit(_exporter, base, paquet).result()
        ouverte = Base(base)
        try:
            return _poser_a_tous(nom, ouverte, paquet, export, moteurs)
        finally:
            ouverte.fermer()


def _exporter(base: Path, paquet: Path) -> Export:
    """Dans un processus neuf : sa mémoire au plus haut est celle de l'export, programme compris."""
    ouverte = Base(base)
    depart = time.perf_counter()
    comptes = exporter(ouverte, paquet, formats=["parquet"])
    duree = time.perf_counter() - depart
    octets = sum(fichier.stat().st_size for fichier in (paquet / "parquet").iterdir())
    return Export(comptes["observations"], duree, memoire_au_plus_haut(), octets)


def _poser_a_tous(nom: str, ouverte: Base, paquet: Path, export: Export, moteurs: tuple[str, ...]) -> Releve:
    questions = poser(ouverte, choisir(ouverte))
    attendues = {q.nom: q.embarquee(ouverte) for q in questions}
    balayage = Question(_BALAYAGE, lambda _: [], BALAYAGE)
    temps: dict[tuple[str, str], list[float]] = defaultdict(list)
    demarrages = []
    parquet = duckdb.connect(config={"threads": 2})
    for table in TABLES:
        parquet.execute(f"CREATE VIEW {table} AS FROM '{paquet}/parquet/{table}.parquet'")
    attendues[_BALAYAGE] = parquet.execute(BALAYAGE).fetchall()

    def passer(moteur: str, demander_a: Demander) -> None:
        """Chaque question : une fois pour vérifier et chauffer, puis en alternance avec la base embarquée."""
        for q in (*questions, balayage):
            depart = time.perf_counter()
            temoin = PARQUET if q is balayage else "la base embarquée"
            verifier(f"{nom} : {q.nom}", moteur, attendues[q.nom], demander_a(q), temoin)
            lente = time.perf_counter() - depart > 2
            for _ in range(1 if lente else _REPETITIONS):
                temps[q.nom, moteur].append(chronometrer(lambda q=q: demander_a(q)))  # type: ignore[misc]
                if q is not balayage:
                    temps[q.nom, EMBARQUEE].append(chronometrer(lambda q=q: q.embarquee(ouverte)))  # type: ignore[misc]

    passer(PARQUET, lambda q: parquet.execute(q.sql).fetchall())
    for moteur in moteurs:
        depart = time.perf_counter()
        ouvriers = 1 if moteur == UN else 2
        with ExitStack() as ouverts:
            maitre = "local[2]" if moteur == LOCAL else ouverts.enter_context(grappe(ouvriers))
            ouverte = ouverts.enter_context(session(maitre, ouvriers))
            declarer(ouverte, paquet, TABLES)
            demander(ouverte, "SELECT count(*) FROM observations")
            if moteur == DEUX:
                demarrages.append(time.perf_counter() - depart)
            passer(moteur, lambda q, s=ouverte: demander(s, q.sql))  # type: ignore[misc]
    parquet.close()
    medianes = {cle: statistics.median(liste) for cle, liste in temps.items()}
    return Releve(nom, export, medianes, {n: len(li) for n, li in attendues.items()}, statistics.median(demarrages))


# --- les tableaux ----------------------------------------------------------------------------------------------


def tableaux(embarquee: Releve, inventees: list[Releve]) -> list[Tableau]:
    """Ce que Spark répond, ce que coûte de le demander, et ce que coûte le paquet."""
    tous = [embarquee, *inventees]
    return [_egalite(embarquee), *([_echelle(inventees)] if inventees else []), _exports(tous)]


def _egalite(r: Releve) -> Tableau:
    moteurs = (EMBARQUEE, PARQUET, LOCAL, DEUX)
    posees = [q for q in r.lignes if q != _BALAYAGE]
    total = sum(r.lignes[q] for q in posees)
    return Tableau(
        "Les mêmes réponses par un moteur qui s'étend sur plusieurs machines",
        f"Base embarquée, {r.export.observations} observations, temps médians à chaud en ms. Spark lit le Parquet de "
        f"`exporter` ; ses {total} lignes de réponse sont égales à celles de la base embarquée, une à une. Ouvrir la "
        f"grappe et la session prend {virgule(r.demarrage)} s. À cette taille, Spark n'apporte rien.",
        ("question", "lignes égales", *moteurs, "Spark, 2 ouvriers ÷ base embarquée"),
        tuple(
            (q, str(r.lignes[q]), *(ms(r.medianes[q, m]) for m in moteurs), _rapport(r, q, DEUX, EMBARQUEE, 0))
            for q in posees
        ),
        (But("Spark rend ce que rend la base embarquée", "toutes les lignes", f"{total} sur {total}", total > 0),),
    )


def _echelle(releves: list[Releve]) -> Tableau:
    moteurs = (EMBARQUEE, PARQUET, UN, DEUX)
    lignes = [
        (
            f"{r.nom} : {q}",
            *(ms(r.medianes[q, m]) if (q, m) in r.medianes else "" for m in moteurs),
            _rapport(r, q, UN, DEUX, 1),
            _rapport(r, q, DEUX, PARQUET, 1),
        )
        for r in releves
        for q in r.lignes
    ]
    egales = sum(n for r in releves for q, n in r.lignes.items() if q != _BALAYAGE)
    return Tableau(
        "Ce que Spark coûte, et ce qu'un second ouvrier rapporte",
        "Bases inventées, temps médians à chaud en ms. « 1 ÷ 2 ouvriers » : 2 serait le gain parfait. « ÷ DuckDB » : "
        "Spark à deux ouvriers face à DuckDB sur le même Parquet et la même machine ; au-dessus de 1, Spark est plus "
        f"lent. Les {egales} lignes des six questions sont égales à celles de la base embarquée ; « {_BALAYAGE} », "
        "qu'aucun écran ne demande, l'est à celles de DuckDB.",
        ("base : question", *moteurs, "1 ÷ 2 ouvriers", "÷ DuckDB, Parquet"),
        tuple(lignes),
        (But("Spark rend ce que rend la base inventée", "toutes les lignes", f"{egales} sur {egales}", egales > 0),),
    )


def _exports(releves: list[Releve]) -> Tableau:
    return Tableau(
        "Écrire le paquet en Parquet",
        "`exporter --formats parquet` dans un processus neuf. Mémoire : au plus haut, le programme compris.",
        ("base", "observations", "secondes", "mémoire, Mo", "Parquet, Mo"),
        tuple(
            (r.nom, str(e.observations), virgule(e.secondes), mo(e.memoire), mo(e.octets))
            for r in releves
            for e in (r.export,)
        ),
    )


def _rapport(r: Releve, question: str, haut: str, bas: str, decimales: int) -> str:
    if (question, bas) not in r.medianes:
        return ""
    return virgule(r.medianes[question, haut] / r.medianes[question, bas], decimales)


def main() -> int:
    """Mesure et écrit les tableaux ; les bases données en argument remplacent les bases inventées."""
    bases = {Path(chemin).stem: Path(chemin) for chemin in sys.argv[1:]}
    try:
        trouves = mesurer(bases or None)
    except ErreurObservatoire as erreur:
        print(erreur, file=sys.stderr)
        return 1
    print("\n".join(tableau.markdown() for tableau in trouves))
    for but in (but for tableau in trouves for but in tableau.buts):
        print(f"{but.nom} : {but.mesure} (visé : {but.vise}) — {'atteint' if but.atteint else 'manqué'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
