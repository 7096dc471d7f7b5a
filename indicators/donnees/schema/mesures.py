"""Les feuilles des mesures : thèmes, unités, indicateurs, sources, observations."""

from __future__ import annotations

from dataclasses import replace

from indicators.donnees.schema.colonnes import (
    FIABILITE,
    IMPRIME,
    LIGNE,
    NOTE,
    PASSAGE,
    RIEN,
    SOURCE,
    Chapitre,
    Colonne,
    Feuille,
    Genre,
    choix,
)
from indicators.socle.catalogue import Sens
from indicators.socle.observations import Statut

C = Colonne
TERRITOIRE = C("territoire", "identifiant du lieu", lien="territoires")
INDICATEUR = C("indicateur", "identifiant de la mesure", lien="indicateurs")

THEMES = Feuille(
    "themes",
    "themes.csv",
    "un chapitre",
    (
        C("theme", "identifiant", cle=True),
        C("libelle", "son nom"),
        C("ordre", "ordre d’affichage", genre=Genre.ENTIER),
    ),
)

UNITES = Feuille(
    "unites",
    "unites.csv",
    "une unité",
    (
        C("unite", "ce qu’écrit `indicateurs.csv`", cle=True),
        C("singulier", "ce qui suit un nombre de moins de deux, insécables comprises", "rien ne s’écrit"),
        C("pluriel", "ce qui suit un nombre de deux et plus", "rien ne s’écrit"),
        C("libelle", "l’unité en toutes lettres"),
        C(
            "comparable",
            "se compare entre territoires de tailles différentes",
            choix={"oui": "", "non": "nombre absolu"},
        ),
        C("ecart", "l’unité d’une différence : « points » entre deux pourcentages", "la même", lien="unites"),
        C("decimales", "décimales, au plus, d’un indicateur de cette unité", genre=Genre.ENTIER),
        C(
            "rapport",
            "deux valeurs se divisent (« 2,5 fois »)",
            choix={"oui": "", "non": "son zéro est conventionnel"},
        ),
        C("milliers", "les milliers se séparent", choix={"oui": "", "non": "« 2018 »"}),
    ),
)

BAILLEURS = Feuille(
    "bailleurs",
    "bailleurs.csv",
    "un bailleur social, personne morale",
    (
        C("bailleur", "identifiant sans accent", cle=True),
        C("nom", "son nom"),
        C("precautions", "ce qu’il faut savoir de tous ses chiffres", RIEN),
    ),
)

INDICATEURS = Feuille(
    "indicateurs",
    "indicateurs.csv",
    "une quantité, une définition, une unité",
    (
        C("indicateur", "identifiant sans accent", cle=True),
        C("libelle", "nom complet"),
        C("libelle_court", "nom court, si possible 40 signes au plus"),
        C("theme", "chapitre", lien="themes"),
        C("pilier", "pilier du contrat de ville"),
        C("unite", "unité de toutes ses valeurs", lien="unites"),
        C("decimales", "décimales habituelles", genre=Genre.ENTIER),
        C(
            "sens",
            "ce qui est bon",
            choix=choix(*Sens) | {str(Sens.NEUTRE): "dans le doute ; tous les effectifs"},
        ),
        C(
            "bande_proche",
            "écart en deçà duquel deux valeurs sont dites proches, dans l’unité",
            "aucune",
            Genre.NOMBRE,
        ),
        C("mini", "plus petite valeur possible, pour les contrôles", "pas de borne", Genre.NOMBRE),
        C("maxi", "plus grande valeur possible, pour les contrôles", "pas de borne", Genre.NOMBRE),
        C("definition", "ce qui est mesuré"),
        C("numerateur", "ce qui est compté", "rien à dire"),
        C("denominateur", "à quoi on le rapporte", "rien à dire"),
        C("precautions", "ce qu’il ne faut pas en conclure", "rien à dire"),
        C(
            "seuil_population",
            "nombre d’habitants du territoire sous lequel la valeur est montrée sans être jugée. Recensement : l’Insee "
            "demande la prudence sous 200 personnes ; 500 habitants en ont environ 300 de 15 à 64 ans, et 2 000 "
            "environ 240 de 15 à 24 ans",
            "pas de seuil",
            Genre.ENTIER,
        ),
        C("evolution_de", "indicateur dont celui-ci est la variation", "les autres", lien="indicateurs"),
        C(
            "voisins",
            "indicateurs qui lui ressemblent sans lui être comparables, dans les deux sens",
            "aucun",
            lien="indicateurs",
            plusieurs=True,
        ),
        C(
            "dimension",
            "ce qui décline la mesure, en plus du lieu et de la date",
            "rien",
            choix={"bailleur": "un chiffre par bailleur, jamais additionnés ni comparés entre eux"},
        ),
    ),
    apres="""Une mesure déclinée se cite `mesure:bailleur` (`nb_logements_bailleur:sia_habitat`) partout où une autre \
feuille, une adresse ou un fichier que l’on ajoute nomme un indicateur.""",
    locale=True,
)

