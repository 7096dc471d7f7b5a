"""Jouer un écran sans navigateur, depuis le script que sert `app.py`, et lire ce qu'il écrit."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from streamlit.testing.v1 import AppTest

NAVIGATION = Path(__file__).resolve().parent.parent / "pages" / "navigation.py"


def ouvrir(page: str | None = None, **parametres: str) -> AppTest:
    """L'écran `page` (l'accueil par défaut), avec ces paramètres dans l'adresse ; ni exception, ni écran vide."""
    essai = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    if page:
        essai.switch_page(f"{page}.py")
    for nom, valeur in parametres.items():
        essai.query_params[nom] = valeur
    essai.run()
    assert not essai.exception
    assert essai.markdown or essai.error, "l'écran est vide"
    return essai


def texte(essai: AppTest) -> str:
    """Tout le texte de l'écran, sans balises, blancs réduits."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", " ".join(bloc.value for bloc in essai.markdown))))
