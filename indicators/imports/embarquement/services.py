"""`data/services.csv` : les lieux que donnent les fichiers d'un dossier, un établissement réuni en une seule ligne."""

from __future__ import annotations

import csv
import os
from collections.abc import Collection, Iterable
from pathlib import Path

from indicators.donnees.schema import FEUILLES
from indicators.imports.moteur.releve import Releve
from indicators.socle.interruption import d_un_geste

_FEUILLE = FEUILLES["services"]


def reunir(releves: Iterable[Releve], communes: Collection[str]) -> list[dict[str, str]]:
    """Une ligne par lieu d'une commune connue ; ce qu'un second fichier ajoute complète, sans rien remplacer.

    Les fichiers des établissements à indice passent d'abord : ils les nomment comme on les connaît.
    """
    lieux: dict[str, dict[str, str]] = {}
    for releve in sorted(releves, key=lambda r: (r.format != "depp_etablissements", r.format)):
        source = releve.source.source if releve.source else ""
        for service in releve.services:
            if service["commune"] not in communes:
                continue
            deja = lieux.setdefault(service["service"], {"source": source})
            for colonne, valeur in service.items():
                deja[colonne] = deja.get(colonne) or valeur
    return [lieux[code] for code in sorted(lieux)]


def ecrire(lignes: Iterable[dict[str, str]], dossier: Path) -> Path:
    """Écrit `services.csv` d'un seul coup, et rend son chemin."""
    cible = dossier / _FEUILLE.fichier
    brouillon = cible.with_name(f".{cible.name}")
    with brouillon.open("w", encoding="utf-8-sig", newline="") as sortie:
        ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\n")
        ecrivain.writerow(_FEUILLE.noms)
        ecrivain.writerows([ligne.get(nom, "") for nom in _FEUILLE.noms] for ligne in lignes)
    with d_un_geste(f"« {cible.name} » est refait"):
        os.replace(brouillon, cible)
    return cible
