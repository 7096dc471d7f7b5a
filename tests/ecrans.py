"""Les écrans à éprouver (ceux de `pages/ecrans.py`), et de quoi en jouer un sans navigateur."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Markdown

from pages.ecrans import ECRANS
from pages.parametres import TERRITOIRE

NAVIGATION = Path(__file__).resolve().parent.parent / "pages" / "navigation.py"
PUBLICS = tuple(ecran for ecran in ECRANS if not ecran.reserve)
"""Les écrans que tout le monde peut ouvrir."""

_ADRESSES = {
    "accueil": ("",),
    "portrait": ("territoire=QP059050",),
    "seance": ("territoire=QP059050&diapo=theme-emploi",),
    "comparer": ("territoire=QP059050", "territoire=QP059050&vue=tableau"),
    "carte": ("territoire=QP059050", "groupe=EPCI246200364-COMMUNES&indicateur=population&deux=indicateur"),
    "evolution": ("territoire=QP059050",),
    "barometre": ("",),
    "explorer": ("theme=emploi&type=QPV&perimetre=2015&agglomeration=EPCI200042190",),
    "suivi": ("",),
    "sources": ("rubrique=glossaire",),
}
ADRESSES = tuple(f"/{ecran.url}?{choix}".rstrip("?") for ecran in PUBLICS for choix in _ADRESSES[ecran.code])
"""Une adresse ou deux par écran ; un écran de plus sans adresse ici échoue aussitôt."""


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


def par_le_menu(essai: AppTest, page: str) -> AppTest:
    """Va sur cet écran comme par le menu, qui n'emporte rien dans l'adresse."""
    essai.query_params.clear()
    essai.switch_page(f"{page}.py").run()
    assert not essai.exception
    return essai


def en_retard(essai: AppTest) -> list[str]:
    """Quitte l'écran, puis envoie chacun de ses champs seul, comme un geste qui arrive en retard ; rend leurs clés."""
    champs = list(essai._tree.get_widget_states().widgets)
    par_le_menu(essai, "sources")
    for champ in champs:
        essai._run(WidgetStates(widgets=[champ]))
        assert not essai.exception and not essai.error, champ.id
    return [champ.id for champ in champs]


def choisir_territoire(essai: AppTest, code: str) -> AppTest:
    """Choisit ce territoire dans la barre : ce que fait sa case, dont `AppTest` ne sait pas jouer le geste."""
    essai.session_state["adresse"].changer({TERRITOIRE: code})
    essai.run()
    assert not essai.exception
    return essai


def territoire_choisi(essai: AppTest) -> str:
    """Le code du territoire que dit la case de la barre ; vide s'il n'y en a pas."""
    (code,) = re.findall(r'<form class="oq lieu"[^>]* data-code="([^"]*)"', "".join(blocs(essai)))
    return str(code)


def blocs(essai: AppTest, *, html: bool = True) -> list[str]:
    """Ce que dit chaque bloc, dans l'ordre de l'écran : ceux que Streamlit lit, ceux que lit le navigateur lui-même.

    `html` : seulement ceux dont le HTML est obéi.
    """
    return [
        bloc.value if isinstance(bloc, Markdown) else bloc.proto.bytes.decode()  # type: ignore[attr-defined]
        for bloc in essai.main
        if bloc.type == "bidi_component" or (isinstance(bloc, Markdown) and (bloc.allow_html or not html))
    ]


def texte(essai: AppTest) -> str:
    """Tout le texte de l'écran, sans balises ni définitions du glossaire, blancs réduits."""
    html = " ".join(blocs(essai, html=False))
    html = re.sub(r'<span class="tenu">(.*?)</span>', r"\1", html)
    html = re.sub(r'<button type="button" class="mot"[^>]*>(.*?)</button>', r"\1", html)
    html = re.sub(r'<div class="oq mots">.*?</div></div>', "", html)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def avis(essai: AppTest) -> str:
    """Ce que l'écran dit de ce qui a été demandé et n'existe pas, sans les barres qui le protègent de Markdown."""
    phrases = [bloc.value for bloc in (*essai.warning, *essai.error)]
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", " | ".join(phrases))
