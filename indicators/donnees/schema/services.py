"""La feuille des lieux autour d'un quartier : France services, écoles, collèges, lycées, chacun à sa place."""

from __future__ import annotations

from indicators.donnees.schema.colonnes import Chapitre, Colonne, Feuille, Genre

C = Colonne

SERVICES = Feuille(
    "services",
    "services.csv",
    "un lieu ouvert au public, à sa place",
    (
        C("service", "identifiant du producteur : `FS345` (France services), `0590002G` (établissement)", cle=True),
        C(
            "genre",
            "la sorte de lieu",
            choix={"france_services": "", "ecole": "", "college": "", "lycee": ""},
        ),
        C("nom", "son nom"),
        C("precision", "Fixe, bus ou itinérante ; public ou privé", "non dite"),
        C("commune", "la commune où il est", lien="territoires"),
        C("adresse", "adresse du lieu ; ni téléphone ni courriel", "non donnée"),
        C("latitude", "en degrés (WGS84), telle que le producteur la donne", genre=Genre.NOMBRE),
        C("longitude", "comme `latitude`", genre=Genre.NOMBRE),
        C("ips", "indice de position sociale de l’établissement", "pas d’indice connu", Genre.NOMBRE),
        C("rentree", "année de la rentrée de l’indice", "pas d’indice connu", Genre.ANNEE),
        C(
            "education_prioritaire",
            "classement de l’établissement",
            "non connu",
            choix={"REP": "", "REP+": "", "hors": "hors de l’éducation prioritaire"},
        ),
        C("annee_classement", "année de la carte de l’éducation prioritaire", "non connu", Genre.ANNEE),
        C("source", "d’où vient sa place", lien="sources"),
        C("source_classement", "d’où vient le classement", "non connu", lien="sources"),
    ),
    apres="Écrite par `python -m indicators embarquer` ; un ajout local peut en apporter. Un bus ou un lieu itinérant "
    "n’a qu’un point d’attache.",
    locale=True,
)

CHAPITRE = Chapitre("Autour des quartiers", (SERVICES,))
