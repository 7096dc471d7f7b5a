"""Les feuilles de ce que les documents disent des quartiers hors des mesures : enquête, projets, équipements."""

from __future__ import annotations

from dataclasses import replace

from indicators.donnees.schema.colonnes import (
    FIABILITE,
    IMPRIME,
    NOTE,
    PIECE,
    STATUT_LECTURE,
    Chapitre,
    Colonne,
    Feuille,
    Genre,
)
from indicators.donnees.schema.mesures import TERRITOIRE

C = Colonne
COMMUNE = C("commune", "une ou plusieurs communes", "aucune", lien="territoires", plusieurs=True)

SEGMENTS = Feuille(
    "segments",
    "enquetes/segments.csv",
    "l’enquête de 2022 auprès des habitants",
    (
        TERRITOIRE,
        C("annee", "année de l’enquête", "non imprimée", Genre.ANNEE),
        C("segment", "groupe d’habitants", cle=True),
        C("libelle", "nom du groupe"),
        C("question", "question posée", cle=True),
        C("reponse", "réponse", cle=True),
        C(
            "part",
            "% des habitants du groupe qui donnent cette réponse ; les réponses d’une question devraient faire 100, "
            "`note` dit quand elles ne le font pas",
            genre=Genre.NOMBRE,
        ),
        FIABILITE,
        NOTE,
        *PIECE,
        replace(IMPRIME, vide=None),
    ),
    avant="Profil des sept groupes d’habitants de La Porte du Hainaut.",
)

SOLDES = Feuille(
    "soldes",
    "enquetes/soldes.csv",
    "les échanges migratoires, en signes",
    (
        replace(TERRITOIRE, cle=True),
        C("categorie", "catégorie d’habitants", cle=True),
        C("signe", "signe imprimé (`++`, `+`, `=`, `-`, `--`)"),
        C("lecture", "ce que dit le signe"),
        NOTE,
        *PIECE,
        replace(IMPRIME, vide=None),
    ),
    avant="Aucun nombre n’est publié, ni l’année.",
)

AGGLOMERATIONS = Feuille(
    "agglomerations",
    "enquetes/agglomerations.csv",
    "une agglomération à laquelle un document compare la sienne, et la sienne",
    (
        replace(TERRITOIRE, texte="l’agglomération du document", cle=True),
        C("imprimee", "le nom imprimé", cle=True),
        C("agglomeration", "le nom d’usage"),
        C("aujourd_hui", "code de celle où elle est aujourd’hui ; `note` dit si le périmètre a changé"),
        C(
            "superficie_km2",
            "superficie ; l’unité n’est pas imprimée, la densité du texte la confirme",
            genre=Genre.NOMBRE,
        ),
        C("communes", "nombre de communes", genre=Genre.ENTIER),
        C("population", "habitants, arrondis au millier ; l’année n’est pas imprimée", genre=Genre.ENTIER),
        C("part_ville_centre", "% des habitants dans la ville-centre, ou dans les deux villes", genre=Genre.NOMBRE),
        NOTE,
        *PIECE,
    ),
    avant="Des périmètres d’avant 2015 : ces chiffres ne sont pas ceux des agglomérations d’aujourd’hui, et ne se "
    "comparent qu’entre eux.",
)

OPERATIONS = Feuille(
    "operations",
    "projets/operations.csv",
    "une opération sur des logements ou un quartier",
    (
        C(
            "operation",
            "identifiant (`caph-op-…` Porte du Hainaut, `call-op-…` Lens-Liévin et Bassin minier)",
            cle=True,
        ),
        replace(
            TERRITOIRE,
            texte="quartier quand il est imprimé ou se déduit (la `note` dit comment), sinon commune ou département",
            vide="lieu non imprimé",
        ),
        replace(COMMUNE, vide="opération départementale"),
        C(
            "nature",
            "démolition, rénovation, réhabilitation thermique, résidentialisation, reconfiguration intérieure, "
            "démolition-reconstruction, construction, investissement total…",
        ),
        C("logements", "nombre de logements", "non imprimé, ou fourchette (dans `note`)", Genre.ENTIER),
        C("annee", "année ou période imprimée (`2017`, `2016-2018`)", "non imprimée"),
        C(
            "montant",
            "euros ; `note` dit s’il s’agit d’un coût ou d’une subvention demandée",
            "non imprimé",
            Genre.NOMBRE,
        ),
        C("bailleur", "maître d’ouvrage imprimé", "non imprimé"),
        C("libelle", "résidence, cité ou projet"),
        NOTE,
        FIABILITE,
        *PIECE,
        IMPRIME,
    ),
    apres="Une même cité peut avoir deux lignes (reconfiguration et résidentialisation) : ne les additionnez pas. Ce "
    "sont des projets, pas des travaux constatés.",
)

ELEMENTS = Feuille(
    "projets",
    "projets/elements.csv",
    "un irritant, une opportunité, un enjeu, un objectif, un atout, une faiblesse, une perspective",
    (
        replace(
            TERRITOIRE,
            texte="quartier 2024 pour les conventions de la CABBALR, 2015 pour Lens-Liévin",
            cle=True,
        ),
        replace(
            COMMUNE,
            texte="commune dont ce sont les mots ; deux codes quand la fiche est commune à deux communes",
            cle=True,
        ),
        C(
            "nature",
            "ce qu’est l’élément",
            choix=dict.fromkeys(
                ("irritant", "opportunite", "enjeu", "objectif_strategique", "objectif_operationnel"), "CABBALR"
            )
            | dict.fromkeys(("atout", "faiblesse", "perspective"), "Lens-Liévin"),
            cle=True,
        ),
        C(
            "pilier",
            "pilier du contrat de 2015",
            "conventions de 2024 ; Méricourt (Maroc), pilier illisible",
        ),
        C("ordre", "rang dans le document", genre=Genre.ENTIER, cle=True),
        C("texte", "l’élément, fautes de lecture comprises ; ce qu’il faut lire est dans `note`"),
        C("enjeu", "enjeu imprimé ; intertitre de la colonne pour Lens-Liévin", "non imprimé"),
        C("axe", "axe imprimé", "non imprimé"),
        C("parent", "objectifs : l’enjeu, l’axe ou l’objectif dont il dépend", "les autres natures"),
        STATUT_LECTURE,
        NOTE,
        *PIECE,
    ),
)

EQUIPEMENTS = Feuille(
    "equipements",
    "projets/equipements.csv",
    "un équipement rattaché à un quartier",
    (
        replace(TERRITOIRE, cle=True),
        replace(COMMUNE, cle=True),
        C("equipement", "son nom, tel qu’imprimé", cle=True),
        C("rubrique", "sous-titre de la liste", "pas de sous-titre", cle=True),
        C("adresse", "adresse imprimée à part", "non imprimée à part"),
        NOTE,
        *PIECE,
    ),
    apres="Une liste répétée dans le document n’est prise qu’une fois ; `note` donne les autres lignes. Un équipement "
    "rattaché à deux quartiers a deux lignes.",
)

CHAPITRE = Chapitre("Les projets de quartier", (ELEMENTS, EQUIPEMENTS, OPERATIONS, SEGMENTS, SOLDES, AGGLOMERATIONS))
