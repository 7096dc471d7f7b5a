"""La description OpenAPI des adresses, déduite de leurs déclarations : rien n'y est écrit deux fois."""

from __future__ import annotations

from functools import cache
from typing import Any

from indicators.analyse.comparaison import Jugement, Motif, Position
from indicators.analyse.evolution import Tendance
from indicators.base.enquetes import OUVERTES
from indicators.donnees.schema import Genre
from indicators.publications import ouvertes
from indicators.publications.ouvertes import Champ
from indicators.socle.catalogue import Sens
from indicators.socle.territoires import Maille
from pages.serveur.api import reponses
from pages.serveur.api.adresses import ADRESSES, LIGNES_AU_PLUS, PREFIXE, Adresse
from pages.serveur.api.parametres import TERRITOIRES, Parametre

_TYPES = {Genre.TEXTE: "string", Genre.ENTIER: "integer", Genre.NOMBRE: "number", Genre.ANNEE: "integer"}
_TEXTE, _ENTIER, _NOMBRE = {"type": "string"}, {"type": "integer"}, {"type": "number"}


def _ou_rien(forme: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [forme, {"type": "null"}]}


def _cite(nom: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{nom}"}


def _liste(forme: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": forme}


def _un_de(mots: Any) -> dict[str, Any]:
    return {"type": "string", "enum": [m.value for m in mots if m.value]}


def _objet(champs: dict[str, Any], *, ouvert: bool = False) -> dict[str, Any]:
    return {"type": "object", "properties": champs, "required": list(champs), "additionalProperties": ouvert}


def _champ(champ: Champ) -> dict[str, Any]:
    forme: dict[str, Any] = {"description": champ.texte + (f" ; vide : {champ.vide}" if champ.vide else "")}
    if champ.admis:
        return forme | {"type": "string", "enum": list(champ.admis)}
    genre = _TYPES[champ.genre]
    return forme | {"type": genre if champ.vide is None else [genre, "null"]}


def _parametre(p: Parametre) -> dict[str, Any]:
    valeur: dict[str, Any] = {"type": "string", "minLength": 1}
    if p.enumere:
        valeur |= {"enum": list(p.enumere)}
    elif p.motif:
        valeur |= {"pattern": f"^(?:{p.motif})$"}
    if p.defaut:
        valeur |= {"default": p.defaut}
    decrit: dict[str, Any] = {
        "name": p.nom,
        "in": "query",
        "required": False,
        "description": p.texte + (" ; plusieurs, séparées d’une virgule" if p.liste else ""),
        "schema": _liste(valeur) if p.liste else valeur,
    }
    if p.liste:
        decrit |= {"style": "form", "explode": False}
    if p.exemple:
        decrit["example"] = p.exemple.split(",") if p.liste else p.exemple
    return decrit


def _refus(texte: str) -> dict[str, Any]:
    return {"description": texte, "content": {reponses.JSON: {"schema": _cite("Refus")}}}


def _operation(a: Adresse) -> dict[str, Any]:
    forme = _cite(a.schema) if a.schema else {"type": "string"}
    parametres = [_parametre(p) for p in a.parametres]
    if "{code}" in a.chemin:
        code = {"type": "string", "pattern": "^[A-Z0-9-]+$"}
        parametres = [
            {"name": "code", "in": "path", "required": True, "description": "le code du territoire", "schema": code,
             "example": TERRITOIRES.exemple.split(",")[0]},
            *parametres,
        ]  # fmt: skip
    if "{nom}" in a.chemin:
        table = {"type": "string", "enum": list(OUVERTES)}
        parametres = [{"name": "nom", "in": "path", "required": True, "description": "la table", "schema": table}]
    entete = {"ETag": {"description": "l’empreinte de la réponse, à renvoyer en If-None-Match", "schema": _TEXTE}}
    refus = {"404": _refus("Ce territoire, ou cette table, n’existe pas")} if "{" in a.chemin else {}
    return {
        "get": {
            "operationId": a.chemin.strip("/").replace("/{code}", "").replace("/{nom}", "").replace(".", "_"),
            "summary": a.titre,
            "description": a.texte,
            "parameters": parametres,
            "responses": {
                "200": {"description": a.texte, "headers": entete, "content": {a.type_mime: {"schema": forme}}},
                "304": {"description": "Rien n’a changé depuis l’ETag donné en If-None-Match"},
                "400": _refus("Un paramètre ou une valeur inconnus, ou plus de chiffres qu’une réponse n’en porte"),
                **refus,
                "503": _refus("La base se prépare, ou trop de demandes à la fois : revenir après Retry-After"),
            },
        }
    }


def _formes() -> dict[str, Any]:
    commun = {"base": _TEXTE, "licence": _TEXTE, "nombre": _ENTIER}
    lieu = {
        "territoire": _TEXTE, "nom": _TEXTE, "nom_court": _TEXTE, "maille": _un_de(Maille), "type": _ou_rien(_TEXTE),
        "perimetre": _ou_rien(_ENTIER), "code_officiel": _ou_rien(_TEXTE), "communes": _liste(_TEXTE),
        "agglomeration": _ou_rien(_TEXTE), "latitude": _ou_rien(_NOMBRE), "longitude": _ou_rien(_NOMBRE),
        "superficie_ha": _ou_rien(_NOMBRE), "indicateurs_connus": _ENTIER,
    }  # fmt: skip
    mesure = {
        "indicateur": _TEXTE, "bailleur": _ou_rien(_TEXTE), "libelle": _TEXTE, "libelle_court": _TEXTE,
        "theme": _TEXTE, "pilier": _ou_rien(_TEXTE),
        "unite": _TEXTE, "decimales": _ENTIER, "sens": _un_de(Sens), "bande_proche": _NOMBRE, "definition": _TEXTE,
        "numerateur": _ou_rien(_TEXTE), "denominateur": _ou_rien(_TEXTE), "precautions": _ou_rien(_TEXTE),
        "seuil_population": _ou_rien(_ENTIER), "voisins": _liste(_TEXTE),
    }  # fmt: skip
    comparaison = {
        "reference": _TEXTE, "chiffre": _ou_rien(_cite("Chiffre")), "ecart": _ou_rien(_NOMBRE), "unite_ecart": _TEXTE,
        "rapport": _ou_rien(_NOMBRE), "position": _un_de(Position), "jugement": _un_de(Jugement),
        "motif": _ou_rien(_un_de(Motif)), "phrase": _TEXTE,
    }  # fmt: skip
    evolution = {
        "depuis": _ou_rien(_cite("Chiffre")), "variation": _ou_rien(_NOMBRE), "unite_variation": _TEXTE,
        "tendance": _un_de(Tendance), "jugement": _un_de(Jugement), "phrase": _TEXTE,
    }  # fmt: skip
    ligne = {
        "famille": _ou_rien(_TEXTE), "indicateur": _TEXTE, "libelle": _TEXTE, "precision": _ou_rien(_TEXTE),
        "chiffre": _ou_rien(_cite("Chiffre")), "absence": _ou_rien(_TEXTE),
        "comparaisons": _liste(_objet(comparaison)),
        "place": _ou_rien(_objet({"rang": _ENTIER, "sur": _ENTIER})),
        "plus_recent": _ou_rien(_cite("Chiffre")), "evolution": _ou_rien(_objet(evolution)),
    }  # fmt: skip
    effectif = {
        "indicateur": _TEXTE, "annee": _ENTIER, "ensemble": _NOMBRE, "quartiers": _NOMBRE,
        "quartiers_a_cheval": _NOMBRE, "sources": _liste(_TEXTE),
    }  # fmt: skip
    reste = {
        "indicateur": _TEXTE, "libelle": _TEXTE, "unite": _TEXTE, "nom": _TEXTE, "agglomeration": _ou_rien(_TEXTE),
        "communes": _liste(_TEXTE), "quartiers_retires": _liste(_TEXTE), "quartiers_a_cheval": _liste(_TEXTE),
        "annee_debut": _ou_rien(_ENTIER), "annee": _ou_rien(_ENTIER), "quartier": _ou_rien(_NOMBRE),
        "reste": _ou_rien(_NOMBRE), "reste_au_moins": _ou_rien(_NOMBRE), "reste_au_plus": _ou_rien(_NOMBRE),
        "ecart": _ou_rien(_NOMBRE), "position": _ou_rien(_un_de(Position)), "numerateur": _ou_rien(_objet(effectif)),
        "denominateur": _ou_rien(_objet(effectif)), "calcul": _ou_rien(_TEXTE), "empechement": _ou_rien(_TEXTE),
    }  # fmt: skip
    contour = {
        "type": {"const": "Feature"}, "id": _TEXTE, "geometry": _ou_rien({"type": "object"}),
        "properties": _objet(
            lieu | {"communes": _TEXTE, "contour": {"type": "boolean"}, "point_de": _ou_rien(_TEXTE)}, ouvert=True
        ),
    }  # fmt: skip
    return {
        "Chiffre": _objet({champ.nom: _champ(champ) for champ in ouvertes.CHAMPS}),
        "Territoire": _objet(lieu),
        "Indicateur": _objet(mesure),
        "Ligne": _objet(ligne),
        "Territoires": _objet(commun | {"territoires": _liste(_cite("Territoire"))}),
        "Contours": _objet(
            {"type": {"const": "FeatureCollection"}, "name": _TEXTE, "features": _liste(_objet(contour))}
        ),
        "Indicateurs": _objet(commun | {"indicateurs": _liste(_cite("Indicateur"))}),
        "Observations": _objet(commun | {"observations": _liste(_cite("Chiffre"))}),
        "Portrait": _objet(
            {
                "base": _TEXTE, "licence": _TEXTE, "territoire": _cite("Territoire"),
                "references": _liste(_cite("Territoire")), "familles": _liste(_cite("Ligne")),
                "themes": _liste(_objet({"theme": _TEXTE, "lignes": _liste(_cite("Ligne"))})),
                "manquants": _liste(_TEXTE), "reste": _liste(_objet(reste)),
            }
        ),
        "Refus": _objet(
            {
                "erreur": _TEXTE, "parametre": _ou_rien(_TEXTE), "recu": _ou_rien(_TEXTE), "admis": _liste(_TEXTE),
                "quoi_faire": _TEXTE,
            }
        ),
    }  # fmt: skip


@cache
def decrire(racine: str) -> dict[str, Any]:
    """La description entière (OpenAPI 3.1), pour un serveur dont l'accueil est à `racine`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Observatoire des quartiers : les données à une adresse",
            "version": reponses.VERSION,
            "description": "Lecture seule. Un chiffre porte toujours sa source, son année, son statut et sa fiabilité. "
            f"Une réponse a au plus {LIGNES_AU_PLUS} chiffres ; au-delà elle est refusée, jamais coupée.",
            "license": {"name": ouvertes.LICENCE, "identifier": "etalab-2.0"},
        },
        "servers": [{"url": racine.rstrip("/") or "/"}],
        "paths": {f"{PREFIXE}{a.chemin}": _operation(a) for a in ADRESSES},
        "components": {"schemas": _formes()},
    }
