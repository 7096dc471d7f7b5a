"""Les chiffres tels que les lit un programme : un tableur, un SIG, un autre site. Ce que rendent les adresses `/api/`.

Chaque chiffre emporte ce qui permet de le citer : sa source, son année, son statut, sa fiabilité, la raison d'un
doute. Les codes sont ceux du catalogue ; `ecrit` est le chiffre comme à l'écran. Rien n'est arrondi, rien n'est
comblé : un secret n'a pas de `valeur`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

from indicators.analyse.comparaison import Comparaison
from indicators.analyse.portrait import Ligne, Portrait
from indicators.analyse.rangs import Place
from indicators.analyse.reste import restes
from indicators.base.base import Base
from indicators.donnees.schema import FEUILLES, Genre
from indicators.publications import reste
from indicators.recit import phrases, regroupements, tendances
from indicators.socle.catalogue import Indicateur, Source
from indicators.socle.observations import Observation, declinaison
from indicators.socle.tableur import cellule
from indicators.socle.territoires import Territoire

LICENCE = "Licence Ouverte 2.0 sauf mention contraire de la source"
Valeur = str | int | float | None


@dataclass(frozen=True)
class Cite:
    """Un chiffre et ce qu'il faut pour le dire : son lieu, sa mesure, sa source."""

    chiffre: Observation
    territoire: Territoire
    indicateur: Indicateur
    source: Source
    theme: str


@dataclass(frozen=True)
class Champ:
    """Une colonne d'un chiffre : son nom, son genre, ce qu'elle contient, ses seules valeurs possibles, sa lecture.

    `vide` : ce que dit une case vide, None si elle ne l'est jamais.
    """

    nom: str
    genre: Genre
    texte: str
    vide: str | None
    admis: tuple[str, ...]
    lire: Callable[[Cite], Valeur]


def _de(colonne: str) -> Champ:
    """Une colonne des observations, décrite par le schéma."""
    c = FEUILLES["observations"][colonne]
    lire = attrgetter(f"chiffre.{colonne}")
    genre = Genre.ENTIER if c.genre is Genre.ANNEE else c.genre
    if c.choix:
        return Champ(colonne, genre, c.texte, c.vide, tuple(c.choix), lambda cite: str(lire(cite)))
    return Champ(colonne, genre, c.texte, c.vide, (), lire)


def _dit(nom: str, texte: str, lire: str, genre: Genre = Genre.TEXTE, vide: str | None = None) -> Champ:
    return Champ(nom, genre, texte, vide, (), attrgetter(lire))


CHAMPS: tuple[Champ, ...] = (
    _de("territoire"),
    _dit("nom", "nom du territoire", "territoire.nom"),
    Champ("maille", Genre.TEXTE, "son niveau", None, (), lambda c: c.territoire.maille.value),
    _dit("type", "quartier : QPV, QIC…", "territoire.statut", vide="ce n’est pas un quartier"),
    _dit(
        "perimetre",
        "quartier : 2015 ou 2024 ; deux périmètres sont deux territoires",
        "territoire.geographie",
        Genre.ENTIER,
        "ce n’est pas un quartier",
    ),
    Champ("indicateur", Genre.TEXTE, "identifiant de la mesure", None, (), lambda c: c.chiffre.mesure),
    _de("bailleur"),
    _dit("libelle", "nom complet de l’indicateur", "indicateur.libelle"),
    _dit("theme", "chapitre de l’indicateur", "theme"),
    Champ("ecrit", Genre.TEXTE, "le chiffre comme à l’écran", None, (), lambda c: _ecrit(c)),
    _de("valeur"),
    _de("borne_inf"),
    _de("borne_sup"),
    Champ("unite", Genre.TEXTE, "unité de la valeur et des bornes", None, (), lambda c: str(c.indicateur.unite)),
    _de("statut"),
    _de("fiabilite"),
    _de("note"),
    _de("annee_debut"),
    _de("annee"),
    _de("millesime"),
    _de("origine"),
    _de("source"),
    _dit("source_titre", "titre de la publication", "source.titre"),
    _dit("producteur", "qui l’a publiée", "source.producteur"),
    _dit("licence", "licence de la source", "source.licence"),
    _de("ligne"),
    _de("passage"),
)
"""Les colonnes d'un chiffre, dans l'ordre des fichiers : les mêmes en CSV et en JSON."""


def _ecrit(cite: Cite) -> str:
    return phrases.chiffre(cite.chiffre, cite.indicateur.unite)


def citer(base: Base, chiffres: Iterable[Observation]) -> Iterable[Cite]:
    """Chacun de ces chiffres avec son lieu, sa mesure et sa source."""
    catalogue = base.catalogue
    for o in chiffres:
        indicateur = catalogue.indicateurs[o.indicateur]
        theme = catalogue.themes[indicateur.theme].libelle
        yield Cite(o, base.territoire(o.territoire), indicateur, catalogue.sources[o.source], theme)


def en_objet(cite: Cite) -> dict[str, Valeur]:
    """Un chiffre en objet JSON ; ce qui n'existe pas vaut None, jamais zéro."""
    lus = {champ.nom: champ.lire(cite) for champ in CHAMPS}
    return {nom: None if valeur == "" else valeur for nom, valeur in lus.items()}


def en_ligne(cite: Cite, *, virgule: bool) -> list[str]:
    """Un chiffre en ligne de CSV, sans rien qu'un tableur puisse exécuter ; `virgule` : la décimale française."""
    ecrites = []
    for champ in CHAMPS:
        valeur = champ.lire(cite)
        if valeur is None:
            ecrites.append("")
        elif champ.genre is Genre.NOMBRE:
            nombre = format(Decimal(repr(valeur)).normalize(), "f")
            ecrites.append(nombre.replace(".", ",") if virgule else nombre)
        else:
            ecrites.append(cellule(str(valeur)))
    return ecrites


