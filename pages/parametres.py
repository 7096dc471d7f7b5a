"""Les paramètres d'adresse : ce que porte chacun, comment il s'écrit, et s'il suit d'un écran à l'autre.

Un nom de paramètre a un seul sens, sur tous les écrans qui le portent.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Genre(Enum):
    """Comment un paramètre s'écrit dans l'adresse."""

    CODE = "un code"
    LISTE = "des codes séparés par des virgules"
    TEXTE = "un texte libre"


@dataclass(frozen=True)
class Parametre:
    """Un choix que porte l'adresse ; `libelle` : comment une phrase le nomme, `sens` : ce qu'il veut dire.

    `suit` : fait sur un écran, il vaut sur les autres qui le connaissent ; sinon chaque écran garde le sien.
    `defaut` : la valeur qui ne s'écrit jamais ; None quand l'écran la calcule (`sens` dit comment).
    """

    nom: str
    genre: Genre
    libelle: str
    sens: str
    defaut: str | None = None
    suit: bool = False


TERRITOIRE = Parametre("territoire", Genre.CODE, "Territoire", "le territoire ouvert", suit=True)
CHERCHE = Parametre(
    "cherche", Genre.TEXTE, "Recherche", "ce que l’on cherche à l’accueil : un lieu, un sujet, ou les deux"
)
CHEZ_MOI = Parametre(
    "chez_moi", Genre.CODE, "Mon agglomération", "l’agglomération que l’accueil montre seule ; sinon toutes", suit=True
)
REFERENCE = Parametre(
    "reference", Genre.CODE, "Référence", "la seconde référence du portrait ; sinon la plus grande connue", suit=True
)
REFERENCES = Parametre(
    "references", Genre.LISTE, "Référence", "les références comparées ; sinon les premières du groupe", suit=True
)
GROUPE = Parametre(
    "groupe",
    Genre.CODE,
    "Groupe de territoires",
    "les territoires comparés ; sinon ceux du territoire ouvert",
    suit=True,
)
INDICATEUR = Parametre(
    "indicateur", Genre.CODE, "Indicateur", "l’indicateur regardé ; sinon le premier chiffre clé connu", suit=True
)
SECOND = Parametre(
    "second", Genre.CODE, "Second indicateur", "l’indicateur mis face au premier ; sinon le suivant", suit=True
)
INDICATEURS = Parametre(
    "indicateurs", Genre.LISTE, "Indicateur", "les indicateurs montrés ; sinon les plus connus, ou tous"
)
ANNEE = Parametre(
    "annee", Genre.CODE, "Année", "l’année ou l’édition montrée ; sinon celle de plus de territoires", suit=True
)

VUE = Parametre("vue", Genre.CODE, "Vue", "la forme de la comparaison", "classement")
TERRITOIRES = Parametre("territoires", Genre.LISTE, "Territoire", "la liste faite à la main ; sinon tout le groupe")

CLASSES = Parametre(
    "classes", Genre.CODE, "Méthode de classes", "comment la carte coupe ses classes ; sinon la première possible"
)
AUTOUR = Parametre(
    "autour", Genre.CODE, "Référence des classes", "la référence qui coupe les classes ; sinon la première comparable"
)
DEUX = Parametre("deux", Genre.CODE, "Nombre de cartes", "une carte, ou deux", "non")
ANNEE2 = Parametre(
    "annee2", Genre.CODE, "Année de la seconde carte", "l’année de la seconde carte ; sinon la suivante connue"
)
CADRAGE = Parametre("cadrage", Genre.CODE, "Cadrage", "le lieu sur lequel la carte se resserre", "tout")
MARQUES = Parametre("marques", Genre.LISTE, "Lieux marqués", "les sortes de lieux marqués sur la carte ; sinon aucune")

HAUBAN = Parametre(
    "hauban",
    Genre.CODE,
    "Pilier ou thème",
    "le pilier du contrat, ou le thème, auquel on s’en tient",
    "tout",
    suit=True,
)
SUIVRE = Parametre(
    "suivre", Genre.CODE, "Vue dans le temps", "un territoire, ou tout son groupe ; sinon le territoire ouvert"
)
MONTRER = Parametre(
    "montrer", Genre.CODE, "Ce que montrent les cases", "la valeur de chaque case, ou son écart", "valeurs"
)
TRI = Parametre("tri", Genre.CODE, "Ordre du tableau", "la colonne qui range le tableau ; sinon la plus récente connue")
ECART_AVEC = Parametre(
    "ecart_avec", Genre.CODE, "Référence", "la référence des écarts du tableau ; sinon la première connue"
)
NOTATION = Parametre("notation", Genre.CODE, "Méthode de notation", "comment le baromètre note chaque thème", "rang")
POIDS = Parametre("poids", Genre.LISTE, "Poids de thème", "les thèmes dont le poids n’est pas 1 : « emploi:3 »")

DIAPO = Parametre("diapo", Genre.CODE, "Diapositive", "la diapositive projetée ; sinon la première")
ORDRE = Parametre("ordre", Genre.LISTE, "Diapositive", "les diapositives gardées, dans leur ordre ; sinon toutes")

FACE = Parametre("face", Genre.CODE, "Comparaison", "à quoi chaque observation est comparée", "agglomeration")
TEXTE = Parametre("texte", Genre.TEXTE, "Texte", "le mot cherché dans les observations")
LIGNE = Parametre("ligne", Genre.CODE, "Ligne", "l’observation lue en entier ; sinon la première")
FACETTES = {
    "pilier": Parametre("pilier", Genre.LISTE, "Pilier", "les piliers des contrats de ville"),
    "theme": Parametre("theme", Genre.LISTE, "Thème", "les thèmes des observations"),
    "indicateur": INDICATEURS,
    "bailleur": Parametre("bailleur", Genre.LISTE, "Bailleur", "les bailleurs des observations"),
    "agglomeration": Parametre("agglomeration", Genre.LISTE, "Agglomération", "les agglomérations des observations"),
    "type": Parametre("type", Genre.LISTE, "Type de quartier", "les types de quartier des observations"),
    "perimetre": Parametre("perimetre", Genre.LISTE, "Périmètre", "les périmètres des observations"),
    "fiabilite": Parametre("fiabilite", Genre.LISTE, "Fiabilité", "la fiabilité des observations"),
    "maille": Parametre("maille", Genre.LISTE, "Maille", "les mailles des observations"),
    "date": Parametre("date", Genre.LISTE, "Année ou édition", "les années ou éditions des observations"),
    "statut": Parametre("statut", Genre.LISTE, "Statut", "les statuts des observations"),
    "source": Parametre("source", Genre.LISTE, "Source", "les sources des observations"),
}
"""Les facettes d'Explorer (`indicators.base.exploration.FACETTES`) et le paramètre qui porte chacune."""

