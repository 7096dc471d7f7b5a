"""Une carte a des noms pour deux largeurs, et une feuille de style montre les bons : la première vue n'en donne qu'une.

Ce qui n'est qu'à l'autre largeur est retiré jusqu'à la balise qui le ferme, comme un navigateur la trouverait ; jamais
au jugé d'un motif, qui pourrait emporter ce qui le suit.
"""

from __future__ import annotations

from html.parser import HTMLParser

AMPLE, ETROITE = "dc-ample", "dc-etroite"
"""Les classes de ce qui n'est dessiné que pour un ordinateur, ou pour un téléphone (`indicators/carte/dessin.py`)."""


def sans_l_autre_largeur(html: str, *, telephone: bool) -> str:
    """Le bloc sans ce que cet appareil ne montrera pas ; inchangé s'il n'en a qu'une, ou s'il ne se ferme pas."""
    ouvrante = f'<g class="{AMPLE if telephone else ETROITE}">'  # d'un texte échappé ne sort aucune balise
    gardes, reste = [], html
    while ouvrante in reste:
        avant, _, dedans = reste.partition(ouvrante)
        fin = _fin_du_bloc(dedans)
        if fin is None:
            break
        gardes.append(avant)
        reste = dedans[fin:]
    return "".join((*gardes, reste))


def _fin_du_bloc(html: str) -> int | None:
    """Où finit le bloc dont on vient de passer la balise ouvrante, la fermante comprise ; None s'il ne finit pas."""
    lecteur = _Blocs()
    try:
        lecteur.feed(html)
        lecteur.close()
    except _Ferme:
        ligne, colonne = lecteur.getpos()
        avant = sum(len(une) + 1 for une in html.split("\n", ligne - 1)[: ligne - 1])
        return html.index(">", avant + colonne) + 1
    return None


class _Ferme(Exception):
    """Le bloc est fini : le reste n'a pas à être lu."""


class _Blocs(HTMLParser):
    """Compte les groupes ouverts, et s'arrête à celui qui se ferme sans s'être ouvert ici."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._ouverts = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Un groupe de plus à fermer."""
        self._ouverts += tag == "g"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Une forme qui se ferme elle-même (`<path/>`) n'a rien dedans."""

    def handle_endtag(self, tag: str) -> None:
        """Un groupe de moins."""
        self._ouverts -= tag == "g"
        if not self._ouverts:
            raise _Ferme
