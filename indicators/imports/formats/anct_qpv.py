"""ANCT, quartiers prioritaires de 2024 : leur liste (communes, EPCI) et leur correspondance avec ceux de 2015."""

from __future__ import annotations

import re
from collections import Counter

from indicators.imports.moteur.large import lieu
from indicators.imports.moteur.releve import Format, Lieu, Referentiel, Releve, constat, debordements
from indicators.imports.moteur.tableau import Tableau
from indicators.socle.codes import identifiant
from indicators.socle.territoires import Maille

_DE_LA_LISTE = "fid|(code|lib)_qp|(insee|lib)_(reg|dep|com)|(siren|lib)_epci"
_DE_LA_CORRESPONDANCE = r"fid|(code_|lib_)?qp_?20(15|24)(_\d)?|statut(_qp)?"
_NATURES = {"INCHANGE": "inchangé", "MODIFIE": "modifié", "I": "inchangé", "M": "modifié"}


def _liste(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """La liste : `insee_com` peut porter plusieurs communes (« 02571; 02691 », « 62119, 62842 »)."""
    code, nom = tableau.place("code_qp"), tableau.place("lib_qp")
    communes, dep = tableau.place("insee_com"), tableau.place("insee_dep")
    epci, nom_epci = tableau.place("siren_epci"), tableau.place("lib_epci")
    if code is None or nom is None or communes is None:
        return None
    releve = Releve("anct_liste_qpv", "ANCT, liste des quartiers prioritaires", lignes=len(tableau.lignes))
    releve.constats += debordements(tableau)
    for numero, cellules in tableau.lignes:
        quartier = identifiant(cellules[code])
        if quartier is None or not quartier.startswith("Q"):
            releve.constats.append(constat(numero, "code_qp", f"code « {cellules[code]} » non reconnu"))
            continue
        releve.lieux[quartier] = lieu(quartier, cellules[nom])
        for commune in _codes(releve, numero, "insee_com", cellules[communes], Maille.COMMUNE):
            releve.liens.append((quartier, commune, "commune"))
        if dep is not None and (departement := identifiant(cellules[dep], Maille.DEPARTEMENT)):
            releve.liens.append((quartier, departement, "departement"))
        groupes = _codes(releve, numero, "siren_epci", cellules[epci], Maille.EPCI) if epci is not None else []
        releve.liens += [(quartier, groupe, "epci") for groupe in groupes]
        if len(groupes) == 1:
            releve.liens.append((quartier, groupes[0], "contrat"))
            if nom_epci is not None and cellules[nom_epci]:
                releve.lieux[groupes[0]] = Lieu(groupes[0], cellules[nom_epci], Maille.EPCI)
        elif groupes:
            releve.constats.append(
                constat(numero, "siren_epci", f"{quartier} : {len(groupes)} agglomérations, son contrat n’est pas dit")
            )
    return releve


def _codes(releve: Releve, numero: int, colonne: str, case: str, maille: Maille) -> list[str]:
    """Les lieux d'une case qui peut porter plusieurs codes (« 02571; 02691 ») ; un code inconnu est un constat."""
    lus = []
    for morceau in filter(None, (m.strip() for m in re.split(r"[;,]", case))):
        if lieu_dit := identifiant(morceau, maille):
            lus.append(lieu_dit)
        else:
            releve.constats.append(constat(numero, colonne, f"code « {morceau} » non reconnu"))
    return lus


def _correspondance(tableau: Tableau, _referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """La correspondance : jusqu'à trois quartiers de 2015 par quartier de 2024 (fusion), ou l'inverse (scission)."""
    nouveau = tableau.place("code_qp2024", "code_qp_2024", "qp2024")
    statut = tableau.place("statut", "statut_qp")
    anciens = [n for n, c in enumerate(tableau.entete) if re.fullmatch(r"(code_)?qp_?2015(_\d)?", c, re.IGNORECASE)]
    if nouveau is None or not anciens:
        return None
    libelle = tableau.place("lib_qp2024", "lib_qp_2024")
    releve = Releve(
        "anct_correspondance", "ANCT, correspondance des quartiers 2024 et 2015", lignes=len(tableau.lignes)
    )
    releve.constats += debordements(tableau)
    paires: list[tuple[str, str, str]] = []
    for numero, cellules in tableau.lignes:
        apres = identifiant(cellules[nouveau])
        if apres is None:
            releve.constats.append(
                constat(numero, tableau.entete[nouveau], f"code « {cellules[nouveau]} » non reconnu")
            )
            continue
        if nom := cellules[libelle] if libelle is not None else "":
            releve.lieux[apres] = lieu(apres, nom)
        mot = cellules[statut].upper() if statut is not None else ""
        avant = [a for place in anciens if (a := identifiant(cellules[place]))]
        paires += [(a, apres, mot) for a in avant] or [("", apres, mot)]
    successeurs = Counter(a for a, _, _ in paires if a)
    predecesseurs = Counter(n for _, n, _ in paires)
    for a, n, mot in paires:
        if not a:
            nature = "entrant"
        elif predecesseurs[n] > 1:
            nature = "fusion"
        else:
            nature = "scission" if successeurs[a] > 1 else _NATURES.get(mot, "modifié")
        releve.filiations.append((a, n, nature, "ANCT, correspondance des quartiers 2024 et 2015"))
    return releve


FORMATS = (
    Format(
        "anct_correspondance",
        "ANCT, correspondance des quartiers de 2024 et de 2015",
        _correspondance,
        _DE_LA_CORRESPONDANCE,
    ),
    Format("anct_liste_qpv", "ANCT, liste des quartiers prioritaires", _liste, _DE_LA_LISTE),
)
