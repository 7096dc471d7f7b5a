"""`python -m benchmarks premiere` : quand les chiffres du portrait se lisent, et ce qui bouge ensuite.

À côté d'une page Streamlit nue, et du même portrait sans sa première vue (un paramètre que l'écran ne connaît pas la
lui retire). Au bureau, puis comme sur un téléphone en 3G : 200 ko/s, 150 ms, processeur quatre fois plus lent. Le
glissement est celui que compte le navigateur (Layout Instability), de la navigation à l'écran vivant.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from playwright.sync_api import Browser

from .mesures import But, Tableau, ms, virgule
from .temoins import sites
from .temoins.navigateur import charger, chromium, page_neuve

TOURS = 5
DEBIT, LATENCE, LENTEUR = 200_000, 150, 4
"""Octets par seconde, millisecondes, et combien de fois le processeur est ralenti."""
AU_BUREAU, EN_3G = "bureau", "3G"
NUE, SANS, NOUS = "page nue", "observatoire, sans première vue", "observatoire"
CHIFFRES = (
    "[...document.querySelectorAll('.oq .carte .valeur')].some(e => e.checkVisibility({visibilityProperty: true}))"
)
_GLISSEMENT = """() => new Promise(rendre => { let somme = 0;
  new PerformanceObserver(l => { for (const e of l.getEntries()) if (!e.hadRecentInput) somme += e.value; })
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => rendre(somme), 200); })"""


@dataclass(frozen=True)
class Mesure:
    """Une visite : les chiffres lisibles (secondes), puis ce qui a glissé en tout jusqu'à l'écran vivant."""

    temps: float
    glissement: float


def visiter(navigateur: Browser, adresse: str, condition: str, *, lente: bool) -> Mesure:
    """Une première visite, cache vide, jusqu'à l'écran vivant."""
    with page_neuve(navigateur) as page:
        if lente:
            canal = page.context.new_cdp_session(page)
            canal.send("Network.enable")
            canal.send(
                "Network.emulateNetworkConditions",
                {"offline": False, "latency": LATENCE, "downloadThroughput": DEBIT, "uploadThroughput": DEBIT},
            )
            canal.send("Emulation.setCPUThrottlingRate", {"rate": LENTEUR})
        temps = charger(page, adresse, condition).temps
        page.wait_for_function("document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'")
        page.wait_for_function("!document.getElementById('premiere')")
        return Mesure(temps, float(page.evaluate(_GLISSEMENT)))


def relever(tours: int) -> dict[tuple[str, str], list[Mesure]]:
    """Les trois pages à tour de rôle, au bureau puis en 3G ; une visite pour rien remplit les mémoires des serveurs."""
    nous, nue = sites.observatoire(), sites.nue(NUE, "nue.py")
    with chromium() as navigateur, ExitStack() as marche:
        servi, temoin = (marche.enter_context(sites.servir(site)) for site in (nous, nue))
        pages = {
            NUE: (temoin.adresse + nue.chemin, nue.dessine),
            SANS: (f"{servi.adresse}{nous.chemin}&sans_premiere_vue=1", CHIFFRES),
            NOUS: (servi.adresse + nous.chemin, CHIFFRES),
        }
        releves: dict[tuple[str, str], list[Mesure]] = {}
        for adresse, condition in pages.values():
            visiter(navigateur, adresse, condition, lente=False)
        for profil in (AU_BUREAU, EN_3G):
            for _ in range(tours):
                for nom, (adresse, condition) in pages.items():
                    mesure = visiter(navigateur, adresse, condition, lente=profil == EN_3G)
                    releves.setdefault((nom, profil), []).append(mesure)
    return releves


def _mediane(mesures: Sequence[Mesure]) -> float:
    return statistics.median(m.temps for m in mesures)


def mesurer(tours: int = TOURS) -> list[Tableau]:
    """Le tableau : chiffres lisibles et glissement, par page."""
    releves = relever(tours)
    noms = (NUE, SANS, NOUS)
    glissements = {nom: max(m.glissement for p in (AU_BUREAU, EN_3G) for m in releves[nom, p]) for nom in noms}
    temps = {cle: _mediane(mesures) for cle, mesures in releves.items()}
    en_3g, glisse = temps[NOUS, EN_3G], glissements[NOUS]
    return [
        Tableau(
            "La première vue du portrait",
            f"Cache vide, de la navigation aux chiffres lisibles ; médianes de {tours} tours. 3G : {DEBIT // 1000} "
            f"ko/s, {LATENCE} ms, processeur ÷ {LENTEUR}. Glissement : le plus grand des deux, jusqu’à l’écran vivant.",
            ("page", "bureau, ms", "3G, ms", "glissement"),
            tuple((n, ms(temps[n, AU_BUREAU]), ms(temps[n, EN_3G]), virgule(glissements[n], 3)) for n in noms),
            (
                But("chiffres du portrait lisibles, en 3G", "1 s au plus", f"{ms(en_3g)} ms", en_3g <= 1.0),
                But("glissement au chargement du portrait", "0,1 au plus", virgule(glisse, 3), glisse <= 0.1),
            ),
        )
    ]
