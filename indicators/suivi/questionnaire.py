"""Le questionnaire d'une année : un classeur à envoyer aux partenaires, et à reprendre une fois rempli.

Chaque ligne porte la version que le partenaire a sous les yeux : si la réponse a changé dans le suivi entre-temps, la
reprise le dit au lieu de la remplacer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indicators.suivi import tableaux
from indicators.suivi.evaluation import AEcrire, Fiabilite, Reponse, ValeurEvaluation
from indicators.suivi.refus import ErreurSuivi

ENTETE = (
    "indicateur", "libellé", "territoire", "nom du territoire", "année", "valeur", "réponse en mots", "unité", "source",
    "commentaire", "fiabilité", "version",
)  # fmt: skip
_A_REMPLIR = frozenset(range(5, 11))
_FEUILLE = "Questionnaire"
_AIDE = (
    ("valeur", "Un nombre : 46,7 ; 1 250 ; 46,7 %. Laissez vide si la réponse n’est pas un nombre."),
    ("réponse en mots", "Quand un nombre ne suffit pas."),
    ("unité", "%, €, ménages, élèves…"),
    ("source", "Le fichier, l’enquête ou le service d’où vient la réponse ; jamais le nom d’une personne."),
    ("commentaire", "Ce qu’il faut savoir pour lire la réponse."),
    ("fiabilité", "« sure », ou « douteuse » si vous n’en êtes pas certain."),
    ("autres colonnes", "Ne les changez pas : elles disent à quelle question répond la ligne."),
)


@dataclass(frozen=True)
class Question:
    """Une ligne du questionnaire : un indicateur d'évaluation pour un territoire."""

    indicateur: str
    libelle: str
    territoire: str
    nom: str


def questionnaire_xlsx(questions: Iterable[Question], annee: int, ecrites: Iterable[ValeurEvaluation]) -> bytes:
    """Le classeur d'une année, les réponses déjà connues écrites à leur place."""
    connues = {(v.indicateur, v.territoire): v for v in ecrites if v.annee == annee}
    lignes = [_ligne(q, annee, connues.get((q.indicateur, q.territoire))) for q in questions]
    return tableaux.classeur(
        ((_FEUILLE, ENTETE, lignes, _A_REMPLIR), ("Aide", ("colonne", "ce qu’on y écrit"), _AIDE, frozenset()))
    )


def _ligne(q: Question, annee: int, v: ValeurEvaluation | None) -> Sequence[object]:
    r = v.reponse if v else Reponse()
    return (
        q.indicateur, q.libelle, q.territoire, q.nom, annee, r.valeur, r.reponse, r.unite, r.source, r.commentaire,
        r.fiabilite.value if v else "", v.trace.version if v else 0,
    )  # fmt: skip


def lire_questionnaire(octets: bytes, nom: str, questions: Iterable[Question]) -> list[AEcrire]:
    """Les réponses d'un questionnaire rempli ; les lignes laissées vides n'en sont pas.

    Lève une seule `ErreurSuivi` pour toutes les lignes fautives : question inconnue, nombre illisible, fiabilité d'un
    autre mot.
    """
    tableau = next((t for t in tableaux.lire(octets, nom) if {"indicateur", "version"} <= set(t.entete)), None)
    if tableau is None:
        raise ErreurSuivi(f"« {nom} » n’est pas un questionnaire de l’observatoire : ses colonnes n’y sont pas.")
    manquantes = [mot for mot in ENTETE if mot not in tableau.entete]
    if manquantes:
        raise ErreurSuivi(f"« {nom} » a perdu des colonnes : {', '.join(manquantes)}. Repartez du questionnaire.")
    admises = {(q.indicateur, q.territoire) for q in questions}
    dites: dict[tuple[str, str, int], AEcrire] = {}
    constats: list[str] = []
    for numero, cellules in tableau.lignes:
        ligne = dict(zip(tableau.entete, cellules, strict=True))
        try:
            dite = _lue(ligne, admises)
        except (ValueError, ErreurSuivi) as erreur:
            constats.append(f"ligne {numero} : {erreur}")
            continue
        if dite is None:
            continue
        cle = (dite.indicateur, dite.territoire, dite.annee)
        if cle in dites:
            constats.append(f"ligne {numero} : répond une seconde fois à {ligne['indicateur']} ({ligne['territoire']})")
        dites[cle] = dite
    tableaux.reunir(constats, nom)
    return list(dites.values())


def _lue(ligne: Mapping[str, str], admises: set[tuple[str, str]]) -> AEcrire | None:
    if not ligne["valeur"].strip() and not ligne["réponse en mots"].strip():
        return None
    if (ligne["indicateur"], ligne["territoire"]) not in admises:
        raise ValueError(f"« {ligne['indicateur']} » pour « {ligne['territoire']} » n’est pas une question posée")
    if not (ligne["année"].isdigit() and (ligne["version"] or "0").isdigit()):
        raise ValueError("l’année et la version sont des entiers")
    mot = ligne["fiabilité"].strip().casefold().replace("û", "u") or Fiabilite.SURE.value
    if mot not in set(Fiabilite):
        raise ValueError(f"fiabilité « {ligne['fiabilité']} » : attendu « sure » ou « douteuse »")
    reponse = Reponse(
        tableaux.nombre(ligne["valeur"]), ligne["réponse en mots"], ligne["unité"], ligne["source"],
        ligne["commentaire"], Fiabilite(mot),
    )  # fmt: skip
    return AEcrire(ligne["indicateur"], ligne["territoire"], int(ligne["année"]), reponse, int(ligne["version"] or "0"))