def un_chiffre(base: Base, observation: Observation | None) -> dict[str, Valeur] | None:
    """Ce chiffre en objet, None s'il n'y en a pas."""
    if observation is None:
        return None
    (cite,) = citer(base, [observation])
    return en_objet(cite)


COLONNES_D_UN_INDICATEUR = ("annee", "statut", "fiabilite", "source", "ecrit")


def en_colonnes(base: Base, code: str, observation: Observation | None) -> dict[str, Valeur]:
    """Le chiffre d'un territoire en colonnes d'une table de lieux : sa valeur sous son code, puis ce qui la date.

    Tout est None sans chiffre ; la valeur seule l'est pour un secret, un seuil ou un intervalle.
    """
    lu = un_chiffre(base, observation) or {}
    return {code: lu.get("valeur")} | {f"{code}_{nom}": lu.get(nom) for nom in COLONNES_D_UN_INDICATEUR}


def territoire(base: Base, t: Territoire) -> dict[str, Any]:
    """Un lieu, ses communes et son agglomération, en codes ; `indicateurs_connus` : combien y ont un chiffre."""
    communes, agglomeration = base.rattachements(t.territoire)
    return {
        "territoire": t.territoire,
        "nom": t.nom,
        "nom_court": t.nom_court,
        "maille": t.maille.value,
        "type": t.statut or None,
        "perimetre": t.geographie,
        "code_officiel": t.code_officiel or None,
        "communes": list(communes),
        "agglomeration": agglomeration,
        "latitude": t.latitude,
        "longitude": t.longitude,
        "superficie_ha": t.superficie_ha,
        "indicateurs_connus": base.nombres_de_chiffres().get(t.territoire, 0),
    }


def indicateur(base: Base, i: Indicateur) -> dict[str, Any]:
    """Une mesure du catalogue : définition, unité, sens de ce qui est favorable, précautions."""
    mesure, bailleur = declinaison(i.indicateur)
    return {
        "indicateur": mesure,
        "bailleur": bailleur or None,
        "libelle": i.libelle,
        "libelle_court": i.libelle_court,
        "theme": base.catalogue.themes[i.theme].libelle,
        "pilier": i.pilier or None,
        "unite": str(i.unite),
        "decimales": i.decimales,
        "sens": i.sens.value,
        "bande_proche": i.bande_proche,
        "definition": i.definition,
        "numerateur": i.numerateur or None,
        "denominateur": i.denominateur or None,
        "precautions": i.precautions or None,
        "seuil_population": i.seuil_population,
        "voisins": list(i.voisins),
    }


def portrait(base: Base, p: Portrait) -> dict[str, Any]:
    """Le portrait de l'écran : par famille puis par thème, chaque chiffre, ses comparaisons, son évolution.

    `reste` : le quartier face au reste de sa commune et de son agglomération, hors quartiers prioritaires.
    """
    return {
        "territoire": territoire(base, p.territoire),
        "references": [territoire(base, r) for r in p.references],
        "familles": [_ligne(base, p, ligne) for ligne in p.tete],
        "themes": [
            {"theme": theme.libelle, "lignes": [_ligne(base, p, ligne) for ligne in lignes]}
            for theme, lignes in p.themes
        ],
        "manquants": [i.indicateur for i in p.manquants],
        "reste": [reste.en_objet(base, r) for r in restes(base, p.territoire.territoire)],
    }


def _ligne(base: Base, p: Portrait, ligne: Ligne) -> dict[str, Any]:
    evolution = ligne.evolution
    return {
        "famille": ligne.famille.libelle if ligne.famille else None,
        "indicateur": ligne.indicateur.indicateur,
        "libelle": ligne.indicateur.libelle,
        "precision": ligne.note or None,
        "chiffre": un_chiffre(base, ligne.chiffre),
        "absence": regroupements.absence(ligne) or None,
        "comparaisons": [_comparaison(base, p, r, c) for r, c in zip(p.references, ligne.comparaisons, strict=False)],
        "place": _place(ligne.place),
        "plus_recent": un_chiffre(base, ligne.plus_recent),
        "evolution": None
        if evolution is None
        else {
            "depuis": un_chiffre(base, evolution.depart),
            "variation": _fini(evolution.variation),
            "unite_variation": str(ligne.indicateur.unite.ecart),
            "tendance": evolution.tendance.value,
            "jugement": evolution.jugement.value,
            "phrase": tendances.evolution(evolution),
        },
    }


def _comparaison(base: Base, p: Portrait, reference: Territoire, c: Comparaison) -> dict[str, Any]:
    """`motif` : pourquoi il n'y a pas de comparaison, ou pas de jugement ; None quand elle est entière."""
    return {
        "reference": reference.territoire,
        "chiffre": un_chiffre(base, c.reference),
        "ecart": _fini(c.ecart) if c.ecart is None else round(c.ecart, c.decimales),
        "unite_ecart": str(c.indicateur.unite.ecart),
        "rapport": _fini(c.rapport),
        "position": c.position.value,
        "jugement": c.jugement.value,
        "motif": c.motif.value or None,
        "phrase": phrases.lecture(c, p.territoire, reference),
    }


def _place(place: Place | None) -> Mapping[str, int] | None:
    if place is None or place.rang is None:
        return None
    return {"rang": place.rang.rang, "sur": place.rang.effectif}


def _fini(valeur: float | None) -> float | None:
    """Un seuil a des bornes infinies, que JSON n'écrit pas."""
    return None if valeur is None or valeur in (float("inf"), float("-inf")) else valeur
