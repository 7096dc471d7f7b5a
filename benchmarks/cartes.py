"""`python -m benchmarks cartes` : la carte, ce qu'elle pèse et le temps de la dessiner ; et le premier démarrage.

Sur la base embarquée, celle de toute la France. Le dessin est celui de l'écran large : plan, tracés et noms ; la page a
les noms et les repères des deux largeurs, et la légende.
Le premier démarrage construit la base dans un processus neuf et un dossier vide.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from indicators.analyse.comparatif import confronter
from indicators.base.base import Base
from indicators.base.construction import assurer
from indicators.carte.classement import Carte, dresser
from indicators.carte.decoupage import decouper, methodes
from indicators.carte.dessin import Reglages, dessiner
from indicators.carte.plan import dresser_plan
from indicators.socle.territoires import Maille, Territoire
from pages.vues.carte import ecran

from .mesures import But, Tableau, chronometrer, mo, ms, virgule

DESSIN, POIDS, DEMARRAGE, TOURS = 0.050, 200_000, 12.0, 9
BETHUNE, LENS, PARIS = "EPCI200072460", "EPCI246200364", "EPCI200054781"


@dataclass(frozen=True)
class Essai:
    """Une carte à faire : ces territoires d'une agglomération, cet indicateur."""

    nom: str
    agglomeration: str
    indicateur: str
    quartiers: int | None = None
    iris: bool = False

    def territoires(self, base: Base) -> Sequence[Territoire]:
        """Ses quartiers de ce périmètre, ses IRIS ou toutes ses communes."""
        if self.iris:
            return base.maille_fine(self.agglomeration)
        if self.quartiers is None:
            return base.territoires(base.communes_de(self.agglomeration))
        return [
            q
            for q in base.fiche(self.agglomeration).quartiers
            if (q.statut, q.geographie, q.maille) == ("QPV", self.quartiers, Maille.QUARTIER)
        ]


ESSAIS = (
    Essai("les cent communes de Béthune-Bruay", BETHUNE, "taux_emploi_15_64"),
    Essai("les 21 quartiers de 2015 de Lens-Liévin", LENS, "taux_pauvrete", 2015),
    Essai("les 21 quartiers de 2024 de Lens-Liévin", LENS, "ips_ecoles_simple", 2024),
    Essai("les 146 IRIS de Béthune-Bruay", BETHUNE, "taux_pauvrete", iris=True),
    Essai("les 131 communes du Grand Paris", PARIS, "taux_pauvrete"),
)


def _carte(base: Base, essai: Essai) -> Carte:
    indicateur = base.catalogue.indicateur(essai.indicateur)
    vue = confronter(base, indicateur, essai.territoires(base), [base.territoire(essai.agglomeration)])
    return dresser(vue, decouper(methodes(vue)[0], vue))


def _mesurer(base: Base, essai: Essai) -> tuple[float, int, int]:
    """Le temps d'un dessin (médiane), le poids des deux largeurs et de la légende, et combien de lieux."""
    carte = _carte(base, essai)
    lieux = [lieu.territoire for lieu in carte.lieux]
    reglages = Reglages(940, 600, liens=True, seule=True)

    def dessin() -> None:
        plan = dresser_plan(base, lieux, 940, 600, agglomeration=essai.agglomeration, debord=ecran.DEBORD)
        dessiner(carte, plan, reglages, base.catalogue.sources)

    dessin()
    temps = statistics.median(_processeur(dessin) for _ in range(TOURS))
    page, _ = ecran.cartes(base, [carte], agglomeration=essai.agglomeration, emprise=None, ouvert=None, fond=False)
    return temps, len(page.encode()), len(lieux)


def _premier_demarrage() -> tuple[float, float, int]:
    """Construire la base dans un processus neuf et un dossier vide : le temps, celui du processeur, et sa taille."""
    with tempfile.TemporaryDirectory() as vide:
        commande = [sys.executable, "-m", "indicators", "construire"]
        milieu = {**os.environ, "OBSERVATOIRE_BASE": vide}
        avant = _processeur_des_enfants()
        duree = chronometrer(lambda: subprocess.run(commande, env=milieu, check=True, capture_output=True))
        return duree, _processeur_des_enfants() - avant, max(f.stat().st_size for f in Path(vide).glob("*.duckdb"))


def _processeur_des_enfants() -> float:
    pris = resource.getrusage(resource.RUSAGE_CHILDREN)
    return pris.ru_utime + pris.ru_stime


def _processeur(geste: Callable[[], object]) -> float:
    """Le temps de processeur d'un geste, en secondes : une machine occupée ne le change guère."""
    depart = time.process_time()
    geste()
    return time.process_time() - depart


def mesurer() -> list[Tableau]:
    """Les cartes, puis le premier démarrage."""
    base = Base(assurer().chemin)
    releves = {essai: _mesurer(base, essai) for essai in ESSAIS}
    combien, ouvertes = base.combien_de_chiffres, len(base.territoires())
    base.fermer()
    duree, processeur, taille = _premier_demarrage()
    lent = max(releves, key=lambda e: releves[e][0])
    lourd = max(releves, key=lambda e: releves[e][1])
    return [
        Tableau(
            "La carte",
            f"Médiane de {TOURS} dessins à chaud, en temps de processeur ; le poids, avant compression, est celui des "
            "deux largeurs et de la légende.",
            ("carte", "lieux", "dessin (ms)", "page (ko)"),
            tuple((e.nom, str(n), ms(t), f"{poids / 1000:.0f}") for e, (t, poids, n) in releves.items()),
            (
                But("dessiner une carte", "50 ms au plus", f"au pire {ms(releves[lent][0])} ms ({lent.nom})",
                    releves[lent][0] <= DESSIN),
                But("une carte, ses deux largeurs et sa légende", "200 ko au plus",
                    f"au pire {releves[lourd][1] / 1000:.0f} ko ({lourd.nom})", releves[lourd][1] <= POIDS),
            ),
        ),
        Tableau(
            "Le premier démarrage",
            "La base de toute la France, construite des données embarquées par un processus neuf ; les suivants "
            f"l’ouvrent. Autour de cette mesure, {virgule(os.getloadavg()[0])} tâches se disputaient la machine.",
            ("base", "territoires", "chiffres", "construction (s)", "dont processeur (s)", "fichier (Mo)"),
            (("embarquée", f"{ouvertes:,}".replace(",", "\u202f"), f"{combien:,}".replace(",", "\u202f"),
              virgule(duree), virgule(processeur), mo(taille)),),
            (But("premier démarrage", "12 s au plus sur deux cœurs", f"{virgule(duree)} s", duree <= DEMARRAGE),),
        ),
    ]  # fmt: skip
