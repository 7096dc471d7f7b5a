"""`python -m benchmarks.requetes` : chaque question à la base, sur la vraie et sur une base inventée nationale.

À chaud : médiane et 95e centile, la question portant chaque fois sur un autre territoire, et déjà posée une fois pour
chacun. À froid : un processus neuf, le fichier chassé de la mémoire du système, une seule question. Les objets du
domaine sont compris dans le temps.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import statistics
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import psutil

from indicators.analyse import barometre, series
from indicators.analyse.comparatif import confronter, de_population_proche
from indicators.analyse.portrait import dresser
from indicators.analyse.profil import de_profil_proche
from indicators.base import engagements, methode
from indicators.base.base import Base
from indicators.base.construction import assurer
from indicators.base.exploration import Filtre, chercher_observations, compter
from indicators.socle.observations import Observation, par_indicateur, retenue
from indicators.socle.territoires import Maille, Territoire

from .mesures import But, Tableau, chronometrer, mo, ms, p95, virgule
from .nationale import TAILLES, base

CHAUD, FROID, PROCESSUS = 0.010, 0.040, 3
VRAIE = "France"
Question = Callable[[Base, Territoire], Callable[[], object]]
"""De quoi poser une question sur un territoire : ce qui la prépare n'est pas chronométré."""


def _agglomeration(e: Base, t: Territoire) -> Territoire:
    return e.fiche(t.territoire).agglomerations[0]


def _communes(e: Base, t: Territoire) -> list[str]:
    return e.communes_de(_agglomeration(e, t).territoire)


def _indicateur(e: Base, t: Territoire) -> str:
    """Un indicateur, pas le même d'un territoire à l'autre, connu dans toutes les bases."""
    return ("taux_pauvrete", "taux_emploi_15_64", "niveau_vie_median")[int(t.territoire[-2:], 36) % 3]


def _montres(e: Base, t: Territoire) -> list[Observation]:
    """Un chiffre par indicateur, comme en montre un portrait."""
    return [o for siens in par_indicateur(e.observations([t.territoire])).values() if (o := retenue(siens))]


def _trois(e: Base, t: Territoire) -> list[str]:
    return [t.territoire, *(r.territoire for r in e.fiche(t.territoire).references[:2])]


SIMPLES: dict[str, Question] = {
    "territoire d’un code": lambda e, t: partial(e.territoire, t.territoire),
    "fiche d’un territoire": lambda e, t: partial(e.fiche, t.territoire),
    "fiche d’une agglomération": lambda e, t: partial(e.fiche, _agglomeration(e, t).territoire),
    "recherche d’un nom": lambda e, t: partial(e.chercher, t.nom),
    "communes d’une agglomération": lambda e, t: partial(e.communes_de, _agglomeration(e, t).territoire),
    "semblables": lambda e, t: partial(e.semblables, t),
    "nombres de chiffres": lambda e, t: e.nombres_de_chiffres,
    "tous les chiffres d’un territoire": lambda e, t: partial(e.observations, [t.territoire]),
    "un indicateur, trois territoires": lambda e, t: partial(e.observations, _trois(e, t), [_indicateur(e, t)]),
    "répartitions de tous les indicateurs d’un portrait": lambda e, t: partial(e.repartitions, t, _montres(e, t)),
    "un indicateur, les communes d’une agglomération": lambda e, t: partial(
        e.observations_indicateur, _indicateur(e, t), _communes(e, t)
    ),
    "un indicateur à une date, tous ses semblables": lambda e, t: partial(
        e.observations_de_meme_periode, [s.territoire for s in e.semblables(t)], _montres(e, t)[:1]
    ),
    "indicateurs connus d’une agglomération": lambda e, t: partial(e.indicateurs_connus, _communes(e, t)),
    "méthode : où existe un indicateur": lambda e, t: partial(methode.presences, e, _indicateur(e, t)),
    "méthode : sources d’un indicateur": lambda e, t: partial(methode.comptes, e, _indicateur(e, t)),
    "méthode : sources": lambda e, t: partial(methode.comptes, e),
    "méthode : statuts": lambda e, t: partial(methode.statuts, e),
    "méthode : indicateurs": lambda e, t: partial(methode.territoires_par_indicateur, e),
    "méthode : douteux d’une agglomération": lambda e, t: partial(
        methode.douteuses, e, _agglomeration(e, t).territoire
    ),
    "méthode : sections": lambda e, t: partial(methode.sections, e),
    "engagements : territoires connus": lambda e, t: partial(engagements.connus, e, _indicateur(e, t)),
    "explorer : décompte sans filtre": lambda e, t: partial(compter, e, Filtre()),
    "explorer : décompte d’un indicateur": lambda e, t: partial(compter, e, Filtre(indicateur=(_indicateur(e, t),))),
    "explorer : lignes d’un territoire": lambda e, t: partial(chercher_observations, e, Filtre(texte=t.territoire)),
}
"""Une méthode de l'entrepôt, ou une question de ses modules, par ligne."""

