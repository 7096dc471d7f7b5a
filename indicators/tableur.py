"""Les tableaux qui partent dans un tableur : CSV pour Excel en français, que rien ne peut exécuter."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from .catalogue import Source
from .comparatif import Comparatif
from .observations import Observation

_DECLENCHEURS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Ce par quoi commence une formule ; pleine largeur compris, qu'un tableur réglé pour l'Asie lit pareil."""


def cellule(texte: str) -> str:
    """Un texte qu'un tableur ne prendra pas pour une formule."""
    return f"'{texte}" if texte.startswith(_DECLENCHEURS) else texte


def nombre_csv(valeur: float | None, decimales: int) -> str:
    """Un nombre pour Excel en français : virgule, sans séparateur de milliers ; vide si la valeur n'existe pas."""
    return "" if valeur is None else f"{valeur:.{decimales}f}".replace(".", ",")


def octets_csv(lignes: Iterable[Sequence[object]]) -> bytes:
    """Des lignes déjà protégées, en CSV pour Excel en français : `;`, fins de ligne Windows, UTF-8 avec BOM."""
    sortie = io.StringIO()
    csv.writer(sortie, delimiter=";", lineterminator="\r\n").writerows(lignes)
    return sortie.getvalue().encode("utf-8-sig")


def csv_francais(comparatif: Comparatif, sources: dict[str, Source]) -> bytes:
    """Le classement affiché, avec titre, unité, année et source ; `;`, virgule, UTF-8 avec BOM."""
    indicateur = comparatif.indicateur
    lignes: list[Sequence[object]] = []
    lignes.append([cellule(f"{indicateur.libelle} ({indicateur.unite})")])
    lignes.append([cellule(indicateur.definition)])
    lignes.append([])
    entete = "rang;code;territoire;valeur;borne basse;borne haute;statut;fiabilité;année;édition;source;ligne;note"
    lignes.append([*entete.split(";"), *(f"écart avec {t.nom}" for t, _ in comparatif.references)])

    def ecrire(rang: str, code: str, nom: str, chiffre: Observation, ecarts: list[str]) -> None:
        d = chiffre.decimales
        nombres = [nombre_csv(v, d) for v in (chiffre.valeur, chiffre.borne_inf, chiffre.borne_sup)]
        date = chiffre.annee or ""
        titre = sources[chiffre.source].titre
        lignes.append(
            [rang, code, cellule(nom), *nombres, chiffre.statut.value, chiffre.fiabilite.value, date]
            + [chiffre.millesime or "", cellule(titre), chiffre.ligne or "", cellule(chiffre.note), *ecarts]
        )

    for ligne in comparatif.lignes:
        place = comparatif.classement.rang(ligne.territoire.territoire)
        ecarts = [nombre_csv(c.ecart, c.decimales) for c in ligne.comparaisons]
        rang = str(place.rang) if place else ""
        ecrire(rang, ligne.territoire.territoire, ligne.territoire.nom, ligne.chiffre, ecarts)
    for territoire, chiffre in comparatif.references:
        ecrire("référence", territoire.territoire, territoire.nom, chiffre, [])
    for groupe, mot in ((comparatif.secretes, "secret"), (comparatif.absentes, "non_disponible")):
        for territoire in groupe:
            lignes.append(["", territoire.territoire, cellule(territoire.nom), "", "", "", mot])
    for territoire in (*comparatif.autre_periode, *comparatif.sans_chiffre):
        lignes.append(["", territoire.territoire, cellule(territoire.nom), "", "", "", "sans chiffre à cette date"])
    return octets_csv(lignes)
