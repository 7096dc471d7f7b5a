"""Les quartiers qui ressemblent à un autre par leurs habitants : des pairs dont on peut dire pourquoi ils le sont."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.base.base import Base
from indicators.socle.catalogue import Indicateur
from indicators.socle.observations import par_indicateur, retenue
from indicators.socle.repartition import SEUIL_REPARTITION
from indicators.socle.territoires import Territoire

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


def de_profil_proche(base: Base, territoire: Territoire) -> Profil | None:
    """Les cinq quartiers les plus proches par leurs habitants ; None s'il y a trop peu à comparer.

    Mêmes statut, périmètre et période ; ni seuil, ni secret, ni chiffre douteux ; au moins trois indicateurs connus de
    huit quartiers. Un quartier à qui il en manque un seul n'est pas retenu : sa distance ne serait pas la même mesure.
    """
    semblables = {t.territoire: t for t in base.semblables(territoire)} | {territoire.territoire: territoire}
    qualifies = [
        i.indicateur
        for i in base.catalogue.indicateurs.values()
        if i.theme == THEME and i.indicateur not in HORS_PROFIL and not i.est_effectif and not i.evolution_de
    ]
    siens = par_indicateur(base.observations([territoire.territoire], qualifies))
    retenus = [o for code in qualifies if (o := retenue(siens[code])) and o.est_ponctuelle and not o.douteuse]
    ecarts: list[dict[str, float]] = []
    indicateurs = []
    for sien, valeurs in zip(retenus, base.valeurs_de_meme_periode(list(semblables), retenus), strict=True):
        valeurs[territoire.territoire] = sien.valeur or 0.0
        etendue = max(valeurs.values()) - min(valeurs.values())
        if len(valeurs) >= SEUIL_REPARTITION and etendue > 0:
            indicateurs.append(base.catalogue.indicateurs[sien.indicateur])
            ecarts.append(
                {code: abs(valeur - valeurs[territoire.territoire]) / etendue for code, valeur in valeurs.items()}
            )
    if len(indicateurs) < MINI_INDICATEURS:
        return None
    connus_partout = set.intersection(*map(set, ecarts)) - {territoire.territoire}
    voisins = sorted(
        ((semblables[code], sum(e[code] for e in ecarts) / len(ecarts)) for code in connus_partout),
        key=lambda paire: (paire[1], paire[0].territoire),
    )[:VOISINS]
    if not voisins:
        return None
    return Profil(territoire, tuple(indicateurs), tuple(voisins), min(map(len, ecarts)))
