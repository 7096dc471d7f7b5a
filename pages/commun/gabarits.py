"""Remplir un gabarit HTML de `pages/gabarits/` : Jinja2, tout texte venu d'ailleurs y est échappé.

Une fin de ligne d'un gabarit vaut une espace, comme en HTML ; son retrait n'est pas envoyé. Un nom inconnu du contexte
est une erreur. Les gabarits sont compilés une fois par processus : ils font partie du programme, et ne sont pas relus.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup

from indicators.recit import phrases, tendances
from indicators.recit.dessins.bandes import ORIENTATION
from indicators.recit.dessins.lecture import LECTURES
from indicators.recit.page.modele import a_dire
from indicators.socle import nombres
from indicators.socle.nombres import INSECABLE, capitale, nombre

DOSSIER = Path(__file__).resolve().parents[1] / "gabarits"


class _SansRetrait(Extension):
    """Avant de compiler : ni le retrait des lignes, le quart de ce qui part, ni `&nbsp;`, qui devient le caractère."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return re.sub(r"[ \t]*\n[ \t\n]*", "\n", source.strip()).replace("&nbsp;", INSECABLE)


def lien_vers(page: str, **parametres: str) -> str:
    """L'adresse d'un écran, son état compris ; à écrire dans un `href`, que le gabarit échappe."""
    return f"{page}?{urlencode(parametres)}"


_ENVIRONNEMENT = Environment(
    loader=FileSystemLoader(DOSSIER),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
    auto_reload=False,
    cache_size=-1,
    extensions=[_SansRetrait],
)
_ENVIRONNEMENT.globals |= {
    "a_dire": a_dire,
    "capitale": capitale,
    "insecable": INSECABLE,
    "lectures": LECTURES,
    "lien_vers": lien_vers,
    "nombre": nombre,
    "nombres": nombres,
    "orientation": ORIENTATION,
    "phrases": phrases,
    "tendances": tendances,
}
_ENVIRONNEMENT.filters["svg"] = Markup
_ENVIRONNEMENT.filters["typographie"] = phrases.typographie


def tout_lire() -> None:
    """Lit tous les gabarits maintenant : ensuite, le disque peut changer."""
    for nom in _ENVIRONNEMENT.list_templates():
        _ENVIRONNEMENT.get_template(nom)


def rendre(nom: str, /, **contexte: Any) -> Markup:
    """Ce gabarit rempli : du HTML sûr, que l'on peut mettre dans un autre gabarit sans l'échapper deux fois."""
    return Markup(_ENVIRONNEMENT.get_template(nom).render(contexte))


def piece(nom: str, /, *valeurs: Any, **parametres: Any) -> str:
    """Une pièce de `commun.html`, pour les écrans qui assemblent encore leur HTML ; un texte y est échappé."""
    return str(getattr(_ENVIRONNEMENT.get_template("commun.html").module, nom)(*valeurs, **parametres))
