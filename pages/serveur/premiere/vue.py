"""La première vue d'une adresse : jouée une fois, écrite en HTML, gardée jusqu'à ce qu'un fichier de données change.

Elle n'est donnée qu'à qui demande un écran public avec des paramètres que cet écran connaît ; à tout le reste, et
pendant que la base se refait, le serveur répond la page d'attente. Une adresse inconnue n'entre pas dans la mémoire.
"""

from __future__ import annotations

import asyncio
import gzip
import logging
import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from html import unescape
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import URL, Headers
from starlette.types import Scope

from indicators.base.construction import dossier_locales, signature
from indicators.recit.methode import JOURNAL
from indicators.socle.erreurs import ErreurObservatoire
from indicators.socle.reglages import FICHIER
from pages.commun import suivi, visiteur
from pages.commun.adresse import SUIVI_DES_CLICS
from pages.commun.gabarits import rendre
from pages.ecrans import Ecran
from pages.serveur.premiere.arbre import Noeud, Passage, lire
from pages.serveur.premiere.largeurs import sans_l_autre_largeur
from pages.serveur.premiere.lecture import jouer, possible

journal = logging.getLogger("observatoire")

ATTENTE = 2.5
"""Au-delà, en secondes, la page part sans sa première vue : elle sera prête pour le visiteur suivant."""
GARDEES = 120
EN_MEME_TEMPS = 2
"""Passages joués à la fois : les autres visiteurs gardent la machine."""
AU_PLUS = 40_000
"""Octets d'une première vue compressée : avec le style et les scripts, la page tient en 60 ko. Au-delà, elle s'arrête à
un bloc entier ; la page vivante a la suite."""
LONGUEUR = 800
"""Une adresse plus longue n'est celle d'aucun lien que l'observatoire écrit."""


@dataclass(frozen=True)
class Vue:
    """Le titre de la page, la phrase qui la résume (vide si l'écran n'en a pas), et son HTML."""

    titre: str
    phrase: str
    html: str


_Cle = tuple[object, ...]
_gardees: OrderedDict[_Cle, Vue | None] = OrderedDict()
_en_cours: dict[_Cle, asyncio.Task[Vue | None]] = {}


async def premiere_vue(scope: Scope, ecran: Ecran) -> Vue | None:
    """La première vue de cette adresse ; None s'il n'y en a pas, ou si elle n'est pas prête à temps."""
    parametres = _parametres(scope["query_string"], ecran)
    if not ecran.premiere_vue or parametres is None or not possible():
        return None
    telephone = visiteur.est_un_telephone(Headers(scope=scope).get("user-agent"))
    cle = (_etat(), date.today(), str(URL(scope=scope).replace(query="")), parametres, telephone)
    if cle in _gardees:
        _gardees.move_to_end(cle)
        return _gardees[cle]
    tache = _en_cours.get(cle)
    if tache is None:
        if len(_en_cours) >= EN_MEME_TEMPS:
            return None
        tache = _en_cours[cle] = asyncio.create_task(_preparer(cle, ecran, parametres, telephone=telephone))
        tache.add_done_callback(lambda _: _en_cours.pop(cle, None))
    try:
        return await asyncio.wait_for(asyncio.shield(tache), ATTENTE)
    except TimeoutError:
        return None


def _parametres(demande: bytes, ecran: Ecran) -> str | None:
    """Les paramètres que l'écran connaît, rangés ; None si l'adresse en a d'autres, dont il aurait à parler."""
    if len(demande) > LONGUEUR:
        return None
    lus = parse_qsl(demande.decode("latin-1"), keep_blank_values=True)
    retenus = [(nom, valeur) for nom, valeur in lus if not nom.startswith(SUIVI_DES_CLICS)]
    connus = ecran.par_nom.keys() | ecran.anciens_parametres.keys()
    return urlencode(sorted(retenus)) if all(nom in connus for nom, _ in retenus) else None


def _etat() -> object:
    """Ce dont dépend tout ce que montre un écran : les fichiers de données, le suivi, le journal, les réglages."""
    reglages = (JOURNAL, dossier_locales() / FICHIER)
    try:
        return signature(), suivi.marque(), tuple(f.stat().st_mtime_ns if f.exists() else 0 for f in reglages)
    except ErreurObservatoire:
        return object()  # des fichiers sont en train de changer : rien ne se garde


async def _preparer(cle: _Cle, ecran: Ecran, parametres: str, *, telephone: bool) -> Vue | None:
    """La vue, et sa garde. Un passage qui n'a pas fini (la base se faisait) ne se garde pas : le suivant le rejoue."""
    try:
        messages = await jouer(ecran.url, f"{cle[2]}", parametres)
        vue = _ecrire(lire(messages), telephone=telephone)
    except Exception:
        # La page vivante dira ce qu'il en est : une première vue manquante n'est pas une panne.
        journal.exception("Première vue impossible : %s?%s", ecran.url, parametres)
        return None
    if messages:
        _gardees[cle] = vue
        while len(_gardees) > GARDEES:
            _gardees.popitem(last=False)
    return vue


def _ecrire(passage: Passage | None, *, telephone: bool = False) -> Vue | None:
    """La vue, allégée de ses derniers blocs s'il le faut ; None si même le premier n'y tient pas."""
    if passage is None:
        return None
    racine = passage.racine
    for bloc in racine.parcourir():
        if bloc.cle == visiteur.REPLIES:
            for noeud in bloc.suite:
                noeud.donnees["ouvert"] = not telephone
        if bloc.genre == "html":
            bloc.donnees["corps"] = sans_l_autre_largeur(bloc.donnees["corps"], telephone=telephone)
    while racine.suite:
        html = str(rendre("premiere.html", part="blocs", racine=racine))
        if len(gzip.compress(html.encode(), 6)) <= AU_PLUS:
            return Vue(passage.titre, _phrase(racine), html)
        racine = Noeud(racine.genre, enfants=dict(sorted(racine.enfants.items())[:-1]))
    return None


_PHRASES = re.compile(r'<(p|h1) class="(?:chapeau|message[^"]*|phrase|lecture)"[^>]*>(.*?)</\1>', re.DOTALL)


def _phrase(racine: Noeud) -> str:
    """La première phrase de l'écran, sans balise : celle que montre un lien envoyé par message."""
    for noeud in racine.parcourir():
        trouvee = _PHRASES.search(noeud.donnees["corps"]) if noeud.genre == "html" else None
        if trouvee:
            return " ".join(unescape(re.sub(r"<[^>]+>", "", trouvee[2])).split(" "))
    return ""
