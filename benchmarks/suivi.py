"""`python -m benchmarks suivi` : vingt personnes qui écrivent et soixante qui lisent le suivi, à la fois.

Deux processus, comme deux serveurs : l'un porte les écrivains, l'autre les lecteurs. Chaque personne agit une fois par
seconde environ ; le rapport à une personne seule, pris dans le même passage, se compare d'une machine à l'autre.
`OBSERVATOIRE_SUIVI_TEST` (l'adresse d'une base PostgreSQL vide) ajoute PostgreSQL à SQLite.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from sqlalchemy import URL, make_url

from indicators.suivi import engagements, seances
from indicators.suivi.auteurs import Auteur, Role
from indicators.suivi.magasin import Magasin

from .mesures import But, Tableau, chronometrer, ms, p95, virgule

ECRIVAINS, LECTEURS, TOURS, PAUSE = 20, 60, 15, 1.0
ANIMATRICE = Auteur(Role.ANIMATEUR, "banc", "observatoire")


def _ecrire(magasin: Magasin, fil: int, tours: int) -> list[float]:
    """Les temps d'une personne qui tape dans ses notes."""
    vue, temps, diapositive = 0, [], f"{fil}-{secrets.token_hex(4)}"
    for tour in range(tours):
        time.sleep(PAUSE * random.random() * 2)
        depart = time.perf_counter()
        vue = seances.noter(magasin, ANIMATRICE, "banc", diapositive, f"tour {tour} " * 40, vue)
        temps.append(time.perf_counter() - depart)
    return temps


def _lire(magasin: Magasin, _fil: int, tours: int) -> list[float]:
    """Les temps d'une personne qui lit les engagements, la séance et ses décisions."""

    def tout() -> None:
        engagements.points(magasin)
        seances.notes(magasin, "banc")
        seances.decisions(magasin)

    temps = []
    for _ in range(tours):
        time.sleep(PAUSE * random.random() * 2)
        temps.append(chronometrer(tout))
    return temps


def _ensemble(adresse: str, geste: Callable[[Magasin, int, int], list[float]], combien: int, tours: int) -> list[float]:
    """Les temps de plusieurs personnes servies par un même processus."""
    magasin = Magasin.ouvrir(make_url(adresse))
    with ThreadPoolExecutor(combien) as fils:
        temps = [t for un in fils.map(lambda n: geste(magasin, n, tours), range(combien)) for t in un]
    magasin.fermer()
    return temps


def _peupler(adresse: URL) -> None:
    magasin = Magasin.ouvrir(adresse)
    seances.ecrire_seance(magasin, ANIMATRICE, "banc", "Banc", "EPCI200000001", date(2026, 1, 1), 0)
    for n in range(60):
        seances.decider(magasin, ANIMATRICE, "banc", f"d{n}", seances.SaisieDecision(f"Décision {n}"), 0)

    class Pris:
        theme = partenaire_code = echeance_code = "banc"

        def __init__(self, n: int) -> None:
            self.id = f"engagement-{n}"

    for n in range(187):
        dite = engagements.Saisie(engagements.Etat.EN_COURS, commentaire="Commentaire. " * 10)
        engagements.ecrire_point(magasin, ANIMATRICE, Pris(n), 2026, dite, 0)
    magasin.fermer()


def _banc(nom: str, adresse: URL) -> tuple[list[tuple[str, ...]], float]:
    _peupler(adresse)
    ou = adresse.render_as_string(hide_password=False)
    neufs = multiprocessing.get_context("spawn")
    with neufs.Pool(2) as processus:
        seul = {
            "écrire": processus.apply(_ensemble, (ou, _ecrire, 1, TOURS)),
            "lire": processus.apply(_ensemble, (ou, _lire, 1, TOURS)),
        }
        demandes = {
            "écrire": processus.apply_async(_ensemble, (ou, _ecrire, ECRIVAINS, TOURS)),
            "lire": processus.apply_async(_ensemble, (ou, _lire, LECTEURS, TOURS)),
        }
        foule = {geste: demande.get() for geste, demande in demandes.items()}
    lignes = [
        (
            f"{nom} : {geste}", ms(statistics.median(seul[geste])), ms(statistics.median(foule[geste])),
            ms(p95(foule[geste])), virgule(statistics.median(foule[geste]) / statistics.median(seul[geste])),
        )
        for geste in seul
    ]  # fmt: skip
    return lignes, p95(foule["écrire"])


def mesurer() -> list[Tableau]:
    """Une personne seule, puis vingt qui écrivent et soixante qui lisent."""
    lignes: list[tuple[str, ...]] = []
    buts = []
    with tempfile.TemporaryDirectory() as dossier:
        adresses = {"SQLite": URL.create("sqlite", database=str(Path(dossier) / "suivi.sqlite"))}
        if donnee := os.environ.get("OBSERVATOIRE_SUIVI_TEST"):
            adresses["PostgreSQL"] = make_url(donnee)
        for nom, adresse in adresses.items():
            siennes, lent = _banc(nom, adresse)
            lignes += siennes
            buts.append(
                But(f"suivi, {nom} : 20 écrivent, 60 lisent (p95 d’une écriture)", "0,5 s au plus",
                    f"{virgule(lent, 2)} s", lent <= 0.5)
            )  # fmt: skip
    return [
        Tableau(
            "Le suivi",
            f"{ECRIVAINS} personnes écrivent et {LECTEURS} lisent à la fois, depuis deux processus, une action par "
            "seconde chacune ; temps en millisecondes, et rapport à une personne seule.",
            ("geste", "seul", "ensemble, médiane", "ensemble, p95", "rapport"),
            tuple(lignes),
            tuple(buts),
        )
    ]


if __name__ == "__main__":
    for tableau in mesurer():
        print(tableau.markdown())
        print(tableau.buts)
