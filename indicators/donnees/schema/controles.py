"""Les feuilles de ce qui se recalcule : formules entre indicateurs, tris et phrases d'un document."""

from __future__ import annotations

from dataclasses import replace

from indicators.donnees.schema.colonnes import LIGNE, PASSAGE, SOURCE, Chapitre, Colonne, Feuille, Genre
from indicators.donnees.schema.lieux import TERRITOIRES
from indicators.donnees.schema.mesures import INDICATEUR, OBSERVATIONS, TERRITOIRE

C = Colonne

FORMULES = Feuille(
    "formules",
    "controles/formules.csv",
    "un calcul qui lie des indicateurs d’un même territoire, d’une même source et d’une même période",
    (
        C(
            "sorte",
            "le calcul",
            choix={
                "rapport": "`multiplicateur` × `termes` ÷ somme des `diviseurs` = `resultat`",
                "part_ensemble": "`multiplicateur` × `termes` du territoire ÷ ceux d’un ensemble dont il est membre",
                "somme": "les `termes` s’additionnent en `resultat`",
                "cent": "`resultat` et les `termes` font 100",
                "entre": "`resultat` est entre les deux `termes`",
                "entre_ecart": "`termes` : une valeur, puis son écart avec l’autre ; `resultat` est entre les deux",
            },
            cle=True,
        ),
        replace(INDICATEUR, nom="resultat", texte="l’indicateur vérifié", cle=True),
        replace(INDICATEUR, nom="termes", texte="les indicateurs du calcul", plusieurs=True, cle=True),
        replace(INDICATEUR, nom="diviseurs", texte="ce par quoi on divise", vide="les autres calculs", plusieurs=True),
        replace(SOURCE, nom="source_diviseurs", texte="la source des diviseurs", vide="celle du résultat"),
        C("multiplicateur", "1, ou 100 pour une part", "les autres calculs", Genre.NOMBRE),
        C("tolerance", "écart admis", "l’arrondi imprimé", Genre.NOMBRE),
    ),
    en_base=False,
)

TRIS = Feuille(
    "tris",
    "controles/tris.csv",
    "une colonne qu’un tableau trie par ordre décroissant",
    (
        replace(SOURCE, cle=True),
        INDICATEUR,
        replace(OBSERVATIONS["annee"], texte="l’année triée", vide="toutes", cle=False),
        replace(TERRITOIRES["statut"], texte="les territoires triés ont ce statut", vide=None),
        C("annonce", "le tableau annonce son tri", choix={"oui": "", "non": "tri constaté"}),
    ),
    en_base=False,
)

LECTURES = Feuille(
    "lectures",
    "controles/lectures.csv",
    "un chiffre qu’une phrase « Lecture » d’un document répète",
    (
        replace(SOURCE, texte="la source de la phrase ; le chiffre est dans une source du même document", cle=True),
        replace(LIGNE, cle=True),
        replace(TERRITOIRE, cle=True),
        replace(INDICATEUR, cle=True),
        replace(OBSERVATIONS["annee"], vide=None, cle=True),
        C("valeur", "le nombre de la phrase, arrondi comme elle l’écrit, signé d’après ses mots", genre=Genre.NOMBRE),
        PASSAGE,
    ),
    en_base=False,
)

CHAPITRE = Chapitre("Ce qui se recalcule", (FORMULES, TRIS, LECTURES))