ECRANS: dict[str, Callable[[Base, Territoire], object]] = {
    "portrait": lambda e, t: dresser(e, t.territoire),
    "comparer, carte": lambda e, t: confronter(
        e,
        e.catalogue.indicateur(_indicateur(e, t)),
        e.territoires(_communes(e, t)),
        list(e.fiche(t.territoire).references[:3]),
    ),
    "comparer : population proche": lambda e, t: de_population_proche(e, t),
    "comparer : profil proche": lambda e, t: de_profil_proche(e, t),
    "évolution": lambda e, t: series.suivre(
        e,
        e.fiche(t.territoire),
        e.catalogue.indicateur(_indicateur(e, t)),
        list(e.fiche(t.territoire).references[:3]),
    ),
    "évolution : ce qui se suit": lambda e, t: series.indicateurs_suivis(e, [t.territoire]),
    "baromètre d’une agglomération": lambda e, t: barometre.dresser(
        e,
        _agglomeration(e, t),
        [q for q in e.fiche(_agglomeration(e, t).territoire).quartiers if q.geographie == t.geographie],
    ),
}
"""Ce qu'un écran demande en une fois : seules les questions à la base sont comptées, pas le calcul."""


def _fichier(nom: str) -> Path:
    return assurer().chemin if nom == VRAIE else base(nom)


