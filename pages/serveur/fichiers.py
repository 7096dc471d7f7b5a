"""Les fichiers de Streamlit (scripts, styles, polices) servis de la mémoire, et ceux que chaque écran annonce d'avance.

Streamlit les relit du disque à chaque requête et ne les compresse pas ; un premier chargement en demande une centaine.
Leurs noms portent leur empreinte : un contenu gardé n'est jamais périmé. Lesquels dépendent desquels est lu dans le
`manifest.json` que Streamlit livre : aucun nom de fichier n'est écrit ici.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import file_util

from pages.ecrans import elements

DOSSIER = Path(file_util.get_static_dir())
CACHE = "public, immutable, max-age=31536000"
"""Un an : ce que Streamlit annonce lui-même pour ces fichiers."""
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".woff2": "font/woff2",
    ".woff": "font/woff",
    ".ttf": "font/ttf",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
}
"""Écrits plutôt que devinés : le registre de Windows en donne parfois d'autres, et un module serait refusé."""
COMPRESSIBLES = {".js", ".css", ".svg", ".json", ".ttf"}


@dataclass(frozen=True)
class Fichier:
    """Un fichier prêt à partir : son type et son corps, compressé une fois pour toutes s'il y gagne."""

    type_mime: str
    corps: bytes
    comprime: bool

    def en_clair(self) -> bytes:
        """Le corps d'origine, pour le rare navigateur qui ne sait pas le décompresser."""
        return gzip.decompress(self.corps) if self.comprime else self.corps


@cache
def lire(nom: str) -> Fichier:
    """Le fichier de ce nom (`static/js/…`), lu et compressé au premier appel ; à ne demander que s'il est livré."""
    chemin = DOSSIER / nom
    corps = chemin.read_bytes()
    comprime = gzip.compress(corps, 9, mtime=0) if chemin.suffix in COMPRESSIBLES else corps
    type_mime = TYPES.get(chemin.suffix, "application/octet-stream")
    gagne = len(comprime) < len(corps)
    return Fichier(type_mime, comprime if gagne else corps, gagne)


@lru_cache(maxsize=1)
def livres() -> frozenset[str]:
    """Tous les fichiers livrés : un chemin qui n'y est pas n'est jamais cherché sur le disque."""
    return frozenset(
        f"static/{fichier.relative_to(DOSSIER / 'static').as_posix()}"
        for fichier in (DOSSIER / "static").rglob("*")
        if fichier.is_file()
    )


@lru_cache(maxsize=1)
def police() -> str:
    """Le fichier de la police droite de Streamlit, celle que sa page annonce."""
    return next(f for f in sorted(livres()) if f.endswith(".woff2") and "/SourceSansVF-Upright" in f)


@lru_cache(maxsize=1)
def _manifeste() -> dict[str, dict[str, object]]:
    lu: dict[str, dict[str, object]] = json.loads((DOSSIER / "manifest.json").read_text("utf-8"))
    return lu


def _avec_dependances(cles: list[str]) -> list[str]:
    """Les fichiers de ces entrées et de tout ce qu'elles importent, chacun une fois, les dépendances d'abord."""
    manifeste = _manifeste()
    vus: dict[str, None] = {}

    def suivre(cle: str, ouverts: frozenset[str]) -> None:
        if cle in ouverts or str(manifeste[cle]["file"]) in vus:
            return
        for suivante in manifeste[cle].get("imports", []):  # type: ignore[attr-defined]
            suivre(suivante, ouverts | {cle})
        vus[str(manifeste[cle]["file"])] = None

    for cle in cles:
        suivre(cle, frozenset())
    return list(vus)


@lru_cache(maxsize=64)
def annonces(ecran: str) -> tuple[str, ...]:
    """Les scripts que cet écran demandera et que la page de Streamlit n'annonce pas elle-même."""
    par_nom = {str(entree.get("name")): cle for cle, entree in _manifeste().items() if entree.get("isDynamicEntry")}
    for cle in _manifeste():
        if "rehype-raw" in cle:
            par_nom["rehype-raw"] = cle
    deja = set(_avec_dependances(["index.html"]))
    cles = [par_nom[nom] for nom in elements(ecran) if nom in par_nom]
    return tuple(fichier for fichier in _avec_dependances(cles) if fichier not in deja)


_prets: dict[str, Fichier] = {}
"""Ce qui est déjà lu : le trouver ne demande pas de passer par un fil."""


class FichiersEnMemoire:
    """Répond de la mémoire aux fichiers livrés avec Streamlit ; tout le reste passe."""

    def __init__(self, app: ASGIApp, entetes: Mapping[str, str]) -> None:
        self.app = app
        self.entetes = [(nom.lower().encode(), valeur.encode()) for nom, valeur in entetes.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Une requête de fichier est servie sans session, ni disque, ni compression nouvelle."""
        nom = scope["path"][1:] if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} else ""
        if nom not in livres():
            await self.app(scope, receive, send)
            return
        fichier = _prets.get(nom)
        if fichier is None:
            fichier = _prets[nom] = await to_thread.run_sync(lire, nom)
        tel_quel = fichier.comprime and "gzip" in Headers(scope=scope).get("accept-encoding", "")
        corps = fichier.corps if tel_quel else fichier.en_clair()
        entetes = [
            (b"content-type", fichier.type_mime.encode()),
            (b"content-length", str(len(corps)).encode()),
            (b"cache-control", CACHE.encode()),
            *self.entetes,
        ]
        if fichier.comprime:
            entetes.append((b"vary", b"Accept-Encoding"))
        if tel_quel:
            entetes.append((b"content-encoding", b"gzip"))
        await send({"type": "http.response.start", "status": 200, "headers": entetes})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else corps})
