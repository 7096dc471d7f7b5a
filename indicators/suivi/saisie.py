"""Ce qui est tapé, avant d'être écrit : borné, nettoyé, et sans rien de personnel.

Chaque fonction rend la valeur à écrire, ou lève `ErreurSuivi` avec le nom du champ, ce qui a été reçu et ce qui est
admis. Rien n'est échappé ici : c'est l'écran, le document ou le tableur qui échappe à sa façon.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

from indicators.suivi.refus import ErreurSuivi

COURT = 200
"""Caractères d'un titre, d'une fonction, d'une unité."""
LONG = 4_000
"""Caractères d'un commentaire ou d'une décision."""
NOTE = 8_000
"""Caractères des notes d'une diapositive."""
CODE = 80
LIEN = 500
NOMBRE_MAX = 1e12
EFFECTIF_MAX = 1_000_000
ANNEES = (2000, 2100)

_INVISIBLES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_COURRIEL = re.compile(r"[^\s@<>()]+\s?(?:@|\(at\)|\[at\]|＠)\s?[^\s@<>()]+\.[a-z]{2,}", re.IGNORECASE)
_TELEPHONE = re.compile(r"(?<![\d,.])(?:(?:\+|00)\s?33[\s.\-]?(?:\(0\))?|0)\s?[1-9](?:[\s.\-]?\d\d){4}(?!\d)")
_VOIE = r"(?<!rue )(?<!place )(?<!avenue )(?<!école )(?<!collège )(?<!lycée )(?<!maison )"
_CIVILITE = re.compile(rf"{_VOIE}\b(?:M\.|MM\.|Mme|Mmes|Mlle|Monsieur|Madame|Mademoiselle)\s+(?!L[ae]\b)[A-ZÀ-Þ]")
_NOM_PROPRE = re.compile(r"[A-ZÀ-Þ][\w'’-]+(?:\s+[A-ZÀ-Þ][\w'’-]+)+")

_Choix = TypeVar("_Choix", bound=StrEnum)


def texte(valeur: str, champ: str, maximum: int = COURT, *, obligatoire: bool = False) -> str:
    """Le texte nettoyé : une seule forme d'accents, sans caractère invisible ni blanc autour ; borné, impersonnel."""
    propre = _INVISIBLES.sub("", unicodedata.normalize("NFC", valeur.replace("\r\n", "\n").replace("\r", "\n"))).strip()
    if obligatoire and not propre:
        raise ErreurSuivi(f"« {champ} » est vide : écrivez quelque chose.")
    if len(propre) > maximum:
        raise ErreurSuivi(f"« {champ} » a {len(propre)} caractères ; {maximum} sont admis. Raccourcissez-le.")
    sans_personne(propre, champ)
    return propre


def sans_personne(valeur: str, champ: str) -> None:
    """Lève `ErreurSuivi` devant une adresse électronique, un téléphone ou une civilité suivie d'un nom."""
    for motif, quoi in ((_COURRIEL, "une adresse électronique"), (_TELEPHONE, "un numéro de téléphone")):
        if motif.search(valeur):
            raise ErreurSuivi(f"« {champ} » contient {quoi} : le suivi ne garde rien de personnel. Retirez-le.")
    if _CIVILITE.search(valeur):
        raise ErreurSuivi(
            f"« {champ} » nomme une personne : écrivez sa fonction (« la directrice du centre social »), pas son nom."
        )


def fonction(valeur: str, champ: str = "fonction", *, obligatoire: bool = True) -> str:
    """Une fonction (« référente logement ») : jamais le nom d'une personne, que deux majuscules de suite trahissent."""
    propre = texte(valeur, champ, obligatoire=obligatoire)
    if _NOM_PROPRE.fullmatch(propre):
        raise ErreurSuivi(
            f"« {champ} » ressemble au nom d’une personne (« {propre} ») : écrivez une fonction, en minuscules "
            "(« référente logement »)."
        )
    return propre


