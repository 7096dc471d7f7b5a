"""Les routes `/api` que sert l'application, à côté de Streamlit : lire, répondre, dire les refus en français.

Elles ne montrent que ce que montrent les écrans ouverts à tous : ni le suivi, ni « Mettre à jour ». Elles passent par
les mêmes intergiciels, et par les mêmes limites de nginx. Aucun en-tête n'autorise un autre site à les lire.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from indicators.publications.ouvertes import CHAMPS
from indicators.socle.erreurs import ErreurObservatoire, TerritoireInconnu
from pages.commun import acces
from pages.commun.gabarits import rendre
from pages.serveur.api import reponses
from pages.serveur.api.adresses import ADRESSES, LIGNES_AU_PLUS, PREFIXE, Adresse
from pages.serveur.api.description import decrire
from pages.serveur.api.emporter import EMPORTES
from pages.serveur.api.parametres import DemandeRefusee, lire
from pages.serveur.document import racine

journal = logging.getLogger("observatoire")
Repondre = Callable[[Request], Awaitable[Response]]


def routes() -> list[BaseRoute]:
    """Toutes, la description comprise ; sous le chemin que le serveur donne à l'application."""
    base = racine().rstrip("/") + PREFIXE
    servies: list[BaseRoute] = [
        Route(base + a.chemin, proteger(_servir(a)), methods=["GET"]) for a in (*ADRESSES, *EMPORTES)
    ]
    servies += [
        Route(base + suffixe, proteger(faire), methods=["GET"])
        for suffixe, faire in (("", _page), ("/", _page), ("/openapi.json", _openapi), ("/{reste:path}", _inconnue))
    ]
    # Une autre méthode recevrait l'écran de Streamlit.
    servies.append(Route(base + "/{reste:path}", proteger(_lecture_seule), methods=[*_AUTRES_METHODES]))
    return servies


_AUTRES_METHODES = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY")


def _servir(adresse: Adresse) -> Repondre:
    async def servir(requete: Request) -> Response:
        base = await reponses.dans_un_fil(acces.hors_session)
        etag = reponses.empreinte(base, requete)
        code = next(iter(requete.path_params.values()), "")
        recus = requete.query_params.multi_items()
        morceaux = await reponses.dans_un_fil(
            lambda: adresse.preparer(base, lire(base, recus, adresse.parametres), code)
        )
        return await reponses.repondre(requete, etag, adresse.type_mime, morceaux, nom=adresse.fichier)

    return servir


async def _page(_requete: Request) -> Response:
    corps = rendre(
        "api.html",
        racine=racine(),
        prefixe=racine().rstrip("/") + PREFIXE,
        adresses=ADRESSES,
        champs=CHAMPS,
        au_plus=LIGNES_AU_PLUS,
    )
    return HTMLResponse(str(corps))


async def _openapi(_requete: Request) -> Response:
    return Response(reponses.ecrire_json(decrire(racine())), media_type=reponses.JSON)


async def _inconnue(requete: Request) -> Response:
    raise DemandeRefusee(
        f"Il n’y a rien à « {requete.url.path[:120]} ».",
        f"Les adresses sont décrites à « {racine().rstrip('/')}{PREFIXE} ».",
        admis=[PREFIXE + a.chemin for a in ADRESSES],
        statut=404,
    )


async def _lecture_seule(requete: Request) -> Response:
    refus = DemandeRefusee("Cette adresse se lit, elle ne s’écrit pas.", "Demandez-la par GET.", recu=requete.method,
                           admis=["GET", "HEAD"], statut=405)  # fmt: skip
    reponse = _refuser(refus.corps, 405)
    reponse.headers["Allow"] = "GET, HEAD"
    return reponse


def proteger(faire: Repondre) -> Repondre:
    """Un refus prévu est une réponse en français ; toute autre faute est au journal, et rien n'en est montré."""

    async def servir(requete: Request) -> Response:
        try:
            return await faire(requete)
        except DemandeRefusee as refus:
            return _refuser(refus.corps, refus.statut)
        except ErreurObservatoire as erreur:
            statut = 404 if isinstance(erreur, TerritoireInconnu) else 503
            return _refuser(DemandeRefusee(str(erreur), "Vérifiez la demande, ou réessayez plus tard.").corps, statut)
        except HTTPException:
            raise
        except Exception:
            journal.exception("Demande de données sans réponse : %s", requete.url.path)
            suite = DemandeRefusee(
                "Cette demande n’a pas pu être servie.", "Prévenez la personne qui tient l’observatoire."
            )
            return _refuser(suite.corps, 500)

    return servir


def _refuser(corps: object, statut: int) -> Response:
    suite = {"Retry-After": "5"} if statut == 503 else {}
    return Response(
        reponses.ecrire_json(corps), statut, media_type=reponses.JSON, headers={"Cache-Control": "no-store"} | suite
    )
