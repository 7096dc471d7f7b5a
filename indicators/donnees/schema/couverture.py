"""Les feuilles de ce qui a été lu, de ce qui ne l'a pas été, et des mots."""

from __future__ import annotations

from dataclasses import replace

from indicators.donnees.schema.colonnes import SOURCE, Chapitre, Colonne, Feuille, Genre, choix
from indicators.donnees.schema.mesures import INDICATEUR, TERRITOIRE
from indicators.socle.territoires import Maille

C = Colonne
DEBUT = C("ligne_debut", "première ligne", genre=Genre.ENTIER)
FIN = C("ligne_fin", "dernière ligne", genre=Genre.ENTIER)

SECTIONS = Feuille(
    "sections",
    "couverture/sections.csv",
    "une section d’un document",
    (replace(SOURCE, cle=True), replace(DEBUT, cle=True), FIN, C("section", "titre du document")),
    apres="Les sections d’un document se suivent sans trou, de la première à la dernière ligne.",
)

ECARTES = Feuille(
    "ecartes",
    "couverture/ecartes.csv",
    "un passage non repris",
    (
        SOURCE,
        DEBUT,
        FIN,
        C("section", "section du document"),
        C(
            "raison",
            "sa première phrase est une catégorie (« Illisible. », « Graphique ou carte sans valeurs dans le "
            "texte. »…), la suite précise",
        ),
        C("extrait", "morceau exact du passage", "passage vide"),
    ),
    apres="Un intervalle peut contenir des lignes transcrites : il ne dit que ce qui reste.",
)

ABSENCES = Feuille(
    "absences",
    "couverture/absences.csv",
    "un chiffre que la fiche n’imprime pas",
    (replace(TERRITOIRE, cle=True), replace(INDICATEUR, cle=True), C("motif", "pourquoi")),
    apres="Sert à ne pas confondre une ligne absente avec un oubli.",
)

MANQUES = Feuille(
    "manques",
    "couverture/manques.csv",
    "un fichier officiel que l’observatoire n’a pas, et ce qu’il comblerait",
    (
        C("famille", "famille qu’il remplirait", lien="familles", cle=True),
        C("maille", "maille des territoires", choix=choix(*Maille), cle=True),
        C("geographie", "périmètre des quartiers (2015, 2024)", "sans objet", genre=Genre.ENTIER, cle=True),
        C("fichier", "nom du fichier chez son producteur", cle=True),
        C("producteur", "qui le publie"),
        C("millesime", "année ou date des données", "non dite"),
        C("page", "adresse de la page où le prendre"),
        C("besoin", "ce qu’il reste à faire pour l’importer"),
    ),
    apres="Une ligne disparaît de l’écran « Ce qui manque » dès que les chiffres sont là ; elle reste ici.",
)

GLOSSAIRE = Feuille(
    "glossaire",
    "glossaire.csv",
    "un mot expliqué",
    (
        C("terme", "le mot", cle=True),
        C("definition", "une ou deux phrases, sans chiffre"),
        C(
            "source",
            "l’organisme ou le texte dont relève la notion, ou « Observatoire » pour nos propres règles",
        ),
    ),
)

CHAPITRE = Chapitre("Ce qui a été lu, ce qui a été écarté", (SECTIONS, ECARTES, ABSENCES, MANQUES, GLOSSAIRE))
