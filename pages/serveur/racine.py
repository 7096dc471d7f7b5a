"""Les petits fichiers demandés à la racine : l'icône, ce que les robots peuvent lire, les images, la feuille."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.commun.images import IMAGES, PREFIXE
from pages.serveur import feuille

_ICONE = (Path(__file__).resolve().parents[1] / "commun" / "icone.png").read_bytes()
_INTERDITS = ("/_stcore/", "/media/", "/mettre_a_jour", "/api/", "/papiers/", "/tableau.")
_ROBOTS = "User-agent: *\n" + "".join(f"Disallow: {chemin}\n" for chemin in _INTERDITS)
FICHIERS = {
    "favicon.png": ("image/png", _ICONE),
    "favicon.ico": ("image/png", _ICONE),
    "robots.txt": ("text/plain; charset=utf-8", _ROBOTS.encode()),
    feuille.NOM: ("text/css; charset=utf-8", feuille.ENTIERE.encode()),
} | {f"{PREFIXE}{i.nom}.webp": ("image/webp", i.fichier.read_bytes()) for i in IMAGES.values() if i.fichier.exists()}
"""Par nom, le type et le contenu. Streamlit répondrait sa propre icône, et son document HTML au lieu de robots.txt."""
CACHE = "public, max-age=86400"


class FichiersDeRacine:
    """Répond à ces fichiers ; tout le reste passe."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Un nom exact, demandé d'un chemin d'un seul niveau ou d'un niveau sous l'écran, comme le fait la page."""
        trouve = FICHIERS.get(scope["path"].rpartition("/")[2]) if scope["type"] == "http" else None
        if trouve is None or scope["method"] not in {"GET", "HEAD"} or scope["path"].count("/") > 2:
            await self.app(scope, receive, send)
            return
        type_mime, corps = trouve
        reponse = Response(corps, media_type=type_mime, headers={"Cache-Control": CACHE})
        await reponse(scope, receive, send)
