"""La fiche et le classeur d'un territoire à leur adresse : un lien suffit, sans JavaScript ni session.

`/papiers/fiche-QP062011.pdf`, `/papiers/classeur-QP062011.xlsx` ; `?reference=FRM` pour une autre seconde référence. Ce
sont les documents du portrait, des mêmes chiffres. Ils passent par les mêmes intergiciels que les écrans ; deux se font
à la fois, et au-delà de quelques-uns qui attendent, le serveur prie de revenir.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import date
from hashlib import sha256
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from indicators.analyse.portrait import Portrait
from indicators.analyse.reste import restes
from indicators.base.base import Base
from indicators.publications.classeur import classeur_xlsx
from indicators.publications.exports import TYPES_MIME
from indicators.publications.fiche import fiche_pdf
from indicators.socle.erreurs import ErreurObservatoire, TerritoireInconnu
from pages.commun import acces
from pages.serveur.document import racine

journal = logging.getLogger("observatoire")
CHEMIN = "papiers"
A_LA_FOIS, EN_ATTENTE = 2, 8
"""Documents faits en même temps ; demandes admises en tout, au-delà le lecteur est prié de revenir."""
GARDES = 40
"""Documents gardés, de quelque 100 ko chacun : le même lien est souvent ouvert par toute une réunion."""

T = TypeVar("T")
_gardes: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
_tour: CapacityLimiter | None = None
_demandes = 0


def _fiche(base: Base, vue: Portrait, adresse: str) -> bytes:
    return fiche_pdf(base, vue, adresse=adresse)


def _classeur(base: Base, vue: Portrait, _adresse: str) -> bytes:
    return classeur_xlsx(vue, base.catalogue, restes=restes(base, vue.territoire.territoire))


DOCUMENTS: dict[str, tuple[str, str, str, Callable[[Base, Portrait, str], bytes]]] = {
    "fiche": ("pdf", "application/pdf", "inline", _fiche),
    "classeur": ("xlsx", TYPES_MIME["xlsx"], "attachment", _classeur),
}
"""Par document : son suffixe, son type, s'il s'ouvre ou s'enregistre, et de quoi le faire."""


class ReferenceInconnue(ErreurObservatoire):
    """La seconde référence demandée n'est pas de celles du territoire."""


def routes() -> list[BaseRoute]:
    """Une par document, sous le chemin que le serveur donne à l'application."""
    return [
        Route(f"{racine()}{CHEMIN}/{nom}-{{code}}.{suffixe}", _servir(nom), methods=["GET"])
        for nom, (suffixe, *_) in DOCUMENTS.items()
    ]


def _servir(document: str) -> Callable[[Request], Awaitable[Response]]:
    suffixe, mime, ouverture, faire = DOCUMENTS[document]

    async def servir(requete: Request) -> Response:
        global _demandes
        if _demandes >= EN_ATTENTE:
            return _dire("Trop de documents se préparent à la fois. Redemandez celui-ci dans quelques secondes.", 503)
        _demandes += 1
        try:
            base = await _a_son_tour(acces.hors_session)
            vue = await _a_son_tour(
                lambda: _portrait(base, requete.path_params["code"], requete.query_params.get("reference") or None)
            )
            adresse = f"{requete.base_url}".rstrip("/") + racine().rstrip("/")
            cle = (base.chemin.stem, f"{date.today()}", document, vue.territoire.territoire,
                   *(t.territoire for t in vue.references), adresse)  # fmt: skip
            entetes = {
                "ETag": f'W/"{sha256(repr(cle).encode()).hexdigest()[:24]}"',
                "Cache-Control": "public, no-cache",
                "Content-Disposition": f'{ouverture}; filename="{document}-{vue.territoire.territoire}.{suffixe}"',
            }
            if entetes["ETag"] in requete.headers.get("if-none-match", ""):
                return Response(status_code=304, headers=entetes)
            if requete.method == "HEAD":
                vide = Response(media_type=mime, headers=entetes)
                del vide.headers["content-length"]  # celle du document, que l'on n'a pas fait
                return vide
            if cle not in _gardes:
                _gardes[cle] = await _a_son_tour(lambda: faire(base, vue, adresse))
            _gardes.move_to_end(cle)
            corps = _gardes[cle]
            while len(_gardes) > GARDES:
                _gardes.popitem(last=False)
            return Response(corps, media_type=mime, headers=entetes)
        except ErreurObservatoire as erreur:
            return _dire(str(erreur), 404 if isinstance(erreur, TerritoireInconnu | ReferenceInconnue) else 503)
        except Exception:
            journal.exception("Document impossible : %s", requete.url.path)
            return _dire("Ce document n’a pas pu être fait. Prévenez la personne qui tient l’observatoire.", 500)
        finally:
            _demandes -= 1

    return servir


async def _a_son_tour(travail: Callable[[], T]) -> T:
    global _tour
    if _tour is None:
        _tour = CapacityLimiter(A_LA_FOIS)
    return await to_thread.run_sync(travail, limiter=_tour)


def _portrait(base: Base, code: str, seconde: str | None) -> Portrait:
    """Le portrait demandé ; une seconde référence que ce territoire n'a pas est refusée, jamais remplacée."""
    fiche = base.fiche(code)
    possibles = {t.territoire: t.nom for t in fiche.references}
    if seconde is not None and seconde not in possibles:
        admis = ", ".join(f"{c} ({nom})" for c, nom in possibles.items()) or "aucune"
        raise ReferenceInconnue(
            f"Référence « {seconde[:40]} » introuvable pour {fiche.territoire.nom}. Disponibles : {admis}."
        )
    return acces.portrait(base, fiche.territoire.territoire, seconde)


def _dire(phrase: str, statut: int) -> Response:
    suite = {"Retry-After": "5"} if statut == 503 else {}
    return PlainTextResponse(phrase, statut, headers={"Cache-Control": "no-store"} | suite)