ENGAGEMENTS = {
    "partenaire": Parametre("engagement_partenaire", Genre.CODE, "Partenaire", "le partenaire des engagements"),
    "theme": Parametre("engagement_theme", Genre.CODE, "Thème", "le thème des engagements"),
    "echeance": Parametre("engagement_echeance", Genre.CODE, "Échéance", "l’échéance des engagements"),
    "territoire": Parametre("engagement_territoire", Genre.CODE, "Territoire", "le territoire des engagements"),
    "suivi": Parametre("engagement_suivi", Genre.CODE, "État de suivi", "ce que l’on sait des engagements"),
}
"""Les facettes des engagements (`indicators.socle.engagements.FACETTES`) et le paramètre qui porte chacune."""
ENGAGEMENT_MOTS = Parametre("engagement_mots", Genre.TEXTE, "Mots", "les mots cherchés dans les engagements")
SUJET = Parametre("sujet", Genre.CODE, "Sujet", "ce que l’on suit", "engagements")
PAR = Parametre("par", Genre.CODE, "Où en est-on, par", "ce par quoi les états se comptent", "theme")
ENGAGEMENT = Parametre(
    "engagement", Genre.CODE, "Engagement", "l’engagement que l’on met à jour ; sinon le premier à revoir"
)
ANNEE_SUIVIE = Parametre("annee_suivie", Genre.CODE, "Année", "l’année suivie ; sinon celle en cours")
OBJET = Parametre("objet", Genre.CODE, "Fiche", "la séance, l’action ou la cohorte ouverte ; sinon la première")

RUBRIQUE = Parametre("rubrique", Genre.CODE, "Rubrique", "la rubrique ouverte", "indicateurs")
THEME_DES_FICHES = Parametre("theme_fiche", Genre.CODE, "Thème", "le thème dont on cherche un indicateur", "tous")
DOUTES_DE = Parametre(
    "doutes_de", Genre.CODE, "Agglomération", "l’agglomération dont on lit les chiffres douteux", "toutes"
)
DOCUMENT = Parametre("document", Genre.CODE, "Document", "le document lu section par section ; sinon le premier")
