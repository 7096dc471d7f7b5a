"""`/tableau.csv` et `/tableau.xlsx` : un tableau d'un écran, relu en jouant cet écran comme tout le monde le voit.

Rien n'est gardé du côté du serveur : l'adresse dit l'écran, ses choix et le tableau. Un écran réservé n'y est pas.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from indicators.publications.exports import TYPES_MIME
from indicators.publications.montre import TableauMontre, classeur_montre, csv_montre
from pages.commun.tableaux import CHEMINS, ECRAN, TABLEAU, ecran_de, trouver
from pages.ecrans import Ecran
from pages.serveur.api.parametres import DemandeRefusee
from pages.serveur.api.reponses import dans_un_fil
from pages.serveur.api.routes import proteger
from pages.serveur.document import racine
from pages.serveur.premiere.lecture import jouer, possible

LONGUEUR = 2_000
"""Octets d'une adresse : aucun lien que l'observatoire écrit n'est plus long."""
EN_MEME_TEMPS = 2
"""Écrans rejoués à la fois : les visiteurs gardent la machine."""
_places = asyncio.Semaphore(EN_MEME_TEMPS)
_FAIRE = {"csv": csv_montre, "xlsx": classeur_montre}


def routes() -> list[BaseRoute]:
    """Les deux adresses, sous le chemin que le serveur donne à l'application."""
    return [Route(racine() + chemin, proteger(_servir(s)), methods=["GET"]) for s, chemin in CHEMINS.items()]


def _servir(suffixe: str) -> Callable[[Request], Awaitable[Response]]:
    async def servir(requete: Request) -> Response:
        ecran, choix, cle = _lire(requete)
        adresse = str(requete.url.replace(path=racine() + ecran.url, query=urlencode(choix)))
        async with _places:
            messages = await jouer(ecran.url, adresse, urlencode(choix))
        tableau = trouver(_blocs(messages), cle)
        if tableau is None:
            raise DemandeRefusee(
                f"L’écran « {ecran.titre} » ne montre pas ce tableau avec ces choix.",
                "Rouvrez l’écran et prenez le lien qui est sous le tableau.",
                parametre=TABLEAU, recu=cle[:120], statut=404,
            )  # fmt: skip
        corps = await dans_un_fil(lambda: _FAIRE[suffixe](tableau, adresse))
        return Response(corps, media_type=TYPES_MIME[suffixe], headers={
            "Content-Disposition": f'attachment; filename="{_fichier(ecran, choix, tableau)}.{suffixe}"',
            "Cache-Control": "no-cache",
        })  # fmt: skip

    return servir


def _lire(requete: Request) -> tuple[Ecran, dict[str, str], str]:
    """L'écran, ses choix et le nom du tableau ; un paramètre de trop, manquant ou inconnu est refusé."""
    if len(requete.url.query) > LONGUEUR:
        raise DemandeRefusee("Cette adresse est trop longue.", "Prenez le lien qui est sous le tableau.", statut=414)
    recus = dict(requete.query_params)
    code, cle = recus.pop(ECRAN, ""), recus.pop(TABLEAU, "")
    ecran = ecran_de(code)
    if ecran is None or not cle:
        raise DemandeRefusee(
            "Cette adresse ne dit pas de quel écran est le tableau, ni son nom.",
            "Prenez le lien qui est sous le tableau.", parametre=ECRAN if ecran is None else TABLEAU,
            recu=code[:120], statut=404,
        )  # fmt: skip
    connus = ecran.par_nom.keys() | ecran.anciens_parametres.keys()
    for nom in recus:
        if nom not in connus:
            raise DemandeRefusee(
                f"L’écran « {ecran.titre} » n’a pas ce paramètre.", "Retirez-le.", parametre=nom[:120],
                admis=sorted(connus),
            )  # fmt: skip
    if not possible():
        raise DemandeRefusee("L’observatoire s’ouvre.", "Réessayez dans quelques secondes.", statut=503)
    return ecran, dict(sorted(recus.items())), cle


def _blocs(messages: Iterable[ForwardMsg]) -> list[str]:
    elements = [m.delta.new_element for m in messages if m.WhichOneof("type") == "delta"]
    return [e.markdown.body or e.bidi_component.bytes.decode() for e in elements]


def _fichier(ecran: Ecran, choix: dict[str, str], tableau: TableauMontre) -> str:
    """« portrait-QP062011-revenus-et-pauvrete »."""
    noms = (ecran.code, choix.get("territoire", ""), tableau.titre)
    ascii_ = "-".join(filter(None, noms)).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", ascii_).strip("-")[:100]
