"""Les feuilles des lieux : territoires, appartenances, filiations."""

from __future__ import annotations

from indicators.donnees.schema.colonnes import Chapitre, Colonne, Feuille, Genre, choix
from indicators.socle.territoires import Maille

C = Colonne

TERRITOIRES = Feuille(
    "territoires",
    "territoires.csv",
    "un lieu",
    (
        C(
            "territoire",
            "identifiant stable : code officiel avec son préfixe (`QP062017` quartier 2015, `QN05950M` quartier 2024, "
            "`COM62119`, `EPCI200072460`, `DEP62`, `REG32`, `IRIS621190101`), "
            "ou nom composé (`POCHE-…`, `VEILLE-…`, `QPV-EPCI…`, `RGT-…` pour un regroupement fait ici). Une "
            "part de quartier : `QP062025-COM62498`",
            cle=True,
        ),
        C("maille", "le niveau du lieu", choix=choix(*Maille)),
        C("geographie", "2015 ou 2024 pour un quartier ou un ensemble de quartiers", "autres mailles", Genre.ENTIER),
        C(
            "statut",
            "la sorte de quartier",
            "autres mailles",
            choix={
                "QPV": "",
                "QIC": "quartier d’intérêt communautaire",
                "poche de pauvreté": "",
                "veille active": "",
                "partie de quartier": "part d’un quartier dans une commune, jamais classée avec les quartiers entiers",
            },
        ),
        C("nom", "nom complet"),
        C("nom_court", "nom pour un graphique"),
        C("variantes", "autres écritures lues dans les documents, fautes comprises", "aucune"),
        C("code_officiel", "code Insee, Siren ou ANCT", "pas de code"),
        C("superficie_ha", "hectares", "non imprimée", Genre.NOMBRE),
        C(
            "latitude",
            "position indicative, en degrés à trois décimales : un point intérieur du territoire. Un quartier de 2015 "
            "n’en a pas : la carte le pose sur sa commune et le dit",
            "inconnue",
            Genre.NOMBRE,
        ),
        C("longitude", "comme `latitude`", "inconnue", Genre.NOMBRE),
        C("source_position", "l’origine de la position", "position inconnue"),
    ),
    locale=True,
)

APPARTENANCES = Feuille(
    "appartenances",
    "appartenances.csv",
    "un lien vers un lieu plus grand",
    (
        C("territoire", "le lieu contenu", lien="territoires", cle=True),
        C("parent", "le lieu qui le contient", lien="territoires", cle=True),
        C(
            "nature",
            "`commune`, `contrat` (agglomération du contrat de ville), `contrat_secondaire`, `epci`, "
            "`ept` (établissement public territorial du Grand Paris), `departement`, `region`, `pays`, "
            "`regroupement` (membre d’un ensemble : le total s’additionne), `partie_de` (part d’un quartier : la "
            "somme des parts fait le quartier), `fusion` (commune qui n’existe plus, et celle où elle est entrée)",
            cle=True,
        ),
        C("source", "d’où vient le lien", "non écrite"),
        C(
            "depuis",
            "première année où le lien vaut, au 1er janvier : celle de l’édition qui l’établit",
            "de tout temps, ou inconnue",
            Genre.ANNEE,
            cle=True,
        ),
        C(
            "jusqu_a",
            "dernière année où il vaut, au 1er janvier : celle de la dernière édition qui le donne",
            "il vaut encore",
            Genre.ANNEE,
        ),
    ),
    apres="Un quartier peut être dans plusieurs communes et plusieurs agglomérations. Les écrans montrent les liens "
    "qui valent encore ; une somme d’une année prend ceux de cette année.",
    locale=True,
)

FILIATIONS = Feuille(
    "filiations",
    "filiations.csv",
    "un quartier de 2015 et son successeur de 2024",
    (
        C("ancien", "quartier de 2015", "quartier entrant", lien="territoires", cle=True),
        C("nouveau", "quartier de 2024", "quartier sortant", lien="territoires", cle=True),
        C("nature", "ce qu’il devient", choix=choix("inchangé", "modifié", "fusion", "scission", "entrant", "sortant")),
        C("source", "d’où vient la correspondance", "non écrite"),
        C("note", "ce qu’il faut savoir", "rien à dire"),
    ),
    locale=True,
)

CHAPITRE = Chapitre(
    "Les lieux",
    (TERRITOIRES, APPARTENANCES, FILIATIONS),
    apres="""### contours/*.geojson — le contour d’un territoire · clé : le code · facultatif

Les périmètres ne sont pas embarqués : apportez-les (quartiers 2024 ou 2015 de l’ANCT, communes, départements…). \
Tout GeoJSON en WGS84 de ce dossier est lu, dans l’ordre des noms ; un territoire écrit deux fois garde le dernier. \
Le code se trouve quel que soit le nom de son attribut (`code_qp`, `CODE_QP`, `codgeo`, `insee_com`, `siren_epci`, \
`code`…) ; une entité sans code ou sans géométrie est laissée. La base en garde trois niveaux de détail, et la carte \
prend celui de son échelle. Un fichier illisible est une erreur : l’ancienne base reste en service. Les fichiers de ce \
dossier ne sont pas suivis par git.""",
)
