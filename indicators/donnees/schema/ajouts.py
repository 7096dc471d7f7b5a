"""Ce qui vient d'ailleurs : les retraits d'un import local, et notre modèle pour les chiffres locaux."""

from __future__ import annotations

from indicators.donnees.schema.colonnes import Chapitre, Colonne, Feuille, Genre
from indicators.donnees.schema.mesures import OBSERVATIONS
from indicators.socle.catalogue import Sens
from indicators.socle.observations import Statut

C = Colonne

RETRAITS = Feuille(
    "retraits",
    "retraits.csv",
    "une clé d’observation que la nouvelle édition ne donne plus",
    tuple(colonne for colonne in OBSERVATIONS.colonnes if colonne.cle),
    avant="Seulement dans le dossier d’un import local.",
    en_base=False,
    embarquee=False,
    locale=True,
)


RENOMMAGES = Feuille(
    "renommages",
    "renommages.csv",
    "un identifiant qui a changé de nom, et rien d’autre",
    (
        C(
            "feuille",
            "ce qu’il identifie",
            choix={"indicateurs": "", "territoires": "", "sources": ""},
            cle=True,
        ),
        C("ancien", "l’identifiant d’avant, que plus rien ne porte", cle=True),
        C("nouveau", "celui d’aujourd’hui"),
        C("depuis", "la version qui l’a renommé"),
        C("raison", "pourquoi"),
    ),
    avant="Un ajout local fait sur une version d’avant, un lien déjà envoyé, suivent cette table. Même quantité, même "
    "unité, autre nom : un indicateur dont la définition change n’est pas renommé, il est remplacé.",
)


NOMS = Feuille(
    "noms",
    "noms.csv",
    "un lieu qui a changé de nom",
    (
        C("territoire", "le lieu, déjà connu", lien="territoires", cle=True),
        C("nom", "son nom d’aujourd’hui ; l’ancien reste parmi ses variantes"),
        C("depuis", "l’édition qui l’écrit", genre=Genre.ANNEE),
        C("source", "le fichier qui l’écrit"),
    ),
    avant="Seulement dans le dossier d’un import local où l’on a demandé d’appliquer les mouvements des lieux.",
    en_base=False,
    embarquee=False,
    locale=True,
)


def _du_modele(nom: str, texte: str, vide: str | None = "") -> Colonne:
    """La colonne d'une observation telle qu'on la remplit : libre, l'import la lit et la range."""
    assert nom in OBSERVATIONS.noms, f"« {nom} » n'est pas une colonne des observations"
    return C(nom, texte, vide)


MODELE = Feuille(
    "modele",
    "modele.csv",
    "un chiffre local",
    (
        _du_modele("territoire", "Code (QP062017, 62119, 200072460…) ou nom exact", None),
        _du_modele("indicateur", "Identifiant ou libellé, onglets « Catalogue » et « Indicateurs »", None),
        _du_modele("annee", "Année mesurée", None),
        _du_modele("annee_debut", "Début de la période, pour une évolution ; sinon vide"),
        _du_modele("valeur", "Nombre, dans l’unité de l’indicateur ; « s » si secret, « nd » si non disponible"),
        _du_modele("borne_inf", "Pour un seuil ou un intervalle, valeur vide"),
        _du_modele("borne_sup", "Pour un seuil ou un intervalle, valeur vide"),
        _du_modele("statut", "Vide, ou : " + ", ".join(Statut)),
        _du_modele("note", "Précaution à lire avec le chiffre"),
        C("producteur", "Qui a produit le chiffre", None),
        C("titre_source", "La publication ou le fichier", None),
        C("licence", "Vide : diffusion interne", ""),
        C("url", "Adresse de la publication, si elle existe", ""),
    ),
    en_base=False,
    embarquee=False,
)
"""Le fichier que l'application distribue ; ce n'est pas un fichier de `data/`."""

INDICATEURS_LOCAUX = Feuille(
    "indicateurs_locaux",
    "indicateurs.csv",
    "un indicateur que l’on définit soi-même",
    (
        C("indicateur", "Identifiant à vous : lettres minuscules sans accent, chiffres ou _ (part_jardins_ouvriers)"),
        C("nom", "Nom complet ; « (local) » s’y ajoute partout"),
        C("nom_court", "Nom pour un graphique, 40 signes au plus", "le nom"),
        C("unite", "Une unité de la liste (%, habitants, euros…)"),
        C("decimales", "Nombre de décimales", "celles de l’unité, une au plus"),
        C("definition", "Ce qui est mesuré, en une phrase"),
        C("sens", "Ce qui est bon : " + ", ".join(Sens)),
        C("theme", "Un thème de la liste"),
        C("pilier", "Un pilier du contrat de ville, de la liste"),
        C("precautions", "Ce qu’il ne faut pas en conclure", "rien à dire"),
    ),
    en_base=False,
    embarquee=False,
)
"""L'onglet « Indicateurs » du modèle ; ce n'est pas un fichier de `data/`."""

CHAPITRE = Chapitre(
    "Les ajouts locaux",
    (RETRAITS, RENOMMAGES, NOMS),
    apres="""Les ajouts faits par `importer` ont la forme des feuilles ci-dessus, dans \
`donnees_locales/imports/<n°>-<format>/` : `observations.csv`, `sources.csv`, au besoin `territoires.csv`, \
`appartenances.csv`, `filiations.csv`, `ruptures.csv`, `perimetres.csv`, `noms.csv`, `indicateurs.csv`, \
`retraits.csv`, le rapport et la fiche `import.json`. Une ligne ajoutée remplace celle de même clé ; une appartenance \
qui cesse (`jusqu_a`) ferme celle qu'elle répète.

Une ligne qui ne va plus avec les données d’une nouvelle version (un indicateur, un lieu ou une source qu’elle n’a \
plus) est laissée : la base se construit sans elle, le journal, « Mettre à jour » et `controler` disent pourquoi.""",
)
