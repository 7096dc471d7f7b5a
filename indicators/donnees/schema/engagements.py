"""Les feuilles des engagements et de l'évaluation."""

from __future__ import annotations

from dataclasses import replace

from indicators.donnees.schema.colonnes import (
    NOTE,
    PIECE,
    STATUT_LECTURE,
    Chapitre,
    Colonne,
    Feuille,
    Genre,
    choix,
)
from indicators.donnees.schema.mesures import INDICATEUR, TERRITOIRE

C = Colonne

ENGAGEMENTS = Feuille(
    "engagements",
    "engagements.csv",
    "un engagement",
    (
        C("id", "identifiant", cle=True),
        C("partenaire", "tel qu’imprimé"),
        replace(TERRITOIRE, texte="périmètre de l’engagement", vide="périmètre non écrit"),
        C("objectif", "tel qu’imprimé", "non imprimé"),
        C("action", "telle qu’imprimée ; « [...] » marque une coupe"),
        C(
            "cible",
            "nombre visé ; « tous », « chaque » sont lus 100 %. Zéro est une cible",
            "pas de nombre visé",
            Genre.NOMBRE,
        ),
        C(
            "cible_statut",
            "ce que dit le nombre visé",
            "pas de cible",
            choix={"exact": "", "environ": "", "au_moins": "aussi la borne basse d’une fourchette", "au_plus": ""},
        ),
        C("unite", "unité du nombre visé, telle qu’imprimée", "pas de nombre visé"),
        C(
            "cible_type",
            "ce qui est visé",
            choix={
                "valeur": "niveau à atteindre",
                "evolution": "variation",
                "aucune": "si `base` est remplie : moyen existant",
            },
        ),
        C("base", "situation de départ imprimée", "non imprimée"),
        C("base_annee", "son année", "non imprimée"),
        C("echeance", "telle qu’imprimée, ou durée du contrat si `note` le dit", "non écrite"),
        C("operateur", "imprimé sur la ligne ou pour le bloc", "non imprimé, illisible, ou nom d’une personne"),
        C(
            "theme",
            "thème du catalogue, ou `culture_sport`, `enfance_famille`, `citoyennete`, `tranquillite`, "
            "`transition_ecologique`, `cadre_de_vie`, `financement`, `gouvernance`",
            "aucun",
        ),
        replace(
            INDICATEUR,
            texte="l’indicateur qui mesure la cible",
            vide="`raison_non_mesurable` est remplie",
            plusieurs=True,
        ),
        C("raison_non_mesurable", "pourquoi aucun indicateur ne mesure la cible", "`indicateur` est rempli"),
        C(
            "operation",
            "ligne d’`operations.csv` qui dit le même fait : ne comptez pas deux fois",
            "aucune",
            lien="operations",
            plusieurs=True,
        ),
        STATUT_LECTURE,
        NOTE,
        *PIECE,
    ),
    avant="Le tableau de l’État dans le Nord est repris en entier ; les autres partenaires pour ce qui est chiffré. "
    "Une action à deux cibles a deux lignes.",
)

EVALUATION_INDICATEURS = Feuille(
    "evaluation_indicateurs",
    "evaluation/indicateurs.csv",
    "un indicateur d’évaluation de Lens-Liévin",
    (
        C("id", "identifiant", cle=True),
        C("groupe", "14 pré-identifiés, 14 disponibles par dispositif, 133 du plan d’actions"),
        C("libelle", "tel qu’imprimé"),
        C("nature", "`quantitatif`, `qualitatif`, `non précisé`"),
        C("dispositif", "dispositif", "hors des 14 « par dispositif »"),
        C("axe", "identifiant d’`arbre.csv`", "hors du plan d’actions", lien="evaluation_arbre"),
        C("objectif", "identifiant d’`arbre.csv`", "hors du plan d’actions", lien="evaluation_arbre"),
        replace(INDICATEUR, texte="ce que le catalogue mesure", vide="`mesurable` vaut `non`", plusieurs=True),
        C(
            "mesurable",
            "cela parle du catalogue, pas de la présence d’un chiffre pour chaque quartier",
            choix=choix("oui", "en partie", "non"),
        ),
        C("raison", "pourquoi ; toujours remplie", "aucune"),
        C("producteur_annonce", "producteur annoncé", "hors des 14 « par dispositif »"),
        C("niveau_annonce", "niveau annoncé", "hors des 14 « par dispositif »"),
        *PIECE,
    ),
)

EVALUATION_ARBRE = Feuille(
    "evaluation_arbre",
    "evaluation/arbre.csv",
    "enjeux, axes, objectifs opérationnels",
    (
        C("id", "identifiant", cle=True),
        C("parent", "l’élément au-dessus", "un enjeu", lien="evaluation_arbre"),
        C("niveau", "son niveau", choix=choix("enjeu", "axe", "objectif")),
        C("libelle", "tel qu’imprimé"),
        NOTE,
        *PIECE,
    ),
)

BAROMETRE = Feuille(
    "barometre",
    "evaluation/barometre.csv",
    "les neuf thématiques du Baromètre de la cohésion sociale",
    (
        C("id", "identifiant", cle=True),
        C("libelle", "son nom"),
        C("ordre", "rang dans le document", genre=Genre.ENTIER),
        C(
            "theme",
            "thème du catalogue",
            "« égalité hommes-femmes » et « culture et sport », que le catalogue n’a pas",
            lien="themes",
        ),
        *PIECE,
    ),
)

ORIENTATIONS = Feuille(
    "orientations",
    "evaluation/orientations.csv",
    "orientations, principes et suivi du contrat de La Porte du Hainaut",
    (
        C("id", "identifiant", cle=True),
        C("type", "`orientation`, `principe_transversal`, `suivi`"),
        C("libelle", "tel qu’imprimé"),
        C("description", "phrase du document", "le libellé suffit"),
        C("description_ligne", "la ligne de cette phrase", "pas de description", Genre.ENTIER),
        NOTE,
        *PIECE,
    ),
)

CHAPITRE = Chapitre(
    "Les engagements et l’évaluation",
    (ENGAGEMENTS, EVALUATION_INDICATEURS, EVALUATION_ARBRE, BAROMETRE, ORIENTATIONS),
)
