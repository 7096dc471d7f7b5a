"""Le Baromètre affiché, en CSV : sa méthode, ses poids, ses indicateurs datés, puis une ligne par membre."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indicators.analyse.barometre import Barometre, Methode
from indicators.analyse.notes import NOMS_METHODES, NoteDeMembre, Sensibilite
from indicators.socle.catalogue import Source
from indicators.socle.tableur import cellule, nombre_csv, octets_csv


def csv_francais(
    barometre: Barometre,
    notes: tuple[NoteDeMembre, ...],
    sensibilite: Sensibilite,
    poids: Mapping[str, int],
    methode: Methode,
    sources: Mapping[str, Source],
) -> bytes:
    """Le tableau affiché, précédé de sa méthode, de ses poids et de ses indicateurs datés ; vide : non noté."""
    lignes: list[Sequence[object]] = []
    connus = [c.thematique for c in barometre.connus]
    quoi = "commune" if barometre.des_communes else "quartier"
    lignes.append([f"Baromètre de la cohésion sociale, {quoi}s de {barometre.agglomeration.nom}"])
    lignes.append([f"Notes de 0 (le moins de besoin du groupe) à 100 (le plus), méthode {NOMS_METHODES[methode]}"])
    for chapitre in barometre.connus:
        for mesure in chapitre.utiles:
            titre = f"{mesure.indicateur.libelle}, {mesure.periode}"
            lues = ", ".join(sorted({sources[o.source].titre for o in mesure.classement.classees}))
            lignes.append([cellule(chapitre.thematique.libelle), cellule(titre), cellule(lues)])
    lignes.append([])
    lignes.append(["poids", "", "", "", *(poids.get(t.code, 1) for t in connus)])
    noms = [cellule(t.libelle) for t in connus]
    lignes.append(["rang", "code", quoi, "total", *noms, "meilleur rang", "pire rang"])
    for note in notes:
        code = note.territoire.territoire
        themes = [nombre_csv(note.themes.get(t.code), 1) for t in connus]
        places = sensibilite.etendues.get(code, ("", ""))
        debut = [note.rang or "", code, cellule(note.territoire.nom), nombre_csv(note.total, 1)]
        lignes.append([*debut, *themes, *places])
    return octets_csv(lignes)
