"""Les tableaux qui partent dans un tableur : CSV pour Excel en français, que rien ne peut exécuter."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.analyse.comparatif import Comparatif
from indicators.recit import phrases
from indicators.socle.catalogue import Source
from indicators.socle.observations import Observation
from indicators.socle.tableur import cellule, nombre_csv, octets_csv


def csv_francais(comparatif: Comparatif, sources: dict[str, Source]) -> bytes:
    """Le classement affiché, avec titre, unité, année et source ; `;`, virgule, UTF-8 avec BOM."""
    indicateur = comparatif.indicateur
    lignes: list[Sequence[object]] = []
    lignes.append([cellule(indicateur.unite.apres(indicateur.libelle))])
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
    separees = {territoire.territoire: phrases.motif_entier(c) for territoire, c in comparatif.separees}
    for territoire, chiffre in comparatif.references:
        notes = (chiffre.note, separees.get(territoire.territoire, ""))
        note = " ; ".join(note for note in notes if note)
        ecrire("référence", territoire.territoire, territoire.nom, chiffre._replace(note=note), [])
    for groupe, mot in ((comparatif.secretes, "secret"), (comparatif.absentes, "non_disponible")):
        for territoire in groupe:
            lignes.append(["", territoire.territoire, cellule(territoire.nom), "", "", "", mot])
    for territoire in (*comparatif.autre_periode, *comparatif.sans_chiffre):
        lignes.append(["", territoire.territoire, cellule(territoire.nom), "", "", "", "sans chiffre à cette date"])
    for territoire in comparatif.autre_perimetre:
        lignes.append(
            ["", territoire.territoire, cellule(territoire.nom), "", "", "", "mesuré sur un ancien périmètre"]
        )
    return octets_csv(lignes)
