"""`/lieux.json` : les lieux que propose la case de la barre, à mesure que l'on tape."""

from __future__ import annotations

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from indicators.analyse.recherche import AU_PLUS
from pages.commun import acces, lieu
from pages.serveur.api.parametres import DemandeRefusee
from pages.serveur.api.reponses import JSON, dans_un_fil, ecrire_json
from pages.serveur.api.routes import proteger
from pages.serveur.document import racine

CHEMIN = "lieux.json"
_PARAMETRES = ("texte", "ici")


def routes() -> list[BaseRoute]:
    """L'adresse, sous le chemin que le serveur donne à l'application."""
    return [Route(racine() + CHEMIN, proteger(_servir), methods=["GET"])]


async def _servir(requete: Request) -> Response:
    recus = dict(requete.query_params)
    for nom, valeur in recus.items():
        if nom not in _PARAMETRES:
            raise DemandeRefusee("Cette adresse n’a pas ce paramètre.", "Retirez-le.", parametre=nom[:120],
                                 admis=_PARAMETRES)  # fmt: skip
        if len(valeur) > AU_PLUS:
            raise DemandeRefusee(f"Ce texte passe {AU_PLUS} caractères.", "Tapez un nom, une commune ou un code.",
                                 parametre=nom, recu=valeur[:120])  # fmt: skip
    texte, ici = (recus.get(nom, "") for nom in _PARAMETRES)
    trouves = await dans_un_fil(lambda: lieu.trouver(acces.hors_session(), texte, ici))
    return Response(ecrire_json(asdict(trouves)), media_type=JSON, headers={"Cache-Control": "no-store"})
