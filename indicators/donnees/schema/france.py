"""Les feuilles des chiffres nationaux : `python -m indicators embarquer` les écrit, des fichiers des producteurs."""

from __future__ import annotations

from dataclasses import replace

from indicators.donnees.schema.colonnes import LIGNE, PASSAGE, Chapitre, Colonne, Feuille, Genre
from indicators.donnees.schema.mesures import OBSERVATIONS

C = Colonne

CHIFFRES = Feuille(
    "chiffres",
    "france/chiffres/*.parquet",
    "un chiffre national",
    (
        *(OBSERVATIONS[nom] for nom in ("territoire", "indicateur", "annee_debut", "annee", "millesime", "valeur")),
        C("decimales", "décimales écrites dans le fichier", genre=Genre.ENTIER),
        *(OBSERVATIONS[nom] for nom in ("statut", "note", "source")),
        C("fichier", "nom du fichier du producteur, celui de `france/fichiers.csv`"),
        replace(LIGNE, texte="ligne du fichier", vide="calcul sur plusieurs lignes"),
        C("colonne", "colonne du fichier"),
        replace(OBSERVATIONS["imprime"], texte="la case, telle qu’écrite", vide="case vide"),
        replace(PASSAGE, texte="extrait du fichier", vide="« code officiel | colonne | imprimé »"),
        OBSERVATIONS["origine"],
    ),
    avant="Un fichier par source. Ces fichiers ne se modifient pas à la main : ils sont refaits, à l’octet près, des "
    "mêmes fichiers de producteurs. Tout y est `sure` ; le reste se lit comme une observation.",
    en_base=False,
    embarquee=False,
)

FICHIERS = Feuille(
    "fichiers",
    "france/fichiers.csv",
    "un fichier de producteur",
    (
        C("fichier", "son nom, « (calcul) » pour un calcul entre sources", cle=True),
        C("empreinte", "SHA-256 de son contenu", "calcul"),
        C("octets", "sa taille", genre=Genre.ENTIER),
        C("format", "le format qui l’a reconnu"),
        C("source", "la source de ses chiffres", cle=True),
        C("edition", "son édition", "calcul"),
        C("lignes", "lignes lues", genre=Genre.ENTIER),
        C("chiffres", "chiffres qui en viennent", genre=Genre.ENTIER),
    ),
    apres="""`france/territoires.parquet`, `appartenances.parquet`, `filiations.parquet`, `ruptures.parquet`, \
`perimetres.parquet` et `sources.csv` ont les colonnes des CSV de mêmes noms ; un lieu ou une source \
que ceux-ci décrivent garde leur description.

`france/contours.parquet` : les contours simplifiés de toute la France, que complètent ceux de `contours/`.""",
    en_base=False,
    embarquee=False,
)

CHAPITRE = Chapitre("La France", (CHIFFRES, FICHIERS))
