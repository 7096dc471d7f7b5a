"""Des fichiers de producteurs refaits à la main, et de quoi les lire sans passer par l'écran."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from indicators.base.base import Base
from indicators.donnees.controles.structure import DOSSIER_PARTAGE
from indicators.imports.moteur.annees import Demande
from indicators.imports.moteur.lot import Lot, preparer
from indicators.imports.moteur.rapport import Rapport, rapporter
from indicators.imports.moteur.reconnaissance import Fichier, reconnaitre
from indicators.imports.moteur.releve import Chiffre, Referentiel, Releve

OUVERTES = DOSSIER_PARTAGE / "open-data"
exige_donnees_ouvertes = pytest.mark.skipif(
    not OUVERTES.is_dir(), reason=f"les fichiers des producteurs ne sont pas dans {OUVERTES}"
)
RIEN = Referentiel(frozenset(), {}, {}, {}, {})

ENTETE_MODELE = (
    "territoire;indicateur;annee;annee_debut;valeur;borne_inf;borne_sup;statut;note;producteur;titre_source;licence;url"
)
REVN = (
    "\ufeffCODGEO;LIBGEO;DECUC_Q2;DISP_Q2;TP60;PPSOC;CC2S;NOTE_FILO;;;;;;;;\r\n"
    "Ensemble;Ensemble des QPV;9\u202f500;13\u202f590;42,6;21,4;;;;;;;;;;\r\n"
    "QP001001;La Gare;10\u202f490;13\u202f620;46,7;22,7;1\u202f088;0;;;;;;;;\r\n"
    "QP001002;L'Épinette;;;;;;3;;;;;;;;\r\n"
)
FILOSOFI_16 = "codgeo;disp_q2_a16;disp_ppsoc_a16;tp60_a16;note\nQP001001;12990;23,2;45,9;0\nEnsemble;13210;22,6;;\n"
FILOSOFI_19 = (
    "CODGEO;DISP_MED_A19;DISP_PPSOC_A19;DISP_TP60_A19;DISP_NOTE_A19\nQP001001;14\u00a0260;22,9;39,3;0\nQP001002;;;;2\n"
)
COMPARATEUR = "CODGEO;NBMENFISC21;MED21;TP6021;PPSOC21\n1004;11668;22953;26,0;10,6\n2A004;57;21000;s;s\n"
IPS_2022 = (
    "rentree_scolaire;academie;code_du_departement;departement;uai;nom_de_l_etablissment;code_insee_de_la_commune;"
    "nom_de_la_commune;secteur;effectifs;ips\r\n"
    "2022-2023;LYON;001;AIN;0010001A;ECOLE ELEMENTAIRE A;01004;AMBERIEU;public;210.0;73.9\r\n"
    "2022-2023;LYON;001;AIN;0010002B;ECOLE ELEMENTAIRE B;01004;AMBERIEU;public;153.0;87.1\r\n"
    "2022-2023;LYON;001;AIN;0010003C;ECOLE ELEMENTAIRE C;01004;AMBERIEU;privé sous contrat;135.0;101.0\r\n"
)
IPS_2021 = (
    "Rentrée scolaire;Académie;Code du département;Département;UAI;Nom de l'établissment;Code INSEE de la commune;"
    "Nom de la commune;Secteur;IPS\r\n"
    "2021-2022;LYON;001;AIN;0010001A;COLLEGE A;1004;AMBERIEU;public;101.0\r\n"
    "2021-2022;LYON;001;AIN;0010002B;COLLEGE B;1004;AMBERIEU;public;91.0\r\n"
    "2021-2022;LYON;001;AIN;0010003C;COLLEGE C;1004;AMBERIEU;public;\r\n"
)
JEUNES = (
    "\ufeffcodgeo;libgeo;an;part_non_inseres\r\n01004;Ambérieu;2008;24,30\r\n01004;Ambérieu;2018;26,70\r\n"
    "01005;Rien;2018;\r\n"
)
LISTE = (
    "\ufeffcode_qp;lib_qp;insee_reg;lib_reg;insee_dep;lib_dep;insee_com;lib_com;siren_epci;lib_epci;;\r\n"
    'QN00201M;Les Deux;32;Hauts-de-France;2;Aisne;"02571; 02691";"A; B";200071892;CA du Saint-Quentinois;;\r\n'
    "QN00102M;La Une;84;AURA;1;Ain;1053;Bourg;200000001;CA des Essais;;\r\n"
)
CORRESPONDANCE = (
    "code_qp2024,lib_qp2024,statut,code_qp2015_1,lib_qp2015_1,code_qp2015_2,lib_qp2015_2\n"
    "QN00101M,Fusion,MODIFIE,QP001001,La Gare,QP001002,L'Épinette\n"
    "QN00102M,Moitié A,MODIFIE,QP001003,Le Port,,\nQN00103M,Moitié B,MODIFIE,QP001003,Le Port,,\n"
    "QN00104N,Neuf,NOUVEAU,,,,\nQN00105I,Pareil,INCHANGE,QP001005,Pareil,,\n"
)
EXTRAITS = {
    "REVN_2022.csv": REVN,
    "data_filo16_qp_revdis.csv": FILOSOFI_16,
    "data_filo19_qp_revdis.csv": FILOSOFI_19,
    "cc_filosofi_2021_COM.csv": COMPARATEUR,
    "fr-en-ips-ecoles-ap2022.csv": IPS_2022,
    "fr-en-ips_colleges_2022.csv": IPS_2021,
    "neet_communes_2018.csv": JEUNES,
    "listeqp2024-cog2024.csv": LISTE,
    "correspondance.csv": CORRESPONDANCE,
}


def depot(nom: str, texte: str | bytes) -> Fichier:
    """Un fichier déposé."""
    return Fichier(nom, texte if isinstance(texte, bytes) else texte.encode())


def releve(nom: str, texte: str | bytes, connu: Referentiel = RIEN) -> Releve:
    """Ce que lit le format qui reconnaît ce texte."""
    (seul,) = reconnaitre(depot(nom, texte), connu)
    return seul


def cases(lu: Releve) -> dict[tuple[str, str], Chiffre]:
    """Les chiffres d'un relevé par territoire et indicateur (une seule année par couple)."""
    return {(c.territoire, c.indicateur): c for c in lu.chiffres}


