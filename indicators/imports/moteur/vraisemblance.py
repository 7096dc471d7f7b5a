"""Ce qui étonne sans être impossible : un saut d'une année à l'autre, un total plus petit qu'une de ses parties."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from indicators.base.imports import Connue, Connues
from indicators.imports.moteur.cellules import en_nombre
from indicators.socle.catalogue import Catalogue, Indicateur
from indicators.socle.nombres import ecrire

SAUT_POINTS = 15.0
SAUT_RELATIF = 0.25
SAUT_EFFECTIF = 0.5
"""Ce qui étonne d'une édition à la suivante : 15 points, un quart d'un revenu, la moitié d'un effectif."""
_CENT = (60.0, 160.0)
"""Un rapport d'environ cent : une fraction pour un pourcentage, des centimes pour des euros."""
_AUTRE_MESURE = re.compile(r"_(evolution|t4|300m|an|carroyage)\b|^population_")
"""Ces noms prolongent celui d'un autre indicateur sans en être une partie."""
_ARRONDI = 1.02
"""Une partie dépasse parfois son total d'un arrondi, ou d'un recensement à l'autre."""


def saut(annee: int, nouvelle: float, connues: Sequence[Connue], indicateur: Indicateur) -> tuple[Connue, str] | None:
    """La valeur sûre la plus proche dans le temps si elle est trop loin, et ce qu'il faut en dire ; sinon None.

    La dernière d'avant ; à défaut la première d'après.
    """
    datees = [c for c in connues if c.annee_debut is None and c.valeur is not None and c.fiabilite == "sure"]
    avant = [c for c in datees if c.annee and c.annee < annee]
    apres = [c for c in datees if c.annee and c.annee > annee]
    if not avant and not apres:
        return None
    proche = max(avant, key=lambda c: c.annee or 0) if avant else min(apres, key=lambda c: c.annee or 0)
    ancienne = proche.valeur or 0.0
    ecart = abs(nouvelle - ancienne)
    if indicateur.unite.ecart == "points":
        etonne = ecart > SAUT_POINTS
    else:
        seuil = SAUT_EFFECTIF if indicateur.est_effectif else SAUT_RELATIF
        etonne = ecart > seuil * max(abs(ancienne), 1.0)
    if not etonne and not (facteur_cent(ancienne, nouvelle) and ecart > indicateur.bande_proche):
        return None
    cent = " ; environ cent fois " + ("plus" if nouvelle > ancienne else "moins") + " : la bonne unité ?"
    return proche, f"{proche.annee} → {annee}{cent if facteur_cent(ancienne, nouvelle) else ''}"


def facteur_cent(une: float, autre: float) -> bool:
    """Vrai si l'un vaut environ cent fois l'autre."""
    petit, grand = sorted((abs(une), abs(autre)))
    return petit > 0 and _CENT[0] <= grand / petit <= _CENT[1]


def totaux(
    lignes: Iterable[Mapping[str, str]],
    connues: Connues,
    catalogue: Catalogue,
    parents: Mapping[str, Mapping[str, Collection[str]]],
) -> list[str]:
    """Les effectifs plus grands que leur total : celui de l'indicateur entier, celui des lieux qui les contiennent.

    `lignes` : les observations à écrire ; `parents` : territoire → nature du lien → lieux qui le contiennent.
    """
    effectifs = {i.indicateur for i in catalogue.indicateurs.values() if i.est_effectif}
    lus: dict[tuple[str, str, str, str], float] = {}
    for ligne in lignes:
        if ligne["indicateur"] in effectifs and ligne["valeur"] and not ligne["annee_debut"]:
            periode = f"{ligne['annee']}/{ligne['millesime'] if not ligne['annee'] else ''}"
            lus[ligne["territoire"], ligne["indicateur"], periode, ligne["source"]] = en_nombre(ligne["valeur"])
    par_lieu: dict[tuple[str, str, str], float] = defaultdict(float)
    for (territoire, indicateur, periode, _), valeur in lus.items():
        par_lieu[territoire, indicateur, periode] = max(par_lieu[territoire, indicateur, periode], valeur)
    trouves = []
    for (territoire, indicateur, periode, source), valeur in lus.items():
        for entier in _entiers(indicateur, effectifs):
            total = lus.get((territoire, entier, periode, source))
            if total is not None and valeur > total:
                trouves.append(f"{territoire}, {indicateur} : {_ecrit(valeur)}, plus que {entier} : {_ecrit(total)}")
        for lieux in parents.get(territoire, {}).values():
            sommes = [_du_lieu(lieu, indicateur, periode, par_lieu, connues) for lieu in lieux]
            if sommes and None not in sommes and valeur > _ARRONDI * (somme := sum(s or 0.0 for s in sommes)):
                noms = " + ".join(sorted(lieux))
                trouves.append(f"{territoire}, {indicateur} : {_ecrit(valeur)}, plus que {noms} : {_ecrit(somme)}")
    return trouves


def _entiers(indicateur: str, effectifs: Collection[str]) -> list[str]:
    """Les indicateurs dont celui-ci est une partie, d'après leurs noms (« nb_enfants_caf_0_2 », « nb_enfants_caf »)."""
    if _AUTRE_MESURE.search(indicateur):
        return []
    morceaux = indicateur.split("_")
    debuts = ("_".join(morceaux[:n]) for n in range(2, len(morceaux)))
    return [debut for debut in debuts if debut in effectifs]


def _du_lieu(
    lieu: str, indicateur: str, periode: str, lus: Mapping[tuple[str, str, str], float], connues: Connues
) -> float | None:
    if (lieu, indicateur, periode) in lus:
        return lus[lieu, indicateur, periode]
    annee = periode.partition("/")[0]
    siennes = [
        c.valeur
        for c in connues.get((lieu, indicateur), [])
        if c.valeur is not None and c.annee_debut is None and c.fiabilite == "sure" and annee and c.annee == int(annee)
    ]
    return max(siennes, default=None)


def _ecrit(valeur: float) -> str:
    return ecrire(valeur, 0 if valeur == int(valeur) else 1)
