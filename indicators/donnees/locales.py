"""Les ajouts locaux, réunis aux données embarquées : ce qui ne va plus avec elles est laissé, et dit.

Un ajout a été fait sur une version ; la suivante peut ne plus connaître un indicateur, un lieu ou une source qu'il
cite. Le site ne tombe pas pour cela : la ligne est écartée (`Donnees.ecartees`), le reste entre, et l'ajout s'annule
toujours. Un identifiant que la nouvelle version a seulement renommé suit la table `renommages.csv`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from shapely.geometry import MultiPolygon

from indicators.donnees import declinaisons, indicateurs_locaux
from indicators.donnees.controles.structure import verifier_structure
from indicators.donnees.lecture import cle_de, lire_contours, lire_fichier
from indicators.donnees.lignes import Donnees, Ligne
from indicators.donnees.schema import CLES, COLONNES, FEUILLES_LOCALES
from indicators.socle.erreurs import Constat

_CHIFFRE = ("statut", "valeur", "borne_inf", "borne_sup")
_SANS_CHIFFRES = tuple(f for f in FEUILLES_LOCALES if f not in {"observations", "retraits", "noms"})


@dataclass
class Lu:
    """Un ajout local tel que son dossier le donne."""

    nom: str
    lignes: dict[str, list[Ligne]] = field(default_factory=dict)
    contours: dict[str, MultiPolygon] = field(default_factory=dict)
    constats: list[Constat] = field(default_factory=list)


def fichiers_locaux(local: Path) -> Iterator[tuple[str, Path]]:
    """Les feuilles qu'apporte un ajout, chacune avec son fichier."""
    for feuille in FEUILLES_LOCALES:
        if (chemin := local / f"{feuille}.csv").exists():
            yield feuille, chemin


def lire(local: Path, renommages: Mapping[tuple[str, str], str]) -> Lu:
    """Ce qu'apporte un ajout ; une case ou un fichier illisible est un constat, jamais une exception."""
    lu = Lu(local.name)
    for feuille, chemin in fichiers_locaux(local):
        lignes, constats = lire_fichier(chemin, feuille, local.parent, autre_version=True)
        lu.lignes[feuille] = [_renommer(ligne, feuille, renommages) for ligne in lignes]
        lu.constats += constats
    contours, constats = lire_contours(local, local.parent)
    lu.contours = {renommages.get(("territoires", code), code): forme for code, forme in contours.items()}
    lu.constats += constats
    return lu


def reunir(embarquees: Donnees, locaux: Sequence[Path]) -> Donnees:
    """Les données embarquées et les ajouts `locaux`, dans l'ordre ; `embarquees` n'est pas modifiée.

    Un chiffre ajouté remplace celui de même clé s'il en diffère, et un retrait l'efface ; un lieu, une source ou un
    chiffre déjà connus restent tels que les données embarquées les décrivent (leur note, leur fiabilité). Une ligne
    d'ajout que les contrôles refusent n'entre pas : ce qu'elle remplaçait revient, et `ecartees` dit pourquoi.
    """
    if embarquees.constats or not locaux:
        return embarquees
    lus = [lire(local, _renommages(embarquees)) for local in locaux]
    ecartees = {(c.fichier, c.ligne): _ecarte(c) for lu in lus for c in lu.constats}
    noms = {lu.nom for lu in lus}
    while True:
        donnees = replace(
            embarquees,
            lignes={feuille: list(lignes) for feuille, lignes in embarquees.lignes.items()},
            contours=dict(embarquees.contours),
        )
        for lu in lus:
            _ajouter(donnees, lu, ecartees)
        declinaisons.etendre(donnees)
        # Ce qu'une ligne écartée portait (un lieu, une source) peut manquer à une autre : jusqu'à ce que tout tienne.
        refusees = {
            (c.fichier, c.ligne): _ecarte(c)
            for c in verifier_structure(donnees)
            if c.gravite == "erreur" and c.fichier.partition("/")[0] in noms
        }
        if not refusees:
            donnees.ecartees = sorted(ecartees.values())
            donnees.incomplets = _incomplets(lus, ecartees)
            return donnees
        ecartees |= refusees


