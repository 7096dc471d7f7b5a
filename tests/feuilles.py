"""Les feuilles de la petite base, et de quoi en écrire dans un dossier `data/`.

Une commune au code à zéro initial, un secret, un intervalle, un seuil, un vrai zéro, une valeur douteuse, un quartier
né d'une fusion.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from unites import LIGNES as LIGNES_UNITES

from indicators.donnees.schema import COLONNES, FICHIERS

PETITE_BASE: dict[str, list[dict[str, str]]] = {
    "territoires": [
        {"territoire": "QP001001", "maille": "quartier", "geographie": "2015", "statut": "QPV", "nom": "La Gare",
         "nom_court": "La Gare", "code_officiel": "QP001001", "superficie_ha": "12"},
        {"territoire": "QP001002", "maille": "quartier", "geographie": "2015", "statut": "QPV", "nom": "L’Épinette",
         "nom_court": "Épinette", "variantes": "Epinettes | L'Epinette", "code_officiel": "QP001002"},
        {"territoire": "QP001003", "maille": "quartier", "geographie": "2015", "statut": "QPV", "nom": "Le Port",
         "nom_court": "Le Port", "code_officiel": "QP001003"},
        {"territoire": "QN00101M", "maille": "quartier", "geographie": "2024", "statut": "QPV",
         "nom": "La Gare – L’Épinette", "nom_court": "Gare-Épinette", "code_officiel": "QN00101M"},
        {"territoire": "COM01004", "maille": "commune", "nom": "Ambérieu", "nom_court": "Ambérieu",
         "code_officiel": "01004"},
        {"territoire": "EPCI200000001", "maille": "epci", "nom": "CA des Essais", "nom_court": "Essais",
         "code_officiel": "200000001"},
        {"territoire": "DEP01", "maille": "departement", "nom": "Ain", "nom_court": "Ain", "code_officiel": "01"},
        {"territoire": "REG84", "maille": "region", "nom": "Auvergne-Rhône-Alpes", "nom_court": "AURA",
         "code_officiel": "84"},
    ],
    "appartenances": [
        {"territoire": q, "parent": p, "nature": n}
        for q in ("QP001001", "QP001002", "QP001003", "QN00101M")
        for p, n in (("COM01004", "commune"), ("EPCI200000001", "contrat"), ("DEP01", "departement"))
    ]
    + [
        {"territoire": "COM01004", "parent": "EPCI200000001", "nature": "epci"},
        {"territoire": "COM01004", "parent": "DEP01", "nature": "departement"},
        {"territoire": "EPCI200000001", "parent": "DEP01", "nature": "departement"},
        {"territoire": "DEP01", "parent": "REG84", "nature": "region"},
    ],
    "filiations": [
        {"ancien": "QP001001", "nouveau": "QN00101M", "nature": "fusion", "source": "essai"},
        {"ancien": "QP001002", "nouveau": "QN00101M", "nature": "fusion", "source": "essai"},
    ],
    "themes": [
        {"theme": "revenus", "libelle": "Revenus", "ordre": "1"},
        {"theme": "population", "libelle": "Population", "ordre": "2"},
    ],
    "unites": [ligne.textes for ligne in LIGNES_UNITES],
    "indicateurs": [
        {"indicateur": "taux_pauvrete", "libelle": "Taux de pauvreté", "libelle_court": "Pauvreté", "theme": "revenus",
         "pilier": "Cohésion sociale", "unite": "%", "decimales": "1", "sens": "baisse", "bande_proche": "1",
         "mini": "0", "maxi": "100", "definition": "Part des habitants sous le seuil."},
        {"indicateur": "population", "libelle": "Population", "libelle_court": "Habitants", "theme": "population",
         "pilier": "Cohésion sociale", "unite": "habitants", "decimales": "0", "sens": "neutre", "mini": "0",
         "definition": "Nombre d’habitants."},
    ],
    "familles": [
        {"famille": "pauvrete", "libelle": "Pauvreté", "maille": m, "ordre": "1", "indicateur": "taux_pauvrete"}
        for m in ("quartier", "commune", "epci", "departement", "region")
    ],
    "sources": [
        {"source": "insee", "producteur": "Insee", "titre": "Fichier", "licence": "Licence Ouverte 2.0", "rang": "1"},
        {"source": "convention", "producteur": "Ville", "titre": "Convention", "licence": "document public",
         "rang": "3"},
    ],
    "observations": [
        {"territoire": t, "indicateur": i, "annee": a, "valeur": v, "borne_inf": b, "borne_sup": h, "statut": s,
         "fiabilite": f, "note": n, "source": o, "ligne": "1", "passage": p, "imprime": m, "origine": "publiee"}
        for t, i, a, v, b, h, s, f, n, o, p, m in (
            ("QP001001", "taux_pauvrete", "2018", "46,7", "", "", "exact", "sure", "", "insee", "46,7 %", "46,7 %"),
            ("QP001001", "taux_pauvrete", "2018", "39,3", "", "", "exact", "douteuse", "contredit par l’Insee",
             "convention", "Taux : 39,3 %", "39,3 %"),
            ("QP001002", "taux_pauvrete", "2018", "", "25", "30", "intervalle", "sure", "", "insee", "25 à 30%",
             "25 à 30%"),
            ("QP001003", "taux_pauvrete", "2018", "", "", "", "secret", "sure", "", "insee", "s", "s"),
            ("QN00101M", "taux_pauvrete", "2021", "44,0", "", "", "exact", "sure", "", "insee", "44,0", "44,0"),
            ("EPCI200000001", "taux_pauvrete", "2018", "18,8", "", "", "exact", "sure", "", "insee", "18,8 %", "18,8"),
            ("REG84", "taux_pauvrete", "2020", "12,5", "", "", "exact", "sure", "", "insee", "12,5", "12,5"),
            ("QP001001", "population", "2018", "1088", "", "", "exact", "sure", "", "insee",
             "1 088 habitants", "1 088"),
            ("QP001002", "population", "2018", "0", "", "", "exact", "sure", "", "insee", "0 habitant", "0"),
            ("QP001003", "population", "2018", "", "500", "", "au_moins", "sure", "", "insee", "plus de 500",
             "plus de 500"),
            ("EPCI200000001", "population", "2018", "50000", "", "", "exact", "sure", "", "insee", "50 000", "50 000"),
        )
    ],
}  # fmt: skip


def ecrire_csv(chemin: Path, feuille: str, lignes: list[dict[str, str]]) -> None:
    """Écrit une feuille au format du projet."""
    colonnes = [colonne.nom for colonne in COLONNES[feuille]]
    chemin.parent.mkdir(parents=True, exist_ok=True)
    texte = [";".join(colonnes)] + [";".join(ligne.get(c, "") for c in colonnes) for ligne in lignes]
    chemin.write_text("\n".join(texte) + "\n", encoding="utf-8-sig")


def ecrire_les_feuilles(ou: Path, feuilles: Mapping[str, list[dict[str, str]]]) -> Path:
    """Un dossier `data/` complet : ces feuilles, les autres vides ; le rend."""
    for feuille, nom in (*FICHIERS.items(), ("observations", "observations/essai.csv")):
        ecrire_csv(ou / nom, feuille, feuilles.get(feuille, []))
    return ou