def modele(*lignes: str, source: str = "Ville;Enquête 2023") -> str:
    """Un modèle rempli : `lignes` s'arrêtent à la note."""
    return "\ufeff" + "\r\n".join([ENTETE_MODELE, *(f"{ligne};{source};;" for ligne in lignes)]) + "\r\n"


def pauvrete(valeur: str, territoire: str = "QP001001", annee: int = 2021, titre: str = "Enquête") -> str:
    """Un modèle d'une seule ligne : le taux de pauvreté d'un territoire."""
    return modele(f"{territoire};taux_pauvrete;{annee};;{valeur};;;;", source=f"Ville;{titre}")


def classeur(lignes: list[list[object]], ecrire: Callable[[object], None] = lambda _feuille: None) -> bytes:
    """Un classeur d'un onglet, écrit par openpyxl."""
    import openpyxl

    livre = openpyxl.Workbook()
    for ligne in lignes:
        livre.active.append(ligne)
    ecrire(livre.active)
    sortie = io.BytesIO()
    livre.save(sortie)
    return sortie.getvalue()


def lot_de(
    base: Base, *fichiers: Fichier, territoires: str = "connus", mouvements: bool = False, **demande: object
) -> Lot:
    """Le lot de ces fichiers ; `annees`, `edition`, `sans_annee` comme à la commande."""
    demandee = Demande(**demande)  # type: ignore[arg-type]
    return preparer(list(fichiers), base, demande=demandee, territoires=territoires, mouvements=mouvements)


def rapport_de(base: Base, *fichiers: Fichier, **demande: object) -> Rapport:
    """Le rapport de ces fichiers sur cette base ; les réglages de `lot_de`."""
    return rapporter(lot_de(base, *fichiers, **demande), base.catalogue)  # type: ignore[arg-type]


def lignes_de(chemin: Path) -> list[dict[str, str]]:
    """Un CSV du projet, ligne à ligne."""
    return list(csv.DictReader(io.StringIO(chemin.read_text("utf-8-sig")), delimiter=";"))