def _incomplets(lus: Iterable[Lu], ecartees: Mapping[tuple[str, int], Constat]) -> dict[str, tuple[str, ...]]:
    """Les membres écartés de chaque regroupement : son total ne serait plus celui des lieux que l'on a réunis."""
    perdus: dict[str, list[str]] = {}
    for lu in lus:
        for lien in lu.lignes.get("appartenances", []):
            if lien["nature"] == "regroupement" and (lien.fichier, lien.numero) in ecartees:
                perdus.setdefault(lien["parent"], []).append(lien["territoire"])
    return {regroupement: tuple(membres) for regroupement, membres in perdus.items()}


def _ecarte(constat: Constat) -> Constat:
    return replace(constat, gravite="ecartee")


def _renommages(embarquees: Donnees) -> dict[tuple[str, str], str]:
    """Le nouvel identifiant de chaque ancien, par feuille ; deux renommages de suite n'en font qu'un."""
    directs = {(ligne["feuille"], ligne["ancien"]): ligne["nouveau"] for ligne in embarquees["renommages"]}
    finals = {}
    for (feuille, ancien), nouveau in directs.items():
        vus = {ancien}
        while (feuille, nouveau) in directs and nouveau not in vus:
            vus.add(nouveau)
            nouveau = directs[feuille, nouveau]
        finals[feuille, ancien] = nouveau
    return finals


def _renommer(ligne: Ligne, feuille: str, renommages: Mapping[tuple[str, str], str]) -> Ligne:
    changees: dict[str, Any] = {}
    for colonne in COLONNES[feuille]:
        cible = colonne.lien or (feuille if CLES.get(feuille, ())[:1] == (colonne.nom,) else "")
        nouveau = renommages.get((cible, ligne[colonne.nom])) if cible else None
        if nouveau is not None:
            changees[colonne.nom] = nouveau
    return replace(ligne, valeurs=declinaisons.nommer(feuille, ligne.valeurs | changees))


def _ajouter(donnees: Donnees, lu: Lu, ecartees: Mapping[tuple[str, int], Constat]) -> None:
    lues = {
        feuille: [ligne for ligne in lignes if (ligne.fichier, ligne.numero) not in ecartees]
        for feuille, lignes in lu.lignes.items()
    }
    lues = indicateurs_locaux.accorder(lues, donnees["indicateurs"])
    donnees.contours |= lu.contours
    nouvelles = {cle_de(ligne, "observations"): ligne for ligne in lues.get("observations", [])}
    retirees = {cle_de(ligne, "observations") for ligne in lues.get("retraits", [])}
    gardees = []
    for ligne in donnees["observations"]:
        cle = cle_de(ligne, "observations")
        if (nouvelle := nouvelles.get(cle)) and all(nouvelle[c] == ligne[c] for c in _CHIFFRE):
            del nouvelles[cle]
        if cle not in nouvelles and cle not in retirees:
            gardees.append(ligne)
    donnees.lignes["observations"] = gardees + list(nouvelles.values())
    donnees.lignes["retraits"] += lues.get("retraits", [])
    _vivre(donnees, lues)
    for feuille in _SANS_CHIFFRES:
        connues = {cle_de(ligne, feuille) for ligne in donnees[feuille]}
        donnees.lignes[feuille] += [ligne for ligne in lues.get(feuille, []) if cle_de(ligne, feuille) not in connues]


def _vivre(donnees: Donnees, lues: Mapping[str, list[Ligne]]) -> None:
    """Ce que l'ajout change de la vie des lieux : les liens qui cessent, les noms d'aujourd'hui."""
    fermes = {cle_de(li, "appartenances"): li for li in lues.get("appartenances", []) if li["jusqu_a"] is not None}
    if fermes:
        donnees.lignes["appartenances"] = [
            fermes[cle] if li["jusqu_a"] is None and (cle := cle_de(li, "appartenances")) in fermes else li
            for li in donnees["appartenances"]
        ]
    noms = {ligne["territoire"]: ligne for ligne in lues.get("noms", [])}
    if noms:
        donnees.lignes["territoires"] = [
            _renommee(ligne, noms[ligne["territoire"]]["nom"]) if ligne["territoire"] in noms else ligne
            for ligne in donnees["territoires"]
        ]


def _renommee(ligne: Ligne, nom: str) -> Ligne:
    """Le lieu sous son nom d'aujourd'hui, l'ancien parmi ses variantes : un document d'alors l'écrit ainsi."""
    anciens = " | ".join(dict.fromkeys(filter(None, (ligne["nom"], ligne["nom_court"], ligne["variantes"]))))
    return replace(ligne, valeurs=ligne.valeurs | {"nom": nom, "nom_court": nom, "variantes": anciens})