SOURCES = Feuille(
    "sources",
    "sources.csv",
    "une publication",
    (
        C("source", "identifiant", cle=True),
        C("producteur", "l’organisme qui publie"),
        C("titre", "titre de la publication ou du fichier"),
        C("edition", "édition", "non imprimée"),
        C("date_publication", "AAAA, AAAA-MM ou AAAA-MM-JJ", "non imprimée"),
        C("url", "adresse", "le document ne l’imprime pas"),
        C("licence", "licence de diffusion"),
        C(
            "rang",
            "1 fichier du producteur, 2 document qui le reprend, 3 texte d’un contrat, 4 presse ou compilation",
            genre=Genre.ENTIER,
        ),
        C("document", "texte dans lequel `ligne` compte les lignes", "pas de document"),
    ),
    locale=True,
)

OBSERVATIONS = Feuille(
    "observations",
    "observations/*.csv",
    "un chiffre",
    (
        replace(TERRITOIRE, cle=True),
        replace(INDICATEUR, cle=True),
        C(
            "bailleur",
            "à qui sont les logements, pour une mesure qui se décline par bailleur",
            "la mesure ne se décline pas",
            lien="bailleurs",
            cle=True,
        ),
        C(
            "annee_debut",
            "début de la période, pour une variation ou une mesure sur plusieurs années",
            "mesure d’une seule année",
            Genre.ANNEE,
            cle=True,
        ),
        C(
            "annee",
            "année mesurée, si le document la donne ou si un fichier du producteur la prouve",
            "non imprimée",
            Genre.ANNEE,
            cle=True,
        ),
        C(
            "millesime",
            "édition qui publie le chiffre ; ne se déduit jamais de `annee`, ni l’inverse",
            "inconnu",
            Genre.ANNEE,
            cle=True,
        ),
        C(
            "valeur",
            "le nombre, avec les décimales imprimées, dans l’unité de l’indicateur",
            "statut sans valeur ponctuelle",
            Genre.NOMBRE,
        ),
        C("borne_inf", "borne basse d’un seuil ou d’une classe", "voir `statut`", Genre.NOMBRE),
        C("borne_sup", "borne haute d’un seuil ou d’une classe", "voir `statut`", Genre.NOMBRE),
        C(
            "statut",
            "ce que la case imprimée permet de dire",
            choix={
                Statut.EXACT.value: "`valeur`",
                Statut.ENVIRON.value: "`valeur`",
                Statut.AU_MOINS.value: "`borne_inf`",
                Statut.AU_PLUS.value: "`borne_sup`",
                Statut.INTERVALLE.value: "les deux bornes",
                Statut.SECRET.value: "aucun nombre",
                Statut.NON_DISPONIBLE.value: "« nd », cellule vide ; aucun nombre",
                Statut.SANS_OBJET.value: "« - » ; aucun nombre",
            },
        ),
        FIABILITE,
        NOTE,
        replace(SOURCE, cle=True),
        replace(LIGNE, vide="valeur calculée, sans ligne à elle"),
        PASSAGE,
        replace(IMPRIME, vide="aucun nombre, ou somme calculée"),
        C(
            "origine",
            "publiée ou refaite",
            choix={"publiee": "", "calculee": "la formule est dans `note`, par exemple « 70 + 15 = 85 »"},
        ),
    ),
    avant="Un fichier par document ; la clé est unique dans tout le dossier.",
    apres="""Pour un fichier de producteur (`insee_*.csv`, `depp_ips.csv`, `anct_jeunes.csv`), `passage` s’écrit \
« code | colonne | valeur », « (vide) » pour une case vide, et `ligne` est celle du fichier. Une moyenne \
d’établissements est `calculee` : sa division est dans `note`.

Une fraction imprimée (« un tiers », « 1/4 ») est arrondie à l’unité (33, 25), statut `environ`.""",
    locale=True,
)

CHAPITRE = Chapitre("Les mesures", (THEMES, UNITES, BAILLEURS, INDICATEURS, SOURCES, OBSERVATIONS))
