"""Un geste rapide arrive quand l'écran a changé, avec les champs de l'écran d'avant, parfois une partie seulement."""

from __future__ import annotations

from urllib.parse import parse_qsl

import ecrans
import pytest


@pytest.mark.parametrize("adresse", ecrans.ADRESSES)
def test_un_champ_qui_revient_seul_n_arrete_rien(adresse: str) -> None:
    chemin, _, choix = adresse.lstrip("/").partition("?")
    page = {ecran.url: ecran.code for ecran in ecrans.PUBLICS}[chemin]
    ecrans.en_retard(ecrans.ouvrir(page if page != "accueil" else None, **dict(parse_qsl(choix))))
