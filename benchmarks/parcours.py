"""Ce que font les sessions de `charge`, et ce que chaque réponse doit montrer : lu dans les CSV, pas dans la base.

La base inventée n'a pas de CSV : ce que ses écrans doivent montrer est ce que sa table répond.
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES
from indicators.socle.observations import Fiabilite, Statut
from indicators.socle.territoires import Maille

from .clients import Action
from .nationale import ANNEES

ANNEE = "2018"
_INSECABLE = "\u00a0"
_PAYS_INVENTE = "France inventée"
Geste = Callable[["Quartier"], Action]


@dataclass(frozen=True)
class Quartier:
    """Un quartier dont on ne sait qu'un taux de pauvreté pour `annee` : celui que l'écran doit montrer."""

    code: str
    nom: str
    taux: str
    agglomeration: str
    annee: str = ANNEE
    pays: str = "France métropolitaine"

    @property
    def invente(self) -> bool:
        """Vrai pour un quartier de la base inventée."""
        return self.pays == _PAYS_INVENTE

    @property
    def groupe(self) -> str:
        """Les quartiers prioritaires de son agglomération, dans une adresse : sans lui, l'écran garde le précédent."""
        return f"territoire={self.code}&groupe={self.agglomeration}-QPV2015"

    @property
    def titre(self) -> str:
        """Le début de l'en-tête imprimé d'un écran de ce territoire."""
        return f"<dt>Territoire</dt><dd>{escape(self.nom)}"


def quartiers(dossier: Path = DOSSIER_DONNEES) -> list[Quartier]:
    """Les quartiers prioritaires de 2015 dont le taux de pauvreté d'`ANNEE` est sûr et sans rival, lus dans les CSV."""
    with (dossier / "territoires.csv").open(encoding="utf-8-sig", newline="") as fichier:
        noms = {
            t["territoire"]: t["nom"]
            for t in csv.DictReader(fichier, delimiter=";")
            if (t["statut"], t["geographie"]) == ("QPV", "2015")
        }
    lus: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for chemin in sorted((dossier / "observations").glob("*.csv")):
        with chemin.open(encoding="utf-8-sig", newline="") as fichier:
            for o in csv.DictReader(fichier, delimiter=";"):
                if (o["indicateur"], o["annee"]) == ("taux_pauvrete", ANNEE) and o["territoire"] in noms:
                    qualite = o["statut"] if o["fiabilite"] == "sure" else "douteux"
                    lus[o["territoire"]].add((o["valeur"], qualite))
    with (dossier / "appartenances.csv").open(encoding="utf-8-sig", newline="") as fichier:
        contrats = {
            a["territoire"]: a["parent"] for a in csv.DictReader(fichier, delimiter=";") if a["nature"] == "contrat"
        }
    seuls = {code: next(iter(faits)) for code, faits in lus.items() if len(faits) == 1}
    trouves = [
        Quartier(code, noms[code], f"{taux}{_INSECABLE}%", contrats[code])
        for code, (taux, qualite) in sorted(seuls.items())
        if qualite == "exact" and "," in taux and code in contrats
    ]
    if len(trouves) < 10:
        raise RuntimeError(f"{len(trouves)} quartiers au taux de pauvreté sans rival dans {dossier} : il en faut dix.")
    return trouves


def quartiers_inventes(chemin: Path, combien: int) -> list[Quartier]:
    """Des quartiers de la base inventée, à intervalles égaux, dont le dernier taux de pauvreté est exact et sûr."""
    base, annee = Base(chemin), ANNEES[-1]
    try:
        siens = [t for t in base.de_maille(Maille.QUARTIER) if t.geographie == 2015]
        trouves = []
        for t in siens[:: max(1, len(siens) // (2 * combien))]:
            lues = [o for o in base.observations([t.territoire], ["taux_pauvrete"]) if o.annee == annee]
            if [(o.statut, o.fiabilite) for o in lues] == [(Statut.EXACT, Fiabilite.SURE)]:
                taux = f"{lues[0].valeur:.1f}".replace(".", ",") + f"{_INSECABLE}%"
                sienne = base.fiche(t.territoire).agglomerations[0].territoire
                trouves.append(Quartier(t.territoire, t.nom, taux, sienne, str(annee), _PAYS_INVENTE))
        return trouves[:combien]
    finally:
        base.fermer()


def portrait(q: Quartier) -> Action:
    """Le portrait d'un quartier : son nom, son code, son taux."""
    return Action("portrait", "portrait", f"territoire={q.code}", (q.titre, q.code, q.taux))


def autre_reference(q: Quartier) -> Action:
    """Le même, face à la France métropolitaine."""
    adresse = f"territoire={q.code}&reference=FRM"
    return Action("portrait, autre référence", "portrait", adresse, (q.titre, q.taux, f"{q.pays}</dd>"))


def comparer(q: Quartier) -> Action:
    """Ce quartier parmi ceux de son agglomération : son taux y est."""
    adresse = f"{q.groupe}&indicateur=taux_pauvrete&annee={q.annee}"
    return Action("comparer", "comparer", adresse, ("<dt>Territoire</dt>", escape(q.nom), q.taux))


def carte(q: Quartier) -> Action:
    """Ce quartier sur la carte de son agglomération : son taux y est."""
    adresse = f"{q.groupe}&indicateur=taux_pauvrete&annee={q.annee}"
    return Action("carte", "carte", adresse, ("<dt>Territoire</dt>", escape(q.nom), q.taux))


def evolution(q: Quartier) -> Action:
    """Ce quartier dans le temps."""
    return Action("évolution", "evolution", f"territoire={q.code}", (escape(q.nom), '<h1 class="sobre">'))


def barometre(q: Quartier) -> Action:
    """Les quartiers de son agglomération, par besoin."""
    return Action("baromètre", "barometre", q.groupe, ("communes</h1>", "<dt>Territoire</dt>"))


def explorer(q: Quartier) -> Action:
    """Tous les taux de pauvreté des quartiers prioritaires."""
    adresse = f"territoire={q.code}&indicateur=taux_pauvrete&type=QPV&perimetre=2015"
    return Action("explorer", "explorer", adresse, ("Explorer</h1>", "taux_pauvrete", "Lien vers ce filtre"))


def seance(q: Quartier) -> Action:
    """La première diapositive de ce quartier."""
    return Action("séance", "seance", f"territoire={q.code}", (q.titre, 'class="diapo diapo-'))


def accueil(_: Quartier) -> Action:
    """L'accueil et ses agglomérations."""
    return Action("accueil", "", "", ("Observatoire des quartiers</h1>", "Ce qui ressort"))


MELANGE: tuple[tuple[Geste, int], ...] = (
    (portrait, 30), (autre_reference, 10), (comparer, 14), (carte, 10), (evolution, 10), (barometre, 8), (explorer, 6),
    (seance, 8), (accueil, 4),
)  # fmt: skip
"""Les gestes et leur poids : surtout des portraits, et chaque écran au moins quelques fois par minute."""


def parcours(lieux: Sequence[Quartier], sessions: int, gestes: int, graine: int) -> tuple[tuple[Action, ...], ...]:
    """Ce que fait chaque session : elle ouvre un portrait, puis va d'écran en écran, de quartier en quartier."""
    choix, poids = zip(*MELANGE, strict=True)
    suites = []
    for numero in range(sessions):
        hasard = random.Random(graine * 1000 + numero)
        suite = [portrait(hasard.choice(lieux))]
        for geste in hasard.choices(choix, poids, k=gestes - 1):
            suite.append(geste(hasard.choice(lieux)))
        suites.append(tuple(suite))
    return tuple(suites)