def _quartiers(ouverte: Base, combien: int) -> list[Territoire]:
    """Des quartiers qui ont des chiffres, pris à intervalles égaux."""
    connus = [
        t
        for code in ouverte.nombres_de_chiffres()
        if (t := ouverte.territoire(code)).maille is Maille.QUARTIER
        and t.geographie == 2015
        and ouverte.fiche(code).agglomerations
    ]
    return connus[:: max(1, len(connus) // combien)][:combien]


def a_chaud(nom: str, combien: int) -> tuple[dict[str, list[float]], dict[str, list[float]], float, float]:
    """Les temps de chaque question, ceux des questions de chaque écran, la mémoire, l'ouverture (dans ce processus)."""
    processus = psutil.Process()
    avant = processus.memory_info().rss
    ouverts: list[Base] = []
    chemin = _fichier(nom)  # l'inventer, la première fois, n'est pas l'ouvrir
    ouverture = chronometrer(lambda: ouverts.append(Base(chemin)))
    ouverte = ouverts[0]
    gc.freeze()  # comme le serveur (`pages/commun/acces.py`) : les lieux ne sont plus à parcourir
    quartiers = _quartiers(ouverte, combien)
    simples = {}
    for question, poser in SIMPLES.items():
        for t in quartiers:
            poser(ouverte, t)()
        simples[question] = [chronometrer(poser(ouverte, t)) for t in quartiers]
    attentes: list[float] = []
    demander = ouverte._demander

    def mesure(*arguments: object) -> object:
        rendus: list[object] = []
        attentes.append(chronometrer(lambda: rendus.append(demander(*arguments))))  # type: ignore[arg-type]
        return rendus[0]

    ouverte._demander = mesure  # type: ignore[method-assign,assignment]
    ecrans = {}
    for ecran, poser in ECRANS.items():
        for t in quartiers:
            poser(ouverte, t)
        ecrans[ecran] = []
        for t in quartiers:
            attentes.clear()
            poser(ouverte, t)
            ecrans[ecran].append(sum(attentes))
    gc.unfreeze()  # DuckDB se plaindrait, à la sortie, de ce qui n'a pas été rendu
    return simples, ecrans, processus.memory_info().rss - avant, ouverture


def a_froid(nom: str, question: str, rang: int) -> float:
    """Le temps d'une seule question, base ouverte, son fichier chassé de la mémoire du système."""
    chemin = _fichier(nom)
    ouverte = Base(chemin)
    poser = SIMPLES[question](ouverte, _quartiers(ouverte, 8)[rang])
    with chemin.open("rb") as fichier:
        os.posix_fadvise(fichier.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return chronometrer(poser)


def mesurer(bases: tuple[str, ...] = (VRAIE, *TAILLES), combien: int = 40) -> list[Tableau]:
    """Les questions et les écrans, sur chaque base ; le froid sur la plus grande."""
    neufs = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=neufs, max_tasks_per_child=1) as processus:
        chauds = {nom: processus.submit(a_chaud, nom, combien).result() for nom in bases}
        grande = bases[-1]
        froids = {
            question: [processus.submit(a_froid, grande, question, rang).result() for rang in range(PROCESSUS)]
            for question in SIMPLES
        }
    mediane = {nom: {q: statistics.median(t) for q, t in simples.items()} for nom, (simples, *_) in chauds.items()}
    lignes = tuple(
        (
            question,
            *(ms(mediane[nom][question]) for nom in bases),
            ms(p95(chauds[grande][0][question])),
            ms(statistics.median(froids[question])),
            virgule(mediane[grande][question] / mediane[bases[-2]][question]),
        )
        for question in SIMPLES
    )
    pires = {q: max(siennes[q] for siennes in mediane.values()) for q in SIMPLES}
    lentes = [q for q in SIMPLES if pires[q] > CHAUD]
    froides = [q for q in SIMPLES if statistics.median(froids[q]) > FROID]
    croissance = [
        q
        for q in SIMPLES
        if mediane[grande][q] > 0.001 and mediane[grande][q] > 1.5 * mediane[bases[-2]][q]
    ]  # fmt: skip
    ecrans = {nom: {e: statistics.median(t) for e, t in ecrans.items()} for nom, (_, ecrans, *_) in chauds.items()}
    plus_lourds = {e: max(siens[e] for siens in ecrans.values()) for e in ECRANS}
    lourds = [e for e in ECRANS if plus_lourds[e] > 0.020]
    return [
        Tableau(
            "Les questions à la base",
            "Médiane à chaud en millisecondes (chaque question a déjà été posée une fois), objets compris. « France » "
            "est la vraie base, embarquée ; la seconde inventée a dix fois les territoires de la première, et "
            f"{virgule(TAILLES['inventée'] * 1_800 / 1e6)} millions d’observations. "
            "Qui nomme tous les semblables, ou tous les territoires connus, a une réponse dix fois plus longue.",
            ("question (ms)", *bases, "inventée, p95", "inventée, à froid", "× pour dix fois plus"),
            lignes,
            (
                _but("chaque question à chaud", "10 ms au plus", lentes, pires),
                _but("chaque question à froid", "40 ms au plus", froides,
                     {q: statistics.median(t) for q, t in froids.items()}),
                _but("dix fois les données (questions de plus de 1 ms)", "1,5 fois le temps au plus", croissance,
                     mediane[grande]),
            ),
        ),
        Tableau(
            "Les questions d’un écran, ensemble",
            "La somme des questions à la base d’un écran, en millisecondes (médiane), sans le calcul ni le dessin.",
            ("écran (ms)", *bases),
            tuple((ecran, *(ms(ecrans[nom][ecran]) for nom in bases)) for ecran in ECRANS),
            (_but("les questions d’un écran", "20 ms au plus", lourds, plus_lourds),),
        ),
        Tableau(
            "Taille et mémoire",
            "Le fichier, l’ouverture de la base dans un processus neuf, et ce que le processus a pris de mémoire après "
            "toutes les questions.",
            ("base", "observations", "fichier (Mo)", "ouverture (ms)", "mémoire (Mo)"),
            tuple(
                (nom, _combien(nom), mo(_fichier(nom).stat().st_size), ms(ouverture), mo(memoire))
                for nom, (_, _, memoire, ouverture) in chauds.items()
            ),
        ),
    ]  # fmt: skip


def _combien(nom: str) -> str:
    ouverte = Base(_fichier(nom))
    try:
        return f"{ouverte.combien_de_chiffres:,}".replace(",", "\u202f")
    finally:
        ouverte.fermer()


def _but(nom: str, vise: str, dehors: list[str], temps: dict[str, float]) -> But:
    """Atteint si rien n'est dehors ; sinon, ce qui l'est et son temps."""
    pires = ", ".join(f"{q} ({ms(temps[q])} ms)" for q in dehors)
    return But(nom, vise, pires or f"au pire {ms(max(temps.values()))} ms", not dehors)


if __name__ == "__main__":
    for tableau in mesurer(tuple(sys.argv[1:]) or (VRAIE, *TAILLES)):
        print(tableau.markdown())
        print(tableau.buts)