def code(valeur: str, champ: str, *, obligatoire: bool = True) -> str:
    """Un identifiant : lettres, chiffres et ponctuation d'adresse, 80 caractères au plus."""
    propre = valeur.strip()
    if not propre and not obligatoire:
        return ""
    if len(propre) > CODE or not re.fullmatch(r"[\w.:+~/-]+", propre):
        raise ErreurSuivi(f"« {champ} » : « {propre[:CODE]} » n’est pas un identifiant de l’observatoire.")
    return propre


def lien(valeur: str, champ: str = "preuve") -> str:
    """Une adresse http ou https complète, sans identifiant ni mot de passe ; vide si rien n'est donné."""
    propre = valeur.strip()
    if not propre:
        return ""
    try:
        parties = urlsplit(propre)
        nette = parties.scheme in {"http", "https"} and bool(parties.hostname) and parties.username is None
    except ValueError:
        nette = False
    if not nette or len(propre) > LIEN or not re.fullmatch(r"[^\s<>\"'\\^`{|}\x00-\x20\x7f-\x9f]+", propre):
        raise ErreurSuivi(
            f"« {champ} » : « {propre[:60]} » n’est pas une adresse. Attendu : https://…, {LIEN} caractères au plus."
        )
    if _COURRIEL.search(propre):
        raise ErreurSuivi(f"« {champ} » contient une adresse électronique : le suivi ne garde rien de personnel.")
    return propre


def nombre(valeur: float | None, champ: str) -> float | None:
    """Un nombre fini, ou None s'il n'y en a pas ; zéro est une valeur."""
    if valeur is None:
        return None
    if not math.isfinite(valeur) or abs(valeur) > NOMBRE_MAX:
        raise ErreurSuivi(f"« {champ} » : {valeur} n’est pas un nombre recevable (au plus mille milliards).")
    return float(valeur)


def effectif(valeur: int | None, champ: str) -> int:
    """Un nombre de personnes ou de choses, entier, de zéro à un million."""
    if valeur is None or isinstance(valeur, bool) or int(valeur) != valeur or not 0 <= valeur <= EFFECTIF_MAX:
        raise ErreurSuivi(f"« {champ} » : {valeur} n’est pas un effectif. Attendu : un entier de 0 à {EFFECTIF_MAX}.")
    return int(valeur)


def centimes(euros: float | None, champ: str) -> int | None:
    """Un montant en euros, en centimes ; None si le montant n'est pas connu (zéro est un montant)."""
    propre = nombre(euros, champ)
    if propre is None:
        return None
    if propre < 0:
        raise ErreurSuivi(f"« {champ} » : {propre} est négatif ; un montant est positif ou nul.")
    return round(propre * 100)


def annee(valeur: int, champ: str = "année") -> int:
    """Une année de 2000 à 2100."""
    if not ANNEES[0] <= valeur <= ANNEES[1]:
        raise ErreurSuivi(f"« {champ} » : {valeur} n’est pas admis. Attendu : une année de {ANNEES[0]} à {ANNEES[1]}.")
    return int(valeur)


def jour(valeur: date | None, champ: str) -> date | None:
    """Une date de 2000 à 2100, ou None."""
    if valeur is not None:
        annee(valeur.year, champ)
    return valeur


def choix(valeur: str, sorte: type[_Choix], champ: str) -> _Choix:
    """L'un des mots admis."""
    try:
        return sorte(valeur)
    except ValueError:
        admis = ", ".join(f"« {mot.value} »" for mot in sorte)
        raise ErreurSuivi(f"« {champ} » : « {str(valeur)[:CODE]} » n’est pas admis. Attendu : {admis}.") from None


def liste(valeurs: Iterable[str], champ: str, maximum: int) -> list[str]:
    """Une liste d'identifiants, sans double, dans l'ordre donné ; bornée."""
    propres = list(dict.fromkeys(code(valeur, champ) for valeur in valeurs))
    borner(propres, champ, maximum)
    return propres


def borner(valeurs: Sequence[object], champ: str, maximum: int) -> None:
    """Lève `ErreurSuivi` si la liste est trop longue."""
    if len(valeurs) > maximum:
        raise ErreurSuivi(f"« {champ} » a {len(valeurs)} éléments ; {maximum} sont admis.")
