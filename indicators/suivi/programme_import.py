"""Reprendre une programmation d'un tableur : ses colonnes sont désignées une fois, et retenues.

Un tableau a les mêmes en-têtes d'une année à l'autre : la correspondance est retenue pour ces en-têtes-là. Chaque ligne
est une action pour un financeur ; les lignes de même titre et de même organisation n'en font qu'une.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from indicators.imports.moteur.tableau import Tableau
from indicators.socle.territoires import cle_de_recherche
from indicators.suivi import saisie, tableaux
from indicators.suivi.auteurs import Auteur
from indicators.suivi.ecriture import ecrire
from indicators.suivi.magasin import Magasin
from indicators.suivi.programme import EtatProgramme, Financement, SaisieProgramme
from indicators.suivi.refus import ErreurSuivi
from indicators.suivi.tables import CORRESPONDANCES

CHAMPS = {
    "titre": "Titre de l’action",
    "porteur": "Organisation qui la mène",
    "theme": "Thème",
    "pilier": "Pilier",
    "quartiers": "Quartiers (codes ou noms, séparés par « ; » ou « , »)",
    "public": "Public",
    "etat": "État",
    "financeur": "Financeur",
    "demande": "Montant demandé",
    "accorde": "Montant accordé",
    "depense": "Montant dépensé",
}
"""Ce qu'une colonne peut donner ; seul le titre est obligatoire."""
_INDICES: dict[str, tuple[str, ...]] = {
    "titre": ("intitule", "titre", "action", "projet"),
    "porteur": ("porteur", "structure", "organisme", "association", "organisation"),
    "theme": ("thematique", "theme", "axe"),
    "pilier": ("pilier",),
    "quartiers": ("quartier", "qpv", "territoire", "lieu"),
    "public": ("public",),
    "etat": ("etat", "statut", "avis", "decision"),
    "financeur": ("financeur", "financement", "credit"),
    "demande": ("demande", "sollicite"),
    "accorde": ("accorde", "attribue", "subvention", "notifie"),
    "depense": ("depense", "realise", "consomme"),
}


def tableau_de(octets: bytes, nom: str) -> Tableau:
    """Le plus large tableau du fichier, à égalité le plus long : celui des actions. `ErreurSuivi` s'il n'y en a pas."""
    lus = [t for t in tableaux.lire(octets, nom) if len([mot for mot in t.entete if mot]) >= 2]
    if not lus:
        raise ErreurSuivi(f"« {nom} » ne contient aucun tableau d’au moins deux colonnes.")
    return max(lus, key=lambda t: (len([mot for mot in t.entete if mot]), len(t.lignes)))


def empreinte(entete: Sequence[str]) -> str:
    """Ce qui reconnaît un tableau : ses en-têtes, sans égard à la casse, aux accents ni à leur ordre."""
    noms = sorted(cle_de_recherche(mot) for mot in entete if mot)
    return hashlib.sha256(json.dumps(noms).encode()).hexdigest()[:40]


def correspondance(magasin: Magasin, entete: Sequence[str]) -> tuple[dict[str, str], int]:
    """Les colonnes retenues pour ces en-têtes (champ → en-tête), leur version ; à défaut une proposition et 0."""
    with magasin.lecture() as cx:
        connue = cx.execute(select(CORRESPONDANCES).where(CORRESPONDANCES.c.empreinte == empreinte(entete))).first()
    if connue is not None:
        presentes = {cle_de_recherche(mot): mot for mot in entete if mot}
        retenues = {champ: presentes.get(cle_de_recherche(mot)) for champ, mot in connue.colonnes.items()}
        return {champ: mot for champ, mot in retenues.items() if mot}, connue.version
    return _proposer(entete), 0


def _proposer(entete: Sequence[str]) -> dict[str, str]:
    proposees: dict[str, str] = {}
    for champ, indices in _INDICES.items():
        libres = [mot for mot in entete if mot and mot not in proposees.values()]
        for indice in indices:
            if trouve := next((mot for mot in libres if indice in cle_de_recherche(mot)), None):
                proposees[champ] = trouve
                break
    return proposees


def retenir(magasin: Magasin, auteur: Auteur, entete: Sequence[str], colonnes: Mapping[str, str], vue: int) -> int:
    """Retient la correspondance de ces en-têtes ; rend sa version."""
    auteur.anime()
    _verifier(entete, colonnes)
    valeurs = {
        "entetes": [saisie.texte(mot, "en-tête") for mot in entete if mot][:200],
        "colonnes": {champ: saisie.texte(mot, "en-tête") for champ, mot in colonnes.items()},
    }
    with ecrire(magasin, auteur) as e:
        if vue == 0:
            e.compter(CORRESPONDANCES, 500, "tableaux reconnus")
        return e.poser(CORRESPONDANCES, {"empreinte": empreinte(entete)}, valeurs, vue)


def _verifier(entete: Collection[str], colonnes: Mapping[str, str]) -> None:
    if inconnus := sorted(set(colonnes) - set(CHAMPS)):
        raise ErreurSuivi(f"Champ inconnu : {', '.join(inconnus)}. Admis : {', '.join(CHAMPS)}.")
    if absents := sorted(set(colonnes.values()) - set(entete)):
        raise ErreurSuivi(f"Le tableau n’a pas de colonne « {absents[0]} ».")
    if not colonnes.get("titre"):
        raise ErreurSuivi("Désignez au moins la colonne du titre de l’action.")


