"""Les écrans, une ligne chacun : leur nom, leurs paramètres d'adresse, ce que le navigateur peut charger d'avance.

Toute liste d'écrans vient d'ici : la navigation, les scripts annoncés, la barre du territoire, les essais.

Un ancien nom de paramètre continue d'ouvrir le même écran : il se lit, il ne s'écrit plus.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from pages import parametres as p
from pages.parametres import Parametre


class Barre(Enum):
    """Ce que la barre du territoire fait sur un écran."""

    ABSENTE = "l’écran ne parle d’aucun territoire, ou a sa propre recherche"
    GARDE = "le choix est gardé pour les autres écrans, celui-ci montre tous les territoires"
    MONTRE = "l’écran montre ce territoire"


@dataclass(frozen=True)
class Ecran:
    """Un écran : `pages/<code>.py`.

    `oublis` : changer le paramètre nommé à gauche efface ceux de droite, qui en dépendaient.
    `anciens_parametres` : ancien nom → nom d'aujourd'hui ; `anciens` : anciens codes de l'écran.
    `elements` : les éléments de Streamlit montrés d'abord, que le navigateur charge d'avance.
    `reserve` : proposé seulement là où la mise à jour est ouverte.
    `premiere_vue` : ce qu'il montre d'abord est le même pour tous, le serveur peut le dessiner dans la page.
    """

    code: str
    titre: str
    icone: str
    parametres: tuple[Parametre, ...] = ()
    barre: Barre = Barre.MONTRE
    elements: tuple[str, ...] = ()
    oublis: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    anciens_parametres: Mapping[str, str] = field(default_factory=dict)
    anciens: tuple[str, ...] = ()
    reserve: bool = False
    premiere_vue: bool = True

    @property
    def url(self) -> str:
        """Son chemin ; l'accueil répond à la racine."""
        return "" if self.code == "accueil" else self.code

    @property
    def script(self) -> str:
        """Son fichier, à côté de la navigation."""
        return f"{self.code}.py"

    @property
    def par_nom(self) -> dict[str, Parametre]:
        """Ses paramètres, par nom."""
        return {parametre.nom: parametre for parametre in self.parametres}


COMMUNS = ("BidiComponent", "rehype-raw")
"""Ce que montre tout écran : la barre du territoire, et des blocs HTML."""
_GRAPHIQUE = ("PlotlyChart", "ButtonGroup", "Selectbox")

ECRANS = (
    Ecran("accueil", "Accueil", "home", (p.CHERCHE, p.CHEZ_MOI), barre=Barre.ABSENTE),
    Ecran(
        "portrait", "Portrait", "location_city", (p.TERRITOIRE, p.REFERENCE),
        elements=("Selectbox", "DownloadButton", "PageLink"),
    ),
    Ecran(
        "seance", "Séance", "slideshow", (p.TERRITOIRE, p.REFERENCE, p.DIAPO, p.ORDRE),
        elements=("Button", "DownloadButton"), oublis={"territoire": ("diapo", "ordre")},
    ),
    Ecran(
        "comparer", "Comparer", "bar_chart",
        (
            p.TERRITOIRE, p.GROUPE, p.VUE, p.TERRITOIRES, p.HAUBAN, p.INDICATEUR, p.SECOND, p.INDICATEURS, p.REFERENCES,
            p.ANNEE, p.TRI,
        ),
        elements=_GRAPHIQUE,
        oublis={
            "territoire": ("territoires", "references"), "groupe": ("territoires", "references", "indicateurs", "tri"),
            "vue": ("tri",),
        },
    ),
    Ecran(
        "carte", "Carte", "map",
        (p.TERRITOIRE, p.GROUPE, p.INDICATEUR, p.ANNEE, p.CLASSES, p.AUTOUR, p.DEUX, p.ANNEE2, p.SECOND, p.CADRAGE,
         p.MARQUES),
        elements=_GRAPHIQUE, oublis={"territoire": ("cadrage",), "groupe": ("cadrage",)},
        anciens_parametres={"methode": "classes"},
    ),
    Ecran(
        "evolution", "Évolution", "timeline",
        (p.TERRITOIRE, p.SUIVRE, p.GROUPE, p.INDICATEUR, p.REFERENCES, p.MONTRER, p.TRI, p.ECART_AVEC),
        elements=(*_GRAPHIQUE, "DownloadButton"),
        oublis={
            "territoire": ("references",), "groupe": ("ecart_avec", "tri"), "indicateur": ("tri", "ecart_avec"),
            "suivre": ("tri",),
        },
    ),
    Ecran(
        "barometre", "Baromètre", "speed", (p.TERRITOIRE, p.GROUPE, p.NOTATION, p.POIDS), elements=("Selectbox",),
        anciens_parametres={"methode": "notation"},
    ),
    Ecran(
        "explorer", "Explorer", "search", (p.TERRITOIRE, *p.FACETTES.values(), p.TEXTE, p.FACE, p.LIGNE), Barre.GARDE,
        elements=("Selectbox",),
        anciens_parametres={"indicateur": "indicateurs"},
    ),
    Ecran(
        "suivi", "Suivi", "handshake",
        (p.TERRITOIRE, p.SUJET, *p.ENGAGEMENTS.values(), p.ENGAGEMENT_MOTS, p.PAR, p.ENGAGEMENT,
         p.ANNEE_SUIVIE, p.OBJET),
        anciens=("engagements",), premiere_vue=False,
    ),
    Ecran(
        "sources", "Sources et méthode", "menu_book",
        (p.TERRITOIRE, p.RUBRIQUE, p.INDICATEUR, p.THEME_DES_FICHES, p.DOUTES_DE, p.DOCUMENT), Barre.GARDE,
        elements=("Selectbox",),
        oublis={"theme_fiche": ("indicateur",)}, anciens_parametres={"agglomeration": "doutes_de"},
    ),
    Ecran("mettre_a_jour", "Mettre à jour", "upload_file", barre=Barre.ABSENTE, reserve=True, premiere_vue=False),
)  # fmt: skip
"""Dans l'ordre du menu."""

PAR_CODE = {ecran.code: ecran for ecran in ECRANS}
ANCIENS_CHEMINS = {ancien: ecran.url for ecran in ECRANS for ancien in ecran.anciens}
"""Les anciens chemins, et celui d'aujourd'hui."""


def elements(url: str) -> tuple[str, ...]:
    """Les éléments de Streamlit que montre d'abord l'écran à ce chemin ; les communs pour un chemin inconnu."""
    return (*COMMUNS, *next((e.elements for e in ECRANS if e.url == url), ()))
