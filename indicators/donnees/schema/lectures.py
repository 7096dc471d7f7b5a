"""Les feuilles qui disent comment lire les mesures : ce que l'on montre d'abord, et où une série se coupe."""

from __future__ import annotations

from dataclasses import replace

from indicators.donnees.schema.colonnes import SOURCE, Chapitre, Colonne, Feuille, Genre, choix
from indicators.donnees.schema.mesures import INDICATEUR, TERRITOIRE
from indicators.socle.catalogue import NatureRupture
from indicators.socle.territoires import Maille

C = Colonne

FAMILLES = Feuille(
    "familles",
    "familles.csv",
    "un indicateur d’une famille, à une maille",
    (
        C("famille", "identifiant du sujet", cle=True),
        C("libelle", "son nom, le même à toutes les mailles"),
        C("maille", "où ce choix vaut", choix=choix(*Maille), cle=True),
        C("ordre", "rang de préférence, 1 le préféré", genre=Genre.ENTIER),
        replace(INDICATEUR, cle=True),
        C("note", "ce que cet indicateur n’est pas, écrit sous son nom", "rien à dire"),
    ),
    avant="Les familles sont les sujets montrés d’abord, dans l’ordre du fichier. Un territoire montre, pour chacune, "
    "le premier indicateur de sa maille qui a une valeur sûre, sous son nom exact, et ne le compare qu’au même "
    "indicateur.",
)

RUPTURES = Feuille(
    "ruptures",
    "ruptures.csv",
    "ce qui empêche de lire deux années d’un indicateur comme une même série",
    (
        replace(INDICATEUR, texte="identifiants des mesures concernées", vide="toutes", plusieurs=True, cle=True),
        C("mailles", "niveaux concernés, séparés par des virgules", "tous", cle=True),
        replace(TERRITOIRE, texte="lieux concernés", vide="tous", plusieurs=True, cle=True),
        C("depuis", "première année du nouveau calcul", "de tout temps", Genre.ANNEE, cle=True),
        C(
            "nature",
            "ce qui change",
            choix={
                NatureRupture.BAREME.value: "coupe la série",
                NatureRupture.METHODE.value: "coupe la série",
                NatureRupture.LEGISLATION.value: "coupe la série",
                NatureRupture.DEFINITION.value: "coupe la série",
                NatureRupture.PERIMETRE.value: "coupe la série : le lieu n’est plus le même",
                NatureRupture.RECOUVREMENT.value: "sans jugement sous `ecart_annees`",
                NatureRupture.ANNEES_PROCHES.value: "sans jugement sous `ecart_annees`",
                NatureRupture.ARRONDI.value: "publié moins précisément",
            },
            cle=True,
        ),
        C("ecart_annees", "nombre d’années d’écart à partir duquel deux années se jugent", "sans objet", Genre.ENTIER),
        C("raison", "ce qui a changé, dit au lecteur"),
        C("source", "la page ou l’avertissement du producteur : une rupture sans source ne s’écrit pas"),
    ),
    avant="Aucun trait, aucune tendance, aucun verdict ne traverse une rupture qui coupe la série.",
    locale=True,
)

PERIMETRES = Feuille(
    "perimetres",
    "perimetres.csv",
    "le périmètre que suit une source pour un lieu qui en a changé",
    (
        replace(TERRITOIRE, cle=True),
        replace(SOURCE, cle=True),
        C("perimetre", "année du périmètre que mesurent les chiffres de cette source", genre=Genre.ANNEE),
    ),
    avant="L’année mesurée ne le dit pas : la population de 2022 publiée en 2025 compte les communes réunies en 2025. "
    "Il se constate sur la liste des communes du fichier. Sans ligne ici, un chiffre suit le périmètre de son année.",
    locale=True,
)

CHAPITRE = Chapitre("Comment lire les mesures", (FAMILLES, RUPTURES, PERIMETRES))
