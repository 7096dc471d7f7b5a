"""Répondre : une empreinte (ETag) par base et par demande, un corps qui part à mesure, un nombre borné à la fois."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from indicators.base.base import Base
from pages.serveur.api.parametres import DemandeRefusee

VERSION = "1"
"""À changer quand la forme des réponses change : ce qui est gardé chez un lecteur est alors redemandé."""
A_LA_FOIS = 8
"""Réponses en cours, au plus ; au-delà, le lecteur est prié de revenir."""
FILS = 2
"""Fils qui lisent la base pour elles toutes : les écrans gardent les leurs."""
_D_UN_COUP = 3
CSV = "text/csv; charset=utf-8"
JSON = "application/json"
GEOJSON = "application/geo+json"

T = TypeVar("T")
_fils: CapacityLimiter | None = None
_en_cours = 0


async def dans_un_fil(travail: Callable[[], T]) -> T:
    """Fait ce travail hors de la boucle, à son tour."""
    global _fils
    if _fils is None:
        _fils = CapacityLimiter(FILS)
    return await to_thread.run_sync(travail, limiter=_fils)


def empreinte(base: Base, requete: Request) -> str:
    """L'ETag de cette demande : la base et l'adresse la déterminent. Faible, car le corps peut partir compressé."""
    demande = (VERSION, base.chemin.stem, requete.url.path, sorted(requete.query_params.multi_items()))
    return f'W/"{hashlib.sha256(repr(demande).encode()).hexdigest()[:24]}"'


def inchangee(requete: Request, etag: str) -> bool:
    """Vrai si le lecteur a déjà cette réponse."""
    gardees = {e.strip() for e in requete.headers.get("if-none-match", "").split(",")}
    return bool(gardees & {etag, etag.removeprefix("W/"), "*"})


def entetes(etag: str) -> dict[str, str]:
    """Gardée par le lecteur, redemandée à chaque fois : la base peut changer."""
    return {"ETag": etag, "Cache-Control": "public, no-cache"}


async def repondre(
    requete: Request, etag: str, type_mime: str, morceaux: Callable[[], Iterator[bytes]], *, nom: str = ""
) -> Response:
    """Les morceaux, un à un ; en une fois, avec leur longueur, s'ils sont trois au plus (un SIG la demande)."""
    garde = entetes(etag) | ({"Content-Disposition": f'inline; filename="{nom}"'} if nom else {})
    if inchangee(requete, etag):
        return Response(status_code=304, headers=garde)
    if requete.method == "HEAD":
        return StreamingResponse(_rien(), media_type=type_mime, headers=garde)
    if _en_cours >= A_LA_FOIS:
        raise DemandeRefusee("Trop de demandes à la fois.", "Redemandez dans quelques secondes.", statut=503)
    suite = morceaux()
    debut = await dans_un_fil(lambda: list(islice(suite, _D_UN_COUP + 1)))
    if len(debut) <= _D_UN_COUP:
        return Response(b"".join(debut), media_type=type_mime, headers=garde)
    return StreamingResponse(_suivre(debut, suite), media_type=type_mime, headers=garde)


async def _rien() -> AsyncIterator[bytes]:
    for morceau in list[bytes]():
        yield morceau


async def _suivre(debut: list[bytes], suite: Iterator[bytes]) -> AsyncIterator[bytes]:
    global _en_cours
    _en_cours += 1
    try:
        for morceau in debut:
            yield morceau
        while suivant := await dans_un_fil(lambda: list(islice(suite, 1))):
            yield suivant[0]
    finally:
        _en_cours -= 1


def json_en_ligne(tete: dict[str, Any], nom: str, paquets: Iterable[Iterable[dict[str, Any]]]) -> Iterator[bytes]:
    """Un objet JSON dont le dernier champ est une longue liste, écrite paquet par paquet."""
    ouverture = ecrire_json(tete)[:-1] + (b"," if tete else b"") + json.dumps(nom).encode() + b":["
    premier = True
    for paquet in paquets:
        lignes = [ecrire_json(objet) for objet in paquet]
        if lignes:
            yield ouverture + (b"" if premier else b",") + b"\n" + b",\n".join(lignes)
            ouverture, premier = b"", False
    yield ouverture + b"\n]}\n"


def csv_en_ligne(colonnes: list[str], paquets: Iterable[Iterable[list[str]]], *, virgule: bool) -> Iterator[bytes]:
    """Un CSV : `;`, fins de ligne Windows et BOM pour Excel en français ; `,` sans BOM si la décimale est un point."""
    separateur, debut = (";", "\ufeff") if virgule else (",", "")
    entete: list[list[str]] = [colonnes]
    for paquet in paquets:
        yield (debut + _lignes_csv([*entete, *paquet], separateur)).encode()
        entete, debut = [], ""
    if entete:
        yield (debut + _lignes_csv(entete, separateur)).encode()


def _lignes_csv(lignes: Iterable[list[str]], separateur: str) -> str:
    sortie = io.StringIO()
    csv.writer(sortie, delimiter=separateur, lineterminator="\r\n").writerows(lignes)
    return sortie.getvalue()


def ecrire_json(objet: Any) -> bytes:
    """Un objet en JSON, accents tels quels ; un nombre infini est une faute, pas un texte."""
    return json.dumps(objet, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