@dataclass(frozen=True)
class Contexte:
    """Ce qu'une reprise sait du monde : l'année et le contrat des actions, et comment nommer quartiers et thèmes.

    `quartier` et `theme` rendent le code d'un nom, ou None s'il n'est pas reconnu.
    """

    annee: int
    territoire: str
    quartier: Callable[[str], str | None]
    theme: Callable[[str], str | None]


def actions_du_tableau(
    tableau: Tableau, colonnes: Mapping[str, str], contexte: Contexte, nom: str
) -> list[tuple[str, SaisieProgramme]]:
    """Les actions d'un tableau (identifiant, saisie) ; le même tableau redonne les mêmes identifiants.

    Lève une seule `ErreurSuivi` pour toutes les lignes fautives : quartier ou thème non reconnu, montant illisible.
    """
    _verifier(tableau.entete, colonnes)
    places = {champ: tableau.entete.index(mot) for champ, mot in colonnes.items()}
    lues: dict[str, SaisieProgramme] = {}
    constats: list[str] = []
    for numero, cellules in tableau.lignes:
        ligne = {champ: cellules[place].strip() for champ, place in places.items()}
        if not ligne["titre"]:
            continue  # une ligne de total, ou de séparation
        try:
            dite = _action(ligne, contexte)
        except ValueError as erreur:
            constats.append(f"ligne {numero} : {erreur}")
            continue
        cle = f"{contexte.annee}|{contexte.territoire}|{cle_de_recherche(dite.titre)}|{cle_de_recherche(dite.porteur)}"
        identifiant = hashlib.sha256(cle.encode()).hexdigest()[:24]
        deja = lues.get(identifiant)
        lues[identifiant] = dite if deja is None else _joindre(deja, dite)
    tableaux.reunir(constats, nom)
    return list(lues.items())


def _action(ligne: Mapping[str, str], contexte: Contexte) -> SaisieProgramme:
    theme = ""
    if ligne.get("theme") and not (theme := contexte.theme(ligne["theme"]) or ""):
        raise ValueError(f"thème « {ligne['theme']} » non reconnu")
    montants = [_centimes(ligne.get(quoi, "")) for quoi in ("demande", "accorde", "depense")]
    financements: tuple[Financement, ...] = ()
    if any(m is not None for m in montants) or ligne.get("financeur"):
        financements = (Financement(ligne.get("financeur") or "non précisé", *montants),)
    return SaisieProgramme(
        contexte.annee, contexte.territoire, ligne["titre"], ligne.get("porteur", ""), theme,
        cle_de_recherche(ligne.get("pilier", "")).replace(" ", "-"), _quartiers(ligne.get("quartiers", ""), contexte),
        ligne.get("public", ""), _etat(ligne.get("etat", "")), financements,
    )  # fmt: skip


def _quartiers(brut: str, contexte: Contexte) -> tuple[str, ...]:
    if not brut:
        return ()
    if entier := contexte.quartier(brut):  # un nom peut contenir une virgule
        return (entier,)
    codes = []
    for mot in brut.replace(";", ",").replace("\n", ",").split(","):
        if mot.strip():
            trouve = contexte.quartier(mot.strip())
            if trouve is None:
                raise ValueError(f"quartier « {mot.strip()} » non reconnu")
            codes.append(trouve)
    return tuple(dict.fromkeys(codes))


def _etat(brut: str) -> EtatProgramme:
    mot = cle_de_recherche(brut)
    if not mot:
        return EtatProgramme.DEPOSEE
    racines = {
        "refus": EtatProgramme.REFUSEE, "defavorable": EtatProgramme.REFUSEE, "abandon": EtatProgramme.ABANDONNEE,
        "termin": EtatProgramme.TERMINEE, "realis": EtatProgramme.TERMINEE, "cours": EtatProgramme.EN_COURS,
        "accord": EtatProgramme.ACCORDEE, "favorable": EtatProgramme.ACCORDEE, "valid": EtatProgramme.ACCORDEE,
        "depos": EtatProgramme.DEPOSEE, "instruction": EtatProgramme.DEPOSEE,
    }  # fmt: skip
    for racine, etat in racines.items():
        if racine in mot:
            return etat
    raise ValueError(f"état « {brut} » non reconnu ; admis : {', '.join(EtatProgramme)}")


def _centimes(brut: str) -> int | None:
    try:
        euros = tableaux.nombre(brut)
    except ValueError:
        raise ValueError(f"montant « {brut} » illisible") from None
    if euros is not None and euros < 0:
        raise ValueError(f"montant « {brut} » négatif")
    return None if euros is None else round(euros * 100)


def _joindre(une: SaisieProgramme, autre: SaisieProgramme) -> SaisieProgramme:
    """La même action pour un autre financeur : ses montants s'ajoutent, ses quartiers se réunissent."""
    return replace(
        une,
        quartiers=tuple(dict.fromkeys(une.quartiers + autre.quartiers)),
        financements=une.financements + autre.financements,
    )
