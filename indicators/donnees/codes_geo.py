"""Trouver le code d'un territoire dans les attributs d'un contour, quel que soit le nom qu'un producteur leur donne."""

from __future__ import annotations

import re
from typing import Any

from indicators.socle.codes import REGIONS, identifiant_d_iris
from indicators.socle.territoires import cle_de_recherche

_QUARTIER = re.compile(r"Q[PN][0-9A-Z]{6}")
_COMMUNE = re.compile(r"(?:\d[\dAB])\d{3}", re.ASCII)
_CODE_IRIS = re.compile(r"\d[\dAB]\d{7}", re.ASCII)
_EPCI = re.compile(r"2[04]\d{7}", re.ASCII)
_DEPARTEMENT = re.compile(r"\d{2}|2[AB]|97\d", re.ASCII)
_NOMENCLATURES = {"COM": _COMMUNE, "IRIS": _CODE_IRIS, "EPCI": _EPCI, "DEP": _DEPARTEMENT, "REG": _DEPARTEMENT}
_REGIONS = {code: cle_de_recherche(nom) for code, nom in REGIONS.items()}
"""Les régions du code officiel géographique : un « 32 » sans nom d'attribut est le Gers, sauf s'il a ce nom-là."""

# Du plus précis au plus large : un fichier de quartiers porte aussi le code de leur commune et de leur département.
_CLES_QUARTIER = ("code_qp", "codeqp", "code_qpv", "code_quartier", "qp", "qpv")
_CLES_IRIS = ("code_iris", "dcomiris", "codeiris", "iris_code")
_CLES_COMMUNE = ("insee_com", "code_insee", "code_commune", "codecommune", "depcom", "com", "insee", "codecom")
_CLES_EPCI = ("siren_epci", "code_siren", "code_epci", "codeepci", "epci", "siren")
_CLES_DEPARTEMENT = ("insee_dep", "code_departement", "code_dept", "code_dep", "dep")
_CLES_REGION = ("insee_reg", "code_region", "code_reg", "reg")
_CLES_LIBRES = ("code", "codgeo", "code_geo", "codegeo")
_CLES_NOM = (
    "lib_qp", "nom_qp", "nom_iris", "lib_iris",
    "libgeo", "nom", "nom_com", "nom_commune", "lib_com", "libelle", "name", "lib_epci",
    "nom_epci", "nom_dep", "lib_dep", "nom_reg", "lib_reg",
)  # fmt: skip


def code_de(entite: dict[str, Any]) -> str:
    """Le code de la maison de cette entité (`QP062017`, `COM62119`, `EPCI200072460`, `DEP62`, `REG32`), ou vide.

    Une entité qui cite plusieurs communes sans porter de code de quartier n'est pas un territoire : vide.
    """
    attributs = _attributs(entite)
    for cles, lire in (
        (_CLES_QUARTIER, _quartier),
        (_CLES_IRIS, _iris),
        ((*_CLES_LIBRES, "id"), _prefixe),  # un « id » nu n'est souvent qu'un numéro de ligne
        (_CLES_COMMUNE, _commune),
        (_CLES_EPCI, _epci),
    ):
        if code := _premier(attributs, cles, lire):
            return code
    if any(attributs.get(cle) for cle in _CLES_COMMUNE):
        return ""
    libre = next((attributs[cle] for cle in _CLES_LIBRES if attributs.get(cle)), "")
    if libre:
        return _libre(libre, nom_de(entite))
    return _premier(attributs, _CLES_DEPARTEMENT, _departement) or _premier(attributs, _CLES_REGION, _region)


def nom_de(entite: dict[str, Any]) -> str:
    """Le nom écrit dans le fichier, ou vide."""
    attributs = _attributs(entite)
    return next((attributs[cle] for cle in _CLES_NOM if attributs.get(cle)), "")


def communes_de(entite: dict[str, Any]) -> tuple[str, ...]:
    """Les communes citées, même à plusieurs dans la cellule (« 62119, 62842 », « 02571; 02691 »)."""
    attributs = _attributs(entite)
    brut = next((attributs[cle] for cle in _CLES_COMMUNE if attributs.get(cle)), "")
    lus = [_commune(morceau) for morceau in re.split(r"[;,|/\s]+", brut) if morceau]
    return tuple(dict.fromkeys(code for code in lus if code))


def _attributs(entite: dict[str, Any]) -> dict[str, str]:
    proprietes = entite.get("properties")
    lus = {"id": entite.get("id")} | (proprietes if isinstance(proprietes, dict) else {})
    return {str(cle).strip().lower(): _texte(valeur) for cle, valeur in lus.items()}


def _texte(valeur: Any) -> str:
    """La valeur d'un attribut en texte : 62119 et 62119.0 donnent « 62119 » ; vide pour ce qui n'est pas un mot."""
    if isinstance(valeur, float) and valeur.is_integer():
        valeur = int(valeur)
    return str(valeur).strip() if isinstance(valeur, str | int) and not isinstance(valeur, bool) else ""


def _premier(attributs: dict[str, str], cles: tuple[str, ...], lire: Any) -> str:
    return next((code for cle in cles if (code := lire(attributs.get(cle, "")))), "")


def _quartier(brut: str) -> str:
    code = brut.upper()
    return code if _QUARTIER.fullmatch(code) else ""


def _iris(brut: str) -> str:
    """L'IRIS d'une commune découpée ; celui d'une commune entière est la commune."""
    return identifiant_d_iris(brut) or ""


def _prefixe(brut: str) -> str:
    """Un code déjà à la façon de la maison, ou un code de quartier."""
    code = brut.upper()
    pareil = any(code.startswith(p) and motif.fullmatch(code.removeprefix(p)) for p, motif in _NOMENCLATURES.items())
    return code if pareil else _quartier(code)


def _commune(brut: str) -> str:
    code = brut.upper().zfill(5) if len(brut) == 4 else brut.upper()
    return f"COM{code}" if _COMMUNE.fullmatch(code) else ""


def _epci(brut: str) -> str:
    return f"EPCI{brut}" if _EPCI.fullmatch(brut) else ""


def _departement(brut: str) -> str:
    code = brut.upper().zfill(2)
    return f"DEP{code}" if brut and _DEPARTEMENT.fullmatch(code) else ""


def _region(brut: str) -> str:
    code = brut.zfill(2)
    return f"REG{code}" if code in _REGIONS else ""


def _libre(brut: str, nom: str) -> str:
    """Un attribut « code » sans nomenclature : la longueur décide, et le nom entre un département et une région."""
    if _REGIONS.get(brut.zfill(2)) == cle_de_recherche(nom):
        return _region(brut)
    if len(brut) <= 3:
        return _departement(brut)
    return _epci(brut) or _commune(brut)
