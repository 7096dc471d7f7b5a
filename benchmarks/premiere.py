"""`python -m benchmarks premiere` : quand les chiffres du portrait se lisent, et ce qui bouge ensuite.

À côté d'une page Streamlit nue, du même portrait sans sa première vue (un paramètre que l'écran ne connaît pas la lui
retire), et du même portrait écrit en Dash et en Panel (`temoins/`). Au bureau, puis comme sur un
téléphone en 3G : 200 ko/s, 150 ms, processeur quatre fois plus lent. Le glissement est celui que compte le navigateur
(Layout Instability), de la navigation à l'écran vivant.
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
DASH, PANEL = "Dash, nos dessins", "Panel"
NOMS = (NUE, SANS, DASH, PANEL, NOUS)
SUR_LES_AUTRES = 0.35
"""Nos chiffres se lisent en un tiers du temps des leurs."""
CHIFFRES = (
    "[...document.querySelectorAll('.oq .carte .valeur')].some(e => e.checkVisibility({visibilityProperty: true}))"
)
_VIVANTE = """!document.getElementById('premiere')
  && (document.querySelector('.stApp')?.dataset.testScriptState ?? 'notRunning') === 'notRunning'"""
"""Streamlit a pris la suite et fini ; une page qui n'est pas de lui est déjà vivante."""
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
        page.wait_for_function(_VIVANTE)
        return Mesure(temps, float(page.evaluate(_GLISSEMENT)))


def relever(tours: int) -> dict[tuple[str, str], list[Mesure]]:
    """Les cinq pages à tour de rôle, au bureau puis en 3G ; une visite pour rien remplit les mémoires des serveurs."""
    nous, temoins = sites.observatoire(), (sites.nue(NUE, "nue.py"), sites.dash(DASH), sites.panel())
    with chromium() as navigateur, ExitStack() as marche:
        servi = marche.enter_context(sites.servir(nous))
        adresses = {site.nom: marche.enter_context(sites.servir(site)).adresse + site.chemin for site in temoins}
        pages = {
            **{site.nom: (adresses[site.nom], site.chiffres or site.dessine) for site in temoins},
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
    glissements = {nom: max(m.glissement for p in (AU_BUREAU, EN_3G) for m in releves[nom, p]) for nom in NOMS}
    temps = {cle: _mediane(mesures) for cle, mesures in releves.items()}
    rapports = {
        autre: statistics.median(
            n.temps / a.temps for n, a in zip(releves[NOUS, AU_BUREAU], releves[autre, AU_BUREAU], strict=True)
        )
        for autre in (DASH, PANEL)
    }
    en_3g, glisse = temps[NOUS, EN_3G], glissements[NOUS]
    return [
        Tableau(
            "La première vue du portrait",
            f"Cache vide, de la navigation aux chiffres lisibles ; médianes de {tours} tours. 3G : {DEBIT // 1000} "
            f"ko/s, {LATENCE} ms, processeur ÷ {LENTEUR}. Glissement : le plus grand des deux, jusqu’à l’écran vivant.",
            ("page", "bureau, ms", "3G, ms", "glissement"),
            tuple((n, ms(temps[n, AU_BUREAU]), ms(temps[n, EN_3G]), virgule(glissements[n], 3)) for n in NOMS),
            (
                But(
                    "chiffres du portrait lisibles : nous ÷ Dash et Panel",
                    f"{virgule(SUR_LES_AUTRES, 2)} au plus",
                    " et ".join(virgule(r, 2) for r in rapports.values()),
                    max(rapports.values()) <= SUR_LES_AUTRES,
                ),
                But("chiffres du portrait lisibles, en 3G", "1 s au plus", f"{ms(en_3g)} ms", en_3g <= 1.0),
                But("glissement au chargement du portrait", "0,1 au plus", virgule(glisse, 3), glisse <= 0.1),
            ),
        )
    ]
