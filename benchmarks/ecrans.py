"""`python -m benchmarks ecrans` : les écrans dans un vrai navigateur, à côté d’une page nue, de Dash et de Panel.

Tous les serveurs tournent ensemble sur 127.0.0.1, et chaque tour les passe l'un après l'autre : ce qui ralentit la
machine ralentit tout le monde. Cache vide, puis rechargement, puis les gestes, dans cet ordre. À part : la mémoire.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from playwright.sync_api import Browser

from .mesures import But, Tableau, mo, ms, virgule
from .temoins import sites
from .temoins.navigateur import Chargement, arriver, charger, chromium, page_neuve

TOURS, SESSIONS = 7, 20
NUE, NUE_SERVIE, NOUS = "page nue", "page nue, servie comme nous", "observatoire"
DASH, PANEL = "Dash, nos dessins", "Panel"
TERRITOIRE = "changer de territoire"
PORTRAIT_SUR_NUE, POIDS = 1.2, 3e6


@dataclass
class Releve:
    """Ce qu'un site a donné, tour après tour."""

    neufs: list[Chargement] = field(default_factory=list)
    encore: list[Chargement] = field(default_factory=list)
    gestes: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    demarrage: float = 0.0
    par_session: float = 0.0


def tour(navigateur: Browser, servi: sites.Servi, releve: Releve) -> None:
    """Un passage : première visite, rechargement, gestes."""
    site = servi.site
    with page_neuve(navigateur) as page:
        releve.neufs.append(charger(page, servi.adresse + site.chemin, site.dessine))
        releve.encore.append(charger(page, "", site.dessine, encore=True))
        for geste in (g for g in site.gestes if not g.ecran):
            geste.faire(page)
            releve.gestes[geste.nom].append(arriver(page))
    for geste in (g for g in site.gestes if g.ecran):
        with page_neuve(navigateur) as page:
            charger(page, servi.adresse + geste.ecran, geste.pret)
            geste.faire(page)
            releve.gestes[geste.nom].append(arriver(page))


def memoire(navigateur: Browser, servi: sites.Servi, releve: Releve) -> None:
    """Ce que vingt visiteurs de plus, restés sur la page, ajoutent ; le site a déjà servi, ses caches sont pleins."""
    avant = releve.demarrage = servi.memoire()
    with ExitStack() as ouvertes:
        for _ in range(SESSIONS):
            page = ouvertes.enter_context(page_neuve(navigateur))
            charger(page, servi.adresse + servi.site.chemin, servi.site.dessine)
        releve.par_session = (servi.memoire() - avant) / SESSIONS


def relever(tours: int) -> dict[str, Releve]:
    """Tous les sites, entrelacés ; un premier tour, pour rien, remplit les caches des serveurs.

    La mémoire se prend aussitôt après : plus tard, les sessions neuves se logeraient dans ce que les tours ont rendu.
    """
    choisis = [
        sites.nue(NUE, "nue.py"), sites.nue(NUE_SERVIE, "app_nue.py"), sites.observatoire(), sites.dash(DASH),
        sites.panel(),
    ]  # fmt: skip
    releves = {site.nom: Releve() for site in choisis}
    with chromium() as navigateur, ExitStack() as marche:
        servis = [marche.enter_context(sites.servir(site)) for site in choisis]
        for servi in servis:
            tour(navigateur, servi, Releve())
            memoire(navigateur, servi, releves[servi.site.nom])
        for numero in range(tours):
            # Chacun à son tour commence : le premier d'un tour n'est pas toujours le même.
            for servi in servis[numero % len(servis) :] + servis[: numero % len(servis)]:
                tour(navigateur, servi, releves[servi.site.nom])
    return releves


def _mediane(chargements: Sequence[Chargement]) -> float:
    return statistics.median(c.temps for c in chargements)


def _rapport(a: Sequence[float], b: Sequence[float]) -> float:
    """La médiane des rapports d'un même tour : le bruit commun aux deux s'y annule."""
    return statistics.median(x / y for x, y in zip(a, b, strict=True))


def _neufs(releve: Releve) -> list[float]:
    return [c.temps for c in releve.neufs]


def chargements(releves: Mapping[str, Releve]) -> Tableau:
    """Le premier chargement, ses octets, le rechargement."""
    lignes = [
        (
            nom,
            ms(_mediane(r.neufs)),
            virgule(_rapport(_neufs(r), _neufs(releves[NUE])), 2),
            virgule(statistics.median(c.octets for c in r.neufs) / 1e6, 2),
            str(round(statistics.median(c.requetes for c in r.neufs))),
            ms(_mediane(r.encore)),
        )
        for nom, r in releves.items()
    ]
    sur_nue = _rapport(_neufs(releves[NOUS]), _neufs(releves[NUE]))
    poids = statistics.median(c.octets for c in releves[NOUS].neufs)
    return Tableau(
        "Premier chargement du portrait",
        "Cache vide, de la navigation au dernier dessin, DOM tu ensuite. Médianes de "
        f"{len(releves[NOUS].neufs)} tours entrelacés ; « ÷ nue » : médiane des rapports d’un même tour. La page "
        "nue ne montre qu’un chiffre.",
        ("site", "dessiné, ms", "÷ nue", "Mo reçus", "requêtes", "rechargé, ms"),
        tuple(lignes),
        (
            But("portrait dessiné ÷ page Streamlit nue, premier chargement", "1,2 au plus", virgule(sur_nue, 2),
                sur_nue <= PORTRAIT_SUR_NUE),
            But("octets du premier chargement", "3 Mo au plus", f"{mo(poids)} Mo", poids <= POIDS),
        ),
    )  # fmt: skip


def gestes(releves: Mapping[str, Releve]) -> Tableau:
    """Du geste à la dernière modification qui porte ce qui était attendu."""
    qui = [nom for nom, releve in releves.items() if releve.gestes]
    medianes = {nom: {g: statistics.median(t) for g, t in releves[nom].gestes.items()} for nom in qui}
    nous, panel = medianes[NOUS][TERRITOIRE], medianes[PANEL][TERRITOIRE]
    return Tableau(
        "Gestes",
        "De l’appui (Entrée, flèche ou souris) à l’écran complet, en millisecondes (médianes) ; le nôtre attend "
        "aussi que le script de Streamlit ait fini.",
        ("geste", *qui),
        tuple((g, *(ms(medianes[n][g]) if g in medianes[n] else "—" for n in qui)) for g in medianes[NOUS]),
        (
            But(
                "changer de territoire : nous, Panel",
                "pas plus que lui",
                f"{ms(nous)} et {ms(panel)} ms",
                nous <= panel,
            ),
        ),
    )


def memoires(releves: Mapping[str, Releve]) -> Tableau:
    """La mémoire du serveur."""
    lignes = [(nom, mo(r.demarrage), virgule(r.par_session / 1e6, 2)) for nom, r in releves.items()]
    return Tableau(
        "Mémoire des serveurs",
        f"Après les premières visites, puis par visiteur de plus ({SESSIONS} restés sur la page).",
        ("site", "servant, Mo", "par session, Mo"),
        tuple(lignes),
    )


def mesurer(tours: int = TOURS) -> list[Tableau]:
    """Les trois tableaux."""
    releves = relever(tours)
    return [chargements(releves), gestes(releves), memoires(releves)]
