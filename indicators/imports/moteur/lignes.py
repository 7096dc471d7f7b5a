"""Les lignes qu'un ajout écrit dans ses feuilles : celle d'un lieu, d'un chiffre, d'un indicateur local."""

from __future__ import annotations

import re

from indicators.donnees.indicateurs_locaux import sans_marque
from indicators.imports.moteur.annees import Dates
from indicators.imports.moteur.releve import Chiffre, Lieu
from indicators.socle.catalogue import Indicateur
from indicators.socle.nombres import ecrire
from indicators.socle.observations import SANS_VALEUR, declinaison


def d_un_lieu(lieu: Lieu) -> dict[str, str]:
    """Un territoire que le fichier nomme."""
    return {
        "territoire": lieu.territoire,
        "maille": str(lieu.maille),
        "geographie": str(lieu.geographie or ""),
        "statut": lieu.statut,
        "nom": lieu.nom,
        "nom_court": lieu.nom,
        "code_officiel": re.sub("^(COM|EPCI|DEP|REG|IRIS)", "", lieu.territoire),
    }


def d_un_chiffre(chiffre: Chiffre, dates: Dates, source: str, millesime: bool) -> dict[str, str]:
    """Une observation, datée ; `millesime` : l'édition s'écrit avec elle."""
    annee = dates.annees.get(chiffre.groupe) if chiffre.groupe else chiffre.annee
    return {
        "territoire": chiffre.territoire,
        "indicateur": chiffre.indicateur,
        "bailleur": declinaison(chiffre.indicateur)[1],
        "annee_debut": str(chiffre.annee_debut or ""),
        "annee": str(annee or ""),
        "millesime": str(dates.edition or "") if millesime else "",
        "valeur": "" if chiffre.lecture.statut in SANS_VALEUR else chiffre.lecture.valeur,
        "borne_inf": chiffre.bornes[0],
        "borne_sup": chiffre.bornes[1],
        "statut": str(chiffre.lecture.statut),
        "fiabilite": "sure",
        "note": " ".join(filter(None, (chiffre.note, dates.notes.get(chiffre.groupe, "")))),
        "source": source,
        "ligne": str(chiffre.ligne or ""),
        "passage": chiffre.passage,
        "imprime": chiffre.brut,
        "origine": str(chiffre.origine),
    }


def d_un_indicateur(indicateur: Indicateur) -> dict[str, str]:
    """La définition d'un indicateur local, sans la marque que la base lui met."""
    return {
        "indicateur": indicateur.indicateur,
        "libelle": sans_marque(indicateur.libelle),
        "libelle_court": sans_marque(indicateur.libelle_court),
        "theme": indicateur.theme,
        "pilier": indicateur.pilier,
        "unite": str(indicateur.unite),
        "decimales": str(indicateur.decimales),
        "sens": str(indicateur.sens),
        "bande_proche": ecrire(indicateur.bande_proche, 2) if indicateur.bande_proche else "",
        "definition": indicateur.definition,
        "precautions": indicateur.precautions,
    }
