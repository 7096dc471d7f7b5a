"""Les quartiers qui ressemblent à un autre par leurs habitants : des pairs dont on peut dire pourquoi ils le sont."""

from __future__ import annotations

from dataclasses import dataclass

from .catalogue import Indicateur
from .comparaison import SEUIL_REPARTITION, Classement, classer
from .entrepot import Entrepot
from .observations import par_indicateur, retenue
from .territoires import Territoire

THEME = "population"
"""Le profil est celui des habitants (âges, familles, nationalités) : jamais ce que l'on vient ensuite comparer."""

HORS_PROFIL = {"part_population_qp"}
"""Le poids du quartier dans son agglomération ne dit rien de qui l'habite."""

MINI_INDICATEURS, VOISINS = 3, 5


@dataclass(frozen=True)
class Profil:
    """Les voisins d'un territoire, du plus proche au moins proche, et ce qui les a rapprochés.

    `voisins` : (territoire, distance), la distance étant la moyenne des écarts, chacun en part de l'étendue de son
    indicateur (0 : pareils ; 1 : aux deux bouts). `effectif` : le plus petit nombre de quartiers connus.
    """

    territoire: Territoire
    indicateurs: tuple[Indicateur, ...]
    voisins: tuple[tuple[Territoire, float], ...]
    effectif: int


def de_profil_proche(entrepot: Entrepot, territoire: Territoire) -> Profil | None:
    """Les cinq quartiers les plus proches par leurs habitants ; None s'il y a trop peu à comparer.

    Mêmes statut, périmètre et période ; ni seuil, ni secret, ni chiffre douteux ; au moins trois indicateurs connus de
    huit quartiers. Un quartier à qui il en manque un seul n'est pas retenu : sa distance ne serait pas la même mesure.
    """
    semblables = {t.territoire: t for t in entrepot.semblables(territoire)} | {territoire.territoire: territoire}
    qualifies = [
        i.indicateur
        for i in entrepot.catalogue.indicateurs.values()
        if i.theme == THEME and i.indicateur not in HORS_PROFIL and not i.est_effectif and not i.evolution_de
    ]
    siens = par_indicateur(entrepot.observations([territoire.territoire], qualifies))
    retenus = [o for code in qualifies if (o := retenue(siens[code])) and o.est_ponctuelle and not o.douteuse]
    chiffres = par_indicateur(entrepot.observations_de_meme_periode(list(semblables), retenus))
    classements: list[Classement] = []
    for sien in retenus:
        indicateur = entrepot.catalogue.indicateurs[sien.indicateur]
        paires = [(semblables[o.territoire], o) for o in chiffres[sien.indicateur] if not o.douteuse]
        classement = classer(sien, territoire, paires, indicateur)
        repartition = classement.repartition
        if len(classement.classees) >= SEUIL_REPARTITION and repartition and repartition[0] < repartition[-1]:
            classements.append(classement)
    if len(classements) < MINI_INDICATEURS:
        return None
    distances = {code: _distance(classements, territoire.territoire, code) for code in semblables}
    voisins = sorted(
        ((semblables[c], d) for c, d in distances.items() if d is not None and c != territoire.territoire),
        key=lambda paire: (paire[1], paire[0].territoire),
    )[:VOISINS]
    if not voisins:
        return None
    return Profil(
        territoire,
        tuple(c.indicateur for c in classements),
        tuple(voisins),
        min(len(c.classees) for c in classements),
    )


def _distance(classements: list[Classement], un: str, autre: str) -> float | None:
    """La moyenne des écarts, en part de l'étendue ; None si un chiffre manque."""
    ecarts = []
    for classement in classements:
        valeurs = {o.territoire: o.valeur or 0.0 for o in classement.classees}
        if un not in valeurs or autre not in valeurs:
            return None
        ecarts.append(abs(valeurs[un] - valeurs[autre]) / (max(valeurs.values()) - min(valeurs.values())))
    return sum(ecarts) / len(ecarts)
